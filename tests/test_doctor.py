"""The doctor: finds what is missing, survives what crashes or hangs, and changes nothing."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path

import pytest
from conftest import NO_GL, environment

from thrustcam import doctor, libraries


def test_a_healthy_machine(thrustcam, model):
    ended = thrustcam("doctor")
    assert (ended.code, ended.err) == (0, "")
    states = {line[6:23].strip(): line.split()[0] for line in ended.out.splitlines()}
    assert set(states) >= {"python", "opencv-python", "mediapipe", "video files", "pose model", "camera"}
    assert states["pose engine"] == "ok"
    assert "fault" not in states.values()
    assert ended.out.isascii() or "×" in ended.out


def test_a_missing_model_is_only_a_note(thrustcam, tmp_path, monkeypatch):
    monkeypatch.setenv("THRUSTCAM_MODELS", str(tmp_path))
    monkeypatch.setattr(doctor, "camera", lambda: doctor.Check("camera", "note", "none opens"))
    ended = thrustcam("doctor")
    assert ended.code == 0
    assert "the pose model full is not installed" in ended.out
    assert "pose engine" not in ended.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["cv2", "mediapipe"])
def test_a_missing_system_library(thrustcam_process, without_gl, module):
    ended = thrustcam_process("doctor", env=without_gl(module))
    assert f"run `{libraries.APT_LINE}`" in ended.refusal()
    assert "the system library libGL.so.1 is missing" in ended.out


def test_a_history_that_cannot_be_read_is_a_note(tmp_path, monkeypatch):
    monkeypatch.setenv("THRUSTCAM_HISTORY", str(tmp_path))
    assert doctor.past_sets().text == "none kept yet"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "history.sqlite3").write_bytes(b"garbage " * 1000)
    check = doctor.past_sets()
    assert check.state == "note"
    assert "damaged" in check.text


def test_what_the_page_needs(monkeypatch):
    monkeypatch.setattr(doctor, "WEB_PACKAGES", ("json", "none_of_this_name"))
    check = doctor.web_page()
    assert (check.state, check.text) == ("note", "needs none_of_this_name")
    assert "thrustcam[web]" in check.remedy


def test_what_the_loader_does_not_find(monkeypatch):
    monkeypatch.setattr(libraries, "SYSTEM_LIBRARIES", ("libnone-of-this-name.so.7",))
    check = doctor.system_libraries()
    if sys.platform == "linux":
        assert check.state == "note"
        assert "libnone-of-this-name.so.7" in check.text
        assert libraries.APT_LINE in (check.remedy or "")
    else:
        assert check.state == "ok"


@pytest.mark.parametrize(
    ("error", "what", "remedy"),
    [
        (ImportError(NO_GL), "libGL.so.1", libraries.APT_LINE),
        (OSError("libxcb.so.1: cannot open shared object file: No such file"), "libxcb.so.1", "libxcb.so.1"),
        (ModuleNotFoundError("No module named 'cv2'", name="cv2"), "cv2", "pip install"),
        (RuntimeError("built for another processor"), "built for another processor", "pip install"),
    ],
)
def test_a_package_that_cannot_be_imported(monkeypatch, error, what, remedy):
    def broken(_):
        raise error

    monkeypatch.setattr(importlib, "import_module", broken)
    check = doctor.installed_package("opencv-python", "cv2")
    assert check.state == "fault"
    assert what in check.text
    assert remedy in (check.remedy or "")


def test_other_errors_are_no_import_trouble():
    assert libraries.import_trouble(OSError("No such file or directory")) is None
    assert (
        libraries.import_trouble(ModuleNotFoundError("No module named 'thrustcam.x'", name="thrustcam.x"))
        is None
    )


def test_two_opencvs_overwrite_each_other(monkeypatch):
    both = {"cv2": ["opencv-python", "opencv-contrib-python"]}
    monkeypatch.setattr(doctor, "_distributions", lambda: both)
    check = doctor.installed_package("opencv-python", "cv2")
    assert check.state == "note"
    assert "opencv-contrib-python" in check.text


# --- in a process of its own ------------------------------------------------------------------------------


def speaks(word: str) -> str:
    return f"{word}, {word}"


def fails(word: str) -> str:
    raise ValueError(word)


def crashes(_: str) -> str:
    os.abort()


def hangs(_: str) -> str:
    time.sleep(60)
    return ""


@pytest.fixture
def here(monkeypatch):
    """Let the other process import this file."""
    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), environment()["PYTHONPATH"]])
    )


@pytest.mark.usefixtures("here")
def test_another_process_says_how_it_ended():
    assert doctor.apart(speaks, "größe", 20) == (0, "größe, größe")
    assert doctor.apart(fails, "no", 20) == (1, "ValueError: no")
    if os.name == "posix":
        assert doctor.apart(crashes, "", 20) == (-6, "it crashed with signal 6")


@pytest.mark.usefixtures("here")
def test_another_process_that_hangs_is_ended():
    assert doctor.apart(hangs, "", 0.5) == (None, "no answer for 0.5 s")


def test_an_engine_that_does_not_run(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "apart", lambda *_: (-11, "it crashed with signal 11"))
    check = doctor.pose_engine(tmp_path)
    assert check.state == "fault"
    assert "signal 11" in check.text


@pytest.mark.parametrize(
    ("answer", "state"), [((0, "number 0 gives 640×480"), "ok"), ((0, ""), "note"), ((None, ""), "note")]
)
def test_a_camera_is_never_a_fault(monkeypatch, answer, state):
    monkeypatch.setattr(doctor, "apart", lambda *_: answer)
    assert doctor.camera().state == state
