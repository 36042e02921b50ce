"""How far each shin turns in the picture, told by what the picture shows of it.

The pose model draws a knee where knees usually are: of knees that fall inward by 12° it shows 8°, or none.
The shin itself turns by exactly that much. So the patch of each shin is laid onto later pictures: across the
shin by a shift that grows from ankle to knee, which is the turn, and along it as little as it takes. Least
squares on grey levels, linearised in the first picture (Lucas & Kanade 1981; "inverse compositional", Baker &
Matthews 2004), robust to what lies behind the shin and does not turn with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Joint, Pose

Floats = NDArray[np.float64]
Grey = NDArray[np.float32]
Pixels = NDArray[np.intp]

LOST_S = 2.0
"""The pose model loses a body at its tops for up to that long. If it sees the shins elsewhere for longer,
they are there, and nobody knows how far they have turned meanwhile."""

_ELSEWHERE = 0.35
"""Shin lengths. From there on it is not the same shin that the pose model sees."""
_ACROSS_S, _ALONG_S = 1.5, 0.3
"""In that time a patch goes over to where the pose model sees the shin. Across it wanders less by itself;
along it, where a shin looks alike, more."""
_KEPT_TO, _KEPT_S = 0.05, 0.5
"""A patch is taken anew once its shin has moved by so many lengths, or after so long. Compared from picture
to picture, which hardly differ, caves came out a tenth short and the same rep 0.5° apart."""
_JUMP = 0.2
"""Shin lengths by which none moves from one picture to the next."""

_HIDDEN = 0.2
"""Shin lengths between both ankles, across the shins: nearer, as from the side, one shin hides the other."""

_SHIN_PX = 48.0
"""Pixels of a shin in the pictures that are compared: enough for a tenth of a degree, whatever the camera."""
_SMALLEST_PX = 12.0
_BLUR_PX = 1.0
_AROUND = 0.3
"""Shin lengths around both shins that are looked at."""

_HALF_WIDTH = 0.18
"""Shin lengths: a shin and its outline, and little of what is behind. With 0.30 caves came out a third
short."""
_STEPS, _ENOUGH = 6, 2e-4
_NOISE_LEVELS, _FAR = 0.7, 1.8
"""Grey levels that pictures differ by themselves; and how many times as much as usual is not the shin."""
_STIFF = np.diag(np.array([10.0, 10.0, 3e4, 3e4, 1.0], np.float32))
_BACK = np.diag(_STIFF) * np.array([0, 0, 1, 1, 0], np.float32)
"""What holds up a shift, the turn, sliding and stretching along the shin, and light; and what holds back
sliding and stretching, which its outline does not show."""

_S, _W = (
    a.astype(np.float32)
    for a in np.meshgrid(np.linspace(0, 1, 32), np.linspace(-_HALF_WIDTH, _HALF_WIDTH, 12), indexing="ij")
)
"""Of the points that are compared: place along the shin, and across it, in shin lengths; shape (32, 12)."""
_MIDDLE = _S.size // 2
_ON_SHIN = np.exp(-0.5 * (_W / (0.6 * _HALF_WIDTH)) ** 2).ravel()
_ENDS = np.array([[Joint.LEFT_ANKLE, Joint.LEFT_KNEE], [Joint.RIGHT_ANKLE, Joint.RIGHT_KNEE]])


class ShinTracker:
    """Follows both shins through pictures that come in order of time.

    Their ends, once seen, go where their patches go, and only slowly to where the pose model sees them: it
    may lose a body at a top.
    """

    def __init__(self) -> None:
        self._shins: _Shins | None = None
        self._lie = _Lie.still(0.0)
        self._turned = np.zeros(2)
        self._agreed_s = 0.0

    def __call__(self, frame: Frame, pose: Pose) -> Floats:
        """Degrees by which the left and the right shin have turned so far, clockwise; shape (2,).

        Only differences mean anything. NaN in every picture in which the shins are not seen, or found again.
        """
        shins, posed = self._shins, _posed(pose)
        if shins is None:
            return self._found(frame, posed)
        self._lie = self._lie.followed_by(shins.laid(frame, self._lie.expected(frame.time_s)), frame.time_s)
        turned = self._turned + self._lie.turned_deg
        if self._lie.moved > _KEPT_TO or frame.time_s - shins.time_s > _KEPT_S:
            ends = self._agreed(self._lie.of(shins.ends), posed, frame.time_s - shins.time_s, frame.time_s)
            if ends is None:
                return self._found(frame, posed)
            self._shins, self._lie, self._turned = _Shins.of(frame, ends), self._lie.from_here(), turned
        return turned

    def _found(self, frame: Frame, posed: Floats | None) -> Floats:
        """Begin with where the pose model sees the shins, if they lie side by side."""
        beside = posed if posed is not None and _apart(posed) > _HIDDEN else None
        self._shins = None if beside is None else _Shins.of(frame, beside)
        self._lie, self._agreed_s = _Lie.still(frame.time_s), frame.time_s
        return np.full(2, np.nan)

    def _agreed(self, ends: Floats, posed: Floats | None, since_s: float, time_s: float) -> Floats | None:
        """The ends that were followed, a bit nearer to the pose model's; None once it sees them elsewhere."""
        if posed is not None and np.abs(posed - ends).max() < _ELSEWHERE * _length(ends):
            self._agreed_s = time_s
            return _nearer(ends, posed, since_s)
        return ends if time_s - self._agreed_s <= LOST_S else None


