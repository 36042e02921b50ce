"""The tops of a set: the same body at each, so that its level and their differences are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.alike import AlikeModel
from thrustcam.motion.joint_model import ANGLES, LOST, joint_model
from thrustcam.motion.leaning import Lean, Position, rulers
from thrustcam.motion.observation import Observer, Sightings, Situation
from thrustcam.motion.riding import WITH_HIPS, hips_opened, lean_by_bar
from thrustcam.motion.top_model import top_model
from thrustcam.reps import Rep

OF_MOMENTS = 1 / 3
"""Share of the joint model in a set's level; the rest is what the usual top tells. Chosen on left-out clips,
where it matters little; it is more than the least that would do there, for bodies unlike the rendered."""

APART = 0.4
"""Share of what lies between those two that counts as a standard deviation: behind plates the sets on which
they agree are off by 2.2° at the shins, the 5 % on which they differ by 7° and more by 4.8°."""

_COMPARED = 3
"""Fewer tops than these don't show which of them is the usual one."""


@dataclass(frozen=True)
class Top:
    """The top of one rep.

    Attributes
    ----------
    seen : each of `ANGLES` there by itself, degrees.
    leans : each of `ANGLES`, given the set's other tops.
    arch_deg : how much more the lower back is arched than at the set's usual top, degrees; NaN where too few
        tops were seen, or not the back at this one.
    by_bar : whether the pose model saw another body there than at the others, which tell it with the bar.
    """

    rep: Rep
    seen: dict[str, float]
    leans: dict[str, Lean]
    arch_deg: float
    by_bar: bool = False


def tops_of(observer: Observer, seen: Sequence[tuple[Rep, Position]]) -> list[Top]:
    """The tops of a set's reps at which its lifter's body was seen.

    None of a set whose plates were at no top told from something else. No rendered set is such a one; in a
    real one the hips were measured 20° lower than they look.
    """
    places: dict[Situation, list[tuple[Rep, Position]]] = {}
    for rep, position in seen:
        places.setdefault(position.situation, []).append((rep, position))
    if set(places) == {"hidden"}:
        return []
    found = [top for situation, tops in places.items() for top in _alike(observer, situation, tops)]
    return sorted(found, key=lambda top: top.rep.index)


def _alike(observer: Observer, situation: Situation, tops: list[tuple[Rep, Position]]) -> list[Top]:
    """Tops that are seen in the same situation; none where nobody like the calibration's was seen."""
    joint, rows = joint_model(situation), np.concatenate([position.row for _, position in tops])
    if np.median(joint.strangeness(rows)) >= LOST:
        return []
    like = joint.apart(rows).like
    if not like.any():
        return []
    shown = _shown(observer, situation, [top for top, yes in zip(tops, like, strict=True) if yes])
    if like.all() or like.mean() < 0.5:
        return shown
    opened = hips_opened(observer, Sightings.of([position.seen for _, position in tops]), like)
    hidden = np.flatnonzero(~like & np.isfinite(opened))
    return shown + [_by_bar(tops[place][0], shown, float(opened[place])) for place in hidden]


def _by_bar(rep: Rep, others: list[Top], opened: float) -> Top:
    """A top of the same lifter whose hips are so many degrees further open."""
    leans = {name: lean_by_bar(name, [top.leans[name] for top in others], opened) for name in ANGLES}
    usual = {name: float(np.median([top.seen[name] for top in others])) for name in ANGLES}
    seen = {name: usual[name] + WITH_HIPS[name] * opened for name in ANGLES}
    return Top(rep, seen, leans, np.nan, by_bar=True)


def _shown(observer: Observer, situation: Situation, tops: list[tuple[Rep, Position]]) -> list[Top]:
    """Tops that show the same body: they share their level, and each differs from it.

    The level is what the top model says of the usual one, and by a third what the joint model says of all
    tops: both together are more exact than either. Hip angles differ by what tells one top from the next,
    which halves the error of the difference.
    """
    joint, positions = joint_model(situation), [position for _, position in tops]
    rows = np.concatenate([position.row for position in positions])
    apart = joint.apart(rows)
    usual = _usual_top(observer, situation, Sightings.of([position.seen for position in positions]))
    leans: dict[str, list[Lean]] = {}
    for name in ANGLES:
        alone = [position.leans[name] for position in positions]
        seen = np.array([lean.value for lean in alone])
        own = apart.hip_deg if name == "hip_deg" else seen - np.median(seen)
        leans[name] = _given_the_others(alone, own, top_model(situation)[name], *usual[name])
    arches = apart.arch_deg if len(tops) >= _COMPARED else np.full(len(tops), np.nan)
    return [
        Top(
            rep,
            {name: position.leans[name].value for name in ANGLES},
            {name: leans[name][place] for name in ANGLES},
            float(arches[place]),
        )
        for place, (rep, position) in enumerate(tops)
    ]


def _given_the_others(
    alone: Sequence[Lean], own: NDArray[np.float64], model: AlikeModel, level: float, body_sd: float
) -> list[Lean]:
    """One angle at each top, from what each shows alone and how it differs from the usual one.

    `level`, `body_sd` : what the top model tells of the usual one.
    """
    seen = np.array([lean.value for lean in alone])
    apart = float(np.median(seen - own)) - level
    level = model.unheld(level + OF_MOMENTS * apart)
    sds = [np.hypot(body_sd + OF_MOMENTS * (lean.body_sd - body_sd), APART * apart) for lean in alone]
    body_sds = [model.stretch / model.held * float(sd) for sd in sds]
    return [
        Lean(level + float(off), sd, float(np.hypot(sd, lean.frame_sd)))
        for off, sd, lean in zip(own, body_sds, alone, strict=True)
    ]


def _usual_top(observer: Observer, situation: Situation, seen: Sightings) -> dict[str, tuple[float, float]]:
    """Each of `ANGLES` at the usual one of these tops, and its standard deviation, degrees."""
    row = cache(lambda each: np.median(observer(seen, each).rows, axis=0))
    usual = {}
    for name in ANGLES:
        told = [top_model(each)[name](row(each)) for each in rulers(situation, name)]
        value, sd = np.mean(told, axis=0)
        usual[name] = float(value), float(sd)
    return usual
