"""An analysis in the terminal: a line for each rep, the set in a few words, and the one cue last.

`console.print(Report(analysis))`. Nothing depends on colour: every verdict has a mark of its own
(✗ fault, ? too close to call, ✓ held). Where the output can't show more than ASCII, it gets ASCII.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from thrustcam.analysis import Analysis, JudgedRep, Series
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.score import BASE_COST, depth
from thrustcam.feedback.words import clock, is_form, not_judged, reasons, rule_name, rules_with, view_words
from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.rules.finding import Finding

FAULT, UNSURE, OK, ABSENT = "✗", "?", "✓", "–"
_STYLE = {FAULT: "bold red", UNSURE: "yellow", OK: "green"}
_ASCII = str.maketrans(
    {
        FAULT: "x",
        OK: "ok",
        "–": "-",
        "—": "-",
        "·": "/",
        "±": "+-",
        "°": " deg",
        "’": "'",
        "…": "...",
        "²": "2",
        "≥": ">=",
        "≤": "<=",
    }
)
_TEMPO = "up · top · down"
_NARROWEST_VERDICTS = 18  # cells: a mark and the longest rule's name
_DROPPED_FIRST = ("knee", _TEMPO, "shin", "top")  # columns, where the terminal is too narrow for all
_GAP = 2
_READABLE = 100  # cells: longer lines of prose are hard to read
_ASCII_HEAD = box.Box(str(box.SIMPLE_HEAD).replace("─", "-"), ascii=True)


@dataclass(frozen=True)
class Report:
    """What the terminal shows of an analysis; hand it to `Console.print`."""

    analysis: Analysis

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay it out for the width and the characters that the output has."""
        page = _Page(options.max_width, options.ascii_only)
        if self.analysis.reps:
            yield from page.reps(self.analysis)
        else:
            yield from page.nothing(self.analysis)


@dataclass(frozen=True)
class Column:
    """One number over the reps; `right` says on which side its cells line up."""

    title: str
    right: bool
    cells: list[str]

    def width(self, page: _Page) -> int:
        """Cells that the widest takes."""
        return max(cell_len(page.fit(cell)) for cell in (self.title, *self.cells))


