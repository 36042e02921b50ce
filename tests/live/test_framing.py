"""What a badly placed camera is told, from filmed bodies and turned pictures."""

from __future__ import annotations

import clips
import cv2
import numpy as np
import pytest
from bodies import BENCH, Camera, Tempo, lift, poses, posture, walk

from thrustcam.frames import open_clip
from thrustcam.live.framing import GUIDES, Guidance, Scene, instruction
from thrustcam.live.scene import Eye, light, tilt_deg
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.plate import Plate

LIGHT = Scene(120.0)


def filmed(camera: Camera, shift_px: tuple[float, float] = (0, 0)) -> list[Pose]:
    """A second of lying still, the picture shifted."""
    body, _ = lift([Tempo()], BENCH)
    seen = poses(camera.film(body))[:25]
    return [
        Pose(p.index, p.time_s, p.width, p.height, p.points + np.float32(shift_px), p.world, p.visibility)
        for p in seen
    ]


SIDE = filmed(Camera(azimuth_deg=10))


def test_a_good_place_is_left_alone() -> None:
    assert instruction(SIDE, LIGHT, lying=True) is None
    assert instruction(filmed(Camera(azimuth_deg=90, height_m=1.4)), LIGHT, lying=True) is None
    assert instruction(SIDE, None, lying=True) is None


@pytest.mark.parametrize(
    ("scene", "key"),
    [
        (Scene(20.0), "guide.dark"),
        (Scene(230.0, burnt=0.7), "guide.glare"),
        (Scene(120.0, tilt_deg=7.0), "guide.tilt"),
        (Scene(120.0, people=2), "guide.other_person"),
        (Scene(120.0, tilt_deg=2.0, people=1), None),
    ],
)
def test_the_scene_is_spoken_of(scene: Scene, key: str | None) -> None:
    assert instruction(SIDE, scene, lying=True) == key


@pytest.mark.parametrize(
    ("camera", "shift_px", "key"),
    [
        (Camera(azimuth_deg=10), (0, 0), None),
        (Camera(azimuth_deg=10), (560, 0), "guide.feet_cut"),
        (Camera(azimuth_deg=10), (-560, 0), "guide.head_cut"),
        (Camera(azimuth_deg=10, distance_m=12), (0, 0), "guide.too_far"),
        (Camera(azimuth_deg=58, height_m=1.4), (0, 0), "guide.turn"),
    ],
)
def test_where_to_put_the_camera(camera: Camera, shift_px: tuple[float, float], key: str | None) -> None:
    assert instruction(filmed(camera, shift_px), LIGHT, lying=True) == key


def test_large_plates_ask_for_another_place() -> None:
    square = filmed(Camera(azimuth_deg=0))
    hips = square[0].points[23:25].mean(axis=0)
    plate = Plate(float(hips[0]), float(hips[1]), 80, 80, 0, 1, True)
    with_plates = [Pose(**{**vars(p), "plate": plate}) for p in square]
    assert instruction(with_plates, LIGHT, lying=True) == "guide.plates"
    assert instruction(square, LIGHT, lying=True) is None


def test_nobody_and_somebody_who_stands() -> None:
    assert instruction([], LIGHT, lying=False) == "guide.nobody"
    standing = poses(Camera().film(walk(0.0, 0.1, 1.0)))
    assert instruction(standing, LIGHT, lying=False) in ("guide.lie_down", "guide.head_cut")
    assert posture().shape == (7, 2)


def test_an_instruction_stands_before_it_is_given_and_is_given_once() -> None:
    guidance = Guidance()
    dark = Scene(20.0)
    given = [guidance.push(n / 30, SIDE, dark if n > 30 else LIGHT, lying=True) for n in range(120)]
    said = [guide for guide in given if guide is not None]
    assert [guide.instruction for guide in said] == ["guide.dark"]
    assert 1.7 < said[0].at_s < 2.4
    after = [guidance.push(4 + n / 30, SIDE, LIGHT, lying=True) for n in range(60)]
    assert [g.instruction for g in after if g is not None] == [None]


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    with open_clip(clips.SAMPLE) as clip:
        return next(iter(clip)).image


@pytest.mark.parametrize("turned", [-8.0, -5.0, 0.0, 5.0, 8.0])
def test_a_leaning_camera_is_measured(picture: np.ndarray, turned: float) -> None:
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -turned, 1.25)
    assert tilt_deg(cv2.warpAffine(picture, turn, (width, height))) == pytest.approx(turned, abs=1.0)


def test_nothing_plumb_says_nothing() -> None:
    assert tilt_deg(np.full((480, 640, 3), 120, np.uint8)) is None


def test_light_is_measured() -> None:
    assert light(np.full((48, 64, 3), 255, np.uint8)) == (255.0, 1.0)
    assert light(np.zeros((48, 64, 3), np.uint8)) == (0.0, 0.0)


def test_the_eye_looks_now_and_then(picture: np.ndarray) -> None:
    eye = Eye()
    first = eye.look(picture, 0.0)
    assert eye.look(np.zeros_like(picture), 0.1) == first
    assert eye.look(np.zeros_like(picture), 1.0).brightness == 0


def test_the_guides_have_an_order() -> None:
    assert len(set(GUIDES)) == len(GUIDES)
