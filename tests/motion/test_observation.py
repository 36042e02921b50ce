"""The same body gives the same numbers, however large, wherever in the picture and on whichever side."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import BENCH, Camera
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.joint_model import joint_model
from thrustcam.motion.observation import SITUATIONS, Observation, Observer, Sightings, Situation, observe
from thrustcam.motion.view import find_view
from thrustcam.poses.track import PoseTrack

T = np.arange(0, 4, 1 / 10)
SHARE = bodies.cycle(T, 2.0)
BODY = BENCH.body(T, SHARE)
LOW = SHARE < 0.01


def both_plates(track: PoseTrack) -> PoseTrack:
    """The near plate on the hips, and the far one beside it as from 20° and a bit above."""
    near = bodies.plated(track)
    far = np.column_stack([near.plate[:, 0] + 60, near.plate[:, 1] - 40, 0.66 * near.plate[:, 3]])
    return replace(near, far_plate=far)


FILMED = both_plates(Camera(20, height_m=1.1).film(BODY, 0.01))


def looked(track: PoseTrack, situation: Situation) -> tuple[Observer, Sightings]:
    """What there is in this situation: the plates that it does not have are taken away."""
    if situation == "near":
        track = replace(track, far_plate=np.full_like(track.far_plate, np.nan))
    view = find_view(track)
    assert view is not None
    return observe(track, track.torso_px(), view, LOW, plates=situation != "clear")


def observed(track: PoseTrack, situation: Situation) -> Observation:
    observer, seen = looked(track, situation)
    return observer(seen, situation)


SEEN = {situation: observed(FILMED, situation) for situation in SITUATIONS}


@given(st.sampled_from(SITUATIONS), st.floats(0.2, 5), st.floats(-900, 900), st.floats(-900, 900))
def test_size_and_place_in_the_picture_do_not_matter(situation, scale, dx, dy):
    moved = replace(
        FILMED,
        points=scale * FILMED.points + (dx, dy),
        plate=FILMED.plate * (scale, scale, scale, scale, 1) + (dx, dy, 0, 0, 0),
        far_plate=FILMED.far_plate * scale + (dx, dy, 0),
    )
    assert observed(moved, situation).rows == pytest.approx(SEEN[situation].rows, abs=1e-6)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_mirror_does_not_matter(situation):
    observation = observed(bodies.mirrored(FILMED), situation)
    assert observation.rows == pytest.approx(SEEN[situation].rows, abs=1e-6)
    assert (observation.groups == SEEN[situation].groups).all()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_other_side_does(situation):
    """Near and far are told apart: the mirror above is no accident of symmetry."""
    swapped = replace(bodies.mirrored(FILMED), world=FILMED.world)
    assert abs(observed(swapped, situation).rows - SEEN[situation].rows).max() > 0.05


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_shipped_calibration_takes_these_columns(situation):
    model = joint_model(situation)
    assert SEEN[situation].rows.shape == (len(T), len(model.angles["hip_deg"].mean))
    assert SEEN[situation].groups.shape == model.angles["hip_deg"].mean.shape
    assert np.isfinite(SEEN[situation].rows).all()


def test_the_bottom_looks_like_the_bottom():
    """A position is compared with the set's own bottom: there the two halves of a row agree."""
    rows, groups = SEEN["clear"].rows, SEEN["clear"].groups
    low, high = rows[LOW], rows[SHARE > 0.99]
    assert np.median(low[:, groups == 2], axis=0) == pytest.approx(low[0, groups == 3], abs=0.03)
    assert abs(np.median(high[:, groups == 2], axis=0) - high[0, groups == 3]).max() > 0.3
    assert (rows[:, groups == 3] == rows[0, groups == 3]).all()


def test_situations_follow_what_is_seen():
    plate = FILMED.plate.copy()
    plate[3:6] = np.nan
    gone = replace(FILMED, plate=plate)
    for best in ("near", "bar"):
        observer, seen = looked(gone, best)
        expected = np.where(np.isnan(plate[:, 0]), "hidden", best).tolist()
        assert observer.situations(seen, plates=True) == expected
        assert observer.situations(seen, plates=False) == ["clear"] * len(T)
    observer, seen = looked(replace(FILMED, plate=np.full_like(plate, np.nan)), "bar")
    assert observer.situations(seen, plates=True) == ["hidden"] * len(T)


def test_a_circle_now_large_now_small_is_not_believed():
    plate = FILMED.plate.copy()
    plate[::2, 2:4] *= 0.7
    observer, seen = looked(replace(FILMED, plate=plate), "bar")
    assert observer.bar is None
    assert observer.situations(seen, plates=True) == ["hidden"] * len(T)


def test_the_typical_sighting_ignores_what_was_not_seen():
    points = FILMED.points.copy()
    points[:5] = np.nan
    _, seen = looked(replace(FILMED, points=points), "near")
    typical = seen.median()
    assert typical.points.shape == (1, 33, 2)
    assert typical.points[0] == pytest.approx(np.median(points[5:], axis=0))
    assert np.isnan(typical.middle).all()
    nothing = seen[np.zeros(len(T), bool)].median()
    assert np.isnan(nothing.points).all()
