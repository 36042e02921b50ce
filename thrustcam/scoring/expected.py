"""What a team expects of its reference clips, as a TOML file: the regression test of their verdicts.

::

    [clips."side-good.mp4"]               # a path from this file's folder, or a URL
    reps = 4
    score = [85, 100]                     # lowest and highest that will do
    verdicts.lockout = "ok"               # on every rep
    verdicts.tempo = ["ok", "ok", "fault", "ok"]   # rep by rep; "" or "any" leaves one out

    [clips."torn.mp4"]
    error = true                          # can't be scored, and must not be
"""

from __future__ import annotations

import os
import reprlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from thrustcam.analysis import Analysis
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line
from thrustcam.rules import RULES
from thrustcam.scoring.clips import is_url
from thrustcam.scoring.gates import VERDICTS, Failure, Gate
from thrustcam.scoring.task import Outcome

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

_ANY = ("", "any")
_KEYS = ("reps", "score", "verdicts", "error")


@dataclass(frozen=True)
class Expected:
    """What is expected of one clip; None or empty where nothing is.

    `verdicts` : by rule, one verdict for every rep or one for each.
    """

    reps: int | None = None
    score: tuple[float, float] | None = None
    verdicts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    error: bool = False

    def trouble(self, analysis: Analysis) -> str | None:
        """How an analysis differs from it; None where it doesn't."""
        if self.error:
            return "was scored, an error was expected"
        found = len(analysis.reps)
        if self.reps is not None and found != self.reps:
            return f"{found} reps, {self.reps} expected"
        score = analysis.summary.score
        if self.score is not None and not (score is not None and self.score[0] <= score <= self.score[1]):
            return f"score {score}, {self.score[0]:g} to {self.score[1]:g} expected"
        for rule, wanted in self.verdicts.items():
            if trouble := _verdict_trouble(analysis, rule, wanted):
                return trouble
        return None


def _verdict_trouble(analysis: Analysis, rule: str, wanted: str | tuple[str, ...]) -> str | None:
    if isinstance(wanted, tuple) and len(wanted) != len(analysis.reps):
        return f"{len(analysis.reps)} reps, {rule} expected on {len(wanted)}"
    if not analysis.reps and wanted not in _ANY:
        return f"no rep, {rule} expected to be {wanted}"
    for place, rep in enumerate(analysis.reps):
        asked = wanted[place] if isinstance(wanted, tuple) else wanted
        said = next((f.verdict for f in rep.findings if f.rule == rule), "not judged")
        if asked not in _ANY and said != asked:
            return f"{rule} {said} on rep {rep.measured.rep.index}, {asked} expected"
    return None


@dataclass(frozen=True)
class Expectations:
    """All of a file. `clips` : by real path or URL. `names` : the same as the file spells them."""

    gate: str
    clips: Mapping[str, Expected]
    names: Mapping[str, str]

    def as_gate(self) -> Gate:
        """The gate that holds each clip against what is expected of it; others pass."""

        def trouble(outcome: Outcome, analysis: Analysis) -> str | None:
            expected = self.clips.get(_place(outcome.path))
            return None if expected is None else expected.trouble(analysis)

        def on_error(outcome: Outcome) -> str | None:
            expected = self.clips.get(_place(outcome.path))
            return None if expected is None or expected.error else f"error: {outcome.error}"

        return Gate(self.gate, trouble, on_error)

    def expects_error(self, path: str) -> bool:
        """Whether this clip is not meant to be scored."""
        expected = self.clips.get(_place(path))
        return expected is not None and expected.error

    def missing(self, paths: Iterable[str]) -> list[Failure]:
        """Expected clips that are not among those scored: a gate must not hold for want of clips."""
        scored = {_place(path) for path in paths}
        return [
            Failure(self.gate, name, "expected, but not among the clips scored")
            for place, name in self.names.items()
            if place not in scored
        ]


def load_expectations(path: str) -> Expectations:
    """Read a file of expectations.

    Raises
    ------
    ThrustcamError : when it can't be read or says something that can't be meant.
    """
    where = f"--expect {one_line(path)}"
    try:
        table: dict[str, Any] = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        why = one_line(str(getattr(error, "strerror", None) or error))
        raise ThrustcamError(f"{where} can't be read: {why}") from error
    clips = table.pop("clips", None)
    if table or not isinstance(clips, dict) or not clips:
        raise ThrustcamError(f'{where}: write a table [clips."NAME"] for each clip and nothing else')
    folder = Path(path).resolve().parent
    expected, names = {}, {}
    for name, content in clips.items():
        place = name if is_url(name) else os.path.realpath(folder / name)
        expected[place] = _expected(f"{where}, {one_line(name)}", content)
        names[place] = name
    return Expectations(where, expected, names)


def _expected(where: str, table: object) -> Expected:
    if not isinstance(table, dict) or not set(table) <= set(_KEYS):
        raise ThrustcamError(f"{where}: write a table with {', '.join(_KEYS)}, not {_short(table)}")
    reps, error = table.get("reps"), table.get("error", False)
    if reps is not None and (type(reps) is not int or reps < 0):
        raise ThrustcamError(f"{where}: write reps as a whole number, not {_short(reps)}")
    if type(error) is not bool:
        raise ThrustcamError(f"{where}: write error as true or false, not {_short(error)}")
    verdicts = table.get("verdicts", {})
    if not isinstance(verdicts, dict):
        raise ThrustcamError(f'{where}: write verdicts.RULE = "ok", not {_short(verdicts)}')
    read = {rule: _verdicts(where, rule, said) for rule, said in verdicts.items()}
    return Expected(reps, _score(where, table.get("score")), read, error)


def _score(where: str, pair: object) -> tuple[float, float] | None:
    if pair is None:
        return None
    numbers = isinstance(pair, list) and len(pair) == 2 and all(type(x) in (int, float) for x in pair)
    if not numbers or not pair[0] <= pair[1]:  # type: ignore[index]
        raise ThrustcamError(f"{where}: write score as [lowest, highest], not {_short(pair)}")
    return float(pair[0]), float(pair[1])  # type: ignore[index]


def _verdicts(where: str, rule: str, said: object) -> str | tuple[str, ...]:
    if rule not in RULES:
        raise ThrustcamError(f"{where}: there is no rule {one_line(rule)!r}, only {', '.join(RULES)}")
    listed = said if isinstance(said, list) else [said]
    if not all(verdict in (*VERDICTS, *_ANY) for verdict in listed):
        raise ThrustcamError(
            f"{where}: verdicts.{rule} is one of {', '.join(VERDICTS)}, or a list of them, not {_short(said)}"
        )
    return tuple(map(str, listed)) if isinstance(said, list) else str(said)


def _short(value: object) -> str:
    return one_line(reprlib.repr(value))


def _place(path: str) -> str:
    return path if is_url(path) else os.path.realpath(path)