@dataclass(frozen=True)
class _Lie:
    """How the patches of both shins lie in a later picture.

    `p` : shape (2, 5). In shin lengths: shift across, further shift at the knee, slid along, stretched along;
    and grey levels by which it is lighter. `speed` : by how much a second shift and turn grow, shape (2, 2).
    """

    p: Floats
    speed: Floats
    time_s: float

    @classmethod
    def still(cls, time_s: float) -> _Lie:
        """Where they were taken."""
        return cls(np.zeros((2, 5)), np.zeros((2, 2)), time_s)

    @property
    def moved(self) -> float:
        """Shin lengths, the farther one."""
        return float(np.abs(self.p[:, :2]).max())

    @property
    def turned_deg(self) -> Floats:
        """Clockwise, shape (2,)."""
        return np.asarray(np.degrees(np.arctan2(self.p[:, 1], 1 + self.p[:, 3])))

    def of(self, ends: Floats) -> Floats:
        """Where those ends lie."""
        shift, turn, slid, stretch = self.p.T[:4, :, None]
        along = ends[:, 1] - ends[:, 0]
        across = _across(along)
        ankle = ends[:, 0] + shift * across + slid * along
        return np.asarray(np.stack([ankle, ankle + turn * across + (1 + stretch) * along], axis=1))

    def expected(self, time_s: float) -> Floats:
        """`p` at another time, at the same speed."""
        p = self.p.copy()
        p[:, :2] += self.speed * (time_s - self.time_s)
        return np.asarray(p)

    def followed_by(self, p: Floats, time_s: float) -> _Lie:
        """How they lie next, if they did not jump there."""
        if np.abs(p[:, :4] - self.p[:, :4]).max() > _JUMP:
            return _Lie(self.p, np.zeros((2, 2)), time_s)
        return _Lie(p, (p - self.p)[:, :2] / max(time_s - self.time_s, 1e-3), time_s)

    def from_here(self) -> _Lie:
        """How patches taken now lie in this picture."""
        return _Lie(np.zeros((2, 5)), self.speed, self.time_s)


