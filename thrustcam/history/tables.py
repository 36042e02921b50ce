"""Past sets in the terminal: the list, one set, several side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from thrustcam.feedback.plain import one_line
from thrustcam.feedback.table import FAULT, OK, UNSURE, Report
from thrustcam.history.facts import KeptSet
from thrustcam.history.progress import Spread, measure, speed, travel
from thrustcam.history.readiness import Held, Readiness, readiness

_MARK: dict[Held, str] = {"held": OK, "lost": FAULT, "unclear": UNSURE}
_STYLE: dict[Held, str] = {"held": "green", "lost": "bold red", "unclear": "yellow"}
_ABSENT = "–"
_NEEDS = {80: "to work on", 68: "score", 60: "profile"}  # cells without which a column has to go
_READABLE = 100  # cells: longer lines of prose are hard to read
_ASCII = str.maketrans({FAULT: "x", OK: "+", "–": "-", "·": "/", "°": " deg", "−": "-", "±": "+-"})
_ASCII_HEAD = box.Box(str(box.SIMPLE_HEAD).replace("─", "-"), ascii=True)


@dataclass(frozen=True)
class Page:
    """What the output can show: `ascii_only` or more."""

    ascii_only: bool

    def text(self, text: str, style: str = "") -> Text:
        """Text that is safe to print here and holds no markup."""
        text = one_line(text)
        if self.ascii_only:
            text = text.translate(_ASCII).encode("ascii", "replace").decode()
        return Text(text, style)

    def table(self) -> Table:
        """An empty table as ours look."""
        head = _ASCII_HEAD if self.ascii_only else box.SIMPLE_HEAD
        return Table(box=head, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))

    def ready(self, ready: Readiness, title: str, width: int) -> Panel:
        """Whether to add load, framed."""
        body = Text("\n").join([self.text(ready.advice, "bold"), self.text(ready.why)])
        return Panel(
            body,
            title=self.text(f" {title} ", "bold"),
            title_align="left",
            border_style=_STYLE[ready.held],
            padding=(0, 2),
            width=min(width, _READABLE),
        )


@dataclass(frozen=True)
class SetList:
    """The sets, one a line, and what the last says about adding load."""

    sets: Sequence[KeptSet]
    older: int = 0
    """How many more there are than these."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Columns that all sets leave empty or alike are left out."""
        page = Page(options.ascii_only)
        profiles = {kept.facts.profile for kept in self.sets}
        columns: list[tuple[str, bool, Callable[[KeptSet], Text]]] = [
            (" set", True, lambda s: page.text(str(s.number))),
            ("when", False, lambda s: page.text(f"{s.local_time:%Y-%m-%d %H:%M}")),
        ]
        if len(profiles) > 1:
            columns.append(("profile", False, lambda s: page.text(s.facts.profile)))
        if any(kept.facts.load_kg is not None for kept in self.sets):
            columns.append(("kg", True, lambda s: page.text(_load(s))))
        columns += [
            ("reps", True, lambda s: page.text(str(len(s.reps)))),
            ("score", True, lambda s: page.text(_whole(s.summary.score))),
        ]
        for place, name in enumerate(("range", "lockout", "control")):
            columns.append((name, False, lambda s, place=place: _held(page, s, place)))  # type: ignore[misc]
        columns.append(("to work on", False, lambda s: page.text(_focus(s))))
        for least, title in _NEEDS.items():
            if options.max_width < least:
                columns = [column for column in columns if column[0] != title]
        table = page.table()
        for title, right, _ in columns:
            table.add_column(page.text(title, "bold"), justify="right" if right else "left", no_wrap=True)
        for kept in self.sets:
            table.add_row(*(cell(kept) for _, _, cell in columns))
        yield table
        yield ""
        about = f"{OK} held  {FAULT} lost  {UNSURE} not clear"
        if len(profiles) == 1:
            about += f"  profile {profiles.pop()}"
        if self.older:
            about += f"  {self.older} older: `thrustcam history list --all`"
        yield Padding(page.text(about, "dim"), (0, 0, 0, 1), expand=False)
        last = self.sets[-1]
        yield ""
        yield page.ready(readiness(last.reps), f"After set {last.number}", options.max_width)


