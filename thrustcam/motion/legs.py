"""How the legs at a set's tops differ, told by what they look like.

A leg's landmarks lie where legs usually do, and show nothing of the 5 to 10° by which a lifted heel turns its
shin; behind a plate they tell little of the thigh. Its picture turns by exactly that much
(`poses/turns.py`). How far shins and thighs lean on the whole, the landmarks of all tops tell together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.motion import Motion
from thrustcam.motion.tops import Top
from thrustcam.motion.turning import at_start, turned_by
from thrustcam.motion.view import View
from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.landmarks import Joint, Turned
from thrustcam.poses.patches import rotated
from thrustcam.poses.track import PoseTrack, during
from thrustcam.poses.turns import Looked, turns
from thrustcam.reps import Rep

Array = NDArray[np.float64]
Tops = NDArray[np.bool_]

_PLANTED_DEG = 4.0
"""A foot that tips by less is planted: rendered lifters' tip by less than 1.5°, real ones' by 3°."""

_UNLIKE_DEG, _LIFTED_DEG = 6.0, -12.0
"""Of 274 tops of 66 rendered sets, the shins told right to 2.5° lie within this of what the landmarks say of
them, and with lifted heels no further back; six of the 13 others don't."""

_SHIN_REACH_DEG, _THIGH_REACH_DEG = 12.0, 24.0
"""Further than that no shin or thigh turns from one top to the next."""
_THIGH_SEEN = 0.85
"""Share of the thigh, from the knee on, that turns with it; then come the hips."""
_OPENS, _FOLDS = 2.5, 1.35
"""Degrees by which the hips open for each degree that the thigh turns in the picture, and close for each that
the shin leans forward. True angles of 253 tops: 2.37 and 1.35, to 2.0° where hips differ by up to 25°; of a
turn 5 % are not seen."""
_BELIEVED, _LESS_AT_DEG = 0.65, 20.0
"""Share of this in how hips differ, and the difference by which it is halved: large turns are seen too small.
The rest is what landmarks and plates tell. Of 329 tops of 95 rendered sets, equal ones are then told apart to
1.2 instead of 2.0°, short ones to 2.0 instead of 2.9°, and those past the line to 2.9 instead of 3.4°."""
_NEITHER_DEG = 15.0
"""Further than that from what landmarks and plates tell, something else was taken for the thigh."""
_AROUND_S = 0.05
"""So long before and after a glimpse the plate is looked for."""


@dataclass(frozen=True)
class Legs:
    """What is seen of the legs at a set's n tops.

    Attributes
    ----------
    apart : shape (n,), degrees by which each shin leans further forward than usual; NaN where it was not
        found again.
    thighs : shape (n,), the same of the thighs: so much higher do they carry the hips.
    planted : shape (n,), whether the heels were down, as far as was seen.
    """

    apart: Array
    thighs: Array
    planted: Tops

    @classmethod
    def of(cls, motion: Motion, tops: Sequence[Top]) -> Legs:
        """At the tops of reps in order of time; shins and thighs from the side only."""
        tips = [turned_by(motion.track, top.rep, (Turned.NEAR_FOOT,)) for top in tops]
        tipped = np.array([0.0 if tip is None else float(tip[0]) for tip in tips])
        return cls(*_apart(motion, tops, tipped), np.abs(tipped) < _PLANTED_DEG)

    def shins(self, seen: Array) -> tuple[Array, Tops]:
        """Each top's shin angle, and whether the picture has told how it differs from the others.

        Parameters
        ----------
        seen : shape (n,), by the landmarks, degrees. Tops that differ from them by more than lifted heels
            make up for are not believed, and keep those.
        """
        found = np.isfinite(self.apart)
        off = np.where(found, self._at_level_of(seen, found) - seen, np.inf)
        believed = (off < _UNLIKE_DEG) & (off > np.where(self.planted, -_UNLIKE_DEG, _LIFTED_DEG))
        if believed.sum() < 2:
            return seen, np.zeros(len(seen), bool)
        return np.where(believed, self._at_level_of(seen, believed), seen), believed

    def hips(self, seen: Array) -> tuple[Array, Array]:
        """Each top's hip angle, and how far what the legs tell of it is from what was seen; degrees.

        Parameters
        ----------
        seen : shape (n,), by landmarks and plates, degrees. The second is NaN where the legs tell nothing.
        """
        told = _OPENS * self.thighs - _FOLDS * self.apart
        found = np.isfinite(told)
        if found.sum() < 2:
            return seen, np.full(len(seen), np.nan)
        off = told + np.median((seen - told)[found]) - seen
        off[np.abs(off) > _NEITHER_DEG] = np.nan
        believed = _BELIEVED / (1 + ((seen - np.median(seen)) / _LESS_AT_DEG) ** 2)
        return seen + believed * np.nan_to_num(off), off

    def _at_level_of(self, seen: Array, tops: Tops) -> Array:
        """All shin angles, with the level that some tops are seen at: the planted ones, if there are."""
        telling = tops & self.planted if (tops & self.planted).any() else tops
        return np.asarray(np.median((seen - self.apart)[telling]) + self.apart if telling.any() else seen)


