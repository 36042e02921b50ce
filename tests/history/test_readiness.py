"""When the last set allows more load."""

from __future__ import annotations

import pytest

from thrustcam.history.readiness import readiness

NAN = float("nan")


def test_a_good_set_allows_more(lifter):
    ready = readiness(lifter.reps(5))
    assert ready.held == "held"
    assert ready.advice == "You may add load."
    assert ready.why == "Range, lockout and control held on all 5 reps."


@pytest.mark.parametrize(
    ("change", "aspect"),
    [
        ({"range": 0.7}, "range"),
        ({"hip_deg": 150.0}, "lockout"),
        ({"hip_deg": 205.0}, "lockout"),
        ({"dwell": 0.1, "rebound_g": 1.5}, "control"),
        ({"down_s": 0.5}, "control"),
    ],
)
def test_one_bad_rep_keeps_the_load(lifter, change, aspect):
    ready = readiness(lifter.reps(5, rep3=change))
    assert ready.held == "lost"
    assert f"{aspect} lost on rep 3" in ready.why.lower()


def test_several_bad_reps_are_named(lifter):
    short = {"hip_deg": 150.0}
    why = readiness(lifter.reps(5, rep1=short, rep2=short, rep5=short)).why
    assert why == "Range held, lockout lost on reps 1, 2 and 5, control held."


def test_what_could_not_be_seen_is_no_reason_to_add(lifter):
    ready = readiness(lifter.reps(4, rep2={"hip_deg": NAN}))
    assert ready.held == "unclear"
    assert ready.why == "Range held, lockout not clear on rep 2, control held."


def test_too_close_to_call_is_no_reason_either(lifter):
    assert readiness(lifter.reps(4, rep2={"hip_deg": 170.5})).held == "unclear"


def test_habits_do_not_count(lifter):
    assert readiness(lifter.reps(4, rep2={"top_s": 0.1})).held == "held"


def test_an_arch_nobody_can_measure_does_not_count(lifter):
    reps = lifter.reps(4, **{f"rep{i}": {"lumbar_arch_deg": NAN} for i in range(1, 5)})
    assert readiness(reps).held == "held"


def test_one_rep_is_no_set(lifter):
    assert readiness(lifter.reps(1)).held == "unclear"
    assert readiness([]).held == "unclear"
