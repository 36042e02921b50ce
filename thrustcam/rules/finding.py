"""Findings: one rule's word on one rep."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.measures import MeasuredRep

Verdict = Literal["ok", "fault", "unsure", "not_assessable"]
Severity = Literal["form", "advice"]
Unit = Literal["deg", "s", "ratio", "g"]

_SHOWN: Mapping[Unit, str] = {"deg": "{:.0f}°", "s": "{:.2f} s", "ratio": "{:.0%}", "g": "{:.1f} g"}


@dataclass(frozen=True)
class Limit:
    """The range a number may lie in: `low` ≤ number ≤ `high`, either may be infinite. Unit of the number.

    Raises
    ------
    ValueError : when low < high does not hold.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"a limit is [low, high] with low < high, got [{self.low}, {self.high}]")

    def verdict(self, estimate: Estimate) -> Verdict:
        """`ok` when the interval lies inside, `fault` when it lies outside, `unsure` when a limit cuts it."""
        if self.low <= estimate.low and estimate.high <= self.high:
            return "ok"
        if estimate.high < self.low or estimate.low > self.high:
            return "fault"
        return "unsure"

    def beyond(self, value: float) -> float:
        """How far the value lies past the nearer limit, in its own unit; negative inside."""
        return max(self.low - value, value - self.high)

    def excess(self, value: float) -> float:
        """How far the value lies outside, in its own unit; 0 inside."""
        return max(self.beyond(value), 0.0)

    def as_pair(self) -> list[float | None]:
        """`[low, high]` with None for no limit on that side (JSON has no infinity)."""
        return [x if math.isfinite(x) else None for x in (self.low, self.high)]


@dataclass(frozen=True)
class Finding:
    """One rule's word on one rep, as the contract has it.

    Attributes
    ----------
    rule, severity : the rule's name and whether it is safety or habit.
    verdict : `ok`, `fault`, `unsure` or `not_assessable`.
    estimate : the number with its interval and the moment that shows it; None when not assessable.
    limit : the range the profile allows.
    unit : `deg`, `s`, `ratio` (a share of the length that the rule names), `g` (gravity, 9.81 m/s²).
    cue : one short imperative sentence; only a fault has one.
    why : one sentence with the number, or what would show it.
    """

    rule: str
    severity: Severity
    verdict: Verdict
    estimate: Estimate | None
    limit: Limit
    unit: str
    cue: str | None
    why: str

    @property
    def at_s(self) -> float | None:
        """The moment that shows it, seconds from the clip's first frame; None when not assessable."""
        return None if self.estimate is None else self.estimate.at_s


@dataclass(frozen=True)
class Word:
    """What a rule says of one number: a sentence for each side of the limit and one for inside.

    Attributes
    ----------
    what : the number's name in a sentence, `shin angle at the top`.
    unit : its unit.
    ok : the sentence when all is well.
    too_low, too_high : (cue, why) for each side the rule has something to say about; a profile may
        limit only those.
    neutral : where the number counts from, 180 for a straight line.
    show : how the number is written, a format; None for the unit's own.

    In `ok` and in the `why`s, `{value}` becomes the number, `{off}` its distance from `neutral`, `{low}` and
    `{high}` the limits, each with its unit.
    """

    what: str
    unit: Unit
    ok: str
    too_low: tuple[str, str] | None = None
    too_high: tuple[str, str] | None = None
    neutral: float = 0.0
    show: str | None = None

    def write(self, number: float) -> str:
        """The number with its unit; never a minus before a zero."""
        form = self.show or _SHOWN[self.unit]
        written, zero = form.format(number), form.format(0.0)
        return zero if written == f"-{zero}" else written

    def say(self, sentence: str, value: float, limit: Limit) -> str:
        """The sentence with its numbers."""
        return sentence.format(
            value=self.write(value),
            off=self.write(abs(value - self.neutral)),
            low=self.write(limit.low),
            high=self.write(limit.high),
        )

    def doubt(self, estimate: Estimate, limit: Limit) -> str:
        """The sentence for a number that can't be told from its limit."""
        if math.isinf(limit.high):
            asked = f"at least {self.write(limit.low)}"
        elif math.isinf(limit.low):
            asked = f"at most {self.write(limit.high)}"
        else:
            asked = f"{self.write(limit.low)} to {self.write(limit.high)}"
        number, low, high = (self.write(x) for x in (estimate.value, estimate.low, estimate.high))
        return f"Too close to call: {self.what} {number}, somewhere from {low} to {high}; asked is {asked}."


def compare(rule: str, severity: Severity, measured: Measured, limit: Limit, word: Word) -> Finding:
    """Hold a number against its limit and say so.

    Raises
    ------
    ValueError : when the number lies outside on a side the rule has no word for; `load_profile` lets no
        such limit through.
    """
    if isinstance(measured, Unseen):
        return Finding(rule, severity, "not_assessable", None, limit, word.unit, None, measured.why)
    verdict = limit.verdict(measured)
    cue = None
    if verdict == "ok":
        why = word.say(word.ok, measured.value, limit)
    elif verdict == "unsure":
        why = word.doubt(measured, limit)
    else:
        side = word.too_low if measured.value < limit.low else word.too_high
        if side is None:
            raise ValueError(f"{rule} has no word for {word.what} {measured.value} outside {limit}")
        cue, why = side[0], word.say(side[1], measured.value, limit)
    return Finding(rule, severity, verdict, measured, limit, word.unit, cue, why)


_STRICTEST_FIRST: tuple[Verdict, ...] = ("fault", "unsure", "not_assessable", "ok")


def strictest(findings: Sequence[Finding]) -> Finding:
    """The finding that decides where each number alone can be the fault.

    One fault is enough; `ok` needs all of them. Of two alike, the one further past its limit (or nearer to
    it) decides, so they share a unit.
    """

    def rank(finding: Finding) -> tuple[int, float]:
        estimate = finding.estimate
        past = 0.0 if estimate is None else finding.limit.beyond(estimate.value)
        return _STRICTEST_FIRST.index(finding.verdict), -past

    return min(findings, key=rank)


@dataclass(frozen=True)
class Rule:
    """A rule: what it says of each of its numbers, and which of them decides.

    Attributes
    ----------
    name : as in the contract; also the name of its module.
    severity : `form` or `advice`.
    what : the rule in a few words, for tables and reports.
    words : per measure (`MeasuredRep`) what is said of it; the profile must limit each of them.
    decide : picks, of the findings on each measure in the order of `words`, the one that stands.
    """

    name: str
    severity: Severity
    what: str
    words: Mapping[str, Word]
    decide: Callable[[Sequence[Finding]], Finding] = strictest

    def judge(self, rep: MeasuredRep, limits: Mapping[str, Limit]) -> Finding:
        """The rule's word on one rep.

        Parameters
        ----------
        rep : the rep with its numbers.
        limits : by measure, in the measure's unit.

        Raises
        ------
        KeyError : when a measure has no limit.
        """
        return self.decide(
            [
                compare(self.name, self.severity, rep[measure], limits[measure], word)
                for measure, word in self.words.items()
            ]
        )
