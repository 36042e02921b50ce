"""Past sets for other programs: JSON (`thrustcam.history/1`) and CSV, one row for each rep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import timezone
from importlib import resources
from typing import Any

from thrustcam.feedback import csv_report, json_report
from thrustcam.feedback.plain import one_line
from thrustcam.history.facts import KeptSet
from thrustcam.history.readiness import readiness

SCHEMA = "thrustcam.history/1"
_ABOUT = ("set", "started_at", "source", "profile", "load_kg")


def as_json(sets: Sequence[KeptSet]) -> str:
    """The sets as JSON text; reps, view and summary as `thrustcam.analysis/1` has them."""
    document = {"schema": SCHEMA, "sets": [_as_dict(kept) for kept in sets]}
    return json.dumps(document, allow_nan=False, indent=1) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every result of `as_json` satisfies."""
    file = resources.files("thrustcam") / "schemas" / "history-1.schema.json"
    loaded: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return loaded


def _as_dict(kept: KeptSet) -> dict[str, Any]:
    facts, analysis, ready = kept.facts, json_report.as_dict(kept.analysis()), readiness(kept.reps)
    reps = [
        rep | {"travel": None if rise is None else round(rise, 3)}
        for rep, rise in zip(analysis["reps"], kept.travel, strict=True)
    ]
    return {
        "set": kept.number,
        "started_at": _time(kept),
        "finished": kept.finished,
        "source": facts.source,
        "profile": facts.profile,
        "model": facts.model,
        "thrustcam": facts.thrustcam,
        "mediapipe": facts.mediapipe or None,
        "load_kg": facts.load_kg,
        "note": kept.note or None,
        "view": analysis["view"],
        "reps": reps,
        "summary": analysis["summary"],
        "held": {aspect.name: aspect.held for aspect in ready.aspects} | {"add_load": ready.held == "held"},
    }


def as_csv(sets: Sequence[KeptSet]) -> str:
    """A row for each rep: its set, the columns of `analyze --csv`, and the travel in torso lengths."""
    analyses = [kept.analysis() for kept in sets]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_ABOUT, *csv_report.header(analyses)[1:], "travel"])
    about = [(kept, rise) for kept in sets for rise in kept.travel]
    for (kept, rise), row in zip(about, csv_report.rows(analyses), strict=True):
        facts = kept.facts
        load = "" if facts.load_kg is None else f"{facts.load_kg:g}"
        names = [_cell(facts.source), _cell(facts.profile)]
        rises = "" if rise is None else str(round(rise, 3))
        writer.writerow([kept.number, _time(kept), *names, load, *row[1:], rises])
    return text.getvalue()


def _time(kept: KeptSet) -> str:
    return kept.facts.started_at.astimezone(timezone.utc).isoformat(timespec="seconds")


def _cell(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula."""
    text = one_line(text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text
