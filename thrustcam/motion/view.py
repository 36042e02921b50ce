"""From where the camera sees the lifter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.alike import AlikeModel, alike_models
from thrustcam.poses.landmarks import SIDED, Joint, middle
from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]

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

KNOWN_TO_DEG = 46.0
"""From here on the hip line alone tells: the calibration has nothing between three-quarter and front."""

_PAIRS = (*SIDED, "EAR")
_LEFT, _RIGHT = ([Joint[f"{side}_{name}"] for name in _PAIRS] for side in ("LEFT", "RIGHT"))
_HIPS = _PAIRS.index("HIP")
GROUPS = np.repeat(np.arange(5), (9, 9, 9, 4, 9))
"""Which columns of `Lines.row` are the lines' turn, their width and height in the picture, the body's length,
and the lines' length."""


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

    @property
    def toes(self) -> int:
        """1 where the toes point to the right in the picture, −1 where to the left."""
        return 1 if self.near == "right" else -1

    @classmethod
    def at(cls, azimuth_deg: float, near: Side, sd_deg: float = _KIND_SD_DEG) -> View:
        """The view from there; how sure its kind is follows from how near the next one begins."""
        gap = min(abs(azimuth_deg - border) for border in (SIDE_TO_DEG, FRONT_FROM_DEG))
        kind: Kind = "side"
        if azimuth_deg >= SIDE_TO_DEG:
            kind = "three-quarter" if azimuth_deg < FRONT_FROM_DEG else "front"
        return cls(kind, near, azimuth_deg, 0.5 + 0.5 * math.erf(gap / sd_deg / math.sqrt(2)))


@dataclass(frozen=True)
class Lines:
    """The lines from each right joint to its left one, as a stretch of poses shows them.

    Attributes
    ----------
    near : the side the camera is on.
    hips_deg : the azimuth that the hips' line in the world tells by itself, at least 0.
    row : shape (40,), in the columns of `GROUPS`, as if the right side were near. How far each line points
        across the picture instead of into it (degrees), and how far to the right and down it is drawn (torso
        lengths); the same of the line from shoulders to feet; how long each is in the world (metres).
    """

    near: Side
    hips_deg: float
    row: Array


def find_view(track: PoseTrack) -> View | None:
    """The view, from how the body's own axes lie in the camera's; None where nobody was found.

    The hips' line tells front from side. Between side and three-quarter all lines together tell more, by
    cameras whose place is known (`alike.py`): left out, 2.7° instead of 6.3°.
    """
    lines = lines_seen(track)
    if lines is None:
        return None
    if lines.hips_deg >= KNOWN_TO_DEG:
        return View.at(lines.hips_deg, lines.near)
    azimuth, half = view_model().guarded(lines.row)
    return View.at(abs(azimuth), lines.near, half / 1.96)


@cache
def view_model() -> AlikeModel:
    """The shipped calibration of the camera's azimuth up to three-quarter: of `Lines.row`."""
    return alike_models("view", ["azimuth"])["azimuth"]


def lines_seen(track: PoseTrack) -> Lines | None:
    """What a stretch of poses shows of where the camera is; None where nobody was found."""
    seen = track[track.found]
    if not len(seen):
        return None
    world, picture = seen.world.astype(float), seen.points / track.torso_px()
    across = world[:, _LEFT] - world[:, _RIGHT]
    lengths = np.linalg.norm(across, axis=2)
    turn = np.median(across / np.maximum(lengths, 1e-9)[..., None], axis=0)
    drawn = np.median(picture[:, _LEFT] - picture[:, _RIGHT], axis=0)
    body, body_drawn = np.median(_body_line(world), axis=0), np.median(_body_line(picture), axis=0)
    body /= max(float(np.linalg.norm(body)), 1e-9)
    near: Side = "right" if turn[_HIPS, 2] > 0 else "left"
    if near == "left":  # in a mirror, where left is right
        drawn[:, 1], body[0], body_drawn[0] = -drawn[:, 1], -body[0], -body_drawn[0]
    turned = np.degrees(np.arctan2(turn[:, 0], np.abs(turn[:, 2])))
    lean = np.degrees(np.arctan2(body[2], abs(body[0])))
    row = np.r_[turned, drawn.T.ravel(), lean, body[1], body_drawn, np.median(lengths, axis=0)]
    return Lines(near, float(np.interp(abs(turned[_HIPS]), _TURNED_DEG, _AZIMUTH_DEG)), row)


def _body_line(points: Array) -> Array:
    """From the middle of the shoulders to that of the ankles, for points of shape (n, 33, d)."""
    return np.asarray(middle(points, "ANKLE") - middle(points, "SHOULDER"))
