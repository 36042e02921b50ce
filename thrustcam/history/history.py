"""The history: begin a set, read sets, delete them."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from thrustcam.analysis import JudgedRep
from thrustcam.errors import ThrustcamError
from thrustcam.history.database import connect, explained, history_path, transaction
from thrustcam.history.facts import KeptSet, SetFacts
from thrustcam.history.keeper import SetKeeper
from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.view import View
from thrustcam.reps import Rep
from thrustcam.rules.finding import Finding, Limit

_INF = float("inf")


class History:
    """All sets kept on this machine. A context manager; get one from `History.open`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self.path = connection, path
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path | None = None) -> History:
        """Open the history, or begin one.

        Parameters
        ----------
        path : the database file; None for the user's own.

        Raises
        ------
        ThrustcamError : when it can't be opened, with what to do about it.
        """
        path = history_path() if path is None else path
        return cls(connect(path), path)

    def close(self) -> None:
        """Give the file back; closing twice does no harm."""
        self._connection.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def begin(self, facts: SetFacts) -> SetKeeper:
        """Make ready to keep a set; nothing is written before its first rep."""
        return SetKeeper(self._connection, self._lock, self.path, facts)

    def sets(self, *, last: int | None = None, profile: str | None = None) -> list[KeptSet]:
        """The sets in the order they were lifted.

        Parameters
        ----------
        last : only so many of the newest; None for all.
        profile : only those judged by this profile; None for all.
        """
        where, values = ("WHERE profile = ?", [profile]) if profile is not None else ("", [])
        rows = self._rows(
            f"SELECT number FROM sets {where} ORDER BY started_at DESC, number DESC LIMIT ?",
            [*values, -1 if last is None else last],
        )
        return self._read([row["number"] for row in reversed(rows)])

    def numbers(self) -> list[int]:
        """The numbers of all sets in the order they were lifted."""
        return [
            row["number"] for row in self._rows("SELECT number FROM sets ORDER BY started_at, number", [])
        ]

    def get(self, number: int) -> KeptSet:
        """One set; ThrustcamError where there is none of this number."""
        self._check([number])
        return self._read([number])[0]

    def delete(self, numbers: Iterable[int]) -> None:
        """Forget these sets, all or none; ThrustcamError where one of them is not there."""
        numbers = list(numbers)
        self._check(numbers)
        with self._lock, explained(self.path):
            with transaction(self._connection):
                for number in numbers:
                    self._connection.execute("DELETE FROM sets WHERE number = ?", (number,))
            # Give the room back; while a coach is writing that has to wait for another time.
            with contextlib.suppress(sqlite3.OperationalError):
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def annotate(self, number: int, *, load_kg: float | None = None, note: str | None = None) -> None:
        """Write down the load in kg or a note; None leaves what is there."""
        self._check([number])
        with self._lock, explained(self.path), transaction(self._connection):
            if load_kg is not None:
                self._connection.execute("UPDATE sets SET load_kg = ? WHERE number = ?", (load_kg, number))
            if note is not None:
                self._connection.execute("UPDATE sets SET note = ? WHERE number = ?", (note, number))

    def _check(self, numbers: Sequence[int]) -> None:
        known = set(self.numbers())
        for number in numbers:
            if number not in known:
                raise ThrustcamError(f"there is no set {number}: `thrustcam history` lists them")

    def _rows(self, query: str, values: Sequence[object]) -> list[sqlite3.Row]:
        with self._lock, explained(self.path):
            cursor = self._connection.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(query, values).fetchall()

    def _read(self, numbers: Sequence[int]) -> list[KeptSet]:
        """These sets, in this order."""
        chosen = f"number IN ({', '.join(str(int(number)) for number in numbers)})"
        measures: dict[tuple[int, int], dict[str, Measured]] = defaultdict(dict)
        for row in self._rows(f"SELECT * FROM measures WHERE {chosen} ORDER BY rowid", []):
            measures[row["number"], row["rep"]][row["name"]] = _estimate(row) or Unseen(row["why"])
        findings: dict[tuple[int, int], list[Finding]] = defaultdict(list)
        for row in self._rows(f"SELECT * FROM findings WHERE {chosen} ORDER BY number, rep, place", []):
            findings[row["number"], row["rep"]].append(_finding(row))
        reps: dict[int, list[JudgedRep]] = defaultdict(list)
        travel: dict[int, list[float | None]] = defaultdict(list)
        for row in self._rows(f"SELECT * FROM reps WHERE {chosen} ORDER BY number, rep", []):
            key = number, rep = row["number"], row["rep"]
            times = Rep(
                index=rep,
                start_s=row["start_s"],
                top_start_s=row["top_start_s"],
                top_end_s=row["top_end_s"],
                end_s=row["end_s"],
                next_start_s=row["next_start_s"],
                complete=bool(row["complete"]),
            )
            measured = MeasuredRep(times, measures[key])
            reps[number].append(JudgedRep(measured, tuple(findings[key]), row["score"]))
            travel[number].append(row["travel"])
        found = {
            row["number"]: _kept(row, reps[row["number"]], travel[row["number"]])
            for row in self._rows(f"SELECT * FROM sets WHERE {chosen}", [])
        }
        return [found[number] for number in numbers if number in found]


def _kept(row: sqlite3.Row, reps: Sequence[JudgedRep], travel: Sequence[float | None]) -> KeptSet:
    facts = SetFacts(
        source=row["source"],
        profile=row["profile"],
        model=row["model"],
        load_kg=row["load_kg"],
        started_at=datetime.fromisoformat(row["started_at"]),
        thrustcam=row["thrustcam"],
        mediapipe=row["mediapipe"],
    )
    view = (
        View(row["view_kind"], row["view_near"], row["view_azimuth_deg"], row["view_confidence"])
        if row["view_kind"] is not None
        else None
    )
    return KeptSet(row["number"], facts, bool(row["finished"]), view, tuple(reps), tuple(travel), row["note"])


def _finding(row: sqlite3.Row) -> Finding:
    low, high = row["limit_low"], row["limit_high"]
    limit = Limit(-_INF if low is None else low, _INF if high is None else high)
    said: tuple[Any, ...] = (row["unit"], row["cue"], row["why"])
    return Finding(row["rule"], row["severity"], row["verdict"], _estimate(row), limit, *said)


def _estimate(row: sqlite3.Row) -> Estimate | None:
    if row["value"] is None:
        return None
    return Estimate(row["value"], row["low"], row["high"], row["at_s"])
