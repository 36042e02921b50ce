"""Plates painted out of pictures."""

from __future__ import annotations

import drawn_plates as drawn
import numpy as np
import pytest

from thrustcam.plates.outline import Ellipse
from thrustcam.poses.painting import without_plates

RUBBER = 60


def floor_with(*plates: tuple[float, float, float]) -> np.ndarray:
    image = drawn.picture(640, 360, Ellipse(-500, -500, 5, 5, 0))
    for x, y, radius in plates:
        drawn.plate(image, Ellipse(x, y, radius, radius, 0))
    return image


def left_of(image: np.ndarray) -> int:
    """How many pixels are still as dark as a plate."""
    return int((image.max(axis=2) < RUBBER).sum())


@pytest.mark.parametrize("radius", [15, 40, 90])
def test_what_surrounds_a_plate_takes_its_place(radius):
    plate = (300.0, 180.0, float(radius))
    image = floor_with(plate)
    empty, painted = floor_with(), without_plates(image, plate)
    assert left_of(image) > radius**2
    assert left_of(painted) == 0
    assert np.abs(painted.astype(int) - empty).max() < 12


def test_of_the_far_plate_the_half_that_legs_are_not_in_front_of():
    near, far = (300.0, 180.0, 80.0), (360.0, 160.0, 60.0)
    image = floor_with(far, near)
    one, both = without_plates(image, near), without_plates(image, near, far)
    assert left_of(one[:158]) > 500
    assert left_of(both[:158]) == 0
    assert left_of(both[165:]) > 500


def test_nothing_else_is_touched():
    image = drawn.gym(640, 360)
    before = image.copy()
    painted = without_plates(image, (300.0, 180.0, 60.0))
    y, x = np.mgrid[:360, :640]
    beside = np.hypot(x - 300, y - 180) > 1.06 * 60 + 2
    assert np.array_equal(painted[beside], image[beside])
    assert not np.array_equal(painted, image)
    assert np.array_equal(image, before), "a copy"


@pytest.mark.parametrize("plate", [(-10.0, 180.0, 60.0), (640.0, 359.0, 60.0), (300.0, 180.0, 900.0)])
def test_a_plate_that_the_picture_s_edge_cuts(plate):
    painted = without_plates(floor_with(plate), plate)
    assert painted.shape == (360, 640, 3)
    assert painted.dtype == np.uint8


def test_a_plate_outside_the_picture_changes_nothing():
    image = drawn.gym(640, 360)
    assert np.array_equal(without_plates(image, (-400.0, 180.0, 60.0)), image)
