"""Legs whose shins and thighs turn by known angles from one top to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Tempo
from drawn_legs import glimpsed
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.legs import Legs
from thrustcam.motion.motion import measure_motion
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.poses.landmarks import Turned
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep, find_reps

BODY, _ = bodies.lift([Tempo()] * 4)
NONE: Mapping[int, float] = {}
UNSEEN = np.full(3, np.nan)


def legs(
    camera: Camera,
    shins: Mapping[int, float] = NONE,
    thighs: Mapping[int, float] = NONE,
    tips: Mapping[int, float] = NONE,
) -> Legs:
    """What is seen where shins, thighs and feet of some tops are turned so far, clockwise."""
    track = camera.film(BODY)
    reps = find_reps(measure_motion(track))
    track = tipped(glimpsed(track, reps, camera.near, shins, thighs), reps, tips)
    motion = measure_motion(track)
    (lifting,) = sagittal_sets(motion, reps)
    return Legs.of(motion, lifting.tops)


def tipped(track: PoseTrack, reps: list[Rep], tips: Mapping[int, float]) -> PoseTrack:
    turned = track.turned.copy()
    for number, deg in tips.items():
        rep = reps[number]
        turned[during(track.t, rep.top_start_s, rep.top_end_s), Turned.NEAR_FOOT] += deg
    return replace(track, turned=turned)


def planted(n: int) -> np.ndarray:
    return np.ones(n, bool)


def told(shins: np.ndarray, thighs: np.ndarray, down: np.ndarray | None = None) -> Legs:
    return Legs(shins, thighs, planted(len(shins)) if down is None else down)


# --- what is seen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("near", "clockwise"), [("right", -8.0), ("left", 8.0)])
def test_a_shin_that_leans_back_at_one_top(near, clockwise):
    found = legs(Camera(0, near, height_m=1.1), {1: clockwise})
    assert found.apart == pytest.approx([0, -8, 0, 0], abs=0.8)
    assert found.thighs == pytest.approx([0, 0, 0, 0], abs=0.8)
    assert found.planted.all()


@pytest.mark.parametrize(("near", "clockwise"), [("right", 7.0), ("left", -7.0)])
def test_thighs_that_carry_the_hips_higher_at_one_top_and_less_high_at_another(near, clockwise):
    found = legs(Camera(0, near, height_m=1.1), thighs={1: clockwise, 2: -clockwise})
    assert found.thighs == pytest.approx([0, 7, -7, 0], abs=1.0)
    assert found.apart == pytest.approx([0, 0, 0, 0], abs=0.5)


def test_seen_obliquely_a_shin_has_turned_further():
    found = legs(Camera(20, height_m=1.1), {1: 8.0})
    assert abs(found.apart[1]) == pytest.approx(8 / np.cos(np.radians(20)), abs=0.8)


def test_from_three_quarters_legs_are_not_compared():
    found = legs(Camera(40, height_m=1.1), {1: 8.0})
    assert np.isnan(found.apart).all()
    assert np.isnan(found.thighs).all()


def test_without_glimpses_there_is_nothing_to_compare():
    motion = measure_motion(Camera(0, height_m=1.1).film(BODY))
    (lifting,) = sagittal_sets(motion, find_reps(motion))
    found = Legs.of(motion, lifting.tops)
    assert np.isnan(found.apart).all()
    assert np.isnan(found.thighs).all()


def test_a_foot_that_tips_is_not_planted():
    assert legs(Camera(0, height_m=1.1), tips={2: 10.0}).planted.tolist() == [True, True, False, True]


# --- what it tells ------------------------------------------------------------------------------------------


def test_differences_are_the_picture_s_and_the_level_is_the_landmarks_():
    angles, followed = told(np.array([0.0, -3.0, 0.0]), UNSEEN).shins(np.array([5.0, 5.5, 4.5]))
    assert followed.all()
    assert angles == pytest.approx([5.0, 2.0, 5.0])


def test_tops_with_planted_heels_tell_the_level():
    down = np.array([False, False, True])
    angles, followed = told(np.array([0.0, 0.0, 8.0]), UNSEEN, down).shins(np.array([4.0, 4.0, 4.0]))
    assert followed.all()
    assert angles == pytest.approx([-4.0, -4.0, 4.0])


@pytest.mark.parametrize("astray", [20.0, -20.0, np.nan])
def test_a_top_at_which_something_else_was_followed_keeps_what_was_seen(astray):
    angles, followed = told(np.array([0.0, astray, 0.0, 0.0]), np.zeros(4)).shins(
        np.array([1.0, 3.0, 1.0, 1.0])
    )
    assert followed.tolist() == [True, False, True, True]
    assert angles == pytest.approx([1.0, 3.0, 1.0, 1.0])


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6))
def test_nothing_seen_tells_nothing(seen):
    nothing = np.full(len(seen), np.nan)
    angles, followed = told(nothing, nothing).shins(np.array(seen))
    assert not followed.any()
    assert angles.tolist() == seen
    hips, off = told(nothing, nothing).hips(np.array(seen))
    assert hips.tolist() == seen
    assert np.isnan(off).all()


def test_thighs_tell_how_hips_differ_and_what_was_seen_at_which_level():
    hips, off = told(np.zeros(4), np.array([0.0, 6.0, 0.0, 0.0])).hips(np.array([170.0, 180.0, 170.0, 170.0]))
    assert hips[[0, 2, 3]] == pytest.approx([170] * 3)
    assert off == pytest.approx([0, 5, 0, 0])
    assert 180 < hips[1] < 185


def test_a_shin_that_leans_back_under_a_level_thigh_opens_the_hip():
    hips, _ = told(np.array([0.0, -6.0, 0.0]), np.zeros(3)).hips(np.full(3, 178.0))
    assert 182 < hips[1] < 187


def test_most_of_it_is_believed_and_what_is_far_too_much_not_at_all():
    seen = np.array([180.0, 182.0, 180.0])
    (_, other, _), _ = told(np.zeros(3), np.array([0.0, 5.0, 0.0])).hips(seen)
    assert other == pytest.approx(182 + 0.65 * 10.5, abs=0.5)
    (_, other, _), off = told(np.zeros(3), np.array([0.0, -12.0, 0.0])).hips(seen)
    assert other == 182
    assert np.isnan(off).tolist() == [False, True, False]


def test_a_body_that_was_not_seen_as_any_rep_starts_tells_nothing():
    track = Camera(0, height_m=1.1).film(BODY)
    reps = find_reps(measure_motion(track))
    motion = measure_motion(glimpsed(track, reps, "right"))
    (lifting,) = sagittal_sets(motion, reps)
    lost = motion.track
    for rep in reps:
        lost = bodies.without(lost, rep.start_s - 1, rep.start_s + 0.2)
    found = Legs.of(replace(motion, track=lost), lifting.tops)
    assert np.isnan(found.apart).all()
    assert np.isnan(found.thighs).all()
