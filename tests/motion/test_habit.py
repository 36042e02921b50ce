"""A set's reps settled together: one shift for all, the differences kept."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.estimate import Estimate
from thrustcam.motion.habit import SHINS, TOPS, Habit, settle

HABITS = {"tops": TOPS, "shins": SHINS}


def settled(values: list[float], shift_sd: float, habit: Habit = TOPS) -> list[Estimate]:
    return settle(values, [float(i) for i in range(len(values))], shift_sd, habit)


def width(estimate: Estimate) -> float:
    return estimate.high - estimate.low


@given(st.sampled_from(sorted(HABITS)), st.data())
def test_intervals_hold_their_values_and_reps_keep_their_order(name, data):
    habit = HABITS[name]
    around = habit.kinds[0][1]
    anything = st.floats(max(habit.low, around - 40), min(habit.high, around + 40))
    values = sorted(data.draw(st.lists(anything, min_size=1, max_size=8)))
    found = settled(values, data.draw(st.floats(0.5, 10)), habit)
    for estimate in found:
        assert habit.low <= estimate.low <= estimate.value <= estimate.high <= habit.high
        assert math.isfinite(width(estimate))
    for before, after in pairwise(found):
        assert before.value <= after.value + 0.5  # half a step of the shift's grid, twice


@given(st.floats(-500, 500), st.floats(0.1, 40), st.sampled_from(sorted(HABITS)))
def test_an_absurd_value_still_has_an_interval(value, shift_sd, name):
    habit = HABITS[name]
    for estimate in settled([value, value, habit.kinds[0][1]], shift_sd, habit):
        assert habit.low <= estimate.low <= estimate.value <= estimate.high <= habit.high


def test_moments_stay_with_their_reps():
    assert [e.at_s for e in settle([179, 155, 179], [3.0, 7.5, 9.0], 4, TOPS)] == [3.0, 7.5, 9.0]
    assert settle([], [], 4, TOPS) == []


@pytest.mark.parametrize("shift", [-8, -4, 0, 4, 8])
def test_a_short_rep_among_usual_ones_is_found_whatever_the_body_shifts(shift):
    usual, short, *_ = settled([179 + shift, 155 + shift, 179 + shift, 179 + shift], 5)
    assert usual.low > 170
    assert usual.high < 190
    assert short.high < 170
    assert short.value - usual.value == pytest.approx(-24, abs=2)


def test_the_difference_is_known_better_than_the_level():
    alone = settled([168], 6)[0]
    usual, other = settled([166, 168, 166, 166], 6)[:2]
    assert width(other) < 0.5 * width(alone)
    assert other.value > usual.value


def test_one_rep_alone_leaves_its_shift_open():
    lone = settled([165], 6)[0]
    assert lone.low < 155
    assert lone.high > 180


def test_a_body_that_is_known_well_is_believed():
    doubtful, known = settled([161], 8)[0], settled([161], 1)[0]
    assert width(known) < 0.6 * width(doubtful)
    assert known.high < 170
    assert doubtful.value > known.value  # drawn toward how most reps are
    assert doubtful.high > 175


def test_an_arched_rep_is_told_from_straight_ones():
    straight, *_, arched = settled([179, 179, 179, 199], 6)
    assert straight.high < 190 < arched.low


def test_feet_too_close_are_told_when_one_rep_has_them():
    right, *_, close = settled([-2, -2, -2, 16], 6, SHINS)
    assert right.high < 10
    assert close.value == pytest.approx(16, abs=3)


def test_a_doubtful_rep_has_a_wider_interval_and_leaves_the_others_theirs():
    sure = settle([178.0, 178, 160, 178], [0.0, 1, 2, 3], 3, TOPS)
    told = settle([178.0, 178, 160, 178], [0.0, 1, 2, 3], 3, TOPS, [0.0, 0, 5, 0])
    assert width(told[2]) > 1.3 * width(sure[2])
    assert width(told[0]) == pytest.approx(width(sure[0]), rel=0.05)


def test_an_unusual_set_may_be_anywhere():
    """Between two kinds of reps no kind decides; what was measured does."""
    found = settled([135, 134, 136], 3)
    assert all(e.value == pytest.approx(135, abs=6) for e in found)


def test_equal_reps_are_one_piece_of_evidence() -> None:
    """A set short on every rep alike may be a body that only looks so: it is not called locked out."""
    alone = settle([163.0], [0.0], 6.0, TOPS)[0]
    among = settle([163.0] * 4, [0.0] * 4, 6.0, TOPS)[0]
    assert among.low < 170 < among.high
    assert among.low > alone.low - 5
