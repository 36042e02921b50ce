"""What should keep its place: shoulder blades on the bench, heels on the floor, the head on the trunk."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import Motion
from thrustcam.motion.turning import turned_by
from thrustcam.poses.landmarks import Turned, middle
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

_NOT_SIDE = "Not seen from here: film square from the side."
_HEAD_HIDDEN = "The head was not seen: film square from the side, all of the body in the picture."
_HEEL_HIDDEN = "The near foot was not seen all the way up: film square from the side, feet in the picture."

_IN_LINE_DEG = 5.0  # shoulder→ear from the trunk's line when the head is held as in standing
_NECK_HALF_DEG = 20.0
_DRIFT_HALF = 0.06
_AROUND_S = 0.3

_FOOT_TO_SHIN = 0.45
"""Toe to heel over ankle to knee, as the pose model draws them: median of 30 rendered clips from the side."""
_TIP_SD_DEG, _TIP_SHARE_SD = 1.2, 0.12
"""By which a foot's turn in the picture is off, standard deviation, and the share of it: planted feet of real
lifters turn by 1 to 3°, those of rendered ones by less than 1°."""
_TIPS_DEG = (-5.0, 45.0)
"""No heel sinks into the floor, and none rises further: something else was followed."""


def anchors(motion: Motion, reps: list[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `neck_deg`, `shoulder_drift` and `heel_rise`."""
    unseen: dict[str, Measured] = {
        "neck_deg": Unseen(_NOT_SIDE),
        "shoulder_drift": Unseen(_NOT_SIDE),
        "heel_rise": Unseen(_NOT_SIDE),
    }
    measured = {rep.index: dict(unseen) for rep in reps}
    if motion.view is None or motion.view.kind != "side":
        return measured
    track = motion.track
    toes = np.sign(np.nanmedian(track.feet()[:, 0] - track.middle("SHOULDER")[:, 0])) or 1.0
    points = track.points / motion.torso_px * (toes, -1.0)
    for rep in reps:
        top = _typical(points, track.t, rep.top_start_s, rep.top_end_s)
        measured[rep.index]["neck_deg"] = _neck(top, rep.top_at_s)
        before = _typical(points, track.t, rep.start_s - _AROUND_S, rep.start_s)
        after = _typical(points, track.t, rep.end_s, rep.end_s + _AROUND_S) if rep.complete else None
        measured[rep.index]["shoulder_drift"] = _drift(before, after, rep.end_s)
        measured[rep.index]["heel_rise"] = _heel(track, rep, float(toes))
    return measured


def _typical(points: Array, t: Array, start_s: float, end_s: float) -> Array | None:
    rows = during(t, start_s, end_s) & np.isfinite(points[:, 0, 0])
    return np.asarray(np.median(points[rows], axis=0)) if rows.any() else None


def _neck(points: Array | None, at_s: float) -> Measured:
    """Degrees the ears lie above (+) or below (−) the line that the trunk draws beyond the shoulders."""
    if points is None:
        return Unseen(_HEAD_HIDDEN)
    shoulder, hip, ear = (middle(points, name) for name in ("SHOULDER", "HIP", "EAR"))
    trunk, neck = shoulder - hip, ear - shoulder
    turned = np.degrees(np.arctan2(neck[1], -neck[0]) - np.arctan2(trunk[1], -trunk[0]))
    turned = (turned + 180.0) % 360.0 - 180.0
    return Estimate.around(float(turned) - _IN_LINE_DEG, _NECK_HALF_DEG, at_s)


def _drift(before: Array | None, after: Array | None, at_s: float) -> Measured:
    """Torso lengths the shoulders lie elsewhere after the rep than before."""
    if before is None or after is None:
        return Unseen("The rep's end was not seen: keep filming until the hips are down.")
    moved = float(np.linalg.norm(middle(after, "SHOULDER") - middle(before, "SHOULDER")))
    return Estimate(moved, max(0.0, moved - _DRIFT_HALF), moved + _DRIFT_HALF, at_s)


def _heel(track: PoseTrack, rep: Rep, toes: float) -> Measured:
    """Shin lengths by which the near heel is higher at the top than as the rep starts.

    Told by how the foot tips over its toes, which its picture shows (`poses/segments.py`): a planted heel's
    landmark wanders by more. `toes` : 1 where they point to the right, −1 to the left.
    """
    turned = turned_by(track, rep, (Turned.NEAR_FOOT,))
    tips = float("nan") if turned is None else toes * float(turned[0])
    if not _TIPS_DEG[0] <= tips <= _TIPS_DEG[1]:
        return Unseen(_HEEL_HIDDEN)
    half = 1.96 * float(np.hypot(_TIP_SD_DEG, _TIP_SHARE_SD * tips))
    low, value, high = _FOOT_TO_SHIN * np.sin(np.radians([tips - half, tips, tips + half]))
    return Estimate(float(value), float(low), float(high), rep.top_at_s)
