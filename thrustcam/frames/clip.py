"""A video file, read once from start to end while a thread decodes ahead.

What OpenCV does, measured on 4.10, 4.14 and 5.0:

- ``CAP_PROP_POS_MSEC`` after ``grab()`` is the presentation time of the picture just grabbed, also with
  B-frames, a varying rate or a late start. The last picture of some AVI files says 0.
- ``grab()`` returns False at a broken packet as at the end of the file; the next call goes on after it.
- Damage never raises. Pictures that FFmpeg conceals look like any other and can't be told from here.
- A path that isn't UTF-8 crashes the process, and ``name:x.mp4`` is taken for a network address.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import queue
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.errors import ThrustcamError
from thrustcam.frames.container import (
    Header,
    Limits,
    check_file,
    check_header,
    read_header,
    shown,
    why_closed,
)
from thrustcam.frames.source import Frame
from thrustcam.frames.timing import Clock, Thinner

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET; read when FFmpeg is first used
_cv2: Any = cv2
getattr(_cv2.utils, "logging", _cv2).setLogLevel(0)  # silent; the function moved between 4.10 and 5.0

ANALYSIS_RATE_HZ = 30.0
"""Pictures a second worth analysing. The fastest part of a rep, the way up, takes 0.80 ± 0.14 s at 80 % 1RM
(Zabaleta-Korta 2024): 24 pictures at 30 Hz, five times the 6 Hz at which joint angles are low-passed."""

_AHEAD = 4  # pictures decoded ahead of the consumer
_AHEAD_BYTES = 96 * 2**20  # fewer when they are very large
_RETRIES = 1000  # broken packets in a row before giving up; costs 11 ms at the end of a file
_GAP_S = 0.5  # a longer hole without pictures can hide a turn of the hips
_JOIN_S = 2.0


class Clip:
    """A video file being read: iterate once for its frames. Made by `open_clip`.

    Attributes
    ----------
    path : as given.
    width, height : px, upright, square pixels.
    fps_declared, frames_declared, duration_declared : what the file says (Hz, count, seconds); None where
        it doesn't, and for a count that would be a guess.
    frames : pictures decoded so far, thinned ones included.
    duration_s : end of the last picture decoded so far, in seconds from the first.
    complete : True once the file was read to its declared end and nothing in it was found broken.
    warnings : one line each; filled at the end.
    """

    def __init__(self, path: Path, reader: _Reader, stall_s: float) -> None:
        self.path = path
        self.frames = 0
        self.duration_s = 0.0
        self.complete = False
        self.warnings: list[str] = []
        self._reader = reader
        self._stall_s = stall_s
        # Also runs when the clip is forgotten or the program ends: a thread that comes back from OpenCV
        # while Python shuts down would abort the process.
        self._shut = weakref.finalize(self, _shut, reader)
        try:
            header, first = self._opening()
        except BaseException:
            self.close()
            raise
        self._first: Frame | None = first
        self.height, self.width = first.image.shape[:2]
        self.fps_declared = header.fps
        self.frames_declared = header.frames if header.counted else None
        self.duration_declared = header.duration_s

    def __enter__(self) -> Clip:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        if not self._shut.alive:
            raise StopIteration
        item, self._first = self._first or self._take(), None
        if isinstance(item, Frame):
            self.frames = item.index + 1
            self.duration_s = item.time_s + 1 / (self.fps_declared or ANALYSIS_RATE_HZ)
            return item
        if isinstance(item, _End):
            self.frames, self.duration_s, self.complete, self.warnings = item
        self.close()
        raise StopIteration

    def close(self) -> None:
        """Stop decoding and let go of the file. Safe to call twice."""
        self._shut()

    def _opening(self) -> tuple[Header, Frame]:
        """Header and first picture: a clip without a picture must fail here, not later."""
        header, first = self._take(), None
        if isinstance(header, Header):
            first = self._take()
            if isinstance(first, Frame):
                return header, first
        end = first or header
        why = f" ({'; '.join(end.warnings)})" if isinstance(end, _End) and end.warnings else ""
        raise ThrustcamError(f"{shown(self.path)}: no picture can be decoded; copy or export it again{why}")

    def _take(self) -> Header | Frame | _End:
        """What the thread made next. Waits in short turns, as Windows can't interrupt a long one."""
        self._reader.asked.release()
        deadline = time.monotonic() + self._stall_s
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                item = self._reader.items.get(timeout=min(0.2, self._stall_s))
                if isinstance(item, BaseException):
                    raise item
                return item
        hung = (
            f"decoding hung: nothing came for {self._stall_s:g} s after {self.duration_s:.1f} s of the clip"
        )
        return _End(self.frames, self.duration_s, complete=False, warnings=[hung])


def open_clip(
    path: str | os.PathLike[str],
    *,
    max_rate_hz: float = ANALYSIS_RATE_HZ,
    limits: Limits | None = None,
    ahead: bool = True,
) -> Clip:
    """Open a local video file and start decoding it in the background.

    `max_rate_hz` thins a faster clip evenly (60 → 30, 50 → 25); math.inf keeps every picture. Without
    `ahead` a picture is decoded when it is asked for, so that decoding and analysing share one core.
    Raises ThrustcamError, one line, if the file can't be read as a clip or exceeds `limits`.
    """
    limits = limits or Limits()
    kind, size = check_file(Path(path), limits)
    reader = _Reader(Path(path), kind, size, Thinner(max_rate_hz), limits, ahead=ahead)
    reader.start()
    return Clip(Path(path), reader, limits.stall_s)


