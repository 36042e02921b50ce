"""Two clips of one set, one from the side and one from the feet, joined into one analysis.

Two cameras share no clock. What they share are the hips: both curves of their height rise and fall together,
and the shift at which they are most alike is the difference between the clocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thrustcam.analysis import Analysis, FrontClip, JudgedRep, Series
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.score import score, summarise
from thrustcam.motion.estimate import Estimate, Measured
from thrustcam.motion.frontal import MEASURES
from thrustcam.motion.measures import MeasuredRep
from thrustcam.rules import judge
from thrustcam.rules.profile import Profile

ALIKE = 0.7
"""Correlation of the two curves from which on they are taken for the same set."""

_RATE_HZ = 30.0
_OVERLAP = 0.5  # of the shorter curve, at least
_SAME_REP_S = 0.7  # between the tops of the same rep in both clips


@dataclass(frozen=True)
class Alignment:
    """`offset_s` : the front clip's time of a moment minus the side clip's. `likeness` : −1 to 1."""

    offset_s: float
    likeness: float


def join(side: Analysis, front: Analysis, profile: Profile) -> Analysis:
    """The side clip's analysis with what only the feet end shows, each rep judged by both.

    Raises
    ------
    ThrustcamError : when the second clip is not from the feet, or not of the same set.
    """
    if front.view is None or front.view.kind != "front":
        seen = "no hip thrusts in it" if front.view is None else f"it is a {front.view.kind} view"
        raise ThrustcamError(f"{front.clip.path}: --front wants a clip from the feet, {seen}")
    aligned = align(side.series, front.series)
    if aligned is None or aligned.likeness < ALIKE:
        raise ThrustcamError(
            f"{front.clip.path}: the hips rise unlike those in {side.clip.path}: is it the same set?"
        )
    reps = tuple(_joined(rep, front.reps, aligned.offset_s, profile) for rep in side.reps)
    other = FrontClip(front.clip, aligned.offset_s, aligned.likeness)
    return replace(side, reps=reps, summary=summarise(reps), front=other)


def align(side: Series, front: Series) -> Alignment | None:
    """How the clocks differ; None where either clip shows too little of the hips."""
    one, other = _curve(side), _curve(front)
    if one is None or other is None:
        return None
    (start_one, a), (start_other, b) = one, other
    least = int(_OVERLAP * min(len(a), len(b)))
    best: Alignment | None = None
    for shift in range(least - len(b), len(a) - least + 1):  # rows by which b starts later than a
        x, y = a[max(shift, 0) : shift + len(b)], b[max(-shift, 0) : len(a) - shift]
        n = min(len(x), len(y))
        likeness = _correlation(x[:n], y[:n])
        if best is None or likeness > best.likeness:
            best = Alignment(start_other - start_one - shift / _RATE_HZ, likeness)
    return best


def _curve(series: Series) -> tuple[float, NDArray[np.float64]] | None:
    """When the curve of hip height starts, and its samples at an even rate."""
    seen = np.isfinite(series.hip_height)
    if seen.sum() < _RATE_HZ:
        return None
    t, height = series.t[seen], series.hip_height[seen]
    return float(t[0]), np.interp(np.arange(t[0], t[-1], 1 / _RATE_HZ), t, height)


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    x, y = x - x.mean(), y - y.mean()
    return float(x @ y / max(np.linalg.norm(x) * np.linalg.norm(y), 1e-9))


def _joined(rep: JudgedRep, others: tuple[JudgedRep, ...], offset_s: float, profile: Profile) -> JudgedRep:
    """The rep with the measures of the same rep from the feet, if it is there."""
    top_s = rep.measured.rep.top_start_s + offset_s
    near = min(others, key=lambda other: abs(other.measured.rep.top_start_s - top_s), default=None)
    if near is None or abs(near.measured.rep.top_start_s - top_s) > _SAME_REP_S:
        return rep
    seen = {name: _earlier(near.measured[name], offset_s) for name in MEASURES}
    measured = MeasuredRep(rep.measured.rep, {**rep.measured.measures, **seen})
    findings = judge(measured, profile)
    return JudgedRep(measured, findings, score(findings))


def _earlier(measured: Measured, by_s: float) -> Measured:
    return replace(measured, at_s=measured.at_s - by_s) if isinstance(measured, Estimate) else measured
