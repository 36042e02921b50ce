"""A lifter as the pose model sees the body with no plate in the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Uncovered:
    """What a second look at one picture gave.

    `time_s` : the picture's. `points` : float32, shape (k, 33, 2), pixels, x right, y down: the landmarks
    after each of k ways to paint the plates out. Where these agree, they show the body and not the paint.
    NaN where nobody was found. One way, as the pose has them, where there were no plates.
    `shins` : uint8, shape (2, 64, 56, 3), close-ups of the left and the right shin as they were, plates and
    all (`poses/close_ups.py`). `hips` : uint8, shape (80, 112, 3), the same of the hips; None without plates.
    """

    time_s: float
    points: NDArray[np.float32]
    shins: NDArray[np.uint8]
    hips: NDArray[np.uint8] | None = None
