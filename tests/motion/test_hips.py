"""How hips differ from top to top: by landmarks, by legs and by outlines that agree, or do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thrustcam.motion.hips import Hips, hips_seen
from thrustcam.motion.leaning import Lean
from thrustcam.motion.legs import Legs
from thrustcam.motion.tops import Top
from thrustcam.reps import Rep

UNSEEN = np.nan
SETS = arrays(float, 4, elements=st.floats(155, 205))


def seen(hips: list[float], outlines: list[float], *, by_bar: tuple[int, ...] = ()) -> Hips:
    """Tops whose hips the landmarks see so, whose legs were not found again, with those outlines."""
    n = len(hips)
    tops = [
        Top(
            Rep(place, 0.0, 1.0, 2.0, 3.0, None, True),
            {},
            {"hip_deg": Lean(hip, 3.0, 3.0)},
            0.0,
            by_bar=place in by_bar,
        )
        for place, hip in enumerate(hips)
    ]
    nothing = np.full(n, UNSEEN)
    return hips_seen(tops, Legs(nothing, nothing, np.ones(n, bool)), np.array(outlines))


def test_without_outlines_they_are_as_the_landmarks_see_them():
    for outlines in ([UNSEEN] * 3, [178.0, UNSEEN, UNSEEN]):
        found = seen([178.0, 179.0, 198.0], outlines)
        assert found.degrees.tolist() == [178.0, 179.0, 198.0]
        assert (found.doubts >= 2).all(), "nor were the legs found again"


@given(level=st.floats(-15, 15))
def test_the_level_of_outlines_changes_nothing(level):
    hips = [178.0, 180.0, 198.0]
    there = seen(hips, [178.0, 179.0, 190.0])
    moved = seen(hips, [178.0 + level, 179.0 + level, 190.0 + level])
    np.testing.assert_allclose(moved.degrees, there.degrees, atol=1e-9)
    np.testing.assert_allclose(moved.doubts, there.doubts, atol=1e-9)


@pytest.mark.parametrize("hip", [160.0, 198.0])
def test_an_outline_that_agrees_takes_doubts_away(hip):
    hips = [178.0, 178.0, hip, 178.0]
    alone, told = seen(hips, [UNSEEN] * 4, by_bar=(2,)), seen(hips, hips, by_bar=(2,))
    np.testing.assert_allclose(told.degrees, hips)
    assert (told.doubts < 0.8 * alone.doubts).all()


@pytest.mark.parametrize("hip", [160.0, 198.0])
def test_where_they_do_not_agree_it_is_in_between_and_in_doubt(hip):
    hips, outlines = [178.0, 178.0, hip, 178.0], [178.0] * 4
    told, agreed = seen(hips, outlines), seen(hips, hips)
    assert min(178, hip) + 2 < told.degrees[2] < max(178, hip) - 2
    assert told.doubts[2] > agreed.doubts[2] + 0.5
    assert seen(hips, outlines, by_bar=(2,)).degrees[2] == pytest.approx(178, abs=12)


def test_hips_that_are_hardly_open_are_in_no_picture_it_knows():
    hips = [178.0, 178.0, 140.0]
    assert seen(hips, [178.0, 178.0, 160.0]).degrees[2] == 140.0


@given(hips=SETS, outlines=SETS)
def test_never_beyond_what_either_says(hips, outlines):
    found = seen(hips.tolist(), outlines.tolist())
    off = outlines - hips
    assert (np.abs(found.degrees - hips) <= np.ptp(off) + 1e-9).all()
    assert np.isfinite(found.doubts).all()
    assert (found.doubts >= 0).all()
