"""The body in its frontal plane: knees against feet, and the stance; and what is not to be seen of it.

A knee that falls inward by 10° turns its shin by 10° in a picture from the feet. In one from three-quarters
both shins also turn the same way, as the knees come forward or go back over the feet; what is left between
them is the cave (`motion/shins.py`). Where the pose model draws the knees does not matter
(`poses/segments.py`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import Motion
from thrustcam.motion.shins import inward_deg
from thrustcam.motion.turning import at_start, turned_by
from thrustcam.motion.view import View
from thrustcam.poses.landmarks import Joint, Turned
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

_SHINS = (Turned.LEFT_SHIN, Turned.RIGHT_SHIN)
_ANKLES, _KNEES = [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], [Joint.LEFT_KNEE, Joint.RIGHT_KNEE]

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

_NEARER_SHORT = 0.045
"""So much of a turn that both shins share is taken from the nearer one by what is behind it."""

_FRONT_SD_DEG = 0.7
"""Standard deviation, from the feet: of the worse shin from the mean of both, and of that mean's turn in the
picture. The truth lies in 94 % of the intervals of 37 rendered clips."""
_ASIDE_SD_DEG, _SWING_SHARE_SD = 0.27, 0.05
"""From three-quarters, the same; and the share of the turn that is common to both shins: what is seen of a
shin does not turn quite as the line through its joints does. The truth lies in 94 % of the intervals of 62
rendered clips, whether shins swing by 10° or by 30°."""
_SHARE_SD = 0.05
"""The same, of the cave itself: what is behind a shin takes some of its turn."""
_AZIMUTH_SD_DEG = 3.0

_SHIN_TO_DEG = 60.0
"""Shins of lifters lean no further in the picture as a rep starts: others were drawn elsewhere."""

_HIP_WIDTH = 1.8  # hips across the outside over the distance of the joints: 0.33 over 0.18 m
_STANCE_SHARE = 0.35


def frontal_measures(motion: Motion, reps: list[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `MEASURES`."""
    unseen = Unseen(_FROM_THE_FEET)
    measured: dict[int, dict[str, Measured]] = {r.index: dict.fromkeys(MEASURES, unseen) for r in reps}
    view, track = motion.view, motion.track
    if view is None or view.kind == "side":
        return measured
    cave = _from_the_feet if view.kind == "front" else _from_aside
    for rep in reps:
        measured[rep.index]["knee_cave_deg"] = cave(track, rep, view) or Unseen(_SHINS_LOST)
        if view.kind == "front":
            measured[rep.index]["hip_level_deg"] = Unseen(_LEVEL_UNSEEN)
            measured[rep.index]["stance"] = _stance(
                track.points[during(track.t, rep.start_s, rep.end_s)], rep
            )
    return measured


def _from_the_feet(track: PoseTrack, rep: Rep, view: View) -> Estimate | None:
    """Degrees the worse shin leans further in at the top than as the rep starts; None where one was lost."""
    turns = turned_by(track, rep, _SHINS)
    found = track.found & during(track.t, rep.start_s, rep.end_s)
    if turns is None or not found.any():
        return None
    left, right = np.median(track.points[found][:, _ANKLES, 0], axis=0)
    inward = turns * (1, -1) * np.sign(right - left)
    azimuth = math.radians(view.azimuth_deg)
    both, more = float(inward.mean()) / math.sin(azimuth), float(abs(inward[0] - inward[1])) / 2
    usual = _ONE_SIDED_DEG + _SWING_DEG * math.cos(azimuth)
    return _cave(both, _FRONT_SD_DEG, view, rep, more if more > usual else 0.0)


def _from_aside(track: PoseTrack, rep: Rep, view: View) -> Estimate | None:
    """The same from three-quarters, if both shins cave in alike."""
    turns = turned_by(track, rep, _SHINS)
    start = track.found & at_start(track, rep)
    if turns is None or not start.any():
        return None
    points = np.median(track.points[start], axis=0)
    ankles = points[_ANKLES]
    across, down = (points[_KNEES] - ankles).T
    leans = np.degrees(np.arctan2(across, -down))
    if np.abs([leans, leans + turns]).max() > _SHIN_TO_DEG:
        return None
    before, after = (inward_deg(ankles, each, view, track.size) for each in (leans, leans + turns))
    swing = float(turns.mean())
    deg = after - before + _NEARER_SHORT * view.toes * swing
    return _cave(deg, math.hypot(_ASIDE_SD_DEG, _SWING_SHARE_SD * swing), view, rep)


def _cave(deg: float, sd: float, view: View, rep: Rep, alone_deg: float = 0.0) -> Estimate:
    """With its interval.

    `sd` : how far off it is whatever its size, standard deviation, degrees. `alone_deg` : by how much the
    worse shin may be further in than both.
    """
    by_azimuth = math.radians(_AZIMUTH_SD_DEG) / math.tan(math.radians(view.azimuth_deg))
    half = 1.96 * math.hypot(sd, _SHARE_SD * deg, by_azimuth * deg)
    return Estimate(deg + alone_deg / 2, deg - half, deg + alone_deg + half, rep.top_at_s)


def _stance(points: Array, rep: Rep) -> Measured:
    points = points[np.isfinite(points[:, 0, 0])]
    if not len(points):
        return Unseen(_FROM_THE_FEET)
    x = np.median(points[..., 0], axis=0)
    hips = abs(float(x[Joint.LEFT_HIP] - x[Joint.RIGHT_HIP]))
    ankles = abs(float(x[Joint.LEFT_ANKLE] - x[Joint.RIGHT_ANKLE]))
    stance = ankles / max(_HIP_WIDTH * hips, 1e-6)
    return Estimate.around(stance, _STANCE_SHARE * stance, rep.top_at_s)
