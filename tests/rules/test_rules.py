"""Every rule: what it says of a good rep, a bad one either side, a doubtful one and an unseen one."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.measures import MeasuredRep
from thrustcam.reps import Rep
from thrustcam.rules import RULES, judge
from thrustcam.rules.finding import Finding, Limit
from thrustcam.rules.profile import load_profile, profile_names

BARBELL = load_profile("barbell")
INF = math.inf
MEASURES = sorted({measure for rule in RULES.values() for measure in rule.words})
GOOD: dict[str, float] = {
    "shin_deg": 3, "hip_deg": 178, "lumbar_arch_deg": 4, "knee_cave_deg": 1, "dwell": 1.9,
    "rebound_g": 0.3, "range": 0.97, "up_s": 1.2, "down_s": 1.6, "top_s": 1.0, "knee_deg": 92,
    "heel_rise": 0.01, "neck_deg": 5, "shoulder_drift": 0.03, "hip_level_deg": -1, "stance": 1.3,
}  # fmt: skip


def measured(measures: Mapping[str, Measured]) -> MeasuredRep:
    return MeasuredRep(Rep(1, 0.9, 2.1, 3.1, 4.7, 5.1, True), measures)


def sure(value: float, at_s: float = 2.5) -> Estimate:
    return Estimate.around(value, 0.0, at_s)


def about(value: float, half_width: float) -> Estimate:
    return Estimate.around(value, half_width, 2.5)


def finding(rule: str, **measures: Measured) -> Finding:
    """The rule's word on a rep with these measures and nothing else."""
    return RULES[rule].judge(measured(measures), BARBELL.limits[rule])


def judged(**measures: Measured) -> dict[str, Finding]:
    """Every rule's word on a good rep with these measures changed."""
    whole = {name: sure(value) for name, value in GOOD.items()} | measures
    return {f.rule: f for f in judge(measured(whole), BARBELL)}


def test_a_good_rep_is_all_ok_in_the_order_of_the_contract():
    findings = judge(measured({name: sure(value) for name, value in GOOD.items()}), BARBELL)
    assert [f.rule for f in findings] == list(BARBELL.limits)
    assert {f.verdict for f in findings} == {"ok"}
    assert all(f.cue is None and f.at_s == 2.5 for f in findings)


def test_nothing_seen_is_nothing_judged():
    findings = judge(measured({}), BARBELL)
    assert {f.verdict for f in findings} == {"not_assessable"}
    assert all(f.cue is None and f.estimate is None and f.why for f in findings)


@pytest.mark.parametrize("name", profile_names())
def test_a_rule_that_does_not_apply_gives_no_finding(name: str):
    profile = load_profile(name)
    assert [f.rule for f in judge(measured({}), profile)] == list(profile.limits)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_a_file_that_reads_like_a_sentence(name: str):
    module = importlib.import_module(f"thrustcam.rules.{name}")
    rule = RULES[name]
    assert module.RULE is rule
    assert rule.name == name
    assert rule.what
    assert module.__doc__
    assert "." in module.__doc__


def test_severities_are_those_of_the_contract():
    form = {"shin_vertical", "lockout", "hyperextension", "knee_cave", "bounce", "range", "heel_lift"}
    assert {name for name, rule in RULES.items() if rule.severity == "form"} == form


