"""Close-ups: small pictures of a part of the lifter, whose size and place follow the body, however it lies in
the whole picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import Joint
from thrustcam.poses.painting import Disc
from thrustcam.poses.place import Image

_BLURRED_FROM = 1.3
"""Pixels of the whole to one of the small picture, from which on it would flicker."""
_SHIN = 0.29
"""Of trunk, thigh and shin together."""

_CHAIN = ("SHOULDER", "HIP", "KNEE", "ANKLE")
_SIDES = ("LEFT", "RIGHT")


@dataclass(frozen=True)
class CloseUp:
    """What a small picture shows of the whole.

    `width`, `height` : its pixels. `span` : how wide it is, in lengths of what it is measured by. `place` :
    where in it the point lies that it is cut out around, of its width and height.
    """

    width: int
    height: int
    span: float
    place: tuple[float, float]

    def __call__(self, image: Image, at: NDArray[np.float64], length_px: float) -> Image:
        """Around a point of the whole picture, shape (`height`, `width`, 3)."""
        return self.cut_out(self.fine(image, length_px), at, length_px)

    def fine(self, image: Image, length_px: float) -> Image:
        """The whole picture, no sharper than the small one can show."""
        scale = self._scale(length_px)
        return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5 * scale)) if scale > _BLURRED_FROM else image

    def cut_out(self, fine: Image, at: NDArray[np.float64], length_px: float) -> Image:
        """The same of a whole picture that is `fine` already."""
        scale, size = self._scale(length_px), (self.width, self.height)
        x, y = np.array(self.place) * size - at / scale
        moved = np.array([[1 / scale, 0, x], [0, 1 / scale, y]])
        small = cv2.warpAffine(fine, moved, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(small, np.uint8)

    def nothing(self) -> Image:
        """Black."""
        return np.zeros((self.height, self.width, 3), np.uint8)

    def _scale(self, length_px: float) -> float:
        """Pixels of the whole to one of the small picture."""
        return max(self.span * length_px / self.width, 1e-3)


SHIN = CloseUp(56, 64, 1.8, (0.5, 0.84))
"""Above an ankle, by the length of the shin: more shows other things, of less the knee falls out."""
HIPS = CloseUp(112, 80, 6.5, (0.5, 0.39))
"""From shoulders to shins around the bar, by the radius of the plate, which hides the middle of it."""


def shin_pictures(image: Image, points: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The left and the right shin, shape (2, 64, 56, 3); black where nobody was found.

    Parameters
    ----------
    image : the whole picture.
    points : shape (k, 33, 2), pixels: landmarks by each of k ways to look. The ankles are taken from them and
        the body's size, which is wrong less often than where a leg goes from there.
    """
    out = np.stack([SHIN.nothing() for _ in _SIDES])
    if np.isfinite(points).all():
        length = shin_px(points)
        fine = SHIN.fine(image, length)
        for side, picture in zip(_SIDES, out, strict=True):
            picture[:] = SHIN.cut_out(fine, ankle(points, side), length)
    return out


def hip_picture(image: Image, near: Disc) -> Image:
    """The hips with the near plate before them, shape (80, 112, 3)."""
    return HIPS(image, np.array(near[:2]), near[2])


def ankle(points: NDArray[np.float32], side: str) -> NDArray[np.float64]:
    """Pixels, shape (2,)."""
    return np.asarray(np.median(points[:, Joint[f"{side.upper()}_ANKLE"]].astype(float), axis=0))


def shin_px(points: NDArray[np.float32]) -> float:
    """How long a shin is, by the size of the whole body, pixels."""
    chains = np.array([[points[:, Joint[f"{side}_{name}"]] for name in _CHAIN] for side in _SIDES], float)
    lengths = np.linalg.norm(np.diff(chains, axis=1), axis=-1).sum(axis=1).mean(axis=0)
    return _SHIN * float(np.median(lengths))
