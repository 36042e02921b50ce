"""Whether the lifter is in position right now, from the last second of poses: when a set starts and ends."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.position import in_position
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.track import PoseTrack

SEEN_S = 1.0
"""Seconds of poses that are looked at."""

_STILL = 0.06  # torso lengths the hips may move within that second; breathing and jitter stay below 0.03
_MOSTLY = 0.7  # of the poses
_LEFT_S = 4.0  # seen out of position for so long has left it; sitting up to mend the bar's pad takes less
_LOST_S = 6.0  # unseen for so long has left; behind big plates a body can be lost through a long hold
_HOLE_S = 0.5
_LIFTED = 0.15  # of its radius a plate goes up or down within that second; at rest it stays within 0.03
_HIPS = [Joint.LEFT_HIP, Joint.RIGHT_HIP]


class Presence:
    """Follows whether somebody is in position; poses come in order of time.

    `inside` : in position now. `still` : and lying still. `left` : was in position, and has left for good.
    `torso_px` : pixels that a torso length has now; NaN with nobody there.
    """

    def __init__(self) -> None:
        self.recent: deque[Pose] = deque()
        self.inside = self.still = False
        self.torso_px = float("nan")
        self._inside_s: float | None = None  # last time in position
        self._out_s = self._unseen_s = 0.0  # since then
        self._looked_s: float | None = None
        self._bar_x = float("nan")  # the plate's place across the picture, last time in position

    @property
    def left(self) -> bool:
        """Whether the position was left: out of it, or out of sight, for long enough."""
        return self._out_s >= _LEFT_S or self._unseen_s >= _LOST_S

    def push(self, pose: Pose) -> None:
        """Take the next pose."""
        self.recent.append(pose)
        while pose.time_s - self.recent[0].time_s > SEEN_S:
            self.recent.popleft()

    def look(self) -> None:
        """Decide anew."""
        now_s = self.recent[-1].time_s
        # A hole in the pictures (a camera unplugged) says nothing about the lifter.
        passed = 0.0 if self._looked_s is None else min(now_s - self._looked_s, _HOLE_S)
        self._looked_s = now_s
        track = PoseTrack.of(self.recent)
        share = track.found.mean()
        self.torso_px = track.torso_px()
        inside = in_position(track, self.torso_px) if share > 0 else np.zeros(len(track), bool)
        self.inside = bool(inside.mean() >= _MOSTLY)
        self.still = self.inside and self._spans() and _moved(track, self.torso_px) < _STILL
        plate = track.plate[np.isfinite(track.plate[:, 0])]
        if self.inside and len(plate):
            self._bar_x = float(np.median(plate[:, 0]))
        if self.inside or self._lifts(plate):
            self._out_s = self._unseen_s = 0.0
        elif self._mostly_unseen(track):
            self._unseen_s += passed
        else:
            self._out_s += passed

    def _lifts(self, plate: NDArray[np.float64]) -> bool:
        """Whether the plate goes up or down above where it was when the lifter was last in position.

        Whoever does that is under it, whatever the pose model sees. `plate` : where one was seen.
        """
        if not len(plate):
            return False
        x, y, radius = np.median(plate[:, 0]), np.ptp(plate[:, 1]), np.median(plate[:, 3])
        return bool(abs(x - self._bar_x) <= radius and y >= _LIFTED * radius)

    def _spans(self) -> bool:
        """Whether a whole second has been seen."""
        return self.recent[-1].time_s - self.recent[0].time_s >= 0.8 * SEEN_S

    @staticmethod
    def _mostly_unseen(track: PoseTrack) -> bool:
        return bool(track.found.mean() < 1 - _MOSTLY)


def _moved(track: PoseTrack, torso_px: float) -> float:
    """Torso lengths between the hips' lowest and highest place, without the outermost tenth."""
    up = track.points[track.found][:, _HIPS, 1].mean(1)
    return float(np.subtract(*np.percentile(up, (95, 5)))) / torso_px if len(up) else float("inf")
