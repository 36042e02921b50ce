from __future__ import annotations

from collections.abc import Mapping

import pytest

from thrustcam.analysis import JudgedRep
from thrustcam.live.choice import CUE_KEYS, Chooser, cue_key
from thrustcam.motion.estimate import Estimate, Measured
from thrustcam.motion.measures import MeasuredRep
from thrustcam.reps import Rep
from thrustcam.rules import judge
from thrustcam.rules.profile import load_profile

PROFILE = load_profile("barbell")
GOOD = {"shin_deg": 0.0, "hip_deg": 180.0, "range": 1.0, "up_s": 2.0, "down_s": 2.0, "top_s": 1.0}
SHORT, BACK, RUSHED = {"hip_deg": 150.0}, {"shin_deg": -25.0}, {"down_s": 0.4}


def rep(**numbers: float) -> JudgedRep:
    """A rep with these numbers, each known exactly, and good ones for the rest."""
    measures: Mapping[str, Measured] = {
        name: Estimate.around(value, 0.01, 1.0) for name, value in (GOOD | numbers).items()
    }
    measured = MeasuredRep(Rep(1, 0, 2, 3, 5, None, True), measures)
    return JudgedRep(measured, judge(measured, PROFILE), 50)


def keys(*reps: JudgedRep) -> list[str | None]:
    chooser = Chooser()
    return [cue.key if (cue := chooser.choose(each)) else None for each in reps]


def test_a_good_rep_is_only_counted() -> None:
    assert keys(rep(), rep()) == [None, None]


def test_form_comes_before_advice() -> None:
    assert keys(rep(**SHORT, **RUSHED)) == ["cue.lockout.hip_deg.low"]


def test_nothing_is_said_three_times_running() -> None:
    lockout = "cue.lockout.hip_deg.low"
    assert keys(*[rep(**SHORT)] * 6) == [lockout, lockout, None, None, None, None]


def test_the_next_fault_has_its_turn_when_one_was_said_enough() -> None:
    said = keys(*[rep(**SHORT, **BACK)] * 6)
    assert set(said) == {"cue.lockout.hip_deg.low", "cue.shin_vertical.shin_deg.low"}
    assert all(len(set(said[i : i + 3])) > 1 for i in range(4))


def test_a_mended_fault_is_praised_once() -> None:
    assert keys(rep(**SHORT), rep(), rep()) == ["cue.lockout.hip_deg.low", "praise.lockout", None]


def test_praise_waits_for_worse_faults_but_not_for_advice() -> None:
    assert keys(rep(**SHORT), rep(**BACK), rep(**RUSHED)) == [
        "cue.lockout.hip_deg.low",
        "cue.shin_vertical.shin_deg.low",
        "praise.shin_vertical",
    ]


def test_nothing_is_praised_that_was_not_seen_to_be_well() -> None:
    chooser = Chooser()
    chooser.choose(rep(**SHORT))
    doubtful = rep()
    hidden = {name: m for name, m in doubtful.measured.measures.items() if name != "hip_deg"}
    measured = MeasuredRep(doubtful.measured.rep, hidden)
    assert chooser.choose(JudgedRep(measured, judge(measured, PROFILE), 50)) is None


def test_a_bounce_is_spoken_of_after_the_next_rep() -> None:
    bounced = rep(dwell=0.02, rebound_g=3.0)
    late = [f for f in bounced.findings if f.rule == "bounce"]
    cue = Chooser().choose(rep(), late)
    assert cue is not None
    assert cue.rule == "bounce"


@pytest.mark.parametrize("numbers", [SHORT, BACK, RUSHED, {"shin_deg": 25.0}, {"knee_deg": 60.0}])
def test_every_fault_has_a_key(numbers: dict[str, float]) -> None:
    faults = [f for f in rep(**numbers).findings if f.verdict == "fault"]
    assert faults
    assert {cue_key(f) for f in faults} <= set(CUE_KEYS)
