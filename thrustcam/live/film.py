"""A clip played as if it were a camera."""

from __future__ import annotations

import time
from pathlib import Path

from thrustcam.frames import Clip, open_clip
from thrustcam.live.camera import NoMorePictures, Shot


class Film:
    """A clip at its own pace, or faster.

    Parameters
    ----------
    path : the clip.
    speed : 1 for its own pace, 2 for twice that, 0 for as fast as the pictures are taken.

    Notes
    -----
    The pictures are those that `analyze` looks at: at most about 30 a second, with the clip's own times.
    """

    ends = True

    def __init__(self, path: str | Path, speed: float = 1.0) -> None:
        self.name = Path(path).name
        self._path, self._speed = path, speed

    def open(self) -> _Playing:
        """Start at the beginning. ThrustcamError where the clip can't be read."""
        return _Playing(open_clip(self._path), self._speed)


class _Playing:
    def __init__(self, clip: Clip, speed: float) -> None:
        self._clip, self._speed = clip, speed
        self._start_s: float | None = None

    def read(self) -> Shot | None:
        frame = next(self._clip, None)
        if frame is None:
            raise NoMorePictures
        if self._speed > 0:
            now_s = time.monotonic()
            if self._start_s is None:
                self._start_s = now_s - frame.time_s / self._speed
            time.sleep(max(0.0, self._start_s + frame.time_s / self._speed - now_s))
        return Shot(frame.time_s, frame.image)

    def close(self) -> None:
        self._clip.close()