@pytest.mark.parametrize(
    ("rule", "measure", "value", "cue", "why"),
    [
        ("shin_vertical", "shin_deg", 14, "Step your feet a little further from your hips.", "14° forward"),
        ("shin_vertical", "shin_deg", -14, "Bring your feet a little closer to your hips.", "14° back"),
        ("lockout", "hip_deg", 166, "Drive your hips all the way up and squeeze your glutes.",
         "Hips 14° short of a straight line at the top."),
        ("hyperextension", "hip_deg", 197, "Stop at the straight line and keep your ribs down.",
         "Hips 17° past a straight line at the top."),
        ("hyperextension", "lumbar_arch_deg", 22, "Keep your ribs down and lead with your pelvis.", "22°"),
        ("knee_cave", "knee_cave_deg", 11, "Keep each knee out over its toes.", "11°"),
        ("range", "range", 0.71, "Go as deep and as high as in your best rep.", "71%"),
        ("tempo", "up_s", 0.4, "Slow the way up and keep it smooth.", "Up in 0.40 s, at least 0.60 s"),
        ("tempo", "down_s", 0.7, "Lower your hips slowly, all the way down.",
         "Down in 0.70 s, at least 1.00 s"),
        ("top_hold", "top_s", 0.1, "Squeeze and hold the top a little longer.", "0.10 s"),
        ("knee_angle", "knee_deg", 66, "Step your feet a little further from your hips.", "66°"),
        ("knee_angle", "knee_deg", 121, "Bring your feet a little closer to your hips.", "121°"),
        ("heel_lift", "heel_rise", 0.09, "Push through your heels and keep them down.", "9%"),
        ("chin_tuck", "neck_deg", -28, "Tuck your chin and look toward your knees.", "Head dropped back 28°"),
        ("bench_slide", "shoulder_drift", 0.17, "Pin your shoulder blades to the bench edge.", "17%"),
        ("hip_level", "hip_level_deg", 9, "Keep both hips level as you drive up.", "tilted 9°"),
        ("hip_level", "hip_level_deg", -9, "Keep both hips level as you drive up.", "tilted 9°"),
        ("stance", "stance", 0.5, "Set your feet a little wider.", "Feet only 0.5 hip widths apart"),
        ("stance", "stance", 2.4, "Set your feet a little narrower.", "Feet 2.4 hip widths apart"),
    ],
)  # fmt: skip
def test_a_fault_gets_its_cue_and_its_number(rule: str, measure: str, value: float, cue: str, why: str):
    bad = sure(value, at_s=3.3)
    found = judged(**{measure: bad})[rule]
    assert (found.verdict, found.cue, found.at_s) == ("fault", cue, 3.3)
    assert why in found.why
    assert found.estimate is bad
    assert found.limit == BARBELL.limits[rule][measure]


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if len(rule.words) == 1])
def test_one_number_at_the_edge_is_unsure_and_unseen_is_not_assessable(rule: str):
    (measure,) = RULES[rule].words
    limit = BARBELL.limits[rule][measure]
    for edge in filter(math.isfinite, (limit.low, limit.high)):
        doubtful = finding(rule, **{measure: about(edge, 0.01)})
        assert (doubtful.verdict, doubtful.cue) == ("unsure", None)
        assert doubtful.why.startswith("Too close to call: ")
    unseen = finding(rule, **{measure: Unseen("Film from the side.")})
    assert (unseen.verdict, unseen.estimate, unseen.why) == ("not_assessable", None, "Film from the side.")


CUT = Unseen("The clip ends before the hips are down.")


@pytest.mark.parametrize(
    ("up", "down", "verdict", "deciding"),
    [
        (sure(1.2), sure(1.1), "ok", "down_s"),
        (sure(0.7), sure(1.9), "ok", "up_s"),
        (sure(0.4), sure(1.9), "fault", "up_s"),
        (sure(0.5), sure(0.4), "fault", "down_s"),
        (sure(0.1), sure(0.9), "fault", "up_s"),
        (sure(0.4), about(1.0, 0.1), "fault", "up_s"),
        (about(0.6, 0.1), sure(1.9), "unsure", "up_s"),
        (sure(0.4), CUT, "fault", "up_s"),
        (sure(1.2), CUT, "not_assessable", None),
        (about(0.6, 0.1), CUT, "unsure", "up_s"),
        (CUT, sure(0.5), "fault", "down_s"),
        (CUT, sure(1.5), "not_assessable", None),
    ],
)
def test_tempo_is_judged_on_the_worse_way(up: Measured, down: Measured, verdict: str, deciding: str | None):
    found = finding("tempo", up_s=up, down_s=down)
    assert found.verdict == verdict
    assert found.estimate is {"up_s": up, "down_s": down, None: None}[deciding]
    if deciding:
        assert found.limit == BARBELL.limits["tempo"][deciding]


HIDDEN = Unseen("The bench hides the lower back.")


@pytest.mark.parametrize(
    ("hips", "arch", "verdict", "deciding"),
    [
        (sure(178), sure(3), "ok", "hip_deg"),
        (sure(178), HIDDEN, "ok", "hip_deg"),
        (sure(199), HIDDEN, "fault", "hip_deg"),
        (about(190, 3), HIDDEN, "unsure", "hip_deg"),
        (sure(199), sure(3), "fault", "hip_deg"),
        (sure(178), sure(25), "fault", "lumbar_arch_deg"),
        (sure(178), about(8, 3), "unsure", "lumbar_arch_deg"),
        (about(190, 3), sure(3), "unsure", "hip_deg"),
        (HIDDEN, sure(3), "not_assessable", None),
        (HIDDEN, sure(25), "fault", "lumbar_arch_deg"),
        (HIDDEN, HIDDEN, "not_assessable", None),
    ],
)
def test_hyperextension_is_hips_or_arch(hips: Measured, arch: Measured, verdict: str, deciding: str | None):
    found = finding("hyperextension", hip_deg=hips, lumbar_arch_deg=arch)
    assert found.verdict == verdict
    assert found.estimate is {"hip_deg": hips, "lumbar_arch_deg": arch, None: None}[deciding]


