"""`thrustcam score` as the shell runs it: real clips in real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import clips
import junitparser
import pytest
from conftest import environment

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

HOSTILE = "a b'\"<i>;&|$(x)%25::error::##[x].mp4" if os.name == "posix" else "a b.mp4"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, model, short_set):
    """A good clip under a hostile name, its copy in a nested folder, and two that are damaged."""
    folder = tmp_path_factory.mktemp("clips")
    shutil.copy(short_set, folder / HOSTILE)
    (folder / "deep" / "er").mkdir(parents=True)
    shutil.copy(short_set, folder / "deep" / "er" / "copy.mp4")
    clips.unfinished(folder / "cut.mp4")
    clips.text(folder / "words.mp4")
    clips.numbered(folder / "bars.mp4")
    return folder


@pytest.fixture(scope="module")
def first(folder, tmp_path_factory, thrustcam_process):
    """The folder scored with everything that can be asked for: how it ended, and where things are."""
    out = tmp_path_factory.mktemp("out")
    files = [f"--{kind}={out / kind}" for kind in ("json", "junit", "csv")]
    pictures = ["--html", out / "all.html", "--video", out / "videos", "--blur-face"]
    (out / "summary").touch()
    ended = thrustcam_process(
        "score",
        folder,
        *files,
        *pictures,
        "--github",
        "--store",
        out / "store",
        env=environment(GITHUB_STEP_SUMMARY=str(out / "summary")),
    )
    return ended, out


def test_damaged_clips_are_reported_and_the_rest_is_scored(first):
    ended, out = first
    assert ended.code == 1, ended
    assert "Traceback" not in ended.err
    assert ended.err.splitlines()[-1].startswith("thrustcam: gate failed: --max-errors 0 at ")
    assert "2 clips scored" in ended.out
    document = json.loads((out / "json").read_text("utf-8"))
    errors = {Path(clip["path"]).name: clip["error"] for clip in document["clips"]}
    assert errors[HOSTILE] is None
    assert "cut off" in errors["cut.mp4"]
    assert "not a video" in errors["words.mp4"]
    assert errors["bars.mp4"].startswith("nobody to be seen in 1.0 s")
    assert [clip["analysis"]["summary"]["reps"] for clip in document["clips"] if clip["analysis"]] == [1, 1]
    assert len(junitparser.JUnitXml.fromfile(str(out / "junit"))) == 6
    assert (out / "csv").read_text("utf-8").count("\n") == 3
    assert "thrustcam" in (out / "summary").read_text("utf-8")
    assert "::error file=" in ended.out


def test_pages_and_videos_are_where_the_page_says(first):
    _, out = first
    document = json.loads((out / "json").read_text("utf-8"))
    listed = (out / "all.html").read_text("utf-8")
    for clip in document["clips"]:
        if clip["analysis"]:
            page = (out / "all-clips" / clip["page"]).read_text("utf-8")
            assert 'href="../all.html"' in page
            assert "data:image/jpeg" in page
            assert (out / "videos" / clip["video"]).stat().st_size > 10_000
            assert f'href="all-clips/{clip["page"]}"' in listed


def test_the_same_verdicts_as_analyze(first, thrustcam, folder, tmp_path):
    _, out = first
    assert thrustcam("analyze", folder / HOSTILE, "--json", tmp_path / "one.json").code == 0
    single = json.loads((tmp_path / "one.json").read_text("utf-8"))
    document = json.loads((out / "json").read_text("utf-8"))
    scored = next(clip["analysis"] for clip in document["clips"] if clip["path"].endswith(HOSTILE))
    assert scored == {name: part for name, part in single.items() if name not in ("series", "schema")}


def test_resumed_it_says_the_same_and_analyses_nothing(first, folder, thrustcam_process, tmp_path):
    _, out = first
    before = {file: file.stat().st_mtime_ns for file in (out / "videos").iterdir()}
    again = ["--resume", "--store", out / "store", "--json", tmp_path / "json", "--max-errors", 3]
    pictures = ["--html", out / "all.html", "--video", out / "videos", "--blur-face"]
    ended = thrustcam_process("score", folder, *again, *pictures, "--jobs", 1)
    assert ended.code == 0, ended
    old, new = (json.loads((where / "json").read_text("utf-8")) for where in (out, tmp_path))
    assert old["clips"] == new["clips"]
    assert {file: file.stat().st_mtime_ns for file in (out / "videos").iterdir()} == before


def test_gates_and_the_list_on_stdin(first, folder, tmp_path):
    _, out = first
    (tmp_path / "expected.toml").write_text(
        f"[clips.{json.dumps(str(folder / HOSTILE))}]\nreps = 2\n", "utf-8"
    )
    command = [sys.executable, "-m", "thrustcam", "score", "-", "--resume", "--store", out / "store"]
    gates = ["--require", "lockout=not_assessable", "--expect", tmp_path / "expected.toml", "--json", "-"]
    listed = os.fsencode(folder / HOSTILE)
    done = subprocess.run(
        [*command, *gates], input=listed, env=environment(), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert [gate["held"] for gate in document["gates"]] == [False, False, True]
    last = done.stderr.decode().splitlines()[-1]
    assert "--require lockout=not_assessable" in last
    assert "1 reps, 2 expected" in last


def test_nothing_that_could_be_scored(thrustcam, model, tmp_path):
    clips.text(tmp_path / "words.mp4")
    said = thrustcam("score", tmp_path, "--store", tmp_path / "store").err.splitlines()[-1]
    assert "none of the clips could be scored" in said
    assert "not a video" in said


@posix
def test_ctrl_c_says_how_to_go_on(model, tmp_path):
    command = [
        sys.executable,
        "-m",
        "thrustcam",
        "score",
        clips.SAMPLES,
        "--store",
        tmp_path / "store",
        "-j1",
    ]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not (tmp_path / "store").exists() and time.monotonic() < deadline:
        time.sleep(0.1)  # until the work begins
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert out == b""
    assert err.decode().splitlines()[-1].endswith("the same command with --resume goes on from there")
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "PATH"),
        (["no-such-folder/*.mp4"], "no clip there"),
        (["a.mp4", "--engine", "spark"], "local or ray"),
        (["a.mp4", "--jobs", "0"], "--jobs"),
        (["a.mp4", "--min-score", "101"], "--min-score"),
        (["a.mp4", "--require", "lockout"], "RULE=VERDICT"),
        (["a.mp4", "--require", "lokout=ok"], "lockout"),
        (["a.mp4", "--expect", "missing.toml"], "missing.toml"),
        (["a.mp4", "--profile", "barbel"], "barbell"),
        (["a.mp4", "--model", "huge"], "full"),
        (["a.mp4", "--html", "-"], "--html"),
        (["a.mp4", "--json", "-", "--csv", "-"], "two files"),
        (["a.mp4", "--json", "no/where.json"], "make the folder first"),
        (["a.mp4", "--blur-face"], "--html or --video"),
        (["a.mp4", "--json", "a.mp4"], "overwrite a clip"),
        (["a.mp4", "--store", "a.mp4/store"], "--store"),
        (["a.mp4", "--video", "a.mp4"], "folder"),
    ],
)
def test_what_is_refused_before_the_work_begins(thrustcam, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("thrustcam.scoring.local.run", None)
    clips.text(tmp_path / "a.mp4")
    ended = thrustcam("score", *arguments)
    assert said in ended.refusal()
    assert ended.out == ""
