"""Outlines drawn at known places come back to a fraction of a pixel."""

from __future__ import annotations

import drawn_plates as drawn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thrustcam.plates.outline import Ellipse, fit, shifted

WIDTH, HEIGHT = 320, 240
ROUNDS = (0.15, 0.10, 0.06)


def near(e: Ellipse, dx: float, dy: float, size: float) -> Ellipse:
    """Where it might have been expected: beside, larger or smaller, in radii."""
    return e.at(e.x + dx * e.rx, e.y + dy * e.ry).times(1 + size)


@st.composite
def turned_plates(draw: st.DrawFn) -> Ellipse:
    ry = draw(st.floats(35, 60))
    rx = ry * draw(st.floats(0.6, 1))
    return Ellipse(draw(st.floats(140, 180)), draw(st.floats(105, 135)), rx, ry, draw(st.floats(-0.3, 0.3)))


@given(turned_plates(), st.tuples(*[st.floats(-0.08, 0.08)] * 3))
@settings(max_examples=40)
def test_a_drawn_ellipse_is_found_to_a_fraction_of_a_pixel(true, wrong):
    found = fit(drawn.picture(WIDTH, HEIGHT, true), near(true, *wrong), 0.2, 0.5, ROUNDS)
    e = found.ellipse
    assert (e.x, e.y) == (pytest.approx(true.x, abs=0.2), pytest.approx(true.y, abs=0.2))
    assert (e.rx, e.ry) == (pytest.approx(true.rx, abs=0.3), pytest.approx(true.ry, abs=0.3))
    assert e.lean == pytest.approx(true.lean, abs=0.05)
    assert found.support > 0.9
    assert found.error < 0.02


TRUE = Ellipse(160, 120, 48, 50)


def test_noise_and_a_dim_picture_move_it_little():
    image = drawn.noisy(drawn.picture(WIDTH, HEIGHT, TRUE, contrast=0.4), 6)
    found = fit(image, near(TRUE, 0.05, -0.05, 0.04), 0.2, 3.0, ROUNDS)
    assert (found.ellipse.x, found.ellipse.y) == (pytest.approx(160, abs=0.7), pytest.approx(120, abs=0.7))
    assert found.support > 0.7


def test_half_an_outline_is_enough_when_one_knows_which_half():
    image = drawn.picture(WIDTH, HEIGHT, TRUE)
    image[124:] = drawn.picture(WIDTH, HEIGHT, TRUE.at(166, 126))[
        124:
    ]  # something in front of the lower half
    upper = np.sin(np.linspace(0, 2 * np.pi, 72, endpoint=False)) < 0
    found = fit(image, near(TRUE, 0.04, 0.03, 0.0), 0.2, 15.0, ROUNDS, visible=upper)
    assert (found.ellipse.x, found.ellipse.y) == (pytest.approx(160, abs=0.6), pytest.approx(120, abs=1.0))
    assert found.support > 0.9
    whole = fit(image, near(TRUE, 0.04, 0.03, 0.0), 0.2, 15.0, ROUNDS)
    assert np.hypot(whole.ellipse.x - 160, whole.ellipse.y - 120) > 1.5


def test_a_plate_half_out_of_the_picture_has_half_the_support():
    true = TRUE.at(WIDTH, 120)
    found = fit(drawn.picture(WIDTH, HEIGHT, true), true, 0.2, 15.0, ROUNDS)
    assert 0.3 < found.support < 0.6
    assert found.ellipse.x == pytest.approx(WIDTH, abs=1.5)


def test_an_empty_picture_supports_nothing():
    empty = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    assert fit(empty, TRUE, 0.2, 3.0, ROUNDS).support == 0
    assert fit(drawn.noisy(empty, 4), TRUE, 0.2, 3.0, ROUNDS).support < 0.2


def test_stiffness_holds_the_size():
    expected = TRUE.times(0.93)
    image = drawn.picture(WIDTH, HEIGHT, TRUE)
    loose, stiff = (fit(image, expected, 0.2, s, (0.12,)).ellipse.ry for s in (0.5, 600.0))
    assert loose == pytest.approx(TRUE.ry, abs=0.6)
    assert stiff < (expected.ry + TRUE.ry) / 2


@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
@settings(max_examples=20)
def test_a_jump_is_followed(dx, dy):
    image = drawn.picture(WIDTH, HEIGHT, TRUE)
    found = shifted(image, near(TRUE, dx, dy, 0.0), 0.25)
    assert (found.x, found.y) == (pytest.approx(160, abs=2.5), pytest.approx(120, abs=2.5))


@given(st.floats(20, 60), st.floats(0.4, 1), st.floats(-0.8, 0.8))
def test_an_ellipses_numbers_agree_with_its_rim(ry, narrow, lean):
    e = Ellipse(10, -20, narrow * ry, ry, lean)
    x, y = e.rim
    assert x.max() - 10 == pytest.approx(e.rx, rel=0.01)
    assert y.max() + 20 == pytest.approx(e.ry, rel=0.01)
    assert np.hypot(x - 10, y + 20).max() == pytest.approx(e.long, rel=0.01)
    assert np.hypot(x - 10, y + 20).min() == pytest.approx(e.long * e.view[0], rel=0.01, abs=0.3)
    same = e.stepped(np.zeros(5)).matrix
    assert same @ same.T == pytest.approx(e.matrix @ e.matrix.T)
