"""What the picture says of one body position, as a row of numbers that no longer depend on the camera.

Body coordinates: origin between the ankles at the bottom of the set's reps, unit the torso length, x toward
the toes, y up, the near side first. The same body then gives the same numbers wherever the camera stood,
however large it appears and whichever side is near. Bar coordinates are the same from the middle of the bar,
in plate radii: a second ruler, which no clothing and no plate in the way can bend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.angles import inclinations
from thrustcam.motion.bar import Bar, find_bar
from thrustcam.motion.lift import PLATE_NEARER
from thrustcam.motion.view import View
from thrustcam.poses.landmarks import LANDMARKS, SIDED, Joint, middle
from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]

Situation = Literal["clear", "hidden", "near", "bar"]
"""What there is to see: no plates; plates, but none found at this moment; the near plate; both plates."""

SITUATIONS: tuple[Situation, ...] = ("clear", "hidden", "near", "bar")

_CHAIN = ("SHOULDER", "HIP", "KNEE", "ANKLE")
_AZIMUTH_UNIT_DEG = 30.0
_CLEAR_OF_PLATE = 1.4  # radii; knees drawn nearer to it are off by twice as much
_ONE_SIZE = 1.2  # 1.04 for plates that come and go sideways by a metre


@dataclass(frozen=True)
class Observation:
    """Rows of what was seen.

    `rows` : shape (n, d), NaN where a part was not seen. `groups` : shape (d,), which part each column
    belongs to; a part is trusted as a whole when the joint model is calibrated.
    """

    rows: Array
    groups: NDArray[np.intp]


@dataclass(frozen=True)
class Reference:
    """The bottom of a set's reps: what every position of the set is compared with.

    `points` : landmarks in pixels, shape (33, 2). `plate` : x, y, rx, ry in pixels; NaN without a plate.
    `middle` : the bar's in pixels; NaN without both plates.
    """

    points: Array
    plate: Array
    middle: Array


@dataclass(frozen=True)
class Sightings:
    """Several positions of one set.

    `points` : landmarks, pixels, shape (n, 33, 2). `plate` : shape (n, 4). `middle` : shape (n, 2).
    """

    points: Array
    plate: Array
    middle: Array

    @classmethod
    def of(cls, sightings: Sequence[Sightings]) -> Sightings:
        """All of them in a row."""
        each = [(s.points, s.plate, s.middle) for s in sightings]
        return cls(*(np.concatenate(parts) for parts in zip(*each, strict=True)))

    def median(self) -> Sightings:
        """Their typical one, as a single position; NaN where nothing was seen."""
        return Sightings(*(_median(a)[None] for a in (self.points, self.plate, self.middle)))

    def __getitem__(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Sightings:
        """Those in these rows."""
        return Sightings(self.points[rows], self.plate[rows], self.middle[rows])


@dataclass(frozen=True)
class Observer:
    """Turns one set's sightings into observations.

    `torso_px` : pixels. `view` : from where the camera looks. `bar` : None without both plates.
    """

    reference: Reference
    torso_px: float
    view: View
    bar: Bar | None

    def situations(self, seen: Sightings, *, plates: bool) -> list[Situation]:
        """What there is to see in each of n sightings; `plates`: whether there are any in this set."""
        if not plates:
            return ["clear"] * len(seen.points)
        best: Situation = "near" if self.bar is None else "bar"
        usable = np.isfinite(seen.plate[:, 0]) & np.isfinite(self.reference.plate[0])
        return [best if u else "hidden" for u in usable]

    def __call__(self, seen: Sightings, situation: Situation) -> Observation:
        """The observations that the joint model for this situation was calibrated on."""
        parts = self._body(seen)
        if situation == "clear":
            parts += [parts[0] * parts[4][:, :1], parts[1] * parts[4][:, :1]]
        elif situation == "near":
            parts.append(self._near_plate(seen))
        elif situation == "bar":
            parts += self._bar(seen)
        return _grouped(parts)

    def bar_height(self, seen: Sightings) -> Array:
        """Shape (n,), torso lengths above the feet, in the body's middle; NaN where no plate was seen."""
        near = self.bar is None
        bar = seen.plate[:, 1] if near else seen.middle[:, 1]
        return np.asarray((self._feet[1] - bar) / self.torso_px / (PLATE_NEARER if near else 1.0))

    def knees_clear(self, seen: Sightings) -> NDArray[np.bool_]:
        """Shape (n,): whether a plate was seen, and both knees well outside of it."""
        knees = seen.points[:, [Joint.LEFT_KNEE, Joint.RIGHT_KNEE]]
        off = (knees - seen.plate[:, None, :2]) / seen.plate[:, None, 2:]
        return np.asarray((np.linalg.norm(off, axis=2) > _CLEAR_OF_PLATE).all(axis=1), bool)

    def _body(self, seen: Sightings) -> list[Array]:
        n = len(seen.points)
        now, below = self._from_feet(seen.points), self._from_feet(self.reference.points[None])
        turn = abs(self.view.azimuth_deg) / _AZIMUTH_UNIT_DEG
        return [
            _angles(now),
            np.tile(_angles(below), (n, 1)),
            now[:, _SEEN].reshape(n, -1),
            np.tile(below[:, _SEEN].reshape(1, -1), (n, 1)),
            np.tile([[turn, turn**2]], (n, 1)),
        ]

    def _near_plate(self, seen: Sightings) -> Array:
        scale = np.array([*self._axes, 1.0, 1.0]) / self.torso_px
        origin = np.array([*self._feet, 0.0, 0.0])
        now, below = (seen.plate - origin) * scale, (self.reference.plate - origin) * scale
        return np.hstack([now, np.tile(below, (len(now), 1))])

    def _bar(self, seen: Sightings) -> list[Array]:
        assert self.bar is not None
        n, unit = len(seen.points), self.bar.radius_px
        now = self._sided(seen.points - seen.middle[:, None]) / unit * self._axes
        below = self._sided((self.reference.points - self.reference.middle)[None]) / unit * self._axes
        rise = (seen.middle - self.reference.middle) / unit * self._axes
        ends = np.array([*(self.bar.offset * self._axes), self.bar.shrinks])
        return [
            now[:, _SEEN].reshape(n, -1),
            np.tile(below[:, _SEEN].reshape(1, -1), (n, 1)),
            np.tile(ends, (n, 1)),
            np.column_stack([rise, rise**2, rise[:, 0] * rise[:, 1]]),
            np.hstack([_spokes(now), np.tile(_spokes(below), (n, 1))]),
            np.full((n, 1), unit / self.torso_px),
        ]

    @property
    def _feet(self) -> Array:
        return np.asarray(self.reference.points[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]].mean(axis=0))

    @property
    def _axes(self) -> Array:
        """What x and y of the picture are multiplied with to point to the toes and up."""
        shoulders = self.reference.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
        return np.array([1.0 if self._feet[0] >= shoulders[0] else -1.0, -1.0])

    def _sided(self, points: Array) -> Array:
        """The near side in the rows of the right one."""
        return points[:, _SWAPPED] if self.view.near == "left" else points

    def _from_feet(self, points: Array) -> Array:
        return self._sided(points - self._feet) / self.torso_px * self._axes


