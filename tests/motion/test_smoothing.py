"""Curves without lag, whatever the camera's clock does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thrustcam.motion.smoothing import CUTOFF_HZ, RATE_HZ, Curve, running_median, smooth


def swing(t, hz=0.5):
    return 0.5 - 0.5 * np.cos(2 * np.pi * hz * t)


@pytest.mark.parametrize("fps", [15, 25, 30, 60, 120])
def test_a_lift_keeps_its_times_and_its_height(fps):
    t = np.arange(0, 6, 1 / fps)
    curve = smooth(t, swing(t))
    assert np.diff(curve.t) == pytest.approx(1 / RATE_HZ)
    assert abs(curve.x - swing(curve.t)).max() < 0.01
    assert curve.t[curve.between(2, 4).x.argmax()] + 2 == pytest.approx(3.0, abs=0.02)


def test_jitter_goes():
    t = np.arange(0, 8, 1 / 60)
    noise = np.random.default_rng(0).normal(0, 0.02, len(t))
    off = smooth(t, swing(t) + noise).x - swing(smooth(t, swing(t)).t)
    assert off.std() < 0.6 * noise.std()


@pytest.mark.parametrize(("hz", "left"), [(CUTOFF_HZ / 4, 1.0), (CUTOFF_HZ, 0.5), (4 * CUTOFF_HZ, 0.0)])
def test_it_is_a_butterworth_filter_there_and_back(hz, left):
    t = np.arange(0, 8, 1 / RATE_HZ)
    curve = smooth(t, np.cos(2 * np.pi * hz * t)).between(2, 6)
    assert curve.x == pytest.approx(left * np.cos(2 * np.pi * hz * curve.t), abs=0.01)


@given(st.lists(st.floats(0.008, 0.08), min_size=60, max_size=120))
def test_uneven_times_do_not_bend_it(gaps):
    t = np.cumsum(gaps)
    curve = smooth(t, swing(t))
    assert abs(curve.x - swing(curve.t)).max() < 0.04


def test_missing_samples_are_bridged_and_missing_ends_are_left_out():
    t = np.arange(0, 4, 1 / 30)
    x = t.copy()
    x[:10] = x[40:50] = x[-5:] = np.nan
    curve = smooth(t, x)
    assert (curve.t[0], curve.t[-1]) == (pytest.approx(t[10]), pytest.approx(t[-6], abs=1 / RATE_HZ))
    assert curve.x == pytest.approx(curve.t, abs=0.01)


def test_a_constant_stays_one_however_short():
    for n in (2, 3, 10, 100):
        curve = smooth(np.arange(n) / 30, np.full(n, 0.3))
        assert curve.x == pytest.approx(0.3)


@pytest.mark.parametrize("x", [[], [1.0], [np.nan, 1.0, np.nan], [np.nan] * 5])
def test_a_curve_needs_two_samples(x):
    with pytest.raises(ValueError, match="two samples"):
        smooth(np.arange(len(x)) / 30, np.array(x, float))


def test_between_includes_both_ends():
    t = np.arange(11) / 10
    part = Curve(t, t * 2).between(0.2, 0.5)
    assert part.t == pytest.approx([0.2, 0.3, 0.4, 0.5])
    assert part.x == pytest.approx([0.4, 0.6, 0.8, 1.0])


samples = arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(-9, 9))


@given(samples, st.integers(0, 4))
def test_a_running_median_is_that_of_the_samples_around(x, half):
    calm = running_median(x, 2 * half + 1)
    for n in range(len(x)):
        around = x[np.clip(np.arange(n - half, n + half + 1), 0, len(x) - 1)]
        assert (calm[n] == np.median(around, axis=0)).all()


def test_a_running_median_does_not_break_where_long_samples_are_parted():
    x = np.sin(np.arange(2500) / 50)
    assert running_median(x, 9)[10:-10] == pytest.approx(x[10:-10], abs=0.02)
    assert running_median(x.reshape(-1, 1), 9)[:, 0] == pytest.approx(running_median(x, 9))
