"""What a view from the feet shows: knees against feet and the stance; and what it does not show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.habit import KNEES, settle
from thrustcam.motion.motion import Motion
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

MEASURES = ("knee_cave_deg", "hip_level_deg", "stance")
"""What is measured from the feet end."""

_FROM_THE_FEET = "Not seen from here: film from the feet, at 1.4 m."
_LEVEL_UNSEEN = (
    "The pose model misses even a 12° tilt of the pelvis (see docs/accuracy.md): ask somebody to look."
)

_BOTTOM_S = (0.35, 0.05)  # before and after a rep starts
_PER_DEG, _OFFSET_DEG = 0.94, 0.67  # true inward tilt per measured one: 90 rendered reps from the front
_KNEES_SHIFT_SD = 1.2
_ONE_SIDED_DEG = 5.0  # shins that differ by more are told apart; below, their mean is twice as exact
_HIP_WIDTH = 1.8  # hips across the outside over the distance of the joints: 0.33 over 0.18 m
_STANCE_SHARE = 0.35


def frontal_measures(motion: Motion, reps: list[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `MEASURES`."""
    unseen = Unseen(_FROM_THE_FEET)
    measured: dict[int, dict[str, Measured]] = {r.index: dict.fromkeys(MEASURES, unseen) for r in reps}
    if motion.view is None or motion.view.kind != "front":
        return measured
    points, t = motion.track.points / motion.torso_px * (1.0, -1.0), motion.track.t
    tilt = np.stack([_inward(points, side) for side in ("LEFT", "RIGHT")], axis=1)
    caves = {r.index: cave for r in reps if np.isfinite(cave := _cave(tilt, t, r))}
    at_s = [(r.top_start_s + r.top_end_s) / 2 for r in reps if r.index in caves]
    settled = settle(list(caves.values()), at_s, _KNEES_SHIFT_SD, KNEES)
    for index, estimate in zip(caves, settled, strict=True):
        measured[index]["knee_cave_deg"] = estimate
    for rep in reps:
        measured[rep.index]["hip_level_deg"] = Unseen(_LEVEL_UNSEEN)
        measured[rep.index]["stance"] = _stance(points[during(t, rep.start_s, rep.end_s)], rep)
    return measured


def _cave(tilt: Array, t: Array, rep: Rep) -> float:
    """Degrees the shins lean further in at the top than as the rep starts; NaN where they were not seen."""
    top = tilt[during(t, rep.top_start_s, rep.top_end_s)]
    below = tilt[during(t, rep.start_s - _BOTTOM_S[0], rep.start_s + _BOTTOM_S[1])]
    top, below = top[np.isfinite(top[:, 0])], below[np.isfinite(below[:, 0])]
    if not len(top) or not len(below):
        return float("nan")
    change = np.median(top, axis=0) - np.median(below, axis=0)
    both, worse = float(change.mean()), float(change.max())
    return _PER_DEG * (worse if worse - both > _ONE_SIDED_DEG else both) + _OFFSET_DEG


def _stance(points: Array, rep: Rep) -> Measured:
    points = points[np.isfinite(points[:, 0, 0])]
    if not len(points):
        return Unseen(_FROM_THE_FEET)
    x = np.median(points[..., 0], axis=0)
    hips = abs(float(x[Joint.LEFT_HIP] - x[Joint.RIGHT_HIP]))
    ankles = abs(float(x[Joint.LEFT_ANKLE] - x[Joint.RIGHT_ANKLE]))
    at_s = (rep.top_start_s + rep.top_end_s) / 2
    stance = ankles / max(_HIP_WIDTH * hips, 1e-6)
    return Estimate.around(stance, _STANCE_SHARE * stance, at_s)


def _inward(points: Array, side: str) -> Array:
    """Degrees the shin of this side leans toward the other leg, from vertical; shape (n,)."""
    other = "RIGHT" if side == "LEFT" else "LEFT"
    knee, ankle = points[:, Joint[f"{side}_KNEE"]], points[:, Joint[f"{side}_ANKLE"]]
    toward = np.sign(points[:, Joint[f"{other}_ANKLE"], 0] - ankle[:, 0])
    return np.asarray(np.degrees(np.arctan2((knee[:, 0] - ankle[:, 0]) * toward, knee[:, 1] - ankle[:, 1])))
