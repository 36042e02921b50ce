"""The command line: what goes where, exit codes, and one line for whatever stops it."""

from __future__ import annotations

import csv
import errno
import functools
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import clips
import jsonschema
import numpy as np
import pytest
from conftest import ROOT, environment

from thrustcam import __version__
from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, Series
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.json_report import schema
from thrustcam.feedback.score import summarise

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")


def analysis(*, seen: bool = True, warnings: tuple[str, ...] = ()) -> Analysis:
    """A clip in which somebody (or nobody) does something else."""
    nothing = np.full(30, np.nan)
    return Analysis(
        ClipFacts("a.mp4", "a" * 64, 640, 480, 1.0, 30, 30, not warnings, warnings),
        EngineFacts(__version__, "0.10.31", "full", "b" * 64, "barbell"),
        None,
        Series(
            np.arange(30) / 30, nothing, nothing, nothing, nothing, nothing, np.full(30, 1.0 if seen else 0.0)
        ),
        (),
        summarise(()),
    )


@pytest.fixture
def engine(monkeypatch):
    """An engine that answers at once: with `engine.answer`, or by raising it."""
    fake = SimpleNamespace(answer=analysis(), calls=[])

    def analyze(path, profile, *, model, plate_mm=None, progress, keep=None):
        fake.calls.append((path, profile.name, model))
        progress(0.5, 1.0)
        if isinstance(fake.answer, BaseException):
            raise fake.answer
        return fake.answer

    monkeypatch.setattr("thrustcam.engine.analyze", analyze)
    return fake


# --- help -------------------------------------------------------------------------------------------------


def test_help_is_quick(thrustcam_process):
    def seconds():
        start = time.perf_counter()
        assert thrustcam_process("--help").code == 0
        return time.perf_counter() - start

    assert any(seconds() < 0.5 for _ in range(8))  # other programs may be busy


def test_help_imports_nothing_heavy(thrustcam_process):
    code = (
        "import sys; from thrustcam.cli import main; code = main(['analyze', '--help'])\n"
        "sys.exit(code or ' '.join({'cv2', 'mediapipe', 'numpy'} & set(sys.modules)) or None)"
    )
    ended = thrustcam_process(python=("-c", code))
    assert (ended.code, ended.err) == (0, "")


def test_without_a_command_it_shows_help(thrustcam):
    ended = thrustcam()
    assert ended.code == 0
    assert "analyze" in ended.out
    assert "doctor" in ended.out


def test_version(thrustcam):
    assert thrustcam("--version").out == f"thrustcam {__version__}\n"


# --- analyze ----------------------------------------------------------------------------------------------


def test_a_set_as_table_json_and_csv(thrustcam, model, short_set, tmp_path):
    ended = thrustcam("analyze", short_set, "--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv")
    assert (ended.code, ended.err) == (0, "")
    assert "one rep.mp4" in ended.out
    assert "1 rep," in ended.out

    result = json.loads((tmp_path / "a.json").read_text("utf-8"))
    jsonschema.validate(result, schema())
    assert result["clip"]["path"] == str(short_set)
    assert result["clip"]["complete"] is True
    assert result["engine"]["model"] == "full"
    assert result["engine"]["profile"] == "barbell"
    assert [rep["index"] for rep in result["reps"]] == [1]

    rows = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text("utf-8"))))
    assert [row["rep"] for row in rows] == ["1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.json"]


def test_json_on_stdout_is_json_and_nothing_else(thrustcam_process, model, tmp_path):
    clip = clips.truncated(tmp_path / "cut.mp4", 0.12)
    ended = thrustcam_process("analyze", clip, "--json", "-")
    assert ended.code == 0
    result = json.loads(ended.out)
    jsonschema.validate(result, schema())
    assert result["clip"]["complete"] is False
    said = ended.err.splitlines()  # only the warnings, which no table shows here
    assert [line.partition("cut.mp4: ")[2] for line in said] == result["clip"]["warnings"]


