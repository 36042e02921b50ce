"""The body in its frontal plane: knees against feet, and the stance; and what is not to be seen of it.

A knee that falls inward by 10° turns its shin by 10° in a picture from the feet, and by 10° × sin(azimuth)
in one from three-quarters. There both shins also turn the same way, as the knees come forward or go back over
the feet; what is left between them is the cave. Where the pose model draws the knees does not matter
(`poses/segments.py`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import Motion
from thrustcam.motion.turning import turned_by
from thrustcam.motion.view import View
from thrustcam.poses.landmarks import Joint, Turned
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

MEASURES = ("knee_cave_deg", "hip_level_deg", "stance")
"""What is measured in the frontal plane: from the feet end, the knees from three-quarters too."""

_FROM_THE_FEET = "Not seen from here: film from the feet, at 1.4 m."
_SHINS_LOST = "The shins were not seen all the way up: film from the feet, all of the body in the picture."
_LEVEL_UNSEEN = (
    "The pose model misses even a 12° tilt of the pelvis (see docs/accuracy.md): ask somebody to look."
)

_ONE_SIDED_DEG = 5.0
"""From the feet, a shin that turns by so much more than the mean of both may cave in alone. Below, the mean
is more exact: the camera does not stand quite between the feet."""
_SWING_DEG = 25.0
"""By which both shins swing back from bottom to top: the less square from the feet the camera stands, the
more of it is seen."""

_NEARER = 0.055
"""Half of the feet's distance apart over the camera's distance, 0.17 of 3 m: of a turn that both shins share,
so much more is seen of the nearer one."""

_BODY_SD_DEG, _TURN_SD_DEG = 0.5, 0.6
"""Standard deviations: of the worse shin from the mean of both, and of that mean's turn in the picture; of 73
rendered clips, whose truth lies in 94 % of the intervals from the feet and in 92 % of those from aside."""
_SHARE_SD = 0.06
"""The same, of the turn itself: what is behind a shin takes some of it."""
_AZIMUTH_SD_DEG = 3.0

_HIP_WIDTH = 1.8  # hips across the outside over the distance of the joints: 0.33 over 0.18 m
_STANCE_SHARE = 0.35


def frontal_measures(motion: Motion, reps: list[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `MEASURES`."""
    unseen = Unseen(_FROM_THE_FEET)
    measured: dict[int, dict[str, Measured]] = {r.index: dict.fromkeys(MEASURES, unseen) for r in reps}
    view, track = motion.view, motion.track
    if view is None or view.kind == "side":
        return measured
    for rep in reps:
        inward = _inward_turns(track, rep)
        measured[rep.index]["knee_cave_deg"] = (
            Unseen(_SHINS_LOST) if inward is None else _cave(inward, view, rep)
        )
        if view.kind == "front":
            measured[rep.index]["hip_level_deg"] = Unseen(_LEVEL_UNSEEN)
            measured[rep.index]["stance"] = _stance(
                track.points[during(track.t, rep.start_s, rep.end_s)], rep
            )
    return measured


def _inward_turns(track: PoseTrack, rep: Rep) -> Array | None:
    """Degrees by which each shin leans further in, in the picture, at a rep's top than as it starts.

    Shape (2,), left and right. None where either was lost in between.
    """
    turns = turned_by(track, rep, (Turned.LEFT_SHIN, Turned.RIGHT_SHIN))
    found = track.found & during(track.t, rep.start_s, rep.end_s)
    if turns is None or not found.any():
        return None
    ankles = np.median(track.points[found][:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 0], axis=0)
    return np.asarray(turns * (1, -1) * np.sign(ankles[1] - ankles[0]))


def _cave(inward: Array, view: View, rep: Rep) -> Estimate:
    """Degrees the worse shin leans further in at the top than as the rep starts, for `_inward_turns`."""
    azimuth = math.radians(view.azimuth_deg)
    left, right = inward.tolist()
    shared = (left - right) / 2 if view.near == "left" else (right - left) / 2
    both = (left + right) / 2 / math.sin(azimuth) + _NEARER * shared
    shares = _SHARE_SD * both, math.radians(_AZIMUTH_SD_DEG) / math.tan(azimuth) * both
    half = 1.96 * math.hypot(_BODY_SD_DEG, _TURN_SD_DEG / math.sin(azimuth), *shares)
    more = abs(left - right) / 2
    usual = _ONE_SIDED_DEG + _SWING_DEG * math.cos(azimuth)
    alone = more if view.kind == "front" and more > usual else 0.0
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
