"""What is on the window, looked at as arrays; `docs/` has it as pictures."""

from __future__ import annotations

from dataclasses import replace

import clips
import numpy as np
import pytest
from bodies import Camera, Tempo, lift, poses

from thrustcam.feedback import lettering
from thrustcam.feedback.drawing import OF_VERDICT
from thrustcam.feedback.phrases import languages, load_phrases
from thrustcam.frames import Frame
from thrustcam.live import window
from thrustcam.live.camera import TROUBLES
from thrustcam.live.choice import CUE_KEYS
from thrustcam.live.coach import Coach
from thrustcam.live.framing import GUIDES
from thrustcam.live.picture import HEIGHT, WIDTH, Switches, compose
from thrustcam.live.session import Seen
from thrustcam.rules.profile import load_profile, profile_names

assert clips
ENGLISH = load_phrases("en")
SWITCHES = Switches("barbell")
BAND = slice(HEIGHT - 150, HEIGHT)


@pytest.fixture(scope="module")
def moments() -> dict[str, Seen]:
    """One moment of each stage."""
    coach, seen = Coach(load_profile("barbell")), {}
    body, _ = lift([Tempo(), Tempo(down_s=0.4)])
    for pose in poses(Camera(azimuth_deg=10).film(body, noise=0.01)):
        frame = Frame(pose.index, pose.time_s, np.full((720, 1280, 3), 90, np.uint8))
        coach.push(pose)
        seen[coach.now.stage] = Seen(frame, pose, coach.now, 0.0, 0.0)
    coach.finish()
    seen["resting"] = Seen(frame, pose, coach.now, 0.0, 0.0)
    return seen


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("stage", ["framing", "ready", "lifting", "resting"])
def test_every_stage_is_drawn(moments: dict[str, Seen], stage: str, code: str) -> None:
    image = compose(moments[stage], None, load_phrases(code), SWITCHES)
    assert image.shape == (HEIGHT, WIDTH, 3)
    assert image.dtype == np.uint8
    assert image.std() > 20


def test_before_the_first_picture_there_is_something_too() -> None:
    assert compose(None, "absent", ENGLISH, SWITCHES)[BAND].std() > 20


def test_trouble_and_faults_share_no_place_with_silence(moments: dict[str, Seen]) -> None:
    calm = compose(moments["lifting"], None, ENGLISH, SWITCHES)
    trouble = compose(moments["lifting"], "lost", ENGLISH, SWITCHES)
    assert (trouble[HEIGHT - 5] == OF_VERDICT["fault"]).all()
    assert not (calm[HEIGHT - 5] == OF_VERDICT["fault"]).all()


def test_a_mirrored_picture_leaves_the_words(moments: dict[str, Seen]) -> None:
    seen = moments["lifting"]
    half = seen.frame.image.copy()
    half[:, :640] = 200
    seen = replace(seen, frame=replace(seen.frame, image=half), pose=replace(seen.pose, plate=None))
    plain = compose(seen, None, ENGLISH, SWITCHES)
    mirrored = compose(seen, None, ENGLISH, replace(SWITCHES, mirror=True))
    assert np.array_equal(plain[BAND], mirrored[BAND])
    assert plain[50, 10, 0] > mirrored[50, 10, 0]


def test_portrait_and_wide_pictures_fit(moments: dict[str, Seen]) -> None:
    for height, width in ((1280, 720), (480, 640), (360, 1280)):
        frame = Frame(0, 0.0, np.full((height, width, 3), 90, np.uint8))
        assert compose(replace(moments["lifting"], frame=frame), None, ENGLISH, SWITCHES).shape[1] == WIDTH


@pytest.mark.parametrize("code", languages())
def test_every_cue_can_be_read_from_four_metres(code: str) -> None:
    # 1/200 of four metres on a screen 174 mm high is 83 of 720 rows for a line; half of that at the least.
    phrases, room = load_phrases(code), WIDTH - 56.0
    for key in CUE_KEYS:
        assert lettering.largest(phrases(key), (104.0, 92.0, 80.0, 68.0, 58.0), room, 2, 600) >= 58, key
    for key in (*GUIDES, *(f"camera.{t}" for t in TROUBLES)):
        lines = lettering.even(phrases(key), 40.0, room, 600)
        assert len(lines) <= 2, key


def test_text_keeps_to_its_room() -> None:
    text = "Move the camera back, or turn it toward them"
    size = lettering.fitted(text, 100, 500)
    assert lettering.width(text, size) <= 510
    for lines in (lettering.broken(text, 40, 300), lettering.even(text, 40, 600)):
        assert " ".join(lines) == text


def test_the_line_letters_of_older_opencv_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_FACE", None)
    lettering.width.cache_clear()
    image = np.zeros((80, 400, 3), np.uint8)
    lettering.write(image, "Füße 5°", 5, 60, 50, (255, 255, 255), 600)
    assert image.any()
    assert 100 < lettering.width("Füße 5°", 50, 600) < 300
    lettering.width.cache_clear()


class Pressed:
    paused = False
    coach = Coach(load_profile("barbell"))


def test_the_keys() -> None:
    session, switches = Pressed(), SWITCHES
    press = lambda key, switches: window.pressed(key, switches, session, None)  # noqa: E731  # type: ignore
    assert press("m", switches).mirror
    assert press(" ", switches).paused
    assert session.paused
    assert press("", switches) == switches
    names = [switches.profile]
    for _ in profile_names():
        switches = press("p", switches)
        names.append(switches.profile)
    assert set(names) == set(profile_names())
    assert names[0] == names[-1]
    assert session.coach.profile.name == names[-1]
