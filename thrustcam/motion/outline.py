"""How far a shin leans, and how far the hips are open, by the outline of the body in the picture.

Behind plates the pose model draws bodies as they usually are, even the legs that are in plain sight. What is
to be seen around the ankle and around the bar is another witness: in which directions the edges there go,
cell by cell (histograms of oriented gradients, Dalal & Triggs 2005), of which an angle is told by likeness to
pictures of bodies whose angles are known (kernel ridge regression over their principal components). Edges
have no colour and no sign, so that neither skin, cloth nor light matter. Fitted by `benchmarks/calibrate.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.calibration import stored
from thrustcam.poses.close_ups import HIPS, SHIN, CloseUp

Array = NDArray[np.float64]
Part = Literal["shin", "hips"]

CLOSE_UPS: Mapping[Part, CloseUp] = {"shin": SHIN, "hips": HIPS}
_CELL, _WAYS = 8, 9
"""Pixels of a cell's side, and into how many directions half a turn is divided."""
_MOST = 0.2
"""Of a block's edges, that one direction may count for (Dalal & Triggs 2005)."""
_FAINT = 10.0
"""Grey levels in a whole block that are not yet an edge."""

_FEW, _KNOWN = 10, {"shin": 0.72, "hips": 0.70}
"""Likeness to the ten that are most alike, below which a picture is like none: of looks at shins of rendered
bodies that nothing was fitted to one in nine, wrong by 7° (root mean square), all others by 1.9°. Legs before
machines and mirrors lie there, and are drawn toward the usual lean."""


def descriptor(picture: NDArray[np.uint8]) -> Array:
    """The directions of a small colour picture's edges, shape (d,), by blocks of two by two cells."""
    levels = picture.astype(float)
    down, across = np.gradient(levels, axis=(0, 1))
    clearest = np.hypot(across, down).argmax(axis=2)[..., None]
    across, down = (np.take_along_axis(part, clearest, axis=2)[..., 0] for part in (across, down))
    strength = np.hypot(across, down)
    way = np.arctan2(down, across) % np.pi / np.pi * _WAYS - 0.5
    first = np.floor(way).astype(int)
    rows, columns = np.indices(strength.shape) // _CELL
    cells = np.zeros((picture.shape[0] // _CELL, picture.shape[1] // _CELL, _WAYS))
    for bins, share in ((first, first + 1 - way), (first + 1, way - first)):
        np.add.at(cells, (rows, columns, bins % _WAYS), strength * share)
    blocks = np.concatenate([cells[:-1, :-1], cells[1:, :-1], cells[:-1, 1:], cells[1:, 1:]], axis=2)
    most = np.minimum(_of_length_one(blocks, _FAINT), _MOST)
    return np.asarray(_of_length_one(most, 0.03).ravel())


def _of_length_one(blocks: Array, least: float) -> Array:
    return np.asarray(blocks / np.sqrt((blocks**2).sum(axis=2, keepdims=True) + least**2))


@dataclass(frozen=True)
class OutlineModel:
    """The lean of a shin, or the hip angle, from a `descriptor`, by m pictures whose angle is known.

    Attributes
    ----------
    mean, basis : shapes (d,) and (d, n), the principal components of descriptors.
    rows : shape (m, n), the known ones in them. `weights` : shape (m,), degrees. `offset` : degrees.
    reach : squared distance at which two pictures have a third in common.
    known : likeness from which on a picture is told.
    """

    mean: Array
    basis: Array
    rows: Array
    weights: Array
    offset: float
    reach: float
    known: float

    def __call__(self, picture: NDArray[np.uint8], toes: int) -> float | None:
        """Degrees; None where the picture is like none that it knows.

        `toes` : 1 where they point to the right in the picture.
        """
        alike = self.likeness(picture[:, ::toes])
        if np.sort(alike)[-_FEW:].mean() < self.known:
            return None
        return float(alike @ self.weights) + self.offset

    def likeness(self, picture: NDArray[np.uint8]) -> Array:
        """Shape (m,), 0 to 1, to each of those that are known; `picture` : toes to the right."""
        seen = (descriptor(picture) - self.mean) @ self.basis
        return np.asarray(np.exp(-((self.rows - seen) ** 2).sum(axis=1) / self.reach))


def told_by_outline(part: Part, picture: NDArray[np.uint8], toes: int) -> float | None:
    """What the shipped model says of a close-up, as `OutlineModel` does: `shin_deg` or `hip_deg`."""
    return _remembered(part, picture.tobytes(), toes)


@lru_cache(maxsize=256)
def _remembered(part: Part, picture: bytes, toes: int) -> float | None:
    """A live set is measured anew after each of its reps."""
    close_up = CLOSE_UPS[part]
    pixels = np.frombuffer(picture, np.uint8).reshape(close_up.height, close_up.width, 3)
    return outline_model(part)(pixels, toes)


@cache
def outline_model(part: Part) -> OutlineModel:
    """The shipped calibration."""
    arrays = stored(f"outline/{part}")
    mean, basis, rows, weights, offset, reach = (
        arrays[f"outline/{part}/{name}"] for name in ("mean", "basis", "rows", "weights", "offset", "reach")
    )
    return OutlineModel(mean, basis, rows, weights, float(offset), float(reach), _KNOWN[part])
