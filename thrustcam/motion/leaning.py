"""One body position → its joint angles with their standard deviations, by the joint model alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.joint_model import ANGLES, LinearModel, joint_model
from thrustcam.motion.observation import Observer, Sightings, Situation

Array = NDArray[np.float64]

_OF_LEGS = ("shin_deg", "knee_deg")
"""The far plate tells how high the hips are, and nothing of the legs: the mean with what the near one alone
says takes a tenth off their error on left-out clips."""

_BARE = 1 / 3
"""Share that shins clear of the plates are told as without any: that takes another tenth off."""


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
class Position:
    """One position of a set: what there is to see, its observation, and each of `ANGLES` by itself.

    `row` : shape (1, d), in the columns of its situation.
    """

    seen: Sightings
    situation: Situation
    row: Array
    leans: dict[str, Lean]


def look(observer: Observer, seen: Sightings, situation: Situation) -> Position | None:
    """What a single sighting shows; None where that is unlike anything calibrated."""
    rows, model = _rows(observer, seen), joint_model(situation)
    row = rows(situation)
    if not model.known(row)[0]:
        return None
    wider = float(model.wider(row)[0])
    told = _told(rows, situation, observer.knees_clear(seen), _value_and_sds)[:, 0]
    leans = {
        name: Lean(float(value), wider * float(body_sd), wider * float(sd))
        for name, (value, body_sd, sd) in zip(ANGLES, told.T, strict=True)
    }
    return Position(seen, situation, row, leans)


def angles(observer: Observer, seen: Sightings, situation: Situation) -> Array:
    """`ANGLES` of n sightings in one situation, degrees, shape (n, 4); NaN as of `look`."""
    rows = _rows(observer, seen)
    known = joint_model(situation).known(rows(situation))
    told = _told(rows, situation, observer.knees_clear(seen), LinearModel.value)
    return np.where(known[:, None], told, np.nan)


def rulers(situation: Situation, name: str) -> tuple[Situation, ...]:
    """The calibrations whose mean tells this angle."""
    return ("bar", "near") if situation == "bar" and name in _OF_LEGS else (situation,)


def apart(observer: Observer, seen: Sightings, one: Situation, other: Situation, *, legs: bool) -> float:
    """Standard deviations between what two situations say of one sighting: of its legs, or of its hips."""
    here, there = (observer(seen, each).rows for each in (one, other))
    gaps = []
    for name in _OF_LEGS if legs else ("hip_deg",):
        a, a_sd = joint_model(one).angles[name](here)
        b, b_sd = joint_model(other).angles[name](there)
        gaps.append((a[0] - b[0]) / np.hypot(a_sd[0], b_sd[0]))
    return float(np.linalg.norm(gaps))


def _rows(observer: Observer, seen: Sightings) -> Callable[[Situation], Array]:
    """The observation of these sightings as each situation has it, made once."""
    return cache(lambda situation: observer(seen, situation).rows)


def _told(
    rows: Callable[[Situation], Array],
    situation: Situation,
    knees_clear: NDArray[np.bool_],
    ask: Callable[[LinearModel, Array], Array],
) -> Array:
    """What each of `ANGLES` is asked for, of n sightings in one situation, along the last axis."""

    def asked(each: Situation, name: str) -> Array:
        return ask(joint_model(each).angles[name], rows(each))

    told = {name: np.mean([asked(each, name) for each in rulers(situation, name)], axis=0) for name in ANGLES}
    if situation in ("bar", "near"):
        bare = knees_clear & joint_model("clear").known(rows("clear"))
        told["shin_deg"] += _BARE * bare * (asked("clear", "shin_deg") - told["shin_deg"])
    return np.stack(list(told.values()), axis=-1)


def _value_and_sds(angle: LinearModel, rows: Array) -> Array:
    """Shape (3, n): as `Lean` has them."""
    value, sd = angle(rows)
    return np.stack([value, np.sqrt(np.maximum(sd**2 - (angle.stretch * angle.frame_sd) ** 2, 0.0)), sd])
