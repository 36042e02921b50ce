"""A small picture of the legs, kept so that the tops of a set can be compared by what they look like."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.patches import Grey, blurred


@dataclass(frozen=True)
class Glimpse:
    """The legs in one picture.

    `low` : x and y of its corner in the whole picture, pixels. `scale` : how much smaller it is.
    `coded` : grey levels, as JPEG.
    """

    time_s: float
    low: tuple[int, int]
    scale: float
    coded: bytes

    def grey(self) -> Grey:
        """Its grey levels, a little blurred."""
        levels = np.asarray(cv2.imdecode(np.frombuffer(self.coded, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
        return blurred(levels)

    def within(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points of the whole picture, shape (…, 2), lie in this one."""
        return np.asarray((points - self.low) * self.scale)
