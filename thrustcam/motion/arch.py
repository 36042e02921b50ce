"""The lower back at the top: whether it is arched, told together with how far the hips are.

Hips past the line and hips short of it, both seen as a difference between two tops, look alike when nobody
says which top is the straight one. An arched back looks different: the trunk bends where it otherwise turns.
So what a set's tops show of the arch (`JointModel.apart`) says which of them are past the line, and where the
hips are says whether a doubtful arch is one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.habit import TOPS, interval, likelihoods

Array = NDArray[np.float64]

_TOO_FEW = "An arch is told by comparing tops: at least three of a set have to be seen."
_NOT_HERE = "Plates or clutter hide the back at this top: film from about 20° toward the feet, 1.4 m high."

# Of 128 rendered sets, each measured by a fit that had not seen it; degrees.
_OWN_SD, _OWN_SHARE = 2.6, 0.1
"""How far a top's arch is off, and by how much more per degree of hip angle from the usual top."""
_SLIP_FLATTER, _SLIP_ARCHED, _SLIP_SD = 0.03, 0.0075, 20.0
"""Shares of tops whose body was seen wrongly, and by how much: of 384 flat ones in 127 other sets eight were
read flatter by 14° and more, and one was read as arched as that."""
_ARCHED, _ARCHED_SD = 23.0, 5.0
"""Arches of reps that have one: 24 ± 4 in those sets; a little wider."""
_SIZE_SD = 5.0
"""How far off the size of an arch is."""
_FLAT_SD = 2.0
"""What lower backs of the others still do between bottom and top."""

_GRID = np.arange(-15.0, 50.5, 0.5)


def hips_and_arches(
    hips: Sequence[float],
    arches: Sequence[float],
    at_s: Sequence[float],
    shift_sd: float,
    doubts: Sequence[float] | None = None,
) -> list[tuple[Estimate, Measured]]:
    """The hip angle at each top of a set with its 95 % interval, and the arch of the lower back there.

    Parameters
    ----------
    hips : hip_deg of each top as seen, degrees.
    arches : how much more arched than at the set's usual top, degrees; NaN where too few were seen to tell,
        or not this one.
    at_s : the moment of each top.
    shift_sd : how far a body shifts all its hip angles, standard deviation, degrees.
    doubts : how far else each hip angle may be off by itself; 0 unless given.
    """
    usual = float(np.median(hips)) if len(hips) else 0.0
    off_sd = [float(np.hypot(_OWN_SD, _OWN_SHARE * (hip - usual))) for hip in hips]
    unseen = Unseen(_NOT_HERE if np.isfinite(arches).any() else _TOO_FEW)
    told = np.array([_told(a, sd) for a, sd in zip(arches, off_sd, strict=True)]).reshape(-1, 2, 2)
    found: list[tuple[Estimate, Measured]] = []
    likely = likelihoods(hips, shift_sd, TOPS, told, doubts)
    for one, arch, sd, moment in zip(likely, arches, off_sd, at_s, strict=True):
        hip = interval(one.sum(axis=(0, 1)), TOPS.grid, moment)
        back = _arch(one.sum(axis=2), arch, sd, moment) if np.isfinite(arch) else unseen
        found.append((hip, back))
    return found


def _told(arch: float, off_sd: float) -> Array:
    """Shape (2, 2): how likely it is read of a flat or an arched top, in a flat or an arched set."""
    if not np.isfinite(arch):
        return np.ones((2, 2))
    either_sd = float(np.hypot(_ARCHED_SD, off_sd))
    flat = _reading(arch, off_sd)
    # Who arches on most reps may do so alike on all, or by another amount on each.
    both = (flat + _reading(arch, either_sd)) / 2
    lone_flat, lone_arched = (_reading(off, either_sd) for off in (arch + _ARCHED, arch - _ARCHED))
    return np.array([[flat, lone_flat], [lone_arched, both]])


def _reading(off: Array | float, sd: float) -> Array:
    """Likelihood of a reading that is so far off, when it should be within `sd`."""
    slip = np.where(np.asarray(off) > 0, _SLIP_ARCHED, _SLIP_FLATTER)
    return np.asarray((1 - slip) * _normal(off, sd) + slip * _normal(off, _SLIP_SD))


def _normal(x: Array | float, sd: float) -> Array:
    return np.asarray(np.exp(-0.5 * (x / sd) ** 2) / sd)


def _arch(ways: Array, arch: float, off_sd: float, at_s: float) -> Estimate:
    """Degrees of arch; `ways`, shape (2, 2): how likely the rep and its set are flat or arched."""
    arched = _normal(_GRID - _ARCHED, _ARCHED_SD)
    seen = arched * _reading(arch - _GRID, float(np.hypot(off_sd, _SIZE_SD)))
    flat = _normal(_GRID, _FLAT_SD)
    kinds = [
        ways[0].sum() * flat / flat.sum(),
        ways[1, 0] * seen / seen.sum(),
        ways[1, 1] * arched / arched.sum(),
    ]
    return interval(np.sum(kinds, axis=0), _GRID, at_s)
