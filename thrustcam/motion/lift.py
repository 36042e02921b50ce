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

_OFF_PATH = 0.10
"""Torso lengths the typical landmark may be off the path of the lift; lying down for it or getting up is
several times as far, and so is another exercise."""
_OFF_TIMES = 3.0  # and so many times as far as usual, in a set whose landmarks are never nearer

_ROUNDS = 10
_FREEDOM = 3.0  # of Student's t: heavy tails, so that a landmark that jumps loses its vote for that frame
_LEAST_NOISE = 0.004  # torso lengths; no landmark is better than a third of a pixel
_FEWEST = 10  # poses

# A circle is the plate on the hips if it is seen in this share of the frames, goes up and down by so many
# torso lengths and hardly sideways, and the body goes with it: median correlation of the joints most like it.
_PLATE_SEEN = 0.5
_PLATE_RISES, _PLATE_RISES_MOST, _PLATE_ACROSS = 0.12, 1.6, 0.8
_ALIKE, _ALIKENESS = 7, 0.5
_PLATE_JUMPS, _BODY_DISAGREES = 0.15, 0.2
_PLATE_NOISE = 0.001  # far below any joint's: where the plate is seen, it is what tells

PLATE_NEARER = 1.2
"""The near plate is 0.67 m nearer the camera than the body, which is 3 to 4 m away."""


@dataclass(frozen=True)
class Lift:
    """How the hips rose and sank over n frames.

    Attributes
    ----------
    t : shape (n,), seconds.
    height : shape (n,), torso lengths above the lowest point; NaN where nobody was found.
    misfit : shape (n,), torso lengths: how far the typical witness is from where `height` puts it. Large
        where the body leaves the path of the lift (setting up, sitting up, another person).
    plate_rides : whether a plate was seen to go up and down with the hips; it is what tells, then.
    """

    t: NDArray[np.float64]
    height: NDArray[np.float64]
    misfit: NDArray[np.float64]
    plate_rides: bool


def fit_lift(track: PoseTrack, torso_px: float) -> Lift | None:
    """The hips' height from all witnesses; None where no body was found long enough to tell.

    Parameters
    ----------
    track : one stretch in position.
    torso_px : pixels that a torso length has in this picture.

    Notes
    -----
    Factor model c_i(t) = a_i + b_i·q(t) + e_i(t) with e_i from Student's t: weighted least squares for
    (a, b) and for q in turn, starting from the plate's height where one rides on the hips, else from hip
    height minus shoulder height. Measured on the rendered clips with plates: the starting curve of the hips
    misses tops by up to half the travel, the fitted one follows them.
    """
    if track.found.sum() < _FEWEST:
        return None
    seen = witnesses(track, torso_px)
    riding = _plate_rides(seen)
    if not riding:
        seen[:, _PLATE] = np.nan
    height, off = _factor(seen, riding)
    if riding and (strays := _strays(seen[:, _PLATE], off)).any():
        seen[:, _PLATE] = np.where(strays[:, None], np.nan, seen[:, _PLATE])
        height, off = _factor(seen, riding)
    return Lift(track.t, height, off, riding)


def witnesses(track: PoseTrack, torso_px: float) -> NDArray[np.float64]:
    """Shape (n, 2·witnesses): x and upward y of each witness in torso lengths from the feet's usual place.

    The plate's centre is the last of them. NaN where a witness was not seen.
    """
    origin = np.nanmedian(track.feet(), axis=0)
    joints = track.points[:, list(WITNESSES)]
    seen = (np.concatenate([joints, track.plate[:, None, :2]], axis=1) - origin) / torso_px * (1.0, -1.0)
    return np.asarray(seen.reshape(len(track), -1))


def _column(joint: Joint) -> int:
    return 2 * WITNESSES.index(joint) + 1  # its upward y


_HIPS = [_column(Joint.LEFT_HIP), _column(Joint.RIGHT_HIP)]
_SHOULDERS = [_column(Joint.LEFT_SHOULDER), _column(Joint.RIGHT_SHOULDER)]
_PLATE = [2 * len(WITNESSES), 2 * len(WITNESSES) + 1]


def _plate_rides(seen: NDArray[np.float64]) -> bool:
    """Whether a plate is seen most of the time, goes up and down, and the body goes with it."""
    x, y = seen[:, _PLATE].T
    both = np.isfinite(y) & np.isfinite(seen[:, _HIPS[0]])
    if np.isfinite(y).mean() < _PLATE_SEEN or both.sum() < _FEWEST:
        return False
    up, across = (float(np.subtract(*np.nanpercentile(c, (95, 5)))) for c in (y, x))
    if not _PLATE_RISES < up < _PLATE_RISES_MOST or across > _PLATE_ACROSS * up:
        return False
    # Which joints show it differs from clip to clip; where the plate only happens to move, none does.
    others = np.nan_to_num(seen[both, : _PLATE[0]])
    likeness = [abs(_correlation(y[both], c)) for c in others.T if c.std() > _LEAST_NOISE]
    return float(np.median(sorted(likeness)[-_ALIKE:])) > _ALIKENESS if likeness else False


