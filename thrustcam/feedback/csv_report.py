"""Analyses as CSV: one row for each rep, tidy, for a spreadsheet or a data frame."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.score import focus
from thrustcam.feedback.write import Destination, write_text
from thrustcam.motion.estimate import Estimate

# The contract's rules in its order: their columns are there whatever the profile asks, so that the header
# of two files is the same. Other rules follow.
RULES = (
    "shin_vertical",
    "lockout",
    "hyperextension",
    "knee_cave",
    "bounce",
    "range",
    "tempo",
    "top_hold",
    "knee_angle",
    "heel_lift",
    "chin_tuck",
    "bench_slide",
    "hip_level",
    "stance",
)
_TIMES = ("start_s", "top_start_s", "top_end_s", "end_s", "up_s", "top_s", "down_s", "bottom_s")
_MEASURES = ("shin_deg", "hip_deg", "knee_deg", "trunk_deg", "range")


def header(analyses: Sequence[Analysis]) -> list[str]:
    """The columns: clip, rep, times in s, each measure with its 95 % interval, score, verdicts, cue.

    A rule's column is `verdict_<rule>`; a measure's are `<name>`, `<name>_low` and `<name>_high`.
    """
    spans = [f"{name}{end}" for name in _MEASURES for end in ("", "_low", "_high")]
    verdicts = [_cell(f"verdict_{rule}") for rule in _rules(analyses)]
    return ["clip", "rep", *_TIMES, *spans, "score", *verdicts, "cue"]


def rows(analyses: Sequence[Analysis]) -> Iterator[list[str]]:
    """One row for each rep, in the columns of `header`; what was not measured is an empty cell."""
    rules = _rules(analyses)
    for analysis in analyses:
        for rep in analysis.reps:
            yield [_cell(analysis.clip.path), *_row(rep, rules)]


def as_csv(analyses: Sequence[Analysis]) -> str:
    """Header and rows as CSV text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header(analyses))
    writer.writerows(rows(analyses))
    return text.getvalue()


def write_csv(analyses: Sequence[Analysis], path: Destination) -> None:
    """Write the analyses to the file `path` (UTF-8), or to stdout for `-`.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    write_text(path, as_csv(analyses))


def _rules(analyses: Sequence[Analysis]) -> list[str]:
    used = {finding.rule for analysis in analyses for rep in analysis.reps for finding in rep.findings}
    return [*RULES, *sorted(used.difference(RULES))]


def _row(judged: JudgedRep, rules: Sequence[str]) -> list[str]:
    measured, rep = judged.measured, judged.measured.rep
    spans: list[str] = []
    for name in _MEASURES:
        digits = 1 if name.endswith("_deg") else 3
        number = measured[name]
        known = (number.value, number.low, number.high) if isinstance(number, Estimate) else (None,) * 3
        spans += [_number(x, digits) for x in known]
    verdicts = {finding.rule: finding.verdict for finding in judged.findings}
    _, cue = focus([judged]) or (None, "")
    return [
        str(rep.index),
        *(_number(getattr(rep, name), 3) for name in _TIMES),
        *spans,
        "" if judged.score is None else str(judged.score),
        *(verdicts.get(rule, "") for rule in rules),
        _cell(cue),
    ]


def _number(value: float | None, digits: int) -> str:
    if value is None or not math.isfinite(value):
        return ""
    return str(round(float(value), digits) + 0.0)


def _cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = one_line(text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else text
