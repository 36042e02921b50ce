"""Keeping a set while it is lifted: each finished rep is on the disk before the next one starts."""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Iterable
from datetime import timezone
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from thrustcam.analysis import JudgedRep, Series
from thrustcam.history.database import explained, transaction
from thrustcam.history.facts import SetFacts
from thrustcam.motion.estimate import Estimate

if TYPE_CHECKING:
    from thrustcam.engine import JudgedSet


class Keeper(Protocol):
    """Takes the reps of one set as they end; `SetKeeper` writes them to the history."""

    def rep(self, rep: JudgedRep) -> None:
        """Keep a finished rep; one that was kept before under the same index is replaced."""
        ...

    def finish(self, judged: JudgedSet) -> None:
        """Take the last word on the whole set; it replaces what was kept of its reps."""
        ...


class SetKeeper:
    """Writes one set to the history. Calls may come from any thread.

    The set itself appears with its first rep, so that one without any leaves nothing behind.

    Raises
    ------
    ThrustcamError : from `rep` and `finish`, when it can't be written. The set can go on, and a later call
        may well succeed.
    """

    def __init__(
        self, connection: sqlite3.Connection, lock: threading.Lock, path: Path, facts: SetFacts
    ) -> None:
        self._connection, self._lock, self._path = connection, lock, path
        self._facts = facts
        self.number: int | None = None
        """The set's number in the history; None before its first rep."""

    def rep(self, rep: JudgedRep) -> None:
        """Keep a finished rep; it is on the disk when this returns. The same index again replaces it."""
        with self._lock, explained(self._path):
            with transaction(self._connection):
                number = self.number if self.number is not None else self._insert_set()
                self._insert_rep(number, rep, None)
            self.number = number

    def finish(self, judged: JudgedSet) -> None:
        """Take the last word on the whole set; it replaces what was kept of its reps."""
        if not judged.reps and self.number is None:
            return
        with self._lock, explained(self._path):
            with transaction(self._connection):
                number = self.number if self.number is not None else self._insert_set()
                self._connection.execute("DELETE FROM reps WHERE number = ?", (number,))
                for rep in judged.reps:
                    self._insert_rep(number, rep, travel(rep, judged.series))
                view = judged.view
                seen = (
                    (None,) * 4 if view is None else (view.kind, view.near, view.azimuth_deg, view.confidence)
                )
                self._connection.execute(
                    "UPDATE sets SET finished = 1, view_kind = ?, view_near = ?, view_azimuth_deg = ?,"
                    " view_confidence = ? WHERE number = ?",
                    (*seen, number),
                )
            self.number = number

    def _insert_set(self) -> int:
        facts = self._facts
        row = (
            facts.started_at.astimezone(timezone.utc).isoformat(timespec="milliseconds"),
            *(facts.source, facts.profile, facts.model, facts.load_kg, facts.thrustcam, facts.mediapipe),
        )
        done = self._connection.execute(
            "INSERT INTO sets (started_at, source, profile, model, load_kg, thrustcam, mediapipe)"
            f" VALUES ({_marks(row)})",
            row,
        )
        assert done.lastrowid is not None
        return done.lastrowid

    def _insert_rep(self, number: int, judged: JudgedRep, rise: float | None) -> None:
        rep, execute = judged.measured.rep, self._connection.execute
        execute("DELETE FROM reps WHERE number = ? AND rep = ?", (number, rep.index))
        times = (rep.start_s, rep.top_start_s, rep.top_end_s, rep.end_s, rep.next_start_s, rep.complete)
        row = (number, rep.index, *times, judged.score, rise)
        execute(f"INSERT INTO reps VALUES ({_marks(row)})", row)
        self._insert_all(
            "measures",
            (
                (number, rep.index, name, m.value, m.low, m.high, m.at_s, None)
                if isinstance(m, Estimate)
                else (number, rep.index, name, None, None, None, None, m.why)
                for name, m in judged.measured.measures.items()
            ),
        )
        self._insert_all(
            "findings",
            (
                (
                    *(number, rep.index, place, f.rule, f.severity, f.verdict),
                    *((e.value, e.low, e.high, e.at_s) if (e := f.estimate) else (None,) * 4),
                    *f.limit.as_pair(),
                    *(f.unit, f.cue, f.why),
                )
                for place, f in enumerate(judged.findings)
            ),
        )

    def _insert_all(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            self._connection.execute(f"INSERT INTO {table} VALUES ({_marks(row)})", row)


def travel(judged: JudgedRep, series: Series) -> float | None:
    """How far the hips rise in a rep, torso lengths; None where their height was not measured."""
    rep = judged.measured.rep
    # A little before the start: the rep starts 5 % above its bottom.
    during = (series.t >= rep.start_s - 0.3) & (series.t <= rep.top_end_s)
    heights = series.hip_height[during]
    heights = heights[np.isfinite(heights)]
    rise = float(np.ptp(heights)) if heights.size else math.nan
    return rise if rise > 0 else None


def _marks(row: tuple[object, ...]) -> str:
    return ", ".join("?" * len(row))
