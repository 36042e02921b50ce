"""Whether a set held its range, its lockout and its control: the condition for adding load.

Coaching: same bench, feet, range and top every rep; add load only when the whole set holds all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from thrustcam.analysis import JudgedRep
from thrustcam.rules.finding import Finding

Held = Literal["held", "lost", "unclear"]

LEAST_REPS = 2
"""A range can only be held against that of another rep."""


@dataclass(frozen=True)
class _Asked:
    """`rules` must be seen to be ok; a fault in `spoilers` loses it too, though they need not be seen.

    `turn`: what happens after a rep, which the last rep of a set need not show.
    """

    rules: tuple[str, ...]
    spoilers: tuple[str, ...] = ()
    turn: bool = False


_ASPECTS = {
    "range": _Asked(("range",)),
    "lockout": _Asked(("lockout",), spoilers=("hyperextension",)),
    "control": _Asked(("bounce", "tempo"), turn=True),
}


@dataclass(frozen=True)
class Aspect:
    """One of the three: its name, whether the whole set held it, and the reps (from 1) that speak against."""

    name: str
    held: Held
    reps: tuple[int, ...]

    def __str__(self) -> str:
        """`lockout lost on reps 2 and 4`."""
        if self.held == "held":
            return f"{self.name} held"
        if self.held == "lost":
            return f"{self.name} lost on {_listed(self.reps)}"
        return f"{self.name} not clear on {_listed(self.reps)}" if self.reps else f"{self.name} not judged"


@dataclass(frozen=True)
class Readiness:
    """What a set says about adding load."""

    reps: int
    aspects: tuple[Aspect, ...]

    @property
    def held(self) -> Held:
        """Held when all of it was; lost when any of it was; else nobody can say."""
        states = {aspect.held for aspect in self.aspects}
        if "lost" in states:
            return "lost"
        return "held" if states == {"held"} and self.reps >= LEAST_REPS else "unclear"

    @property
    def advice(self) -> str:
        """One short sentence."""
        if self.held == "held":
            return "You may add load."
        if self.held == "lost":
            return "Keep the load until the whole set holds."
        return "Too little was seen to say: keep the load."

    @property
    def why(self) -> str:
        """One sentence with what was held and what not."""
        if self.reps < LEAST_REPS:
            return "One rep can't be held against another."
        if self.held == "held":
            return f"Range, lockout and control held on all {self.reps} reps."
        text = ", ".join(str(aspect) for aspect in self.aspects)
        return f"{text[:1].upper()}{text[1:]}."


def readiness(reps: Sequence[JudgedRep]) -> Readiness:
    """Judge a whole set by the verdicts on its reps."""
    return Readiness(len(reps), tuple(_aspect(name, asked, reps) for name, asked in _ASPECTS.items()))


def _aspect(name: str, asked: _Asked, reps: Sequence[JudgedRep]) -> Aspect:
    lost, unclear = [], []
    judged_by = {f.rule for rep in reps for f in rep.findings}
    asked_rules = [rule for rule in asked.rules if rule in judged_by]  # a profile may leave one out
    for place, rep in enumerate(reps):
        found = {f.rule: f for f in rep.findings}
        if any(_is(found.get(rule), "fault") for rule in (*asked_rules, *asked.spoilers)):
            lost.append(rep.measured.rep.index)
            continue
        spared = asked.turn and place == len(reps) - 1
        for rule in asked_rules:
            if not _is(found.get(rule), "ok") and not (spared and _is(found.get(rule), "not_assessable")):
                unclear.append(rep.measured.rep.index)
                break
    if lost:
        return Aspect(name, "lost", tuple(lost))
    if unclear or not asked_rules:
        return Aspect(name, "unclear", tuple(unclear))
    return Aspect(name, "held", ())


def _is(finding: Finding | None, verdict: str) -> bool:
    return finding is not None and finding.verdict == verdict


def _listed(reps: Sequence[int]) -> str:
    """`rep 2`, `reps 2, 3 and 5`."""
    if len(reps) == 1:
        return f"rep {reps[0]}"
    return f"reps {', '.join(map(str, reps[:-1]))} and {reps[-1]}"
