"""A run as a web page that lists its clips and leads to their pages."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from thrustcam.feedback.html_report import page
from thrustcam.feedback.table import FAULT, OK, UNSURE
from thrustcam.feedback.write import Destination, write_text
from thrustcam.scoring.batch import Batch, Line
from thrustcam.scoring.table import word_on
from thrustcam.scoring.task import Outcome, Settings


def pages_folder(path: Destination) -> Path:
    """Where the clips' pages lie: beside the page at `path`, in a folder called after it."""
    file = Path(path)
    return file.with_name(f"{file.stem}-clips")


def as_html(batch: Batch, settings: Settings, path: Destination) -> str:
    """The page; its links are relative to `path`, where it is going to be."""
    by_path = {outcome.path: outcome for outcome in batch.outcomes}
    lines = sorted(batch.lines, key=lambda line: line.needs_attention)
    return page(
        "batch.html",
        profile=settings.profile.name,
        model=settings.model,
        scored=batch.scored,
        reps=batch.reps,
        faults=batch.faults,
        errors=batch.errors,
        gates=[
            {"name": gate, "failures": [f for f in batch.failures if f.gate == gate]} for gate in batch.gates
        ],
        clips=[_row(line, by_path[line.path], settings, Path(path).parent) for line in lines],
        videos=settings.videos is not None,
    )


def write_html(batch: Batch, settings: Settings, path: Destination) -> None:
    """Write the page to the file `path`.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    write_text(path, as_html(batch, settings, path))


def _row(line: Line, outcome: Outcome, settings: Settings, folder: Path) -> dict[str, object]:
    if line.error is not None:
        kind, mark = "fault", "!"
    elif line.faults:
        kind, mark = "fault", FAULT
    else:
        fine = line.reps and line.score is not None and not line.damage
        kind, mark = ("ok", OK) if fine else ("unsure", UNSURE)
    return {
        "path": line.path,
        "error": line.error,
        "score": line.score,
        "reps": line.reps,
        "faults": line.faults,
        "unsure": line.unsure,
        "word": word_on(line),
        "damage": line.damage,
        "kind": kind,
        "mark": mark,
        "page": _address(settings.pages, outcome.page, folder),
        "video": _address(settings.videos, outcome.video, folder),
    }


def _address(place: str | None, name: str | None, folder: Path) -> str | None:
    """A file's address relative to the page's folder."""
    if place is None or name is None:
        return None
    return quote(Path(os.path.relpath(Path(place) / name, folder)).as_posix())
