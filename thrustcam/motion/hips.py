"""How far the hips are open at each top of a set, from all that is seen of them.

Landmarks and plates tell it to 3° where a top differs from the others; thighs and shins, found again in the
other tops' pictures, to 2°; the outline of what is around the plates to 4°, of each top by itself, and it
does not err where they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.habit import TOPS
from thrustcam.motion.legs import Legs
from thrustcam.motion.riding import DOUBT_SD
from thrustcam.motion.tops import Top

Array = NDArray[np.float64]

_LEGS_NOT_SEEN_SD, _LEGS_NOT_SEEN_SHARE = 2.0, 0.07
"""Degrees, and share of what it differs from the usual one, by which the hip angle of a top is further off
where its legs were not found again."""
_AT_ODDS, _ANOTHER_BODY_DEG = 0.3, 8.0
"""Share of what lies between both ways to tell it that counts as a standard deviation; and from how much on
the landmarks show another body."""

# Of 519 tops of rendered sets behind plates that nothing was fitted to:
_OUTLINE_SD, _OUTLINE_SHARE = 2.0, 0.25
"""How far the outline is off from one top to the next, and how much more per degree from the usual one."""
_OUTLINE_AT_ODDS = 0.2
"""As `_AT_ODDS`, between the outline and the rest."""
_LEAST_DEG = 150.0
"""Hips that are less open are in none of the pictures that the outline knows."""


@dataclass(frozen=True)
class Hips:
    """The hips at n tops of a set.

    `degrees` : shape (n,), `hip_deg` at each. `doubts` : shape (n,), how far each may be off by itself,
    beyond what `habit.TOPS` foresees, standard deviations, degrees. `arches` : shape (n,), degrees by which
    the lower back is more arched than usual; NaN where it was not seen.
    """

    degrees: Array
    doubts: Array
    arches: Array


def hips_seen(tops: Sequence[Top], legs: Legs, outlines: Array) -> Hips:
    """By landmarks, plates, legs and outlines.

    Landmarks with which the legs are at odds show another body, and so none of the back.

    `outlines` : shape (n,), `hip_deg` of each top as its outline has it; NaN where that tells nothing.
    """
    seen = np.array([top.leans["hip_deg"].value for top in tops])
    degrees, off = legs.hips(seen)
    alone = np.hypot(_LEGS_NOT_SEEN_SD, _LEGS_NOT_SEEN_SHARE * (seen - np.median(seen)))
    by_bar = np.hypot(alone, [DOUBT_SD["hip_deg"] * top.by_bar for top in tops])
    doubts = np.where(np.isfinite(off), _AT_ODDS * np.abs(off), by_bar)
    arches = np.where(np.abs(off) > _ANOTHER_BODY_DEG, np.nan, [top.arch_deg for top in tops])
    return Hips(*_compared(degrees, doubts, outlines), arches)


def _compared(degrees: Array, doubts: Array, outlines: Array) -> tuple[Array, Array]:
    """Each top's angle and doubt, given how outlines differ from top to top; not their level."""
    told = np.isfinite(outlines) & (degrees > _LEAST_DEG)
    if told.sum() < 2:
        return degrees, doubts
    unusual = degrees - np.median(degrees[told])
    own = np.hypot(TOPS.own_sd, TOPS.own_share * unusual)
    seen, outline = own**2 + doubts**2, _OUTLINE_SD**2 + (_OUTLINE_SHARE * unusual) ** 2
    apart = outlines - degrees
    level = _weighted_median(apart[told], 1 / (seen + outline)[told])
    off = np.where(told, apart - level, 0.0)
    left = np.sqrt(np.maximum(seen * outline / (seen + outline) - own**2, 0.0))
    return (
        degrees + off * seen / (seen + outline),
        np.where(told, np.hypot(left, _OUTLINE_AT_ODDS * off), doubts),
    )


def _weighted_median(values: Array, weights: Array) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
