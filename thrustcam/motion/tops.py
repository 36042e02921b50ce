"""The hip angles of a set's tops together: the same body on every rep, and lockouts that are much alike.

A body's build shifts all its hip angles by the same few degrees, so that the differences between its reps are
known far better than each angle. Most reps end on the straight line. Together these say which tops are the
straight ones, and so what the shift is; a set that leaves it open keeps its wide intervals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate
from thrustcam.motion.sagittal import Lean

Array = NDArray[np.float64]

_ANGLE = np.arange(110.0, 225.5, 0.5)
_SHIFT = np.arange(-45.0, 45.5, 0.5)

# How tops are, fitted to 100 rendered sets: share, degrees, standard deviation for straight, short and arched
# ones, and a tenth for anything else, which no rendered set has, so that no angle is ruled out.
_KINDS = ((0.64, 179.0, 3.2), (0.13, 154.0, 7.0), (0.13, 199.0, 4.0))
_ANYTHING = 0.10

# A top's own error, degrees, left-out clips: what it is at a straight line, and per degree away from it.
_OWN_SD, _OWN_SHARE = 2.5, 0.18
_SLIP, _SLIP_WIDER = 0.02, 4.0  # share of tops whose own error is so much wider


def settle(leans: list[Lean], at_s: list[float]) -> list[Estimate]:
    """The hip angle of each of a set's tops with its 95 % interval.

    Parameters
    ----------
    leans : each top's hip angle as the joint model has it. `at_s` : the moments of the tops.
    """
    if not leans:
        return []
    shift_sd = float(np.median([lean.body_sd for lean in leans]))
    own = np.hypot(_OWN_SD, _OWN_SHARE * (_ANGLE - 179.0))
    usual = _how_tops_are()
    seen = []
    for lean in leans:
        z = (lean.value - _SHIFT[:, None] - _ANGLE) / own
        wide = _SLIP * np.exp(-0.5 * (z / _SLIP_WIDER) ** 2) / _SLIP_WIDER
        seen.append(usual * (np.exp(-0.5 * z**2) + wide) / own)
    alone = np.log([s.sum(axis=1) for s in seen])
    together = -0.5 * (_SHIFT / shift_sd) ** 2 + alone.sum(axis=0)
    found = []
    for one, mine, moment in zip(seen, alone, at_s, strict=True):
        weight = np.exp(together - mine - (together - mine).max())
        found.append(_interval(weight @ one, moment))
    return found


def _how_tops_are() -> Array:
    kinds = [share / sd * np.exp(-0.5 * ((_ANGLE - mean) / sd) ** 2) for share, mean, sd in _KINDS]
    anything = _ANYTHING * np.sqrt(2 * np.pi) / np.ptp(_ANGLE)
    return np.asarray(np.sum(kinds, axis=0) + anything)


def _interval(likely: Array, at_s: float) -> Estimate:
    total = np.cumsum(likely) / likely.sum()
    value, low, high = (float(np.interp(p, total, _ANGLE)) for p in (0.5, 0.025, 0.975))
    return Estimate(value, low, high, at_s)
