"""Poses in a row: the arrays that motion is measured from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.landmarks import BONES, FEET, LANDMARKS, Joint, Pose, Turned, middle
from thrustcam.poses.plate import Plate
from thrustcam.poses.uncovered import Uncovered

TORSO_M = 0.50
"""Shoulder to hip of an adult in metres: 0.288 × 1.73 m (Drillis & Contini in Winter 2009, table 4.1)."""

_NONE = (np.nan,) * 3


def during(t: NDArray[np.float64], start_s: float, end_s: float) -> NDArray[np.bool_]:
    """bool, shape (n,): which of the times t lie from `start_s` to `end_s`, both included."""
    return np.asarray((t >= start_s - 1e-6) & (t <= end_s + 1e-6), bool)


def without_false_plates(poses: Sequence[Pose]) -> list[Pose]:
    """The same poses, without plates that later ones know to have been none.

    What was seen with such a one painted out shows a body with a hole, and goes too.
    """
    kept: list[Pose] = []
    false: set[float] = set()
    none_since_s = np.inf
    for pose in reversed(poses):
        if pose.plate is not None and pose.plate.none_since_s is not None:
            none_since_s = min(none_since_s, pose.plate.none_since_s)
        if pose.time_s < none_since_s:
            none_since_s = np.inf
        elif pose.plate is not None:
            false.add(pose.time_s)
        kept.append(replace(pose, plate=None) if pose.time_s in false else pose)
    return [
        replace(p, uncovered=None) if p.uncovered is not None and p.uncovered.time_s in false else p
        for p in reversed(kept)
    ]


def _numbers(plate: Plate | None) -> tuple[float, ...]:
    return (np.nan,) * 5 if plate is None else (plate.x, plate.y, plate.rx, plate.ry, plate.lean)


@dataclass(frozen=True)
class PoseTrack:
    """n poses in order of time.

    Attributes
    ----------
    t : float64, shape (n,), seconds, increasing.
    points : float64, shape (n, 33, 2), pixels, x right, y down; NaN where nobody was found.
    world : float32, shape (n, 33, 3), metres, camera axes (x right, y down, z away); NaN as above.
    visibility : float32, shape (n, 33).
    plate : float64, shape (n, 5), pixels: x, y, rx, ry and lean of the near plate (see `Plate`); NaN where
        none was seen.
    far_plate : float64, shape (n, 3), pixels: x, y and radius of the far plate; NaN in most frames.
    turned : float64, shape (n, 3), degrees that each of `Turned` has turned so far, clockwise in the picture;
        only differences mean anything, between which it was seen all the time. NaN where it was not.
    size : width and height of the pictures, pixels.
    glimpses : what the legs looked like now and then, in order of time.
    uncovered : what was seen now and then without the plates, in order of time.
    """

    t: NDArray[np.float64]
    points: NDArray[np.float64]
    world: NDArray[np.floating]
    visibility: NDArray[np.floating]
    plate: NDArray[np.float64]
    far_plate: NDArray[np.float64]
    turned: NDArray[np.float64]
    size: tuple[int, int]
    glimpses: tuple[Glimpse, ...] = ()
    uncovered: tuple[Uncovered, ...] = ()

    @classmethod
    def of(cls, poses: Sequence[Pose]) -> PoseTrack:
        """The track of these poses."""
        n, poses = len(poses), without_false_plates(poses)
        return cls(
            np.array([p.time_s for p in poses], float),
            np.array([p.points for p in poses], float).reshape(n, LANDMARKS, 2),
            np.array([p.world for p in poses], np.float32).reshape(n, LANDMARKS, 3),
            np.array([p.visibility for p in poses], np.float32).reshape(n, LANDMARKS),
            np.array([_numbers(p.plate) for p in poses], float).reshape(n, 5),
            np.array([p.plate.far if p.plate and p.plate.far else _NONE for p in poses], float).reshape(n, 3),
            np.array([p.turned for p in poses], float).reshape(n, len(Turned)),
            (poses[0].width, poses[0].height) if n else (0, 0),
            tuple(p.glimpse for p in poses if p.glimpse is not None),
            tuple(p.uncovered for p in poses if p.uncovered is not None),
        )

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, rows: slice | NDArray[np.bool_]) -> PoseTrack:
        """The part of the track in these rows."""
        seen = self.world[rows], self.visibility[rows]
        plates = self.plate[rows], self.far_plate[rows]
        t = self.t[rows]
        there = set(t.tolist())
        glimpses = tuple(g for g in self.glimpses if g.time_s in there)
        uncovered = tuple(u for u in self.uncovered if u.time_s in there)
        return PoseTrack(
            t, self.points[rows], *seen, *plates, self.turned[rows], self.size, glimpses, uncovered
        )

    @property
    def found(self) -> NDArray[np.bool_]:
        """bool, shape (n,): whether a body was found."""
        return np.asarray(np.isfinite(self.points[:, Joint.LEFT_HIP, 0]), bool)

    def in_picture(self, joints: Sequence[Joint]) -> NDArray[np.bool_]:
        """bool, shape (n,): whether any of these joints lies within the picture; the model guesses beyond."""
        x, y = np.moveaxis(self.points[:, list(joints)], -1, 0)
        inside = (x >= 0) & (x < self.size[0]) & (y >= 0) & (y < self.size[1])
        return np.asarray(inside.any(axis=1), bool)

    def middle(self, name: str) -> NDArray[np.float64]:
        """Shape (n, 2), pixels: half-way between the left and right `name` ("HIP", "KNEE", …)."""
        return middle(self.points, name)

    def feet(self) -> NDArray[np.float64]:
        """Shape (n, 2), pixels: where the feet stand, the median of their six landmarks."""
        return np.asarray(np.median(self.points[:, FEET], axis=1))

    def torso_px(self) -> float:
        """Pixels that a torso length has in this picture, whatever way the torso points.

        The slope of the bones' lengths in pixels over their lengths across the line of sight in metres,
        which holds from the front too, where the torso itself is foreshortened. NaN where nobody was found.
        """
        a, b = np.array(BONES).T
        flat = np.linalg.norm(self.points[:, a] - self.points[:, b], axis=2)
        solid = np.linalg.norm((self.world[:, a] - self.world[:, b])[..., :2], axis=2)
        found = self.found
        if not found.any():
            return float("nan")
        slope = (flat * solid).sum(1)[found] / np.maximum((solid**2).sum(1)[found], 1e-9)
        return float(np.median(slope)) * TORSO_M
