"""How far shins and feet turn in the picture, told by what the picture shows of them.

The pose model draws a knee where knees usually are: of knees that fall inward by 12° it shows 8°, or none.
The shin itself turns by exactly that much. So the patch of each segment is laid onto the next pictures
(`poses/patches.py`), and goes where the segment goes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.patches import (
    ALONG,
    ON_SEGMENT,
    Floats,
    Grey,
    Part,
    Patches,
    across,
    axes_of,
    blurred,
    places,
    turned_deg,
)

_ELSEWHERE = 0.35
"""Lengths of a segment. From there on it is not the same one that the pose model sees."""
_GONE, _GONE_S = 2.0, 0.5
"""So many lengths away for so long, and the lifter has moved."""
_GAP_S = 0.5
"""After a pause of so long between two pictures, as of an unplugged camera, anything may have moved."""
_ACROSS_S, _ALONG_S = 1.5, 0.3
"""In that time a patch goes over to where the pose model sees the segment. Across it wanders less by itself;
along it, where a segment looks alike, more."""
_KEPT_TO, _KEPT_S = 0.05, 0.5
"""A patch is taken anew once its segment has moved by so many lengths, or after so long. Compared from
picture to picture, which hardly differ, caves came out a tenth short and the same rep 0.5° apart."""
_CALM, _CALM_S = 0.1, 0.045
"""Slower, in lengths a second, segments are looked at in every second picture of 30 a second."""
_JUMP = 0.2
"""Lengths by which no segment moves from one picture to the next."""

_HIDDEN = 0.26
"""Shin lengths between both ankles, across the shins: nearer, as from the side, one shin hides the other."""
_FLAT_DEG = 18.0
"""A foot on the floor is drawn no steeper, seen from aside; one that is was drawn elsewhere, or is seen from
its toes."""

_AROUND = 0.3
"""Lengths around all segments that are looked at."""

_BACK = np.array([0.0, 0.0, 3e4, 3e4, 0.0], np.float32)
"""What holds back sliding and stretching along the segment, which its outline does not show."""
_PLANTED = np.array([3e5, 0.0, 0.0, 0.0, 0.0], np.float32)
"""What holds back a shift of shins besides, whose ankles stay where they are: a seventh less error."""

_THICK, _EDGE = 0.13, 0.05
"""Lengths: half of how wide a nearer segment hides those behind it, and of how unsure its outline is."""
_SHINS = np.array([[Joint.LEFT_ANKLE, Joint.LEFT_KNEE], [Joint.RIGHT_ANKLE, Joint.RIGHT_KNEE]])
_FEET = np.array([[Joint.LEFT_TOE, Joint.LEFT_HEEL], [Joint.RIGHT_TOE, Joint.RIGHT_HEEL]])


def shins(pose: Pose) -> Floats | None:
    """Ankle and knee, left and right, pixels, shape (2, 2, 2).

    None where the pose model sees none, or guesses beyond the picture.
    """
    ends = pose.points[_SHINS].astype(float)
    return ends if _in_picture(ends, pose) else None


def shins_side_by_side(pose: Pose) -> Floats | None:
    """The same; None also where one hides the other."""
    ends = shins(pose)
    return ends if ends is not None and _apart(ends) > _HIDDEN else None


def near_foot(pose: Pose) -> Floats | None:
    """Toe and heel of the nearer foot, pixels, shape (1, 2, 2); None as above, or where it is not flat."""
    ends = pose.points[_FEET[_near(pose)]].astype(float)
    aside, up = np.abs(ends[0, 1] - ends[0, 0])
    return ends if _in_picture(ends, pose) and up < np.tan(np.radians(_FLAT_DEG)) * aside else None


class Followed(NamedTuple):
    """What a tracker follows.

    `begins`, `agrees` : a pose's segments, shape (n, 2, 2), or None: to begin with, and to go on.
    `lost_s` : the pose model loses a body at its tops, and a foot whose heel lifts for all of a rep. If it
    sees them elsewhere for longer, they are there, and nobody knows how far they have turned meanwhile.
    `pause_s` : between pictures that are looked at. `back` : what holds back each number of `_Lie.p`.
    `most_deg` : no further does it turn: something else was followed.
    """

    begins: Callable[[Pose], Floats | None]
    agrees: Callable[[Pose], Floats | None]
    lost_s: float
    pause_s: float
    back: Grey
    most_deg: float = math.inf


SHINS = Followed(shins_side_by_side, shins, lost_s=2.0, pause_s=0.02, back=_BACK + _PLANTED)
NEAR_FOOT = Followed(near_foot, near_foot, lost_s=5.0, pause_s=0.045, back=_BACK, most_deg=45.0)
"""At 30 pictures a second every one of them; of the foot every second one: a heel lifts slowly."""


class SegmentTracker:
    """Follows segments of the body through pictures that come in order of time.

    Their ends, once seen, go where their patches go, and only slowly to where the pose model sees them: it
    may lose a body at a top.
    """

    def __init__(self, followed: Followed) -> None:
        self._followed = followed
        self._segments: _Segments | None = None
        self._lie = _Lie.still(0, 0.0)
        self._turned: Floats = np.zeros(0)
        self._agreed_s = 0.0

    def __call__(self, frame: Frame, pose: Pose) -> Floats | None:
        """Degrees by which each segment has turned so far, clockwise; shape (n,).

        Only differences mean anything. None in every picture in which they are not seen, or found again.
        """
        segments, pause_s = self._segments, frame.time_s - self._lie.time_s
        if segments is None or pause_s > _GAP_S or frame.image.shape[1::-1] != segments.size:
            self._find(frame, pose)
            return None
        if pause_s >= (self._followed.pause_s if self._lie.moving else _CALM_S):
            laid = segments.laid(frame, self._lie.expected(frame.time_s), self._followed.back)
            self._lie = self._lie.followed_by(laid, frame.time_s)
        turned = self._turned + self._lie.turned_deg
        if np.abs(turned).max() > self._followed.most_deg:
            self._find(frame, pose)
            return None
        since_s = frame.time_s - segments.time_s
        if self._lie.moved > _KEPT_TO or since_s > _KEPT_S:
            ends = self._agreed(self._lie.of(segments.ends), self._followed.agrees(pose), since_s)
            if ends is None:
                self._find(frame, pose)
                return None
            self._segments, self._lie, self._turned = _Segments.of(frame, ends), self._lie.from_here(), turned
        return turned

    def _find(self, frame: Frame, pose: Pose) -> None:
        """Begin with where the pose model sees the segments; nothing is known of how they turned."""
        posed = self._followed.begins(pose)
        self._segments = None if posed is None else _Segments.of(frame, posed)
        n = 0 if posed is None else len(posed)
        self._lie, self._turned, self._agreed_s = _Lie.still(n, frame.time_s), np.zeros(n), frame.time_s

    def _agreed(self, ends: Floats, posed: Floats | None, since_s: float) -> Floats | None:
        """The ends that were followed, a bit nearer to the pose model's; None once it sees them elsewhere."""
        gap = np.nan if posed is None else float(np.abs(posed - ends).max()) / _length(ends)
        if posed is not None and gap < _ELSEWHERE:
            self._agreed_s = self._lie.time_s
            return _nearer(ends, posed, since_s)
        patience_s = _GONE_S if gap > _GONE else self._followed.lost_s
        return ends if self._lie.time_s - self._agreed_s <= patience_s else None


