"""`thrustcam live` as the shell sees it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from conftest import Ended

from thrustcam.live import device, window

Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thrustcam.history.database.history_path", lambda: tmp_path / "history.sqlite")
    monkeypatch.setattr("thrustcam.history.history.history_path", lambda: tmp_path / "history.sqlite")


def test_a_clip_without_a_window_gives_what_analyze_gives(
    thrustcam: Run, model: Path, short_set: Path, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    live = thrustcam(
        *("live", "--headless", "--source", short_set, "--speed", 0, "--no-voice", "--json", "-"),
        *("--record", film, "--load", 80, "--lang", "de"),
    )
    analysed: dict[str, Any] = json.loads(thrustcam("analyze", short_set, "--json", "-").out)
    assert live.code == 0
    assert "Satz fertig" in live.err
    (line,) = live.out.splitlines()
    told = json.loads(line)
    assert told["reps"] == analysed["reps"]
    assert told["series"] == analysed["series"]
    assert told["clip"]["frames"] == analysed["clip"]["frames"]
    capture, frames = cv2.VideoCapture(str(film)), 0
    while capture.grab():
        frames += 1
    assert frames == told["clip"]["frames"]
    assert "80" in thrustcam("history", "list").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--camera", "987"), "no such camera"),
        (("--camera", "toaster"), "--list"),
        (("--source", "missing.mp4"), "missing.mp4"),
        (("--lang", "xx"), "language"),
        (("--profile", "xx"), "profile"),
        (("--model", "xx"), "xx"),
        (("--record", "film.avi"), ".mp4"),
        (("--speed", "-1"), "--speed"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line(
    thrustcam: Run, model: Path, arguments: tuple[str, ...], says: str
) -> None:
    assert says in thrustcam("live", "--headless", "--no-voice", "--no-keep", *arguments).refusal()


def test_a_machine_without_cameras_says_so(thrustcam: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "cameras", lambda: ())
    assert "--source" in thrustcam("live", "--list").refusal()
    monkeypatch.setattr(device, "cameras", lambda: (device.Listed(3, "A\nB"),))
    assert thrustcam("live", "--list").out == "3  A\\nB\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a screen")
def test_a_machine_without_a_screen_says_so(
    thrustcam: Run, short_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "--headless" in thrustcam("live", "--source", short_set, "--no-voice").refusal()
    monkeypatch.setenv("DISPLAY", ":987")  # Qt aborts where nobody answers
    assert "--headless" in thrustcam("live", "--source", short_set, "--no-voice").refusal()


def test_a_window_is_tried_in_another_process() -> None:
    assert "namedWindow" in window._TRY
