"""The pose model's tracker: its landmarks as they are, and none of its ways to hang or to mislead."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from clips import SAMPLE
from conftest import environment

from thrustcam.errors import ThrustcamError
from thrustcam.frames import Frame, open_clip
from thrustcam.poses import mediapipe
from thrustcam.poses.mediapipe import MediaPipePose

GREY = np.full((96, 128, 3), 128, np.uint8)


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    with open_clip(SAMPLE) as clip:
        return list(itertools.islice(clip, 60))


def test_landmarks_are_the_plain_tracker_s_to_the_last_bit(model: Path, frames):
    import mediapipe as mp  # noqa: PLC0415  # heavy

    vision = mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
    )
    with vision.PoseLandmarker.create_from_options(options) as plain, MediaPipePose(model) as estimate:
        for frame in frames:
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.image)
            [body] = plain.detect_for_video(picture, round(frame.time_s * 1000)).pose_landmarks
            height, width = frame.image.shape[:2]
            expected = np.array([(mark.x * width, mark.y * height) for mark in body], np.float32)
            assert np.array_equal(estimate(frame).points, expected), frame.index


@pytest.mark.parametrize(
    "image",
    [
        GREY[..., 0],
        GREY[:0],
        GREY[:, ::2],
        GREY.astype(np.float32),
        np.dstack([GREY, GREY[..., :1]]),
        np.asfortranarray(GREY),
    ],
    ids=["grey", "empty", "strided", "float", "with alpha", "column by column"],
)
def test_images_that_mediapipe_misreads_are_refused(model: Path, frames, image):
    with MediaPipePose(model) as estimate:
        with pytest.raises(ValueError, match=r"uint8|C-contiguous"):
            estimate(Frame(0, 0.0, image))
        assert estimate(frames[0]).found, "and do no harm"


def test_nobody_in_an_empty_picture(model: Path):
    with MediaPipePose(model) as estimate:
        pose = estimate(Frame(3, 0.1, GREY))
    assert not pose.found
    assert (pose.index, pose.time_s, pose.width, pose.height) == (3, 0.1, 128, 96)


def test_times_that_stand_still_or_go_back_are_taken(model: Path, frames):
    with MediaPipePose(model) as estimate:
        poses = [estimate(Frame(i, time_s, frames[0].image)) for i, time_s in enumerate([0, 0, 1e-4, 2, 1])]
    assert all(pose.found for pose in poses)
    assert [pose.time_s for pose in poses] == [0, 0, 1e-4, 2, 1]


def test_only_in_a_with_block_and_again_in_the_next(model: Path, frames):
    estimate = MediaPipePose(model)
    with pytest.raises(RuntimeError, match="with block"):
        estimate(frames[0])
    first = []
    for _ in range(2):
        with estimate:
            first.append(estimate(frames[0]).points)
        with pytest.raises(RuntimeError, match="with block"):
            estimate(frames[0])
    estimate.__exit__(None, None, None)
    assert np.array_equal(*first)


def test_looked_at_afresh_whatever_was_seen_before(model: Path, frames):
    pictures = [frame.image for frame in frames[:4]]
    with MediaPipePose(model) as estimate:
        first = estimate.afresh(pictures)
        followed = [estimate(frame).points for frame in frames[:4]]
        again = estimate.afresh(pictures)
        nobody = estimate.afresh([np.full_like(pictures[0], 90)])
    assert first.shape == (4, 33, 2)
    assert np.abs(first - again).max() < 2, "nothing is left of a look before"
    assert np.abs(first[-1] - followed[-1]).max() < 20
    assert np.isnan(nobody).all()
    with pytest.raises(RuntimeError, match="with block"):
        estimate.afresh(pictures)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes without forking")
def test_a_fork_is_refused_and_ends(model: Path):
    code = f"""
import os, numpy as np
from pathlib import Path
from thrustcam.frames import Frame
from thrustcam.poses.mediapipe import MediaPipePose
frame = Frame(0, 0.0, np.full((96, 128, 3), 128, np.uint8))
with MediaPipePose(Path({str(model)!r})) as estimate:
    estimate(frame)
    child = os.fork()
    if not child:
        try:
            estimate(frame)
        except RuntimeError as error:
            print(error, flush=True)
            raise SystemExit(0)
        raise SystemExit(1)
    assert os.waitpid(child, 0)[1] == 0
"""
    assert "start workers by spawn" in _python(code)


def test_python_ends_with_a_landmarker_open_in_a_cycle(model: Path):
    code = f"""
import numpy as np
from pathlib import Path
from thrustcam.frames import Frame
from thrustcam.poses.mediapipe import MediaPipePose
estimate = MediaPipePose(Path({str(model)!r})).__enter__()
estimate.itself = estimate
estimate(Frame(0, 0.0, np.full((96, 128, 3), 128, np.uint8)))
print("done")
"""
    assert _python(code) == "done\n"


def _python(code: str) -> str:
    """What another Python prints, which must end well and keep stderr clean."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(PYTHONWARNINGS="ignore"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_missing_model(tmp_path: Path):
    with pytest.raises(ThrustcamError, match=r"missing: no file .*full\.task.*thrustcam models install"):
        MediaPipePose(tmp_path / "full.task").__enter__()


@pytest.mark.parametrize("damage", ["empty", "text", "cut"])
def test_a_damaged_model(model: Path, tmp_path: Path, damage, capfd):
    task = tmp_path / "full.task"
    data = {"empty": b"", "text": b"three sets of eight" * 99, "cut": model.read_bytes()[:1_000_000]}[damage]
    task.write_bytes(data)
    with pytest.raises(
        ThrustcamError, match=r"damaged: delete .*full\.task and run `thrustcam models install`"
    ):
        MediaPipePose(task).__enter__()
    assert capfd.readouterr() == ("", "")


def test_a_library_that_cannot_be_loaded(monkeypatch, tmp_path: Path):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(ThrustcamError) as refused:
        MediaPipePose(tmp_path / "full.task").__enter__()
    assert "mediapipe" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_model_is_quiet(model: Path, frames, capfd):
    with MediaPipePose(model) as estimate:
        estimate(frames[0])
    assert capfd.readouterr() == ("", "")


def test_checked_gives_the_very_image():
    assert mediapipe.checked(GREY) is GREY
