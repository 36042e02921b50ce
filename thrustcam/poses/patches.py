"""Patches around segments of the body: their grey levels, and how such a patch is laid onto another picture.

Across the segment by a shift that grows from its first end to its second, which is the turn, and along it as
little as it takes. Least squares on grey levels, linearised in the first picture (Lucas & Kanade 1981;
"inverse compositional", Baker & Matthews 2004), robust to what lies behind the segment and does not turn
with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame

Floats = NDArray[np.float64]
Grey = NDArray[np.float32]

LENGTH_PX = 48.0
"""Pixels of a segment in the pictures that are compared: enough for a tenth of a degree."""
_BLUR_PX = 1.0
_SMALLEST_PX = 12.0

_HALF_WIDTH = 0.18
"""Lengths: a segment and its outline, and little of what is behind. With 0.30 caves came out a third
short."""
_STEPS, _ENOUGH = 6, 2e-4
_NOISE_LEVELS, _FAR = 0.7, 1.8
"""Grey levels that pictures differ by themselves; and how many times as much as usual is not the segment."""
_UP = np.array([10.0, 10.0, 0.0, 0.0, 1.0], np.float32)
"""What holds up a shift, the turn and light."""

ALONG, ACROSS = (
    a.astype(np.float32)
    for a in np.meshgrid(np.linspace(0, 1, 32), np.linspace(-_HALF_WIDTH, _HALF_WIDTH, 12), indexing="ij")
)
"""Of the points that are compared: place along the segment, and across it, in its lengths; shape (32, 12)."""
_MIDDLE = ALONG.size // 2
ON_SEGMENT = np.exp(-0.5 * (ACROSS / (0.6 * _HALF_WIDTH)) ** 2).ravel()
"""How much each point counts, shape (384,)."""


@dataclass(frozen=True)
class Part:
    """A part of a picture that is looked at.

    `low`, `high` : its corners, x and y, pixels. `scale` : how much smaller it is looked at.
    """

    low: NDArray[np.intp]
    high: NDArray[np.intp]
    scale: float

    @classmethod
    def of(cls, frame: Frame, low: Floats, high: Floats, length: float) -> Part | None:
        """Between those corners, shapes (2,), in which segments are so many pixels long.

        None where they are too small to be compared, or out of the picture.
        """
        height, width = frame.image.shape[:2]
        first = np.maximum(low, 0).astype(int)
        last = np.minimum(high + 1, (width, height)).astype(int)
        if length < _SMALLEST_PX or (last - first).min() < _SMALLEST_PX:
            return None
        return cls(first, last, min(1.0, LENGTH_PX / length))

    def seen(self, frame: Frame) -> NDArray[np.uint8]:
        """Its grey levels in a picture of the same size."""
        (x0, y0), (x1, y1) = self.low, self.high
        grey = cv2.cvtColor(frame.image[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY)
        if self.scale < 1:
            grey = cv2.resize(grey, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA)
        return np.asarray(grey, np.uint8)


@dataclass(frozen=True)
class Patches:
    """What n segments look like in one picture.

    `axes` : of each segment, pixels, shape (3, n, 2): first end, along, across.
    `grey` : of its points, shape (n, 384). `slopes` : by how much each of five numbers changes that, shape
    (n, 5, 384): in lengths of the segment, shift across, further shift at its second end, slid along,
    stretched along; and grey levels by which it is lighter.
    """

    axes: Grey
    grey: Grey
    slopes: Grey

    @classmethod
    def of(cls, grey: Grey, axes: Grey) -> Patches:
        """Those of a picture with these axes."""
        n = axes.shape[1]
        levels = points(grey, axes, np.zeros((n, 5)))
        patches = levels.reshape(-1, *ALONG.shape)
        ds = np.gradient(patches, float(ALONG[1, 0]), axis=1)
        dw = np.gradient(patches, float(ACROSS[0, 1] - ACROSS[0, 0]), axis=2)
        slopes = np.stack([dw, dw * ALONG, ds, ds * ALONG, np.full_like(ds, -1)], axis=1)
        return cls(axes, levels, slopes.reshape(n, 5, -1))

    def laid(self, now: Grey, p: Floats, back: Grey, seen: Grey, axes: Grey | None = None) -> Floats:
        """The five numbers in another picture, shape (n, 5), from a first guess.

        Parameters
        ----------
        back : what holds back each of them. `seen` : how much each point counts, shape (n, 384).
        axes : from where the numbers count in that picture; where they are in this one unless given.
        """
        axes = self.axes if axes is None else axes
        stiff = np.diag(_UP + back)
        for _ in range(_STEPS):
            off = points(now, axes, p) - self.grey - p[:, 4:].astype(np.float32)
            usual = 1.4826 * np.partition(np.abs(off), _MIDDLE)[:, _MIDDLE, None] + _NOISE_LEVELS
            weighed = self.slopes * (seen / (1 + (off / (_FAR * usual)) ** 2) ** 2)[:, None]
            pull = (weighed @ off[..., None])[..., 0] + back * p
            bend = weighed @ self.slopes.transpose(0, 2, 1) + stiff
            step = np.linalg.solve(bend, pull[..., None])[..., 0]
            p = p - step
            if np.abs(step[:, :2]).max() < _ENOUGH:
                break
        return p


def axes_of(first: Floats, along: Floats) -> Grey:
    """The axes of segments with these first ends and these lines to the second ones, shapes (n, 2)."""
    return np.stack([first, along, across(along)]).astype(np.float32)


def across(along: Floats) -> Floats:
    """A quarter turn further, clockwise in the picture."""
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def rotated(line: Floats, deg: Floats) -> Floats:
    """That line, shape (2,), turned clockwise in the picture by each of these; shape (n, 2)."""
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.column_stack([c * line[0] - s * line[1], s * line[0] + c * line[1]])


def blurred(grey: NDArray[np.uint8]) -> Grey:
    """As much as makes slopes of grey levels smooth."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR_PX), np.float32)


def turned_deg(p: Floats) -> Floats:
    """Clockwise, by those five numbers, shape (n,)."""
    return np.asarray(np.degrees(np.arctan2(p[:, 1], 1 + p[:, 3])))


def points(grey: Grey, axes: Grey, p: Floats) -> Grey:
    """Grey levels at the points of n segments, shape (n, 384), where patches lie like `p`."""
    x, y = places(axes, p)
    at = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(at, np.float32).reshape(len(p), -1)


def places(axes: Grey, p: Floats) -> tuple[Grey, Grey]:
    """Where in the picture those points lie, x and y, shapes (32 n, 12)."""
    shift, turn, slid, stretch = p.T[:4, :, None, None].astype(np.float32)
    s, w = ALONG + slid + stretch * ALONG, ACROSS + shift + turn * ALONG
    first, along, aside = axes[..., None, None]
    x, y = ((first[:, k] + s * along[:, k] + w * aside[:, k]).reshape(-1, ALONG.shape[1]) for k in (0, 1))
    return x, y
