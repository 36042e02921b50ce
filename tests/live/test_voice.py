"""Speech engines that work, fail and hang, played by small programs."""

from __future__ import annotations

import io
import queue
import sys
import time
import wave
from pathlib import Path

import pytest

from thrustcam.feedback.phrases import load_phrases
from thrustcam.live.camera import CameraChanged
from thrustcam.live.events import Cue, Guide, Now, SetStarted
from thrustcam.live.speaker import Beeps, Command, engines, speak, tone
from thrustcam.live.spoken import cue_text, spoken
from thrustcam.live.voice import Voice

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the engines are shell scripts")
ENGLISH, GERMAN = load_phrases("en"), load_phrases("de")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH, but for the shell's own programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "sleep", "cat"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(sys, "platform", "linux")
    return folder


def program(folder: Path, name: str, does: str) -> Path:
    """A program that does this; what it writes to `$LOG` is the answer's path."""
    log = folder / f"{name}.log"
    path = folder / name
    path.write_text(f'#!/bin/sh\nLOG="{log}"\n{does}\n')
    path.chmod(0o755)
    return log


def eventually(log: Path, wanted: str, timeout_s: float = 5.0) -> None:
    until_s = time.monotonic() + timeout_s
    while not (log.exists() and wanted in log.read_text()):
        assert time.monotonic() < until_s, log.read_text() if log.exists() else "nothing said"
        time.sleep(0.02)


def test_the_voice_speaks_in_a_process_of_its_own(programs: Path) -> None:
    log = program(programs, "espeak-ng", 'echo "$@" >> "$LOG"')
    with Voice(GERMAN) as voice:
        voice(SetStarted(1.0, 2))
        eventually(log, "Satz 2")
    assert "-v de" in log.read_text()


def test_a_hanging_engine_stalls_nobody(programs: Path) -> None:
    log = program(programs, "espeak-ng", 'echo "$@" >> "$LOG"\nexec sleep 60')
    with Voice(ENGLISH) as voice:
        start_s = time.monotonic()
        for number in range(200):
            voice.say(f"sentence {number}")
        assert time.monotonic() - start_s < 0.1
        voice.say("the last")
        time.sleep(0.5)
        voice.say("after all")
        eventually(log, "after all")
        voice.on = False
        voice.say("never")
        start_s = time.monotonic()
    assert time.monotonic() - start_s < 8
    assert "never" not in log.read_text()


def test_an_engine_that_fails_gives_way_to_the_next(programs: Path) -> None:
    program(programs, "espeak-ng", "exit 1")
    log = program(programs, "spd-say", 'echo "$@" >> "$LOG"')
    lines: queue.Queue[str | None] = queue.Queue()
    lines.put("hello")
    choice = engines("en")
    assert [make().name for make in choice] == ["espeak-ng", "spd-say", "beeps"]
    ends = iter(["hello", None])

    class Slowly(queue.Queue):  # type: ignore[type-arg]
        """One line at a time."""

        def get(self, *_: object) -> str | None:
            return next(ends)

    speak(Slowly(), choice)
    eventually(log, "hello")


def test_without_any_engine_there_are_beeps(programs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (make,) = engines("en")
    engine = make()
    assert isinstance(engine, Beeps)
    engine.say("3")
    engine.say("3. Knees out.")
    assert capfd.readouterr().err == "\a" * 3


def test_a_newer_sentence_cuts_an_older_one_off(programs: Path) -> None:
    log = program(programs, "espeak-ng", 'sleep 0.4\necho "$1" >> "$LOG"')
    engine = Command("espeak-ng", lambda text: ["espeak-ng", text])
    engine.say("old")
    engine.say("new")
    engine.wait()
    assert log.read_text() == "new\n"


def test_a_beep_is_a_sound_file() -> None:
    with wave.open(io.BytesIO(tone(2))) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(0.48, abs=0.01)


def test_an_instruction_is_repeated_until_it_is_followed() -> None:
    voice, said = Voice(ENGLISH), []
    voice.say = said.append  # type: ignore[method-assign]
    voice(Guide(1.0, "guide.dark"))
    for at_s in range(2, 25):
        voice.tick(Now(at_s))
    assert said == [ENGLISH("guide.dark")] * 3
    voice(Guide(25.0, None))
    voice.tick(Now(60.0))
    assert said[-1] == ENGLISH("say.framed")


def test_each_minute_of_rest_is_said_once() -> None:
    voice, said = Voice(ENGLISH), []
    voice.say = said.append  # type: ignore[method-assign]
    for rest_s in range(5, 130, 5):
        voice.tick(Now(100.0 + rest_s, rest_s=float(rest_s)))
    voice.tick(Now(300.0))
    assert said == [ENGLISH("say.rest_one"), ENGLISH("say.rest", minutes=2)]


def test_a_camera_s_fault_is_said() -> None:
    voice, said = Voice(GERMAN), []
    voice.say = said.append  # type: ignore[method-assign]
    voice(CameraChanged(1.0, "frozen"))
    voice(CameraChanged(3.0, None))
    assert said == [GERMAN("camera.frozen"), GERMAN("camera.back")]


def test_a_cue_without_a_phrase_is_said_in_its_rule_s_own_words() -> None:
    assert cue_text(Cue("fault", "mine", "cue.mine", "Breathe out."), GERMAN) == "Breathe out."
    assert spoken(Guide(0.0, "guide.tilt"), GERMAN) == GERMAN("guide.tilt")
