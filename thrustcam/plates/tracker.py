"""The near plate, followed from picture to picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.plates import search
from thrustcam.plates.body import Body
from thrustcam.plates.far import far_plate
from thrustcam.plates.inside import Inside
from thrustcam.plates.outline import Ellipse, Fit, fit, shifted
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.plate import Plate

# A plate's radius in torso lengths (0.5 m): 450 mm plates 0.45, seen up to 1.6 times larger than the body
# because they are nearer the camera; 220 mm plates 0.22 and larger for the same reason.
SMALLEST, LARGEST = 0.26, 0.80
REACH = 1.6
"""Torso lengths between the hips' middle and the near plate's: measured up to 1.3, from three-quarters."""

NARROWEST = 0.45
"""Short over long axis. Below it the plate is a slab whose outline is its rim: seen from the front."""

FIRST_SEARCH_S, LAST_SEARCH_S = 0.35, 2.0
"""Pause between searches where nothing is found: it grows, so that pictures without plates cost little."""

SURE, SURE_SMALL = 0.66, 0.80
"""Support a new circle needs: where it is as large as 450 mm plates are, and where it is small."""
SURE_FAINT = 0.88
"""The same where the strongest edges don't show it: a real plate of black rubber on such a floor has 0.9 to
0.97, other circles there 0.82 at most."""
HOLD = 0.45
"""Support at which a followed circle is still believed."""
TRIED_FRAMES = 3

FAR_FIRST_S, FAR_LATER_S, FAR_LOOKS = 0.4, 2.0, 30


@dataclass
class _Track:
    """What is known of the plate being followed. Times in seconds, lengths in pixels."""

    shape: Ellipse
    time_s: float
    since_s: float
    usual: float
    vx: float = 0.0
    vy: float = 0.0
    frames: int = 1
    top: float = math.inf
    bottom: float = -math.inf
    moved: bool = False
    inside: Inside = field(default_factory=Inside)

    def expected(self, time_s: float) -> Ellipse:
        """Where the plate should be now, at its last speed; after a pause, where it was."""
        gap = time_s - self.time_s
        if gap > 0.2:
            return self.shape
        return self.shape.at(self.shape.x + self.vx * gap, self.shape.y + self.vy * gap)

    def measured(self, found: Fit, time_s: float) -> None:
        """Take in one measurement. The shape follows slowly, the place at once."""
        e, s = found.ellipse, self.shape
        gap = time_s - self.time_s
        if 0 < gap <= 0.2:
            self.vx, self.vy = (e.x - s.x) / gap, (e.y - s.y) / gap
        else:
            self.vx = self.vy = 0.0
        a = 0.1
        self.shape = Ellipse(
            e.x, e.y, s.rx + a * (e.rx - s.rx), s.ry + a * (e.ry - s.ry), s.lean + a * (e.lean - s.lean)
        )
        self.time_s = time_s
        self.usual += 0.05 * (found.support - self.usual)
        self.frames += 1
        self.top, self.bottom = min(self.top, e.y), max(self.bottom, e.y)
        self.moved = self.moved or self.bottom - self.top > 0.25 * s.ry


class PlateTracker:
    """Finds the near plate and follows it: one call per frame, in order of time.

    Notes
    -----
    What is returned is measured in that frame; the past only says where to look and what shape to expect.
    A plate is sought near the hips and at a size that fits the torso, rarely, and ever more rarely where
    none is found; once found it is followed without the pose, which a plate ruins.
    """

    def __init__(self) -> None:
        self._body = Body()
        self._track: _Track | None = None
        self._next_search_s = -math.inf
        self._pause_s = FIRST_SEARCH_S
        self._turn = 0
        self._checks = 0
        self._banned: list[Ellipse] = []
        self._next_far_s, self._far_looks = -math.inf, 0

    def __call__(self, frame: Frame, pose: Pose) -> Plate | None:
        """The near plate in this frame; None where none is seen, or not clearly."""
        self._body.see(pose)
        if self._track is None:
            self._seek(frame)
            return None
        found = self._follow(frame, self._track)
        if found is None:
            self._miss(frame, self._track)
            return None
        track = self._track
        track.measured(found, frame.time_s)
        if self._stands_still(track):
            self._banned.append(track.shape)
            self._forget(frame.time_s)
            return None
        self._check(frame, track)
        if track.frames < TRIED_FRAMES or self._track is not track:
            return None
        e = found.ellipse
        sizes = (float(e.x), float(e.y), float(e.rx), float(e.ry))
        since_s = track.inside.stays_since(frame, e)
        if since_s is not None:
            self._forget(frame.time_s)
            self._pause_s = LAST_SEARCH_S
        far = self._far(frame, e) if since_s is None else None
        return Plate(*sizes, e.lean, found.support, track.moved, far, since_s)

    def _far(self, frame: Frame, near: Ellipse) -> tuple[float, float, float] | None:
        """The far plate, often at first and then now and then: it keeps its place beside the near one."""
        if frame.time_s < self._next_far_s:
            return None
        self._far_looks += 1
        self._next_far_s = frame.time_s + (FAR_FIRST_S if self._far_looks < FAR_LOOKS else FAR_LATER_S)
        far = far_plate(frame.image, near)
        return None if far is None else (float(far.x), float(far.y), far.long)

    def _follow(self, frame: Frame, track: _Track) -> Fit | None:
        """The followed plate in this frame: where it should be, else wherever it may have jumped to."""
        hold = max(HOLD, 0.65 * track.usual)
        expected = track.expected(frame.time_s)
        found = _settled(frame.image, expected)
        if found.support < hold:
            again = _settled(frame.image, shifted(frame.image, expected, 0.25))
            found = max(found, again, key=lambda f: f.support)
        alike = abs(found.ellipse.ry / track.shape.ry - 1) < 0.12
        return found if found.support >= hold and alike and found.error < 0.02 else None

    def _miss(self, frame: Frame, track: _Track) -> None:
        """Nothing seen this time: look around, and give up after a while."""
        lost = frame.time_s - track.time_s
        if track.frames < 2 * TRIED_FRAMES or lost > 3.0:
            self._forget(frame.time_s)
        elif lost > 0.15 and frame.time_s >= self._next_search_s:
            self._next_search_s = frame.time_s + 0.25
            size = track.shape.ry
            for f in self._candidates(frame, track.shape, (0.9 * size, 1.1 * size), search.VIEWS[:1]):
                if abs(f.ellipse.ry / size - 1) < 0.12 and f.support > 0.85 * track.usual:
                    track.shape, track.time_s, track.vx, track.vy = f.ellipse, frame.time_s, 0.0, 0.0
                    return

    def _forget(self, time_s: float) -> None:
        self._track, self._checks, self._next_search_s, self._pause_s = None, 0, time_s, FIRST_SEARCH_S

    def _seek(self, frame: Frame) -> None:
        """Search, if it is time to."""
        if not self._body.known or frame.time_s < self._next_search_s:
            return
        self._next_search_s = frame.time_s + self._pause_s
        self._pause_s = min(1.25 * self._pause_s, LAST_SEARCH_S)
        found = self._best(frame)
        if found is not None:
            self._track = _Track(found.ellipse, frame.time_s, frame.time_s, found.support)
            self._next_search_s = frame.time_s + 0.5

    def _check(self, frame: Frame, track: _Track) -> None:
        """A few times, look whether the followed circle is only the far plate, or a ring on the near one."""
        if self._checks >= 6 or frame.time_s < self._next_search_s:
            return
        self._checks += 1
        self._next_search_s = frame.time_s + 0.5
        found = self._best(frame)
        if found is not None and found.ellipse.ry > 1.12 * track.shape.ry:
            self._track = _Track(found.ellipse, frame.time_s, frame.time_s, found.support)

    def _best(self, frame: Frame) -> Fit | None:
        """The likeliest near plate in this frame: clear, near the hips, of a plate's size; rather large."""
        torso = self._body.torso_px
        around = Ellipse(*self._body.hips, torso, torso)
        views = (search.VIEWS[0], *search.VIEWS[1 + self._turn :: 3])
        self._turn = (self._turn + 1) % 3
        sizes = (SMALLEST * torso, LARGEST * torso)
        good = [
            f
            for edge_points, least in ((search.EDGE_POINTS, 0.0), (search.MORE_EDGE_POINTS, SURE_FAINT))
            for f in self._candidates(frame, around, sizes, views, edge_points)
            if f.support >= least and self._plausible(f)
        ]
        return max(good, key=lambda f: f.support * math.sqrt(f.ellipse.ry), default=None)

    def _plausible(self, found: Fit) -> bool:
        torso, (x, y), e = self._body.torso_px, self._body.hips, found.ellipse
        long = Plate(e.x, e.y, e.rx, e.ry, e.lean, 0.0, False).diameter / 2
        short = e.rx * e.ry * math.sqrt(1 - e.lean**2) / long
        size = long / torso
        needed = np.interp(size, (0.35, 0.45), (SURE_SMALL, SURE))
        return bool(
            SMALLEST <= size <= LARGEST
            and short / long >= NARROWEST
            and found.support >= needed
            and found.error < 0.0175
            and math.hypot(e.x - x, e.y - y) < REACH * torso
            and not any(math.hypot(e.x - b.x, e.y - b.y) < 0.5 * b.ry for b in self._banned)
        )

    def _candidates(
        self,
        frame: Frame,
        around: Ellipse,
        sizes: tuple[float, float],
        views: tuple[tuple[float, float], ...],
        edge_points: int = search.EDGE_POINTS,
    ) -> list[Fit]:
        """Outlines of these sizes (long half-axes, pixels) within reach, fitted; none of them judged."""
        half = REACH * self._body.torso_px + sizes[1]
        largest = max(sizes[1], LARGEST * self._body.torso_px)
        grey, (x, y), factor = search.shrink(frame.image, (around.x, around.y), half, largest)
        found = []
        for e in search.ellipses(grey, factor * sizes[0], factor * sizes[1], views, edge_points=edge_points):
            whole = Ellipse(e.x / factor + x, e.y / factor + y, e.rx / factor, e.ry / factor, e.lean)
            whole = shifted(frame.image, whole, 0.1, (-0.1, -0.05, 0.0, 0.05, 0.1))
            rough = fit(frame.image, whole, 0.2, 3.0, (0.15, 0.10, 0.06))
            if rough.support > 0.3:
                found.append(fit(frame.image, rough.ellipse, 0.1, 3.0, (0.08, 0.05, 0.04)))
        return found

    def _stands_still(self, track: _Track) -> bool:
        """Whether the hips have gone up or down while this circle did not."""
        return (
            not track.moved
            and track.time_s - track.since_s > 2.5
            and self._body.hips_travel > 0.45
            and track.bottom - track.top < 0.08 * track.shape.ry
        )


def _settled(image: NDArray[np.uint8], expected: Ellipse) -> Fit:
    """The outline near where it is expected, its shape nearly given."""
    return fit(image, expected, 0.13, 60.0, (0.12, 0.06, 0.04))
