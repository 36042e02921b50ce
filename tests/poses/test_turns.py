"""A leg that has turned by known angles from one glimpse to the next."""

from __future__ import annotations

from collections.abc import Sequence

import drawn_legs
import drawn_plates as drawn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thrustcam.plates.outline import Ellipse
from thrustcam.poses.turns import Looked, turns

ROOM = drawn.gym(640, 480, 3)
ANKLE, KNEE, HIP = np.array([[240.0, 400.0], [250.0, 290.0], [365.0, 300.0]])
NO_PLATE = np.full(4, np.nan)


def looked(thigh_deg: float, seed: int, plate: Ellipse | None = None) -> Looked:
    """A leg whose thigh has turned so far, perhaps with a plate before its hip."""
    leg = np.array([ANKLE, KNEE, KNEE + drawn_legs.turned(HIP - KNEE, thigh_deg)])
    image = drawn_legs.picture(ROOM, leg, seed)
    there = NO_PLATE
    if plate is not None:
        image = drawn.plate(image, plate)
        there = np.array([plate.x, plate.y, plate.rx, plate.ry])
    return Looked(drawn_legs.glimpse(image, np.array([ANKLE, KNEE, HIP])), KNEE, there)


def told(angles: Sequence[float], plates: Sequence[Ellipse | None] | None = None) -> np.ndarray:
    views = [
        looked(deg, seed, plate)
        for seed, (deg, plate) in enumerate(zip(angles, plates or [None] * len(angles), strict=True))
    ]
    return turns(views, HIP - KNEE, 24.0, 0.85)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(-6, 6), min_size=2, max_size=5))
def test_it_turns_by_what_the_thigh_turns(angles):
    differ = np.subtract.outer(angles, angles)
    off = np.abs(np.subtract.outer(told(angles), told(angles)) - differ)
    assert (off < 1.0 + 0.15 * np.abs(differ)).all()


def test_what_looks_the_same_has_not_turned():
    assert told([4.0] * 6) == pytest.approx([0] * 6, abs=0.2)


def test_a_plate_that_rises_before_the_hip_does_not_count():
    plates = [Ellipse(405.0, y, 75.0, 75.0) for y in (310.0, 285.0, 330.0)]
    assert told([0.0, 8.0, -6.0], plates) == pytest.approx([0, 8, -6], abs=1.5)


def test_a_thigh_behind_a_plate_is_not_found_again():
    hidden = Ellipse(310.0, 295.0, 100.0, 100.0)
    assert np.isnan(told([0.0, 0.0, 0.0], [None, hidden, None])).tolist() == [False, True, False]


def test_another_picture_is_not_taken_for_it():
    elsewhere = Looked(
        drawn_legs.glimpse(drawn.gym(640, 480, 8), np.array([ANKLE, KNEE, HIP])), KNEE, NO_PLATE
    )
    found = turns([looked(0.0, 1), elsewhere, looked(5.0, 2)], HIP - KNEE, 24.0)
    assert np.isnan(found).tolist() == [False, True, False]


def test_only_what_was_seen_is_compared():
    found = turns([looked(0.0, 1), None, looked(5.0, 2)], HIP - KNEE, 24.0)
    assert found[2] - found[0] == pytest.approx(5.0, abs=0.7)
    assert np.isnan(found[1])
    assert np.isnan(turns([looked(0.0, 1)], HIP - KNEE, 24.0)).all()
    assert turns([], HIP - KNEE, 24.0).shape == (0,)
