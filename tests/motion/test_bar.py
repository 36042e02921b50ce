"""The middle of a bar from its two ends, through a pinhole camera that sees plates as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import bodies
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from thrustcam.motion.bar import find_bar
from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]

FOCAL_PX, RADIUS_M, HALF_BAR_M = 1000.0, 0.225, 0.67
TRACK = bodies.Camera().film(bodies.BENCH.body(np.arange(40) / 20, bodies.cycle(np.arange(40) / 20, 2.0)))


@dataclass(frozen=True)
class Filmed:
    """A lift's bar as a camera sees it: the track with both plates, and where the middle is drawn."""

    track: PoseTrack
    middle: Array
    radius_px: Array


def filmed(azimuth_deg: float, above_m: float, distance_m: float, rise_m: float = 0.35) -> Filmed:
    """The bar goes up and down `rise_m`; the camera stands turned, `above_m` over it, and looks level."""
    up = rise_m * bodies.cycle(TRACK.t, 2.0)
    turn = np.radians(azimuth_deg)
    along = np.array([np.sin(turn), 0.0, np.cos(turn)])  # from near to far, camera axes: right, down, away
    middle = np.stack([np.zeros_like(up), above_m - up, np.full_like(up, distance_m)], axis=1)

    def drawn(place: Array) -> Array:
        return FOCAL_PX * place[:, :2] / place[:, 2:] + (640, 360)

    near, far = middle - HALF_BAR_M * along, middle + HALF_BAR_M * along
    near_px, far_px = (FOCAL_PX * RADIUS_M / place[:, 2] for place in (near, far))
    plate = np.column_stack([drawn(near), near_px * np.cos(turn), near_px, np.zeros(len(up))])
    track = replace(TRACK, plate=plate, far_plate=np.column_stack([drawn(far), far_px]))
    return Filmed(track, drawn(middle), FOCAL_PX * RADIUS_M / middle[:, 2])


@given(st.floats(20, 45), st.floats(0.2, 0.8), st.floats(3.2, 4.5), st.floats(0.2, 0.36))
def test_the_middle_is_where_the_camera_draws_it(azimuth, above, distance, rise):
    seen = filmed(azimuth, above, distance, rise)
    bar = find_bar(seen.track)
    assert bar is not None
    assert abs(bar.middle - seen.middle).max() < 0.02 * seen.radius_px[0]
    assert bar.radius_px == pytest.approx(seen.radius_px[0], rel=0.02)
    assert bar.shrinks == pytest.approx(np.median(seen.track.far_plate[:, 2] / seen.track.plate[:, 3]))


def test_it_is_not_halfway_between_the_plates():
    seen = filmed(30, 0.5, 3.0)
    bar = find_bar(seen.track)
    assert bar is not None
    halfway = (seen.track.plate[:, :2] + seen.track.far_plate[:, :2]) / 2
    assert abs(halfway - seen.middle).max() > 5 * abs(bar.middle - seen.middle).max()


def test_the_far_plate_need_not_be_seen_every_time():
    seen = filmed(25, 0.5, 3.5)
    far = seen.track.far_plate.copy()
    far[np.arange(len(far)) % 4 != 0] = np.nan
    bar = find_bar(replace(seen.track, far_plate=far))
    assert bar is not None
    assert np.isfinite(bar.middle).all()
    assert abs(bar.middle - seen.middle).max() < 0.02 * seen.radius_px[0]


def test_no_middle_where_the_near_plate_was_not_seen():
    seen = filmed(25, 0.5, 3.5)
    plate = seen.track.plate.copy()
    plate[5:9] = np.nan
    bar = find_bar(replace(seen.track, plate=plate))
    assert bar is not None
    assert np.isnan(bar.middle[5:9]).all()
    assert np.isfinite(np.delete(bar.middle, range(5, 9), axis=0)).all()


def test_a_few_mistaken_far_plates_are_outvoted():
    seen = filmed(25, 0.5, 3.5, 0.2)
    far = seen.track.far_plate.copy()
    far[::4, :2] += (140, -60)
    bar = find_bar(replace(seen.track, far_plate=far))
    assert bar is not None
    assert abs(bar.middle - seen.middle).max() < 0.02 * seen.radius_px[0]


def test_far_plates_that_disagree_are_none():
    seen = filmed(25, 0.5, 3.5)
    far = seen.track.far_plate.copy()
    far[:, :2] += np.random.default_rng(0).uniform(-120, 120, (len(far), 2))
    assert find_bar(replace(seen.track, far_plate=far)) is None


def test_five_looks_are_too_few():
    seen = filmed(25, 0.5, 3.5)
    far = seen.track.far_plate.copy()
    far[6:] = np.nan
    assert find_bar(replace(seen.track, far_plate=far)) is not None
    far[5:] = np.nan
    assert find_bar(replace(seen.track, far_plate=far)) is None


@pytest.mark.parametrize(("dx_px", "share"), [(0, 0.62), (4, 0.8), (120, 0.95), (120, 0.4)])
def test_a_ring_on_the_near_plate_is_no_far_plate_nor_is_one_of_a_wrong_size(dx_px, share):
    near = filmed(25, 0.5, 3.5).track.plate
    far = np.column_stack([near[:, 0] + dx_px, near[:, 1], near[:, 3] * share])
    assert find_bar(replace(TRACK, plate=near, far_plate=far)) is None


def test_the_same_place_with_a_far_plates_size_is_one():
    near = filmed(25, 0.5, 3.5).track.plate
    far = np.column_stack([near[:, 0] + 120, near[:, 1], near[:, 3] * 0.65])
    assert find_bar(replace(TRACK, plate=near, far_plate=far)) is not None


def test_no_plates_no_bar():
    assert find_bar(TRACK) is None
