"""Shins drawn at known angles, before a room with edges of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import drawn_plates as drawn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import LANDMARKS, Joint, Pose
from thrustcam.poses.segments import NEAR_FOOT, SHINS, SegmentTracker, near_foot

WIDTH, HEIGHT, RATE = 640, 480, 30.0
LENGTH = 110.0
ANKLES = np.array([[400.0, 380.0], [240.0, 380.0]])
ROOM = drawn.gym(WIDTH, HEIGHT, 3)
SKIN = (150, 110, 90)

Turns = Callable[[float], Sequence[float]]


def knees(turns: Sequence[float], ankles: np.ndarray = ANKLES, length: float = LENGTH) -> np.ndarray:
    """Where both knees are when the left and the right shin have turned so far from upright."""
    angle = np.radians(turns)
    return ankles + length * np.stack([np.sin(angle), -np.cos(angle)], axis=1)


@dataclass(frozen=True)
class Legs:
    """Two tapered legs: ankles, half of the knees' width, pixels; the skin of the right one, in front."""

    ankles: np.ndarray
    wide: float = 14.0
    front: tuple[int, int, int] = SKIN


ASIDE = Legs(np.array([[350.0, 350.0], [300.0, 380.0]]), wide=20.0, front=(235, 225, 215))
"""As from three-quarters, in a light that falls on the nearer one."""
APART = Legs(ANKLES)


def picture(turns: Sequence[float], seed: int, size: float = 1.0, legs: Legs = APART) -> np.ndarray:
    """Legs before the room, drawn eight times finer than a pixel."""
    image, skins = ROOM.copy(), (SKIN, legs.front)
    for ankle, knee, skin in zip(legs.ankles, knees(turns, legs.ankles), skins, strict=True):
        across = np.array([ankle[1] - knee[1], knee[0] - ankle[0]]) / LENGTH * legs.wide
        leg = [ankle - 0.57 * across, ankle + 0.57 * across, knee + across, knee - across]
        cv2.fillPoly(image, [np.round(np.array(leg) * 256).astype(np.int32)], skin, cv2.LINE_AA, 8)
        radius = round(legs.wide * 256)
        cv2.circle(image, tuple(np.round(knee * 256).astype(int)), radius, skin, -1, cv2.LINE_AA, 8)
    if size != 1.0:
        image = cv2.resize(image, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    return drawn.noisy(image, 3, seed)


def pose(turns: Sequence[float] | None, index: int, size: float = 1.0, legs: Legs = APART) -> Pose:
    """What the pose model would see; nobody for None."""
    points = np.full((LANDMARKS, 2), 200.0 if turns is not None else np.nan, np.float32)
    if turns is not None:
        points[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]] = legs.ankles * size
        points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE]] = knees(turns, legs.ankles) * size
    width, height = round(WIDTH * size), round(HEIGHT * size)
    blank = Pose.nobody(Frame(index, index / RATE, np.zeros((height, width, 3), np.uint8)))
    return Pose(index, index / RATE, width, height, points, blank.world, blank.visibility)


def followed(
    turns: Turns,
    seconds: float,
    posed: Callable[[float], Sequence[float] | None] | None = None,
    size: float = 1,
    legs: Legs = APART,
) -> np.ndarray:
    """Degrees that the tracker tells in each picture; `posed`: what the pose model sees instead."""
    tracker, told = SegmentTracker(SHINS), []
    for index in range(round(seconds * RATE)):
        t = index / RATE
        frame = Frame(index, t, picture(turns(t), index, size, legs))
        turned = tracker(frame, pose((posed or turns)(t), index, size, legs))
        told.append(np.full(2, np.nan) if turned is None else turned)
    return np.array(told)


def swing(left: float, right: float, seconds: float = 1.0) -> Turns:
    """Still for a fifth of a second, then to these angles in so many seconds, then still."""
    return lambda t: np.array([left, right]) * (1 - np.cos(np.pi * np.clip((t - 0.2) / seconds, 0, 1))) / 2


