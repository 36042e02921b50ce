"""Frames → poses with MediaPipe's pose landmarker. Its types stop at this file."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thrustcam.errors import ThrustcamError
from thrustcam.frames import Frame
from thrustcam.libraries import import_trouble
from thrustcam.poses.landmarks import LANDMARKS, Pose
from thrustcam.poses.lifter import Lifter
from thrustcam.poses.place import GREY, Image, without_body

_PICTURE_MS = 33
_CLOSED = "use MediaPipePose in a with block: it is closed"

_ONE_AT_A_TIME = threading.Lock()
"""Two threads that silence the terminal in turns would leave it silent for ever."""


class MediaPipePose:
    """The lifter followed through frames that come in order of time, whoever else walks by.

    Parameters
    ----------
    task : the `.task` file that `thrustcam.poses.models.install` returns.

    Notes
    -----
    VIDEO mode: from the second frame on the model looks where the body was, which is steadier behind
    plates than a fresh detection (shin error 1.5–4° against 22° on single pictures). While the followed body
    stands, a second landmarker looks beside it, 16 ms once a second, for `Lifter` to find who lies there.
    In a clip of one lifter nothing is ever found: the landmarks are the tracker's own to the last bit.
    Used as a context manager. One that is never closed is closed when it is forgotten or Python exits.
    """

    def __init__(self, task: Path) -> None:
        self._task = task
        self._tracker: _Landmarker | None = None
        self._looker: _Landmarker | None = None
        self._afresh: _Landmarker | None = None
        self._afresh_ms = 0
        self._lifter = Lifter()
        self._last_ms = -1

    def __enter__(self) -> MediaPipePose:
        """Load the model. ThrustcamError where it or a system library is missing or damaged."""
        self._lifter, self._last_ms = Lifter(), -1
        self._tracker = _Landmarker(self._task, "VIDEO")
        return self

    def __exit__(self, *exc: object) -> None:
        landmarkers = self._tracker, self._looker, self._afresh
        self._tracker = self._looker = self._afresh = None
        for landmarker in landmarkers:
            if landmarker is not None:
                landmarker.close()

    def __call__(self, frame: Frame) -> Pose:
        """The lifter's pose in this frame; nobody where it can't be told from somebody else's.

        Raises
        ------
        ValueError : for an image that is not uint8, H×W×3 and C-contiguous; MediaPipe would misread a
            strided array in silence and never recover from a grey or empty one.
        RuntimeError : outside ``with``, or in a process forked from the one that entered it, where
            MediaPipe would wait for ever for threads that were not forked.
        """
        image = checked(frame.image)
        if self._tracker is None:
            raise RuntimeError(_CLOSED)
        # MediaPipe takes whole milliseconds, each later than the last.
        self._last_ms = max(self._last_ms + 1, round(frame.time_s * 1000))
        found = self._tracker.found(self._lifter.shown(image), self._last_ms)
        pose = _pose(frame, *found[0]) if found else Pose.nobody(frame)
        return self._lifter.judged(pose, frame, lambda picture: self._look(picture, frame))

    def beside(self, frame: Frame, lifter: Pose) -> list[Pose]:
        """Whoever else is in the picture, two at most; 17 ms. Ghosts are seen now and then, briefly."""
        return self._look(without_body(frame.image, lifter), frame) if lifter.found else []

    def afresh(self, pictures: Sequence[Image]) -> NDArray[np.float32]:
        """The landmarks in each picture by one tracker that has seen none before.

        Parameters
        ----------
        pictures : n of one size, a thirtieth of a second apart.

        Returns
        -------
        float32, shape (n, 33, 2), pixels, x right, y down; NaN where nobody was found. Safe on another
        thread, one call at a time; 13 ms a picture.

        Raises
        ------
        RuntimeError : as for a frame.
        """
        if self._tracker is None:
            raise RuntimeError(_CLOSED)
        if self._afresh is None:
            self._afresh = _Landmarker(self._task, "VIDEO")
        out = np.full((len(pictures), LANDMARKS, 2), np.nan, np.float32)
        # It clings to where it saw a body until a picture shows nobody.
        for place, picture in enumerate([np.full_like(pictures[0], GREY), *pictures], start=-1):
            self._afresh_ms += _PICTURE_MS
            found = self._afresh.found(picture, self._afresh_ms)
            if found and place >= 0:
                out[place] = _in_pixels(found[0][0], picture)[:, :2]
        return out

    def _look(self, picture: Image, frame: Frame) -> list[Pose]:
        """Whoever is found in a picture as if it were the first: two at most."""
        if self._looker is None:
            self._looker = _Landmarker(self._task, "IMAGE")
        return [_pose(frame, *body) for body in self._looker.found(picture)]


class _Landmarker:
    """One of MediaPipe's landmarkers, kept from its ways of hanging and of talking on the terminal."""

    def __init__(self, task: Path, mode: str) -> None:
        vision = _vision()
        options = vision.PoseLandmarkerOptions(
            base_options=_mediapipe().tasks.BaseOptions(model_asset_path=str(task)),
            running_mode=vision.RunningMode[mode],
            num_poses=1 if mode == "VIDEO" else 2,
        )
        self._landmarker = _created(vision, options, task)
        self._process = os.getpid()
        self._warm = False
        # Also at exit and when forgotten: one left open can hang Python's end.
        self._close = weakref.finalize(self, _close, self._landmarker, self._process)

    def found(self, image: Image, at_ms: int | None = None) -> list[tuple[Any, Any]]:
        """Landmarks in the picture and in the world of each body; `at_ms` in VIDEO mode only."""
        if os.getpid() != self._process:
            raise RuntimeError("a pose model can't be used in a forked process: start workers by spawn")
        mp = _mediapipe()
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=image)
        with contextlib.nullcontext() if self._warm else quiet_stderr():
            if at_ms is None:
                result = self._landmarker.detect(picture)
            else:
                result = self._landmarker.detect_for_video(picture, at_ms)
        self._warm = True
        return list(zip(result.pose_landmarks, result.pose_world_landmarks, strict=True))

    def close(self) -> None:
        """Give back what the model holds. Safe to call twice."""
        self._close()


