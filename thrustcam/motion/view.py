"""From where the camera sees the lifter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack

Kind = Literal["side", "three-quarter", "front"]
Side = Literal["left", "right"]

SIDE_TO_DEG = 27.0
FRONT_FROM_DEG = 60.0
"""Where one kind of view ends and the next begins; the clips we calibrate on have side views up to 25°,
three-quarter from 28 to 42°, front from 83 to 97°."""

_TURNED_DEG = (0.0, 10.0, 35.0, 50.0, 87.0)
_AZIMUTH_DEG = (0.0, 4.0, 25.5, 39.0, 90.0)
"""What the world landmarks' hip line says and what the camera's azimuth was, medians of 127 rendered clips;
the residual is 6° (standard deviation)."""

_KIND_SD_DEG = 6.0


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


def find_view(track: PoseTrack) -> View | None:
    """The view, from how the body's own axes lie in the camera's; None where nobody was found.

    How far the line from the right hip to the left points across the picture instead of into it, through
    the calibration below. The world landmarks' own line from shoulders to feet says less.
    """
    world = track.world[track.found]
    if not len(world):
        return None
    across = world[:, Joint.LEFT_HIP] - world[:, Joint.RIGHT_HIP]
    across = across / np.maximum(np.linalg.norm(across[:, [0, 2]], axis=1, keepdims=True), 1e-9)
    sideways, away = np.median(across[:, 0]), np.median(across[:, 2])
    turned = float(np.degrees(np.arctan2(abs(sideways), abs(away))))
    azimuth = float(np.interp(turned, _TURNED_DEG, _AZIMUTH_DEG))
    return View(_kind(azimuth), "right" if away > 0 else "left", azimuth, _confidence(azimuth))


def _kind(azimuth: float) -> Kind:
    if abs(azimuth) < SIDE_TO_DEG:
        return "side"
    return "three-quarter" if abs(azimuth) < FRONT_FROM_DEG else "front"


def _confidence(azimuth: float) -> float:
    """How sure the kind is: the distance to the nearest border in standard errors of the azimuth."""
    gap = min(abs(abs(azimuth) - border) for border in (SIDE_TO_DEG, FRONT_FROM_DEG))
    return float(0.5 + 0.5 * np.tanh(gap / _KIND_SD_DEG))
