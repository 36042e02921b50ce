"""Looks at the lifter again, with the plates painted out, while the hips are up.

Behind plates the pose model is off by 20° and more at one top in five, and alike on every rep of a set. What
it sees once they are gone is another opinion, wrong in other ways. Where there are none, the picture of the
shins is one as it is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.close_ups import hip_picture, shin_pictures
from thrustcam.poses.landmarks import Pose, middle
from thrustcam.poses.painting import Disc, without_plates
from thrustcam.poses.place import Image
from thrustcam.poses.plate import Plate
from thrustcam.poses.uncovered import Uncovered

See = Callable[[Sequence[Image]], NDArray[np.float32]]
"""Landmarks, pixels, shape (n, 33, 2), in n pictures by one tracker that has seen nothing before."""

_EVERY_S = 1.2
"""A look takes the time of nine pictures; behind plates that is a fifteenth of the processor's."""
_TOLD_AFTER_S = 0.4
"""So long a look may take on another core before the next picture has to wait for it: always the same, so
that the same pictures give the same poses."""
_REMEMBERED_S = 20.0
"""What the highest and lowest place are taken from; and so long after a plate there still is one."""
_FAR_S = 3.0
"""The far plate is looked for now and then: so long it is where it was, seen from the near one."""
_HIGH, _TURNS = 0.4, 0.05
"""Of the way of the bar, or of the hips where there are no plates, from the highest place down: where it may
be still, hips past the line being higher than straight ones by a quarter of it; and where it may turn without
being so."""
_MOVES = 0.3
"""Radii of the plate, or lengths of the torso, that it goes up and down at least."""
_STILL, _STILL_S = 0.03, 0.2
"""Of the same, by which what is still moves in that time; and it turns where it was highest within that time
and neither first nor last."""

_SHOWN = 2
"""How often each picture is shown: the first as it is, to find the lifter, the others until the tracker has
settled."""

Seen = tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8]]
"""`points`, `shins` and `hips` of an `Uncovered`."""


class Uncovering:
    """Looks again at pictures that come in order of time.

    Parameters
    ----------
    see : called on another thread, one look at a time.
    """

    def __init__(self, see: See) -> None:
        self._see = see
        self._worker = ThreadPoolExecutor(1)
        self._forget()

    def _forget(self) -> None:
        """Whatever was seen before the clock started anew, or of a plate that was none."""
        self._ways: deque[tuple[float, float]] = deque()
        self._plate_s = -np.inf
        self._far: tuple[float, Disc] | None = None
        self._looked_s = -np.inf
        self._under_way: Future[Seen] | None = None

    def __call__(self, frame: Frame, pose: Pose, plate: Plate | None) -> Uncovered | None:
        """What a look a moment ago gave; None where there was none."""
        none = plate is not None and plate.none_since_s is not None
        if none or (self._ways and frame.time_s < self._ways[-1][0]):
            self._forget()
        told = self._told(frame.time_s)
        if not pose.found:
            return told
        if plate is not None and not none:
            self._look_behind(plate, frame)
        elif frame.time_s - self._plate_s > _REMEMBERED_S and self._at_the_top(frame, *_hips(pose)):
            return Uncovered(frame.time_s, pose.points[None], shin_pictures(frame.image, pose.points[None]))
        return told

    def close(self) -> None:
        """Wait for a look that is under way, and forget it."""
        self._worker.shutdown(cancel_futures=True)

    def _told(self, now_s: float) -> Uncovered | None:
        if self._under_way is None or now_s < self._looked_s + _TOLD_AFTER_S:
            return None
        seen, self._under_way = self._under_way.result(), None
        return Uncovered(self._looked_s, *seen)

    def _look_behind(self, plate: Plate, frame: Frame) -> None:
        """Begin a look on the other thread, if the time has come."""
        if frame.time_s - self._plate_s > _REMEMBERED_S:
            self._ways.clear()
        self._plate_s = frame.time_s
        if plate.far is not None:
            x, y, radius = plate.far
            self._far = frame.time_s, (x - plate.x, y - plate.y, radius)
        if self._at_the_top(frame, plate.y, plate.ry):
            near = plate.x, plate.y, max(plate.rx, plate.ry)
            self._under_way = self._worker.submit(look, self._see, frame.image, near, self._far_plate(near))

    def _far_plate(self, near: Disc) -> Disc | None:
        """Where it was lately, seen from the near one."""
        if self._far is None or self._looked_s - self._far[0] > _FAR_S:
            return None
        x, y, radius = self._far[1]
        return near[0] + x, near[1] + y, radius

    def _at_the_top(self, frame: Frame, y: float, length: float) -> bool:
        """Whether to look now, the bar or the hips being at `y`."""
        self._ways.append((frame.time_s, y))
        while self._ways[0][0] < frame.time_s - _REMEMBERED_S:
            self._ways.popleft()
        if frame.time_s - self._looked_s < _EVERY_S:
            return False
        t, ways = np.array(self._ways).T
        way, lately = np.ptp(ways), ways[t > t[-1] - _STILL_S]
        still = len(lately) > 1 and np.ptp(lately) < _STILL * length and y < ways.min() + _HIGH * way
        turns = 0 < lately.argmin() < len(lately) - 1 and lately.min() < ways.min() + _TURNS * way
        if way < _MOVES * length or not (still or turns):
            return False
        self._looked_s = frame.time_s
        return True


def _hips(pose: Pose) -> tuple[float, float]:
    """How far down they are, and the torso's length, pixels."""
    shoulders, hips = (middle(pose.points.astype(float), name) for name in ("SHOULDER", "HIP"))
    return float(hips[1]), float(np.linalg.norm(shoulders - hips))


def look(see: See, image: Image, near: Disc, far: Disc | None) -> Seen:
    """The landmarks after each of three ways to paint, and close-ups of both shins and of the hips."""
    one, both = without_plates(image, near), without_plates(image, near, far)
    shown = [picture for picture in (image, one, both, one) for _ in range(_SHOWN)]
    points = see(shown)[2 * _SHOWN - 1 :: _SHOWN]
    return points, shin_pictures(image, points), hip_picture(image, near)
