"""The cameras of this machine, through OpenCV, whose types stay in this file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.errors import ThrustcamError
from thrustcam.live.camera import CameraError, Shot

WIDTH, HEIGHT, RATE_HZ = 640, 480, 30
"""What is asked of a camera: the pose model looks at 256 × 256 pixels around the body, so more costs time
and gains nothing at the distances where the whole lifter is in the picture."""

_V4L = Path("/sys/class/video4linux")
_PATIENCE_S = 10.0  # for the system's own list
_FIRST_S = 3.0  # a camera may take until its first picture
_READ_TIMEOUT_MS = 1000
_BACKENDS = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_MSMF}
_SHAPES = {1: cv2.COLOR_GRAY2RGB, 3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}


@dataclass(frozen=True)
class Listed:
    """A camera of this machine: its number for `--camera`, and its name."""

    number: int
    name: str


def cameras() -> tuple[Listed, ...]:
    """The cameras of this machine as its system lists them; none where it can't say."""
    if sys.platform == "linux":
        return _linux(_V4L)
    if sys.platform == "darwin":
        return _named(_told("system_profiler", "SPCameraDataType", "-json"), "SPCameraDataType", "_name")
    if sys.platform == "win32":
        ask = "Get-CimInstance Win32_PnPEntity | ? PNPClass -in Camera,Image | select Name"
        told = _told("powershell", "-NoProfile", "-Command", f"ConvertTo-Json @({ask})")
        return _named(f'{{"cameras": {told or "[]"}}}', "cameras", "Name")
    return ()


def _linux(folder: Path) -> tuple[Listed, ...]:
    found = []
    for each in sorted(folder.glob("video*"), key=lambda path: int(path.name[5:])):
        # A camera has several of these; its pictures come from the first, the rest is about the pictures.
        if (each / "index").read_text().strip() == "0":
            found.append(Listed(int(each.name[5:]), (each / "name").read_text().strip()))
    return tuple(found)


def _told(*command: str) -> str:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False, encoding="utf-8"
        ).stdout
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""


def _named(told: str, table: str, field: str) -> tuple[Listed, ...]:
    try:
        rows = json.loads(told or "{}").get(table, [])
        return tuple(Listed(number, str(row[field])) for number, row in enumerate(rows))
    except (ValueError, AttributeError, KeyError, TypeError):  # JSON, but not what it has always been
        return ()


def find_camera(wanted: str) -> Device:
    """The camera with this number, or the one whose name has this in it.

    Raises
    ------
    ThrustcamError : when no camera's name does, or several do.
    """
    if re.fullmatch(r"\d{1,3}", wanted):
        number = int(wanted)
        names = {each.number: each.name for each in cameras()}
        return Device(number, names.get(number, f"camera {number}"))
    fitting = [each for each in cameras() if wanted.casefold() in each.name.casefold()]
    if len(fitting) != 1:
        what = "no camera is" if not fitting else f"{len(fitting)} cameras are"
        raise ThrustcamError(f"{what} called {wanted!r}: give a number from `thrustcam live --list`")
    return Device(fitting[0].number, fitting[0].name)


class Device:
    """One of this machine's cameras."""

    ends = False

    def __init__(self, number: int, name: str) -> None:
        self.name = name
        self._number = number
        self._start_s: float | None = None

    def open(self) -> _Open:
        """Start it. CameraError where that fails."""
        file = Path(f"/dev/video{self._number}")
        if sys.platform == "linux" and not file.exists():
            raise CameraError("absent")
        if sys.platform == "linux" and not os.access(file, os.R_OK | os.W_OK):
            raise CameraError("refused")
        options = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 3000, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _READ_TIMEOUT_MS]
        backend = _BACKENDS.get(sys.platform, cv2.CAP_ANY)
        capture: Any = cv2.VideoCapture(self._number, backend, options)
        if not capture.isOpened():
            capture = cv2.VideoCapture(self._number, backend)  # older ones don't know these options
        if not capture.isOpened():
            raise CameraError("busy" if sys.platform == "linux" else "absent")
        for what, value in (
            # Motion JPEG: raw pictures at 30 Hz don't fit through USB 2 on many cameras.
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, WIDTH),
            (cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT),
            (cv2.CAP_PROP_FPS, RATE_HZ),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            capture.set(what, value)
        self._start_s = time.monotonic() if self._start_s is None else self._start_s
        return _Open(capture, self._start_s)


class _Open:
    def __init__(self, capture: Any, start_s: float) -> None:
        self._capture, self._start_s = capture, start_s
        self._opened_s: float | None = time.monotonic()

    def read(self) -> Shot | None:
        try:
            given, image = self._capture.read()
        except cv2.error:
            raise CameraError("format") from None
        now_s = time.monotonic()
        if not given or image is None:
            if self._opened_s is not None and now_s - self._opened_s > _FIRST_S:
                raise CameraError("busy")
            return None
        self._opened_s = None
        return Shot(now_s - self._start_s, as_rgb(image))

    def close(self) -> None:
        self._capture.release()


def as_rgb(image: NDArray[Any]) -> NDArray[np.uint8]:
    """A camera's picture as uint8, H×W×3, RGB, C-contiguous. CameraError where it is none of the known."""
    depth = image.shape[2] if image.ndim == 3 else 1
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or 0 in image.shape or depth not in _SHAPES:
        raise CameraError("format")
    return np.ascontiguousarray(cv2.cvtColor(image, _SHAPES[depth]), dtype=np.uint8)
