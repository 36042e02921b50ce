"""The picture of a shin: a small one, whose size and place follow the body, however it lies in the whole."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import Joint
from thrustcam.poses.place import Image

WIDTH, HEIGHT = 56, 64
_SPAN = 1.8
"""Shin lengths that it is wide: more shows other things, of less the knee falls out."""
_ANKLE = np.array([0.5, 0.84])
"""Where in it the ankle is, of its width and height."""
_SHIN = 0.29
"""Of trunk, thigh and shin together."""
_BLURRED_FROM = 1.3
"""Pixels of the whole to one of it, from which on it would flicker."""

_CHAIN = ("SHOULDER", "HIP", "KNEE", "ANKLE")
_SIDES = ("LEFT", "RIGHT")


def shin_pictures(image: Image, points: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The left and the right shin, shape (2, `HEIGHT`, `WIDTH`, 3); black where nobody was found.

    Parameters
    ----------
    image : the whole picture.
    points : shape (k, 33, 2), pixels: landmarks by each of k ways to look. The ankles are taken from them and
        the body's size, which is wrong less often than where a leg goes from there.
    """
    out = np.zeros((2, HEIGHT, WIDTH, 3), np.uint8)
    if np.isfinite(points).all():
        length = shin_px(points)
        fine = _fine(image, length)
        for side, picture in zip(_SIDES, out, strict=True):
            picture[:] = _cut_out(fine, ankle(points, side), length)
    return out


def ankle(points: NDArray[np.float32], side: str) -> NDArray[np.float64]:
    """Pixels, shape (2,)."""
    return np.asarray(np.median(points[:, Joint[f"{side.upper()}_ANKLE"]].astype(float), axis=0))


def shin_px(points: NDArray[np.float32]) -> float:
    """How long a shin is, by the size of the whole body, pixels."""
    chains = np.array([[points[:, Joint[f"{side}_{name}"]] for name in _CHAIN] for side in _SIDES], float)
    lengths = np.linalg.norm(np.diff(chains, axis=1), axis=-1).sum(axis=1).mean(axis=0)
    return _SHIN * float(np.median(lengths))


def around(image: Image, foot: NDArray[np.float64], length_px: float) -> Image:
    """The small picture of a shin of that length above an ankle there."""
    return _cut_out(_fine(image, length_px), foot, length_px)


def _fine(image: Image, length_px: float) -> Image:
    """The whole picture, no sharper than a small one can show."""
    scale = _scale(length_px)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5 * scale)) if scale > _BLURRED_FROM else image


def _cut_out(fine: Image, foot: NDArray[np.float64], length_px: float) -> Image:
    scale = _scale(length_px)
    x, y = _ANKLE * (WIDTH, HEIGHT) - foot / scale
    moved = np.array([[1 / scale, 0, x], [0, 1 / scale, y]])
    small = cv2.warpAffine(
        fine, moved, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(small, np.uint8)


def _scale(length_px: float) -> float:
    """Pixels of the whole to one of the small picture."""
    return max(_SPAN * length_px / WIDTH, 1e-3)
