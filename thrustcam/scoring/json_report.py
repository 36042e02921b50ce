"""A run as JSON: `thrustcam.scores/1`, published in `thrustcam/schemas`."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from thrustcam import __version__
from thrustcam.feedback.write import Destination, write_text
from thrustcam.scoring.batch import Batch
from thrustcam.scoring.task import Outcome

SCHEMA = "thrustcam.scores/1"
Json = dict[str, Any]


def as_json(batch: Batch) -> str:
    """The run as JSON text, ASCII only, a line for each clip.

    The same clips give the same text, whenever and in however many goes they were scored.
    """
    head = {
        "schema": SCHEMA,
        "thrustcam": __version__,
        "summary": {
            "clips": len(batch.lines),
            "scored": batch.scored,
            "errors": batch.errors,
            "reps": batch.reps,
            "faults": batch.faults,
        },
        "gates": [
            {
                "gate": _text(gate),
                "held": not any(failure.gate == gate for failure in batch.failures),
                "failures": [
                    {"path": _text(failure.path), "why": _text(failure.why)}
                    for failure in batch.failures
                    if failure.gate == gate
                ],
            }
            for gate in batch.gates
        ],
    }
    parts = [f"{_dumped(name)}: {_dumped(value)}" for name, value in head.items()]
    clips = ",\n  ".join(_dumped(_clip(outcome)) for outcome in batch.outcomes)
    parts.append(f'"clips": [\n  {clips}\n ]')
    return "{" + ",\n ".join(parts) + "}\n"


def write_json(batch: Batch, path: Destination) -> None:
    """Write the run to the file `path`, or to stdout for `-`.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    write_text(path, as_json(batch))


def schema() -> Json:
    """The JSON Schema (draft 2020-12) that every result of `as_json` satisfies.

    It refers to that of a single analysis, by its `$id`.
    """
    file = resources.files("thrustcam") / "schemas" / "scores-1.schema.json"
    loaded: Json = json.loads(file.read_text("utf-8"))
    return loaded


def _clip(outcome: Outcome) -> Json:
    document = outcome.document()
    if document is not None:
        del document["schema"]  # it is one without its series, so not quite that
    return {
        "path": _text(outcome.path),
        "error": None if outcome.error is None else _text(outcome.error),
        "analysis": document,
        "page": outcome.page,
        "video": outcome.video,
    }


def _text(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _dumped(value: object) -> str:
    return json.dumps(value, allow_nan=False)
