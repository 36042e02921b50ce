"""Which of the bodies in the picture is the lifter: the one that lies, not the first found.

A pose model that follows one body takes the first it sees and slides onto whoever walks through. But nobody
stands in a hip thrust. So while the followed body stands, and only then, there is a look beside it now and
then, and when looks in a row see somebody lie in one place, the tracker is led there. A body that lies is not
left, so that in a clip of one lifter every pose passes untouched.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.place import GREY, Image, lying, only_around, same_place, size, standing, without_body

Look = Callable[[Image], list[Pose]]
"""Who is in this picture, found afresh."""

_LOOKS, _LOOKS_BACK = 3, 2  # that see somebody lie in one place; where the lifter was followed before
_SOONEST_S, _REST_S = 0.2, 1.0  # between two looks: when somebody lies there; after some in vain
_LARGE = 0.5  # of the standing body's size, or it is somebody in the background
_LARGER = 1.3  # than a body that was led to and lies: that one was in the background
_FINDING_S = 1.5  # so long may the tracker take to find the body it is led to
_HELD_S = 2.0  # so long it is held there


class Lifter:
    """Follows the lifter through the frames of one clip; frames come in order of time.

    `shown` gives the picture the tracker should see, `judged` says what to make of the body it found there.
    """

    def __init__(self) -> None:
        self._lifter: Pose | None = None  # the last pose that was followed and lay
        self._seen: Pose | None = None  # a better lifter than the body that is followed
        self._sightings = 0  # of it, less the looks that missed it
        self._look_s, self._pause_s = -math.inf, _SOONEST_S  # when to look next; the pause after a look
        self._lead: _Lead | None = None
        self._led = False  # the body that is followed was led to, not chosen by the tracker

    def shown(self, image: Image) -> Image:
        """The picture for the tracker: the image itself unless it is being led to the lifter."""
        return image if self._lead is None else self._lead.shown(image)

    def judged(self, pose: Pose, frame: Frame, look: Look) -> Pose:
        """`pose` itself unless it is surely not the lifter's: then nobody. `look` is called now and then."""
        if self._lead is not None:
            there = self._lead.reached(pose)
            if there:
                self._lifter, self._led = pose, True
            if self._lead.over:
                self._lead = None
                self._forget()
            return pose if there else Pose.nobody(frame)
        lies = lying(pose)
        stands = not lies and standing(pose)
        if lies:
            self._lifter = pose
            if not self._led:
                self._forget()
        if (stands or (self._led and lies)) and frame.time_s >= self._look_s:
            self._look_beside(pose, frame, look)
        return Pose.nobody(frame) if self._sightings and stands else pose

    def _forget(self) -> None:
        self._seen, self._sightings, self._pause_s = None, 0, _SOONEST_S

    def _look_beside(self, pose: Pose, frame: Frame, look: Look) -> None:
        """Count the looks that see a better lifter in one place; each look in vain doubles the pause."""
        others = [o for o in look(without_body(frame.image, pose)) if self._better(o, pose)]
        if others:
            other = max(others, key=size)
            again = self._seen is not None and same_place(self._seen, other)
            self._sightings = self._sightings + 1 if again else 1
            self._seen, self._pause_s = other, _SOONEST_S
            if self._sightings >= (_LOOKS_BACK if self._lay_at(other) else _LOOKS):
                self._lead = _Lead(pose, other, frame.time_s)
        else:
            self._sightings = max(0, self._sightings - 1)
            self._pause_s = min(2 * self._pause_s, _REST_S)
        self._look_s = frame.time_s + self._pause_s

    def _better(self, other: Pose, followed: Pose) -> bool:
        larger = size(other) / size(followed)
        if lying(followed):
            return lying(other) and larger > _LARGER
        return lying(other) and (larger > _LARGE or self._lay_at(other))

    def _lay_at(self, other: Pose) -> bool:
        return self._lifter is not None and same_place(self._lifter, other)


class _Lead:
    """Leads the tracker from one body to another by what it is shown, and holds it there for a while."""

    def __init__(self, wrong: Pose, right: Pose, time_s: float) -> None:
        self._wrong: Pose | None = wrong  # None once let go: who has walked on must not hide the lifter
        self._right = right
        self._let_go = True
        self._right_s = self._off_s = time_s  # when the right body was last followed, and when not

    def shown(self, image: Image) -> Image:
        """The right body's surroundings without the wrong one."""
        if self._let_go:  # the tracker clings to where it saw a body until a picture shows nobody there
            return np.full_like(image, GREY)
        return only_around(image if self._wrong is None else without_body(image, self._wrong), self._right)

    def reached(self, pose: Pose) -> bool:
        """Whether the tracker follows the right body."""
        there = lying(pose) and same_place(self._right, pose)
        if there:
            self._right, self._wrong, self._right_s = pose, None, pose.time_s
        else:
            self._wrong, self._off_s = pose if standing(pose) else self._wrong, pose.time_s
        self._let_go = pose.found and not there
        return there

    @property
    def over(self) -> bool:
        """Whether the tracker can be left to itself: it stays, or it doesn't find the body."""
        return self._right_s - self._off_s > _HELD_S or self._off_s - self._right_s > _FINDING_S
