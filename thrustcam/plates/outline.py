"""An ellipse's outline, found to a fraction of a pixel along rays from where it was expected.

The picture is sampled along rays through the expected outline, in units of the ellipse itself, so that the
expected outline is the unit circle. To first order an ellipse beside it lies at
``1 + dx cos a + dy sin a + size + wide cos 2a + lean sin 2a``, which is linear in its five unknowns: the fit
is a few reweighted least squares on the strongest edge of each ray.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RAYS = 72
_ANGLE = np.linspace(0, 2 * np.pi, RAYS, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)])
_DESIGN = np.stack([*_CIRCLE, np.ones(RAYS), np.cos(2 * _ANGLE), np.sin(2 * _ANGLE)], axis=1)

EDGE_LEVELS = 8.0
"""Grey levels a step must have to count as an edge: above the noise of a dim phone clip, averaged as here."""

ON_OUTLINE = 0.03
"""Radii by which a ray's edge may miss the outline and still support it."""


@dataclass(frozen=True)
class Ellipse:
    """Centre x, y; half-width rx and half-height ry; lean −1 to 1 (see `Plate`). Pixels."""

    x: float
    y: float
    rx: float
    ry: float
    lean: float = 0.0

    @property
    def long(self) -> float:
        """The long half-axis."""
        return float(np.linalg.svd(self.matrix, compute_uv=False)[0])

    @property
    def view(self) -> tuple[float, float]:
        """Short over long axis, and degrees by which the short one drops to the right: `search.VIEWS`."""
        axes, lengths, _ = np.linalg.svd(self.matrix)
        drop = float(np.degrees(np.arctan2(axes[1, 1], axes[0, 1])))
        return float(lengths[1] / lengths[0]), (drop + 90) % 180 - 90

    @property
    def rim(self) -> NDArray[np.float64]:
        """Shape (2, RAYS): where each ray crosses the outline, pixels."""
        return np.asarray(self.matrix @ _CIRCLE + np.array([[self.x], [self.y]]))

    @property
    def matrix(self) -> NDArray[np.float64]:
        """What maps the unit circle onto the ellipse around its centre."""
        return np.array([[self.rx, 0.0], [self.ry * self.lean, self.ry * np.sqrt(1 - self.lean**2)]])

    def at(self, x: float, y: float) -> Ellipse:
        """The same ellipse around another centre."""
        return replace(self, x=x, y=y)

    def times(self, k: float) -> Ellipse:
        """The same ellipse, larger by k."""
        return replace(self, rx=self.rx * k, ry=self.ry * k)

    def stepped(self, step: NDArray[np.floating]) -> Ellipse:
        """The ellipse that the five unknowns (dx, dy, size, wide, lean) lead to from this one."""
        dx, dy, size, wide, lean = (float(v) for v in step)
        m = self.matrix
        x, y = m @ (dx, dy)
        m = m @ np.array([[1 + size + wide, lean], [lean, 1 + size - wide]])
        rx, ry = float(np.hypot(*m[0])), float(np.hypot(*m[1]))
        slant = float(np.clip(m[0] @ m[1] / (rx * ry), -0.95, 0.95))
        return Ellipse(self.x + float(x), self.y + float(y), rx, ry, slant)


@dataclass(frozen=True)
class Fit:
    """An ellipse and how well the picture bears it out.

    support : share of the rays that show an edge on the outline, within the picture.
    error : root mean square distance of those edges from the outline, in radii.
    """

    ellipse: Ellipse
    support: float
    error: float


@dataclass(frozen=True)
class Strip:
    """Edge strength along the rays of an ellipse.

    edge : shape (RAYS, n), grey levels.
    k : shape (n,), evenly rising: how far out each sample lies; 1 is the ellipse.
    inside : bool, shape (RAYS,): the ray meets the ellipse within the picture.
    """

    edge: Floats
    k: NDArray[np.float64]
    inside: NDArray[np.bool_]


