"""When a rep is over: the hips are back at the bottom, or have come to rest near it.

A recorded set knows where each descent ended. Live, the lowest point so far looks like a bottom all the way
down, so a landing needs more: as low as the rep began, or a stop after most of the way.
"""

from __future__ import annotations

import numpy as np

from thrustcam.motion.motion import Motion
from thrustcam.motion.smoothing import Curve, smooth
from thrustcam.reps import NEAR, Rep

_MOST = 0.6  # of the way down: a stop before is a pause on the way, as in one-and-a-quarter reps
_STOPPED_S = 0.12  # over which
_STOPPED = 0.04  # of the travel is moved at most


def height_curve(motion: Motion, at_s: float) -> Curve | None:
    """The hips' height in the set that holds this moment or is the latest before it, torso lengths."""
    for lifting in reversed(motion.sets):
        if lifting.lift.t[0] <= at_s and np.isfinite(lifting.lift.height).sum() >= 2:
            return smooth(lifting.lift.t, lifting.lift.height)
    return None


def landed(rep: Rep, curve: Curve) -> bool:
    """Whether the rep is over at the end of the curve, in torso lengths."""
    if not rep.complete:
        return False
    if rep.next_start_s is not None:
        return True
    up, after = curve.between(rep.start_s - 0.2, rep.top_end_s), curve.between(rep.top_end_s, np.inf)
    if not len(up.x) or not len(after.x):
        return False
    low, high = float(up.x.min()), float(up.x.max())
    travel, lowest, last = high - low, float(after.x.min()), float(after.x[-1])
    if travel <= 0 or high - lowest < _MOST * travel:
        return False
    moved = float(np.ptp(after.between(after.t[-1] - _STOPPED_S, np.inf).x))
    risen = last - lowest > NEAR * travel
    return lowest <= low + NEAR * travel or moved < _STOPPED * travel or risen
