"""The far plate beside the near one, and none where it is hidden."""

from __future__ import annotations

from dataclasses import replace

import drawn_plates as drawn
import numpy as np
import pytest
from bodies import BENCH, Camera

from thrustcam.motion.bar import find_bar
from thrustcam.plates.far import far_plate
from thrustcam.plates.outline import Ellipse

WIDTH, HEIGHT = 640, 480
NEAR = Ellipse(300, 280, 80, 80)


def pictured(dx: float, dy: float, shrinks: float, seed: int = 0) -> tuple[np.ndarray, Ellipse]:
    """Both plates; the far one `dx`, `dy` near radii beside the near one, and partly behind it."""
    radius = shrinks * NEAR.ry
    far = Ellipse(NEAR.x + dx * NEAR.rx, NEAR.y + dy * NEAR.ry, radius, radius)
    image = drawn.plate(drawn.gym(WIDTH, HEIGHT, seed), far, 0.9)
    return drawn.plate(image, NEAR), far


@pytest.mark.parametrize(
    ("dx", "dy", "shrinks"), [(1.2, -0.4, 0.66), (-1.2, -0.4, 0.66), (0.7, -0.8, 0.7), (1.6, -0.2, 0.6)]
)
def test_it_is_found_beside_the_near_one(dx, dy, shrinks):
    image, true = pictured(dx, dy, shrinks)
    found = far_plate(image, NEAR)
    assert found is not None
    assert np.hypot(found.x - true.x, found.y - true.y) < 0.1 * NEAR.ry
    assert found.long == pytest.approx(true.long, rel=0.08)


def test_a_body_may_hide_its_lower_half():
    image, true = pictured(1.2, -0.4, 0.66)
    image[int(true.y) + 10 :, int(NEAR.x + 82) :] = 90
    found = far_plate(image, NEAR)
    assert found is not None
    assert np.hypot(found.x - true.x, found.y - true.y) < 0.1 * NEAR.ry


def test_none_where_there_is_none():
    assert far_plate(drawn.picture(WIDTH, HEIGHT, NEAR), NEAR) is None


@pytest.mark.parametrize("seed", range(4))
def test_clutter_that_is_mistaken_for_one_makes_no_bar(seed):
    """It stays behind when the near plate goes up."""
    gym, track = drawn.gym(WIDTH, HEIGHT, seed), Camera().film(BENCH.body(np.arange(12) / 5, np.zeros(12)))
    plate, far = np.zeros((12, 5)), np.full((12, 3), np.nan)
    for row, y in enumerate(np.linspace(340, 160, 12)):
        near = NEAR.at(NEAR.x, float(y))
        plate[row, :4] = near.x, near.y, near.rx, near.ry
        found = far_plate(drawn.plate(gym.copy(), near), near)
        far[row] = (found.x, found.y, found.long) if found else np.nan
    assert find_bar(replace(track, plate=plate, far_plate=far)) is None


def test_none_where_the_near_one_hides_it():
    image, _ = pictured(0.1, -0.1, 0.66)
    assert far_plate(image, NEAR) is None


@pytest.mark.parametrize(("dx", "dy", "shrinks"), [(1.5, -0.4, 0.95), (1.2, -0.4, 0.35), (0.9, 1.3, 0.66)])
def test_none_of_another_size_or_below(dx, dy, shrinks):
    image, _ = pictured(dx, dy, shrinks)
    assert far_plate(image, NEAR) is None


def test_none_outside_the_picture():
    image, _ = pictured(1.2, -0.4, 0.66)
    assert far_plate(image, NEAR.at(-900, -900)) is None
