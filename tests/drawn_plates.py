"""Pictures of plates and of things that are none, drawn at known places."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.plates.outline import Ellipse

Image = NDArray[np.uint8]

_FLOOR = np.array([150, 145, 140])
_RUBBER, _STEEL = np.array([35, 35, 38]), np.array([170, 170, 175])


def gym(width: int, height: int, seed: int = 0) -> Image:
    """Mats, posts, and a rack with its shadows: edges everywhere, none of them round."""
    chance = np.random.default_rng(seed)
    image = np.empty((height, width, 3), np.uint8)
    image[:] = _FLOOR
    for _ in range(25):
        x, y = chance.integers(0, width), chance.integers(0, height)
        w, h = chance.integers(10, 200), chance.integers(10, 160)
        grey = int(chance.integers(60, 230))
        cv2.rectangle(image, (int(x), int(y)), (int(x + w), int(y + h)), (grey, grey, grey - 10), -1)
    for _ in range(15):
        a, b = chance.integers(0, width, 2), chance.integers(0, height, 2)
        cv2.line(image, (int(a[0]), int(b[0])), (int(a[1]), int(b[1])), (90, 90, 95), 4, cv2.LINE_AA)
    return noisy(image, 3, seed)


def plate(image: Image, e: Ellipse, contrast: float = 1.0, *, hub: bool = True) -> Image:
    """The picture with a rubber plate in it, and the steel in its middle; drawn finer than a pixel."""
    height, width = image.shape[:2]
    x0, x1 = (int(np.clip(e.x + d, 0, width)) for d in (-e.rx - 2, e.rx + 3))
    y0, y1 = (int(np.clip(e.y + d, 0, height)) for d in (-e.ry - 2, e.ry + 3))
    y, x = np.mgrid[y0:y1, x0:x1]
    way = np.stack([x - e.x, y - e.y]).reshape(2, -1)
    out = np.hypot(*np.linalg.solve(e.matrix, way)).reshape(x.shape)  # 1 on the outline
    pixels = np.hypot(*way).reshape(x.shape) / np.maximum(out, 1e-6)  # that a radius has in this direction
    part = image[y0:y1, x0:x1].astype(float)
    for k, colour in ((1.0, _RUBBER), (0.24, _STEEL), (0.1, _RUBBER))[: 3 if hub else 1]:
        covered = np.clip((k - out) * pixels + 0.5, 0, 1)[..., None]
        part += covered * (_FLOOR + contrast * (colour - _FLOOR) - part)
    image[y0:y1, x0:x1] = part.round()
    return image


def picture(width: int, height: int, e: Ellipse, contrast: float = 1.0) -> Image:
    """A plate on an empty floor."""
    empty = np.empty((height, width, 3), np.uint8)
    empty[:] = _FLOOR
    return plate(empty, e, contrast)


def noisy(image: Image, sd: float, seed: int = 0) -> Image:
    """The picture with a sensor's noise."""
    noise = np.random.default_rng(seed).normal(0, sd, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)