def _apart(motion: Motion, tops: Sequence[Top], tipped: Array) -> tuple[Array, Array]:
    view, nothing = motion.view, np.full(len(tops), np.nan)
    if view is None or view.kind != "side":
        return nothing, nothing
    glimpses = [_glimpse(motion.track, top.rep) for top in tops]
    leg = _planted(motion.track, view, tops)
    if leg is None or sum(glimpse is not None for glimpse in glimpses) < 2:
        return nothing, nothing
    toe, ankle, knee = leg
    shin, thigh = (np.linalg.norm(knee - ankle) * way for way in _usual_ways(view, tops))
    ankles = toe + rotated(ankle - toe, tipped)
    plates = [_plate(motion.track, glimpse) for glimpse in glimpses]

    def looked(firsts: Array) -> list[Looked | None]:
        return [
            None if glimpse is None else Looked(glimpse, first, plate)
            for glimpse, first, plate in zip(glimpses, firsts, plates, strict=True)
        ]

    shins = turns(looked(ankles), shin, _SHIN_REACH_DEG)
    knees = ankles + rotated(shin, np.nan_to_num(shins))
    thighs = turns(looked(knees), thigh, _THIGH_REACH_DEG, _THIGH_SEEN)
    turn = math.cos(math.radians(view.azimuth_deg))
    return view.toes * shins / turn, view.toes * thighs


def _glimpse(track: PoseTrack, rep: Rep) -> Glimpse | None:
    """The one nearest to the middle of a rep's top; None where there is none of the top."""
    there = [g for g in track.glimpses if rep.top_start_s <= g.time_s <= rep.top_end_s]
    middle = (rep.top_start_s + rep.top_end_s) / 2
    return min(there, key=lambda g: abs(g.time_s - middle), default=None)


def _plate(track: PoseTrack, glimpse: Glimpse | None) -> Array:
    """x, y, rx and ry around the moment of a glimpse, pixels; NaN where none was seen."""
    if glimpse is None:
        return np.full(4, np.nan)
    near = track.plate[during(track.t, glimpse.time_s - _AROUND_S, glimpse.time_s + _AROUND_S), :4]
    near = near[np.isfinite(near[:, 0])]
    return np.median(near, axis=0) if len(near) else np.full(4, np.nan)


def _planted(track: PoseTrack, view: View, tops: Sequence[Top]) -> Array | None:
    """Toe, ankle and knee of the nearer leg as the reps start, pixels, shape (3, 2); None if it was not seen.

    At the tops plates may be where the pose model draws a leg.
    """
    leg = track.points[:, [Joint[f"{view.near.upper()}_{name}"] for name in ("TOE", "ANKLE", "KNEE")]]
    starts = [leg[at_start(track, top.rep) & track.found] for top in tops]
    seen = [np.median(start, axis=0) for start in starts if len(start)]
    return np.asarray(np.median(seen, axis=0)) if seen else None


def _usual_ways(view: View, tops: Sequence[Top]) -> tuple[Array, Array]:
    """From ankle to knee and from knee to hips at these tops, in the picture; shapes (2,), of length 1."""
    told = {name: np.median([top.leans[name].value for top in tops]) for name in ANGLES}
    shin, thigh = np.radians([told["shin_deg"], told["hip_deg"] + told["trunk_deg"] - 180])
    aside = view.toes * math.cos(math.radians(view.azimuth_deg))
    ways = np.array([[aside * math.sin(shin), -math.cos(shin)], [-aside * math.cos(thigh), math.sin(thigh)]])
    shin, thigh = ways / np.linalg.norm(ways, axis=1, keepdims=True)
    return shin, thigh