def observe(
    track: PoseTrack, torso_px: float, view: View, low: NDArray[np.bool_], *, plates: bool
) -> tuple[Observer, Sightings]:
    """The observer of one set, and everything it has to look at.

    Parameters
    ----------
    track : the set's poses.
    low : shape (n,), where the lifter is at the bottom of a rep.
    plates : whether there are any on the bar.
    """
    n, nothing = len(track), np.nan
    clear = plates and _one_size(track.plate)
    bar = find_bar(track) if clear else None
    plate = track.plate[:, :4] if clear else np.full((n, 4), nothing)
    middle = np.full((n, 2), nothing) if bar is None else bar.middle
    seen = Sightings(track.points, plate, middle)
    below = seen[low].median()
    reference = Reference(below.points[0], below.plate[0], below.middle[0])
    return Observer(reference, torso_px, view, bar), seen


def _one_size(plate: Array) -> bool:
    """Whether it is one circle that was followed, and not now the plate's edge and now a ring on it."""
    sizes = plate[np.isfinite(plate[:, 3]), 3]
    return bool(len(sizes)) and float(np.divide(*np.percentile(sizes, (90, 10)))) < _ONE_SIZE


def _grouped(parts: list[Array]) -> Observation:
    groups = np.concatenate([np.full(p.shape[1], i) for i, p in enumerate(parts)])
    return Observation(np.hstack(parts), groups)


