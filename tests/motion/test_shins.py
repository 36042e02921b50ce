"""Shins that lean by known angles, projected by a pinhole camera."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.shins import inward_deg
from thrustcam.motion.view import View

SIZE = (1280, 720)
HEIGHT_M, DISTANCE_M, SHIN_M, STANCE_M = 1.05, 2.9, 0.4, 0.34


def drawn(
    inward: float, forward: float, view: View, down_deg: float = 20.0, focal: float = 0.85
) -> tuple[np.ndarray, np.ndarray]:
    """Ankles in pixels and both shins' leans in the picture, clockwise, left and right.

    x to the toes, y to the lifter's left, z up; the camera on the lifter's right, or seen in a mirror.
    """
    a, down = np.radians([view.azimuth_deg, down_deg])
    ankles = np.array([[0.9, STANCE_M / 2, 0.1], [0.9, -STANCE_M / 2, 0.1]])
    way = np.array(
        [[np.tan(np.radians(forward)), -side * np.tan(np.radians(inward)), 1.0] for side in (1, -1)]
    )
    knees = ankles + SHIN_M * way / np.linalg.norm(way, axis=1, keepdims=True)
    eye = np.array([0.4 + DISTANCE_M * np.sin(a), -DISTANCE_M * np.cos(a), 0.4 + HEIGHT_M])
    ahead = np.array([-np.sin(a) * np.cos(down), np.cos(a) * np.cos(down), -np.sin(down)])
    right = np.array([np.cos(a), np.sin(a), 0.0])
    axes = np.stack([right, -np.cross(right, ahead), ahead])
    seen = (np.stack([ankles, knees]) - eye) @ axes.T
    pixels = seen[..., :2] / seen[..., 2:] * focal * np.hypot(*SIZE) + np.array(SIZE) / 2
    if view.near == "left":
        pixels = (pixels * (-1, 1) + (SIZE[0], 0))[:, ::-1]
    x, y = (pixels[1] - pixels[0]).T
    return pixels[0], np.degrees(np.arctan2(x, -y))


views = st.builds(View.at, st.floats(28, 59), st.sampled_from(["left", "right"]))


@given(views, st.floats(-15, 25), st.floats(-40, 15))
def test_it_tells_how_far_both_lean_in(view, inward, forward):
    ankles, leans = drawn(inward, forward, view)
    assert inward_deg(ankles, leans, view, SIZE) == pytest.approx(inward, abs=1e-6)


@pytest.mark.parametrize(("down", "focal"), [(15, 0.85), (27, 0.85), (20, 0.65), (20, 1.05)])
def test_other_cameras_change_a_cave_by_little(down, focal):
    view = View.at(36, "right")
    before, after = (
        inward_deg(*drawn(inward, forward, view, down, focal), view, SIZE)
        for inward, forward in ((-5, -28), (6, -4))
    )
    assert after - before == pytest.approx(11, abs=1.5)


def test_a_mirror_does_not_matter():
    left, right = (View.at(40, near) for near in ("left", "right"))
    ankles, leans = drawn(8, -10, right)
    mirrored = (ankles * (-1, 1) + (SIZE[0], 0))[::-1], -leans[::-1]
    assert inward_deg(*mirrored, left, SIZE) == pytest.approx(inward_deg(ankles, leans, right, SIZE))