def by(told: np.ndarray) -> np.ndarray:
    return told[-1] - told[1]


def about(left: float, right: float) -> object:
    """To a degree; edges behind a shin, which don't turn, may take a tenth from it."""
    return pytest.approx([left, right], abs=1.0, rel=0.1)


@pytest.mark.parametrize(("left", "right"), [(-12, 12), (0, 9), (20, 20), (-5, -15), (0, 0)])
def test_it_turns_by_what_the_shins_turn(left, right):
    assert by(followed(swing(left, right), 1.5)) == about(left, right)


@settings(max_examples=8, deadline=None)
@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0.35, 1.5))
def test_at_any_speed(left, right, seconds):
    off = np.abs(by(followed(swing(left, right, seconds), seconds + 0.4)) - (left, right))
    assert (off < 1.5 + 0.12 * np.abs([left, right])).all()


@pytest.mark.parametrize(("left", "right"), [(-8, 12), (5, 20), (10, 10)])
def test_a_shin_half_hidden_by_the_nearer_one_turns_by_what_is_seen_of_it(left, right):
    assert by(followed(swing(left, right, 0.5), 1.2, legs=ASIDE)) == about(left, right)


def test_there_and_back_is_nothing():
    def turns(t: float) -> np.ndarray:
        return np.array([-12.0, 12.0]) * np.sin(np.pi * t / 3) ** 2

    assert by(followed(turns, 3.1)) == pytest.approx([0, 0], abs=0.7)


@pytest.mark.parametrize("size", [0.5, 2.0])
def test_however_large_the_picture(size):
    assert by(followed(swing(-12, 12), 1.5, size=size)) == about(-12, 12)


def test_the_picture_is_believed_and_not_the_pose_model():
    told = followed(swing(-12, 12), 1.5, posed=swing(-4, 2))
    assert by(told) == about(-12, 12)


@pytest.mark.parametrize("seen", [None, (60.0, -70.0)])
def test_a_body_lost_for_a_while_is_still_followed(seen):
    """The pose model sees nobody at the top, or another body."""
    told = followed(swing(-12, 12), 1.8, posed=lambda t: seen if 0.5 < t < 1.5 else swing(-12, 12)(t))
    assert np.isfinite(told[1:]).all()
    assert by(told) == about(-12, 12)


def test_shins_seen_elsewhere_for_long_are_there_and_the_turn_is_unknown():
    still = swing(0, 0)
    told = followed(still, SHINS.lost_s + 1.5, posed=lambda t: (0.0, 0.0) if t < 0.5 else (60.0, -70.0))
    lost = np.flatnonzero(~np.isfinite(told[1:, 0])) + 1
    assert len(lost) == 1
    assert lost[0] / RATE == pytest.approx(0.25 + SHINS.lost_s, abs=0.3)  # it looks twice a second


def test_nobody_for_long_is_not_followed():
    told = followed(swing(0, 0), SHINS.lost_s + 1.0, posed=lambda t: (0.0, 0.0) if t < 0.5 else None)
    assert np.isnan(told[-5:]).all()


def test_after_a_pause_or_in_another_size_the_turn_is_unknown():
    tracker = SegmentTracker(SHINS)
    small = pose((0, 0), 0, 0.5)
    told = [
        tracker(Frame(index, at_s, image), replace(here, index=index, time_s=at_s))
        for index, (at_s, image, here) in enumerate(
            [
                (0.0, ROOM, pose((0, 0), 0)),
                (0.1, ROOM, pose((0, 0), 0)),
                (5.0, ROOM, pose((0, 0), 0)),
                (5.1, ROOM, pose((0, 0), 0)),
                (5.2, np.ascontiguousarray(ROOM[::2, ::2]), small),
                (5.3, np.ascontiguousarray(ROOM[::2, ::2]), small),
            ]
        )
    ]
    assert [turned is None for turned in told] == [True, False] * 3


def test_the_first_picture_tells_no_turn():
    assert np.isnan(followed(swing(0, 0), 0.1)[0]).all()


