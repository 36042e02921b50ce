"""Drawing: what is drawn shows, stays in the picture, and what was not found is left out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from thrustcam.feedback.drawing import (
    OF_VERDICT,
    WHITE,
    blur_face,
    draw_angle,
    draw_label,
    draw_lean,
    draw_panel,
    draw_plate,
    draw_skeleton,
    text_size,
)
from thrustcam.frames import Frame
from thrustcam.poses.landmarks import LANDMARKS, Joint, Pose
from thrustcam.poses.plate import Plate

FAULT = OF_VERDICT["fault"]


@pytest.fixture
def image() -> np.ndarray:
    return np.full((480, 640, 3), 90, np.uint8)


def lying() -> Pose:
    """A lifter at the top, seen from the right; the left side a little behind."""
    places = {
        "EAR": (140, 195),
        "SHOULDER": (165, 220),
        "ELBOW": (200, 210),
        "WRIST": (250, 190),
        "HIP": (295, 213),
        "KNEE": (400, 215),
        "ANKLE": (402, 320),
        "HEEL": (390, 337),
        "TOE": (445, 350),
    }
    points = np.full((LANDMARKS, 2), (130, 190), np.float32)
    for name, place in places.items():
        points[Joint[f"RIGHT_{name}"]] = place
        points[Joint[f"LEFT_{name}"]] = (place[0] + 8, place[1] - 9)
    return Pose(
        0, 0.0, 640, 480, points, np.zeros((LANDMARKS, 3), np.float32), np.ones(LANDMARKS, np.float32)
    )


def has(image: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((image == np.array(colour, np.uint8)).all(axis=2).any())


def test_a_fault_colours_the_bones_that_show_it(image):
    draw_skeleton(image, lying(), near="right", verdicts={"lockout": "fault", "range": "ok"})
    assert tuple(image[214, 350]) == FAULT  # the thigh
    assert tuple(image[270, 401]) == WHITE  # the shin
    assert not has(image, OF_VERDICT["ok"])


def test_nothing_is_drawn_of_nobody(image):
    before = image.copy()
    nobody = Pose.nobody(Frame(0, 0.0, image))
    draw_skeleton(image, nobody)
    blur_face(image, nobody)
    draw_plate(image, None)
    draw_angle(image, (np.nan, 1), (2, 2), (3, 3), "5°")
    draw_lean(image, (1, 1), (np.nan, np.nan), "5°")
    draw_label(image, "here", (np.nan, 0))
    draw_panel(image, [])
    assert (image == before).all()


@pytest.mark.parametrize("place", [(-50, -50), (5000, 100), (1e9, -1e9)])
def test_what_lies_outside_is_cut_off(image, place):
    pose = lying()
    pose.points[Joint.RIGHT_KNEE] = place
    draw_skeleton(image, pose)
    draw_angle(image, place, (0, 0), (9, 0), "90°")
    draw_lean(image, place, (0, 0), "9°")
    draw_plate(image, Plate(*place, 50, 50, 0.0, 1.0, True) if abs(place[0]) < 1e4 else None)


def test_a_label_stays_in_the_picture(image):
    draw_label(image, "158°", (10_000, -10_000), colour=FAULT)
    assert has(image[:40, -80:], FAULT)


def test_text_takes_room_for_signs_that_the_font_lacks(image):
    assert text_size("158°", 1.0)[0] > text_size("158", 1.0)[0]
    assert text_size("✗ – ±größe", 1.0)[0] > 0
    draw_panel(image, [("Rep 2 · top", WHITE), ("✗ größe\n\x00", FAULT)], "bottom right")
    assert has(image[240:, 320:], FAULT)


def test_a_face_is_lost_and_the_rest_stays():
    chance = np.random.default_rng(0)
    image = chance.integers(0, 256, (480, 640, 3), dtype=np.uint8)
    before = image.copy()
    blur_face(image, lying())
    face = (slice(175, 205), slice(115, 145))
    assert len(np.unique(image[face].reshape(-1, 3), axis=0)) <= 36
    assert (image[250:] == before[250:]).all()
    assert (image[:, 300:] == before[:, 300:]).all()


def test_a_face_at_the_edge_of_the_picture(image):
    pose = lying()
    shifted = dataclasses.replace(pose, points=pose.points - np.float32([140, 190]))
    blur_face(image, shifted)
    blur_face(image, dataclasses.replace(pose, points=pose.points + np.float32([5000, 5000])))


def test_sizes_follow_the_picture():
    small, large = (np.full((h, w, 3), 90, np.uint8) for h, w in ((480, 640), (1440, 1920)))
    draw_panel(small, [("Rep 2", WHITE)])
    draw_panel(large, [("Rep 2", WHITE)])
    rows = [int((picture != 90).any(axis=(1, 2)).sum()) for picture in (small, large)]
    assert rows[1] == pytest.approx(3 * rows[0], rel=0.1)
