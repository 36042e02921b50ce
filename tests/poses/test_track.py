"""Poses in a row: a plate that turns out to be none was none before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrustcam.frames import Frame
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.plate import Plate
from thrustcam.poses.track import PoseTrack
from thrustcam.poses.uncovered import Uncovered

PICTURE = np.zeros((4, 4, 3), np.uint8)
FAR = (5.0, 6.0, 2.0)


def pose(second: int, plate: bool, none_since_s: float | None = None, look_s: float | None = None) -> Pose:
    found = Plate(1.0, 2.0, 3.0, 3.0, 0.0, 0.9, True, FAR, none_since_s) if plate else None
    look = None
    if look_s is not None:
        shins, hips = np.zeros((2, 64, 56, 3), np.uint8), np.zeros((80, 112, 3), np.uint8)
        look = Uncovered(look_s, np.zeros((3, 33, 2), np.float32), shins, hips)
    return replace(Pose.nobody(Frame(second, float(second), PICTURE)), plate=found, uncovered=look)


def seen(track: PoseTrack) -> list[int]:
    assert np.array_equal(np.isfinite(track.plate[:, 0]), np.isfinite(track.far_plate[:, 0]))
    return np.flatnonzero(np.isfinite(track.plate[:, 0])).tolist()


def test_a_plate_is_what_was_seen():
    assert seen(PoseTrack.of([pose(s, s != 2) for s in range(5)])) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    ("verdicts", "left"),
    [
        ({5: 2.0}, [0, 1, 6, 7, 8, 9]),
        ({5: 0.0}, [6, 7, 8, 9]),
        ({3: 2.0, 8: 6.0}, [0, 1, 4, 5, 9]),
        ({3: 0.0, 4: 2.0}, [5, 6, 7, 8, 9]),
    ],
)
def test_one_that_was_none_is_none_since_then(verdicts, left):
    assert seen(PoseTrack.of([pose(s, True, verdicts.get(s)) for s in range(10)])) == left


def test_looks_without_it_go_with_it():
    poses = [pose(s, True, 2.0 if s == 5 else None, look_s=s - 1.0 if s else None) for s in range(10)]
    assert [look.time_s for look in PoseTrack.of(poses).uncovered] == [0, 1, 6, 7, 8]
