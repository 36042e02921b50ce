"""How far a segment has turned between glimpses that lie far apart in time.

Nothing is followed in between: the patch around the segment is looked for in the other glimpse, turned by
every few degrees, and laid there as exactly as `poses/patches.py` does it. What is found must look alike, lie
where the segment begins, and be found the other way round as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.patches import (
    ALONG,
    ON_SEGMENT,
    Floats,
    Grey,
    Patches,
    axes_of,
    places,
    points,
    rotated,
    turned_deg,
)

_STEP_DEG = 3.0
_BACK = np.array([1e3, 0.0, 1e4, 3e4, 0.0], np.float32)
"""What holds back a shift, sliding and stretching: the first end is known, and segments are rigid."""
_BESIDE_PLATE, _EDGE = 1.05, 0.05
"""Plate radii: what is nearer to its middle is plate, and how unsure that is."""
_ALIKE, _SHOWN, _OFF, _BOTH_WAYS_DEG = 0.7, 0.12, 0.15, 3.0
"""Correlation of what is found, share of it that is to be seen, lengths from where it should be, and degrees
between both ways."""
_COMPARED_WITH = 4
"""So many glimpses all others are compared with: more tell the same."""
_CLOSE_DEG = 1.0


@dataclass(frozen=True)
class Looked:
    """One segment in one glimpse.

    `first` : its first end, pixels of the whole picture. `plate` : x, y, rx and ry of a plate that may hide
    it, pixels of the whole picture; NaN without one.
    """

    glimpse: Glimpse
    first: Floats
    plate: Floats


def turns(looked: Sequence[Looked | None], along: Floats, reach_deg: float, share: float = 1.0) -> Floats:
    """Degrees, clockwise, by which a segment has turned from one glimpse to another, shape (n,).

    Only differences mean anything. NaN where it was not found again.

    Parameters
    ----------
    along : from its first end to its second, pixels, about as it usually lies; shape (2,).
    reach_deg : how far it can have turned from there.
    share : how much of it is looked at, from its first end on.
    """
    seen = [None if one is None else _Look.of(one, along, reach_deg, share) for one in looked]
    there = [i for i, look in enumerate(seen) if look is not None]
    told = np.full((len(looked), len(looked)), np.nan)
    for i in there[:: max(1, len(there) // _COMPARED_WITH)][:_COMPARED_WITH]:
        for j in there:
            one, other = seen[i], seen[j]
            if i == j or one is None or other is None or np.isfinite(told[i, j]):
                continue
            forth, back = one.found_in(other), other.found_in(one)
            if abs(forth + back) < _BOTH_WAYS_DEG:
                told[i, j], told[j, i] = (forth - back) / 2, (back - forth) / 2
    return _levels(told)


@dataclass(frozen=True)
class _Look:
    """A glimpse with the patch in it, lying in each of k directions.

    `grey` : levels. `axes` : shape (3, k, 2). `turns_deg` : shape (k,), of each of them from the usual one.
    `shown` : how much of each point is to be seen, shape (k, 384). `patch` : the one that lies as usual.
    """

    grey: Grey
    axes: Grey
    turns_deg: Floats
    shown: Grey
    patch: Patches

    @classmethod
    def of(cls, looked: Looked, along: Floats, reach_deg: float, share: float) -> _Look:
        steps = int(reach_deg // _STEP_DEG)
        turns_deg = _STEP_DEG * np.arange(-steps, steps + 1.0)
        grey, k = looked.glimpse.grey(), len(turns_deg)
        first = np.tile(looked.glimpse.within(looked.first), (k, 1))
        axes = axes_of(first, rotated(along * looked.glimpse.scale, turns_deg))
        usual = axes[:, steps : steps + 1]
        shown = _beside(looked, axes) * (share > ALONG).ravel()
        return cls(grey, axes, turns_deg, shown.astype(np.float32), Patches.of(grey, usual))

    def found_in(self, other: _Look) -> float:
        """Degrees by which it has turned there; NaN where it is not found."""
        mine = self.shown[len(self.shown) // 2] * ON_SEGMENT
        k = len(other.turns_deg)
        alike = _alike(self.patch.grey, points(other.grey, other.axes, np.zeros((k, 5))), mine * other.shown)
        best = int(alike.argmax())
        axes, seen = other.axes[:, best : best + 1], (mine * other.shown[best])[None]
        p = self.patch.laid(other.grey, np.zeros((1, 5)), _BACK, seen, axes)
        found = _alike(self.patch.grey, points(other.grey, axes, p), seen)[0]
        if found < _ALIKE or seen.sum() < _SHOWN * ON_SEGMENT.sum() or np.abs(p[0, [0, 2]]).max() > _OFF:
            return float("nan")
        return float(other.turns_deg[best] + turned_deg(p)[0])


def _beside(looked: Looked, axes: Grey) -> NDArray[np.float64]:
    """How much of each point no plate hides, shape (k, 384)."""
    k = axes.shape[1]
    if not np.isfinite(looked.plate[0]):
        return np.ones((k, ALONG.size))
    x, y = places(axes, np.zeros((k, 5)))
    middle, radii = looked.glimpse.within(looked.plate[:2]), looked.plate[2:4] * looked.glimpse.scale
    off = np.hypot((x - middle[0]) / radii[0], (y - middle[1]) / radii[1]).reshape(k, -1)
    return np.asarray(np.clip((off - _BESIDE_PLATE) / _EDGE, 0, 1))


def _alike(one: Grey, other: Grey, weights: Grey) -> NDArray[np.float64]:
    """Correlation of grey levels, shapes (1 or k, 384) and (k, 384), with these weights; shape (k,)."""
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
    a, b = (each - (weights * each).sum(axis=1, keepdims=True) / total for each in (one, other))
    both, mine, theirs = ((weights * u * v).sum(axis=1) for u, v in ((a, b), (a, a), (b, b)))
    return np.asarray(both / np.sqrt(mine * theirs + total[:, 0] ** 2))


def _levels(told: Floats) -> Floats:
    """Shape (n,): angles that differ by those told, shape (n, n), in the largest group of which any are."""
    levels = np.full(len(told), np.nan)
    if not np.isfinite(told).any():
        return levels
    mine = _largest_group(np.isfinite(told))
    pairs = np.argwhere(np.isfinite(told) & mine)
    differ = np.zeros((len(pairs), len(told)))
    differ[np.arange(len(pairs)), pairs[:, 1]], differ[np.arange(len(pairs)), pairs[:, 0]] = 1, -1
    by, weights, found = told[pairs[:, 0], pairs[:, 1]], np.ones(len(pairs)), np.zeros(mine.sum())
    for _ in range(12):
        found = np.linalg.lstsq(differ[:, mine] * weights[:, None], by * weights, rcond=None)[0]
        weights = 1 / np.sqrt(1 + ((by - differ[:, mine] @ found) / _CLOSE_DEG) ** 2)
    levels[mine] = found - np.median(found)
    return levels


def _largest_group(linked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shape (n,): which of n belong to the largest group of those linked, shape (n, n), even by others."""
    reached = linked | np.eye(len(linked), dtype=bool)
    while True:
        further = (reached.astype(np.float32) @ reached.astype(np.float32)) > 0
        if (further == reached).all():
            return np.asarray(reached[reached.sum(axis=1).argmax()])
        reached = further
