"""Plates found from nothing: edge points vote for the middle of the ellipses they may lie on."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.plates.outline import Ellipse

VIEWS: tuple[tuple[float, float], ...] = (
    (1.0, 0.0),
    (0.84, 20.0),
    (0.84, -20.0),
    (0.66, 30.0),
    (0.66, -30.0),
    (0.66, 10.0),
    (0.66, -10.0),
)
"""Outlines sought: short over long axis, and degrees by which the short axis (the bar) drops to the right.
A plate seen from an angle, from above: 0, 33 and 49°. The fit follows what lies between."""

LARGEST_PX = 26.0
"""Radius of the largest plate sought, in the shrunken picture."""

EDGE_POINTS, MORE_EDGE_POINTS = 2500, 6000
"""How many of the strongest edge points vote: a tenth and a quarter of what such a picture has. The fewer are
right more often, and leave out a black plate on a floor of black rubber."""

_BIN = 2.0


def shrink(
    image: NDArray[np.uint8], centre: tuple[float, float], half: float, largest: float
) -> tuple[NDArray[np.uint8], tuple[int, int], float]:
    """The picture within `half` of the centre, grey, shrunk so that radius `largest` becomes LARGEST_PX.

    Returns the picture, its corner in the whole one and the factor by which it was shrunk.
    """
    height, width = image.shape[:2]
    x0, x1 = (int(np.clip(centre[0] + d, 0, width)) for d in (-half, half))
    y0, y1 = (int(np.clip(centre[1] + d, 0, height)) for d in (-half, half))
    factor = min(1.0, LARGEST_PX / largest)
    part = image[y0:y1, x0:x1]
    if min(part.shape[:2]) * factor < 16:
        return np.zeros((0, 0), np.uint8), (x0, y0), factor
    # Skipping rows and columns first is enough against aliasing here and five times cheaper.
    skip = max(1, int(0.5 / factor))
    size = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
    small = cv2.resize(part[::skip, ::skip], size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8), (x0, y0), factor


def ellipses(
    grey: NDArray[np.uint8],
    smallest: float,
    largest: float,
    views: Sequence[tuple[float, float]] = VIEWS,
    *,
    count: int = 5,
    edge_points: int = EDGE_POINTS,
) -> list[Ellipse]:
    """The likeliest ellipses whose long half-axis lies between `smallest` and `largest`, best first.

    `count` : at most so many. `edge_points` : how many of them vote, the strongest.
    """
    points = _edge_points(grey, edge_points)
    if points is None:
        return []
    found = [f for view in views for f in _vote(points, grey.shape, view, smallest, largest)]
    found.sort(key=lambda f: -f[0])
    apart: list[Ellipse] = []
    for _, e in found:
        if all(np.hypot(e.x - o.x, e.y - o.y) > 0.3 * o.ry or abs(e.ry / o.ry - 1) > 0.3 for o in apart):
            apart.append(e)
    return apart[:count]


Points = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def _edge_points(grey: NDArray[np.uint8], most: int) -> Points | None:
    """x, y and brightness slope of the strongest edge points; None where the picture has too few."""
    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strength = np.abs(gx) + np.abs(gy)
    flat = strength.ravel()
    level = 24.0
    if flat.size > most:
        level = max(level, float(np.partition(flat, -most)[-most]))
    where = np.flatnonzero(flat > level)
    if len(where) < 24:
        return None
    y, x = np.divmod(where, grey.shape[1])
    rise_x, rise_y = (np.asarray(g, np.float32).ravel()[where] for g in (gx, gy))
    return x.astype(np.float32), y.astype(np.float32), rise_x, rise_y


def _vote(
    points: Points, shape: tuple[int, ...], view: tuple[float, float], smallest: float, largest: float
) -> list[tuple[float, Ellipse]]:
    """Score and ellipse of the likeliest outlines of one view.

    The picture is stretched so that the ellipses become circles; every edge point votes for the two middles
    that lie one radius up and down its brightness slope.
    """
    x, y, gx, gy = points
    turn = math.radians(view[1])
    along = np.array([math.cos(turn), math.sin(turn)])
    squeeze = np.eye(2) - (1 - view[0]) * np.outer(along, along)
    stretch = np.linalg.inv(squeeze)
    corners = np.array([[0, 0], [shape[1], 0], [0, shape[0]], [shape[1], shape[0]]]) @ stretch
    low = corners.min(axis=0)
    columns, rows = (int(v) + 1 for v in (corners.max(axis=0) - low) / _BIN)
    sx, sy = (np.stack([x, y], axis=1) @ stretch - low).T.astype(np.float32) / np.float32(_BIN)
    ux, uy = (np.stack([gx, gy], axis=1) @ squeeze).T.astype(np.float32)
    norm = np.hypot(ux, uy)
    radii = np.arange(smallest, largest + 0.5, _BIN, dtype=np.float32)
    reach = np.concatenate([radii, -radii])[:, None] / np.float32(_BIN)
    column = (sx + reach * (ux / norm)).astype(np.int32)
    row = (sy + reach * (uy / norm)).astype(np.int32)
    level = np.tile(np.arange(len(radii), dtype=np.int32), 2)[:, None]
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    index = ((level * rows + row) * columns + column)[inside]
    votes = np.bincount(index, minlength=len(radii) * rows * columns).astype(np.float32)
    found = []
    for r, vote in zip(radii, votes.reshape(len(radii), rows, columns), strict=True):
        # A circle's share of its outline, leaning towards large ones: small ones are complete by chance.
        score = cv2.boxFilter(vote, -1, (3, 3), normalize=False) * (r / largest) ** 0.5 / (2 * np.pi * r)
        for _ in range(2):
            py, px = divmod(int(score.argmax()), columns)
            middle = squeeze @ (np.array([px + 0.5, py + 0.5]) * _BIN + low)
            rx, ry = float(r) * np.linalg.norm(squeeze, axis=1)
            lean = float(squeeze[0] @ squeeze[1] * r * r / (rx * ry))
            ellipse = Ellipse(float(middle[0]), float(middle[1]), float(rx), float(ry), lean)
            found.append((float(score[py, px]), ellipse))
            score[max(0, py - 3) : py + 4, max(0, px - 3) : px + 4] = 0
    return found
