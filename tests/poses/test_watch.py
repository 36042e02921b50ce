"""Everything that is seen of the lifter: the same whether or not the pose model looks ahead."""

from __future__ import annotations

import itertools
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from clips import SAMPLE

from thrustcam.frames import Frame, open_clip
from thrustcam.poses.watch import Watch


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    with open_clip(SAMPLE) as clip:
        return list(itertools.islice(clip, 90))


def test_looking_ahead_changes_nothing(model: Path, frames):
    with Watch(model) as watch:
        one_by_one = [watch(frame) for frame in frames]
    with Watch(model) as watch:
        ahead = list(watch.through(iter(frames)))
    assert [frame.index for frame, _ in ahead] == [frame.index for frame in frames]
    assert any(np.isfinite(pose.turned).any() for _, pose in ahead)
    for expected, (_, pose) in zip(one_by_one, ahead, strict=True):
        np.testing.assert_equal(asdict(pose), asdict(expected))


def test_no_picture_is_lost_at_the_end_and_none_comes_of_no_clip(model: Path, frames):
    with Watch(model) as watch:
        assert len(list(watch.through(iter(frames[:1])))) == 1
        assert list(watch.through(iter(()))) == []


def test_a_clip_may_be_left_in_the_middle(model: Path, frames):
    with Watch(model) as watch:
        through = watch.through(iter(frames))  # still there, and waiting for a pose, when the model is closed
        assert next(through)[1].found
    with pytest.raises(RuntimeError):
        next(through)


def test_what_the_model_cannot_read_is_said_in_its_place(model: Path, frames):
    grey = replace(frames[2], image=frames[2].image[..., 0])
    with Watch(model) as watch:
        through = watch.through([*frames[:2], grey, frames[3]])
        assert [frame.index for frame, _ in itertools.islice(through, 2)] == [0, 1]
        with pytest.raises(ValueError, match="uint8"):
            next(through)
