"""In position or not, and where one set ends and another begins."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Body, Camera, Tempo, posture

from thrustcam.motion.motion import measure_motion
from thrustcam.motion.position import in_position, sets
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

VIEWS = [(0, "left"), (0, "right"), (40, "right"), (90, "left")]
SET, TRUTHS = bodies.lift([Tempo()] * 3)
SECOND = np.arange(0, 2, 1 / bodies.FPS)


def stretches(track: PoseTrack) -> list[tuple[float, float]]:
    return [(track.t[s.start], track.t[s.stop - 1]) for s in sets(track, track.torso_px())]


@pytest.mark.parametrize(("azimuth", "near"), VIEWS)
@pytest.mark.parametrize("name", bodies.LIFTS)
def test_every_moment_of_a_lift_is(name, azimuth, near):
    body, _ = bodies.lift([Tempo()] * 2, bodies.LIFTS[name])
    track = Camera(azimuth, near, height_m=1.1).film(body, 0.01)
    assert in_position(track, track.torso_px()).all()
    assert len(stretches(track)) == 1


@pytest.mark.parametrize("near", ["left", "right"])
@pytest.mark.parametrize(
    "pose",
    [
        posture(),
        posture(trunk=180, thigh=-3, shin=-3, foot=75),
        posture(trunk=100, thigh=-3, shin=-6, foot=70),
    ],
    ids=["standing", "lying flat", "sitting with straight legs"],
)
def test_these_postures_are_not(pose, near):
    body = Body.held(SECOND, np.repeat(pose[None], len(SECOND), axis=0), "ANKLE")
    track = Camera(near=near).film(body)
    assert not in_position(track, 150.0).any()


def test_walking_is_not():
    track = Camera().film(bodies.walk(-1.5, 1.5, 4.0), 0.01)
    assert in_position(track, 150.0).mean() < 0.1
    assert stretches(track) == []


def test_feet_on_their_way_are_not_planted():
    lying = bodies.BENCH.body(SECOND, np.zeros_like(SECOND))
    slid = lying.moved(np.stack([1.2 * SECOND, np.zeros_like(SECOND)], axis=1))
    track = Camera().film(slid)
    assert not in_position(track, track.torso_px())[10:-10].any()


def test_one_wrong_picture_does_not_end_it():
    track = Camera().film(SET)
    points = track.points.copy()
    points[60] = points[60, ::-1]
    assert len(stretches(replace(track, points=points))) == 1


def test_a_clip_of_a_whole_set_has_it_without_walking_up_and_getting_up():
    before, after = bodies.set_up(), bodies.getting_up()
    track = Camera().film(before.then(SET, after), 0.01)
    start = before.t[-1]
    (first, last), *more = [s for s in stretches(track) if s[1] > start]
    assert not more
    assert 8.0 < first <= start + TRUTHS[0].start_s  # the feet are drawn in, after the bar was rolled
    assert start + TRUTHS[-1].end_s <= last < start + SET.t[-1] + 3


def test_who_walks_away_between_two_sets_makes_two():
    away = bodies.getting_up().then(bodies.walk(0.5, 0.5, 3.0))
    track = Camera().film(SET.then(away, SET), 0.01)
    long = [s for s in stretches(track) if s[1] - s[0] > 5]
    assert len(long) == 2


@pytest.mark.parametrize(("lost_s", "count"), [(1.0, 1), (2.8, 1), (3.4, 2), (5.0, 2)])
def test_a_pose_may_be_lost_for_three_seconds(lost_s, count):
    track = bodies.without(Camera().film(SET), 4.0, 4.0 + lost_s)
    assert len(stretches(track)) == count


@pytest.mark.parametrize(("lost_s", "count"), [(5.0, 1), (7.5, 1), (8.5, 2)])
def test_under_a_bar_it_may_be_lost_for_longer(lost_s, count):
    track = bodies.without(bodies.plated(Camera().film(SET)), 2.0, 2.0 + lost_s)
    assert len(stretches(track)) == count


def test_not_if_the_bar_rolls_away():
    track = bodies.plated(Camera().film(SET))
    plate = track.plate.copy()
    rolls = (track.t > 3.0) & (track.t < 6.0)
    plate[rolls, 0] += 90 * np.sin(np.pi * (track.t[rolls] - 3.0) / 3.0)
    assert len(stretches(bodies.without(replace(track, plate=plate), 2.0, 7.0))) == 2


def test_a_body_that_is_lost_behind_plates_to_the_end_lies_under_them_still():
    film = Camera().film(SET)
    (bare,) = stretches(bodies.upside_down(film, 6.0))
    assert bare[1] == pytest.approx(6.0, abs=0.3)
    plated = bodies.upside_down(bodies.plated(film), 6.0)
    (whole,) = stretches(plated)
    assert whole == (film.t[0], film.t[-1])
    motion = measure_motion(plated)
    assert [rep.top_start_s for rep in find_reps(motion)] == pytest.approx(
        [truth.top_start_s for truth in TRUTHS], abs=0.1
    )


def test_a_plate_that_is_rolled_off_is_followed_no_further():
    track = bodies.upside_down(bodies.plated(Camera().film(SET)), 6.0)
    plate = track.plate.copy()
    plate[track.t >= 9.0, 0] += 200
    (whole,) = stretches(replace(track, plate=plate))
    assert whole[1] == pytest.approx(9.0, abs=0.1)


def test_feet_that_stand_elsewhere_afterwards_are_another_set():
    track = bodies.without(Camera().film(SET), 4.0, 5.0)
    points = track.points.copy()
    points[track.t >= 5.0] += (120.0, 0.0)
    assert len(stretches(replace(track, points=points))) == 2


def test_a_moment_is_no_set():
    track = Camera().film(SET)
    assert stretches(track[:40]) == []
    assert len(stretches(track[:50])) == 1


def test_nobody_is_in_no_position():
    track = bodies.without(Camera().film(SET), 0, 99)
    assert not in_position(track, 150.0).any()
    assert sets(track, 150.0) == []
