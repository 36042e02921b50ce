"""A plate's face goes where the plate goes; a circle that is none leaves behind what is inside."""

from __future__ import annotations

import cv2
import drawn_plates as drawn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.plates.inside import Inside, stays_behind
from thrustcam.plates.outline import Ellipse

WIDTH, HEIGHT, RADIUS = 480, 360, 50.0
GYM = drawn.gym(WIDTH, HEIGHT)
WAY = [240 - 80 * (1 - np.cos(0.4 * i)) / 2 for i in range(63)]  # up and down four times


def at(y: float, x: float = 240.0) -> Ellipse:
    return Ellipse(x, y, RADIUS, RADIUS)


def ring(e: Ellipse) -> NDArray[np.uint8]:
    """Only an outline, with the gym in it."""
    centre = round(e.x), round(e.y)
    return np.asarray(cv2.circle(GYM.copy(), centre, round(e.ry), (20, 20, 20), 4, cv2.LINE_AA), np.uint8)


def solid(e: Ellipse, seed: int = 0) -> NDArray[np.uint8]:
    return drawn.noisy(drawn.plate(GYM.copy(), e), 3, seed)


def told(draw) -> list[float | None]:
    inside = Inside()
    return [inside.stays_since(Frame(i, i / 10, draw(at(y))), at(y)) for i, y in enumerate(WAY)]


@given(st.integers(30, 80), st.integers(-80, 80))
def test_a_plate_takes_its_face_along_and_a_ring_does_not(up, aside):
    was, now = at(240), at(240.0 - up, 240.0 + aside)
    plate = stays_behind(solid(was), was, solid(now, 1), now)
    empty = stays_behind(ring(was), was, ring(now), now)
    assert plate is not None
    assert empty is not None
    assert plate < 0.35
    assert empty > 0.5


def test_nothing_is_told_where_it_leaves_the_picture():
    was, now = at(240), at(30)
    assert stays_behind(solid(was), was, solid(now), now) is None


def test_in_an_empty_picture_nothing_speaks_for_either():
    blank = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    assert stays_behind(blank, at(240), blank, at(200)) == pytest.approx(0.5)


def test_a_ring_is_no_plate_since_it_was_first_seen():
    since = told(ring)
    assert set(since) == {None, 0.0}
    assert since.index(0.0) < 16, "within the first rep"


def test_nothing_speaks_against_a_plate():
    assert told(solid) == [None] * len(WAY)


def test_a_hand_before_it_for_a_moment_is_forgiven():
    def handled(e: Ellipse) -> NDArray[np.uint8]:
        image = solid(e)
        if e.y < 165:
            image[140:190, 200:270] = (190, 140, 120)
        return image

    assert told(handled) == [None] * len(WAY)


@pytest.mark.parametrize("spin_deg", [20, 90])
def test_an_inscription_that_turns_on_the_way_up_is_forgiven(spin_deg):
    def lettered(e: Ellipse) -> NDArray[np.uint8]:
        image, middle = solid(e), (round(e.x), round(e.y))
        white = np.zeros_like(image)
        cv2.putText(white, "20 KG", (middle[0] - 32, middle[1] - 22), 0, 0.7, (230, 230, 230), 2)
        turn = cv2.getRotationMatrix2D(middle, spin_deg * (240 - e.y) / 80, 1.0)
        return np.maximum(image, cv2.warpAffine(white, turn, (WIDTH, HEIGHT)))

    assert told(lettered) == [None] * len(WAY)


def test_what_becomes_none_was_a_plate_before():
    inside, since = Inside(), []
    for i, y in enumerate([*WAY, *WAY]):
        image = (solid if i < len(WAY) else ring)(at(y))
        since.append(inside.stays_since(Frame(i, i / 10, image), at(y)))
    none = [s for s in since if s is not None]
    assert none
    assert len(WAY) / 10 - 1.0 < none[0] < len(WAY) / 10 + 1.0