@dataclass(frozen=True)
class SetPage:
    """One set: its reps as `analyze` shows them, and what it says about adding load."""

    kept: KeptSet

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay it out for the width and the characters that the output has."""
        page, kept = Page(options.ascii_only), self.kept
        yield Report(kept.analysis())
        yield page.ready(readiness(kept.reps), "Load", options.max_width)
        facts = kept.facts
        about = [f"{kept.local_time:%Y-%m-%d %H:%M}", facts.source]
        about += [f"{_load(kept)} kg"] if facts.load_kg is not None else []
        about += [kept.note] if kept.note else []
        about += [] if kept.finished else ["stopped before its end; every finished rep is here"]
        yield Padding(page.text(" · ".join(about), "dim"), (0, 0, 0, 1), expand=False)


@dataclass(frozen=True)
class Comparison:
    """Sets side by side, a column each; of two, also what changed."""

    sets: Sequence[KeptSet]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Median rep, with the least and greatest behind it."""
        page = Page(options.ascii_only)
        table = page.table()
        table.add_column("", no_wrap=True)
        for kept in self.sets:
            table.add_column(page.text(f"set {kept.number}", "bold"))
        if len(self.sets) == 2:
            table.add_column(page.text("change", "bold"))
        for name, cells in self._rows():
            table.add_row(
                page.text(f" {name}"),
                *(cell if isinstance(cell, Text) else page.text(cell) for cell in cells),
            )
        table.add_section()
        for place, name in enumerate(("range", "lockout", "control")):
            table.add_row(
                page.text(f" {name}"), *(_held(page, kept, place, words=True) for kept in self.sets)
            )
        yield table
        yield ""
        about = "middle rep (least to greatest rep); travel in torso lengths"
        if len({kept.facts.profile for kept in self.sets}) > 1:
            about += "; the sets were judged by different profiles"
        yield Padding(page.text(about, "dim"), (0, 0, 0, 1), expand=False)

    def _rows(self) -> Iterator[tuple[str, list[str]]]:
        sets = self.sets
        yield "when", [f"{kept.local_time:%Y-%m-%d %H:%M}" for kept in sets]
        if len({kept.facts.profile for kept in sets}) > 1:
            yield "profile", [kept.facts.profile for kept in sets]
        if any(kept.facts.load_kg is not None for kept in sets):
            yield "load, kg", [_load(kept) for kept in sets]
        yield "reps", [str(len(kept.reps)) for kept in sets]
        yield "score", [_whole(kept.summary.score) for kept in sets]
        for name, form, of in _COMPARED:
            spreads = [of(kept) for kept in sets]
            if any(spreads):
                yield name, [_spread(spread, form) for spread in spreads] + _change(spreads, form)
        for rule in dict.fromkeys(f.rule for s in sets for r in s.reps for f in r.findings):
            counts = [_count(kept, rule) for kept in sets]
            if any(counts):
                name = rule.replace("_", " ")
                yield f"{FAULT} {name}", [f"{n} of {len(k.reps)}" for n, k in zip(counts, sets, strict=True)]


_COMPARED: tuple[tuple[str, str, Callable[[KeptSet], Spread | None]], ...] = (
    ("travel", "{:.2f}", travel),
    ("hip at the top", "{:.0f}°", measure("hip_deg")),
    ("shin at the top", "{:.0f}°", measure("shin_deg")),
    ("up", "{:.1f} s", measure("up_s")),
    ("top", "{:.1f} s", measure("top_s")),
    ("down", "{:.1f} s", measure("down_s")),
    ("speed up, /s", "{:.2f}", speed),
)


def _spread(spread: Spread | None, form: str) -> str:
    if spread is None:
        return _ABSENT
    bare = form.partition("}")[0] + "}"
    shown = form.format(spread.median)
    if bare.format(spread.least) != bare.format(spread.greatest):
        shown += f" ({bare.format(spread.least)} to {bare.format(spread.greatest)})"
    return shown.replace("-", "−")


def _change(spreads: Sequence[Spread | None], form: str) -> list[str]:
    """How the second of two differs from the first; nothing where they can't be compared."""
    if len(spreads) != 2:
        return []
    before, after = spreads
    if before is None or after is None:
        return [""]
    change = after.median - before.median
    shown = form.format(abs(change))
    if shown == form.format(0.0):
        return ["same"]
    return [f"{'+' if change > 0 else '−'}{shown}"]


def _held(page: Page, kept: KeptSet, place: int, *, words: bool = False) -> Text:
    aspect = readiness(kept.reps).aspects[place]
    text = f"{_MARK[aspect.held]} {str(aspect).removeprefix(aspect.name)}" if words else _MARK[aspect.held]
    return page.text(text, _STYLE[aspect.held])


def _count(kept: KeptSet, rule: str) -> int:
    return sum(f.rule == rule and f.verdict == "fault" for rep in kept.reps for f in rep.findings)


def _focus(kept: KeptSet) -> str:
    return (kept.summary.focus or "").replace("_", " ")


def _load(kept: KeptSet) -> str:
    return _ABSENT if kept.facts.load_kg is None else f"{kept.facts.load_kg:g}"


def _whole(number: int | None) -> str:
    return _ABSENT if number is None else str(number)
