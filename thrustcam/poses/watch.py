"""Everything that is seen of the lifter in a frame: the pose, the plate that hides it and what is seen
without it, how legs turn, and glimpses of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from thrustcam.frames import Frame
from thrustcam.plates import PlateTracker
from thrustcam.poses.glancing import Glimpses
from thrustcam.poses.landmarks import Pose, Turned
from thrustcam.poses.mediapipe import MediaPipePose
from thrustcam.poses.segments import NEAR_FOOT, SHINS, SegmentTracker
from thrustcam.poses.uncovering import Uncovering


class Watch:
    """Frames → poses, with the near plate and what is seen without it, the legs' turn and glimpses of them;
    frames in order of time.

    A context manager.

    Parameters
    ----------
    task : the pose model's file (see `thrustcam.poses.models.install`).
    """

    def __init__(self, task: Path) -> None:
        self._estimate = MediaPipePose(task)
        self._forget()

    def __enter__(self) -> Watch:
        """Load the model. ThrustcamError where it or a system library is missing or damaged."""
        self._estimate.__enter__()
        self._forget()
        return self

    def __exit__(self, *exc: object) -> None:
        self._uncover.close()
        self._ahead.shutdown(cancel_futures=True)  # it must not be in a model that is being closed
        self._estimate.__exit__(*exc)

    def __call__(self, frame: Frame) -> Pose:
        """The lifter in this frame; ValueError for an image that is not uint8, H×W×3 and C-contiguous."""
        return self._besides(frame, self._estimate(frame))

    def through(self, frames: Iterable[Frame]) -> Iterator[tuple[Frame, Pose]]:
        """Each frame with the lifter in it, as by calling, a twelfth sooner on two cores.

        The pose model looks at the next frame on another thread while the rest is seen in this one.
        """
        last: tuple[Frame, Future[Pose]] | None = None
        for frame in frames:
            last, done = (frame, self._ahead.submit(self._estimate, frame)), last
            if done is not None:
                yield done[0], self._besides(done[0], done[1].result())
        if last is not None:
            yield last[0], self._besides(last[0], last[1].result())

    def _besides(self, frame: Frame, pose: Pose) -> Pose:
        """The pose with everything else that is seen of the lifter."""
        all_turned = np.full(len(Turned), np.nan)
        for tracker, columns in self._turning:
            turned = tracker(frame, pose)
            if turned is not None:
                all_turned[columns] = turned
        plate, glimpse = self._plate(frame, pose), self._glimpse(frame, pose)
        uncovered = self._uncover(frame, pose, plate)
        return replace(pose, plate=plate, turned=all_turned, glimpse=glimpse, uncovered=uncovered)

    def _forget(self) -> None:
        """Whatever was followed in another clip."""
        self._ahead = ThreadPoolExecutor(1, "pose-model")
        self._plate, self._glimpse = PlateTracker(), Glimpses()
        self._uncover = Uncovering(self._estimate.afresh)
        self._turning = (
            (SegmentTracker(SHINS), [Turned.LEFT_SHIN, Turned.RIGHT_SHIN]),
            (SegmentTracker(NEAR_FOOT), [Turned.NEAR_FOOT]),
        )

    def beside(self, frame: Frame, lifter: Pose) -> list[Pose]:
        """Whoever else is in the picture (see `MediaPipePose.beside`)."""
        return self._estimate.beside(frame, lifter)
