"""Small synthetic analyses: what the pipeline would have made of a clip, without one."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, JudgedRep, Series
from thrustcam.feedback.score import score, summarise
from thrustcam.feedback.table import Report
from thrustcam.motion.estimate import Estimate, Measured
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.view import View
from thrustcam.reps import Rep
from thrustcam.rules.finding import Finding, Limit, Severity, Verdict

INF = math.inf
CUES = {
    "lockout": "Drive your hips all the way up and squeeze your glutes.",
    "knee_cave": "Push your knees out, over your feet.",
    "top_hold": "Hold the top for a second.",
}


def finding(
    rule: str = "lockout",
    verdict: Verdict = "fault",
    value: float | None = 158.0,
    *,
    half: float = 4.0,
    limit: tuple[float, float] = (170, INF),
    severity: Severity = "form",
    unit: str = "deg",
    at_s: float = 2.3,
    cue: str | None = None,
    why: str | None = None,
) -> Finding:
    if verdict == "not_assessable":
        value = None
    estimate = None if value is None else Estimate.around(value, half, at_s)
    if verdict == "fault":
        cue = cue or CUES.get(rule, f"Mend the {rule}.")
    return Finding(
        rule, severity, verdict, estimate, Limit(*limit), unit, cue, why or f"{rule} reads {value} {unit}."
    )


def ok(rule: str = "lockout", severity: Severity = "form") -> Finding:
    return finding(rule, "ok", 176.0, severity=severity)


def hidden(rule: str, why: str = "Knees show from the front only: film from the feet.") -> Finding:
    return finding(rule, "not_assessable", why=why)


def rep(
    *findings: Finding, index: int = 1, measures: Mapping[str, Measured] | None = None, last: bool = False
) -> JudgedRep:
    start = 0.9 + 3.2 * (index - 1)
    times = Rep(index, start, start + 1.1, start + 1.6, start + 3.0, None if last else start + 3.2, True)
    if measures is None:
        measures = {
            "shin_deg": Estimate.around(6.1 + index % 3, 4.0, start + 1.3),
            "hip_deg": Estimate.around(172.0 + index % 2, 5.0, start + 1.3),
            "knee_deg": Estimate.around(92.0, 6.2, start + 1.3),
            "up_s": Estimate.around(1.1 + index / 10, 0.05, start),
        }
    return JudgedRep(MeasuredRep(times, measures), findings, score(findings))


def analysis(reps: Sequence[JudgedRep] = (), **clip: object) -> Analysis:
    n = 6
    gap = np.full(n, math.nan)
    ramp = np.linspace(90.04, 176.06, n)
    ramp[2] = math.nan
    facts = ClipFacts("sets/bench day.mp4", "a" * 64, 1280, 720, 6.9667, 418, 418, True, ())
    return Analysis(
        clip=dataclasses.replace(facts, **clip),
        engine=EngineFacts("0.1.0", "0.10.31", "full", "b" * 64, "barbell"),
        view=View("side", "right", 4.0, 0.97),
        series=Series(np.arange(n) / 60, gap, ramp, gap, gap, np.linspace(0, 0.6, n), np.linspace(0, 1, n)),
        reps=tuple(reps),
        summary=summarise(reps),
    )


def lockout_set(n: int = 3) -> Analysis:
    """A set whose reps all stop short; the last one is rushed too, and the knees can't be seen."""
    reps = [
        rep(
            finding(
                at_s=2.3 + 3.2 * i,
                value=158.0 - i,
                why=f"Hips {22 + i}° short of a straight line at the top.",
            ),
            finding("shin_vertical", "unsure", 9.0, limit=(-10, 10)),
            ok("range"),
            *(
                [finding("top_hold", value=0.2, half=0.1, limit=(0.5, INF), severity="advice", unit="s")]
                * (i == n - 1)
            ),
            hidden("knee_cave"),
            hidden("stance", "Feet show from the front only: film from the feet."),
            hidden("chin_tuck", "The head is out of the picture."),
            index=i + 1,
            last=i == n - 1,
        )
        for i in range(n)
    ]
    return analysis(reps)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The builders of this file."""
    return SimpleNamespace(
        finding=finding, ok=ok, hidden=hidden, rep=rep, analysis=analysis, lockout_set=lockout_set
    )


@pytest.fixture(scope="session")
def show() -> Callable[..., str]:
    """What a terminal shows of an analysis: plain text."""

    def shown(what: Analysis, width: int = 80, encoding: str = "utf-8") -> str:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding=encoding, newline="")
        Console(file=out, width=width).print(Report(what))
        out.flush()
        return raw.getvalue().decode(encoding)

    return shown
