"""The annotated clip: H.264 in MP4, which every browser plays.

Written with PyAV, not by OpenCV (it writes `mp4v`, which browsers don't play) nor through a pipe to an
`ffmpeg` program (one fixed frame rate): each picture keeps its presentation time, so a clip of a varying
rate stays in step with its reps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from thrustcam.analysis import Analysis
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.drawing import Image
from thrustcam.feedback.overlay import Overlay
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.write import STDOUT, Destination, whole_file
from thrustcam.poses.landmarks import Pose

SUFFIX = ".mp4"
Progress = Callable[[float, float | None], None]
_TICKS_A_S = 90_000  # divides every usual frame rate
_QUALITY = {"crf": "23", "preset": "veryfast"}  # x264's default quality; its files grow by a tenth


def check_video(path: Destination) -> None:
    """Refuse a name that a video can't have.

    Raises
    ------
    ThrustcamError : with what to do about it.
    """
    if str(path) == STDOUT:
        raise ThrustcamError("a video can't be written to stdout: name a file")
    if Path(path).suffix.lower() != SUFFIX:
        raise ThrustcamError(f"{one_line(str(path))}: the video is an MP4, name it so ({SUFFIX})")


def write_video(
    analysis: Analysis,
    poses: Sequence[Pose],
    path: Destination,
    *,
    blur: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write the clip with everything that was found drawn over it to the file `path`.

    Parameters
    ----------
    poses : every pose that the analysis was made from, in order of time.
    blur : whether to make the lifter's face unrecognisable. There is no sound in any case.
    progress : told how far it is, in seconds of the clip, after every picture.

    Raises
    ------
    ThrustcamError : when it can't be written or the clip can't be read again, with what to do about it.
    """
    import av  # noqa: PLC0415  # a quarter of a second that only videos cost

    check_video(path)
    overlay = Overlay(analysis, poses, blur=blur)
    try:
        with whole_file(path) as temp, av.open(str(temp), "w", format="mp4", options=_INDEX_FIRST) as film:
            stream: Any = None
            for frame, pose in overlay.frames():
                overlay.draw(frame.image, pose)
                if stream is None:
                    stream = _stream(film, frame.image)
                picture = av.VideoFrame.from_ndarray(_even(frame.image), format="rgb24")
                picture.pts, picture.time_base = round(pose.time_s * _TICKS_A_S), Fraction(1, _TICKS_A_S)
                film.mux(stream.encode(picture))
                if progress is not None:
                    progress(pose.time_s, analysis.clip.duration_s)
            if stream is not None:
                film.mux(stream.encode(None))
    except av.FFmpegError as error:
        raise ThrustcamError(
            f"can't write {one_line(str(path))}: the encoder failed ({one_line(str(error))})"
        ) from error


_INDEX_FIRST = {"movflags": "+faststart"}  # a browser then starts playing before it has the whole file


def _stream(film: Any, image: Image) -> Any:
    """An H.264 stream for pictures of this size."""
    stream = film.add_stream("libx264", rate=30, options=_QUALITY)  # the rate is a hint, times are kept
    stream.height, stream.width = _even(image).shape[:2]
    stream.pix_fmt = "yuv420p"  # what browsers decode
    stream.codec_context.time_base = Fraction(1, _TICKS_A_S)
    return stream


def _even(image: Image) -> Image:
    """Without the last row or column where their number is odd: yuv420p halves both."""
    height, width = image.shape[:2]
    return np.ascontiguousarray(image[: height // 2 * 2, : width // 2 * 2])
