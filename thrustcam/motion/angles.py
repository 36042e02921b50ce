"""Angles of the body in its sagittal plane, in the signs of the contract.

Everything follows from how three segments lean: shin, thigh and trunk. With all three from the picture's
axes, hip = 180 − trunk + thigh runs through 180 without folding, and knee = 90 − shin + thigh.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Inclinations:
    """How the segments lean in n frames, degrees, arrays of shape (n,); NaN where not seen.

    `shin` ankle→knee from vertical, + toward the toes; `thigh` knee→hip from horizontal, + hip higher;
    `trunk` hip→shoulder from horizontal, + shoulder higher.
    """

    shin: Array
    thigh: Array
    trunk: Array

    @property
    def hip(self) -> Array:
        """Shoulder–hip–knee, signed through 180."""
        return 180.0 - self.trunk + self.thigh

    @property
    def knee(self) -> Array:
        """Hip–knee–ankle, 90 = right angle."""
        return 90.0 - self.shin + self.thigh


def inclinations(shoulder: Array, hip: Array, knee: Array, ankle: Array) -> Inclinations:
    """How the segments between these joints lean.

    Parameters
    ----------
    shoulder, hip, knee, ankle : shape (n, 2), any length unit, x toward the toes, y up.
    """
    return Inclinations(
        shin=np.degrees(np.arctan2(*_xy(ankle, knee))),
        thigh=_from_horizontal(knee, hip),
        trunk=_from_horizontal(hip, shoulder),
    )


def _xy(start: Array, end: Array) -> tuple[Array, Array]:
    return end[:, 0] - start[:, 0], end[:, 1] - start[:, 1]


def _from_horizontal(start: Array, end: Array) -> Array:
    """Rise over the way toward the head (−x), degrees in (−180, 180]."""
    x, y = _xy(start, end)
    return np.degrees(np.arctan2(y, -x))
