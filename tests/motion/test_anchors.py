"""Heads held up and dropped back, shoulders that stay and that slide."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import SEGMENTS, Camera, Tempo

from thrustcam.motion.anchors import anchors
from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import measure_motion
from thrustcam.poses.landmarks import Joint, Turned
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

BODY, TRUTHS = bodies.lift([Tempo()] * 3)
SIDE = Camera()
SHOULDERS = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)


def held(track: PoseTrack) -> list[dict[str, Measured]]:
    motion = measure_motion(track)
    found = list(anchors(motion, find_reps(motion)).values())
    assert len(found) == 3
    return found


def number(measured: Measured) -> float:
    assert isinstance(measured, Estimate), measured
    assert measured.low <= measured.value <= measured.high
    return measured.value


def nodding(deg: float) -> PoseTrack:
    """The ears lie `deg` above (+) or below (−) the trunk's line beyond the shoulders."""
    directions = BODY.directions.copy()
    directions[:, SEGMENTS.index("head")] = directions[:, SEGMENTS.index("trunk")] - deg
    return SIDE.film(replace(BODY, directions=directions))


@pytest.mark.parametrize("deg", [-50, -20, 0, 30, 60])
def test_the_head_in_line_tucked_and_dropped_back(deg):
    for numbers in held(nodding(deg)):
        assert number(numbers["neck_deg"]) == pytest.approx(deg - 5, abs=4)  # standing ears lie 5° forward


def test_it_is_the_same_from_the_other_side():
    for one, other in zip(held(nodding(-30)), held(bodies.mirrored(nodding(-30))), strict=True):
        assert number(one["neck_deg"]) == pytest.approx(number(other["neck_deg"]), abs=0.1)


def slid(by: float, rep: int) -> PoseTrack:
    """The shoulders lie `by` torso lengths elsewhere from the top of this rep on."""
    track = SIDE.film(BODY)
    for joint in SHOULDERS:
        track = bodies.jumpy(track, joint, (-by * track.torso_px(), 0), TRUTHS[rep].top_start_s, np.inf)
    return track


@pytest.mark.parametrize("by", [0.1, 0.2, 0.3])
def test_shoulders_that_slide_do_so_in_their_rep(by):
    first, second, third = (number(numbers["shoulder_drift"]) for numbers in held(slid(by, 1)))
    assert second == pytest.approx(by, abs=0.04)
    assert max(first, third) < 0.04


def test_shoulders_that_stay_have_a_drift_of_no_less_than_nothing():
    for numbers in held(SIDE.film(BODY, 0.01)):
        drift = numbers["shoulder_drift"]
        assert isinstance(drift, Estimate)
        assert drift.low == 0
        assert drift.value < 0.05


def test_a_rep_that_was_cut_off_has_no_drift():
    track = SIDE.film(BODY)[: int((TRUTHS[2].top_end_s - 0.2) * bodies.FPS)]
    *whole, cut = held(track)
    assert isinstance(cut["shoulder_drift"], Unseen)
    assert isinstance(cut["neck_deg"], Estimate)
    assert all(isinstance(numbers["shoulder_drift"], Estimate) for numbers in whole)


@pytest.mark.parametrize("azimuth", [45, 90])
def test_only_a_side_view_shows_them(azimuth):
    for numbers in held(Camera(azimuth, height_m=1.1).film(BODY)):
        for name in ("neck_deg", "shoulder_drift"):
            found = numbers[name]
            assert isinstance(found, Unseen)
            assert "square from the side" in found.why


def tipping(deg: float, camera: Camera = SIDE, reps: tuple[int, ...] = (1,)) -> PoseTrack:
    """Its near foot tips over its toes by so many degrees, up and down with the hips, in these reps."""
    track = camera.film(BODY)
    height = (BODY.hip[:, 1] - bodies.BENCH.low) / (bodies.BENCH.high - bodies.BENCH.low)
    during = np.any([(BODY.t >= TRUTHS[i].start_s) & (BODY.t <= TRUTHS[i].end_s) for i in reps], axis=0)
    toes = np.sign(track.feet()[0, 0] - track.middle("SHOULDER")[0, 0])
    turned = track.turned.copy()
    turned[:, Turned.NEAR_FOOT] += toes * deg * height * during
    return replace(track, turned=turned)


@pytest.mark.parametrize("near", ["left", "right"])
def test_planted_heels_stay_down(near):
    for numbers in held(tipping(0, Camera(near=near))):
        assert number(numbers["heel_rise"]) == pytest.approx(0, abs=0.01)
        assert numbers["heel_rise"].high < 0.04


@pytest.mark.parametrize("near", ["left", "right"])
@pytest.mark.parametrize("deg", [9, 15])
def test_a_heel_that_lifts_is_found_in_its_rep(deg, near):
    first, second, third = (numbers["heel_rise"] for numbers in held(tipping(deg, Camera(near=near))))
    assert number(second) == pytest.approx(0.45 * np.sin(np.radians(deg)), rel=0.05)
    assert second.low > 0.04
    assert max(first.high, third.high) < 0.04


def test_no_heel_sinks_into_the_floor():
    first, second, _ = (numbers["heel_rise"] for numbers in held(tipping(-8)))
    assert isinstance(first, Estimate)
    assert isinstance(second, Unseen)


def test_a_foot_that_was_lost_on_the_way_says_nothing_of_its_heel():
    track = tipping(0)
    turned = track.turned.copy()
    turned[np.searchsorted(track.t, TRUTHS[1].top_start_s - 0.1), Turned.NEAR_FOOT] = np.nan
    first, second, third = (numbers["heel_rise"] for numbers in held(replace(track, turned=turned)))
    assert isinstance(second, Unseen)
    assert "foot" in second.why
    assert isinstance(first, Estimate)
    assert isinstance(third, Estimate)


def test_heels_are_told_from_the_side_alone():
    for numbers in held(tipping(15, Camera(45, height_m=1.1))):
        assert isinstance(numbers["heel_rise"], Unseen)
