"""Glimpses of a leg drawn at known places, before a room with edges of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import drawn_plates as drawn
import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.glancing import Glimpses
from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import Rep

Places = NDArray[np.float64]

_SKIN, _SOCK, _SHORTS = (150, 110, 90), (60, 130, 70), (220, 180, 60)
_WIDE = 0.13
_NOBODY: Mapping[int, float] = {}


def turned(line: Places, deg: float) -> Places:
    """That line, shape (2,), turned clockwise in the picture."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([c * line[0] - s * line[1], s * line[0] + c * line[1]])


def picture(room: NDArray[np.uint8], leg: Places, seed: int = 0) -> NDArray[np.uint8]:
    """The room with a leg in front of it, drawn finer than a pixel; `leg`: ankle, knee and hip."""
    image = room.copy()
    ankle, knee, hip = leg
    wide = _WIDE * float(np.linalg.norm(knee - ankle))
    parts = (
        (ankle, knee, 0.0, 1.0, _SKIN),
        (ankle, knee, 0.0, 0.3, _SOCK),
        (knee, hip, 0.0, 1.0, _SKIN),
        (knee, hip, 0.5, 1.0, _SHORTS),
    )
    for first, second, begin, end, colour in parts:
        along = second - first
        aside = np.array([-along[1], along[0]]) / np.linalg.norm(along) * wide
        a, b = first + begin * along, first + end * along
        corners = np.round(np.array([a - aside, a + aside, b + aside, b - aside]) * 256).astype(np.int32)
        cv2.fillPoly(image, [corners], colour, cv2.LINE_AA, 8)
    cv2.circle(image, tuple(np.round(knee * 256).astype(int)), round(wide * 256), _SKIN, -1, cv2.LINE_AA, 8)
    return drawn.noisy(image, 2, seed)


def glimpse(image: NDArray[np.uint8], leg: Places, time_s: float = 0.0) -> Glimpse:
    """Of a picture in which the pose model sees both legs there."""
    pose = Pose.nobody(Frame(0, time_s, image))
    points = np.full_like(pose.points, 100.0)
    for name, place in zip(("ANKLE", "KNEE", "HIP"), leg, strict=True):
        points[[Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]]] = place
    found = Glimpses()(Frame(0, time_s, image), replace(pose, points=points))
    assert found is not None
    return found


def glimpsed(
    track: PoseTrack,
    reps: list[Rep],
    near: str,
    shins: Mapping[int, float] = _NOBODY,
    thighs: Mapping[int, float] = _NOBODY,
) -> PoseTrack:
    """The track with a glimpse of each top, in which legs lie as at the first one.

    `shins`, `thighs` : by the rep's number, degrees by which they are turned from there, clockwise.
    """
    width, height = track.size
    room = drawn.gym(width, height, 5)
    names = [Joint[f"{near.upper()}_{name}"] for name in ("ANKLE", "KNEE", "HIP")]
    middles = [(rep.top_start_s + rep.top_end_s) / 2 for rep in reps]
    frames = [int(np.abs(track.t - middle).argmin()) for middle in middles]
    ankle, knee, hip = track.points[frames[0], names].astype(float)
    found = []
    for number, frame in enumerate(frames):
        bent = ankle + turned(knee - ankle, shins.get(number, 0.0))
        leg = np.array([ankle, bent, bent + turned(hip - knee, thighs.get(number, 0.0))])
        image = picture(room, leg, number)
        found.append(glimpse(image, np.array([ankle, knee, hip]), float(track.t[frame])))
    return replace(track, glimpses=tuple(found))
