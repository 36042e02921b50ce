"""Keeping the video of a session: H.264 in MP4, written in pieces, so that a kill costs the last one only."""

from __future__ import annotations

import queue
import threading
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line
from thrustcam.frames import Frame

_TICKS_A_S = 90_000
_QUALITY = {"crf": "23", "preset": "ultrafast", "tune": "zerolatency"}  # the pose model needs the processor
_PIECES = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
_KEY_EVERY = 60  # pictures: two seconds may be lost
_WAITING = 30  # pictures
_JOIN_S = 10.0


class Recording:
    """Writes the frames it is called with, in a thread of its own. A context manager.

    Attributes
    ----------
    dropped : frames that came while the disk or the encoder was too far behind.

    Raises
    ------
    ThrustcamError : on leaving, where the video could not be written.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.dropped = path, 0
        self._frames: queue.Queue[Frame | None] = queue.Queue(_WAITING)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="thrustcam-record", daemon=True)

    def __enter__(self) -> Recording:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._frames.put(None)
        self._thread.join(_JOIN_S)
        if kind is None and self._error is not None:
            why = one_line(str(self._error))
            raise ThrustcamError(f"can't write the video {one_line(str(self.path))}: {why}")

    def __call__(self, frame: Frame) -> None:
        """Write a frame, soon; never waits."""
        try:
            self._frames.put_nowait(frame)
        except queue.Full:
            self.dropped += 1

    def _run(self) -> None:
        try:
            self._write()
        except Exception as error:  # told of when the session ends: the lifter goes on lifting
            self._error = error
            while self._frames.get() is not None:
                pass

    def _write(self) -> None:
        import av  # noqa: PLC0415  # a quarter of a second that only recordings cost

        stream: Any = None
        with av.open(str(self.path), "w", format="mp4", options=_PIECES) as film:
            while (frame := self._frames.get()) is not None:
                if stream is None:
                    stream = film.add_stream("libx264", rate=30, options=_QUALITY)
                    stream.height, stream.width = (side // 2 * 2 for side in frame.image.shape[:2])
                    stream.pix_fmt, stream.gop_size = "yuv420p", _KEY_EVERY
                    stream.codec_context.time_base = Fraction(1, _TICKS_A_S)
                image = np.ascontiguousarray(frame.image[: stream.height, : stream.width])
                picture = av.VideoFrame.from_ndarray(image, format="rgb24")
                picture.pts, picture.time_base = round(frame.time_s * _TICKS_A_S), Fraction(1, _TICKS_A_S)
                film.mux(stream.encode(picture))
            if stream is not None:
                film.mux(stream.encode(None))
