"""What a view from the feet shows: knees against feet, a level pelvis, the stance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import Motion
from thrustcam.poses.landmarks import Joint
from thrustcam.reps import Rep

FROM_THE_FEET = "film from the feet, at 1.4 m"

_CAVE_HALF_DEG = 4.0
_LEVEL_HALF_DEG = 8.0
_STANCE_HALF = 0.25


def frontal_measures(motion: Motion, rep: Rep) -> dict[str, Measured]:
    """`knee_cave_deg`, `hip_level_deg` and `stance` of one rep."""
    names = ("knee_cave_deg", "hip_level_deg", "stance")
    if motion.view is None or motion.view.kind != "front":
        return dict.fromkeys(names, Unseen(f"Not seen from here: {FROM_THE_FEET}."))
    track = motion.track
    points = track.points / motion.torso_px * (1.0, -1.0)
    start = _around(points, track.t, rep.start_s - 0.3, rep.start_s + 0.05)
    whole = (track.t >= rep.start_s) & (track.t <= rep.end_s) & track.found
    top = (track.t >= rep.top_start_s - 1e-6) & (track.t <= rep.top_end_s + 1e-6) & track.found
    if start is None or not top.any() or not whole.any():
        return dict.fromkeys(names, Unseen(f"The legs were not seen: {FROM_THE_FEET}."))
    inward = np.stack([_inward(points, side) - _inward(start[None], side) for side in ("LEFT", "RIGHT")])
    worse = inward.max(axis=0)
    held = np.flatnonzero(whole)
    row = held[np.argsort(worse[held])[int(0.9 * (len(held) - 1))]]
    hips = np.median(points[top][:, [Joint.LEFT_HIP, Joint.RIGHT_HIP]], axis=0)
    ankles = np.median(points[whole][:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]], axis=0)
    across = abs(hips[0] - hips[1])
    at_s = (rep.top_start_s + rep.top_end_s) / 2
    return {
        "knee_cave_deg": Estimate.around(float(worse[row]), _CAVE_HALF_DEG, float(track.t[row])),
        "hip_level_deg": Estimate.around(
            float(np.degrees(np.arctan2(hips[0, 1] - hips[1, 1], max(across[0], 1e-6)))),
            _LEVEL_HALF_DEG,
            at_s,
        ),
        "stance": Estimate.around(
            float(abs(ankles[0, 0] - ankles[1, 0]) / max(across[0], 1e-6)), _STANCE_HALF, at_s
        ),
    }


def _around(
    points: NDArray[np.float64], t: NDArray[np.float64], low: float, high: float
) -> NDArray[np.float64] | None:
    rows = (t >= low) & (t <= high) & np.isfinite(points[:, Joint.LEFT_HIP, 0])
    return np.asarray(np.median(points[rows], axis=0)) if rows.any() else None


def _inward(points: NDArray[np.float64], side: str) -> NDArray[np.float64]:
    """Degrees the shin of this side leans toward the other leg, from vertical; shape (n,)."""
    other = "RIGHT" if side == "LEFT" else "LEFT"
    knee, ankle = points[:, Joint[f"{side}_KNEE"]], points[:, Joint[f"{side}_ANKLE"]]
    toward = np.sign(points[:, Joint[f"{other}_ANKLE"], 0] - ankle[:, 0])
    return np.asarray(np.degrees(np.arctan2((knee[:, 0] - ankle[:, 0]) * toward, knee[:, 1] - ankle[:, 1])))
