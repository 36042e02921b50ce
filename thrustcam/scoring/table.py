"""A run in the terminal: a line for each clip, what needs attention first."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from thrustcam.feedback.plain import one_line
from thrustcam.feedback.table import FAULT, OK, UNSURE
from thrustcam.feedback.words import rule_name
from thrustcam.scoring.batch import Batch, Line
from thrustcam.scoring.clips import is_url

_MOST = 200
_STYLE = {FAULT: "bold red", "!": "bold red", UNSURE: "yellow", OK: "green"}
_ASCII = str.maketrans({FAULT: "x", OK: "v", "–": "-", "·": "/", "…": "."})


@dataclass(frozen=True)
class BatchReport:
    """What the terminal shows of a run; hand it to `Console.print`.

    `clean` : what every name goes through besides, where whoever reads the output takes orders from it.
    """

    batch: Batch
    clean: Callable[[str], str] = one_line

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay it out for the width and the characters that the output has."""
        ascii_only = options.ascii_only

        def text(what: str, style: str = "") -> Text:
            shown = self.clean(one_line(what))
            if ascii_only:
                shown = shown.translate(_ASCII).encode("ascii", "replace").decode()
            return Text(shown, style)

        where = _common_folder([line.path for line in self.batch.lines])
        if where:
            yield text(f" in {where}", "dim")
        table = Table(box=box.ASCII_DOUBLE_HEAD if ascii_only else box.SIMPLE_HEAD, show_edge=False)
        # The mark comes first: no line begins with a name.
        table.add_column("")
        for name in ("score", "reps", "faults"):
            table.add_column(name, justify="right")
        table.add_column("to work on", overflow="fold")
        table.add_column("clip", overflow="fold")
        lines = sorted(self.batch.lines, key=lambda line: line.needs_attention)
        for line in lines[:_MOST]:
            mark, word = _mark(line), _word(line)
            score = "–" if line.score is None else str(line.score)
            numbers = ("", "", "") if line.error is not None else (score, str(line.reps), str(line.faults))
            table.add_row(
                text(mark, _STYLE[mark]), *map(text, numbers), text(word), text(_below(line.path, where))
            )
        yield table
        if len(lines) > _MOST:
            yield text(f" … and {len(lines) - _MOST} more")
        yield ""
        yield text(f" {tally(self.batch)}", "bold")


def _common_folder(paths: Sequence[str]) -> str:
    """The folder that all clips are in, where naming it once makes the table narrower; else nothing."""
    if len(paths) < 2 or any(is_url(path) for path in paths):
        return ""
    try:
        folder = os.path.commonpath([str(PurePath(path).parent) for path in paths])
    except ValueError:  # some absolute and some not
        return ""
    return folder if folder not in (".", "/") else ""


def _below(path: str, folder: str) -> str:
    return str(PurePath(path).relative_to(folder)) if folder else path


def tally(batch: Batch) -> str:
    """The run in one line."""
    with_faults = sum(line.faults > 0 for line in batch.lines)
    parts = [_count(batch.scored, "clip") + " scored", _count(batch.reps, "rep")]
    parts.append(f"{_count(batch.faults, 'fault')} in {_count(with_faults, 'clip')}")
    if batch.damaged:
        parts.append(f"{batch.damaged} damaged")
    if batch.errors:
        parts.append(_count(batch.errors, "error"))
    return " · ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _mark(line: Line) -> str:
    if line.error is not None:
        return "!"
    if line.faults:
        return FAULT
    return OK if line.reps and line.score is not None and not line.damage else UNSURE


def _word(line: Line) -> str:
    if line.error is not None:
        return line.error
    word = word_on(line) or "–"
    return f"{word} ({line.damage})" if line.damage else word


def word_on(line: Line) -> str:
    """What to work on in a clip that was scored; empty where nothing is."""
    if not line.reps:
        return "no hip thrust found"
    if line.focus is None:
        return "" if line.score is not None else "nothing could be judged"
    return line.cue or rule_name(line.focus)
