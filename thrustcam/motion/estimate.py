"""A number with its 95 % interval, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A measured number.

    Attributes
    ----------
    value : the best estimate.
    low, high : its 95 % interval, same unit; low ≤ value ≤ high.
    at_s : the moment that shows it, seconds from the clip's first frame.

    Raises
    ------
    ValueError : when the value lies outside its interval or anything is not finite.
    """

    value: float
    low: float
    high: float
    at_s: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.value, self.low, self.high, self.at_s))):
            raise ValueError(f"an estimate is finite: {self}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"an estimate lies in its interval: {self}")

    @classmethod
    def around(cls, value: float, half_width: float, at_s: float) -> Estimate:
        """A value with a symmetric interval."""
        value, half_width = float(value), abs(float(half_width))
        return cls(value, value - half_width, value + half_width, float(at_s))


@dataclass(frozen=True)
class Unseen:
    """Why a number could not be measured, as one sentence that says what would show it."""

    why: str


Measured = Estimate | Unseen
