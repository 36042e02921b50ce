"""How the body moves in one rise of the hips: what tells a hip thrust from other exercises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import Joint, middle
from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]

_AROUND_S = 0.15


@dataclass(frozen=True)
class Shape:
    """A rise of the hips as the picture shows it, in torso lengths, y up.

    Attributes
    ----------
    hip_rise, shoulder_rise : how far they go up from bottom to top (+) or down (−).
    hand_rise : how far the steadier hand goes up or down meanwhile, at least 0.
    foot_travel : how far the steadier foot moves meanwhile.
    knee_over_ankle, hip_over_knee, shoulder_over_hip : heights at the top; the first of the higher knee.
    hip_between : where the hips lie across the picture at the top, 0 under the shoulders, 1 under the knees;
        NaN where the body is too foreshortened to tell.
    bent_deg : hip–knee–ankle at the bottom of the leg that is bent more, in three dimensions, 180 = straight.
    """

    hip_rise: float
    shoulder_rise: float
    hand_rise: float
    foot_travel: float
    knee_over_ankle: float
    hip_over_knee: float
    shoulder_over_hip: float
    hip_between: float
    bent_deg: float


def shape_of(track: PoseTrack, torso_px: float, low_s: float, high_s: float) -> Shape | None:
    """The shape of a rise from its bottom at `low_s` to its top at `high_s`; None where it was not seen."""
    low, high = _typical(track, low_s), _typical(track, high_s)
    if low is None or high is None:
        return None
    a, b = low.points / torso_px * (1.0, -1.0), high.points / torso_px * (1.0, -1.0)
    knees, ankles = [Joint.LEFT_KNEE, Joint.RIGHT_KNEE], [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]
    hands = [Joint.LEFT_WRIST, Joint.RIGHT_WRIST]
    shoulder, hip, knee = middle(b, "SHOULDER"), middle(b, "HIP"), middle(b, "KNEE")
    across = knee[0] - shoulder[0]
    return Shape(
        hip_rise=float(hip[1] - middle(a, "HIP")[1]),
        shoulder_rise=float(shoulder[1] - middle(a, "SHOULDER")[1]),
        hand_rise=float(abs(b[hands, 1] - a[hands, 1]).min()),
        foot_travel=float(np.linalg.norm(b[ankles] - a[ankles], axis=1).min()),
        knee_over_ankle=float((b[knees, 1] - b[ankles, 1]).max()),
        hip_over_knee=float(hip[1] - knee[1]),
        shoulder_over_hip=float(shoulder[1] - hip[1]),
        hip_between=float((hip[0] - shoulder[0]) / across) if abs(across) > 0.6 else float("nan"),
        bent_deg=_bent_deg(low.world),
    )


@dataclass(frozen=True)
class _Typical:
    points: Array
    world: Array


def _typical(track: PoseTrack, at_s: float) -> _Typical | None:
    """The median pose around a moment; of the nearest poses where none is that near."""
    rows = np.flatnonzero(track.found)
    if not len(rows):
        return None
    near = rows[abs(track.t[rows] - at_s) <= _AROUND_S]
    if not len(near):
        near = rows[[abs(track.t[rows] - at_s).argmin()]]
    return _Typical(np.median(track.points[near], axis=0), np.median(track.world[near], axis=0))


def _bent_deg(world: Array) -> float:
    angles = []
    for side in ("LEFT", "RIGHT"):
        hip, knee, ankle = (world[Joint[f"{side}_{name}"]] for name in ("HIP", "KNEE", "ANKLE"))
        up, down = hip - knee, ankle - knee
        cosine = up @ down / max(float(np.linalg.norm(up) * np.linalg.norm(down)), 1e-9)
        angles.append(float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))
    return min(angles)
