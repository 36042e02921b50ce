"""A run for GitHub Actions: annotations on stdout and a step summary.

Whatever a name or a sentence holds, it must not become a workflow command, and the summary shows it as text:
GitHub takes a line that begins with `::` (after any spaces) for a command, and `##[` anywhere in one.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from pathlib import Path

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.words import clock, rule_name
from thrustcam.scoring.batch import Batch
from thrustcam.scoring.gates import last_line
from thrustcam.scoring.table import word_on
from thrustcam.scoring.task import Outcome

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
_ANNOTATIONS = 10  # GitHub shows no more of a kind for one step
_ROWS = 500  # a summary may take 1 MiB
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+.!|~@:-])")


def harmless(text: str) -> str:
    """The text with nothing in it that GitHub would take for a command, for lines that we print."""
    return re.sub(r"^(\s*):(?=:)", r"\1: ", one_line(text).replace("##[", "# #["))


def commands(batch: Batch) -> list[str]:
    """Workflow commands: errors for failed gates and clips that could not be scored, warnings for faults."""
    errors = [_command("error", f.path, f"gate {f.gate}", f.why) for f in batch.failures]
    if not batch.failures:
        errors = [
            _command("error", line.path, "could not be scored", line.error)
            for line in batch.lines
            if line.error is not None
        ]
    return [*errors[:_ANNOTATIONS], *_first(_faults(batch), _ANNOTATIONS)]


def summary(batch: Batch) -> str:
    """The run in GitHub's Markdown: a table of the clips, what needs attention first."""
    lines = ["## thrustcam", ""]
    if batch.failures:
        lines += [f"❌ {_markdown(last_line(batch.failures))}", ""]
    lines += [
        f"{batch.scored} clips scored, {batch.errors} errors, {batch.reps} reps, {batch.faults} faults.",
        "",
        "| | clip | score | reps | faults | to work on |",
        "| --- | --- | ---: | ---: | ---: | --- |",
    ]
    shown = sorted(batch.lines, key=lambda line: line.needs_attention)
    for line in shown[:_ROWS]:
        if line.error is not None:
            lines.append(f"| ❌ | {_markdown(line.path)} | | | | {_markdown(line.error)} |")
            continue
        mark = "⚠️" if line.faults or line.damage or not line.reps else "✅"
        score = "" if line.score is None else str(line.score)
        words = f"{word_on(line)} ({line.damage})" if line.damage else word_on(line)
        cells = (mark, _markdown(line.path), score, str(line.reps), str(line.faults), _markdown(words))
        lines.append(f"| {' | '.join(cells)} |")
    if len(shown) > _ROWS:
        lines.append(f"\n… and {len(shown) - _ROWS} more.")
    return "\n".join(lines) + "\n"


def write_summary(batch: Batch) -> None:
    """Add the summary to the step's, where there is one.

    Raises
    ------
    ThrustcamError : when it can't be written.
    """
    path = os.environ.get(SUMMARY_VARIABLE)
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(summary(batch))
    except OSError as error:
        raise ThrustcamError(
            f"can't write the step summary {one_line(path)}: {error.strerror}; check {SUMMARY_VARIABLE}"
        ) from error


def _faults(batch: Batch) -> Iterator[str]:
    """A warning for the rule to work on of each clip, and one for a damaged file; the worst clips first."""
    by_path: dict[str, Outcome] = {outcome.path: outcome for outcome in batch.outcomes}
    for line in sorted(batch.lines, key=lambda line: line.needs_attention):
        if line.damage:
            yield _command("warning", line.path, "damaged clip", line.damage)
        analysis = by_path[line.path].analysis() if line.faults else None
        if analysis is None or line.focus is None:
            continue
        for rep in analysis.reps:
            fault = next((f for f in rep.findings if f.rule == line.focus and f.verdict == "fault"), None)
            if fault is not None:
                at = "" if fault.estimate is None else f" at {clock(fault.estimate.at_s)}"
                title = f"{rule_name(fault.rule)}, rep {rep.measured.rep.index}{at}"
                yield _command("warning", line.path, title, f"{fault.why} {line.cue or ''}".strip())
                break


def _first(lines: Iterator[str], most: int) -> list[str]:
    return [line for line, _ in zip(lines, range(most), strict=False)]


def _command(kind: str, path: str, title: str, message: str) -> str:
    """A workflow command; its data and properties escaped as actions/toolkit does."""
    return f"::{kind} file={_property(path)},title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    text = one_line(text).replace("##[", "# #[")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _markdown(text: str) -> str:
    """Text in a cell of a table: HTML and Markdown in it show as they are written, mentions reach nobody."""
    return _MARKDOWN.sub(r"\\\1", html.escape(one_line(text), quote=False)).replace("\\@", "&#64;")
