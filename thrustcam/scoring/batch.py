"""A whole run: every clip's outcome in the order the clips were named, and which gates failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from thrustcam.analysis import Analysis
from thrustcam.feedback.words import rules_with
from thrustcam.scoring.gates import Failure
from thrustcam.scoring.task import Outcome


@dataclass(frozen=True)
class Line:
    """One clip in a few numbers. `score`, `focus`, `cue` : None where there is none.

    `damage` : what was wrong with the file although it could be scored as far as it went; else empty.
    """

    path: str
    error: str | None
    reps: int = 0
    score: int | None = None
    faults: int = 0
    unsure: int = 0
    focus: str | None = None
    cue: str | None = None
    damage: str = ""

    @property
    def needs_attention(self) -> tuple[int, float, int, str]:
        """Sorts what needs attention first: errors, clips without a rep, damaged ones, the lowest score."""
        if self.error is not None:
            return 0, 0.0, 0, self.path
        if not self.reps:
            return 1, 0.0, 0, self.path
        return 2 if self.damage else 3, 101.0 if self.score is None else self.score, -self.faults, self.path

    @classmethod
    def of(cls, outcome: Outcome, analysis: Analysis | None) -> Line:
        """The line of an outcome; `analysis` is the outcome's own."""
        if analysis is None:
            return cls(outcome.path, outcome.error or "")
        summary = analysis.summary
        return cls(
            outcome.path,
            None,
            summary.reps,
            summary.score,
            sum(rules_with(analysis.reps, "fault").values()),
            sum(rules_with(analysis.reps, "unsure").values()),
            summary.focus,
            summary.cue,
            damage(analysis),
        )


def damage(analysis: Analysis) -> str:
    """What is wrong with a clip's file, in one line; empty where nothing is."""
    clip = analysis.clip
    said = "; ".join(clip.warnings)
    return said or ("" if clip.complete else "the clip is incomplete")


@dataclass(frozen=True)
class Batch:
    """A run's results.

    Attributes
    ----------
    outcomes : one for each clip. lines : the same in a few numbers.
    gates : the names of all gates, in the order asked for. failures : those that do not hold, by clip.
    """

    outcomes: Sequence[Outcome]
    lines: Sequence[Line]
    gates: Sequence[str] = ()
    failures: Sequence[Failure] = field(default=())

    @property
    def errors(self) -> int:
        """How many clips could not be scored."""
        return sum(line.error is not None for line in self.lines)

    @property
    def scored(self) -> int:
        """How many clips were."""
        return len(self.lines) - self.errors

    @property
    def damaged(self) -> int:
        """How many were scored although their file is damaged or cut short."""
        return sum(bool(line.damage) for line in self.lines)

    @property
    def reps(self) -> int:
        """Over all clips."""
        return sum(line.reps for line in self.lines)

    @property
    def faults(self) -> int:
        """Over all clips."""
        return sum(line.faults for line in self.lines)

    def analyses(self) -> Iterator[Analysis]:
        """The analyses of those that were scored, without their series, unpacked one after another."""
        for outcome in self.outcomes:
            analysis = outcome.analysis()
            if analysis is not None:
                yield analysis
