"""Hips past the line and hips short of it, told apart by the arch of the lower back."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.arch import hips_and_arches
from thrustcam.motion.estimate import Estimate, Measured, Unseen

NAN = float("nan")


def told(hips: list[float], arches: list[float], shift_sd: float = 6) -> list[tuple[Estimate, Measured]]:
    return hips_and_arches(hips, arches, [float(i) for i in range(len(hips))], shift_sd)


def back(measured: Measured) -> Estimate:
    assert isinstance(measured, Estimate), measured
    return measured


def test_an_arched_rep_on_a_body_that_looks_short_is_past_the_line():
    """Four tops at 163° and one at 187°: by hips alone the four may be short and the one straight."""
    hips = [163.0, 163, 187, 163, 163]
    alone = told(hips, [NAN] * 5)[2][0]
    hip, arch = told(hips, [0.0, 0, 20, 0, 0])[2]
    assert alone.low < 190 < alone.high
    assert hip.low > 190
    assert back(arch).low > 10


def test_a_flat_back_says_that_the_others_were_short():
    hips = [163.0, 163, 187, 163, 163]
    alone, flat = told(hips, [NAN] * 5), told(hips, [0.0] * 5)
    for (before, _), (after, arch) in zip(alone, flat, strict=True):
        assert after.value < before.value - 10
        assert back(arch).high < 15


def test_an_arch_with_the_hips_short_of_the_line_is_told_too():
    *_, (hip, arch) = told([179.0, 179, 179, 160], [0.0, 0, 0, 28], 3)
    assert hip.high < 180
    assert back(arch).value > 15


def test_an_arch_on_every_rep_is_not_called_flat():
    """All tops alike show no difference; hips at 203° say what it is."""
    for _, arch in told([203.0] * 4, [0.0] * 4, 3):
        assert back(arch).high > 10


def test_one_glitch_does_not_make_an_arch():
    """The pose model threw one top about; its hips are where they were."""
    hips = told([179.0, 179, 179, 179], [0.0, 0, 0, 12], 3)
    assert hips[3][0].high < 190
    assert back(hips[3][1]).low < 10


def test_where_the_arch_was_not_seen_hips_stand_alone():
    found = told([179.0, 199], [NAN, NAN])
    assert [e.at_s for e, _ in found] == [0.0, 1.0]
    for _, arch in found:
        assert isinstance(arch, Unseen)
        assert "at least three" in arch.why
    assert hips_and_arches([], [], [], 5) == []


@given(
    st.lists(st.tuples(st.floats(120, 220), st.floats(-90, 90)), min_size=1, max_size=8), st.floats(0.5, 12)
)
def test_any_reading_has_finite_intervals_that_hold_their_values(tops, shift_sd):
    for hip, arch in told([h for h, _ in tops], [a for _, a in tops], shift_sd):
        for one in (hip, back(arch)):
            assert one.low <= one.value <= one.high
            assert math.isfinite(one.high - one.low)


def test_the_more_arched_it_looks_the_more_it_is():
    arches = [back(told([179.0, 179, 179, 195], [0.0, 0, 0, seen])[3][1]).value for seen in range(0, 31, 3)]
    assert all(after >= before - 0.5 for before, after in pairwise(arches))
    assert arches[-1] > 22
