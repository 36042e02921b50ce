"""Pictures in, what the page is told out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from thrustcam.engine import Engine
from thrustcam.feedback.phrases import load_phrases
from thrustcam.frames import open_clip
from thrustcam.history import History
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import load_profile
from thrustcam.web.picture import BadPictureError, pack, unpack
from thrustcam.web.session import Session

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "side-lockout-and-arch.mp4"
BARBELL = load_profile("barbell")
AFTER_S = 9.0  # of nobody: the set is over by then


def jpeg(shape=(48, 64, 3), level=120):
    image = np.full(shape, level, np.uint8)
    image[::5] = 30
    return cv2.imencode(".jpg", image)[1].tobytes()


@pytest.fixture(scope="module")
def poses(model):
    """Every third pose of a sample: a set of four reps, the second short of lockout."""
    with open_clip(SAMPLE) as clip, Watch(model) as watch:
        return [watch(frame) for i, frame in enumerate(clip) if i % 3 == 0]


class Replay:
    """Sees what was seen before, whatever the picture."""

    def __init__(self, poses):
        self.poses = iter(poses)

    def __call__(self, frame):
        pose = next(self.poses, None)
        if pose is None:
            return Pose.nobody(frame)
        return replace(pose, index=frame.index, time_s=frame.time_s)


def play(session, count, start_s=0.0, picture=None):
    """Send so many pictures, ten a second; all that the page was told."""
    picture = picture or jpeg()
    told = []
    for i in range(count):
        seen = session.picture(pack(start_s + i / 10, picture))
        told.append(seen | session.judge())
    return told


@pytest.fixture
def kept(tmp_path):
    with History.open(tmp_path / "history.sqlite3") as history:
        yield history


def test_a_set_is_counted_told_and_kept_as_the_engine_judges_it(poses, kept):
    session = Session(Replay(poses), BARBELL, load_phrases("en"), kept, clock=lambda: 0.0)
    hello = session.connected()
    assert hello["profile"] == "barbell"
    assert hello["bones"]
    told = play(session, len(poses) + round(AFTER_S * 10))
    json.dumps(told, allow_nan=False)

    reps = [each["rep"]["index"] for each in told if "rep" in each]
    assert reps == [1, 2, 3, 4]
    assert max(each["now"]["reps"] for each in told) == 4
    [ended] = [each["set"] for each in told if "set" in each]
    engine = Engine(BARBELL)
    for i, pose in enumerate(poses):
        engine.push(replace(pose, time_s=i / 10))
    judged = engine.finish()
    assert [rep["score"] for rep in ended["reps"]] == [rep.score for rep in judged.reps]
    assert any("squeeze" in fault["text"] for fault in ended["reps"][1]["faults"])
    assert ended["load"]["held"] == "lost"
    said = [text for each in told for text in each["say"]]
    assert any("All the way up" in text for text in said)

    [lifted] = kept.sets()
    assert lifted.finished
    assert lifted.facts.source == "browser"
    assert len(lifted.reps) == 4


def test_a_set_that_is_cut_off_is_kept(poses, kept):
    session = Session(Replay(poses[: len(poses) // 2]), BARBELL, load_phrases("en"), kept)
    play(session, len(poses) // 2)
    done = session.stop()
    assert done["kind"] == "stopped"
    [lifted] = kept.sets()
    assert [rep["index"] for rep in done["set"]["reps"]] == [r.measured.rep.index for r in lifted.reps]


def test_a_reloaded_page_goes_on_with_its_set(poses, kept):
    now = [0.0]
    session = Session(Replay(poses), BARBELL, load_phrases("en"), kept, clock=lambda: now[0])
    half = len(poses) // 2
    play(session, half, start_s=500.0)
    now[0] = half / 10
    session.connected()
    told = play(session, len(poses) - half + round(AFTER_S * 10))  # its clock starts at 0 again
    assert max(each["now"]["reps"] for each in told) == 4
    assert len(kept.sets()) == 1


def test_a_turned_phone_ends_the_set_and_the_numbers_go_on(poses, kept):
    session = Session(Replay([*poses, *poses]), BARBELL, load_phrases("en"), kept)
    play(session, len(poses))
    told = play(session, len(poses), start_s=100.0, picture=jpeg((64, 48, 3)))
    assert told[0]["set"]["number"] == 1
    assert told[-1]["now"]["set"] == 2
    assert session.stop()["set"]["number"] == 2
    assert [len(each.reps) for each in kept.sets()] == [4, 4]


def test_a_history_that_fails_stops_nobody(poses, kept):
    session = Session(Replay(poses), BARBELL, load_phrases("en"), kept)
    kept.close()
    told = play(session, len(poses))
    assert max(each["now"]["reps"] for each in told) == 4
    assert any("can't be kept" in each.get("trouble", "") for each in told)


def test_the_profile_can_be_changed_but_only_to_one_of_ours(tmp_path):
    session = Session(Replay([]), BARBELL, load_phrases("en"), None)
    assert session.choose_profile("paused")["profile"] == "paused"
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "barbell"\n')
    for name in (str(mine), "../x", "", "None"):
        assert session.choose_profile(name)["profile"] == "paused"


def test_the_load_goes_into_the_history(poses, kept):
    session = Session(Replay(poses), BARBELL, load_phrases("en"), kept)
    assert session.choose_load(82.5)["load_kg"] == 82.5
    play(session, len(poses))
    session.stop()
    assert [each.facts.load_kg for each in kept.sets()] == [82.5]
    for nonsense in (None, "80", -1, float("nan"), float("inf"), [], {}):
        assert session.choose_load(nonsense)["load_kg"] is None


def test_other_languages():
    session = Session(Replay([]), BARBELL, load_phrases("de"), None)
    told = play(session, 20)
    assert session.connected()["language"] == "de"
    assert told[-1]["now"]["guide"] == load_phrases("de")("guide.nobody")


def test_a_black_picture_is_said_within_two_seconds():
    session = Session(Replay([]), BARBELL, load_phrases("en"), None)
    told = play(session, 20, picture=cv2.imencode(".jpg", np.zeros((48, 64, 3), np.uint8))[1].tobytes())
    assert told[-1]["camera"] == "camera.black"


@pytest.mark.parametrize(
    "message", [b"", b"1234567", b"12345678", pack(0.0, b"no jpeg"), pack(float("nan"), jpeg())]
)
def test_a_message_without_a_picture(message):
    session = Session(Replay([]), BARBELL, load_phrases("en"), None)
    assert session.picture(message) == {"kind": "trouble", "key": "camera.format"}
    assert session.judge() == {"kind": "judged"}
    with pytest.raises(BadPictureError):
        unpack(message)


def test_a_picture_comes_through():
    at_s, image = unpack(pack(1.25, jpeg()))
    assert at_s == 1.25
    assert image.shape == (48, 64, 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous


def test_the_same_moment_twice_is_one():
    session = Session(Replay([]), BARBELL, load_phrases("en"), None)
    session.picture(pack(1.0, jpeg()))
    assert session.picture(pack(1.0, jpeg())) == {"kind": "seen"}
