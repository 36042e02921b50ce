"""Takes a glimpse of the legs now and then."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from thrustcam.frames import Frame
from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.patches import LENGTH_PX

_EVERY_S = 0.12
"""Even the shortest tops last longer."""
_REMEMBERED = 50
"""The legs stand where they usually stood in so many glimpses, six seconds: the pose model may lose a body
for the time of a top."""
_ASIDE, _ABOVE, _BELOW = 1.7, 1.6, 0.35
"""Shin lengths around the ankles that hold shins and thighs, whichever way they point."""
_SMALLEST_PX = 12.0
_QUALITY = 80
"""Of JPEG: two kilobytes a glimpse; with 92 legs are found no better, with 65 worse."""


class Glimpses:
    """Takes glimpses of pictures that come in order of time."""

    def __init__(self) -> None:
        self._legs: deque[tuple[float, float, float]] = deque(maxlen=_REMEMBERED)
        self._taken_s = -np.inf

    def __call__(self, frame: Frame, pose: Pose) -> Glimpse | None:
        """One of this picture; None where it is not yet time for another, or no legs were seen lately."""
        if 0 <= frame.time_s - self._taken_s < _EVERY_S:
            return None
        self._taken_s = frame.time_s
        ankles = pose.points[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]].astype(float)
        knees = pose.points[[Joint.LEFT_KNEE, Joint.RIGHT_KNEE]].astype(float)
        if pose.found:
            self._legs.append((*ankles.mean(axis=0), np.linalg.norm(knees - ankles, axis=1).mean()))
        if not self._legs:
            return None
        x, y, shin = np.median(self._legs, axis=0)
        height, width = frame.image.shape[:2]
        low = np.maximum((x - _ASIDE * shin, y - _ABOVE * shin), 0).astype(int)
        high = np.minimum((x + _ASIDE * shin + 1, y + _BELOW * shin + 1), (width, height)).astype(int)
        if shin < _SMALLEST_PX or (high - low).min() < _SMALLEST_PX:
            return None
        grey = cv2.cvtColor(frame.image[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY)
        scale = min(1.0, LENGTH_PX / float(shin))
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        _, coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        return Glimpse(frame.time_s, (int(low[0]), int(low[1])), scale, coded.tobytes())
