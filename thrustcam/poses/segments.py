"""How far shins and feet turn in the picture, told by what the picture shows of them.

The pose model draws a knee where knees usually are: of knees that fall inward by 12° it shows 8°, or none.
The shin itself turns by exactly that much. So the patch of each segment is laid onto later pictures: across
it by a shift that grows from its first end to its second, which is the turn, and along it as little as it
takes. Least squares on grey levels, linearised in the first picture (Lucas & Kanade 1981; "inverse
compositional", Baker & Matthews 2004), robust to what lies behind the segment and does not turn with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Joint, Pose

Floats = NDArray[np.float64]
Grey = NDArray[np.float32]
Pixels = NDArray[np.intp]

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
_LIKE_DEG = 3.0
_SAME_PLACE, _SAME_LIE = 0.15, 0.04
"""A patch taken within so many degrees serves again when the segment comes by, if it is still within so many
lengths of there, and lies so nearly as expected. Without that turns drift by a degree a rep; with it they are
the same to 0.2° in equal reps."""
_CALM, _CALM_S = 0.1, 0.045
"""Slower, in lengths a second, segments are looked at in every second picture of 30 a second."""
_JUMP = 0.2
"""Lengths by which no segment moves from one picture to the next."""

_HIDDEN = 0.26
"""Shin lengths between both ankles, across the shins: nearer, as from the side, one shin hides the other."""
_ASIDE = 0.40
"""The same: further apart, they are seen from three-quarters or from the feet."""
_FLAT_DEG = 18.0
"""A foot on the floor is drawn no steeper, seen from aside; one that is was drawn elsewhere, or is seen from
its toes."""

_LENGTH_PX = 48.0
"""Pixels of a segment in the pictures that are compared: enough for a tenth of a degree."""
_SMALLEST_PX = 12.0
_BLUR_PX = 1.0
_AROUND = 0.3
"""Lengths around all segments that are looked at."""

_HALF_WIDTH = 0.18
"""Lengths: a segment and its outline, and little of what is behind. With 0.30 caves came out a third
short."""
_STEPS, _ENOUGH = 6, 2e-4
_NOISE_LEVELS, _FAR = 0.7, 1.8
"""Grey levels that pictures differ by themselves; and how many times as much as usual is not the segment."""
_UP = np.array([10.0, 10.0, 0.0, 0.0, 1.0], np.float32)
_BACK = np.array([0.0, 0.0, 3e4, 3e4, 0.0], np.float32)
"""What holds up a shift, the turn and light; and what holds back sliding and stretching along the segment,
which its outline does not show."""
_PLANTED = np.array([3e5, 0.0, 0.0, 0.0, 0.0], np.float32)
"""What holds back a shift of shins besides, whose ankles stay where they are: a seventh less error."""

_S, _W = (
    a.astype(np.float32)
    for a in np.meshgrid(np.linspace(0, 1, 32), np.linspace(-_HALF_WIDTH, _HALF_WIDTH, 12), indexing="ij")
)
"""Of the points that are compared: place along the segment, and across it, in its lengths; shape (32, 12)."""
_MIDDLE = _S.size // 2
_THICK, _EDGE = 0.13, 0.05
"""Lengths: half of how wide a nearer segment hides those behind it, and of how unsure its outline is."""
_ON_SEGMENT = np.exp(-0.5 * (_W / (0.6 * _HALF_WIDTH)) ** 2).ravel()

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


def near_shin(pose: Pose) -> Floats | None:
    """Ankle and knee of the nearer leg, pixels, shape (1, 2, 2); None as of `shins`."""
    ends = pose.points[_SHINS[_near(pose)]].astype(float)
    return ends if _in_picture(ends, pose) else None


def near_shin_from_aside(pose: Pose) -> Floats | None:
    """The same; None also where both lie as far apart as from three-quarters or from the feet."""
    ends = shins(pose)
    return near_shin(pose) if ends is not None and _apart(ends) < _ASIDE else None


def near_foot(pose: Pose) -> Floats | None:
    """Toe and heel of the nearer foot, pixels, shape (1, 2, 2); None as above, or where it is not flat."""
    ends = pose.points[_FEET[_near(pose)]].astype(float)
    across, up = np.abs(ends[0, 1] - ends[0, 0])
    return ends if _in_picture(ends, pose) and up < np.tan(np.radians(_FLAT_DEG)) * across else None


class Followed(NamedTuple):
    """What a tracker follows.

    `begins`, `agrees` : a pose's segments, shape (n, 2, 2), or None: to begin with, and to go on.
    `lost_s` : the pose model loses a body at its tops, and a foot whose heel lifts for all of a rep. If it
    sees them elsewhere for longer, they are there, and nobody knows how far they have turned meanwhile.
    `pause_s` : between pictures that are looked at. `back` : what holds back each number of `_Lie.p`.
    `most_deg` : no further does it turn: something else was followed.
    `returns` : whether what it looked like before tells how far it has turned now.
    """

    begins: Callable[[Pose], Floats | None]
    agrees: Callable[[Pose], Floats | None]
    lost_s: float
    pause_s: float
    back: Grey
    returns: bool = False
    most_deg: float = math.inf


SHINS = Followed(shins_side_by_side, shins, lost_s=2.0, pause_s=0.02, back=_BACK + _PLANTED)
NEAR_FOOT = Followed(near_foot, near_foot, lost_s=5.0, pause_s=0.045, back=_BACK, most_deg=45.0)
NEAR_SHIN = Followed(near_shin_from_aside, near_shin, lost_s=5.0, pause_s=0.02, back=_BACK, returns=True)
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
        self._known: dict[tuple[int, ...], tuple[_Segments, Floats]] = {}

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
            return self._taken(frame, ends, turned)
        return turned

    def _taken(self, frame: Frame, ends: Floats, turned: Floats) -> Floats:
        """Go on from the patches that were taken when the segments last lay like this, or from new ones."""
        place = tuple(np.round(turned / _LIKE_DEG).astype(int).tolist())
        if self._followed.returns and place in self._known:
            segments, then = self._known[place]
            guess = _lying(segments.ends, ends)
            if np.abs(guess).max() < _SAME_PLACE:
                laid = segments.laid(frame, guess, self._followed.back)
                if np.abs((laid - guess)[:, :2]).max() < _SAME_LIE:
                    self._segments, self._turned = replace(segments, time_s=frame.time_s), then
                    self._lie = _Lie(laid, self._lie.speed, frame.time_s)
                    return np.asarray(then + self._lie.turned_deg)
        self._segments, self._lie, self._turned = _Segments.of(frame, ends), self._lie.from_here(), turned
        if self._segments is not None and self._followed.returns:
            self._known[place] = self._segments, turned
        return turned

    def _find(self, frame: Frame, pose: Pose) -> None:
        """Begin with where the pose model sees the segments; nothing is known of how they turned."""
        posed = self._followed.begins(pose)
        self._segments = None if posed is None else _Segments.of(frame, posed)
        n = 0 if posed is None else len(posed)
        self._known = {}
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
        return np.asarray(np.degrees(np.arctan2(self.p[:, 1], 1 + self.p[:, 3])))

    def of(self, ends: Floats) -> Floats:
        """Where those ends lie."""
        shift, turn, slid, stretch = self.p.T[:4, :, None]
        along = ends[:, 1] - ends[:, 0]
        across = _across(along)
        first = ends[:, 0] + shift * across + slid * along
        return np.asarray(np.stack([first, first + turn * across + (1 + stretch) * along], axis=1))

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
    `size` : of the picture, pixels. `low`, `high`, `scale` : corners of the part around them, and how much
    smaller it is looked at.
    `axes` : of each segment in that part, shape (3, n, 2): first end, along, across.
    `grey` : of its points, shape (n, 384). `slopes` : by how much each number of `_Lie.p` changes that, shape
    (n, 5, 384). `shown` : how much of each point was to be seen, shape (n, 384).
    """

    time_s: float
    ends: Floats
    size: tuple[int, int]
    low: Pixels
    high: Pixels
    scale: float
    axes: Grey
    grey: Grey
    slopes: Grey
    shown: Grey

    @classmethod
    def of(cls, frame: Frame, ends: Floats) -> _Segments | None:
        """None where they are too small to be compared, or out of the picture."""
        length, (height, width) = _length(ends), frame.image.shape[:2]
        low = np.maximum(ends.min(axis=(0, 1)) - _AROUND * length, 0).astype(int)
        high = np.minimum(ends.max(axis=(0, 1)) + _AROUND * length + 1, (width, height)).astype(int)
        if length < _SMALLEST_PX or (high - low).min() < _SMALLEST_PX:
            return None
        scale = min(1.0, _LENGTH_PX / length)
        small = (ends - low) * scale
        along = small[:, 1] - small[:, 0]
        axes = np.stack([small[:, 0], along, _across(along)]).astype(np.float32)
        here = np.zeros((len(ends), 5))
        grey, shown = _points(_grey(frame, low, high, scale), axes, here), _shown(axes, here)
        patches = grey.reshape(-1, *_S.shape)
        ds = np.gradient(patches, float(_S[1, 0]), axis=1)
        dw = np.gradient(patches, float(_W[0, 1] - _W[0, 0]), axis=2)
        slopes = np.stack([dw, dw * _S, ds, ds * _S, np.full_like(ds, -1)], axis=1)
        slopes = slopes.reshape(len(ends), 5, -1)
        return cls(frame.time_s, ends, (width, height), low, high, scale, axes, grey, slopes, shown)

    def laid(self, frame: Frame, p: Floats, back: Grey) -> Floats:
        """`_Lie.p` in a picture soon after, from a first guess; `back`: of `Followed`."""
        now = _grey(frame, self.low, self.high, self.scale)
        stiff = np.diag(_UP + back)
        seen = _ON_SEGMENT * np.minimum(self.shown, _shown(self.axes, p))
        for _ in range(_STEPS):
            off = _points(now, self.axes, p) - self.grey - p[:, 4:].astype(np.float32)
            usual = 1.4826 * np.partition(np.abs(off), _MIDDLE)[:, _MIDDLE, None] + _NOISE_LEVELS
            weighed = self.slopes * (seen / (1 + (off / (_FAR * usual)) ** 2) ** 2)[:, None]
            pull = (weighed @ off[..., None])[..., 0] + back * p
            bend = weighed @ self.slopes.transpose(0, 2, 1) + stiff
            step = np.linalg.solve(bend, pull[..., None])[..., 0]
            p = p - step
            if np.abs(step[:, :2]).max() < _ENOUGH:
                break
        return p


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


