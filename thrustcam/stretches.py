"""Poses → stretches: what belongs to each set, from setting up for it until the lifter has left the position.

A set is judged by its stretch alone. Live coaching can't wait for the end of the session, nor keep an hour of
poses; a recording is cut in the same places, so that both say the same of the same frames.
"""

from __future__ import annotations

from collections import deque

from thrustcam.motion.presence import Presence
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.track import PoseTrack

LEAD_S = 60.0
"""Seconds before a set that are judged with it: setting up, which must give no rep."""

_EVERY_S = 0.2 - 1e-3  # between two looks at whether the lifter is in position
_SETTLED_S = 2.0  # in position for so long begins a set, even where nobody lay still


class Stretches:
    """Cuts poses, in order of time, into stretches with a set in each.

    Attributes
    ----------
    poses : of the stretch that is under way.
    presence : whether the lifter is in position now.
    in_set : whether a set has begun in this stretch: the lifter lay still in position, or lay there for a
        while.
    """

    def __init__(self) -> None:
        self.poses: deque[Pose] = deque()
        self.presence = Presence()
        self.in_set = False
        self._look_s = float("-inf")  # when to look next
        self._inside_s: float | None = None  # since when in position

    def push(self, pose: Pose) -> PoseTrack | None:
        """Take the next pose; the whole stretch where the lifter has left, else None."""
        self.poses.append(pose)
        self.presence.push(pose)
        if pose.time_s < self._look_s:
            return None
        self._look_s = pose.time_s + _EVERY_S
        self.presence.look()
        self._begin(pose.time_s)
        return self.close() if self.in_set and self.presence.left else None

    def close(self) -> PoseTrack:
        """End the stretch here; its poses, which are let go of: a long set has tens of megabytes of them."""
        stretch = PoseTrack.of(self.poses)
        self.poses.clear()
        self.in_set, self._inside_s = False, None
        return stretch

    def _begin(self, at_s: float) -> None:
        if not self.presence.inside:
            self._inside_s = None
        elif self._inside_s is None:
            self._inside_s = at_s
        if self.in_set:
            return
        while at_s - self.poses[0].time_s > LEAD_S:
            self.poses.popleft()
        lain = self._inside_s is not None and at_s - self._inside_s >= _SETTLED_S
        self.in_set = self.presence.still or lain
