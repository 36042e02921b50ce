"""Observation → joint angles with intervals: a linear model, calibrated on bodies of known angles.

The pose model's joints are not the joint centres, plates pull them about, and an oblique view bends every
angle. All of that is much alike from one body to the next, so it can be learned: each angle is a weighted sum
of what the picture shows of the whole chain from feet to shoulders, and of the bar on it. Bayesian linear
regression gives the weights *and* how far they can be trusted at this observation: an unusual picture gets a
wide interval by itself. Fitted by `benchmarks/calibrate.py`; what else was tried: `docs/accuracy.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.calibration import stored
from thrustcam.motion.observation import Situation

Array = NDArray[np.float64]

ANGLES = ("shin_deg", "hip_deg", "knee_deg", "trunk_deg")
_UNLIKE = 3.75
"""So much further, root mean square, than tops differ from the set's usual one: the body was not seen."""

LOST = 2.0
"""Strangeness of a set's usual top from which on the pose model saw another body: 5 of 190 rendered sets
behind plates lie at 2.2 and more, their shins off by 18 to 34°; all others lie under 1.8, real ones under
1.6."""

_USUAL = 1.4
"""Strangeness of 19 in 20 observations that the model was calibrated on; real bodies on a floor have 2."""


@dataclass(frozen=True)
class LinearModel:
    """One angle's calibration over d columns of an observation.

    Attributes
    ----------
    mean, scale : shape (d,), of the columns among the calibration's clips.
    weights : shape (d,), degrees per scaled column. `offset` : degrees.
    covariance : shape (d, d), of the weights.
    body_sd, frame_sd : degrees by which a body differs from its like, and a position from its own body's.
    stretch : factor on the standard deviation that makes 95 % of clips left out of the fit lie inside.
    """

    mean: Array
    scale: Array
    weights: Array
    offset: float
    covariance: Array
    body_sd: float
    frame_sd: float
    stretch: float

    def scaled(self, rows: Array) -> Array:
        """Observations in standard deviations of the calibration's."""
        return (rows - self.mean) / self.scale

    def strangeness(self, rows: Array) -> Array:
        """Shape (n,): root mean square of the columns in standard deviations of the calibration."""
        return np.asarray(np.sqrt((self.scaled(rows) ** 2).mean(axis=1)))

    def wider(self, rows: Array) -> Array:
        """Shape (n,): what standard deviations are multiplied with where a picture is an unusual one."""
        return np.maximum(1.0, self.strangeness(rows) / _USUAL)

    def value(self, rows: Array) -> Array:
        """The angle alone, degrees, shape (n,), for observations of shape (n, d)."""
        return self.scaled(rows) @ self.weights + self.offset

    def __call__(self, rows: Array) -> tuple[Array, Array]:
        """Angle and its standard deviation, degrees, shapes (n,), for observations of shape (n, d)."""
        z = self.scaled(rows)
        variance = np.einsum("ij,jk,ik->i", z, self.covariance, z) + self.body_sd**2 + self.frame_sd**2
        return z @ self.weights + self.offset, np.sqrt(variance) * self.stretch


@dataclass(frozen=True)
class Columns:
    """The columns of an observation that tell one top of a set from the next: see `Telling`."""

    moving: NDArray[np.intp]
    rise: NDArray[np.intp]
    body: NDArray[np.intp]

    def differences(self, scaled: Array) -> Array:
        """How each of a set's tops differs from the usual one; shape (n, k) from n scaled observations.

        What moves, then the rise times what the body is: how many degrees a rise is worth depends on that.
        """
        moving, rise = scaled[:, self.moving], scaled[:, self.rise].mean(axis=1, keepdims=True)
        body = np.median(scaled[:, self.body], axis=0)
        return np.hstack([moving - np.median(moving, axis=0), (rise - np.median(rise)) * body])


@dataclass(frozen=True)
class Apart:
    """How each of a set's n tops differs from its usual one; all shapes (n,).

    `hip_deg`, `arch_deg` : so much more hip angle, and so much more arch of the lower back.
    `like` : whether the same body was seen as at the others.
    """

    hip_deg: Array
    arch_deg: Array
    like: NDArray[np.bool_]


@dataclass(frozen=True)
class JointModel:
    """The calibration for one situation.

    `angles` : a model for each of `ANGLES`.
    `contrast`, `arch` : from the differences between a set's tops to the degrees of hip angle, and of arch of
    the lower back, between them.
    `columns` : what those differences are made of.
    `past_line`, `arched` : factors on tops beyond the usual one, which a regression on mostly equal tops
    holds back; a set's habits weigh how rare they are, and must not do so twice.
    `too_strange` : how far an observation may lie from the calibration's, root mean square of its columns in
    their standard deviations.
    """

    angles: dict[str, LinearModel]
    contrast: LinearModel
    arch: LinearModel
    columns: Columns
    past_line: float
    arched: float
    too_strange: float

    def strangeness(self, rows: Array) -> Array:
        """Shape (n,): how unlike the calibration's an observation is; all angles were fitted on the same."""
        return self.angles[ANGLES[0]].strangeness(rows)

    def apart(self, rows: Array) -> Apart:
        """How each of a set's tops differs from the usual one, for their observations, shape (n, d)."""
        differences = self.columns.differences(self.angles["hip_deg"].scaled(rows))
        moved = self.contrast.scaled(differences)[:, : len(self.columns.moving)]
        like = np.sqrt((moved**2).mean(axis=1)) <= _UNLIKE
        hip, arch = (
            np.where(degrees > 0, more, 1.0) * degrees
            for degrees, more in (
                (_from_usual(self.contrast.value(differences)), self.past_line),
                (_from_usual(self.arch.value(differences)), self.arched),
            )
        )
        return Apart(hip, arch, like)

    def known(self, rows: Array) -> NDArray[np.bool_]:
        """Shape (n,): whether the calibration has seen anything like these observations."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.strangeness(rows) <= self.too_strange, bool)

    def wider(self, rows: Array) -> Array:
        """Shape (n,): as of each angle's model; all were fitted on the same observations."""
        return self.angles[ANGLES[0]].wider(rows)


def _from_usual(degrees: Array) -> Array:
    return np.asarray(degrees - np.median(degrees))


@cache
def joint_model(situation: Situation) -> JointModel:
    """The shipped calibration for a situation."""
    arrays = stored(situation)
    angles = {angle: _linear(arrays, f"{situation}/{angle}") for angle in ANGLES}
    columns = Columns(*(arrays[f"{situation}/{name}"].astype(np.intp) for name in ("moving", "rise", "body")))
    contrast, arch = (_linear(arrays, f"{situation}/{name}") for name in ("contrast", "arch"))
    numbers = ("past_line", "arched", "too_strange")
    return JointModel(
        angles, contrast, arch, columns, *(float(arrays[f"{situation}/{name}"]) for name in numbers)
    )


def _linear(arrays: dict[str, Array], name: str) -> LinearModel:
    offset, body_sd, frame_sd, stretch = arrays[f"{name}/numbers"].tolist()
    weights, (mean, scale) = arrays[f"{name}/weights"], arrays[f"{name}/columns"]
    covariance = np.zeros((len(weights), len(weights)))
    covariance[np.tril_indices(len(weights))] = arrays[f"{name}/covariance"]
    covariance += np.tril(covariance, -1).T
    return LinearModel(mean, scale, weights, offset, covariance, body_sd, frame_sd, stretch)
