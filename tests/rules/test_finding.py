"""A number against its limit: the contract's four verdicts, and the sentences that go with them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.rules.finding import Finding, Limit, Word, compare, strictest

SHIN = Word(
    "shin angle",
    "deg",
    "{off} from vertical.",
    ("Feet in.", "{off} back."),
    ("Feet out.", "{value} forward."),
)
numbers = st.floats(-200, 200)
widths = st.floats(0, 100)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    low = draw(st.floats(-100, 99) | st.just(-math.inf))
    high = draw(st.floats(max(low, -100) + 0.01, 100) | st.just(math.inf))
    return Limit(low, high)


@given(limits(), numbers, widths)
def test_a_fault_is_an_interval_that_shares_nothing_with_the_limit(limit: Limit, value: float, width: float):
    estimate = Estimate.around(value, width, 1.0)
    shared = max(limit.low, estimate.low) <= min(limit.high, estimate.high)
    assert (limit.verdict(estimate) == "fault") == (not shared)
    inside = limit.low <= estimate.low and estimate.high <= limit.high
    assert (limit.verdict(estimate) == "ok") == inside


@given(limits(), numbers, widths, widths, widths)
def test_knowing_less_only_ever_makes_unsure(
    limit: Limit, value: float, width: float, more: float, most: float
):
    before = limit.verdict(Estimate.around(value, width, 1.0))
    after = limit.verdict(Estimate(value, value - width - more, value + width + most, 1.0))
    assert after in {before, "unsure"}


@given(limits(), numbers)
def test_excess_is_zero_inside_and_the_distance_outside(limit: Limit, value: float):
    assert (limit.excess(value) == 0) == (limit.low <= value <= limit.high)
    assert limit.excess(value) == max(limit.beyond(value), 0)


@pytest.mark.parametrize(
    ("low", "high"), [(1, 1), (2, 1), (math.nan, 1), (0, math.nan), (math.inf, math.inf)]
)
def test_an_empty_limit_is_refused(low: float, high: float):
    with pytest.raises(ValueError, match="low < high"):
        Limit(low, high)


def test_a_limit_on_one_side_has_none_on_the_other_in_json():
    assert Limit(170, math.inf).as_pair() == [170, None]
    assert Limit(-math.inf, 6).as_pair() == [None, 6]


@pytest.mark.parametrize(
    ("value", "width", "verdict", "cue", "why"),
    [
        (6.1, 2, "ok", None, "6° from vertical."),
        (-6.1, 2, "ok", None, "6° from vertical."),
        (-0.2, 2, "ok", None, "0° from vertical."),
        (14, 2, "fault", "Feet out.", "14° forward."),
        (-14, 2, "fault", "Feet in.", "14° back."),
        (10, 0, "ok", None, "10° from vertical."),
        (
            9,
            4,
            "unsure",
            None,
            "Too close to call: shin angle 9°, somewhere from 5° to 13°; asked is -10° to 10°.",
        ),
    ],
)
def test_compare_says_what_it_saw(value: float, width: float, verdict: str, cue: str | None, why: str):
    estimate = Estimate.around(value, width, 3.5)
    finding = compare("shin_vertical", "form", estimate, Limit(-10, 10), SHIN)
    assert (finding.verdict, finding.cue, finding.why) == (verdict, cue, why)
    assert finding.estimate is estimate
    assert finding.at_s == 3.5


def test_unseen_is_not_assessable_and_says_what_would_show_it():
    finding = compare("shin_vertical", "form", Unseen("Film from the side."), Limit(-10, 10), SHIN)
    assert finding == Finding(
        "shin_vertical", "form", "not_assessable", None, Limit(-10, 10), "deg", None, "Film from the side."
    )
    assert finding.at_s is None


@pytest.mark.parametrize(
    ("limit", "asked"),
    [
        (Limit(170, math.inf), "at least 170°"),
        (Limit(-math.inf, 170), "at most 170°"),
        (Limit(0, 170), "0° to 170°"),
    ],
)
def test_doubt_names_the_limit_there_is(limit: Limit, asked: str):
    assert SHIN.doubt(Estimate.around(170, 4, 1.0), limit).endswith(f"asked is {asked}.")


def test_a_number_is_written_without_minus_zero():
    assert SHIN.write(-0.4) == "0°"
    assert SHIN.write(-0.6) == "-1°"
    assert Word("rise", "ratio", "").write(-0.001) == "0%"
    assert Word("time", "s", "").write(0.5) == "0.50 s"


def test_a_side_without_words_is_a_mistake_of_the_profile():
    word = Word("hip angle", "deg", "fine.", too_low=("Up.", "short."))
    with pytest.raises(ValueError, match="no word"):
        compare("lockout", "form", Estimate.around(200, 1, 0), Limit(170, 180), word)


def test_the_strictest_finding_decides():
    def finding(value: float, width: float = 0) -> Finding:
        return compare("shin_vertical", "form", Estimate.around(value, width, 0), Limit(-10, 10), SHIN)

    unseen = compare("shin_vertical", "form", Unseen("Film."), Limit(-10, 10), SHIN)
    mild, bad, doubtful, fine, near = finding(12), finding(-30), finding(9, 5), finding(1), finding(8)
    assert strictest([fine, unseen, doubtful, mild, bad]) is bad
    assert strictest([fine, unseen, doubtful]) is doubtful
    assert strictest([fine, unseen]) is unseen
    assert strictest([fine, near]) is near