@pytest.mark.parametrize("away", [(-1000.0, 0.0), (0.0, 300.0)])
def test_shins_beyond_the_picture_are_not_seen(away):
    tracker = SegmentTracker(SHINS)
    for index in range(3):
        here = pose((0, 0), index)
        there = replace(here, points=here.points + np.float32(away))
        assert tracker(Frame(index, index / RATE, ROOM), there) is None


@pytest.mark.parametrize(("gap_px", "seen"), [(12.0, False), (60.0, True)])
def test_shins_that_hide_one_another_are_not_compared(gap_px, seen):
    tracker = SegmentTracker(SHINS)
    for index in range(3):
        beside = pose((0, 0), index)
        beside.points[[Joint.LEFT_ANKLE, Joint.LEFT_KNEE]] = beside.points[
            [Joint.RIGHT_ANKLE, Joint.RIGHT_KNEE]
        ] + np.float32([gap_px, 0])
        told = tracker(Frame(index, index / RATE, ROOM), beside)
    assert (told is not None) == seen


def test_shins_of_a_few_pixels_are_not_compared():
    assert np.isnan(followed(swing(0, 0), 0.2, size=0.1)).all()


FLAT = {Joint.LEFT_TOE: (400, 400), Joint.LEFT_HEEL: (340, 398), Joint.RIGHT_TOE: (410, 420)}


def standing(near: str, heel_up: float = 0.0) -> Pose:
    """A pose from the side whose right heel is drawn so many pixels above its toes."""
    here = pose((0, 0), 0)
    for joint, place in (FLAT | {Joint.RIGHT_HEEL: (350, 420 - heel_up)}).items():
        here.points[joint] = place
    return seen_from(here, near)


def seen_from(here: Pose, near: str) -> Pose:
    """The same body with that side nearer to the camera."""
    here.world[:] = 0
    here.world[Joint.LEFT_HIP, 2] = 0.1 if near == "right" else -0.1
    return here


@pytest.mark.parametrize("near", ["left", "right"])
def test_the_nearer_foot_is_followed(near):
    ends = near_foot(standing(near))
    assert ends is not None
    assert ends.shape == (1, 2, 2)
    assert ends[0, 0].tolist() == standing(near).points[Joint[f"{near.upper()}_TOE"]].tolist()


def test_a_foot_drawn_upright_is_none():
    assert near_foot(standing("right", heel_up=10)) is not None
    assert near_foot(standing("right", heel_up=40)) is None
    assert near_foot(Pose.nobody(Frame(0, 0.0, ROOM))) is None


@pytest.mark.parametrize("deg", [0.0, 12.0])
def test_a_heel_that_lifts_turns_its_foot(deg):
    """The toes stay where they are; a pose model that leaves the heel on the floor does not matter."""
    tracker, told = SegmentTracker(NEAR_FOOT), []
    for index in range(30):
        angle = np.radians(deg * (1 - np.cos(np.pi * index / 29)) / 2)
        toe = np.array([410.0, 420.0])
        heel = toe - 60 * np.array([np.cos(angle), np.sin(angle)])
        up = np.array([heel[1] - toe[1], toe[0] - heel[0]]) / 60
        shoe = [toe + 5 * up, toe - 8 * up, heel - 16 * up, heel + 8 * up]
        image = np.full_like(ROOM, 150)
        cv2.fillPoly(image, [np.round(np.array(shoe) * 256).astype(np.int32)], (30, 60, 160), cv2.LINE_AA, 8)
        cv2.circle(image, tuple(np.round((heel + toe) * 128).astype(int)), 5 * 256, (230, 230, 230), -1, 8, 8)
        here = replace(standing("right"), index=index, time_s=index / RATE)
        told.append(tracker(Frame(index, index / RATE, drawn.noisy(image, 3, index)), here))
    assert told[0] is None
    assert told[-1][0] - told[1][0] == pytest.approx(deg, abs=1.0, rel=0.15)
