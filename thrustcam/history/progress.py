"""What changes from set to set: range, lockout, hold, speed, faults."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from thrustcam.history.facts import KeptSet
from thrustcam.motion.estimate import Estimate


@dataclass(frozen=True)
class Spread:
    """A number over a set's reps: the middle one (median), the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """None where there is no value."""
        return cls(statistics.median(values), min(values), max(values)) if values else None


@dataclass(frozen=True)
class Track:
    """One line of the progress plot.

    Attributes
    ----------
    name, unit : as shown.
    form : how a number is written, without its unit.
    of : the number over the reps of a set, None where it was not measured.
    rule : whose lower limit is drawn with it; None where there is none.
    """

    name: str
    unit: str
    form: str
    of: Callable[[KeptSet], Spread | None]
    rule: str | None = None


def travel(kept: KeptSet) -> Spread | None:
    """How far the hips rise, torso lengths."""
    return Spread.of([rise for rise in kept.travel if rise is not None])


def speed(kept: KeptSet) -> Spread | None:
    """Mean speed of the hips on the way up, torso lengths a second."""
    rises = zip(kept.travel, kept.reps, strict=True)
    return Spread.of(
        [
            rise / rep.measured.rep.up_s
            for rise, rep in rises
            if rise is not None and rep.measured.rep.up_s > 0
        ]
    )


def measure(name: str) -> Callable[[KeptSet], Spread | None]:
    """A measure of `MeasuredRep` over the reps, in its unit."""

    def of(kept: KeptSet) -> Spread | None:
        seen = [rep.measured[name] for rep in kept.reps]
        return Spread.of([m.value for m in seen if isinstance(m, Estimate)])

    return of


def faults(kept: KeptSet) -> Spread | None:
    """Faults on a rep, form and advice alike: the mean in place of the median, as most reps have none."""
    counts = [sum(f.verdict == "fault" for f in rep.findings) for rep in kept.reps]
    return Spread(statistics.fmean(counts), min(counts), max(counts)) if counts else None


TRACKS = (
    Track("range", "torso lengths", "{:.2f}", travel),
    Track("lockout", "° at the hip", "{:.0f}", measure("hip_deg"), "lockout"),
    Track("hold", "s at the top", "{:.1f}", measure("top_s"), "top_hold"),
    Track("speed up", "torso lengths/s", "{:.2f}", speed),
    Track("faults", "a rep", "{:.1f}", faults),
)


def limit(track: Track, kept: Sequence[KeptSet]) -> float | None:
    """The least that the newest of these sets was asked for; None where nothing was."""
    for rep in (rep for each in reversed(kept) for rep in each.reps):
        for finding in rep.findings:
            if finding.rule == track.rule:
                return finding.limit.as_pair()[0]
    return None


def axis(spreads: Sequence[Spread | None], asked: float | None) -> tuple[float, float]:
    """Both ends of an axis that holds the spreads and what is asked, and that no flat line sits on."""
    known = [spread for spread in spreads if spread is not None]
    ends = [asked] if asked is not None else []
    low, high = min([s.least for s in known] + ends), max([s.greatest for s in known] + ends)
    if high - low > 1e-9:
        return low, high
    pad = abs(high) * 0.1 or 1.0
    return (max(low - pad, 0.0) if low >= 0 else low - pad), high + pad


def points(track: Track, sets: Sequence[KeptSet]) -> list[Spread | None]:
    """One for each set."""
    return [track.of(kept) for kept in sets]


def days(sets: Sequence[KeptSet]) -> Iterator[tuple[int, str]]:
    """The first set of each day: its place, and the day as `2 Nov`."""
    last = None
    for place, kept in enumerate(sets):
        day = kept.local_time.date()
        if day != last:
            yield place, f"{day.day} {day:%b}"
        last = day
