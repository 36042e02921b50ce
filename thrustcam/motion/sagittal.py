"""The body in its sagittal plane: joint angles at the tops of a set, and at any moment of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.leaning import Lean, Position, angles, apart, look
from thrustcam.motion.motion import LiftingSet, Motion
from thrustcam.motion.observation import SITUATIONS, Observer, Sightings, Situation, observe
from thrustcam.motion.tops import Top, tops_of
from thrustcam.poses.track import during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

_BOTTOM_S = 0.35
"""So long before a rep starts the lifter is taken to be at the bottom."""

_FALSE_FAR = 2.5
"""From here on the far plate was something else: 121 rendered sets lie under 2.0, a false one at 5.9."""

_FALSE_NEAR = 1.3
"""From here on the plate was none of 450 mm on the hips: 190 rendered sets lie under 0.9 and one at 1.2, a
real one without such plates at 1.8, its shins off by 20°."""


@dataclass(frozen=True)
class SagittalSet:
    """One set seen from the side or three-quarter.

    Attributes
    ----------
    t : shape (n,), seconds.
    height : shape (n,), of the hips, torso lengths; NaN where nobody was found.
    reps : the set's reps.
    observer, seen : how to look at its positions, and what there is to see.
    plates : whether there are any on the bar.
    """

    t: Array
    height: Array
    reps: tuple[Rep, ...]
    observer: Observer
    seen: Sightings
    plates: bool

    def during(self, start_s: float, end_s: float) -> Sightings | None:
        """The typical position from `start_s` to `end_s`; None where nobody was found."""
        seen = self.seen[during(self.t, start_s, end_s)].median()
        return seen if np.isfinite(seen.points[0, 0, 0]) else None

    def situation(self, seen: Sightings) -> Situation:
        """What there is to see of a single position."""
        return self.observer.situations(seen, plates=self.plates)[0]

    @cached_property
    def tops(self) -> list[Top]:
        """Each rep whose top was seen."""
        seen = [(rep, self._position(rep.top_start_s, rep.top_end_s)) for rep in self.reps]
        return tops_of(self.observer, [(rep, position) for rep, position in seen if position is not None])

    def leans(self, start_s: float, end_s: float) -> dict[str, Lean]:
        """Each of `ANGLES` from `start_s` to `end_s`; none where the picture is unlike any calibrated one."""
        position = self._position(start_s, end_s)
        return {} if position is None else position.leans

    def _position(self, start_s: float, end_s: float) -> Position | None:
        seen = self.during(start_s, end_s)
        return None if seen is None else look(self.observer, seen, self.situation(seen))

    def differ(self, one: Situation, other: Situation, *, legs: bool) -> float:
        """Standard deviations between angles of the tops as told by two situations; 0 without `one`."""
        seen = [self.during(rep.top_start_s, rep.top_end_s) for rep in self.reps]
        gaps = [
            apart(self.observer, each, one, other, legs=legs)
            for each in seen
            if each is not None and self.situation(each) == one
        ]
        return float(np.median(gaps)) if gaps else 0.0

    def without_false_plates(self) -> SagittalSet:
        """The set without the far plate, or any, where what they say of the body is out of line."""
        near = replace(self, observer=replace(self.observer, bar=None))
        if near.differ("near", "hidden", legs=True) > _FALSE_NEAR:
            return replace(near, seen=replace(self.seen, plate=np.full_like(self.seen.plate, np.nan)))
        return near if self.differ("bar", "near", legs=False) > _FALSE_FAR else self

    def series(self, more: Mapping[str, Array]) -> Array:
        """Shape (n, 4): `ANGLES` in every frame, degrees; NaN where nobody was found, or another body.

        Parameters
        ----------
        more : by angle, shape (n,), how many degrees more it was measured to be at the tops around a frame
            than was seen there. It goes with the hips' height: on rendered clips none is left at the bottom.
        """
        out = np.full((len(self.t), len(ANGLES)), np.nan)
        if not self.tops:
            return out
        there = np.isfinite(self.seen.points[:, 0, 0])
        situations = np.array(self.observer.situations(self.seen, plates=self.plates))
        for situation in SITUATIONS:
            rows = np.flatnonzero(there & (situations == situation))
            # A thousand at a time: an observation is a kilobyte, and a clip may have hours of them.
            for part in np.array_split(rows, len(rows) // 1000 + 1):
                if len(part):
                    out[part] = angles(self.observer, self.seen[part], situation)
        height = np.nan_to_num(self.height)
        top = np.median(np.interp([rep.top_at_s for rep in self.reps], self.t, height))
        share = np.clip(height / max(float(top), 1e-6), 0.0, 1.0)
        for place, name in enumerate(ANGLES):
            out[:, place] += share * more.get(name, 0.0)
        return out


def sagittal_sets(motion: Motion, reps: list[Rep]) -> list[SagittalSet]:
    """The sets that have reps; none from the front, where the sagittal plane is not to be seen."""
    if motion.view is None or motion.view.kind == "front":
        return []
    found = (_set(motion, lifting, reps) for lifting in motion.sets)
    return [s for s in found if s is not None]


def _set(motion: Motion, lifting: LiftingSet, reps: list[Rep]) -> SagittalSet | None:
    t = lifting.track.t
    mine = tuple(rep for rep in reps if t[0] <= rep.top_start_s <= t[-1])
    if not mine or motion.view is None:
        return None
    low = np.any([(t >= rep.start_s - _BOTTOM_S) & (t <= rep.start_s) for rep in mine], axis=0)
    low &= lifting.track.found
    if not low.any():
        low = lifting.track.found & (t <= mine[0].start_s + _BOTTOM_S)
    if not low.any():
        return None
    plates = lifting.lift.plate_rides
    observer, seen = observe(lifting.track, motion.torso_px, motion.view, low, plates=plates)
    return SagittalSet(t, lifting.lift.height, mine, observer, seen, plates).without_false_plates()
