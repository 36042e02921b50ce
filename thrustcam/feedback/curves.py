"""A set's curves for a page: hip height and angles over time, the reps marked, intervals at their tops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.words import clock
from thrustcam.motion.estimate import Estimate
from thrustcam.rules.finding import Verdict

WIDTH, HEIGHT = 960.0, 150.0
"""Of one panel, in the units of its drawing."""

_LEFT, _RIGHT, _UP, _DOWN = 44.0, 10.0, 12.0, 10.0
_MOST_POINTS = 1500
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800)
_TICKS = 12


@dataclass(frozen=True)
class Mark:
    """A number at a rep's top with its 95 % interval, in the panel's units."""

    x: float
    y: float
    y_low: float
    y_high: float
    verdict: Verdict
    title: str


@dataclass(frozen=True)
class Panel:
    """One curve.

    Attributes
    ----------
    title, unit : what it shows.
    paths : its unbroken pieces, each the `points` of a polyline.
    ticks : (y, label). limits : y of the limits that hold at the top. marks : the tops' numbers.
    """

    title: str
    unit: str
    paths: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    limits: tuple[float, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Band:
    """A rep's place on the time axis, in the panel's units; the top is a part of it."""

    index: int
    x: float
    width: float
    top_x: float
    top_width: float


@dataclass(frozen=True)
class Curves:
    """All panels over one time axis. `ticks` are (x, label), `faults` (x, title of the faults there)."""

    panels: tuple[Panel, ...]
    bands: tuple[Band, ...]
    ticks: tuple[tuple[float, str], ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _UP
    bottom: float = HEIGHT - _DOWN


@dataclass(frozen=True)
class _Angle:
    """An angle's panel: the series, the measure at the top, and the rules that limit it."""

    title: str
    name: str
    rules: tuple[str, ...]


_ANGLES = (
    _Angle("Hip angle, 180° is straight", "hip_deg", ("lockout", "hyperextension")),
    _Angle("Shin from vertical, + toes, − hips", "shin_deg", ("shin_vertical",)),
    _Angle("Knee angle", "knee_deg", ("knee_angle",)),
)


def curves(analysis: Analysis) -> Curves:
    """The panels of an analysis; a quantity that was never measured has none."""
    series = analysis.series
    if len(series.t) < 2:
        return Curves((), (), ())
    axis = _Axis(float(series.t[0]), float(series.t[-1]), _LEFT, WIDTH - _RIGHT)
    panels = [_panel(axis, series.t, series.hip_height, "Hip height", "torso lengths")]
    for angle in _ANGLES:
        panels.append(
            _panel(
                axis, series.t, getattr(series, angle.name), angle.title, "°", reps=analysis.reps, angle=angle
            )
        )
    bands = tuple(_band(axis, judged) for judged in analysis.reps)
    return Curves(tuple(panel for panel in panels if panel), bands, _time_ticks(axis))


@dataclass(frozen=True)
class _Axis:
    """A quantity's way onto the paper."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.start + share * (self.end - self.start), 1)


def _panel(
    axis: _Axis,
    t: NDArray[np.float64],
    values: NDArray[np.float64],
    title: str,
    unit: str,
    *,
    reps: Sequence[JudgedRep] = (),
    angle: _Angle | None = None,
) -> Panel | None:
    known = values[np.isfinite(values)]
    if not known.size:
        return None
    estimates = [rep.measured[angle.name] for rep in reps] if angle else []
    tops = [e for e in estimates if isinstance(e, Estimate)]
    limits = _limits(reps, angle) if angle and tops else ()
    everything = [*np.percentile(known, [0.5, 99.5]), *limits, *(x for e in tops for x in (e.low, e.high))]
    low, high = float(min(everything)), float(max(everything))
    room = 0.05 * (high - low) or 1.0
    scale = _Axis(low - room, high + room, HEIGHT - _DOWN, _UP)
    return Panel(
        title,
        unit,
        _paths(axis, scale, t, values),
        _value_ticks(scale, unit),
        tuple(scale(limit) for limit in limits),
        tuple(_marks(axis, scale, reps, angle)) if angle else (),
    )


def _paths(axis: _Axis, scale: _Axis, t: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[str, ...]:
    step = max(1, math.ceil(len(t) / _MOST_POINTS))
    t, values = t[::step], np.clip(values[::step], scale.low, scale.high)
    seen = np.isfinite(values)
    breaks = np.flatnonzero(np.diff(seen.astype(int))) + 1
    pieces = []
    for rows in np.split(np.arange(len(t)), breaks):
        if len(rows) > 1 and seen[rows[0]]:
            pieces.append(" ".join(f"{axis(t[row])},{scale(values[row])}" for row in rows))
    return tuple(pieces)


def _marks(axis: _Axis, scale: _Axis, reps: Sequence[JudgedRep], angle: _Angle) -> list[Mark]:
    marks = []
    for judged in reps:
        estimate = judged.measured[angle.name]
        if not isinstance(estimate, Estimate):
            continue
        index = judged.measured.rep.index
        title = f"rep {index}: {estimate.value:.0f}° ({estimate.low:.0f} to {estimate.high:.0f})"
        heights = (scale(estimate.value), scale(estimate.low), scale(estimate.high))
        marks.append(Mark(axis(estimate.at_s), *heights, _verdict(judged, angle.rules), title))
    return marks


def _verdict(judged: JudgedRep, rules: Sequence[str]) -> Verdict:
    """The worst that these rules say of the rep."""
    said = {finding.verdict for finding in judged.findings if finding.rule in rules}
    order: tuple[Verdict, ...] = ("fault", "unsure", "ok")
    return next((verdict for verdict in order if verdict in said), "not_assessable")


def _limits(reps: Sequence[JudgedRep], angle: _Angle) -> tuple[float, ...]:
    found = {
        limit
        for judged in reps
        for finding in judged.findings
        if finding.rule in angle.rules and finding.unit == "deg" and finding.verdict != "not_assessable"
        for limit in (finding.limit.low, finding.limit.high)
        if math.isfinite(limit) and abs(limit) > 1 and _is_of(finding.rule, limit)
    }
    return tuple(sorted(found))


def _is_of(rule: str, limit: float) -> bool:
    """Whether a limit is one of the curve's own angle: `hyperextension` also has one for the lumbar arch."""
    return rule != "hyperextension" or limit > 90


def _band(axis: _Axis, judged: JudgedRep) -> Band:
    rep = judged.measured.rep
    start, end = axis(rep.start_s), axis(rep.end_s)
    top, leave = axis(rep.top_start_s), axis(rep.top_end_s)
    return Band(rep.index, start, round(end - start, 1), top, max(1.0, round(leave - top, 1)))


def _time_ticks(axis: _Axis) -> tuple[tuple[float, str], ...]:
    span = axis.high - axis.low
    step = next((s for s in _STEPS_S if span / s <= _TICKS), _STEPS_S[-1])
    return tuple((axis(t), clock(t)[:-2]) for t in np.arange(0, axis.high, step))


def _value_ticks(scale: _Axis, unit: str) -> tuple[tuple[float, str], ...]:
    """Three to six round numbers."""
    raw = (scale.high - scale.low) / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw)
    values = np.arange(math.ceil(scale.low / step), math.floor(scale.high / step) + 1) * step
    digits = max(0, -math.floor(math.log10(step)))
    sign = "°" if unit == "°" else ""
    return tuple((scale(v), f"{v + 0.0:.{digits}f}{sign}") for v in values)
