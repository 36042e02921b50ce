"""How far both shins lean inward, from how they lie in a picture from three-quarters.

There a shin that swings back turns in the picture as one that caves in does, and the more so the steeper the
camera looks down. But both swing alike and cave in alike. A shin with the direction (forward, inward, 1) lies
along a line in the picture of a pinhole camera (Hartley & Zisserman 2004, ch. 6): one linear equation for
each of the two, and two unknowns.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.view import View

Array = NDArray[np.float64]

_DOWN_DEG = 20.0
"""How far cameras look down: they stand about a metre above the hips, three metres away."""
_FOCAL = 0.85
"""Focal length over the picture's diagonal: 0.65 of phones, 1.0 of the rendered clips. From 0.65 to 1.03, and
with cameras that look down by 17 to 23°, caves of 39 rendered clips changed by less than half a degree."""


def inward_deg(ankles: Array, leans_deg: Array, view: View, size: tuple[int, int]) -> float:
    """Degrees by which both shins lean inward in the world's frontal plane.

    Parameters
    ----------
    ankles : shape (2, 2), left and right, pixels. `size` : of the picture, pixels.
    leans_deg : shape (2,), of the shins from upright in the picture, clockwise.
    view : from three-quarters.
    """
    right, up, forward = _axes(math.radians(view.azimuth_deg))
    # As if seen from the lifter's right, with the toes to the right.
    x, y = ((ankles - np.array(size) / 2) / (_FOCAL * math.hypot(*size)) * (view.toes, -1)).T
    slope = view.toes * np.tan(np.radians(leans_deg))
    # What the direction of a shin must be square to, so that its line has that slope.
    square = right - x[:, None] * forward - slope[:, None] * (up - y[:, None] * forward)
    inward = np.array([-1, 1]) * view.toes  # of left and right: the nearer one leans away from the camera
    lines = np.column_stack([square[:, 0], inward * square[:, 1]])
    return math.degrees(math.atan(np.linalg.solve(lines, -square[:, 2])[1]))


def _axes(azimuth: float) -> tuple[Array, Array, Array]:
    """The camera's right, up and forward; x to the toes, y to the lifter's left, z up."""
    sin, cos, down = math.sin(azimuth), math.cos(azimuth), math.radians(_DOWN_DEG)
    right = np.array([cos, sin, 0.0])
    forward = np.array([-sin * math.cos(down), cos * math.cos(down), -math.sin(down)])
    return right, np.cross(right, forward), forward