@dataclass(frozen=True)
class _Page:
    """The output: `width` cells wide, ASCII or not."""

    width: int
    ascii_only: bool

    def fit(self, text: str) -> str:
        """Text that is safe to print here. Our own goes through it too, for the sake of its marks."""
        text = one_line(text)
        return text.translate(_ASCII).encode("ascii", "replace").decode() if self.ascii_only else text

    def text(self, text: str, style: str = "") -> Text:
        """As rich `Text`, which takes nothing in it for markup."""
        return Text(self.fit(text), style)

    def reps(self, analysis: Analysis) -> RenderResult:
        """A set with reps in it."""
        yield self._title(analysis)
        yield ""
        yield self._table(analysis.reps)
        yield ""
        for line in self._set_lines(analysis):
            yield Padding(line, (0, 0, 0, 1), expand=False)
        yield ""
        yield self._cue(analysis)

    def nothing(self, analysis: Analysis) -> RenderResult:
        """A clip without a rep: what was seen, and what to check."""
        yield self._title(analysis)
        yield ""
        for line in self._warnings(analysis):
            yield Padding(line, (0, 0, 0, 1), expand=False)
        lines = seen_instead(analysis)
        yield self._panel("No hip thrust found.", lines, "What to check", "yellow")

    def _title(self, analysis: Analysis) -> Text:
        clip, engine = analysis.clip, analysis.engine
        about = f"  {clip.duration_s:.1f} s · {engine.profile} · {engine.model} model"
        return Text.assemble(
            self.text(f" {PurePath(clip.path).name or clip.path}", "bold"), self.text(about, "dim")
        )

    def _table(self, reps: Sequence[JudgedRep]) -> Table:
        columns = rep_columns(reps)
        room = self._room(columns)
        for dropped in _DROPPED_FIRST:
            if room >= _NARROWEST_VERDICTS:
                break
            columns = [column for column in columns if column.title != dropped]
            room = self._room(columns)
        head = _ASCII_HEAD if self.ascii_only else box.SIMPLE_HEAD
        table = Table(box=head, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        for place, column in enumerate(columns):
            lead = " " if place == 0 else ""
            width = column.width(self) + len(lead)
            title = self.text(lead + column.title, "bold")
            table.add_column(title, justify="right" if column.right else "left", width=width, no_wrap=True)
        table.add_column(self.text("verdicts", "bold"), max_width=max(room, 8))
        for row, rep in enumerate(reps):
            cells = [self.text(column.cells[row]) for column in columns]
            table.add_row(*cells, self._verdicts(rep, room))
        return table

    def _room(self, columns: Sequence[Column]) -> int:
        """Cells left for the verdicts beside these columns."""
        return self.width - 1 - sum(column.width(self) + _GAP for column in columns)

    def _verdicts(self, rep: JudgedRep, room: int) -> Text:
        """Faults and doubts by name, the rest counted; as many on a line as fit, none torn apart."""
        chunks = [
            (mark, rule_name(finding.rule))
            for mark, verdict in ((FAULT, "fault"), (UNSURE, "unsure"))
            for finding in _ranked(rep.findings)
            if finding.verdict == verdict
        ]
        held = sum(finding.verdict == "ok" for finding in rep.findings)
        if held:
            chunks.append((OK, str(held) if chunks else f"all {held}"))
        if not chunks:
            return self.text(ABSENT, "dim")
        text, used = Text(), 0
        for mark, name in chunks:
            shown = self.fit(f"{mark} {name}")
            if used and used + _GAP + cell_len(shown) > room:
                text.append("\n")
                used = 0
            elif used:
                text.append(" " * _GAP)
                used += _GAP
            text.append(shown, _STYLE[mark])
            used += cell_len(shown)
        return text

    def _set_lines(self, analysis: Analysis) -> Iterator[Text]:
        reps, summary = analysis.reps, analysis.summary
        score = "no score" if summary.score is None else f"score {summary.score}"
        count = f"{len(reps)} rep" if len(reps) == 1 else f"{len(reps)} reps"
        view = "" if analysis.view is None else f" · {view_words(analysis.view)}"
        yield Text.assemble(self.text(f"{count}, {score}", "bold"), self.text(view))
        if steady := _steadiness(summary.consistency):
            yield self.text(f"rep to rep (SD): {steady}", "dim")
        if speeds := _speeds(reps, summary.velocity_loss):
            yield self.text(speeds)
        yield self.text(
            f"{FAULT} fault  {UNSURE} unsure  {OK} held  seconds; degrees ± half the 95 % interval", "dim"
        )
        yield from self._warnings(analysis)
        for line in not_judged(reps):
            yield self.text(line)

    def _warnings(self, analysis: Analysis) -> Iterator[Text]:
        clip = analysis.clip
        warnings = clip.warnings
        if not clip.complete and not warnings:
            declared = "" if clip.frames_declared is None else f" of {clip.frames_declared}"
            warnings = (f"the clip is incomplete: {clip.frames}{declared} frames read",)
        for warning in warnings:
            yield self.text(f"! {warning}", "yellow")

    def _cue(self, analysis: Analysis) -> Panel:
        reps, summary = analysis.reps, analysis.summary
        if summary.focus is not None:
            cue = summary.cue or f"Work on {rule_name(summary.focus)}."
            style = "bold red" if is_form(reps, summary.focus) else "yellow"
            return self._panel(cue, reasons(reps, summary.focus), "Next set", style)
        doubtful = rules_with(reps, "unsure")
        doubts = [f"Too close to call: {', '.join(map(rule_name, doubtful))}."] if doubtful else []
        if not rules_with(reps, "ok"):
            return self._panel("Nothing in this clip could be judged.", doubts, "Next set", "yellow")
        # Only what was seen to be well may be praised.
        seen = " in what this view shows" if any(not_judged(reps)) else ""
        return self._panel(f"Nothing to change{seen}: same again.", doubts, "Next set", "green")

    def _panel(self, first: str, lines: Iterable[str], title: str, style: str) -> Panel:
        body = Text("\n").join([self.text(first, "bold"), *map(self.text, lines)])
        return Panel(
            body,
            title=self.text(f" {title} ", "bold"),
            title_align="left",
            border_style=style,
            padding=(0, 2),
            width=min(self.width, _READABLE),
        )


def rep_columns(reps: Sequence[JudgedRep]) -> list[Column]:
    """The numbers of a set's reps: a column each, a cell for each rep."""
    measured = [rep.measured for rep in reps]
    return [
        Column("#", True, [str(m.rep.index) for m in measured]),
        Column("top", True, [clock(m.rep.top_start_s) for m in measured]),
        Column(_TEMPO, False, [_tempo(m.rep.up_s, m.rep.top_s, m.rep.down_s) for m in measured]),
        *(
            Column(name, True, _aligned([m[f"{name}_deg"] for m in measured]))
            for name in ("shin", "hip", "knee")
        ),
        Column("score", True, [ABSENT if rep.score is None else str(rep.score) for rep in reps]),
    ]


def _tempo(*seconds: float | None) -> str:
    return " · ".join(ABSENT if s is None else f"{s:.1f}" for s in seconds)


def _aligned(column: Sequence[Measured]) -> list[str]:
    """Value ± half-width of each, the half-widths padded to one length so that the signs line up."""
    halves = ["" if isinstance(m, Unseen) else str(_half(m.low, m.value, m.high)) for m in column]
    longest = max(map(len, halves), default=0)
    return [
        ABSENT if isinstance(m, Unseen) else f"{round(m.value)} ±{half:<{longest}}"
        for m, half in zip(column, halves, strict=True)
    ]


def _half(low: float, value: float, high: float) -> int:
    """The wider side of the interval, rounded up: never surer than what was measured."""
    return math.ceil(round(max(high - value, value - low), 1))


def _speeds(reps: Sequence[JudgedRep], loss: float | None) -> str:
    """How fast the bar went up on each rep, where there is a scale in metres."""
    speeds = [rep.measured["mean_velocity_m_s"] for rep in reps]
    if not any(isinstance(speed, Estimate) for speed in speeds):
        return ""
    shown = "  ".join(f"{s.value:.2f}" if isinstance(s, Estimate) else "–" for s in speeds)
    lost = "" if loss is None else f", last rep {loss:.0%} slower than the fastest"
    return f"bar on the way up, m/s: {shown}{lost}"


def _steadiness(consistency: Mapping[str, float]) -> str:
    shown = (
        ("hip_deg", "hip {:.0f}°"),
        ("shin_deg", "shin {:.0f}°"),
        ("up_s", "up {:.1f} s"),
        ("down_s", "down {:.1f} s"),
    )
    return ", ".join(form.format(consistency[name]) for name, form in shown if name in consistency)


def _ranked(findings: Sequence[Finding]) -> list[Finding]:
    """The costliest first."""
    return sorted(findings, key=lambda f: -BASE_COST[f.severity] * (1 + depth(f)))


def seen_instead(analysis: Analysis) -> list[str]:
    """Of a clip without a rep: what was seen, and what to check."""
    return [_seen(analysis), *(f"– {line}" for line in _to_check(analysis))]


def _seen(analysis: Analysis) -> str:
    clip, series = analysis.clip, analysis.series
    if not len(series.t):
        return "No picture could be read from the clip."
    seen = f"Seen: a lifter in {_share_seen(series):.0%} of {clip.duration_s:.1f} s".replace("%", " %")
    if analysis.view is not None:
        seen += f", {view_words(analysis.view)}"
    heights = series.hip_height[np.isfinite(series.hip_height)]
    if heights.size:
        seen += f"; the hips travel {np.ptp(heights):.1f} torso lengths"
    return f"{seen}."


def _share_seen(series: Series) -> float:
    """The share of frames, 0 to 1, in which the hips were found; some of their numbers need a side view."""
    return float(np.mean(np.isfinite(series.hip_height) | np.isfinite(series.hip_deg)))


def _to_check(analysis: Analysis) -> Iterator[str]:
    if not len(analysis.series.t):
        yield "Does the clip play in a video player? If not, record or copy it again."
        return
    if _share_seen(analysis.series) < 0.5:
        yield "Is the lifter in the picture from head to feet, and well lit?"
        yield "Big plates hide the body: film from about 20° toward the feet, 1.4 m high."
    else:
        yield "Does the clip show a whole rep, from the bottom to the top?"
        yield "Is it a hip thrust, shoulders on a bench, feet flat on the floor?"
    yield "Best is square from the side, at hip height, the camera still."
