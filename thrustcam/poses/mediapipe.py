"""Frames → poses with MediaPipe's pose landmarker. Its types stop at this file."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from thrustcam.errors import ThrustcamError
from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Pose

APT_LINE = "sudo apt-get install -y libgl1 libglib2.0-0 libegl1 libgles2"


class MediaPipePose:
    """One lifter followed through frames that come in order of time.

    Parameters
    ----------
    task : the `.task` file that `thrustcam.poses.models.install` returns.

    Notes
    -----
    VIDEO mode: from the second frame on the model looks where the body was, which is steadier behind
    plates than a fresh detection (shin error 1.5–4° against 22° on single pictures).
    The landmarker hangs at exit when it is never closed, hence a context manager and nothing else.
    """

    def __init__(self, task: Path) -> None:
        self._task = task
        self._landmarker: Any = None
        self._last_ms = -1
        self._warm = False

    def __enter__(self) -> MediaPipePose:
        vision = _vision()
        with quiet_stderr():
            options = vision.PoseLandmarkerOptions(
                base_options=_mediapipe().tasks.BaseOptions(model_asset_path=str(self._task)),
                running_mode=vision.RunningMode.VIDEO,
                num_poses=1,
            )
            self._landmarker = vision.PoseLandmarker.create_from_options(options)
        return self

    def __exit__(self, *exc: object) -> None:
        landmarker, self._landmarker = self._landmarker, None
        if landmarker is not None:
            with quiet_stderr(), contextlib.suppress(RuntimeError):
                landmarker.close()

    def __call__(self, frame: Frame) -> Pose:
        """The lifter's pose in this frame.

        Raises
        ------
        ValueError : for an image that is not uint8, H×W×3 and C-contiguous; MediaPipe would misread a
            strided array in silence and never recover from a grey or empty one.
        """
        image = checked(frame.image)
        self._last_ms = max(self._last_ms + 1, round(frame.time_s * 1000))
        with contextlib.nullcontext() if self._warm else quiet_stderr():
            mp = _mediapipe()
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=image)
            result = self._landmarker.detect_for_video(picture, self._last_ms)
        self._warm = True
        return _pose(frame, result)


def checked(image: np.ndarray) -> np.ndarray:
    """The image itself, where MediaPipe can read it."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"need a uint8 picture of shape (height, width, 3), got {image.dtype} {image.shape}")
    if not image.flags.c_contiguous:
        raise ValueError("need a C-contiguous picture: use numpy.ascontiguousarray")
    return image


def _pose(frame: Frame, result: Any) -> Pose:
    if not result.pose_landmarks:
        return Pose.nobody(frame)
    height, width = frame.image.shape[:2]
    flat = [(a.x * width, a.y * height, a.visibility) for a in result.pose_landmarks[0]]
    world = [(a.x, a.y, a.z) for a in result.pose_world_landmarks[0]]
    picture = np.asarray(flat, np.float32)
    return Pose(
        frame.index,
        frame.time_s,
        width,
        height,
        np.ascontiguousarray(picture[:, :2]),
        np.asarray(world, np.float32),
        np.ascontiguousarray(picture[:, 2]),
    )


def _mediapipe() -> Any:
    """MediaPipe, imported late: it takes a second that `--help` need not pay."""
    try:
        import mediapipe  # noqa: PLC0415
    except OSError as error:
        raise ThrustcamError(f"a system library is missing ({error}): run `{APT_LINE}`") from error
    return mediapipe


def _vision() -> Any:
    return _mediapipe().tasks.vision


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep MediaPipe's C++ log lines off the terminal: they ignore every environment variable."""
    sys.stderr.flush()
    keep, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(keep, 2)
        os.close(keep)
        os.close(sink)
