"""Whether somebody else is in the picture, so large and so near that they will be in the way."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.place import size

Beside = Callable[[Frame, Pose], list[Pose]]
"""Whoever is in the picture beside the lifter."""

_EVERY_S = 1.0  # a look takes 17 ms
_LOOKS = 2  # in a row: ghosts in a rack or in what is left of the lifter are seen once
_APART = 0.7  # torso lengths between the hips; nearer is a ghost of the lifter
_LARGE = 0.6  # of the lifter's size; who is smaller stands far behind


class Bystanders:
    """Counts the people in the picture now and then.

    Parameters
    ----------
    beside : finds the others; None where nobody can.
    """

    def __init__(self, beside: Beside | None) -> None:
        self._beside = beside
        self._looks = 0  # in a row that saw somebody
        self._next_s = -np.inf
        self._count: int | None = None

    def count(self, frame: Frame, lifter: Pose) -> int | None:
        """How many people there are as far as it is known: 1 or 2; None before the first look."""
        if self._beside is None or not lifter.found or frame.time_s < self._next_s:
            return self._count
        self._next_s = frame.time_s + _EVERY_S
        unit = size(lifter)
        others = [
            other
            for other in self._beside(frame, lifter)
            if size(other) > _LARGE * unit and math.dist(_hips(other), _hips(lifter)) > _APART * unit
        ]
        self._looks = self._looks + 1 if others else 0
        self._count = 2 if self._looks >= _LOOKS else 1
        return self._count


def _hips(pose: Pose) -> NDArray[np.floating]:
    return np.asarray(pose.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0))