@dataclass(frozen=True)
class _Shins:
    """Both shins in one picture.

    `ends` : pixels, shape (2, 2, 2): left and right, ankle and knee, x and y.
    `low`, `high`, `scale` : corners of the part around them, and how much smaller it is looked at.
    `axes` : of each shin in that part, shape (3, 2, 2): ankle, along, across.
    `grey` : of its points, shape (2, 32, 12). `slopes` : by how much each number of `_Lie.p` changes that,
    shape (2, 5, 384).
    """

    time_s: float
    ends: Floats
    low: Pixels
    high: Pixels
    scale: float
    axes: Grey
    grey: Grey
    slopes: Grey

    @classmethod
    def of(cls, frame: Frame, ends: Floats) -> _Shins | None:
        """None where they are too small to be compared, or out of the picture."""
        length, size = _length(ends), np.array(frame.image.shape[1::-1])
        low = np.maximum(ends.min(axis=(0, 1)) - _AROUND * length, 0).astype(int)
        high = np.minimum(ends.max(axis=(0, 1)) + _AROUND * length + 1, size).astype(int)
        if length < _SMALLEST_PX or (high - low).min() < _SMALLEST_PX:
            return None
        scale = min(1.0, _SHIN_PX / length)
        small = (ends - low) * scale
        along = small[:, 1] - small[:, 0]
        axes = np.stack([small[:, 0], along, _across(along)]).astype(np.float32)
        grey = _points(_grey(frame, low, high, scale), axes, np.zeros((2, 5)))
        ds, dw = np.gradient(grey, _S[1, 0], _W[0, 1] - _W[0, 0], axis=(1, 2))
        slopes = np.stack([dw, dw * _S, ds, ds * _S, np.full_like(ds, -1)], axis=1).reshape(2, 5, -1)
        return cls(frame.time_s, ends, low, high, scale, axes, grey, slopes)

    def laid(self, frame: Frame, p: Floats) -> Floats:
        """`_Lie.p` in a picture soon after, from a first guess."""
        now = _grey(frame, self.low, self.high, self.scale)
        for _ in range(_STEPS):
            off = (_points(now, self.axes, p) - self.grey).reshape(2, -1) - p[:, 4:].astype(np.float32)
            usual = 1.4826 * np.partition(np.abs(off), _MIDDLE)[:, _MIDDLE, None] + _NOISE_LEVELS
            weighed = self.slopes * (_ON_SHIN / (1 + (off / (_FAR * usual)) ** 2) ** 2)[:, None]
            pull = (weighed @ off[..., None])[..., 0] + _BACK * p
            bend = weighed @ self.slopes.transpose(0, 2, 1) + _STIFF
            step = np.linalg.solve(bend, pull[..., None])[..., 0]
            p = p - step
            if np.abs(step[:, :2]).max() < _ENOUGH:
                break
        return p


def _posed(pose: Pose) -> Floats | None:
    """Where the pose model sees the ends; None where it sees none, or guesses beyond the picture."""
    ends = pose.points[_ENDS].astype(float)
    return ends if ((ends >= 0) & (ends < (pose.width, pose.height))).all() else None


def _nearer(ends: Floats, posed: Floats, since_s: float) -> Floats:
    """Those ends after going over to the pose model's for so long."""
    gap, shin = posed - ends, ends[:, 1] - ends[:, 0]
    axis = (shin / np.linalg.norm(shin, axis=1, keepdims=True))[:, None]
    along = (gap * axis).sum(axis=2, keepdims=True) * axis
    parts = zip((along, gap - along), (_ALONG_S, _ACROSS_S), strict=True)
    return np.asarray(ends + sum(part * (1 - np.exp(-since_s / slow_s)) for part, slow_s in parts))


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
    """Grey levels at the points of both shins, shape (2, 32, 12), where patches lie like `p`."""
    shift, turn, slid, stretch = p.T[:4, :, None, None].astype(np.float32)
    s, w = _S + slid + stretch * _S, _W + shift + turn * _S
    ankle, along, across = axes[..., None, None]
    x, y = ((ankle[:, k] + s * along[:, k] + w * across[:, k]).reshape(-1, _S.shape[1]) for k in (0, 1))
    at = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(at, np.float32).reshape(2, *_S.shape)
