"""What bodies that look alike share: a Gaussian process over the calibration's clips.

A regression weighs what the picture shows alike for every body. Bodies that look alike are seen wrongly
alike, and a process with one point for each body learns that: its covariance is linear in the observation
plus a part that bodies share the more alike they look (Rasmussen & Williams 2006, ch. 2, 4.2). What looks
like none of them is told by the linear part, with a wide interval. Fitted by `benchmarks/calibrate.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.calibration import stored

Array = NDArray[np.float64]

_STRAY_SDS = 4.0
"""A column further off shows a landmark that was thrown about, and says no more than that."""


@dataclass(frozen=True)
class Covariance:
    """How alike the same angle is of two bodies, over k groups of an observation's columns.

    Attributes
    ----------
    linear : shape (k,), variance in degrees² that a standard deviation of a group's columns is worth.
    alike : degrees² shared by bodies that look the same.
    nearness : shape (k,), how soon that fades with the distance in each group, per variance of its columns.
    noise : degrees² of each body's own.
    """

    linear: Array
    alike: float
    nearness: Array
    noise: float

    @classmethod
    def of(cls, logs: Array) -> Covariance:
        """From the halved logarithms of linear, nearness, alike and noise in a row, shape (2k + 2,)."""
        numbers = np.exp(2 * logs)
        k = (len(numbers) - 2) // 2
        return cls(numbers[:k], float(numbers[-2]), numbers[k : 2 * k], float(numbers[-1]))

    def __call__(self, one: Array, other: Array, groups: NDArray[np.intp]) -> Array:
        """Shape (n, m) between scaled observations, shapes (n, d) and (m, d), of columns in these groups.

        Groups weigh by the mean over their columns. All at once, as there may be a thousand of each.
        """
        columns = np.bincount(groups)
        linear = (one * (self.linear / columns)[groups]) @ other.T
        a, b = (each * np.sqrt(self.nearness / columns)[groups] for each in (one, other))
        gaps = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * (a @ b.T)
        return np.asarray(linear + self.alike * np.exp(-0.5 * np.maximum(gaps, 0.0)))


@dataclass(frozen=True)
class AlikeModel:
    """One angle of a body, or of a camera to it, from m of the calibration.

    Attributes
    ----------
    rows : shape (m, d), their observations. `groups` : shape (d,), of their columns.
    truth : shape (m,), degrees.
    covariance : between them.
    stretch : factor on the standard deviation that makes 95 % of the clips left out of the fit lie inside.
    held : so much of how a body differs from the others is told, by those same sets: a regression that is
        not sure stays near the mean.
    """

    rows: Array
    groups: NDArray[np.intp]
    truth: Array
    covariance: Covariance
    stretch: float = 1.0
    held: float = 1.0

    def __call__(self, row: Array) -> tuple[float, float]:
        """Degrees and their standard deviation for one observation, shape (d,)."""
        z = self._scaled(row[None])
        with_known = self.covariance(z, self._known, self.groups)[0]
        own = float(self.covariance(z, z, self.groups)[0, 0])
        told = with_known @ self._inverse
        variance = own - float(told @ with_known) + self.covariance.noise
        return float(told @ self._off + self.mean), float(np.sqrt(max(variance, 0.0)))

    def unheld(self, value: float) -> float:
        """As far from the mean as bodies are that are told so, degrees.

        A set's habits say how rare such bodies are, and limits are drawn far from the mean: neither should
        find the value held back already.
        """
        return self.mean + (value - self.mean) / self.held

    @cached_property
    def mean(self) -> float:
        """Of the calibration, degrees."""
        return float(self.truth.mean())

    def guarded(self, row: Array) -> tuple[float, float]:
        """Degrees, nothing held back, and 95 % half-width of one observation, some of it perhaps astray."""
        middle, spread = self._usual
        near = np.clip(row, middle - _STRAY_SDS * spread, middle + _STRAY_SDS * spread)
        value, sd = self(near)
        return self.unheld(value), 1.96 * self.stretch * sd / self.held

    def _scaled(self, rows: Array) -> Array:
        middle, spread = self._usual
        return np.asarray((rows - middle) / spread)

    @cached_property
    def _usual(self) -> tuple[Array, Array]:
        return self.rows.mean(axis=0), self.rows.std(axis=0) + 1e-3

    @cached_property
    def _known(self) -> Array:
        return self._scaled(self.rows)

    @cached_property
    def _off(self) -> Array:
        return np.asarray(self.truth - self.mean)

    @cached_property
    def _inverse(self) -> Array:
        shared = self.covariance(self._known, self._known, self.groups)
        return np.asarray(np.linalg.inv(shared + self.covariance.noise * np.eye(len(shared))))


def alike_models(part: str, names: Iterable[str]) -> dict[str, AlikeModel]:
    """The shipped calibrations of these angles, all from the same observations."""
    arrays = stored(part)
    rows, groups = arrays[f"{part}/rows"], arrays[f"{part}/groups"].astype(np.intp)
    models = {}
    for name in names:
        truth, logs, stretch, held = (
            arrays[f"{part}/{name}/{number}"] for number in ("truth", "logs", "stretch", "held")
        )
        models[name] = AlikeModel(rows, groups, truth, Covariance.of(logs), float(stretch), float(held))
    return models
