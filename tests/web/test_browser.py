"""The page in a real Chromium, a sample as its camera: it counts and says what `analyze` does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import chromium
import pytest
from conftest import environment

from thrustcam.engine import Engine
from thrustcam.frames import open_clip
from thrustcam.history import History
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import load_profile

for name in ("starlette", "uvicorn", "websockets"):
    pytest.importorskip(name)

pytestmark = [
    pytest.mark.skipif(chromium.BROWSER is None, reason="needs chromium (Debian: apt-get install chromium)"),
    pytest.mark.skipif(os.name != "posix", reason="Ctrl-C"),
]

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "side-lockout-and-arch.mp4"
UNTIL_S = 12.0  # two reps: a good one, and one that stops short of lockout
LEAD_S = 2.0


@pytest.fixture
def serving(tmp_path):
    """Start a `thrustcam web` that keeps its sets in `tmp_path`; its address."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "thrustcam", "web", "--port", "0", *map(str, options)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(THRUSTCAM_HISTORY=str(tmp_path)),
        )
        started.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in started:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 0, err


@pytest.fixture
def address(serving):
    """The address of a running `thrustcam web`."""
    return serving()


def analysed(model, until_s):
    """What `analyze` says of the first seconds of the sample."""
    engine = Engine(load_profile("barbell"))
    with open_clip(SAMPLE) as clip, Watch(model) as watch:
        for frame in clip:
            if frame.time_s >= until_s:
                break
            engine.push(watch(frame))
    return engine.finish()


def test_the_page_counts_what_analyze_counts(address, model, tmp_path):
    film = tmp_path / "camera.mjpeg"
    chromium.as_camera(SAMPLE, film, lead_s=LEAD_S, tail_s=30, until_s=UNTIL_S)
    with chromium.chromium(tmp_path / "profile", camera=film) as tab:
        tab.open(address)
        tab.ask("window.said = []; speechSynthesis.speak = (voice) => said.push(voice.text)")
        tab.ask("speechSynthesis.getVoices = () => [{}]")  # a headless browser has none
        tab.wait("document.body.dataset.connected === 'yes'")
        assert tab.ask("location.href") == address.partition("?")[0]  # the token is gone from sight
        tab.ask("document.getElementById('start').click()")
        tab.wait("document.getElementById('banner').innerText.includes('black')", LEAD_S + UNTIL_S + 20)
        counted = tab.text("reps")
        tab.ask("document.getElementById('stop').click()")
        tab.wait("!document.getElementById('summary').hidden && thrustcam.sets.length")
        [shown] = tab.ask("thrustcam.sets")
        said = tab.ask("said")
        drawn = tab.ask("document.getElementById('overlay').width")
        assert tab.ask("document.querySelectorAll('#rows tr').length") == len(shown["reps"])

    expected = analysed(model, UNTIL_S)
    assert counted == str(len(expected.reps)) == "2"
    faults = [sum(f.verdict == "fault" for f in rep.findings) for rep in expected.reps]
    assert [bool(rep["faults"]) for rep in shown["reps"]] == [bool(n) for n in faults] == [False, True]
    assert "All the way up" in shown["next"]
    assert any(text.startswith("1") for text in said)
    assert any("All the way up" in text for text in said)
    assert drawn == 640

    own = urlsplit(address).netloc
    assert {urlsplit(url).netloc for url in tab.requests if not url.startswith("data:")} == {own}
    assert tab.complaints == []
    with History.open(tmp_path / "history.sqlite3") as history:
        [kept] = history.sets()
    assert len(kept.reps) == 2
    assert kept.finished


def test_what_breaks_comes_back(address, tmp_path):
    film = tmp_path / "camera.mjpeg"
    chromium.as_camera(SAMPLE, film, lead_s=0, tail_s=0, until_s=3)
    banner = "document.getElementById('banner').innerText"
    with chromium.chromium(tmp_path / "profile", camera=film) as tab:
        tab.open(address)
        tab.wait("document.body.dataset.connected === 'yes'")
        tab.ask("document.getElementById('start').click()")
        tab.wait("thrustcam.stats.seen > 3")
        tab.ask("socket.close()")
        tab.wait(f"{banner}.includes('connection is lost')")
        tab.wait(f"!{banner}.includes('lost')")
        before = tab.ask("thrustcam.stats.seen")
        tab.wait(f"thrustcam.stats.seen > {before} + 3")
        tab.ask("stream.getVideoTracks()[0].onended()")  # what unplugging does
        tab.wait(f"{banner}.includes('camera is gone')")
        tab.wait(f"{banner}.includes('camera is back')")
        before = tab.ask("thrustcam.stats.seen")
        tab.wait(f"thrustcam.stats.seen > {before} + 3")


def test_without_a_camera_it_says_so(address, tmp_path):
    with chromium.chromium(tmp_path / "profile") as tab:
        tab.open(address)
        tab.wait("document.body.dataset.connected === 'yes'")
        tab.ask("document.getElementById('start').click()")
        tab.wait("document.getElementById('trouble').innerText.includes('No camera')")
        assert tab.ask("document.body.dataset.stage") == "welcome"


def test_a_used_address_shows_no_page(address, tmp_path):
    with chromium.chromium(tmp_path / "first") as tab:
        tab.open(address)
        tab.wait("document.body.dataset.connected === 'yes'")
        tab.open(address.partition("?")[0])  # a reload in the same browser
        tab.wait("document.body.dataset.connected === 'yes'")
        with chromium.chromium(tmp_path / "second") as other:
            other.open(address)
            assert "does not work" in other.ask("document.body.innerText")


def test_another_device_comes_in_by_https(serving, certificate, tmp_path):
    film = tmp_path / "camera.mjpeg"
    chromium.as_camera(SAMPLE, film, lead_s=0, tail_s=0, until_s=3)
    files = zip(("--certificate", "--key"), certificate, strict=True)
    address = serving("--host", "0.0.0.0", *(each for pair in files for each in pair))
    assert address.startswith("https://")
    assert "0.0.0.0" not in address
    with chromium.chromium(tmp_path / "profile", camera=film, size=(390, 844)) as tab:
        tab.open(address)
        tab.wait("document.body.dataset.connected === 'yes'")
        tab.ask("document.getElementById('start').click()")
        tab.wait("thrustcam.stats.seen > 5")
        assert tab.ask("document.body.scrollWidth") <= 390
