"""Whether what is inside a circle goes where the circle goes.

Arms, benches and windows draw circles too, and those follow a lifter about as well as plates do. But a plate
is a thing: where it goes, its face goes, and what it hid comes into sight.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.plates.outline import Ellipse
from thrustcam.poses.place import Image

_FAR_ENOUGH = 0.5
"""Half-heights between two places that are compared."""
_SURE = 0.3
"""Sum of what speaks against a plate, from which on there is none. On 170 rendered clips and a real one
each comparison of a plate gives 0.1 to 0.3, now and then 0.6 where a hand or a turning inscription differs,
and its sum stays below 0.15; those of other circles come to 0.4 and more within two reps."""

_PIXELS = 20
_WITHIN = 0.85  # of the outline: rims shine
_MOST_LEVELS = 60.0
"""Grey levels of one point's difference that count: a hand or a light is not the rest."""
_NOISE_LEVELS = 1.0

_ACROSS = np.linspace(-1, 1, _PIXELS)
_FACE = np.hypot(*np.meshgrid(_ACROSS, _ACROSS)) < 1


class Inside:
    """Follows what is inside one circle, wherever that goes."""

    def __init__(self) -> None:
        self._before: tuple[Frame, Ellipse] | None = None
        self._against = 0.0
        self._plate_s = math.nan

    def stays_since(self, frame: Frame, circle: Ellipse) -> float | None:
        """From when on the circle was no plate, seconds; None where nothing speaks against it."""
        if self._before is None:
            self._before, self._plate_s = (frame, circle), frame.time_s
            return None
        before, was = self._before
        if math.hypot(circle.x - was.x, circle.y - was.y) < _FAR_ENOUGH * circle.ry:
            return None
        stays = stays_behind(before.image, was, frame.image, circle)
        self._before = frame, circle
        self._against = max(0.0, self._against + (0.5 if stays is None else stays) - 0.5)
        if self._against == 0.0:
            self._plate_s = frame.time_s
        return self._plate_s if self._against > _SURE else None


def stays_behind(before: Image, was: Ellipse, image: Image, now: Ellipse) -> float | None:
    """How much what is inside two places of one circle rather stays than goes with it, 0 to 1.

    0 where it goes along, 0.5 where nothing tells, 1 where it stays; None where a place leaves the picture.

    Parameters
    ----------
    before, image : two pictures of one size. `was`, `now` : where the circle is in each.
    """
    face, behind = _inside(before, was), _inside(before, now)
    left, here = _inside(image, was), _inside(image, now)
    if face is None or behind is None or left is None or here is None:
        return None
    goes, stays = _differ(face, here), min(_differ(face, left), _differ(behind, here))
    return goes / (goes + stays)


def _inside(image: Image, e: Ellipse) -> NDArray[np.float32] | None:
    """Colours inside the outline, shape (m, 3); None where it leaves the picture."""
    height, width = image.shape[:2]
    x0, x1 = (round(e.x + side * _WITHIN * e.rx) for side in (-1, 1))
    y0, y1 = (round(e.y + side * _WITHIN * e.ry) for side in (-1, 1))
    if min(x0, y0) < 0 or x1 >= width or y1 >= height or min(x1 - x0, y1 - y0) < 2:
        return None
    small = cv2.resize(image[y0:y1, x0:x1], (_PIXELS, _PIXELS), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)[_FACE]


def _differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Grey levels."""
    off = np.abs(one - other).mean(axis=1)
    return float(np.minimum(off, _MOST_LEVELS).mean()) + _NOISE_LEVELS
