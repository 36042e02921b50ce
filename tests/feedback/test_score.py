from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.feedback.score import IMPORTANCE, depth, focus, score, set_score, summarise
from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.rules.finding import Finding, Limit

numbers = st.floats(-1e6, 1e6)


@st.composite
def findings(draw, verdicts=("ok", "fault", "unsure", "not_assessable")):
    verdict = draw(st.sampled_from(verdicts))
    value = draw(numbers)
    low, width = draw(st.one_of(st.just(-math.inf), numbers)), draw(st.floats(0.1, 1e6))
    return Finding(
        rule=draw(st.sampled_from([*IMPORTANCE, "own_rule"])),
        severity=draw(st.sampled_from(["form", "advice"])),
        verdict=verdict,
        estimate=None
        if verdict == "not_assessable"
        else Estimate.around(value, draw(st.floats(0, 1e6)), 1.0),
        limit=Limit(low, math.inf if draw(st.booleans()) else low + width if math.isfinite(low) else width),
        unit=draw(st.sampled_from(["deg", "s", "ratio", "g", "furlong"])),
        cue="Mend it." if verdict == "fault" else None,
        why="So it is.",
    )


@given(st.lists(findings(), max_size=20))
def test_a_score_is_a_whole_number_from_0_to_100_or_none(some):
    got = score(some)
    assert got is None or (isinstance(got, int) and 0 <= got <= 100)


@given(st.lists(findings(), max_size=12), findings(verdicts=("fault",)))
def test_one_more_fault_never_raises_the_score(some, fault):
    before, after = score(some), score([*some, fault])
    assert after is not None
    assert before is None or after < before or before == after == 0


@given(st.lists(findings(), max_size=12), findings(verdicts=("unsure", "not_assessable")))
def test_doubt_costs_nothing(some, doubt):
    assert score([*some, doubt]) == score(some)


@given(st.lists(findings(verdicts=("fault",)), min_size=1, max_size=8), st.randoms())
def test_the_score_does_not_depend_on_the_order(some, random):
    shuffled = random.sample(some, len(some))
    assert score(shuffled) == pytest.approx(score(some), abs=1)


def test_form_costs_far_more_than_advice(make):
    form = make.finding(value=165.9, half=4.0, limit=(170, math.inf))
    worst_advice = make.finding(
        "tempo", value=-1e9, half=0.0, limit=(0.6, math.inf), severity="advice", unit="s"
    )
    assert score([form]) == 80
    assert score([worst_advice]) == 94


def test_the_near_edge_of_the_interval_counts_not_the_value(make):
    clear, vague = (make.finding(value=150.0, half=half) for half in (2.0, 19.0))
    assert depth(clear) > depth(vague) > 0
    assert score([clear]) < score([vague])
    assert depth(make.finding(value=160.0, half=0.0)) == pytest.approx(0.5)  # 10° beyond is half-way


def test_nothing_decided_is_no_score(make):
    assert score([]) is None
    assert score([make.hidden("knee_cave"), make.finding(verdict="unsure", value=170.0)]) is None
    assert score([make.ok(), make.hidden("knee_cave")]) == 100


def test_reps_without_a_score_do_not_drag_the_set_down():
    assert set_score([80, None, 90]) == 85
    assert set_score([None]) is None
    assert set_score([]) is None


def test_form_comes_before_advice_however_often(make):
    hold = {"limit": (0.5, math.inf), "severity": "advice", "unit": "s"}
    reps = [make.rep(make.finding("top_hold", value=0.0, half=0.0, **hold), index=i) for i in range(1, 10)]
    reps.append(make.rep(make.finding("range", value=0.8, half=0.04, limit=(0.85, math.inf), unit="ratio")))
    assert summarise(reps).focus == "range"


def test_what_can_hurt_comes_first_when_both_show_as_often(make):
    arch = make.finding("hyperextension", value=196.0, half=4.0, limit=(-math.inf, 190))
    reps = [make.rep(make.finding("lockout"), arch, index=i) for i in (1, 2)]
    assert summarise(reps).focus == "hyperextension"


@given(
    worst=st.sampled_from(sorted(IMPORTANCE)),
    common=st.sampled_from(sorted(IMPORTANCE)),
    off=st.floats(0.1, 1e6),
)
def test_one_rep_of_ten_never_beats_all_ten(make, worst, common, off):
    rare = make.finding(worst, value=200 + off, half=0.0, limit=(-math.inf, 190))
    often = make.finding(common, value=169.9, half=0.0)
    reps = [make.rep(often, *([rare] if i == 4 else []), index=i) for i in range(1, 11)]
    assert focus(reps)[0] == common


def test_the_cue_is_the_one_that_most_reps_stand_behind(make):
    near = make.finding("shin_vertical", value=20.0, limit=(-10, 10), cue="Feet further out.")
    far = make.finding("shin_vertical", value=-20.0, limit=(-10, 10), cue="Feet closer in.")
    got = summarise([make.rep(x, index=i) for i, x in enumerate((far, near, far), 1)])
    assert (got.focus, got.cue) == ("shin_vertical", "Feet closer in.")


def test_a_sound_set_has_no_cue(make):
    got = summarise([make.rep(make.ok(), make.hidden("stance"))])
    assert (got.focus, got.cue, got.score, got.reps) == (None, None, 100, 1)


def test_an_empty_set_has_nothing(make):
    got = summarise([])
    assert (got.reps, got.score, got.focus, got.cue, dict(got.consistency)) == (0, None, None, None, {})


def test_consistency_needs_two_measured_reps(make):
    def hip(value):
        return {
            "hip_deg": Unseen("behind the plate") if value is None else Estimate.around(value, 3, 0),
            "shin_deg": Estimate.around(4, 1, 0),
        }

    reps = [make.rep(make.ok(), measures=hip(v), index=i) for i, v in enumerate((170.0, 174.0, None), 1)]
    assert summarise(reps).consistency == pytest.approx({"hip_deg": math.sqrt(8), "shin_deg": 0.0})
    assert summarise(reps[1:]).consistency == {"shin_deg": 0.0}
    assert summarise(reps[:1]).consistency == {}
