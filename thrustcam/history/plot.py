"""Progress as a plot in the terminal: one band for each number, one column for each set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from thrustcam.history.facts import KeptSet
from thrustcam.history.progress import TRACKS, Spread, Track, axis, days, limit, points

_ROWS = 5
_LABEL = 6  # cells left of the axis
_STEP = 3  # cells a set takes
_DOT, _BAR, _LIMIT, _AXIS = "●", "│", "┄", "┤"
_ASCII = str.maketrans({"●": "o", "│": ":", "┄": "-", "┤": "|", "°": "d", "–": "-", "·": "/"})
# The terminal's own colours, which fit its background; the marks differ too, for every eye.
_SET_STYLE, _LIMIT_STYLE = "cyan", "yellow"


@dataclass(frozen=True)
class Plot:
    """What the terminal shows of the progress over these sets; hand it to `Console.print`."""

    sets: Sequence[KeptSet]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As many of the newest sets as the width holds."""
        room = max((options.max_width - _LABEL - 3) // _STEP, 1)
        shown = self.sets[-room:]
        for line in self._lines(shown, options.max_width):
            yield self._fit(line) if options.ascii_only else line

    def _fit(self, line: Text) -> Text:
        plain = line.plain.translate(_ASCII).encode("ascii", "replace").decode()
        return Text(plain, spans=line.spans)

    def _lines(self, shown: Sequence[KeptSet], width: int) -> Iterator[Text]:
        for track in TRACKS:
            spreads = points(track, shown)
            if any(spreads):
                yield from _band(track, spreads, limit(track, shown))
                yield Text()
        yield _days(shown, width)
        left = "" if len(shown) == len(self.sets) else f" · {len(self.sets) - len(shown)} older not shown"
        yield Text(
            f" {_DOT} middle rep (faults: mean)  {_BAR} least to greatest rep  {_LIMIT} asked{left}",
            "dim",
        )


def _band(track: Track, spreads: Sequence[Spread | None], asked: float | None) -> Iterator[Text]:
    low, high = axis(spreads, asked)

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (_ROWS - 1))

    newest = next(s for s in reversed(spreads) if s is not None)
    title = f" {track.name}"
    yield Text.assemble((title, "bold"), (f"  {track.unit}, last {track.form.format(newest.median)}", "dim"))
    for line in range(_ROWS):
        value = high - (high - low) * line / (_ROWS - 1)
        label = track.form.format(value) if line in (0, _ROWS - 1) else ""
        text = Text.assemble((f"{label:>{_LABEL}} {_AXIS}", "dim"))
        on_limit = asked is not None and row(asked) == line
        for spread in spreads:
            text.append(_cell(spread, line, row, on_limit=on_limit))
        yield text


def _cell(spread: Spread | None, line: int, row: Callable[[float], int], *, on_limit: bool) -> Text:
    """One set's column on one line: its mark, between what is left of the limit's line."""
    side = Text(_LIMIT if on_limit else " ", _LIMIT_STYLE)
    mark = side
    if spread is not None and row(spread.median) == line:
        mark = Text(_DOT, f"bold {_SET_STYLE}")
    elif spread is not None and row(spread.greatest) <= line <= row(spread.least):
        mark = Text(_BAR, _SET_STYLE)
    return Text.assemble(side, mark, side)


def _days(shown: Sequence[KeptSet], width: int) -> Text:
    """Under the columns: the day of each first set, where there is room."""
    line = " " * (_LABEL + 2)
    for place, day in days(shown):
        start = _LABEL + 2 + place * _STEP
        if not line.strip() or (start >= len(line) and start + len(day) < width):
            line = line.ljust(start) + f"{day} "
    return Text(line.rstrip(), "dim")