def test_csv_on_stdout_is_csv_and_nothing_else(thrustcam, engine, tmp_path):
    ended = thrustcam("analyze", "a.mp4", "--csv", "-", "--json", tmp_path / "a.json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("clip,rep,")
    assert ended.out.count("\n") == 1
    jsonschema.validate(json.loads((tmp_path / "a.json").read_text("utf-8")), schema())


def test_options_reach_the_engine(thrustcam, engine, tmp_path):
    own = tmp_path / "mine.toml"
    own.write_text('extends = "paused"\n')
    assert thrustcam("analyze", "a.mp4", "--profile", own, "--model", "lite").code == 0
    assert engine.calls == [("a.mp4", "mine.toml", "lite")]


def test_no_rep_is_a_result(thrustcam, engine):
    ended = thrustcam("analyze", "a.mp4")
    assert (ended.code, ended.err) == (0, "")
    assert "No hip thrust found" in ended.out


def test_nobody_seen_loses_nothing(thrustcam, engine, tmp_path):
    engine.answer = analysis(seen=False, warnings=("the file is cut short",))
    ended = thrustcam("analyze", "a.mp4", "--json", tmp_path / "a.json", "--csv", "-")
    said = ended.refusal()
    assert "a.mp4: nobody to be seen" in said
    assert "the file is cut short" in said
    assert "film" in said
    assert ended.out.startswith("clip,rep,")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["clip"]["frames"] == 30


def test_warnings_are_shown_with_the_table(thrustcam, engine):
    engine.answer = analysis(warnings=("the file is cut short",))
    ended = thrustcam("analyze", "a.mp4")
    assert (ended.code, ended.err) == (0, "")
    assert "! the file is cut short" in ended.out


def test_names_are_no_markup(thrustcam, model):
    assert "[red]" in thrustcam("models", "install", "[red]").refusal()


# --- what is refused before the work begins ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["analyze"], "CLIP"),
        (["analyse", "a.mp4"], "analyse"),
        (["analyze", "a.mp4", "--jsn", "x"], "--json"),
        (["analyze", "a.mp4", "--json"], "--json"),
        (["analyze", "a.mp4", "b.mp4"], "b.mp4"),
        (["analyze", "a.mp4", "--profile", "barbel"], "barbell"),
        (["analyze", "a.mp4", "--profile", "missing.toml"], "missing.toml"),
        (["analyze", "a.mp4", "--json", "-", "--csv", "-"], "two files"),
        (["analyze", "a.mp4", "--html", "-", "--csv", "-"], "two files"),
        (["analyze", "a.mp4", "--video", "-"], "name a file"),
        (["analyze", "a.mp4", "--video", "out.avi"], ".mp4"),
        (["analyze", "a.mp4", "--blur-face"], "--video"),
        (["--jsn"], "--jsn"),
        (["models", "instal"], "instal"),
        (["models", "install", "tiny"], "full"),
        (["models", "install", "full", "--from", "missing"], "missing"),
        (["models", "verify", "tiny"], "full"),
    ],
)
def test_a_bad_command_line(thrustcam, engine, arguments, said):
    ended = thrustcam(*arguments)
    assert said in ended.refusal()
    assert ended.out == ""
    assert engine.calls == []


def test_an_unknown_model(thrustcam, short_set):
    assert "lite, full, heavy" in thrustcam("analyze", short_set, "--model", "huge").refusal()


@pytest.mark.parametrize("option", ["--json", "--csv"])
@pytest.mark.parametrize(
    "refused",
    [
        ("missing/a.json", "make the folder first"),
        (".", "name a file"),
        ("clip.mp4", "overwrite the clip"),
        ("link.mp4", "overwrite the clip"),
    ],
)
def test_an_output_that_cannot_be_written(thrustcam, engine, tmp_path, option, refused):
    place, said = refused
    clip = clips.text(tmp_path / "clip.mp4")
    (tmp_path / "link.mp4").hardlink_to(clip)
    assert said in thrustcam("analyze", clip, option, tmp_path / place).refusal()
    assert engine.calls == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "link.mp4"]


def test_two_results_need_two_files(thrustcam, engine, tmp_path):
    same = ["--json", tmp_path / "a", "--csv", tmp_path / "b" / ".." / "a"]
    (tmp_path / "b").mkdir()
    assert "two files" in thrustcam("analyze", "a.mp4", *same).refusal()
    assert engine.calls == []


# --- what stops it midway ---------------------------------------------------------------------------------


def test_an_error_to_mend_is_one_line(thrustcam, engine):
    engine.answer = ThrustcamError("a\nb: do this")
    assert thrustcam("analyze", "a.mp4").refusal() == r"thrustcam: a\nb: do this"


def test_ctrl_c_writes_nothing(thrustcam, engine, tmp_path):
    engine.answer = KeyboardInterrupt()
    assert thrustcam("analyze", "a.mp4", "--json", tmp_path / "a").refusal() == "thrustcam: stopped"
    assert list(tmp_path.iterdir()) == []


