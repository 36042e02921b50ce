"""How the legs at a set's tops differ, told by their picture.

A leg's landmarks lie where legs usually do, and show nothing of the 5 to 10° by which a lifted heel turns its
shin. The picture of the shin turns by exactly that much, from one top to another as well
(`poses/segments.py`): on 66 rendered sets half of those differences are right to 0.15°, where the landmarks'
are to 0.6°. How far the shins lean on the whole, the landmarks of all tops tell together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.motion import Motion
from thrustcam.motion.turning import turned_by
from thrustcam.poses.landmarks import Turned
from thrustcam.poses.track import during
from thrustcam.reps import Rep

Array = NDArray[np.float64]
Tops = NDArray[np.bool_]

_PLANTED_DEG = 4.0
"""A foot that tips by less is planted: rendered lifters' tip by less than 1.5°, real ones' by 3°."""

_UNLIKE_DEG, _LIFTED_DEG = 6.0, -12.0
"""Of 274 tops that were followed in those sets, the ones told right to 2.5° lie within this of what the
landmarks say of them, and with lifted heels no further back; six of the 13 others don't."""


@dataclass(frozen=True)
class Legs:
    """What was followed of the legs at a set's n tops.

    Attributes
    ----------
    apart : shape (n,), degrees by which each shin leans further forward than usual; NaN where it was not
        followed.
    planted : shape (n,), whether the heels were down, as far as was seen.
    """

    apart: Array
    planted: Tops

    @classmethod
    def of(cls, motion: Motion, reps: Sequence[Rep]) -> Legs:
        """At the tops of reps in order of time; shins from the side only."""
        tips = [turned_by(motion.track, rep, (Turned.NEAR_FOOT,)) for rep in reps]
        planted = [tip is None or abs(float(tip[0])) < _PLANTED_DEG for tip in tips]
        return cls(_apart(motion, reps), np.array(planted, bool))

    def shins(self, seen: Array) -> tuple[Array, Tops]:
        """Each top's shin angle, and whether the picture has told how it differs from the others.

        Parameters
        ----------
        seen : shape (n,), by the landmarks, degrees. Tops that differ from them by more than lifted heels
            make up for were not followed well, and keep those.
        """
        followed = np.isfinite(self.apart)
        off = np.where(followed, self._at_level_of(seen, followed) - seen, np.inf)
        believed = (off < _UNLIKE_DEG) & (off > np.where(self.planted, -_UNLIKE_DEG, _LIFTED_DEG))
        if believed.sum() < 2:
            return seen, np.zeros(len(seen), bool)
        return np.where(believed, self._at_level_of(seen, believed), seen), believed

    def _at_level_of(self, seen: Array, tops: Tops) -> Array:
        """All shin angles, with the level that some tops are seen at: the planted ones, if there are."""
        telling = tops & self.planted if (tops & self.planted).any() else tops
        return np.asarray(np.median((seen - self.apart)[telling]) + self.apart if telling.any() else seen)


def _apart(motion: Motion, reps: Sequence[Rep]) -> Array:
    apart, view = np.full(len(reps), np.nan), motion.view
    if view is None or view.kind != "side" or not reps:
        return apart
    t, turned = motion.track.t, motion.track.turned[:, Turned.NEAR_SHIN]
    tops = [turned[during(t, rep.top_start_s, rep.top_end_s)] for rep in reps]
    seen = np.array([len(top) > 0 and bool(np.isfinite(top).all()) for top in tops])
    # Tops between which it was lost have nothing in common: the largest group that have is told.
    ways = [during(t, one.top_start_s, next_.top_end_s) for one, next_ in pairwise(reps)]
    group = np.cumsum([0, *(not np.isfinite(turned[way]).all() for way in ways)])
    mine = seen & (group == np.bincount(group, weights=seen).argmax())
    if mine.sum() > 1:
        leans = view.toes * np.array([np.median(top) for top, yes in zip(tops, mine, strict=True) if yes])
        apart[mine] = (leans - np.median(leans)) / math.cos(math.radians(view.azimuth_deg))
    return apart