def strip(image: NDArray[np.uint8], e: Ellipse, low: float, high: float, n: int) -> Strip:
    """Edge strength around `e` at n places between `low` and `high` times its size."""
    gap = (high - low) / (n - 1)
    k = np.linspace(low - gap, high + gap, n + 2)
    rim = e.matrix @ _CIRCLE
    x, y = (rim[i][:, None] * k + c for i, c in ((0, e.x), (1, e.y)))
    rays = cv2.remap(
        image, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    step = cv2.absdiff(*_smooth_around(np.asarray(rays, np.uint8))).astype(np.float32)
    height, width = image.shape[:2]
    px, py = rim[0] + e.x, rim[1] + e.y
    inside = (px > 2) & (px < width - 3) & (py > 2) & (py < height - 3)
    return Strip(np.asarray(step.mean(axis=2), np.float32), k[1:-1], inside)


def _smooth_around(rays: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The samples beyond and before each place, each averaged with its neighbour rays'."""
    wrapped = np.concatenate([rays[-1:], rays, rays[:1]])
    mean = np.asarray(cv2.blur(wrapped, (1, 3)), np.uint8)[1:-1]
    return mean[:, 2:], mean[:, :-2]


def fit(
    image: NDArray[np.uint8],
    expected: Ellipse,
    reach: float,
    stiffness: float,
    windows: tuple[float, ...],
    *,
    visible: NDArray[np.bool_] | None = None,
) -> Fit:
    """The ellipse nearest `expected` that the picture's edges draw.

    Parameters
    ----------
    reach : how far from the outline to look, in radii.
    stiffness : how strongly its size and shape are held to `expected`'s, in rays' worth of evidence.
    windows : per round, how far from the last round's outline an edge may lie, in radii.
    visible : shape (RAYS,), the rays that nothing hides; None for all. `support` is a share of these.
    """
    n = max(9, int(2 * reach / 0.0125))
    s = strip(image, expected, 1 - reach, 1 + reach, n)
    ridge = np.diag([1e-3, 1e-3, stiffness, stiffness, stiffness]) + 1e-6 * np.eye(5)
    step, rays, gap = np.zeros(5), np.arange(RAYS), s.k[1] - s.k[0]
    inside = s.inside if visible is None else s.inside & visible
    outline = np.ones(RAYS)
    for window in windows:
        off = np.abs(s.k[None] - outline[:, None])
        seen = np.where(off <= window, s.edge, 0)
        best = seen.argmax(axis=1)
        strength = seen[rays, best]
        at = s.k[best] + gap * _between(s.edge, best)
        w = np.minimum(strength / (4 * EDGE_LEVELS), 1.0) * inside
        w *= np.clip(1 - ((at - outline) / (1.5 * window)) ** 2, 0, 1) * (strength > EDGE_LEVELS)
        aw = _DESIGN * w[:, None]
        step = np.linalg.solve(aw.T @ _DESIGN + ridge, aw.T @ (at - 1))
        outline = 1 + _DESIGN @ step
    miss = at - outline
    on = inside & (strength > EDGE_LEVELS) & (np.abs(miss) < ON_OUTLINE)
    error = float(np.sqrt((miss[on] ** 2).mean())) if on.any() else 1.0
    rays_asked = RAYS if visible is None else max(int(visible.sum()), 1)
    return Fit(expected.stepped(step), float(on.sum()) / rays_asked, error)


def _between(edge: Floats, best: NDArray[np.intp]) -> Floats:
    """Where between samples each ray's peak lies, −0.5 to 0.5, by the parabola through three."""
    rays, last = np.arange(len(edge)), edge.shape[1] - 1
    a, b, c = (edge[rays, np.clip(best + i, 0, last)] for i in (-1, 0, 1))
    return np.asarray(np.clip((c - a) / np.maximum(2 * (2 * b - a - c), 1e-3), -0.5, 0.5), np.float32)


@lru_cache(maxsize=8)
def _shifts(reach: float, sizes: tuple[float, ...], n: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Every shift and size to try, shape (m, 3), and where in a strip each outline runs, (m, rays/2)."""
    grid = np.arange(-reach, reach + 1e-9, 0.025)
    dx, dy, size = (g.ravel() for g in np.meshgrid(grid, grid, np.array(sizes), indexing="ij"))
    half = _DESIGN[::2, :3]
    k = np.stack([dx, dy, size], axis=1) @ half.T
    wide = reach * 1.45 + max(sizes)
    column = np.clip(np.rint((k + wide) / (2 * wide) * (n - 1)), 0, n - 1).astype(np.intp)
    return np.stack([dx, dy, size], axis=1), column + n * np.arange(0, RAYS, 2)[None]


def shifted(
    image: NDArray[np.uint8], expected: Ellipse, reach: float, sizes: tuple[float, ...] = (0.0,)
) -> Ellipse:
    """Where within `reach` radii an outline like `expected`'s has most edges under it.

    Every ray has the same voice however strong its edge, so that one bright line can't outvote the circle.
    """
    wide = reach * 1.45 + max(sizes)
    n = int(2 * wide / 0.02) | 1
    s = strip(image, expected, 1 - wide, 1 + wide, n)
    voice = np.minimum(s.edge / (3 * EDGE_LEVELS), 1.0) * s.inside[:, None]
    shifts, where = _shifts(reach, sizes, n)
    best = shifts[voice.ravel()[where].sum(axis=1).argmax()]
    return expected.stepped(np.array([*best, 0.0, 0.0]))