def _lying(before: Floats, after: Floats) -> Floats:
    """`_Lie.p` of patches that were taken at those ends where their ends are these, shapes (n, 2, 2)."""
    along = before[:, 1] - before[:, 0]
    axes = np.stack([along, _across(along)], axis=1) / (along**2).sum(axis=1)[:, None, None]
    first, more = after[:, 0] - before[:, 0], after[:, 1] - after[:, 0] - along
    slid, shift = np.einsum("nij,nj->in", axes, first)
    stretch, turn = np.einsum("nij,nj->in", axes, more)
    return np.stack([shift, turn, slid, stretch, np.zeros(len(along))], axis=1)


def _length(ends: Floats) -> float:
    return float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).mean())


def _apart(ends: Floats) -> float:
    """Shin lengths between the ankles, across the shins."""
    gap, along = ends[1, 0] - ends[0, 0], (ends[:, 1] - ends[:, 0]).mean(axis=0)
    return float(abs(gap[0] * along[1] - gap[1] * along[0]) / max(float(along @ along), 1e-9))


def _across(along: Floats) -> Floats:
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def _grey(frame: Frame, low: Pixels, high: Pixels, scale: float) -> Grey:
    """A part of a picture, made smaller."""
    part = cv2.cvtColor(frame.image[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY)
    small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else part
    return np.asarray(cv2.GaussianBlur(small, (0, 0), _BLUR_PX), np.float32)


def _points(grey: Grey, axes: Grey, p: Floats) -> Grey:
    """Grey levels at the points of n segments, shape (n, 384), where patches lie like `p`."""
    x, y = _places(axes, p)
    at = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(at, np.float32).reshape(len(p), -1)


def _shown(axes: Grey, p: Floats) -> Grey:
    """How much of each point of n segments is to be seen, 0 to 1, shape (n, 384).

    Of two shins the one that stands lower in the picture is nearer, and hides what is behind it.
    """
    shown = np.ones((len(p), _S.size), np.float32)
    if len(p) == 1:
        return shown
    shift, turn = p.T[:2, :, None].astype(np.float32)
    first, along = axes[0] + shift * axes[2], axes[1] + turn * axes[2]
    near = int(first[:, 1].argmax())
    far = 1 - near
    length = float(np.linalg.norm(along[near]))
    segment = along[near] / length
    x, y = (each.reshape(shown.shape)[far] - first[near, k] for k, each in enumerate(_places(axes, p)))
    at = np.clip(x * segment[0] + y * segment[1], 0, length)
    off = np.hypot(x - at * segment[0], y - at * segment[1]) / length
    shown[far] = np.clip((off - _THICK) / _EDGE, 0, 1)
    return shown


def _places(axes: Grey, p: Floats) -> tuple[Grey, Grey]:
    """Where in the compared part those points lie, x and y, shapes (32 n, 12)."""
    shift, turn, slid, stretch = p.T[:4, :, None, None].astype(np.float32)
    s, w = _S + slid + stretch * _S, _W + shift + turn * _S
    first, along, across = axes[..., None, None]
    x, y = ((first[:, k] + s * along[:, k] + w * across[:, k]).reshape(-1, _S.shape[1]) for k in (0, 1))
    return x, y
