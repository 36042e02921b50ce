"""The body in its sagittal plane: joint angles with their standard deviations, at any moment of a set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.joint_model import ANGLES, LOST, LinearModel, joint_model
from thrustcam.motion.motion import LiftingSet, Motion
from thrustcam.motion.observation import SITUATIONS, Observer, Sightings, Situation, observe
from thrustcam.motion.top_model import top_model
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

_OF_LEGS = ("shin_deg", "knee_deg")
"""The far plate tells how high the hips are, and nothing of the legs: the mean with what the near one alone
says takes a tenth off their error on left-out clips."""

_BARE = 1 / 3
"""Share that shins clear of the plates are told as without any: that takes another tenth off."""

OF_MOMENTS = 1 / 3
"""Share of the joint model in a set's level; the rest is what the usual top tells. Chosen on left-out clips,
where it matters little; it is more than the least that would do there, for bodies unlike the rendered."""

_COMPARED = 3
"""Fewer tops than these don't show which of them is the usual one."""


@dataclass(frozen=True)
class Lean:
    """One angle at one moment, degrees: `value`, `sd`, and `body_sd`, the part that a whole set shares."""

    value: float
    body_sd: float
    sd: float

    @property
    def frame_sd(self) -> float:
        """The part of each moment's own."""
        return float(np.sqrt(max(self.sd**2 - self.body_sd**2, 0.0)))


@dataclass(frozen=True)
class Top:
    """The top of one rep.

    Attributes
    ----------
    seen : each of `ANGLES` there by itself, degrees.
    leans : each of `ANGLES`, given the set's other tops.
    arch_deg : how much more the lower back is arched than at the set's usual top, degrees; NaN where too few
        tops were seen.
    """

    rep: Rep
    seen: dict[str, float]
    leans: dict[str, Lean]
    arch_deg: float


