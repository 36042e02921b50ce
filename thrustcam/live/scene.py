"""What a picture shows beside the lifter: light, and how plumb the camera stands."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.live.framing import Scene

_EVERY_S = 0.5
_BURNT = 253
_WIDTH = 320  # px, enough for the long edges of a room
_SLANT_DEG = 15.0  # more is no leaning camera but a leaning thing
_BIN_DEG = 0.5
_STRONG = 60.0  # gradient of 1020; sensor noise stays below
_CLEAR = 3.0  # the peak stands so far above the typical bin


def brightness(image: NDArray[np.uint8]) -> float:
    """Mean of the picture, 0 to 255."""
    return light(image)[0]


def light(image: NDArray[np.uint8]) -> tuple[float, float]:
    """The picture's mean, 0 to 255, and the share of it that is burnt out, 0 to 1."""
    few = image[::8, ::8]
    return float(few.mean()), float((few.min(axis=2) >= _BURNT).mean())


class Eye:
    """Looks at a picture now and then; between the looks the scene is taken to be as it was."""

    def __init__(self) -> None:
        self.scene: Scene | None = None
        self._next_s = -np.inf

    def look(self, image: NDArray[np.uint8], at_s: float, people: int | None = None) -> Scene:
        """The scene at `at_s`, seconds; `people` where somebody has counted them."""
        if self.scene is None or at_s >= self._next_s:
            self._next_s = at_s + _EVERY_S
            mean, burnt = light(image)
            self.scene = Scene(mean, burnt, tilt_deg(image), people)
        elif people != self.scene.people:
            self.scene = replace(self.scene, people=people)
        return self.scene


def tilt_deg(image: NDArray[np.uint8]) -> float | None:
    """How far the room seems turned, degrees, + clockwise; None where nothing in it is plumb.

    Floors, walls, benches and racks are full of level and upright edges. Their directions, taken modulo 90°,
    pile up at 0 when the camera stands straight; a floor's edge seen in perspective is off by more than that
    but has no upright partner, so the upright edges decide where there are enough.
    """
    height, width = image.shape[:2]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_WIDTH, max(1, round(height * _WIDTH / width))), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    x, y = cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1)
    size = np.hypot(x, y)
    # An upright edge has a level gradient: its angle is the edge's lean.
    lean = np.degrees(np.arctan2(y, np.abs(x)) * np.where(x < 0, -1, 1))
    seen = (size > _STRONG) & (np.abs(lean) < _SLANT_DEG)
    if seen.sum() < _WIDTH / 2:
        return None
    bins = np.arange(-_SLANT_DEG, _SLANT_DEG + _BIN_DEG, _BIN_DEG)
    counts, _ = np.histogram(lean[seen], bins, weights=size[seen])
    counts = np.convolve(counts, [0.25, 0.5, 0.25], "same")
    peak = int(counts.argmax())
    if counts[peak] < _CLEAR * float(np.median(counts)):
        return None
    return float(bins[peak] + _BIN_DEG / 2)
