"""When each picture was taken, and which pictures are worth looking at."""

from __future__ import annotations

import math
from collections import deque

_USUAL_RATE_HZ = 30.0  # for a file that names neither times nor a rate
_ANY_LENGTH_S = 86_400.0


class Clock:
    """Turns a container's time stamps into increasing seconds from the first picture.

    A stamp that is missing, stands still, goes back or lies far past the clip's end is replaced by the
    last time plus one picture's usual length, and counted in `estimated`.
    """

    def __init__(self, fps: float | None, duration_s: float | None) -> None:
        self.ticks = 0
        self.estimated = 0
        self.last_s = 0.0
        self.hole = (0.0, 0.0)
        """The longest time between two pictures in a row: its start and end, seconds."""
        self.interval_s = 1 / (fps or _USUAL_RATE_HZ)
        """How long a picture stays, seconds."""
        self._origin_s = 0.0
        # One wild stamp far ahead would make all later ones look late. A declared length may be wrong, so
        # only a stamp well past it is disbelieved.
        self._horizon_s = 1.5 * duration_s + 10 if duration_s else _ANY_LENGTH_S

    def tick(self, stamp_ms: float) -> float:
        """Time in seconds of the next picture, whose container stamp is `stamp_ms` milliseconds."""
        self.ticks += 1
        if self.ticks == 1:
            # Before zero: OpenCV gives the decoding time instead of a presentation time of exactly 0.
            self._origin_s = max(stamp_ms / 1000, 0.0) if math.isfinite(stamp_ms) else 0.0
            return 0.0
        time_s = stamp_ms / 1000 - self._origin_s
        if not (math.isfinite(time_s) and self.last_s < time_s < self._horizon_s):
            self.estimated += 1
            time_s = self.last_s + self.interval_s
        elif time_s - self.last_s > self.hole[1] - self.hole[0]:
            self.hole = (self.last_s, time_s)
        self.last_s = time_s
        return time_s


class Thinner:
    """Keeps at most about `max_rate_hz` pictures a second, evenly spaced.

    At a steady rate it keeps every n-th picture (60 → 30, 50 → 25, 120 → 30), because uneven spacing
    would look like uneven speed; up to 10 % above the limit nothing is dropped (30.3 stays). At a varying
    rate n follows the last second or less, so slow stretches keep everything and bursts are thinned.
    """

    def __init__(self, max_rate_hz: float) -> None:
        if not max_rate_hz > 0:
            raise ValueError(f"max_rate_hz must be above 0, not {max_rate_hz}")
        self._max_rate_hz = max_rate_hz
        # 32 intervals: jitter of a fifth of an interval then shifts their mean by 1.3 % at most, too
        # little to miscount eight pictures in a row (240 → 30).
        self._recent_s: deque[float] = deque(maxlen=33)
        self._kept_s = -math.inf

    def keep(self, time_s: float) -> bool:
        """Whether to keep the picture at `time_s`; ask once for each picture, in order."""
        self._recent_s.append(time_s)
        if time_s - self._kept_s < self._gate_s():
            return False
        self._kept_s = time_s
        return True

    def _gate_s(self) -> float:
        """The shortest time between two kept pictures: half an interval of slack takes in jitter."""
        span_s, intervals = self._recent_s[-1] - self._recent_s[0], len(self._recent_s) - 1
        every = math.ceil(intervals / span_s / (1.1 * self._max_rate_hz)) if intervals else 1
        return (every - 0.5) * span_s / intervals if every > 1 else 0.55 / self._max_rate_hz
