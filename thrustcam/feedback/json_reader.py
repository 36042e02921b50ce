"""JSON → an analysis: what `json_report` wrote, read back for the other outputs.

Numbers come back rounded as they were written. What the JSON doesn't hold (a top's exact moment, measures
behind other rules) is unknown afterwards.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, JudgedRep, Series, Summary
from thrustcam.motion.estimate import Estimate, Measured
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.view import View
from thrustcam.reps import Rep
from thrustcam.rules.finding import Finding, Limit

Json = dict[str, Any]

_SERIES = ("t", "shin_deg", "hip_deg", "knee_deg", "trunk_deg", "hip_height", "confidence")


def from_dict(document: Json) -> Analysis:
    """The analysis that `json_report.as_dict` gave this for; without `series` that is empty.

    Raises
    ------
    KeyError, TypeError, ValueError : for a document of another kind.
    """
    series = document.get("series", {})
    view = document["view"]
    clip = document["clip"]
    return Analysis(
        ClipFacts(**(clip | {"warnings": tuple(clip["warnings"])})),
        EngineFacts(**document["engine"]),
        None if view is None else View(**(view | {"azimuth_deg": _float(view["azimuth_deg"])})),
        Series(*(_floats(series.get(name, ())) for name in _SERIES)),
        tuple(_rep(rep) for rep in document["reps"]),
        Summary(**document["summary"]),
    )


def _rep(rep: Json) -> JudgedRep:
    tempo = rep["tempo"]
    end_s, bottom_s = rep["end_s"], tempo["bottom_s"]
    times = Rep(
        index=rep["index"],
        start_s=rep["start_s"],
        top_start_s=rep["top_start_s"],
        top_end_s=rep["top_end_s"],
        end_s=end_s,
        next_start_s=None if bottom_s is None else end_s + bottom_s,
        complete=tempo["down_s"] is not None,
    )
    measures: dict[str, Measured] = {}
    for name, written in (*rep["top"].items(), ("range", rep["range"])):
        if written:
            measures[name] = _estimate(written, times.top_at_s)
    if bottom := rep["bottom"].get("hip_deg"):
        measures["bottom_hip_deg"] = _estimate(bottom, times.start_s)
    findings = tuple(_finding(finding) for finding in rep["findings"])
    return JudgedRep(MeasuredRep(times, measures), findings, rep["score"])


def _finding(finding: Json) -> Finding:
    low, high = finding["limit"]
    return Finding(
        finding["rule"],
        finding["severity"],
        finding["verdict"],
        None if finding["value"] is None else _estimate(finding, finding["at_s"]),
        Limit(-math.inf if low is None else low, math.inf if high is None else high),
        finding["unit"],
        finding["cue"],
        finding["why"],
    )


def _estimate(written: Json, at_s: float) -> Estimate:
    low, high = written["ci95"]
    return Estimate(written["value"], low, high, at_s)


def _float(value: float | None) -> float:
    return math.nan if value is None else value


def _floats(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([_float(value) for value in values], float)
