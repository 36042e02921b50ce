"""Looks at the lifter again, with the plates painted out, while the hips are up.

Behind plates the pose model is off by 20° and more at one top in five, and alike on every rep of a set. What
it sees once they are gone is another opinion, wrong in other ways.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.painting import Disc, without_plates
from thrustcam.poses.place import Image
from thrustcam.poses.plate import Plate
from thrustcam.poses.shin_picture import shin_pictures
from thrustcam.poses.uncovered import Uncovered

See = Callable[[Sequence[Image]], NDArray[np.float32]]
"""Landmarks, pixels, shape (n, 33, 2), in n pictures by one tracker that has seen nothing before."""

_EVERY_S = 1.2
"""A look takes the time of nine pictures; behind plates that is a fifteenth of the processor's."""
_TOLD_AFTER_S = 0.4
"""So long a look may take on another core before the next picture has to wait for it: always the same, so
that the same pictures give the same poses."""
_REMEMBERED_S = 20.0
"""What a bar's highest and lowest place are taken from."""
_FAR_S = 3.0
"""The far plate is looked for now and then: so long it is where it was, seen from the near one."""
_HIGH = 0.15
"""Of the bar's way, from the highest place down."""
_MOVES = 0.3
"""Radii that a bar goes up and down at least."""
_STILL, _STILL_S = 0.03, 0.2
"""Radii by which a still bar moves in that time."""

_SHOWN = 2
"""How often each picture is shown: the first as it is, to find the lifter, the others until the tracker has
settled."""

Seen = tuple[NDArray[np.float32], NDArray[np.uint8]]
"""`points` and `shins` of an `Uncovered`."""


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
        """Whatever was seen before the clock started anew."""
        self._ways: deque[tuple[float, float]] = deque()
        self._far: tuple[float, Disc] | None = None
        self._looked_s = -np.inf
        self._under_way: Future[Seen] | None = None

    def __call__(self, frame: Frame, pose: Pose, plate: Plate | None) -> Uncovered | None:
        """What a look a moment ago gave; None where there was none."""
        if self._ways and frame.time_s < self._ways[-1][0]:
            self._forget()
        told = self._told(frame.time_s)
        if plate is not None and pose.found:
            self._follow(frame.time_s, plate)
            if frame.time_s - self._looked_s >= _EVERY_S and self._at_the_top(plate):
                self._looked_s = frame.time_s
                near = plate.x, plate.y, max(plate.rx, plate.ry)
                far = self._far_plate(near)
                self._under_way = self._worker.submit(look, self._see, frame.image, near, far)
        return told

    def close(self) -> None:
        """Wait for a look that is under way, and forget it."""
        self._worker.shutdown(cancel_futures=True)

    def _told(self, now_s: float) -> Uncovered | None:
        if self._under_way is None or now_s < self._looked_s + _TOLD_AFTER_S:
            return None
        seen, self._under_way = self._under_way.result(), None
        return Uncovered(self._looked_s, *seen)

    def _follow(self, time_s: float, plate: Plate) -> None:
        self._ways.append((time_s, plate.y))
        while self._ways[0][0] < time_s - _REMEMBERED_S:
            self._ways.popleft()
        if plate.far is not None:
            x, y, radius = plate.far
            self._far = time_s, (x - plate.x, y - plate.y, radius)

    def _far_plate(self, near: Disc) -> Disc | None:
        """Where it was lately, seen from the near one."""
        if self._far is None or self._looked_s - self._far[0] > _FAR_S:
            return None
        x, y, radius = self._far[1]
        return near[0] + x, near[1] + y, radius

    def _at_the_top(self, plate: Plate) -> bool:
        t, y = np.array(self._ways).T
        way, lately = np.ptp(y), y[t > t[-1] - _STILL_S]
        high = y[-1] < y.min() + _HIGH * way
        still = len(lately) > 1 and np.ptp(lately) < _STILL * plate.ry
        return bool(high and still and way > _MOVES * plate.ry)


def look(see: See, image: Image, near: Disc, far: Disc | None) -> Seen:
    """The landmarks after each of three ways to paint, and the pictures of both shins."""
    one, both = without_plates(image, near), without_plates(image, near, far)
    shown = [picture for picture in (image, one, both, one) for _ in range(_SHOWN)]
    points = see(shown)[2 * _SHOWN - 1 :: _SHOWN]
    return points, shin_pictures(image, points)
