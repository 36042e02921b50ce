"""A lifter as the pose model sees the body once the plates are painted out of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Uncovered:
    """What a second look at one picture gave.

    `time_s` : the picture's. `points` : float32, shape (k, 33, 2), pixels, x right, y down: the landmarks
    after each of k ways to paint the plates out. Where these agree, they show the body and not the paint.
    NaN where nobody was found. `shins` : uint8, shape (2, 64, 56, 3), the picture around the left and the
    right shin as it was, plates and all (`poses/shin_picture.py`).
    """

    time_s: float
    points: NDArray[np.float32]
    shins: NDArray[np.uint8]
