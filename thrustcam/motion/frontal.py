"""What a view from the feet shows: knees against feet and the stance; and what it does not show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.joint_model import knee_model
from thrustcam.motion.motion import Motion
from thrustcam.poses.landmarks import SIDED, Joint
from thrustcam.poses.track import during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

MEASURES = ("knee_cave_deg", "hip_level_deg", "stance")
"""What is measured from the feet end."""

_FROM_THE_FEET = "Not seen from here: film from the feet, at 1.4 m."
_KNEES_HIDDEN = "The knees were not seen: film from the feet, all of the body in the picture."
_LEVEL_UNSEEN = (
    "The pose model misses even a 12° tilt of the pelvis (see docs/accuracy.md): ask somebody to look."
)

BOTTOM_S = (0.35, 0.05)
"""So long before and after a rep starts the knees are where it starts from."""

_ONE_SIDED_DEG = 5.0  # shins that differ by more may lean apart; below, their mean is twice as exact
GROUPS = np.array([0] + [1] * 2 * len(SIDED))
"""Which columns of `knees_seen` tell the shins, and which every landmark's place."""
_HIP_WIDTH = 1.8  # hips across the outside over the distance of the joints: 0.33 over 0.18 m
_STANCE_SHARE = 0.35


def frontal_measures(motion: Motion, reps: list[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `MEASURES`."""
    unseen = Unseen(_FROM_THE_FEET)
    measured: dict[int, dict[str, Measured]] = {r.index: dict.fromkeys(MEASURES, unseen) for r in reps}
    if motion.view is None or motion.view.kind != "front":
        return measured
    points, t = motion.track.points / motion.torso_px * (1.0, -1.0), motion.track.t
    for rep in reps:
        seen = knees_seen(motion, rep)
        measured[rep.index]["knee_cave_deg"] = Unseen(_KNEES_HIDDEN) if seen is None else _cave(*seen, rep)
        measured[rep.index]["hip_level_deg"] = Unseen(_LEVEL_UNSEEN)
        measured[rep.index]["stance"] = _stance(points[during(t, rep.start_s, rep.end_s)], rep)
    return measured


def knees_seen(motion: Motion, rep: Rep) -> tuple[Array, Array] | None:
    """What tells how far the knees cave in at a rep's top: how the picture differs from the rep's start.

    Returns
    -------
    Shape (2,): degrees the left and the right shin lean further in. Shape (17,), columns as of `GROUPS`:
    their mean; then how much further apart and how much higher above the ankles each pair of joints is, torso
    lengths: hips, hands and shoulders go with the knees, and bear witness where those are hidden. None where
    nobody was seen.
    """
    t, points = motion.track.t, motion.track.points / motion.torso_px * (1.0, -1.0)
    start_s, end_s = rep.start_s - BOTTOM_S[0], rep.start_s + BOTTOM_S[1]
    found = motion.track.found
    top, below = during(t, rep.top_start_s, rep.top_end_s) & found, during(t, start_s, end_s) & found
    if not top.any() or not below.any():
        return None
    top_deg, below_deg = (
        np.median([_inward(points[rows], side) for side in ("LEFT", "RIGHT")], axis=1)
        for rows in (top, below)
    )
    moved = _pairs(np.median(points[top], axis=0)) - _pairs(np.median(points[below], axis=0))
    tilts = np.asarray(top_deg - below_deg)
    return tilts, np.r_[tilts.mean(), moved]


def _pairs(points: Array) -> Array:
    """Distance across and height above the ankles of each of `SIDED`, for points of shape (33, 2)."""
    left, right = (points[[Joint[f"{side}_{name}"] for name in SIDED]] for side in ("LEFT", "RIGHT"))
    ankles = SIDED.index("ANKLE")
    across = (left - right)[:, 0] * np.sign((left - right)[ankles, 0])
    middle = (left + right)[:, 1] / 2
    return np.stack([across, middle - middle[ankles]], axis=1).ravel()


def _cave(tilts: Array, seen: Array, rep: Rep) -> Estimate:
    """Degrees the worse shin leans further in at the top than as the rep starts.

    One that leans in alone may be a knee that the pose model saw elsewhere, behind a plate: the interval
    holds both.
    """
    both, half = knee_model().guarded(seen)
    more = float(tilts.max() - tilts.mean())
    alone = more if more > _ONE_SIDED_DEG else 0.0
    return Estimate(both + alone / 2, both - half, both + alone + half, rep.top_at_s)


def _stance(points: Array, rep: Rep) -> Measured:
    points = points[np.isfinite(points[:, 0, 0])]
    if not len(points):
        return Unseen(_FROM_THE_FEET)
    x = np.median(points[..., 0], axis=0)
    hips = abs(float(x[Joint.LEFT_HIP] - x[Joint.RIGHT_HIP]))
    ankles = abs(float(x[Joint.LEFT_ANKLE] - x[Joint.RIGHT_ANKLE]))
    stance = ankles / max(_HIP_WIDTH * hips, 1e-6)
    return Estimate.around(stance, _STANCE_SHARE * stance, rep.top_at_s)


def _inward(points: Array, side: str) -> Array:
    """Degrees the shin of this side leans toward the other leg, from vertical; shape (n,)."""
    other = "RIGHT" if side == "LEFT" else "LEFT"
    knee, ankle = points[:, Joint[f"{side}_KNEE"]], points[:, Joint[f"{side}_ANKLE"]]
    toward = np.sign(points[:, Joint[f"{other}_ANKLE"], 0] - ankle[:, 0])
    return np.asarray(np.degrees(np.arctan2((knee[:, 0] - ankle[:, 0]) * toward, knee[:, 1] - ankle[:, 1])))
