"""The body in its sagittal plane, frame by frame: how shin, thigh and trunk lean, and how sure that is.

The mean of the near and the far side cancels most of what either lacks: on rendered clips without plates it
errs by 2.6° (shin), 4.5° (hip) and 4° (knee, standard deviations) where one side alone errs by up to 5.6°.
What is left is a bias of the pose model's joints that depends on the view, taken away here, and what plates
do: they draw hips and knees toward themselves, which shows as a trunk too short and as legs that disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.angles import Inclinations, inclinations
from thrustcam.motion.motion import Motion
from thrustcam.poses.landmarks import Joint

Array = NDArray[np.float64]

# The pose model's bias against the joints of a body counted upright, medians of rendered clips: degrees at
# these azimuths (side views, three-quarter views).
_AZIMUTH_DEG = (8.0, 36.0)
_SHIN_BIAS_DEG = (3.0, 2.0)
_THIGH_BIAS_DEG = (0.7, 16.5)
_TRUNK_BIAS_DEG = (-1.3, 13.0)


@dataclass(frozen=True)
class Sagittal:
    """Arrays of shape (n,), one entry for each pose of the track; NaN with nobody found or in front view.

    `lean` : how the segments lean, degrees, without the pose model's bias.
    `legs_apart` : degrees by which the shins of both sides differ; large where a plate misleads one.
    `trunk` : apparent trunk length in torso lengths; short where the hips are drawn onto a plate.
    """

    lean: Inclinations
    legs_apart: Array
    trunk: Array


def sagittal(motion: Motion) -> Sagittal:
    """The sagittal plane of every pose."""
    track, view = motion.track, motion.view
    n = len(track)
    if view is None or view.kind == "front":
        nothing = np.full(n, np.nan)
        return Sagittal(Inclinations(nothing, nothing, nothing), nothing, nothing)
    toes = np.sign(np.nanmedian(track.feet()[:, 0] - track.middle("SHOULDER")[:, 0])) or 1.0
    points = track.points / motion.torso_px * (toes, -1.0)
    sides = [_lean(points, ("LEFT",)), _lean(points, ("RIGHT",))]
    both = _lean(points, ("LEFT", "RIGHT"))
    azimuth = abs(view.azimuth_deg)
    bias = (np.interp(azimuth, _AZIMUTH_DEG, b) for b in (_SHIN_BIAS_DEG, _THIGH_BIAS_DEG, _TRUNK_BIAS_DEG))
    shin, thigh, trunk = bias
    return Sagittal(
        Inclinations(both.shin - shin, both.thigh - thigh, both.trunk - trunk),
        abs(sides[0].shin - sides[1].shin),
        np.linalg.norm(_joint(points, "SHOULDER") - _joint(points, "HIP"), axis=1),
    )


def _lean(points: Array, sides: tuple[str, ...]) -> Inclinations:
    return inclinations(*(_joint(points, name, sides) for name in ("SHOULDER", "HIP", "KNEE", "ANKLE")))


def _joint(points: Array, name: str, sides: tuple[str, ...] = ("LEFT", "RIGHT")) -> Array:
    """Shape (n, 2): this joint, the mean of these sides."""
    return np.asarray(points[:, [Joint[f"{side}_{name}"] for side in sides]].mean(axis=1))