LAST = Unseen("No rep follows.")


@pytest.mark.parametrize(
    ("dwell", "rebound", "verdict", "deciding"),
    [
        (sure(1.9), sure(0.3), "ok", "dwell"),
        (sure(1.9), sure(2.0), "ok", "dwell"),
        (sure(1.9), LAST, "ok", "dwell"),
        (sure(0.05), sure(0.3), "ok", "rebound_g"),
        (sure(0.05), sure(2.0), "fault", "rebound_g"),
        (about(1.0, 0.05), sure(2.0), "unsure", "dwell"),
        (sure(0.05), about(0.5, 0.1), "unsure", "rebound_g"),
        (about(1.0, 0.05), sure(0.3), "ok", "rebound_g"),
        (LAST, sure(0.3), "ok", "rebound_g"),
        (LAST, sure(2.0), "not_assessable", None),
        (LAST, about(0.8, 0.1), "not_assessable", None),
        (sure(0.05), LAST, "not_assessable", None),
        (LAST, LAST, "not_assessable", None),
    ],
)
def test_a_bounce_is_no_dwell_and_a_rebound(
    dwell: Measured, rebound: Measured, verdict: str, deciding: str | None
):
    found = finding("bounce", dwell=dwell, rebound_g=rebound)
    assert found.verdict == verdict
    assert found.estimate is {"dwell": dwell, "rebound_g": rebound, None: None}[deciding]
    assert (found.cue is not None) == (verdict == "fault")


@st.composite
def reps(draw: st.DrawFn, unseen: bool = True) -> dict[str, Measured]:
    """Measures around their good value and far from it, sharp and blurred."""
    measures: dict[str, Measured] = {}
    for name in MEASURES:
        if unseen and draw(st.integers(0, 9)) == 0:
            measures[name] = Unseen(f"Film so that {name} shows.")
            continue
        scale = max(abs(GOOD[name]), 20 * (name.endswith("_deg")))
        value = GOOD[name] + draw(st.floats(-1.5, 1.5)) * scale
        low, high = (draw(st.floats(0, 0.3)) * scale for _ in "lh")
        measures[name] = Estimate(value, value - low, value + high, draw(st.floats(0, 60)))
    return measures


@given(reps(), st.sampled_from(profile_names()))
def test_every_finding_keeps_the_contract(measures: dict[str, Measured], name: str):
    profile = load_profile(name)
    for found in judge(measured(measures), profile):
        assert (found.cue is not None) == (found.verdict == "fault")
        assert found.cue is None or (found.cue.endswith(".") and found.cue.count(".") == 1)
        assert found.why.endswith(".")
        assert not {"{", "}"} & set(found.why)
        assert "inf" not in found.why
        if found.estimate is None:
            assert found.verdict == "not_assessable"
            continue
        assert found.limit in profile.limits[found.rule].values()
        assert found.verdict == found.limit.verdict(found.estimate)
        outside = found.estimate.high < found.limit.low or found.estimate.low > found.limit.high
        assert (found.verdict == "fault") == outside


@given(reps(unseen=False), st.data())
def test_knowing_less_never_finds_more(measures: dict[str, Measured], data: st.DataObject):
    def blur(measure: Measured) -> Measured:
        assert isinstance(measure, Estimate)
        low, high = (data.draw(st.floats(0, 50)) for _ in "lh")
        return Estimate(measure.value, measure.low - low, measure.high + high, measure.at_s)

    sharp = judge(measured(measures), BARBELL)
    blurred = judge(measured({name: blur(measure) for name, measure in measures.items()}), BARBELL)
    for before, after in zip(sharp, blurred, strict=True):
        assert after.verdict in {before.verdict, "unsure"}


def test_every_side_a_rule_speaks_of_has_a_cue_in_a_coachs_words():
    for rule in RULES.values():
        for word in rule.words.values():
            sides = [side for side in (word.too_low, word.too_high) if side]
            assert sides
            for cue, why in sides:
                assert cue[0].isupper()
                assert cue.endswith(".")
                assert len(cue.split()) <= 11
                assert not any(c.isdigit() for c in cue)
                said = word.say(why, 1.0, Limit(0.5, INF))
                assert any(c.isdigit() for c in said)