@posix
def test_ctrl_c_midway_on_a_terminal(model, tmp_path):
    import pty  # noqa: PLC0415  # POSIX only

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "thrustcam", "analyze", clips.SAMPLE, "--json", tmp_path / "a.json"]
    process = subprocess.Popen(command, env=environment(TERM="xterm"), stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    try:
        shown = read_until(ours, "left")
        assert "side-good.mp4" in shown
        assert "%" in shown
        process.send_signal(signal.SIGINT)
        shown = read_until(ours, None)
        out, _ = process.communicate(timeout=10)
    finally:
        process.kill()
        os.close(ours)
    assert process.returncode == 2
    assert out == b""
    assert "Traceback" not in shown
    assert shown.endswith("thrustcam: stopped\r\n")
    assert list(tmp_path.iterdir()) == []


def read_until(terminal, word, seconds=30.0):
    """What a terminal shows until `word` comes, or until the program has ended."""
    shown, deadline = b"", time.monotonic() + seconds
    while word is None or word.encode() not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
    return shown.decode()


def test_a_bug_names_the_file_to_report(thrustcam, engine, tmp_path, monkeypatch):
    keep = functools.partial(tempfile.mkstemp, dir=tmp_path)
    monkeypatch.setattr("tempfile.mkstemp", keep)
    engine.answer = IndexError("list index out of range")
    said = thrustcam("analyze", "a.mp4").refusal()
    (file,) = tmp_path.iterdir()
    assert "IndexError: list index out of range" in said
    assert str(file) in said
    assert "Traceback" in file.read_text("utf-8")


@pytest.mark.parametrize("asked", ["option", "variable"])
def test_debug_shows_the_traceback(thrustcam, engine, monkeypatch, asked):
    monkeypatch.setenv("THRUSTCAM_DEBUG", "1" if asked == "variable" else "")
    engine.answer = ThrustcamError("mend it")
    ended = thrustcam(*(["--debug"] if asked == "option" else []), "analyze", "a.mp4")
    assert ended.code == 2
    assert "Traceback" in ended.err
    assert ended.err.endswith("thrustcam: mend it\n")


def test_no_room_for_the_bug_report(thrustcam, engine, monkeypatch):
    def full(**_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.mkstemp", full)
    engine.answer = RuntimeError()
    assert "--debug" in thrustcam("analyze", "a.mp4").refusal()


@pytest.mark.parametrize("module", ["cv2", "mediapipe"])
def test_a_missing_system_library(thrustcam_process, without_gl, short_set, model, module):
    said = thrustcam_process("analyze", short_set, env=without_gl(module)).refusal()
    assert "libGL.so.1" in said
    assert "sudo apt-get install -y libgl1 libglib2.0-0 libegl1 libgles2" in said


# --- streams ----------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("arguments", [["models"], ["--help"]])
def test_a_reader_that_left_is_no_error(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "thrustcam", *arguments]
    done = subprocess.run(command, env=environment(), stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == (0 if arguments == ["models"] else 2)


def test_a_reader_that_left_costs_no_file(thrustcam, engine, tmp_path, monkeypatch):
    def gone(path, text):
        raise BrokenPipeError

    monkeypatch.setattr("thrustcam.feedback.json_report.write_text", gone)
    ended = thrustcam("analyze", "a.mp4", "--json", "-", "--csv", tmp_path / "a.csv")
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "a.csv").exists()


def test_a_disk_that_fills_meanwhile_costs_no_table(thrustcam, engine, tmp_path, monkeypatch):
    def full(path, text):
        raise ThrustcamError("can't write: no space left")

    monkeypatch.setattr("thrustcam.feedback.json_report.write_text", full)
    ended = thrustcam("analyze", "a.mp4", "--json", tmp_path / "a.json")
    assert "no space left" in ended.refusal()
    assert "No hip thrust found" in ended.out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_one_line():
    command = [sys.executable, "-m", "thrustcam", "models"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "thrustcam: no space left on device: free some space and try again\n"


@posix
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(model, tmp_path, closed):
    clip = clips.truncated(tmp_path / "cut.mp4", 0.12)
    command = f'"{sys.executable}" -m thrustcam analyze "{clip}" --json "{tmp_path}/a.json" {closed}'
    done = subprocess.run(["sh", "-c", command], env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    jsonschema.validate(json.loads((tmp_path / "a.json").read_text("utf-8")), schema())


@pytest.mark.parametrize("arguments", [["--help"], ["models"], ["analyze", "größe✓.mp4"]])
def test_a_poor_encoding(thrustcam_process, arguments):
    ended = thrustcam_process(*arguments, env=environment(PYTHONIOENCODING="ascii"))
    assert ended.code == (2 if "analyze" in arguments else 0)
    assert (ended.out + ended.err).isascii()
    assert "Traceback" not in ended.err


# --- models -----------------------------------------------------------------------------------------------


def test_models_says_what_is_in_place(thrustcam, model):
    bare = thrustcam("models")
    assert bare == thrustcam("models", "list")
    lines = bare.out.splitlines()
    assert [line.split()[0] for line in lines] == ["lite", "full", "heavy", "kept"]
    assert "in place" in lines[1]
    assert str(model.parent) in lines[3]


def test_models_verify(thrustcam, model):
    assert thrustcam("models", "verify", "full").out == f"full is whole: {model}\n"
    assert f"full is whole: {model}\n" in thrustcam("models", "verify").out


def test_models_installed_by_hand(thrustcam, model, tmp_path, monkeypatch):
    monkeypatch.setenv("THRUSTCAM_MODELS", str(tmp_path))
    assert "No model is installed" in thrustcam("models", "verify").out
    assert "thrustcam models install full" in thrustcam("models", "verify", "full").refusal()
    published = model.parent / "published"
    ended = thrustcam("models", "install", "full", "--from", published)
    assert (ended.code, ended.out, ended.err) == (0, f"full is in place: {tmp_path / 'full.task'}\n", "")

    (tmp_path / "full.task").write_bytes(b"torn")
    assert "damaged" in thrustcam("models").out
    assert "damaged" in thrustcam("models", "verify").refusal()


def test_python_m_thrustcam_is_the_script():
    assert 'thrustcam = "thrustcam.cli:main"' in (ROOT / "pyproject.toml").read_text("utf-8")