def _median(a: Array) -> Array:
    some = a[np.isfinite(a).all(axis=tuple(range(1, a.ndim)))]
    return np.asarray(np.median(some, axis=0)) if len(some) else np.full(a.shape[1:], np.nan)


def _angles(points: Array) -> Array:
    """Inclinations (radians) and lengths of the segments: the mean of both sides and near minus far."""
    sides = []
    for side in ("RIGHT", "LEFT"):
        shoulder, hip, knee, ankle = (points[:, Joint[f"{side}_{name}"]] for name in _CHAIN)
        lean = inclinations(shoulder, hip, knee, ankle)
        lengths = [np.linalg.norm(a - b, axis=1) for a, b in ((ankle, knee), (knee, hip), (hip, shoulder))]
        sides.append(np.stack([*np.radians([lean.shin, lean.thigh, lean.trunk]), *lengths], axis=1))
    near, far = sides
    return np.hstack([(near + far) / 2, near - far])


def _spokes(points: Array) -> Array:
    """Angle (radians) and length of the lines from shoulder, knee and ankle to the bar, the origin."""
    shoulder, knee, ankle = (-middle(points, name) for name in ("SHOULDER", "KNEE", "ANKLE"))
    leans = (
        np.arctan2(shoulder[:, 1], shoulder[:, 0]),
        np.arctan2(knee[:, 1], -knee[:, 0]),
        np.arctan2(ankle[:, 0], ankle[:, 1]),
    )
    lengths = (np.hypot(*line.T) for line in (shoulder, knee, ankle))
    return np.column_stack([*leans, *lengths])


def _swapped() -> NDArray[np.intp]:
    rows = np.arange(LANDMARKS)
    for left in range(Joint.LEFT_SHOULDER, LANDMARKS, 2):
        rows[left], rows[left + 1] = left + 1, left
    rows[Joint.LEFT_EAR], rows[Joint.RIGHT_EAR] = Joint.RIGHT_EAR, Joint.LEFT_EAR
    return rows


_SWAPPED = _swapped()
_SEEN: list[int] = [Joint.NOSE, *(Joint[f"{side}_{name}"] for name in SIDED for side in ("LEFT", "RIGHT"))]

_HIPS_UP = tuple(2 * _SEEN.index(hip) + 1 for hip in (Joint.LEFT_HIP, Joint.RIGHT_HIP))


class Telling(NamedTuple):
    """Which parts of an observation tell one top of a set from the next; chosen on left-out clips.

    `moving` : groups that differ from top to top. `rise` : group and columns that say how high the hips are.
    `body` : groups by which a rise is worth more or fewer degrees.
    """

    moving: tuple[int, ...]
    rise: tuple[int, tuple[int, ...]]
    body: tuple[int, ...]


TELLING: dict[Situation, Telling] = {
    "clear": Telling((0, 2), (2, _HIPS_UP), (0, 4)),
    "hidden": Telling((0, 2), (2, _HIPS_UP), (0,)),
    "near": Telling((0, 2, 5), (5, (1,)), (0, 5)),
    "bar": Telling((2, 8, 9), (8, (1,)), (9, 10)),
}
