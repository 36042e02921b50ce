"""What the body did in a clip: the stretches in which it was in position, and how the hips rose in each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.lift import Lift, fit_lift, path_width
from thrustcam.motion.position import sets
from thrustcam.motion.smoothing import running_median
from thrustcam.motion.view import View, find_view
from thrustcam.poses.track import PoseTrack

_OFF_PATH_S = 0.5

_PLATE_UP = 0.1
"""A plate that rides on the hips and is up by this share of its travel lies on a lifter, seen or not."""

_DOWN_S = 1.0
"""So long before it leaves that height, and after it comes back, the hips are at the bottom."""


@dataclass(frozen=True)
class LiftingSet:
    """One stretch in position.

    `track` : its poses. `lift` : the hips' height, same times.
    """

    track: PoseTrack
    lift: Lift


@dataclass(frozen=True)
class Motion:
    """The motion of one lifter through a clip.

    Attributes
    ----------
    track : every pose.
    torso_px : pixels that a torso length has; NaN where nobody was found.
    view : from where the camera sees the lifter in position; None where they never are.
    sets : the stretches in position, in order of time.
    """

    track: PoseTrack
    torso_px: float
    view: View | None
    sets: tuple[LiftingSet, ...]


def measure_motion(track: PoseTrack) -> Motion:
    """Poses → motion."""
    torso_px = track.torso_px() if len(track) else float("nan")
    if not np.isfinite(torso_px) or torso_px <= 0:
        return Motion(track, float("nan"), None, ())
    lifting = tuple(
        found for rows in sets(track, torso_px) if (found := _lifting(track[rows], torso_px)) is not None
    )
    view = find_view(max((s.track for s in lifting), key=len)) if lifting else None
    return Motion(track, torso_px, view, lifting)


def _lifting(track: PoseTrack, torso_px: float) -> LiftingSet | None:
    """The lift of one stretch, without its ends that are off the lift's path."""
    for _ in range(3):
        lift = fit_lift(track, torso_px)
        if lift is None:
            return None
        kept = _on_path(lift, np.isfinite(track.plate[:, 0]))
        if kept.stop - kept.start == len(track):
            return LiftingSet(track, lift)
        track = track[kept]
    return LiftingSet(track, lift) if (lift := fit_lift(track, torso_px)) is not None else None


def _on_path(lift: Lift, plate: NDArray[np.bool_]) -> slice:
    """From the first to the last moment that the body is on the path of the lift, or its plate is up."""
    seen = np.flatnonzero(np.isfinite(lift.misfit))
    step = float(np.median(np.diff(lift.t))) if len(lift.t) > 1 else 1.0
    width = max(1, 2 * int(_OFF_PATH_S / max(step, 1e-3) / 2) + 1)
    misfit = running_median(lift.misfit[seen], width)
    on = seen[misfit <= path_width(misfit)]
    start, stop = int(on[0]), int(on[-1]) + 1
    if lift.plate_rides:
        height = np.where(plate, np.nan_to_num(lift.height), 0.0)
        up = np.flatnonzero(height > _PLATE_UP * height.max())
        first, last = np.searchsorted(lift.t, lift.t[up[[0, -1]]] + (-_DOWN_S, _DOWN_S))
        start, stop = min(start, int(first)), max(stop, int(last))
    return slice(start, stop)
