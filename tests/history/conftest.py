"""Small synthetic sets, and a history to keep them in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from thrustcam.analysis import JudgedRep, Series
from thrustcam.engine import JudgedSet
from thrustcam.feedback.score import score, summarise
from thrustcam.history import History, SetFacts
from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.view import View
from thrustcam.reps import Rep
from thrustcam.rules import judge
from thrustcam.rules.profile import load_profile

PERIOD_S = 4.0
MONDAY = datetime(2026, 11, 2, 18, 30, tzinfo=timezone.utc)


class Lifter:
    """Makes reps and sets; a good one unless told otherwise."""

    profile = load_profile("barbell")

    def rep(self, index: int = 1, *, last: bool = False, half: float = 2.0, **values: float) -> JudgedRep:
        start = 1.0 + PERIOD_S * (index - 1)
        times = Rep(
            index, start, start + 1.0, start + 2.0, start + 3.5, None if last else start + PERIOD_S, True
        )
        numbers = {
            "shin_deg": 2.0,
            "hip_deg": 178.0,
            "knee_deg": 92.0,
            "trunk_deg": 3.0,
            "lumbar_arch_deg": 2.0,
            "range": 0.97,
            "up_s": 1.0,
            "top_s": 1.0,
            "down_s": 1.5,
        } | values
        if not last:
            numbers = {"dwell": 2.0, "rebound_g": 0.1} | numbers
        halves = {"deg": half, "s": 0.1, "range": 0.03, "dwell": 0.1, "g": 0.1}
        measures: dict[str, Measured] = {
            name: Estimate.around(value, halves[name.rpartition("_")[2]], start + 1.5)
            for name, value in numbers.items()
            if not math.isnan(value)
        }
        measures |= {name: Unseen("Hidden: film from the side.") for name in numbers if name not in measures}
        measured = MeasuredRep(times, measures)
        findings = judge(measured, self.profile)
        return JudgedRep(measured, tuple(findings), score(findings))

    def reps(self, n: int = 5, **bad: dict[str, float]) -> list[JudgedRep]:
        """`n` reps; `rep3={"hip_deg": 150}` changes the third."""
        return [
            self.rep(i, last=i == n, **bad.get(f"rep{i}", {}))  # type: ignore[arg-type]
            for i in range(1, n + 1)
        ]

    def judged(self, reps: list[JudgedRep], travel: float = 0.8) -> JudgedSet:
        t = np.arange(0.0, 1.0 + PERIOD_S * len(reps), 1 / 30)
        height = travel * np.clip(np.sin((t - 1.0) * np.pi / PERIOD_S) ** 2 * 2, 0, 1)
        nothing = np.full(len(t), np.nan)
        series = Series(t, nothing, nothing, nothing, nothing, height, np.ones(len(t)))
        return JudgedSet(View("side", "right", 3.0, 0.95), series, tuple(reps), summarise(reps))

    def facts(self, day: int = 0, minutes: float = 0.0, **changes: object) -> SetFacts:
        start = MONDAY + timedelta(days=day, minutes=minutes)
        given = {"source": "camera 0", "profile": "barbell", "model": "full", "mediapipe": "0.10.31"}
        return SetFacts(**(given | {"started_at": start} | changes))  # type: ignore[arg-type]

    def lift(self, history: History, n: int = 5, *, travel: float = 0.8, day: int = 0, **bad: object) -> int:
        """Lift and keep a whole set; its number."""
        keeper = history.begin(self.facts(day))
        reps = self.reps(n, **bad)  # type: ignore[arg-type]
        for rep in reps:
            keeper.rep(rep)
        keeper.finish(self.judged(reps, travel))
        assert keeper.number is not None
        return keeper.number


@pytest.fixture(scope="session")
def lifter() -> Lifter:
    return Lifter()


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    """An empty history, which commands find too."""
    monkeypatch.setenv("THRUSTCAM_HISTORY", str(tmp_path / "kept"))
    with History.open() as opened:
        yield opened
