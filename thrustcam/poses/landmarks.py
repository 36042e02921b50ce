"""The body as thrustcam knows it: 33 landmarks, whichever model found them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.poses.glimpse import Glimpse
from thrustcam.poses.plate import Plate
from thrustcam.poses.uncovered import Uncovered

FloatArray = NDArray[np.floating]


class Joint(IntEnum):
    """Rows of a pose: BlazePose's topology, the lifter's own left and right."""

    NOSE = 0
    LEFT_EAR = 7
    RIGHT_EAR = 8
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_TOE = 31
    RIGHT_TOE = 32


class Turned(IntEnum):
    """What is followed through the pictures by itself, whatever the pose model says."""

    LEFT_SHIN = 0
    RIGHT_SHIN = 1
    NEAR_FOOT = 2


LANDMARKS = 33

SIDED = ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE", "HEEL", "TOE")
"""What a body has on the left and on the right, from the trunk down: the middle of each is `middle`'s."""

# What a skeleton on the picture is drawn from.
BONES: tuple[tuple[Joint, Joint], ...] = (
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
    (Joint.LEFT_HIP, Joint.RIGHT_HIP),
    *(
        (Joint[f"{side}_{a}"], Joint[f"{side}_{b}"])
        for side in ("LEFT", "RIGHT")
        for a, b in (
            ("EAR", "SHOULDER"),
            ("SHOULDER", "ELBOW"),
            ("ELBOW", "WRIST"),
            ("SHOULDER", "HIP"),
            ("HIP", "KNEE"),
            ("KNEE", "ANKLE"),
            ("ANKLE", "HEEL"),
            ("HEEL", "TOE"),
        )
    ),
)


FEET = [
    Joint.LEFT_ANKLE,
    Joint.RIGHT_ANKLE,
    Joint.LEFT_HEEL,
    Joint.RIGHT_HEEL,
    Joint.LEFT_TOE,
    Joint.RIGHT_TOE,
]
"""What stands on the floor."""


def middle(points: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Half-way between the left and the right `name` ("HIP", "KNEE", …): shape (…, 33, d) to (…, d)."""
    return np.asarray(points[..., [Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]], :].mean(axis=-2))


@dataclass(frozen=True)
class Pose:
    """What one picture shows of the lifter: where the landmarks are, and the plate on the bar.

    Attributes
    ----------
    index, time_s : the frame's number and presentation time in seconds.
    width, height : the picture's size in pixels.
    points : float32, shape (33, 2), pixels, x to the right, y down. All NaN where nobody was found.
    world : float32, shape (33, 3), metres from the middle of the hips, camera axes: x right, y down,
        z away from the camera. All NaN where nobody was found.
    visibility : float32, shape (33,), 0 to 1 as the model claims it; worthless behind plates. 0 where
        nobody was found.
    plate : the near plate; None where none was seen, or nobody looked for one.
    turned : float64, shape (3,), degrees that each of `Turned` has turned so far, clockwise in the picture
        (see `SegmentTracker`); NaN where it was not seen, or nobody looked.
    glimpse : what the legs look like; None in most pictures.
    uncovered : what a second look a moment ago saw without the plates; None in most pictures.
    """

    index: int
    time_s: float
    width: int
    height: int
    points: NDArray[np.float32]
    world: NDArray[np.float32]
    visibility: NDArray[np.float32]
    plate: Plate | None = None
    turned: FloatArray = field(default_factory=lambda: np.full(len(Turned), np.nan))
    glimpse: Glimpse | None = None
    uncovered: Uncovered | None = None

    @property
    def found(self) -> bool:
        """Whether a body was found at all."""
        return bool(np.isfinite(self.points[Joint.LEFT_HIP, 0]))

    @classmethod
    def nobody(cls, frame: Frame) -> Pose:
        """The pose of a picture without a person."""
        height, width = frame.image.shape[:2]
        return cls(
            frame.index,
            frame.time_s,
            width,
            height,
            np.full((LANDMARKS, 2), np.nan, np.float32),
            np.full((LANDMARKS, 3), np.nan, np.float32),
            np.zeros(LANDMARKS, np.float32),
        )


class PoseEstimator(Protocol):
    """Finds the lifter in each frame; frames come in order of time.

    Used as a context manager, so that what the model holds is given back.
    """

    def __enter__(self) -> PoseEstimator: ...

    def __exit__(self, *exc: object) -> None: ...

    def __call__(self, frame: Frame) -> Pose:
        """The lifter's pose in this frame; `Pose.found` is False where there is none."""
        ...
