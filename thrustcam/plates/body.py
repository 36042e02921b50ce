"""Where the lifter's body lets a plate be, and how large: remembered while the pose is lost."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.track import PoseTrack

LOOK_EVERY_S = 0.2


class Body:
    """The hips' place and the torso's length in pixels, from the poses seen so far.

    Single poses behind a plate are wrong by half a torso, so both are medians over the last few seconds.
    """

    def __init__(self) -> None:
        self._looked_s = -np.inf
        self._torso: deque[float] = deque(maxlen=15)
        self._hips: deque[NDArray[np.float64]] = deque(maxlen=15)

    def see(self, pose: Pose) -> None:
        """Remember this pose, if it is time to."""
        if not pose.found or pose.time_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = pose.time_s
        track = PoseTrack.of([pose])
        torso = track.torso_px()
        if np.isfinite(torso) and torso > 0:
            self._torso.append(torso)
            self._hips.append(track.points[0, [Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0))

    @property
    def known(self) -> bool:
        """Whether any body has been seen."""
        return bool(self._torso)

    @property
    def torso_px(self) -> float:
        """Pixels of a torso length (see `PoseTrack.torso_px`)."""
        return float(np.median(self._torso))

    @property
    def hips(self) -> tuple[float, float]:
        """x, y in pixels: half-way between the hips, typically."""
        x, y = np.median(self._hips, axis=0)
        return float(x), float(y)

    @property
    def hips_travel(self) -> float:
        """How far the hips have lately gone up and down, in torso lengths."""
        return float(np.ptp([h[1] for h in self._hips])) / self.torso_px if self._hips else 0.0
