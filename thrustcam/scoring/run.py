"""Tasks → a batch: every clip scored by one engine or the other, held against the gates as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from thrustcam.scoring.batch import Batch, Line
from thrustcam.scoring.expected import Expectations
from thrustcam.scoring.gates import Failure, Gate, failures
from thrustcam.scoring.task import Outcome, Task

Heard = Callable[[Outcome, Line], None]


@dataclass(frozen=True)
class Demands:
    """What the clips are held against.

    Attributes
    ----------
    gates : those of a single clip, the expectations' own among them.
    expectations : None where no file was given.
    errors_allowed : how many clips may fail to be scored; those that are expected to don't count.
    """

    gates: Sequence[Gate] = ()
    expectations: Expectations | None = None
    errors_allowed: int = 0

    @property
    def errors_gate(self) -> str:
        """The name of the gate on errors."""
        return f"--max-errors {self.errors_allowed}"

    def names(self) -> list[str]:
        """Every gate there is, in the order asked for; the one on errors last."""
        return [*(gate.name for gate in self.gates), self.errors_gate]

    def unmet(self, outcomes: Sequence[Outcome]) -> list[Failure]:
        """What only the whole run can show: too many errors, expected clips that never came."""
        bad = [outcome for outcome in outcomes if outcome.error is not None and not self._expected(outcome)]
        found = []
        if len(bad) > self.errors_allowed:
            found = [Failure(self.errors_gate, outcome.path, outcome.error or "") for outcome in bad]
        if self.expectations is not None:
            found += self.expectations.missing(outcome.path for outcome in outcomes)
        return found

    def _expected(self, outcome: Outcome) -> bool:
        return self.expectations is not None and self.expectations.expects_error(outcome.path)


def collect(
    tasks: Sequence[Task], coming: Iterator[Outcome], demands: Demands, heard: Heard | None = None
) -> Batch:
    """The batch of all outcomes, in the order of the tasks; `heard` is told of each as it comes."""
    outcomes: dict[str, Outcome] = {}
    lines: dict[str, Line] = {}
    failed: dict[str, list[Failure]] = {}
    for outcome in coming:
        analysis = outcome.analysis()
        line = Line.of(outcome, analysis)
        outcomes[outcome.path], lines[outcome.path] = outcome, line
        failed[outcome.path] = failures(demands.gates, outcome, analysis)
        if heard is not None:
            heard(outcome, line)
    order = [task.path for task in tasks]
    ordered = [outcomes[path] for path in order]
    found = [failure for path in order for failure in failed[path]]
    names = demands.names()
    found = sorted([*found, *demands.unmet(ordered)], key=lambda failure: names.index(failure.gate))
    return Batch(ordered, [lines[path] for path in order], names, found)
