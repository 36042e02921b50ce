"""Takes a glimpse of the legs now and then."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from thrustcam.frames import Frame
from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.patches import Part

_EVERY_S = 0.12
"""Even the shortest tops last longer."""
_REMEMBERED = 50
"""The legs stand where they usually stood in so many glimpses, six seconds: the pose model may lose a body
for the time of a top."""
_AROUND = (-1.7, -1.6), (1.7, 0.35)
"""Shin lengths from the ankles, right and down, between which legs lie, whichever way they point."""
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
        low, high = ((x + across * shin, y + down * shin) for across, down in _AROUND)
        part = Part.of(frame, np.array(low), np.array(high), float(shin))
        if part is None:
            return None
        _, coded = cv2.imencode(".jpg", part.seen(frame), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        return Glimpse(frame.time_s, (int(part.low[0]), int(part.low[1])), part.scale, coded.tobytes())
