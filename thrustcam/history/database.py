"""The SQLite file that past sets are kept in: where it is, how it is opened, what is in it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line

FOLDER_VARIABLE = "THRUSTCAM_HISTORY"
VERSION = 1
"""SQLite's `user_version`; raised with every change of the tables, which then needs a step from the old."""

_TABLES = """
CREATE TABLE sets (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- AUTOINCREMENT: a deleted set's number never comes back
    started_at TEXT NOT NULL,                  -- ISO 8601, UTC
    source TEXT NOT NULL,
    profile TEXT NOT NULL,
    model TEXT NOT NULL,
    load_kg REAL,
    note TEXT NOT NULL DEFAULT '',
    thrustcam TEXT NOT NULL,
    mediapipe TEXT NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0,       -- 1 once the coach has had its last word
    view_kind TEXT, view_near TEXT, view_azimuth_deg REAL, view_confidence REAL
);
CREATE TABLE reps (
    number INTEGER NOT NULL REFERENCES sets ON DELETE CASCADE,
    rep INTEGER NOT NULL,
    start_s REAL NOT NULL, top_start_s REAL NOT NULL, top_end_s REAL NOT NULL, end_s REAL NOT NULL,
    next_start_s REAL, complete INTEGER NOT NULL,
    score INTEGER,                             -- 0 to 100
    travel REAL,                               -- torso lengths the hips rise
    PRIMARY KEY (number, rep)
);
CREATE TABLE measures (                        -- value with its 95 % interval, or why there is none
    number INTEGER NOT NULL, rep INTEGER NOT NULL, name TEXT NOT NULL,
    value REAL, low REAL, high REAL, at_s REAL, why TEXT,
    PRIMARY KEY (number, rep, name),
    FOREIGN KEY (number, rep) REFERENCES reps ON DELETE CASCADE
);
CREATE TABLE findings (
    number INTEGER NOT NULL, rep INTEGER NOT NULL, place INTEGER NOT NULL,
    rule TEXT NOT NULL, severity TEXT NOT NULL, verdict TEXT NOT NULL,
    value REAL, low REAL, high REAL, at_s REAL,
    limit_low REAL, limit_high REAL,           -- NULL: no limit on that side
    unit TEXT NOT NULL, cue TEXT, why TEXT NOT NULL,
    PRIMARY KEY (number, rep, place),
    FOREIGN KEY (number, rep) REFERENCES reps ON DELETE CASCADE
);
"""


def history_path() -> Path:
    """The file of the history: in the folder ``THRUSTCAM_HISTORY`` or the user's data folder."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).expanduser() / "history.sqlite3"
    import platformdirs  # noqa: PLC0415  # only needed here

    return Path(platformdirs.user_data_dir("thrustcam", appauthor=False)) / "history.sqlite3"


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, and lay out its tables where it is new.

    Raises
    ------
    ThrustcamError : when it can't be opened, is damaged, or was written by a newer thrustcam.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Several threads may write through one connection: `transaction` and its caller's lock see to it.
        connection = sqlite3.connect(path, timeout=10.0, isolation_level=None, check_same_thread=False)
        try:
            _set_up(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    # WAL: a commit is one append, and readers never wait for the coach. FULL: it is on the disk itself
    # when the commit returns, so that not even an empty battery takes a rep away.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what the user deletes is to be gone from the disk
    if _version(connection) == VERSION:
        return
    with transaction(connection):  # asked again inside: another process may be laying it out
        found = _version(connection)
        if found > VERSION:
            raise ThrustcamError(
                f"the history {one_line(str(path))} was written by a newer thrustcam: update thrustcam"
            )
        if found == 0:
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what is written in here, or nothing. Takes the write lock at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into one line that says what to do."""
    name = one_line(str(path))
    try:
        yield
    except sqlite3.OperationalError as error:
        raise ThrustcamError(f"the history {name} can't be used: {error}; {_remedy(str(error))}") from error
    except sqlite3.DatabaseError as error:
        raise ThrustcamError(
            f"the history {name} is damaged ({error}): move the file away, and a new one is begun"
        ) from error
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise ThrustcamError(
            f"the history {name} can't be used: {said}; set {FOLDER_VARIABLE} to a folder you can write to"
        ) from error


def _remedy(said: str) -> str:
    if "locked" in said:
        return "another program holds it: try again when it is done"
    if "full" in said:
        return "free some space"
    return f"set {FOLDER_VARIABLE} to a folder you can write to"
