"""What bodies that look alike share, and what is left of it for one that looks like none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thrustcam.motion.alike import AlikeModel, Covariance

GROUPS = np.array([0, 0, 1])
CHANCE = np.random.default_rng(5)
ROWS = CHANCE.normal(0, 1, (40, 3))


def model(truth, *, linear=(50.0, 50.0), alike=30.0, nearness=(1.0, 1.0), noise=0.2) -> AlikeModel:
    return AlikeModel(ROWS, GROUPS, truth, Covariance(np.array(linear), alike, np.array(nearness), noise))


def test_a_known_body_has_the_angle_it_is_known_to_have():
    truth = 90 + 8 * np.sin(2 * ROWS[:, 0]) + 3 * ROWS[:, 2]
    for row, angle in zip(ROWS, truth, strict=True):
        value, sd = model(truth)(row)
        assert value == pytest.approx(angle, abs=1.5)
        assert 0.4 < sd < 2.5


def test_bodies_that_look_alike_are_seen_wrongly_alike():
    """What no weighted sum can tell, near those who show it."""
    truth = 90 + 8 * np.sin(2 * ROWS[:, 0])
    left_out = [
        AlikeModel(np.delete(ROWS, i, 0), GROUPS, np.delete(truth, i), each.covariance)(ROWS[i])[0] - truth[i]
        for each in (model(truth), model(truth, alike=1e-6))
        for i in range(len(ROWS))
    ]
    with_alike, without = np.array(left_out).reshape(2, -1)
    assert np.sqrt((with_alike**2).mean()) < 0.7 * np.sqrt((without**2).mean())


def test_a_body_like_none_is_told_by_the_linear_part_and_with_doubt():
    truth = 90 + 4 * ROWS[:, 2]
    near, far = model(truth)(ROWS[0]), model(truth)(np.array([0.0, 0.0, 30.0]))
    assert far[0] == pytest.approx(90 + 4 * 30, rel=0.1)
    assert far[1] > 3 * near[1]


@given(st.floats(-60, 240), st.floats(0.5, 1.0))
def test_what_was_held_back_is_given_back(told, held):
    one = replace(model(90 + ROWS[:, 0]), held=held)
    assert one.unheld(one.mean + held * (told - one.mean)) == pytest.approx(told)


def test_a_landmark_thrown_about_moves_a_guarded_value_no_further():
    one = replace(model(90 + 4 * ROWS[:, 2]), held=0.8, stretch=1.5)
    value, half = one.guarded(ROWS[0])
    assert value == pytest.approx(one.unheld(one(ROWS[0])[0]))
    assert half == pytest.approx(1.96 * 1.5 * one(ROWS[0])[1] / 0.8)
    far, further = (one.guarded(np.array([0.0, 0.0, by])) for by in (10.0, 1000.0))
    assert far == further
    assert far[1] > half


@given(st.floats(-50, 50), st.integers(0, 39))
@settings(max_examples=25)
def test_more_degrees_for_all_are_more_degrees_for_each(more, which):
    truth = 90 + 4 * ROWS[:, 2]
    before, after = model(truth)(ROWS[which]), model(truth + more)(ROWS[which])
    assert after[0] - before[0] == pytest.approx(more, abs=1e-6)
    assert after[1] == pytest.approx(before[1])


def test_groups_weigh_by_the_mean_over_their_columns():
    one, other = np.array([[1.0, 3.0, 2.0]]), np.array([[2.0, 1.0, 5.0], [1.0, 3.0, 2.0]])
    shared = Covariance(np.array([1.0, 10.0]), 7.0, np.array([0.2, 0.4]), 1.0)(one, other, GROUPS)
    assert shared[0, 0] == pytest.approx(2.5 + 10 * 10 + 7 * np.exp(-0.5 * (0.2 * 2.5 + 0.4 * 9)))
    assert shared[0, 1] == pytest.approx(5 + 10 * 4 + 7)


def test_a_covariance_is_read_from_its_logarithms():
    found = Covariance.of(np.log([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    assert found.linear == pytest.approx([1, 4])
    assert found.nearness == pytest.approx([9, 16])
    assert (found.alike, found.noise) == pytest.approx((25, 36))
