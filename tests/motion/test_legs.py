"""Legs whose shins turn by known angles from one top to the next."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Tempo
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.legs import Legs
from thrustcam.motion.motion import Motion, measure_motion
from thrustcam.poses.landmarks import Turned
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep, find_reps

BODY, _ = bodies.lift([Tempo()] * 4)


def seen(camera: Camera) -> tuple[Motion, list[Rep]]:
    motion = measure_motion(camera.film(BODY))
    return motion, find_reps(motion)


def legs(motion: Motion, reps: list[Rep], track: PoseTrack | None = None) -> Legs:
    return Legs.of(replace(motion, track=track or motion.track), reps)


def turned_at(motion: Motion, rep: Rep, part: Turned, deg: float) -> PoseTrack:
    """The track with one part turned further during a rep's top, clockwise."""
    track = motion.track
    turned = track.turned.copy()
    turned[during(track.t, rep.top_start_s, rep.top_end_s), part] += deg
    return replace(track, turned=turned)


def planted(n: int) -> np.ndarray:
    return np.ones(n, bool)


# --- what was followed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("near", "clockwise"), [("right", -8.0), ("left", 8.0)])
def test_a_shin_that_leans_back_at_one_top(near, clockwise):
    motion, reps = seen(Camera(0, near, height_m=1.1))
    found = legs(motion, reps, turned_at(motion, reps[1], Turned.NEAR_SHIN, clockwise))
    assert found.apart == pytest.approx([0, -8, 0, 0], abs=0.3)
    assert found.planted.all()


def test_seen_obliquely_it_has_turned_further():
    motion, reps = seen(Camera(20, height_m=1.1))
    assert motion.view is not None
    found = legs(motion, reps, turned_at(motion, reps[1], Turned.NEAR_SHIN, 8.0))
    assert abs(found.apart[1]) == pytest.approx(8 / np.cos(np.radians(motion.view.azimuth_deg)), abs=0.3)


def test_only_tops_between_which_it_was_not_lost_are_compared():
    motion, reps = seen(Camera(0, height_m=1.1))
    track = motion.track
    turned = track.turned.copy()
    turned[np.searchsorted(track.t, reps[0].end_s), Turned.NEAR_SHIN] = np.nan
    found = legs(motion, reps, replace(track, turned=turned))
    assert np.isnan(found.apart[0])
    assert found.apart[1:] == pytest.approx([0, 0, 0], abs=0.3)


def test_from_three_quarters_shins_are_not_compared():
    assert np.isnan(legs(*seen(Camera(40, height_m=1.1))).apart).all()


def test_a_foot_that_tips_is_not_planted():
    motion, reps = seen(Camera(0, height_m=1.1))
    found = legs(motion, reps, turned_at(motion, reps[2], Turned.NEAR_FOOT, 10.0))
    assert found.planted.tolist() == [True, True, False, True]


# --- what it tells ------------------------------------------------------------------------------------------


def test_differences_are_the_picture_s_and_the_level_is_the_landmarks_():
    told, followed = Legs(np.array([0.0, -3.0, 0.0]), planted(3)).shins(np.array([5.0, 5.5, 4.5]))
    assert followed.all()
    assert told == pytest.approx([5.0, 2.0, 5.0])


def test_tops_with_planted_heels_tell_the_level():
    down = np.array([False, False, True])
    told, followed = Legs(np.array([0.0, 0.0, 8.0]), down).shins(np.array([4.0, 4.0, 4.0]))
    assert followed.all()
    assert told == pytest.approx([-4.0, -4.0, 4.0])


@pytest.mark.parametrize("astray", [20.0, -20.0, np.nan])
def test_a_top_at_which_something_else_was_followed_keeps_what_was_seen(astray):
    told, followed = Legs(np.array([0.0, astray, 0.0, 0.0]), planted(4)).shins(np.array([1.0, 3.0, 1.0, 1.0]))
    assert followed.tolist() == [True, False, True, True]
    assert told == pytest.approx([1.0, 3.0, 1.0, 1.0])


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6))
def test_nothing_followed_tells_nothing(angles):
    told, followed = Legs(np.full(len(angles), np.nan), planted(len(angles))).shins(np.array(angles))
    assert not followed.any()
    assert told.tolist() == angles