def clip_sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's bytes, 64 hex digits. Raises ThrustcamError if it can't be read."""
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or error
        raise ThrustcamError(f"{shown(Path(path))}: can't be read: {why}") from None
    return digest.hexdigest()


class _End(NamedTuple):
    """How the reading ended; the fields are those of `Clip`."""

    frames: int
    duration_s: float
    complete: bool
    warnings: list[str]


def _shut(reader: _Reader) -> None:
    """Stop the thread. One that hangs in OpenCV is left behind: releasing a capture in use crashes."""
    reader.stop.set()
    reader.asked.release()  # it may be waiting
    if threading.current_thread() is not reader:  # garbage is collected in any thread
        reader.join(_JOIN_S)


def _capture(path: Path, limits: Limits) -> Any:
    """OpenCV's reader of a file; may be closed. The path is absolute, so never taken for an address."""
    timeout_ms = int(limits.stall_s * 1000)
    options = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, timeout_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, timeout_ms]
    return cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG, options)


def _square(image: NDArray[np.uint8], pixel_aspect: float) -> NDArray[np.uint8]:
    """The picture with square pixels, as angles need (old camcorders store narrower ones)."""
    if abs(pixel_aspect - 1) < 0.01:
        return image
    size = (round(image.shape[1] * max(pixel_aspect, 1)), round(image.shape[0] / min(pixel_aspect, 1)))
    return np.asarray(cv2.resize(image, size), dtype=np.uint8)


class _Reader(threading.Thread):
    """Puts a Header, then Frames, then an _End into `items`, or an error at any time.

    One for each time it was `asked`, and with `ahead` a few more.
    """

    def __init__(
        self, path: Path, kind: str, size: int, thinner: Thinner, limits: Limits, *, ahead: bool
    ) -> None:
        super().__init__(name="thrustcam-decode", daemon=True)
        self.items: queue.SimpleQueue[Header | Frame | _End | BaseException] = queue.SimpleQueue()
        self.asked = threading.Semaphore(0)
        self.stop = threading.Event()
        self._ahead = ahead
        self._path, self._kind, self._size, self._thinner, self._limits = path, kind, size, thinner, limits
        self._broken = 0
        self._cut = ""

    def run(self) -> None:
        """Whatever goes wrong is handed over, or the consumer would wait in vain."""
        try:
            self._decode()
        except BaseException as error:
            self.items.put(error)

    def _decode(self) -> None:
        self.asked.acquire()
        capture = _capture(self._path, self._limits)
        try:
            if not capture.isOpened():
                raise ThrustcamError(f"{shown(self._path)}: {why_closed(self._path, self._kind)}")
            header = read_header(capture, self._kind, self._size)
            check_header(self._path, header, self._limits)
            self.items.put(header)
            if self._ahead:
                self.asked.release(max(1, min(_AHEAD, _AHEAD_BYTES // (3 * header.width * header.height))))
            self.asked.acquire()
            clock = Clock(header.fps, header.duration_s)
            try:
                for frame in self._frames(capture, clock, header):
                    self.items.put(frame)
                    self.asked.acquire()
            except (cv2.error, MemoryError) as error:
                self._cut = f"decoding failed at {clock.last_s:.1f} s ({type(error).__name__})"
            self.items.put(self._end(clock, header))
        finally:
            capture.release()

    def _grabbed(self, capture: Any, clock: Clock, header: Header) -> Iterator[float]:
        """Time in seconds of each picture that decodes, riding over broken packets."""
        failures = 0
        while not self.stop.is_set():
            if capture.grab():
                self._broken += failures > 0
                failures = 0
                yield clock.tick(capture.get(cv2.CAP_PROP_POS_MSEC))
            else:
                failures += 1
                if failures > _RETRIES or (header.counted and clock.ticks >= (header.frames or math.inf)):
                    return

    def _frames(self, capture: Any, clock: Clock, header: Header) -> Iterator[Frame]:
        """Grabs every picture but converts only those kept: converting takes 1.2 ms at 1080p."""
        bgr: Any = None
        for time_s in self._grabbed(capture, clock, header):
            if time_s > self._limits.max_duration_s:
                self._cut = f"reading stopped after {time_s:.0f} s, the longest clip allowed"
                return
            if not self._thinner.keep(time_s):
                continue
            decoded, bgr = capture.retrieve(bgr)
            if not decoded:
                self._broken += 1
                continue
            if bgr.shape[:2] != (header.height, header.width):
                self._cut = f"the picture's size changes at {time_s:.1f} s; only what comes before is read"
                return
            image = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
            yield Frame(clock.ticks - 1, time_s, _square(image, header.pixel_aspect))

    def _end(self, clock: Clock, header: Header) -> _End:
        end_s = clock.last_s + clock.interval_s if clock.ticks else 0.0
        short = header.falls_short(clock.ticks, end_s)
        hole_s = clock.hole[1] - clock.hole[0]
        hole = f"no picture from {clock.hole[0]:.1f} to {clock.hole[1]:.1f} s" if hole_s > _GAP_S else ""
        warnings = [self._cut] if self._cut else []
        if short and not self._cut:
            of = f"{clock.ticks} of {header.frames} pictures, " if header.counted else ""
            length = "" if header.duration_s is None else f" of {header.duration_s:.1f}"
            warnings.append(f"the file is cut short or damaged: {of}{end_s:.1f}{length} s read")
        if self._broken:
            warnings.append(f"the file is damaged in {self._broken} place(s)" + (hole and f", {hole}"))
        elif hole:
            warnings.append(f"{hole}: the recording paused or lost pictures")
        if clock.estimated > max(2, clock.ticks // 100):
            warnings.append(f"{clock.estimated} pictures carry no usable time; theirs follows the frame rate")
        return _End(clock.ticks, end_s, not (short or self._broken or self._cut), warnings)
