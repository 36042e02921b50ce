"""Everything that is seen of the lifter in a frame: the pose, the plate that hides it, how the shins turn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from thrustcam.frames import Frame
from thrustcam.plates import PlateTracker
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.mediapipe import MediaPipePose
from thrustcam.poses.shins import ShinTracker


class Watch:
    """Frames → poses, with the near plate and the shins' turn; frames in order of time. A context manager.

    Parameters
    ----------
    task : the pose model's file (see `thrustcam.poses.models.install`).
    """

    def __init__(self, task: Path) -> None:
        self._estimate = MediaPipePose(task)
        self._plate, self._shins = PlateTracker(), ShinTracker()

    def __enter__(self) -> Watch:
        """Load the model. ThrustcamError where it or a system library is missing or damaged."""
        self._estimate.__enter__()
        self._plate, self._shins = PlateTracker(), ShinTracker()
        return self

    def __exit__(self, *exc: object) -> None:
        self._estimate.__exit__(*exc)

    def __call__(self, frame: Frame) -> Pose:
        """The lifter in this frame; ValueError for an image that is not uint8, H×W×3 and C-contiguous."""
        pose = self._estimate(frame)
        return replace(pose, plate=self._plate(frame, pose), turned=self._shins(frame, pose))

    def beside(self, frame: Frame, lifter: Pose) -> list[Pose]:
        """Whoever else is in the picture (see `MediaPipePose.beside`)."""
        return self._estimate.beside(frame, lifter)
