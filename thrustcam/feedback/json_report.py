"""An analysis as JSON: the contract's `thrustcam.analysis/1`, published in `thrustcam/schemas`."""

from __future__ import annotations

import json
import math
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, FrontClip, JudgedRep, Series, Summary
from thrustcam.feedback.write import Destination, write_text
from thrustcam.motion.estimate import Measured, Unseen
from thrustcam.motion.view import View
from thrustcam.rules.finding import Finding

SCHEMA = "thrustcam.analysis/1"
Json = dict[str, Any]

# Decimals: far finer than what can be measured, coarse enough to read.
_DEG, _S, _RATIO = 1, 3, 3
_TOP = ("shin_deg", "hip_deg", "knee_deg", "trunk_deg")
_BAR = ("mean_velocity_m_s", "peak_velocity_m_s", "bar_travel_m")


def as_dict(analysis: Analysis) -> Json:
    """The analysis as plain JSON values. What was not measured is None; a whole estimate too, never 0.

    Angles are rounded to 0.1°, times to 1 ms.
    """
    return {
        "schema": SCHEMA,
        "clip": _clip(analysis.clip),
        "engine": _engine(analysis.engine),
        "view": _view(analysis.view),
        "series": _series(analysis.series),
        "reps": [_rep(rep) for rep in analysis.reps],
        "summary": _summary(analysis.summary),
        "front": _front(analysis.front),
    }


def as_json(analysis: Analysis) -> str:
    """The analysis as JSON text: a line for each part and each rep, ASCII only, ending in a newline."""
    return _laid_out(as_dict(analysis)) + "\n"


def write_json(analysis: Analysis, path: Destination) -> None:
    """Write the analysis to the file `path`, or to stdout for `-`.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    write_text(path, as_json(analysis))


def schema() -> Json:
    """The JSON Schema (draft 2020-12) that every result of `as_dict` satisfies."""
    file = resources.files("thrustcam") / "schemas" / "analysis-1.schema.json"
    loaded: Json = json.loads(file.read_text("utf-8"))
    return loaded


def _clip(clip: ClipFacts) -> Json:
    return {
        "path": _text(clip.path),
        "sha256": clip.sha256,
        "width": clip.width,
        "height": clip.height,
        "duration_s": _number(clip.duration_s, _S),
        "frames": clip.frames,
        "frames_declared": clip.frames_declared,
        "complete": clip.complete,
        "warnings": [_text(warning) for warning in clip.warnings],
    }


def _engine(engine: EngineFacts) -> Json:
    return {
        "thrustcam": engine.thrustcam,
        "mediapipe": engine.mediapipe,
        "model": _text(engine.model),
        "model_sha256": engine.model_sha256,
        "profile": _text(engine.profile),
    }


def _view(view: View | None) -> Json | None:
    if view is None:
        return None
    return {
        "kind": view.kind,
        "near": view.near,
        "azimuth_deg": _number(view.azimuth_deg, _DEG),
        "confidence": _number(view.confidence, _RATIO),
    }


def _series(series: Series) -> Json:
    return {
        "t": _numbers(series.t, _S),
        "shin_deg": _numbers(series.shin_deg, _DEG),
        "hip_deg": _numbers(series.hip_deg, _DEG),
        "knee_deg": _numbers(series.knee_deg, _DEG),
        "trunk_deg": _numbers(series.trunk_deg, _DEG),
        "hip_height": _numbers(series.hip_height, _RATIO),
        "confidence": _numbers(series.confidence, _RATIO),
    }


def _rep(judged: JudgedRep) -> Json:
    measured, rep = judged.measured, judged.measured.rep
    return {
        "index": rep.index,
        "start_s": _number(rep.start_s, _S),
        "top_start_s": _number(rep.top_start_s, _S),
        "top_end_s": _number(rep.top_end_s, _S),
        "end_s": _number(rep.end_s, _S),
        "tempo": {
            "up_s": _number(rep.up_s, _S),
            "top_s": _number(rep.top_s, _S),
            "down_s": _number(rep.down_s, _S),
            "bottom_s": _number(rep.bottom_s, _S),
        },
        "top": {name: _estimate(measured[name], _DEG) for name in _TOP},
        "bottom": {"hip_deg": _estimate(measured["bottom_hip_deg"], _DEG)},
        "range": _estimate(measured["range"], _RATIO),
        "bar": {name: _value(measured[name]) for name in _BAR},  # null without --plate-mm
        "findings": [_finding(finding) for finding in judged.findings],
        "score": judged.score,
    }


def _finding(finding: Finding) -> Json:
    digits = _decimals(finding.unit)
    estimate = finding.estimate
    return {
        "rule": _text(finding.rule),
        "verdict": finding.verdict,
        "severity": finding.severity,
        "value": None if estimate is None else _number(estimate.value, digits),
        "ci95": None if estimate is None else [_number(x, digits) for x in (estimate.low, estimate.high)],
        "limit": finding.limit.as_pair(),
        "unit": _text(finding.unit),
        "at_s": None if estimate is None else _number(estimate.at_s, _S),
        "cue": None if finding.cue is None else _text(finding.cue),
        "why": _text(finding.why),
    }


def _front(front: FrontClip | None) -> Json | None:
    if front is None:
        return None
    return {
        "clip": _clip(front.clip),
        "offset_s": _number(front.offset_s, _S),
        "likeness": _number(front.likeness, _RATIO),
    }


def _summary(summary: Summary) -> Json:
    return {
        "reps": summary.reps,
        "score": summary.score,
        "focus": None if summary.focus is None else _text(summary.focus),
        "cue": None if summary.cue is None else _text(summary.cue),
        # One decimal more than the numbers themselves: a spread of 0.04° is not none.
        "velocity_loss": _number(summary.velocity_loss, _RATIO),
        "consistency": {
            _text(name): _number(spread, _decimals(name.rpartition("_")[2]) + 1)
            for name, spread in summary.consistency.items()
        },
    }


def _estimate(measured: Measured, digits: int) -> Json | None:
    if isinstance(measured, Unseen):
        return None
    return {
        "value": _number(measured.value, digits),
        "ci95": [_number(measured.low, digits), _number(measured.high, digits)],
    }


def _value(measured: Measured) -> float | None:
    return None if isinstance(measured, Unseen) else _number(measured.value, _RATIO)


def _decimals(unit: str) -> int:
    return {"deg": _DEG, "s": _S}.get(unit, _RATIO)


def _number(value: float | None, digits: int) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0  # + 0.0 turns -0.0 into 0.0


def _numbers(values: NDArray[np.float64], digits: int) -> list[float | None]:
    return [_number(value, digits) for value in values.tolist()]


def _text(text: str) -> str:
    """Unicode that every JSON reader takes: a file name's undecodable bytes become U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _laid_out(document: Json) -> str:
    parts = []
    for name, part in document.items():
        if name == "reps" and part:
            text = "[\n  " + ",\n  ".join(_dumped(rep) for rep in part) + "\n ]"
        else:
            text = _dumped(part)
        parts.append(f"{_dumped(name)}: {text}")
    return "{" + ",\n ".join(parts) + "}"


def _dumped(value: object) -> str:
    return json.dumps(value, allow_nan=False)
