"""A set's reps together: the same body on every rep, doing mostly the same.

A body's build shifts all its measurements of one kind by the same few degrees, so that the differences
between its reps are known far better than each number. And most reps are like most lifters' reps: they end
on the straight line, with the knees where they began. Together these say which reps are the usual ones, and
so what the shift is. A set that leaves it open keeps its wide intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate

Array = NDArray[np.float64]

_SHIFT = np.arange(-45.0, 45.5, 0.5)
_SLIP_WIDER = 4.0
_NEVER = 1e-30  # likelihood of what no habit foresees, so that there is an interval even for that
_ALIKE_SD = 1.5  # degrees between reps that are meant to be the same


@dataclass(frozen=True)
class Habit:
    """How reps usually are, and how well one rep is told from the next. Degrees.

    Attributes
    ----------
    kinds : share, mean and standard deviation of each kind of rep; what the shares leave may be anywhere,
        so that no value is ruled out.
    low, high : where anything can be at all.
    own_sd, own_share : a rep's own error at the first kind's mean, and how much it grows per degree from it.
    slip : share of reps whose own error is four times as wide.
    shift_share : how much of the joint model's body_sd is a shift; the rest is each rep's own.
    alike : share of a set's reps that are of the set's own kind; the others are of any.
    other_kinds : as `kinds`, of reps done the other way, where there are two ways: with an arched back.
    """

    kinds: tuple[tuple[float, float, float], ...]
    low: float
    high: float
    own_sd: float
    own_share: float
    slip: float = 0.005
    shift_share: float = 1.0
    alike: float = 0.2
    other_kinds: tuple[tuple[float, float, float], ...] = ()

    @property
    def grid(self) -> Array:
        """The values considered, shape (g,)."""
        return np.arange(self.low, self.high + 0.5, 0.5)


TOPS = Habit(
    ((0.64, 179.0, 2.9), (0.15, 154.0, 6.0)),
    110.0,
    225.0,
    1.3,
    0.07,
    shift_share=1.0,
    other_kinds=((0.14, 199.0, 2.6), (0.03, 194.0, 8.0), (0.02, 156.0, 8.0)),
)
"""Hip angles at the top: straight, short; arched: past the line, near it, short. Shares and spreads of 128
rendered sets, a little wider."""

SHINS = Habit(
    ((0.35, -2.0, 6.0), (0.20, -22.0, 6.0), (0.10, 15.5, 5.0)),
    -60.0,
    60.0,
    0.5,
    0.05,
    slip=0.01,
    shift_share=0.95,
    alike=0.6,
)
"""Shin angles at the top: feet in the right place, too far away, too close; 118 rendered sets."""


def settle(
    values: Sequence[float],
    at_s: Sequence[float],
    shift_sd: float,
    habit: Habit,
    doubts: Sequence[float] | None = None,
) -> list[Estimate]:
    """Each rep's value with its 95 % interval, given those of the whole set.

    Parameters
    ----------
    values, at_s : what was measured of each rep, degrees, and when.
    shift_sd : how far a body shifts all of them, standard deviation, degrees.
    doubts : how far else each may be off by itself, standard deviations, degrees; 0 unless given.
    """
    likely = likelihoods(values, shift_sd, habit, doubts=doubts).sum(axis=(1, 2))
    return [interval(one, habit.grid, moment) for one, moment in zip(likely, at_s, strict=True)]


def likelihoods(
    values: Sequence[float],
    shift_sd: float,
    habit: Habit,
    told: Array | None = None,
    doubts: Sequence[float] | None = None,
) -> Array:
    """How likely each rep has each value, given those of the whole set.

    Parameters
    ----------
    values, shift_sd, doubts : as of `settle`.
    told : shape (n, k, k), what else was seen of each rep: how likely that is when the rep is done this way
        (second axis) and most of the set's reps are done that way (third); k ways, as `Habit` has them.

    Returns
    -------
    Shape (n, k, k, g): of each rep by its way, its set's way and the value in `Habit.grid`; each sums to 1.
    """
    grid, ways = habit.grid, 2 if habit.other_kinds else 1
    told = np.ones((len(values), ways, ways)) if told is None else told
    own = np.hypot(habit.own_sd, habit.own_share * (grid - habit.kinds[0][1]))

    def seen(value: float, doubt: float) -> Array:
        """How likely a rep of each value, in a body of each shift, is measured so."""
        off = np.hypot(own, doubt)
        z = (value - _SHIFT[:, None] - grid) / off
        wide = habit.slip * np.exp(-0.5 * (z / _SLIP_WIDER) ** 2) / _SLIP_WIDER
        return np.asarray((np.exp(-0.5 * z**2) + wide) / off + _NEVER)

    measured = list(zip(values, np.zeros(len(values)) if doubts is None else doubts, strict=True))
    # The level of the set is one draw from how reps are, and most of its reps are at that level: four equal
    # reps are one piece of evidence for where they are, not four.
    usual, level = _usual(habit), grid[::2]
    at_level = np.exp(-0.5 * ((grid[:, None] - level) / _ALIKE_SD) ** 2)
    at_level /= at_level.sum(axis=0)
    # Of a rep's way and value, given the set's way and level.
    rep = (1 - habit.alike) * np.broadcast_to(usual[:, :, None, None], (ways, len(grid), ways, len(level)))
    for way in range(ways):
        rep[way, :, way] += habit.alike * at_level
    # Single precision, and what is seen is reckoned twice: else a hundred reps take a hundred megabytes.
    alone = [
        np.log(
            np.maximum(seen(*one) @ np.einsum("wglm,wl->glm", rep, mine).reshape(len(grid), -1), 1e-300)
        ).astype(np.float32)
        for one, mine in zip(measured, told, strict=True)
    ]
    shift = -0.5 * (_SHIFT / (habit.shift_share * shift_sd)) ** 2
    together = shift[:, None] + np.log(usual[:, ::2]).ravel() + np.sum(alone, axis=0, dtype=float)
    found = np.empty((len(values), ways, ways, len(grid)))
    for i, (one, mine) in enumerate(zip(measured, alone, strict=True)):
        others = together - mine
        weight = (seen(*one).T @ np.exp(others - others.max())).reshape(len(grid), ways, len(level))
        found[i] = np.einsum("glm,wglm,wl->wlg", weight, rep, told[i])
        found[i] /= found[i].sum()
    return found


def _usual(habit: Habit) -> Array:
    """How likely each way and value is for any rep, shape (k, g); sums to 1."""
    grid = habit.grid

    def density(kinds: tuple[tuple[float, float, float], ...]) -> Array:
        each = [share / sd * np.exp(-0.5 * ((grid - mean) / sd) ** 2) for share, mean, sd in kinds]
        return np.asarray(np.sum(each, axis=0))

    anything = 1 - sum(share for share, _, _ in habit.kinds + habit.other_kinds)
    ways = [density(habit.kinds) + anything * np.sqrt(2 * np.pi) / np.ptp(grid)]
    if habit.other_kinds:
        ways.append(density(habit.other_kinds))
    found = np.array(ways)
    return np.asarray(found / found.sum())


def interval(likely: Array, grid: Array, at_s: float) -> Estimate:
    """The median and 95 % interval of a value that is so likely at each of the grid."""
    total = np.cumsum(likely) / likely.sum()
    value, low, high = (float(np.interp(p, total, grid)) for p in (0.5, 0.025, 0.975))
    return Estimate(value, low, high, at_s)
