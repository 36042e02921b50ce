"""The lifter is followed while others walk by, and nothing changes in a clip of one lifter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import bodies
import cv2
import numpy as np
import pytest
from clips import SAMPLE
from numpy.typing import NDArray

from thrustcam.frames import Frame, open_clip
from thrustcam.poses import place
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.lifter import Lifter
from thrustcam.poses.mediapipe import MediaPipePose

IMAGE = np.full((bodies.HEIGHT, bodies.WIDTH, 3), 200, np.uint8)
SECONDS = np.arange(0, 12, 1 / bodies.FPS)
REPS, _ = bodies.lift([bodies.Tempo()] * 2)


def _lying(azimuth_deg: float = 0.0, distance_m: float = 3.2) -> list[Pose]:
    return bodies.poses(bodies.Camera(azimuth_deg, distance_m=distance_m).film(REPS))


def _standing(distance_m: float = 3.2) -> Pose:
    walker = bodies.walk(0.0, 1.0, 1.0)
    return bodies.poses(bodies.Camera(distance_m=distance_m).film(walker))[0]


def _beside(pose: Pose, by_px: float) -> Pose:
    return replace(pose, points=pose.points + np.float32([by_px, 0]))


def _followed(
    lifter: Lifter, tracked: Sequence[Pose], look: Callable[[place.Image], list[Pose]]
) -> tuple[list[Pose], list[bool]]:
    """What is made of these poses, and whether the tracker saw each picture as it is."""
    judged, untouched = [], []
    for index, (time_s, pose) in enumerate(zip(SECONDS, tracked, strict=False)):
        untouched.append(lifter.shown(IMAGE) is IMAGE)
        timed = replace(pose, index=index, time_s=float(time_s))
        judged.append(lifter.judged(timed, Frame(index, float(time_s), IMAGE), look))
    return judged, untouched


def _no_look(_: place.Image) -> list[Pose]:
    raise AssertionError("a look costs as much as two frames")


# --- bodies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("azimuth_deg", [0.0, 30.0, 60.0, 90.0])
def test_every_phase_of_a_rep_lies_in_one_place(azimuth_deg):
    poses = _lying(azimuth_deg)
    assert all(place.lying(pose) for pose in poses)
    assert all(place.same_place(poses[0], pose) for pose in poses)


def test_who_walks_or_sits_does_not_lie():
    walker = bodies.poses(bodies.Camera(height_m=1.0).film(bodies.walk(-1.0, 1.0, 2.0)))
    assert all(place.standing(pose) and not place.lying(pose) for pose in walker)
    seated = bodies.Body.held(np.zeros(1), bodies.posture(thigh=0)[None], by="ANKLE")
    [pose] = bodies.poses(bodies.Camera().film(seated))
    assert not place.standing(pose)
    assert not place.lying(pose)


def test_nobody_neither_lies_nor_stands():
    nobody = Pose.nobody(Frame(0, 0.0, IMAGE))
    assert not place.lying(nobody)
    assert not place.standing(nobody)


def test_size_is_a_torso_from_any_side():
    sizes = [place.size(_lying(azimuth_deg)[0]) for azimuth_deg in (0.0, 45.0, 90.0)]
    assert np.ptp(sizes) < 0.15 * np.mean(sizes)
    assert np.mean(sizes) == pytest.approx(bodies.TRUNK * bodies.FOCAL_PX / 3.2, rel=0.15)


# --- fake trackers ------------------------------------------------------------------------------------------


def test_a_lifter_alone_is_neither_changed_nor_looked_at():
    nobody = Pose.nobody(Frame(0, 0.0, IMAGE))
    tracked = [*_lying()[:60], nobody, *_lying()[60:]]
    judged, untouched = _followed(Lifter(), tracked, _no_look)
    assert all(untouched)
    assert all(
        np.array_equal(a.points, b.points, equal_nan=True) for a, b in zip(judged, tracked, strict=True)
    )


def test_somebody_alone_who_stands_is_kept_and_seldom_looked_beside():
    looks = []
    judged, untouched = _followed(Lifter(), [_standing()] * len(SECONDS), lambda image: looks.append(1) or [])
    assert all(untouched)
    assert all(pose.found for pose in judged)
    assert len(looks) <= SECONDS[-1] + 3


def test_the_tracker_is_led_to_who_lies():
    lying, walker = _beside(_lying()[0], 300), _beside(_standing(), -300)
    tracked = [walker] * 16 + [lying] * 90
    judged, untouched = _followed(Lifter(), tracked, lambda _: [lying])
    assert not any(pose.found for pose in judged[:16])
    assert all(np.array_equal(pose.points, lying.points) for pose in judged[16:])
    assert untouched[:13] == [True] * 13
    assert not untouched[16]
    assert untouched[-1], "in the end the tracker sees the picture as it is"


def test_what_the_tracker_is_led_by():
    lying, walker = _beside(_lying()[0], 300), _beside(_standing(), -300)
    lifter = Lifter()
    _followed(lifter, [walker] * 14, lambda _: [lying])
    assert (lifter.shown(IMAGE) == place.GREY).all(), "first it must let go"
    nobody = Pose.nobody(Frame(14, 14 / bodies.FPS, IMAGE))
    lifter.judged(nobody, Frame(14, 14 / bodies.FPS, IMAGE), _no_look)
    picture = lifter.shown(IMAGE)
    for pose, seen in ((lying, True), (walker, False)):
        x, y = pose.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(0).astype(int)
        assert bool((picture[y, x] != place.GREY).any()) is seen
    assert (IMAGE == 200).all(), "the frame itself is left alone"


def test_a_single_wrong_look_leads_nowhere():
    lying = _beside(_lying()[0], 300)
    answers = iter([[lying], [], [_beside(lying, -400)], [], [lying]])
    _, untouched = _followed(Lifter(), [_standing()] * 200, lambda _: next(answers, []))
    assert all(untouched)


@pytest.mark.parametrize("other", ["far away", "standing"])
def test_no_lifter_is_no_lifter(other):
    seen = _lying(distance_m=8.0)[0] if other == "far away" else _beside(_standing(), 300)
    judged, untouched = _followed(Lifter(), [_standing()] * 200, lambda _: [seen])
    assert all(untouched)
    assert all(pose.found for pose in judged)


def test_a_body_that_is_never_found_is_given_up():
    lying = _beside(_lying()[0], 300)
    answers = iter([[lying]] * 3)
    judged, untouched = _followed(Lifter(), [_standing()] * 200, lambda _: next(answers, []))
    assert not untouched[30]
    assert all(untouched[-60:])
    assert all(pose.found for pose in judged[-60:])


def test_the_larger_of_two_who_lie_is_the_lifter_once_the_smaller_was_led_to():
    small, large = _beside(_lying(distance_m=5.0)[0], 300), _beside(_lying()[0], -100)
    tracked = [_standing()] * 14 + [small] * 200 + [large] * 100
    looks = []

    def look(_: place.Image) -> list[Pose]:
        looks.append(1)
        return [small] if len(looks) <= 3 else [large]

    judged, _ = _followed(Lifter(), tracked, look)
    assert np.array_equal(judged[-1].points, large.points)
    assert len(looks) >= 6


# --- the real tracker ---------------------------------------------------------------------------------------

SKIN, HAIR, SHIRT, SHORTS, SHOES = (224, 172, 140), (50, 35, 25), (60, 90, 160), (40, 40, 50), (240, 240, 240)


def _draw_standing(image: NDArray[np.uint8], x: float, sole_y: float, height: float) -> None:
    """Draw a person who stands and faces the camera; pixels, changes the image."""
    unit = height / 8

    def at(across: float, up: float) -> tuple[int, int]:
        return round(x + across * unit), round(sole_y - up * unit)

    def limb(start: tuple[int, int], end: tuple[int, int], width: float, colour: tuple[int, ...]) -> None:
        cv2.line(image, start, end, colour, max(1, round(width * unit)), cv2.LINE_AA)

    for side in (-1, 1):
        limb(at(side * 0.45, 3.8), at(side * 0.5, 2.1), 0.75, SKIN)
        limb(at(side * 0.5, 2.1), at(side * 0.5, 0.4), 0.55, SKIN)
        limb(at(side * 0.45, 3.9), at(side * 0.48, 2.6), 0.85, SHORTS)
        limb(at(side * 0.5, 0.2), at(side * 0.75, 0.1), 0.35, SHOES)
        limb(at(side * 1.0, 6.3), at(side * 1.25, 5.0), 0.45, SKIN)
        limb(at(side * 1.25, 5.0), at(side * 1.3, 3.5), 0.36, SKIN)
        limb(at(side * 1.0, 6.3), at(side * 1.12, 5.6), 0.55, SHIRT)
    trunk = np.array([at(-1.1, 6.5), at(1.1, 6.5), at(0.75, 3.9), at(-0.75, 3.9)])
    cv2.fillConvexPoly(image, trunk, SHIRT, cv2.LINE_AA)
    limb(at(0, 6.4), at(0, 7.0), 0.5, SKIN)
    cv2.ellipse(image, at(0, 7.4), (round(0.42 * unit), round(0.55 * unit)), 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    cv2.ellipse(
        image, at(0, 7.62), (round(0.45 * unit), round(0.36 * unit)), 0, 180, 360, HAIR, -1, cv2.LINE_AA
    )
    for side in (-1, 1):
        cv2.circle(image, at(side * 0.16, 7.45), max(1, round(0.06 * unit)), (30, 30, 30), -1)
    limb(at(-0.13, 7.1), at(0.13, 7.1), 0.07, (150, 80, 80))


def test_a_bystander_who_was_there_first_is_not_followed(model: Path):
    poses = []
    with open_clip(SAMPLE) as clip, MediaPipePose(model) as estimate:
        for frame in clip:
            image = frame.image.copy() if frame.time_s > 0.2 else np.full_like(frame.image, 128)
            _draw_standing(image, x=560, sole_y=470, height=440)
            poses.append(estimate(Frame(frame.index, frame.time_s, image)))
            if frame.time_s > 2.0:
                break
    assert place.standing(poses[3]), "the test must show a bystander that the model follows"
    after = [pose for pose in poses if pose.time_s > 1.4]
    assert all(place.lying(pose) and pose.points[Joint.LEFT_HIP, 0] < 330 for pose in after)
    assert not any(place.standing(pose) for pose in poses if pose.time_s > 0.8)