@dataclass(frozen=True)
class _Lie:
    """How the patches of n segments lie in a later picture.

    `p` : shape (n, 5). In lengths of the segment: shift across, further shift at its second end, slid along,
    stretched along; and grey levels by which it is lighter. `speed` : by how much a second shift and turn
    grow, shape (n, 2).
    """

    p: Floats
    speed: Floats
    time_s: float

    @classmethod
    def still(cls, n: int, time_s: float) -> _Lie:
        """Where they were taken."""
        return cls(np.zeros((n, 5)), np.zeros((n, 2)), time_s)

    @property
    def moving(self) -> bool:
        """Whether one is so fast that each picture counts."""
        return float(np.abs(self.speed).max()) > _CALM

    @property
    def moved(self) -> float:
        """Lengths, the farthest one."""
        return float(np.abs(self.p[:, :2]).max())

    @property
    def turned_deg(self) -> Floats:
        """Clockwise, shape (n,)."""
        return turned_deg(self.p)

    def of(self, ends: Floats) -> Floats:
        """Where those ends lie."""
        shift, turn, slid, stretch = self.p.T[:4, :, None]
        along = ends[:, 1] - ends[:, 0]
        aside = across(along)
        first = ends[:, 0] + shift * aside + slid * along
        return np.asarray(np.stack([first, first + turn * aside + (1 + stretch) * along], axis=1))

    def expected(self, time_s: float) -> Floats:
        """`p` at another time, at the same speed."""
        p = self.p.copy()
        p[:, :2] += self.speed * (time_s - self.time_s)
        return np.asarray(p)

    def followed_by(self, p: Floats, time_s: float) -> _Lie:
        """How they lie next, if they did not jump there."""
        if np.abs(p[:, :4] - self.p[:, :4]).max() > _JUMP:
            return _Lie(self.p, np.zeros_like(self.speed), time_s)
        return _Lie(p, (p - self.p)[:, :2] / max(time_s - self.time_s, 1e-3), time_s)

    def from_here(self) -> _Lie:
        """How patches taken now lie in this picture."""
        return _Lie(np.zeros_like(self.p), self.speed, self.time_s)