def _created(vision: Any, options: Any, task: Path) -> Any:
    if not task.is_file():
        raise ThrustcamError(f"the pose model is missing: no file {task}; run `thrustcam models install`")
    try:
        with quiet_stderr():
            return vision.PoseLandmarker.create_from_options(options)
    except (OSError, ImportError) as error:  # the library itself is only loaded here
        if isinstance(error, FileNotFoundError | PermissionError):
            raise ThrustcamError(f"the pose model can't be read ({error}): check {task}") from error
        raise _broken(error) from error
    except (RuntimeError, ValueError) as error:
        mend = f"delete {task} and run `thrustcam models install`"
        raise ThrustcamError(f"the pose model is damaged: {mend}") from error


def _close(landmarker: Any, process: int) -> None:
    """Close once and for all, even where MediaPipe's own `close` fails or would hang."""
    if os.getpid() == process:
        with quiet_stderr(), contextlib.suppress(Exception):  # after a bad frame it raises, and stays open
            landmarker.close()
    # Its destructor closes again unless it believes it is closed: that raises here, and waits for ever
    # in a forked process.
    landmarker._handle = None


def checked(image: np.ndarray) -> np.ndarray:
    """The image itself, where MediaPipe can read it."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"need a uint8 picture of shape (height, width, 3), got {image.dtype} {image.shape}")
    if not image.flags.c_contiguous:
        raise ValueError("need a C-contiguous picture: use numpy.ascontiguousarray")
    return image


def _pose(frame: Frame, landmarks: Any, world: Any) -> Pose:
    height, width = frame.image.shape[:2]
    solid = [(a.x, a.y, a.z) for a in world]
    picture = _in_pixels(landmarks, frame.image)
    return Pose(
        frame.index,
        frame.time_s,
        width,
        height,
        np.ascontiguousarray(picture[:, :2]),
        np.asarray(solid, np.float32),
        np.ascontiguousarray(picture[:, 2]),
    )


def _in_pixels(landmarks: Any, image: Image) -> NDArray[np.float32]:
    """Shape (33, 3): x and y in pixels, and visibility."""
    height, width = image.shape[:2]
    return np.asarray([(a.x * width, a.y * height, a.visibility) for a in landmarks], np.float32)


def _mediapipe() -> Any:
    """MediaPipe, imported late: it takes a second that `--help` need not pay."""
    try:
        import mediapipe  # noqa: PLC0415
    except (OSError, ImportError) as error:
        raise _broken(error) from error
    return mediapipe


def _broken(error: Exception) -> ThrustcamError:
    doctor = f"mediapipe can't be loaded ({error})", "run `thrustcam doctor`"
    return ThrustcamError(": ".join(import_trouble(error) or doctor))


def _vision() -> Any:
    return _mediapipe().tasks.vision


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep MediaPipe's C++ log lines off the terminal: they ignore every environment variable."""
    with _ONE_AT_A_TIME:
        sys.stderr.flush()
        keep, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(sink, 2)
            yield
        finally:
            os.dup2(keep, 2)
            os.close(keep)
            os.close(sink)
