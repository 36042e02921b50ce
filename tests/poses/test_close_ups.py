"""Close-ups of shins and hips: where they are cut out, how large, and what they show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.poses.close_ups import HIPS, SHIN, hip_picture, shin_pictures, shin_px
from thrustcam.poses.landmarks import Joint

SIZE = 120.0


def body(size: float = SIZE, at: tuple[float, float] = (300.0, 300.0), ways: int = 3) -> np.ndarray:
    """Landmarks of a lifter at the top, whose shins are 0.29 × 3 × `size` long by the whole body."""
    points = np.zeros((ways, 33, 2), np.float32)
    places = {"ANKLE": (0, 0), "KNEE": (0, -1), "HIP": (-1, -1), "SHOULDER": (-2, -1)}
    for name, place in places.items():
        points[:, [Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]]] = np.array(at) + size * np.array(place)
    return points


def spot(x: float, y: float, radius: float = 6.0) -> np.ndarray:
    """A grey picture with a white disc."""
    rows, columns = np.indices((480, 640))
    image = np.full((480, 640, 3), 60, np.uint8)
    image[np.hypot(columns - x, rows - y) < radius] = 255
    return image


def found(picture: np.ndarray) -> np.ndarray:
    """Where the disc is, x and y of the small picture."""
    return np.argwhere(picture[..., 0] > 150).mean(axis=0)[::-1]


@given(size=st.floats(60, 250), x=st.floats(280, 360), y=st.floats(260, 380))
def test_the_ankle_is_always_at_the_same_place(size, x, y):
    pictures = shin_pictures(spot(x, y, radius=0.06 * size), body(size, (x, y)))
    for picture in pictures:
        assert found(picture) == pytest.approx([0.5 * SHIN.width, 0.84 * SHIN.height], abs=1.0)


def test_a_shin_is_as_long_in_every_picture():
    for size in (60.0, 120.0, 200.0):
        assert shin_px(body(size)) == pytest.approx(0.29 * 3 * size)
        foot = np.array([320.0, 400.0])
        knee = SHIN(spot(320, 400 - 0.87 * size, 0.06 * size), foot, 0.87 * size)
        assert found(knee) == pytest.approx(
            [0.5 * SHIN.width, 0.84 * SHIN.height - SHIN.width / 1.8], abs=1.0
        )


def test_one_way_that_sees_the_legs_elsewhere_moves_nothing():
    points, image = body(), spot(300, 300)
    off = points.copy()
    off[1] += 80
    assert np.array_equal(shin_pictures(image, points), shin_pictures(image, off))


def test_left_and_right():
    points = body()
    points[:, Joint.RIGHT_ANKLE] += (0, 40)
    left, right = shin_pictures(spot(300, 300), points)
    assert found(left)[1] > found(right)[1] + 5


@given(radius=st.floats(25, 90), x=st.floats(250, 390), y=st.floats(200, 280))
def test_hips_are_measured_by_the_plate(radius, x, y):
    bar = hip_picture(spot(x, y, 0.2 * radius), (x, y, radius))
    knee = hip_picture(spot(x + 1.5 * radius, y, 0.2 * radius), (x, y, radius))
    assert bar.shape == (80, 112, 3)
    assert found(bar) == pytest.approx([0.5 * HIPS.width, 0.39 * HIPS.height], abs=1.0)
    assert found(knee) - found(bar) == pytest.approx([1.5 * HIPS.width / 6.5, 0], abs=1.0)


def test_nobody_is_black():
    assert not shin_pictures(spot(300, 300), np.full((3, 33, 2), np.nan, np.float32)).any()


def test_legs_at_the_edge_of_the_picture():
    assert shin_pictures(spot(5, 5), body(at=(5.0, 475.0))).shape == (2, 64, 56, 3)
    assert shin_pictures(spot(5, 5), body(size=0.0)).shape == (2, 64, 56, 3)
