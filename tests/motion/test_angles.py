"""The signs of the contract, and angles that run through 180 without folding."""

from __future__ import annotations

import bodies
import numpy as np
import pytest
from bodies import Body, posture
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.angles import Inclinations, inclinations

CHAIN = ("SHOULDER", "HIP", "KNEE", "ANKLE")


def seen(body: Body, side: int = 1) -> Inclinations:
    return inclinations(*(body.plane(name)[:, side] for name in CHAIN))


def held(**directions: float) -> Inclinations:
    return seen(Body.held(np.zeros(1), posture(**directions)[None], "ANKLE"))


@given(
    trunk=st.floats(91, 269),
    thigh=st.floats(-60, 60),
    shin=st.floats(-150, -30),
    scale=st.floats(0.01, 1000),
    away=st.tuples(st.floats(-100, 100), st.floats(-100, 100)),
)
def test_angles_of_a_known_posture_at_any_size_and_place(trunk, thigh, shin, scale, away):
    body = Body.held(np.zeros(1), posture(trunk=trunk, thigh=thigh, shin=shin)[None], "ANKLE")
    joints = (scale * (body.plane(name)[:, 1] + away) for name in CHAIN)
    found, true = inclinations(*joints), body.inclinations()
    for name in ("shin", "thigh", "trunk", "hip", "knee"):
        assert getattr(found, name) == pytest.approx(getattr(true, name), abs=1e-3), name


def test_straight_table_with_upright_shins():
    table = held(trunk=180, thigh=0, shin=-90)
    assert (table.shin, table.thigh, table.trunk) == (pytest.approx(0), pytest.approx(0), pytest.approx(0))
    assert (table.hip, table.knee) == (pytest.approx(180), pytest.approx(90))


def test_shin_is_positive_with_the_knee_nearer_the_toes():
    assert held(trunk=180, thigh=0, shin=-105).shin == pytest.approx(15)
    assert held(trunk=180, thigh=0, shin=-75).shin == pytest.approx(-15)


def test_knee_closes_as_the_feet_come_nearer():
    assert held(trunk=180, thigh=0, shin=-105).knee < 90 < held(trunk=180, thigh=0, shin=-75).knee


def test_trunk_is_positive_with_shoulders_over_hips_and_thigh_with_hips_over_knees():
    assert held(trunk=160, thigh=0).trunk == pytest.approx(20)
    assert held(trunk=180, thigh=-10).thigh == pytest.approx(10)


def test_hip_runs_through_180_as_the_hips_are_pushed_past_the_line():
    t = np.zeros(40)
    height = np.linspace(0.2, 0.53, 40)
    hip = seen(bodies.Body(t, bodies.BENCH.directions(height), bodies.BENCH.hip(height))).hip
    assert (np.diff(hip) > 0).all()
    assert hip[0] < 100
    assert hip[-1] > 190
