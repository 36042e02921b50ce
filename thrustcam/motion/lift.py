"""The lift as one degree of freedom: how high the hips are, from every landmark that moves with them.

Feet planted and shoulder blades on the bench make the body a linkage with one freedom. When the hips rise
the shoulders sink, the knees travel, the bar and the hands ride along: each coordinate of each landmark is
a witness to the same single number. A robust one-factor model weighs them all, so that a hip or a knee
drawn somewhere on a plate is outvoted instead of believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack

WITNESSES: tuple[Joint, ...] = (
    Joint.NOSE,
    Joint.LEFT_EAR,
    Joint.RIGHT_EAR,
    Joint.LEFT_SHOULDER,
    Joint.RIGHT_SHOULDER,
    Joint.LEFT_ELBOW,
    Joint.RIGHT_ELBOW,
    Joint.LEFT_WRIST,
    Joint.RIGHT_WRIST,
    Joint.LEFT_HIP,
    Joint.RIGHT_HIP,
    Joint.LEFT_KNEE,
    Joint.RIGHT_KNEE,
)

_ROUNDS = 10
_FREEDOM = 3.0  # of Student's t: heavy tails, so that a landmark that jumps loses its vote for that frame
_LEAST_NOISE = 0.004  # torso lengths; no landmark is better than a third of a pixel
_FEWEST = 10  # poses


@dataclass(frozen=True)
class Lift:
    """How the hips rose and sank over n frames.

    Attributes
    ----------
    t : shape (n,), seconds.
    height : shape (n,), torso lengths above the lowest point; NaN where nobody was found.
    misfit : shape (n,), torso lengths: how far the typical witness is from where `height` puts it. Large
        where the body leaves the path of the lift (setting up, sitting up, another person).
    """

    t: NDArray[np.float64]
    height: NDArray[np.float64]
    misfit: NDArray[np.float64]


def fit_lift(track: PoseTrack, torso_px: float) -> Lift | None:
    """The hips' height from all witnesses; None where no body was found long enough to tell.

    Parameters
    ----------
    track : one stretch in position.
    torso_px : pixels that a torso length has in this picture.

    Notes
    -----
    Factor model c_i(t) = a_i + b_i·q(t) + e_i(t) with e_i from Student's t: weighted least squares for
    (a, b) and for q in turn, starting from hip height minus shoulder height. Measured on the rendered
    clips with plates: the starting curve misses tops by up to half the travel, the fitted one follows them.
    """
    rows = track.found
    if rows.sum() < _FEWEST:
        return None
    seen = witnesses(track[rows], torso_px)
    q, misfit, hip_rise = _factor(seen)
    height, off = np.full(len(track), np.nan), np.full(len(track), np.nan)
    height[rows], off[rows] = q * hip_rise, misfit
    return Lift(track.t, height, off)


def witnesses(track: PoseTrack, torso_px: float) -> NDArray[np.float64]:
    """Shape (n, 2·witnesses): x and upward y of each witness in torso lengths from the feet's usual place."""
    origin = np.median(track.feet(), axis=0)
    seen = (track.points[:, list(WITNESSES)] - origin) / torso_px * (1.0, -1.0)
    return seen.reshape(len(track), -1)


def _column(joint: Joint) -> int:
    return 2 * WITNESSES.index(joint) + 1  # its upward y


_HIPS = [_column(Joint.LEFT_HIP), _column(Joint.RIGHT_HIP)]
_SHOULDERS = [_column(Joint.LEFT_SHOULDER), _column(Joint.RIGHT_SHOULDER)]


def _factor(seen: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The factor q (0 low, 1 high), each frame's misfit, and the hips' rise per unit of q."""
    q = _unit(seen[:, _HIPS].mean(1) - seen[:, _SHOULDERS].mean(1))
    weight = np.ones_like(seen)
    for _ in range(_ROUNDS):
        total = weight.sum(0)
        middle_q = (weight * q[:, None]).sum(0) / total
        middle = (weight * seen).sum(0) / total
        spread = (weight * (q[:, None] - middle_q) ** 2).sum(0)
        slope = (weight * (q[:, None] - middle_q) * (seen - middle)).sum(0) / np.maximum(spread, 1e-9)
        start = middle - slope * middle_q
        off = np.abs(seen - start - slope * q[:, None])
        noise = np.maximum(1.4826 * np.median(off, axis=0), _LEAST_NOISE)
        weight = (_FREEDOM + 1) / (_FREEDOM + (off / noise) ** 2)
        gain = weight * slope / noise**2
        q = _unit((gain * (seen - start)).sum(1) / np.maximum((gain * slope).sum(1), 1e-9))
    return q, np.median(off, axis=1), float(np.clip(slope[_HIPS].mean(), 0.05, 2.0))


def _unit(x: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.percentile(x, (2, 98))
    return np.asarray((x - low) / max(high - low, 1e-9))