class _Observed(NamedTuple):
    """The typical position of a moment: what there is to see, its observation, and each of `ANGLES`."""

    seen: Sightings
    situation: Situation
    row: Array
    leans: dict[str, Lean]


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
        places: dict[Situation, list[tuple[Rep, _Observed]]] = {}
        for rep in self.reps:
            observed = self._observed(rep.top_start_s, rep.top_end_s)
            if observed is not None:
                places.setdefault(observed.situation, []).append((rep, observed))
        found = [top for situation, alike in places.items() for top in self._alike(situation, alike)]
        return sorted(found, key=lambda top: top.rep.index)

    def _alike(self, situation: Situation, tops: list[tuple[Rep, _Observed]]) -> list[Top]:
        """Tops that are seen in the same situation: they share their level, and each differs from it.

        The level is what the top model says of the usual one, and by a third what the joint model says of all
        tops: both together are more exact than either. Hip angles differ by what tells one top from the next,
        which halves the error of the difference. Tops at which the pose model saw another body than on the
        rest are left out, and all of them where it saw none of the calibration's.
        """
        model, rows = joint_model(situation), np.concatenate([observed.row for _, observed in tops])
        if np.median(model.strangeness(rows)) >= LOST:
            return []
        apart = model.apart(rows)
        usual = self._usual_top(situation, Sightings.of([observed.seen for _, observed in tops]))
        leans: dict[str, list[Lean]] = {}
        for name in ANGLES:
            alone = [observed.leans[name] for _, observed in tops]
            seen = np.array([lean.value for lean in alone])
            own = apart.hip_deg if name == "hip_deg" else seen - np.median(seen)
            level, body_sd = usual[name]
            level += OF_MOMENTS * (float(np.median(seen - own)) - level)
            body_sds = [
                top_model(situation)[name].stretch * (body_sd + OF_MOMENTS * (lean.body_sd - body_sd))
                for lean in alone
            ]
            leans[name] = [
                Lean(level + float(off), sd, float(np.hypot(sd, lean.frame_sd)))
                for off, sd, lean in zip(own, body_sds, alone, strict=True)
            ]
        arches = apart.arch_deg if len(tops) >= _COMPARED else np.full(len(tops), np.nan)
        return [
            Top(
                rep,
                {name: observed.leans[name].value for name in ANGLES},
                {name: leans[name][place] for name in ANGLES},
                float(arches[place]),
            )
            for place, (rep, observed) in enumerate(tops)
            if apart.like[place]
        ]

    def _usual_top(self, situation: Situation, seen: Sightings) -> dict[str, tuple[float, float]]:
        """Each of `ANGLES` at the usual one of these tops, and its standard deviation, degrees."""
        row = cache(lambda each: np.median(self.observer(seen, each).rows, axis=0))
        usual = {}
        for name in ANGLES:
            told = [top_model(each)[name](row(each)) for each in _rulers(situation, name)]
            value, sd = np.mean(told, axis=0)
            usual[name] = float(value), float(sd)
        return usual

    def leans(self, start_s: float, end_s: float) -> dict[str, Lean]:
        """Each of `ANGLES` from `start_s` to `end_s`; none where the picture is unlike any calibrated one."""
        observed = self._observed(start_s, end_s)
        return {} if observed is None else observed.leans

    def _observed(self, start_s: float, end_s: float) -> _Observed | None:
        """None where nobody was found, or nothing like any calibrated position."""
        seen = self.during(start_s, end_s)
        if seen is None:
            return None
        situation = self.situation(seen)
        row, model = self.observer(seen, situation).rows, joint_model(situation)
        if not model.known(row)[0]:
            return None
        wider = float(model.wider(row)[0])
        told = self._told(seen, situation, _value_and_sds)[:, 0]
        leans = {
            name: Lean(float(value), wider * float(body_sd), wider * float(sd))
            for name, (value, body_sd, sd) in zip(ANGLES, told.T, strict=True)
        }
        return _Observed(seen, situation, row, leans)

    def _told(
        self, seen: Sightings, situation: Situation, ask: Callable[[LinearModel, Array], Array]
    ) -> Array:
        """What each of `ANGLES` is asked for, of n sightings in one situation, along the last axis."""
        rows = cache(lambda each: self.observer(seen, each).rows)

        def asked(each: Situation, name: str) -> Array:
            return ask(joint_model(each).angles[name], rows(each))

        told = {
            name: np.mean([asked(each, name) for each in _rulers(situation, name)], axis=0) for name in ANGLES
        }
        if situation in ("bar", "near"):
            bare = self.observer.knees_clear(seen) & joint_model("clear").known(rows("clear"))
            told["shin_deg"] += _BARE * bare * (asked("clear", "shin_deg") - told["shin_deg"])
        return np.stack(list(told.values()), axis=-1)

    def differ(self, one: Situation, other: Situation, names: Sequence[str]) -> float:
        """Standard deviations between angles of the tops as told by two situations; 0 without `one`."""
        gaps = []
        for rep in self.reps:
            seen = self.during(rep.top_start_s, rep.top_end_s)
            if seen is not None and self.situation(seen) == one:
                here, there = (self.observer(seen, each).rows for each in (one, other))
                told = [
                    (*joint_model(one).angles[name](here), *joint_model(other).angles[name](there))
                    for name in names
                ]
                apart = [(a[0] - b[0]) / np.hypot(a_sd[0], b_sd[0]) for a, a_sd, b, b_sd in told]
                gaps.append(float(np.linalg.norm(apart)))
        return float(np.median(gaps)) if gaps else 0.0

    def without_false_plates(self) -> SagittalSet:
        """The set without the far plate, or any, where what they say of the body is out of line."""
        near = replace(self, observer=replace(self.observer, bar=None))
        if near.differ("near", "hidden", _OF_LEGS) > _FALSE_NEAR:
            return replace(near, seen=replace(self.seen, plate=np.full_like(self.seen.plate, np.nan)))
        return near if self.differ("bar", "near", ["hip_deg"]) > _FALSE_FAR else self

    def series(self, more: Mapping[str, float]) -> Array:
        """Shape (n, 4): `ANGLES` in every frame, degrees; NaN where nobody was found, or another body.

        Parameters
        ----------
        more : by angle, how many degrees more the whole set showed it to be at the tops than was seen there.
            It goes with the hips' height: on rendered clips none of it is left at the bottom.
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
                    out[part] = self._angles(part, situation)
        height = np.nan_to_num(self.height)
        top = np.median(np.interp([(r.top_start_s + r.top_end_s) / 2 for r in self.reps], self.t, height))
        share = np.clip(height / max(float(top), 1e-6), 0.0, 1.0)
        return out + share[:, None] * [more.get(name, 0.0) for name in ANGLES]

    def _angles(self, rows: NDArray[np.intp], situation: Situation) -> Array:
        seen = self.seen[rows]
        known = joint_model(situation).known(self.observer(seen, situation).rows)
        return np.where(known[:, None], self._told(seen, situation, LinearModel.value), np.nan)


def _rulers(situation: Situation, name: str) -> tuple[Situation, ...]:
    """The calibrations whose mean tells this angle."""
    return ("bar", "near") if situation == "bar" and name in _OF_LEGS else (situation,)


def _value_and_sds(angle: LinearModel, rows: Array) -> Array:
    """Shape (3, n): as `Lean` has them."""
    value, sd = angle(rows)
    return np.stack([value, np.sqrt(np.maximum(sd**2 - (angle.stretch * angle.frame_sd) ** 2, 0.0)), sd])


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
