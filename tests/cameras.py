"""Cameras that do what real ones do to people."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thrustcam.live.camera import CameraError, NoMorePictures, Shot

Image = NDArray[np.uint8]
Event = Callable[[], Shot | None]


def noisy(number: int = 0, height: int = 48, width: int = 64) -> Image:
    """A picture with a sensor's noise: never the same twice."""
    return np.random.default_rng(number).integers(60, 180, (height, width, 3)).astype(np.uint8)


def black(height: int = 48, width: int = 64) -> Image:
    """A covered lens."""
    return np.full((height, width, 3), 3, np.uint8)


@dataclass
class Faked:
    """A camera that runs at `rate_hz`; `trouble(seconds since it was first opened)` says what it does then.

    It may do: "gone" (reads fail, opening fails), "stuck" (reads block until it is well), "frozen", "black",
    "refused" and "busy" (opening fails); None is well.
    """

    trouble: Callable[[float], str | None] = lambda _: None
    rate_hz: float = 60.0
    seconds: float | None = None
    name: str = "fake"
    ends: bool = False
    image: Callable[[int], Image] = noisy
    opened: int = 0
    _start_s: float | None = None
    _number: int = 0
    closed: list[int] = field(default_factory=list)

    def now_s(self) -> float:
        assert self._start_s is not None
        return time.monotonic() - self._start_s

    def open(self) -> FakedPictures:
        self._start_s = time.monotonic() if self._start_s is None else self._start_s
        state = self.trouble(self.now_s())
        if state in ("refused", "busy", "absent"):
            raise CameraError(state)  # type: ignore[arg-type]
        if state == "gone":
            raise CameraError("absent")
        self.opened += 1
        return FakedPictures(self, self.opened)


class FakedPictures:
    def __init__(self, camera: Faked, number: int) -> None:
        self._camera, self._opened = camera, number
        self._last: Image | None = None
        self._broken = False

    def read(self) -> Shot | None:
        camera = self._camera
        time.sleep(1 / camera.rate_hz)
        while camera.trouble(camera.now_s()) == "stuck":
            time.sleep(0.01)
        state = camera.trouble(camera.now_s())
        self._broken = self._broken or state == "gone"
        if self._broken:
            return None
        if camera.seconds is not None and camera.now_s() > camera.seconds:
            raise NoMorePictures
        if state != "frozen" or self._last is None:
            camera._number += 1
            self._last = black() if state == "black" else camera.image(camera._number)
        return Shot(camera.now_s(), self._last)

    def close(self) -> None:
        self._camera.closed.append(self._opened)


def threads(name: str) -> int:
    """How many threads of this name are alive."""
    return sum(thread.name == name for thread in threading.enumerate())
