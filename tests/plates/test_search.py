"""Plates found from nothing, among things that are none."""

from __future__ import annotations

import drawn_plates as drawn
import numpy as np
import pytest

from thrustcam.plates.outline import Ellipse
from thrustcam.plates.search import EDGE_POINTS, LARGEST_PX, MORE_EDGE_POINTS, VIEWS, ellipses, shrink

WIDTH, HEIGHT = 640, 480


def sought(image: np.ndarray, radius: float, edge_points: int = EDGE_POINTS) -> list[Ellipse]:
    """Those found of about this size, in pixels of the whole picture."""
    grey, (x, y), factor = shrink(image, (WIDTH / 2, HEIGHT / 2), 400, 1.2 * radius)
    found = ellipses(grey, 0.6 * factor * radius, 1.2 * factor * radius, edge_points=edge_points)
    return [Ellipse(e.x / factor + x, e.y / factor + y, e.rx / factor, e.ry / factor, e.lean) for e in found]


def leaning(x: float, y: float, long: float, view: tuple[float, float]) -> Ellipse:
    """The ellipse of a plate of radius `long` in one of the views."""
    turn = np.radians(view[1])
    along = np.array([np.cos(turn), np.sin(turn)])
    m = long * (np.eye(2) - (1 - view[0]) * np.outer(along, along))
    rx, ry = np.hypot(*m[0]), np.hypot(*m[1])
    return Ellipse(x, y, float(rx), float(ry), float(m[0] @ m[1] / (rx * ry)))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("x", "y", "radius"), [(300, 250, 60), (420, 180, 45)])
def test_a_plate_in_any_view_is_among_the_first(view, x, y, radius):
    true = leaning(x, y, radius, view)
    image = drawn.plate(drawn.gym(WIDTH, HEIGHT), true)
    near = [e for e in sought(image, radius) if np.hypot(e.x - x, e.y - y) < 0.2 * radius]
    assert near
    assert min(abs(e.long / radius - 1) for e in near) < 0.12
    assert min(abs(e.view[0] - view[0]) for e in near) < 0.2


@pytest.mark.parametrize("seed", range(4))
def test_a_plate_among_clutter_comes_first(seed):
    true = Ellipse(330, 230, 55, 55)
    first = sought(drawn.plate(drawn.gym(WIDTH, HEIGHT, seed), true), 55)[0]
    assert np.hypot(first.x - 330, first.y - 230) < 6


@pytest.mark.parametrize("seed", range(4))
def test_a_dark_plate_on_a_dark_floor_takes_more_edges_beside_bright_tiles(seed):
    """Its outline is fainter than much of what is in the room, as on floors of black rubber."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    tiles = np.where((rows // 18 + columns // 18) % 2, 90, 190)
    floor = np.random.default_rng(seed).normal(28, 2, (HEIGHT, WIDTH))
    grey = np.where(rows > 60, floor, tiles)
    grey[np.hypot(columns - 330, rows - 230) < 55] = 60
    image = np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)
    few, more = (
        [e for e in sought(image, 55, n) if np.hypot(e.x - 330, e.y - 230) < 6]
        for n in (EDGE_POINTS, MORE_EDGE_POINTS)
    )
    assert not few
    assert more
    assert more[0].ry == pytest.approx(55, rel=0.15)


def test_nothing_is_found_where_nothing_is():
    assert sought(np.full((HEIGHT, WIDTH, 3), 128, np.uint8), 50) == []
    nothing = np.zeros((0, 0), np.uint8)
    assert shrink(np.full((HEIGHT, WIDTH, 3), 128, np.uint8), (-500, -500), 50, 50)[0].shape == nothing.shape


def test_the_picture_is_shrunk_to_one_size_of_plate():
    image = drawn.picture(WIDTH, HEIGHT, Ellipse(330, 230, 78, 78))
    grey, (x, y), factor = shrink(image, (330, 230), 150, 78)
    assert factor == pytest.approx(LARGEST_PX / 78)
    assert (x, y) == (180, 80)
    assert grey.shape == (round(300 * factor), round(300 * factor))
    assert shrink(image, (330, 230), 150, 10)[2] == 1.0  # never enlarged


def test_those_found_are_apart():
    image = drawn.gym(WIDTH, HEIGHT)
    for x in (200, 420):
        image = drawn.plate(image, Ellipse(x, 240, 50, 50))
    found = sought(image, 50)
    assert {round(e.x / 220) for e in found[:4]} >= {1, 2}
    for i, e in enumerate(found):
        assert all(
            np.hypot(e.x - o.x, e.y - o.y) > 0.25 * e.ry or abs(e.ry / o.ry - 1) > 0.2 for o in found[:i]
        )
