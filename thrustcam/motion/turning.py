"""How far parts of the body turn in the picture from a rep's start to its top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import Turned
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep

_BEFORE_S, _AFTER_S = 0.35, 0.05
"""So long before and after a rep starts."""


def at_start(track: PoseTrack, rep: Rep) -> NDArray[np.bool_]:
    """Shape (n,): the frames in which the body is where the rep starts from."""
    return during(track.t, rep.start_s - _BEFORE_S, rep.start_s + _AFTER_S)


def turned_by(track: PoseTrack, rep: Rep, parts: Sequence[Turned]) -> NDArray[np.float64] | None:
    """Degrees, clockwise, of each of those parts; None where one was lost on the way."""
    t, turned = track.t, track.turned[:, list(parts)]
    start = at_start(track, rep) & np.isfinite(turned).all(axis=1)
    top = during(t, rep.top_start_s, rep.top_end_s)
    if not start.any() or not top.any():
        return None
    way = during(t, t[start][0], rep.top_end_s)
    if not np.isfinite(turned[way]).all():
        return None
    return np.asarray(np.median(turned[top], axis=0) - np.median(turned[start], axis=0))