def _strays(plate: NDArray[np.float64], misfit: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows in which something else was followed: it stays where it is, and the whole body disagrees."""
    there = np.isfinite(plate[:, 0])
    moved = np.linalg.norm(np.diff(plate, axis=0, prepend=plate[:1]), axis=1) > _PLATE_JUMPS
    stretch = np.cumsum(moved | (there != np.roll(there, 1)))
    strays = np.zeros(len(plate), bool)
    for rows in (there & (stretch == s) for s in np.unique(stretch[there])):
        still = np.ptp(plate[rows, 1]) < _PLATE_RISES
        strays |= rows & still & bool(np.nanmedian(misfit[rows]) > _BODY_DISAGREES)
    return strays


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.corrcoef(a, b)[0, 1])


def _factor(seen: NDArray[np.float64], riding: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each frame's height and misfit, torso lengths; NaN in frames that show no witness."""
    there = np.isfinite(seen)
    some = there.any(axis=1)
    seen = np.where(there, seen, 0.0)
    weight, q = there.astype(float), _start(seen, there, riding)
    for _ in range(_ROUNDS):
        weight = weight * np.isfinite(q)[:, None]
        q = np.nan_to_num(q)
        total = np.maximum(weight.sum(0), 1e-9)
        middle_q = (weight * q[:, None]).sum(0) / total
        middle = (weight * seen).sum(0) / total
        spread = (weight * (q[:, None] - middle_q) ** 2).sum(0)
        slope = (weight * (q[:, None] - middle_q) * (seen - middle)).sum(0) / np.maximum(spread, 1e-9)
        start = middle - slope * middle_q
        off = np.where(there, abs(seen - start - slope * q[:, None]), np.nan)
        noise = np.maximum(1.4826 * _medians(off, axis=0), _LEAST_NOISE)
        if riding:
            noise[_PLATE[1]] = _PLATE_NOISE
        variance = noise**2
        if not riding:
            far = _medians(off, axis=1)[:, None]
            # No witness is nearer the path than the body is: in an arched rep each tells another height.
            variance = variance + np.maximum(far**2 - path_width(far[some]) ** 2, 0.0)
        weight = there * (_FREEDOM + 1) / (_FREEDOM + np.nan_to_num(off) ** 2 / variance)
        if riding:
            weight[:, _PLATE[1]] = there[:, _PLATE[1]]
        gain = weight * slope / variance
        q = _unit((gain * (seen - start)).sum(1) / np.maximum((gain * slope).sum(1), 1e-9))
    rise = max(float(slope[_HIPS].mean()), float(slope[_PLATE[1]]) / PLATE_NEARER if riding else 0.0)
    height = q * float(np.clip(rise, 0.05, 2.0))
    return np.where(some, height, np.nan), np.where(some, _medians(off, axis=1), np.nan)


def path_width(misfit: NDArray[np.float64]) -> float:
    """Torso lengths up to which a body with such misfits, finite, is on the path of its lift."""
    return max(_OFF_PATH, _OFF_TIMES * float(np.median(misfit)))


def _start(seen: NDArray[np.float64], there: NDArray[np.bool_], riding: bool) -> NDArray[np.float64]:
    """A first guess of the factor; NaN in frames that have no word in it."""
    if riding:
        return _unit(np.where(there[:, _PLATE[1]], seen[:, _PLATE[1]], np.nan))
    q = seen[:, _HIPS].mean(1) - seen[:, _SHOULDERS].mean(1)
    return _unit(np.where(there[:, _HIPS[0]], q, np.nan))


def _medians(x: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Medians of what is there; 0 where nothing is."""
    there = np.isfinite(x)
    count = there.sum(axis=axis, keepdims=True)
    # Sorted with what is not there last; nanmedian takes ten times as long on arrays this narrow.
    ordered = np.sort(np.where(there, x, np.inf), axis=axis)
    low, high = (np.take_along_axis(ordered, np.maximum(count - i, 0) // 2, axis=axis) for i in (1, 0))
    middle = np.where(count > 0, (low + np.where(np.isfinite(high), high, low)) / 2, 0.0)
    return np.asarray(middle.squeeze(axis))


def _unit(x: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = np.nanpercentile(x, (2, 98))
    return np.asarray((x - low) / max(high - low, 1e-9))
