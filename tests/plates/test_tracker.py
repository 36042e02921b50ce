"""A plate that rides on the hips is followed; a ball that lies there is not, and nothing is made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import bodies
import cv2
import drawn_plates as drawn
import numpy as np
import pytest
from bodies import Camera, Tempo
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.plates import Plate, PlateTracker
from thrustcam.plates.outline import Ellipse

Image = NDArray[np.uint8]
Drawn = Callable[[int], Image]

WIDTH, HEIGHT, SCALE = 640, 360, 0.5  # half the size that bodies are filmed in: drawing takes the time
RADIUS = 34.0
BODY, TRUTHS = bodies.lift([Tempo(0.8, 0.4, 0.8, 0.3)] * 2, rest_s=0.8)
TRACK = Camera(height_m=1.1).film(BODY)
POSES = [replace(p, width=WIDTH, height=HEIGHT, points=p.points * SCALE) for p in bodies.poses(TRACK)]
HIPS = TRACK.middle("HIP") * SCALE + (0.0, -8.0)
GYM = drawn.gym(WIDTH, HEIGHT)


def tracked(image: Drawn, frames: range = range(len(POSES))) -> list[Plate | None]:
    tracker = PlateTracker()
    return [tracker(Frame(i, POSES[i].time_s, image(i)), POSES[i]) for i in frames]


def with_plate(index: int, width: float = 1.0, x: float = 0.0) -> Image:
    true = Ellipse(HIPS[index, 0] + x, HIPS[index, 1], width * RADIUS, RADIUS)
    return drawn.plate(GYM.copy(), true)


def misses(plates: list[Plate | None]) -> NDArray[np.float64]:
    """Pixels between where each plate was drawn and where it was found."""
    return np.array([np.hypot(p.x - x, p.y - y) for p, (x, y) in zip(plates, HIPS, strict=True) if p])


@pytest.fixture(scope="module")
def followed() -> list[Plate | None]:
    return tracked(with_plate)


def test_a_moving_plate_is_followed_to_the_pixel(followed):
    assert misses(followed).max() < 0.7
    sizes = [p.ry for p in followed if p]
    assert np.mean(sizes) == pytest.approx(RADIUS, abs=0.7)


def test_it_is_found_before_the_first_rep_and_never_lost(followed):
    first = next(i for i, p in enumerate(followed) if p)
    assert POSES[first].time_s < TRUTHS[0].start_s
    assert all(followed[first:])


def test_it_has_moved_once_it_has(followed):
    assert not any(p.moved for p in followed[: int(TRUTHS[0].start_s * bodies.FPS)] if p)
    assert all(p.moved for p in followed[int(TRUTHS[0].top_start_s * bodies.FPS) :] if p)


def test_a_turned_plate_is_narrow():
    plates = tracked(lambda i: with_plate(i, 0.8), range(60))
    seen = [p for p in plates if p]
    assert len(seen) > 40
    assert np.median([p.rx / p.ry for p in seen]) == pytest.approx(0.8, abs=0.04)
    assert np.median([p.diameter for p in seen]) == pytest.approx(2 * RADIUS, rel=0.04)


@pytest.mark.parametrize("image", [GYM, np.full((HEIGHT, WIDTH, 3), 128, np.uint8)], ids=["gym", "empty"])
def test_no_plate_is_none(image):
    assert tracked(lambda _: image, range(0, len(POSES), 2)) == [None] * len(range(0, len(POSES), 2))


@pytest.mark.parametrize(("whole", "followed"), [(True, True), (False, False)])
def test_one_fainter_than_the_room_is_followed_if_nearly_all_of_it_is_there(whole, followed):
    rows, columns = np.indices((HEIGHT, WIDTH))
    tiles = np.where((rows // 18 + columns // 18) % 2, 90, 190)
    floor = np.random.default_rng(0).normal(28, 2, (HEIGHT, WIDTH))
    room = np.where(rows > 110, floor, tiles)

    def picture(index: int) -> Image:
        x, y = HIPS[index]
        grey = room.copy()
        grey[(np.hypot(columns - x, rows - y) < RADIUS) & (whole | (columns < x + 0.6 * RADIUS))] = 60
        return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)

    assert any(tracked(picture, range(40))) == followed


def test_one_that_is_taken_away_is_gone_at_once():
    gone = 50
    plates = tracked(lambda i: with_plate(i) if i < gone else GYM, range(80))
    assert all(plates[gone - 10 : gone])
    assert not any(plates[gone:])


def test_one_behind_somebody_for_a_moment_is_found_again_elsewhere():
    def hidden(index: int) -> Image:
        return GYM if 30 <= index < 50 else with_plate(index)

    assert abs(HIPS[50, 1] - HIPS[30, 1]) > 0.5 * RADIUS
    plates = tracked(hidden, range(90))
    assert not any(plates[30:50])
    assert all(plates[65:])


def test_without_a_body_nothing_is_looked_for():
    nobody = [replace(p, points=np.full_like(p.points, np.nan)) for p in POSES]
    tracker = PlateTracker()
    assert [tracker(Frame(i, nobody[i].time_s, with_plate(i)), nobody[i]) for i in range(0, 60, 2)] == (
        [None] * 30
    )


def test_a_lost_body_does_not_matter_once_it_is_found():
    tracker = PlateTracker()
    plates = []
    for i in range(70):
        pose = POSES[i] if i < 30 else replace(POSES[i], points=np.full_like(POSES[i].points, np.nan))
        plates.append(tracker(Frame(i, pose.time_s, with_plate(i)), pose))
    assert all(plates[30:])


def test_a_ball_that_lies_there_is_let_go_when_the_hips_have_moved():
    ball = drawn.plate(GYM.copy(), Ellipse(HIPS[0, 0] + 45, HIPS[0, 1] + 20, RADIUS, RADIUS))
    plates = tracked(lambda _: ball)
    assert not any(p.moved for p in plates if p)
    assert not any(plates[int(3.5 * bodies.FPS) :])


def test_a_circle_that_leaves_behind_what_is_inside_was_no_plate(followed):
    def ring(index: int) -> Image:
        centre = round(HIPS[index, 0]), round(HIPS[index, 1])
        return np.asarray(cv2.circle(GYM.copy(), centre, round(RADIUS), (20, 20, 20), 3, cv2.LINE_AA))

    plates = tracked(ring)
    none = [(i, p.none_since_s) for i, p in enumerate(plates) if p and p.none_since_s is not None]
    assert none, "it was followed, and seen through"
    assert all(since_s < POSES[i].time_s for i, since_s in none)
    assert all(plates[i + 1] is None for i, _ in none)
    assert all(p.none_since_s is None for p in followed if p)


def test_a_plate_far_from_the_hips_is_somebody_elses():
    torso = TRACK.torso_px() * SCALE
    assert not any(tracked(lambda i: with_plate(i, x=2.2 * torso), range(0, 90, 2)))


@pytest.mark.parametrize("size", [0.4, 2.6])
def test_what_has_no_plates_size_is_none(size):
    def image(index: int) -> Image:
        disc = Ellipse(HIPS[index, 0], HIPS[index, 1], size * RADIUS, size * RADIUS)
        return drawn.plate(GYM.copy(), disc, hub=False)

    assert not any(tracked(image, range(0, 90, 2)))


def test_the_far_one_is_seen_now_and_then():
    def both(index: int) -> Image:
        x, y = HIPS[index]
        far = Ellipse(x + 1.2 * RADIUS, y - 0.4 * RADIUS, 0.66 * RADIUS, 0.66 * RADIUS)
        return drawn.plate(drawn.plate(GYM.copy(), far, 0.9), Ellipse(x, y, RADIUS, RADIUS))

    plates = tracked(both)
    far = [(i, p.far) for i, p in enumerate(plates) if p and p.far]
    assert 5 <= len(far) <= 25
    for index, (x, y, _) in far:
        assert np.hypot(x - HIPS[index, 0] - 1.2 * RADIUS, y - HIPS[index, 1] + 0.4 * RADIUS) < 0.12 * RADIUS
    assert np.median([found[2] for _, found in far]) == pytest.approx(0.66 * RADIUS, rel=0.04)
