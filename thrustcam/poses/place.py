"""Where a body is in the picture and how it holds itself, and painting bodies out of pictures.

Lengths are in the body's own torso lengths. Measured on 120 clips of one lifter and on 72 with walkers pasted
into them.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import BONES, FEET, Joint, Pose
from thrustcam.poses.track import TORSO_M

Image = NDArray[np.uint8]

# Lifters never pass both: their shoulders are 0.74 above hips that high at most; who walks, 0.88 and more.
_LEGS, _TRUNK_UP = 1.2, 0.8  # hips above feet, shoulders above hips
_SEATED = 0.85  # shoulders above hips; 0.83 for lifters at the bottom, about 1 for who sits upright
_STRAYED = 0.6  # feet or shoulders off their place; 0.2 at most in 99 % of a lifter's poses
_SIZED = 1.5  # larger or smaller than usual by this; 0.66–1.25 for a lifter

GREY = 128
_MARGIN = 0.6  # around the landmarks: head, hands, a bar, and hips on their way up
_LIMB, _HEAD = 0.45, 0.38  # width of a painted limb, radius of a painted head
_ENDS = np.array(BONES).T
_TRUNK = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP, Joint.LEFT_HIP]


def size(pose: Pose) -> float:
    """Pixels that a torso length has where this body is, whatever way the torso points."""
    a, b = _ENDS
    flat = np.linalg.norm(pose.points[a] - pose.points[b], axis=1)
    solid = np.linalg.norm((pose.world[a] - pose.world[b])[:, :2], axis=1)
    return max(1.0, float((flat * solid).sum() / max(float((solid**2).sum()), 1e-9)) * TORSO_M)


def standing(pose: Pose) -> bool:
    """Whether hips are high above the feet and shoulders high above the hips: no phase of a hip thrust."""
    legs, trunk = _upright(pose)
    return legs > _LEGS and trunk > _TRUNK_UP


def lying(pose: Pose) -> bool:
    """Whether the trunk lies or leans back as in a hip thrust, which nobody's does who stands or sits."""
    legs, trunk = _upright(pose)
    return pose.found and not (legs > _LEGS and trunk > _TRUNK_UP) and trunk < _SEATED


def same_place(a: Pose, b: Pose) -> bool:
    """Whether two bodies have feet, shoulders and size in common, as a lifter's poses have all set long."""
    unit = size(a)
    strayed = max(math.dist(_feet(a), _feet(b)), math.dist(_shoulders(a), _shoulders(b)))
    return strayed < _STRAYED * unit and abs(math.log(size(b) / unit)) < math.log(_SIZED)


def only_around(image: Image, pose: Pose) -> Image:
    """A copy in which only a body and a margin around it is left, the rest grey."""
    height, width = image.shape[:2]
    margin = _MARGIN * size(pose)
    x0, y0 = (pose.points.min(0) - margin).clip(0, (width, height)).astype(int)
    x1, y1 = (pose.points.max(0) + margin).clip(0, (width, height)).astype(int)
    out: Image = np.full_like(image, GREY)
    out[y0:y1, x0:x1] = image[y0:y1, x0:x1]
    return out


def without_body(image: Image, pose: Pose) -> Image:
    """A copy with one body painted grey along its bones, which leaves what is beside and between them."""
    out: Image = image.copy()
    points, unit = np.rint(pose.points).astype(int), size(pose)
    grey, width = (GREY,) * 3, max(1, round(_LIMB * unit))
    for a, b in BONES:
        cv2.line(out, points[a].tolist(), points[b].tolist(), grey, width)
    cv2.fillConvexPoly(out, points[_TRUNK].astype(np.int32), grey)
    cv2.circle(out, points[Joint.NOSE].tolist(), max(1, round(_HEAD * unit)), grey, -1)
    return out


def _upright(pose: Pose) -> tuple[float, float]:
    """How high the hips are above the feet and the shoulders above the hips; NaN where nobody is."""
    unit = size(pose) if pose.found else math.nan
    hips = float(pose.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP], 1].mean())
    return (float(_feet(pose)[1]) - hips) / unit, (hips - float(_shoulders(pose)[1])) / unit


def _feet(pose: Pose) -> NDArray[np.float64]:
    return np.asarray(np.median(pose.points[FEET].astype(float), axis=0))


def _shoulders(pose: Pose) -> NDArray[np.float64]:
    pair = pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]]
    return np.asarray(pair.mean(axis=0, dtype=float))