@dataclass(frozen=True)
class _Segments:
    """n segments in one picture.

    `ends` : pixels, shape (n, 2, 2): of each its first and second end, x and y.
    `size` : of the picture, pixels. `part` : what is looked at of it.
    `patches` : what that part shows of them. `shown` : how much of each point was to be seen, shape (n, 384).
    """

    time_s: float
    ends: Floats
    size: tuple[int, int]
    part: Part
    patches: Patches
    shown: Grey

    @classmethod
    def of(cls, frame: Frame, ends: Floats) -> _Segments | None:
        """None where they are too small to be compared, or out of the picture."""
        length = _length(ends)
        low, high = ends.min(axis=(0, 1)) - _AROUND * length, ends.max(axis=(0, 1)) + _AROUND * length
        part = Part.of(frame, low, high, length)
        if part is None:
            return None
        small = (ends - part.low) * part.scale
        axes = axes_of(small[:, 0], small[:, 1] - small[:, 0])
        patches = Patches.of(blurred(part.seen(frame)), axes)
        shown = _shown(axes, np.zeros((len(ends), 5)))
        return cls(frame.time_s, ends, (frame.image.shape[1], frame.image.shape[0]), part, patches, shown)

    def laid(self, frame: Frame, p: Floats, back: Grey) -> Floats:
        """`_Lie.p` in a picture soon after, from a first guess; `back`: of `Followed`."""
        seen = ON_SEGMENT * np.minimum(self.shown, _shown(self.patches.axes, p))
        return self.patches.laid(blurred(self.part.seen(frame)), p, back, seen)


def _in_picture(ends: Floats, pose: Pose) -> bool:
    """Whether the pose model sees all ends and guesses none of them beyond the picture."""
    return bool(((ends >= 0) & (ends < (pose.width, pose.height))).all())


def _near(pose: Pose) -> list[int]:
    """0 where the left leg is the nearer one, 1 where the right one is."""
    return [int(pose.world[Joint.RIGHT_HIP, 2] < pose.world[Joint.LEFT_HIP, 2])]


def _nearer(ends: Floats, posed: Floats, since_s: float) -> Floats:
    """Those ends after going over to the pose model's for so long."""
    gap, segment = posed - ends, ends[:, 1] - ends[:, 0]
    axis = (segment / np.linalg.norm(segment, axis=1, keepdims=True))[:, None]
    along = (gap * axis).sum(axis=2, keepdims=True) * axis
    soon, late = (1 - np.exp(-since_s / slow_s) for slow_s in (_ALONG_S, _ACROSS_S))
    return np.asarray(ends + soon * along + late * (gap - along))


def _length(ends: Floats) -> float:
    return float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).mean())


def _apart(ends: Floats) -> float:
    """Shin lengths between the ankles, across the shins."""
    gap, along = ends[1, 0] - ends[0, 0], (ends[:, 1] - ends[:, 0]).mean(axis=0)
    return float(abs(gap[0] * along[1] - gap[1] * along[0]) / max(float(along @ along), 1e-9))


def _shown(axes: Grey, p: Floats) -> Grey:
    """How much of each point of n segments is to be seen, 0 to 1, shape (n, 384).

    Of two shins the one that stands lower in the picture is nearer, and hides what is behind it.
    """
    shown = np.ones((len(p), ALONG.size), np.float32)
    if len(p) == 1:
        return shown
    shift, turn = p.T[:2, :, None].astype(np.float32)
    first, along = axes[0] + shift * axes[2], axes[1] + turn * axes[2]
    near = int(first[:, 1].argmax())
    far = 1 - near
    length = float(np.linalg.norm(along[near]))
    segment = along[near] / length
    x, y = (each.reshape(shown.shape)[far] - first[near, k] for k, each in enumerate(places(axes, p)))
    at = np.clip(x * segment[0] + y * segment[1], 0, length)
    off = np.hypot(x - at * segment[0], y - at * segment[1]) / length
    shown[far] = np.clip((off - _THICK) / _EDGE, 0, 1)
    return shown
