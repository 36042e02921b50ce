"""Knees that follow from shins and hips."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.estimate import Estimate
from thrustcam.motion.knee import knees


def around(values: list[float], half: float) -> list[Estimate]:
    return [Estimate.around(value, half, 0.0) for value in values]


def found(
    knee: list[float],
    *,
    seen: tuple[float, float] = (0.0, 180.0),
    told: tuple[float, float] = (0.0, 180.0),
    half: float = 4.0,
    body_sd: float = 3.0,
) -> list[Estimate]:
    """The knees of tops that are all alike but for what is seen of the knees."""
    n = len(knee)
    shins, hips = around([told[0]] * n, half), around([told[1]] * n, half)
    alone = {"shin_deg": [seen[0]] * n, "hip_deg": [seen[1]] * n, "knee_deg": knee}
    return knees(alone, shins, hips, body_sd, [float(i) for i in range(n)], planted=np.ones(n, bool))


def width(estimate: Estimate) -> float:
    return estimate.high - estimate.low


def test_shins_and_hips_that_were_right_leave_the_set_s_knee_alone():
    assert [e.value for e in found([90, 91, 95])] == pytest.approx([91] * 3)
    assert [e.at_s for e in found([90, 91, 95])] == [0.0, 1.0, 2.0]


def test_what_was_wrong_with_shin_and_hip_is_wrong_with_the_knee():
    assert found([95], seen=(-5.0, 180.0))[0].value == pytest.approx(90.75)
    assert found([93], seen=(0.0, 185.0))[0].value == pytest.approx(91.5)


def test_reps_differ_as_their_shins_and_hips_do():
    alone = {"shin_deg": [0.0, -20.0, 0.0], "hip_deg": [180.0, 180.0, 200.0], "knee_deg": [90.0, 100.0, 98.0]}
    shins, hips = around(alone["shin_deg"], 4), around(alone["hip_deg"], 4)
    values = [e.value for e in knees(alone, shins, hips, 3.0, [1.0, 2.0, 3.0], planted=np.ones(3, bool))]
    assert values == pytest.approx([90.0, 100.0, 98.0])


def test_doubt_adds_up():
    assert width(found([90], half=10)[0]) > width(found([90], half=2)[0]) > 0
    assert width(found([90], body_sd=5.0)[0]) > width(found([90], body_sd=2.0)[0])


@given(st.lists(st.floats(60, 130), min_size=1, max_size=8), st.floats(-20, 20))
def test_the_set_s_level_is_that_of_its_knees(knee, shift):
    before, after = found(knee), found([one + shift for one in knee])
    for a, b in zip(before, after, strict=True):
        assert b.value - a.value == pytest.approx(shift, abs=1e-6)
        assert a.low < a.value < a.high
