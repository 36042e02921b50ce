"""From where the camera sees the lifter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["side", "three-quarter", "front"]
Side = Literal["left", "right"]


@dataclass(frozen=True)
class View:
    """From where the camera sees the lifter.

    Attributes
    ----------
    kind : `side`, `three-quarter` or `front` (from the feet).
    near : which side of the lifter the camera is on.
    azimuth_deg : 0 square from the side, + toward the feet, 90 from the feet.
    confidence : 0 to 1.
    """

    kind: Kind
    near: Side
    azimuth_deg: float
    confidence: float
