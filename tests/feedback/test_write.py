from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.write import check_writable, write_text

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


def refused(call, *args) -> str:
    with pytest.raises(ThrustcamError) as caught:
        call(*args)
    said = str(caught.value)
    assert said.isprintable()
    return said


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def full_disk(monkeypatch):
    def fsync(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fsync)


def test_writes_utf8_and_leaves_nothing_else(tmp_path):
    write_text(tmp_path / "a.txt", "6° ✓\n")
    assert (tmp_path / "a.txt").read_bytes() == "6° ✓\n".encode()
    assert names(tmp_path) == ["a.txt"]


def test_a_check_leaves_nothing_behind(tmp_path):
    check_writable("-")
    check_writable(tmp_path / "new.json")
    (tmp_path / "old.json").write_text("old")
    check_writable(str(tmp_path / "old.json"))
    assert names(tmp_path) == ["old.json"]
    assert (tmp_path / "old.json").read_text() == "old"


@pytest.mark.parametrize("call", [check_writable, lambda path: write_text(path, "x")])
def test_a_path_that_cannot_be_written_says_what_to_do(tmp_path, call):
    (tmp_path / "file").write_text("")
    assert "make the folder first" in refused(call, tmp_path / "missing" / "a.json")
    assert "make the folder first" in refused(call, tmp_path / "file" / "a.json")
    assert "name a file in it" in refused(call, tmp_path)
    assert "name a file" in refused(call, "")
    assert "can't write" in refused(call, tmp_path / ("n" * 300))
    assert "can't write" in refused(call, "nul\0byte")
    assert "\\x1b" in refused(call, tmp_path / "esc\x1b[31m\n" / "a.json")
    assert names(tmp_path) == ["file"]


@posix
def test_a_read_only_file_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anything
    assert "read-only" in refused(check_writable, path)
    assert "read-only" in refused(write_text, path, "new")
    assert path.read_text() == "old"


def test_a_full_disk_keeps_the_old_file(tmp_path, full_disk):
    path = tmp_path / "a.json"
    path.write_text("old")
    assert "free some space" in refused(write_text, path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.json"]


def test_an_interrupt_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "a.json", "new")
    assert names(tmp_path) == []


@posix
def test_mode_and_links_stay(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@posix
def test_a_new_file_gets_the_usual_mode(tmp_path):
    (tmp_path / "usual").write_text("")
    write_text(tmp_path / "new", "x")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@posix
def test_a_device_is_written_to_not_replaced():
    check_writable("/dev/null")
    write_text("/dev/null", "x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@posix
def test_a_loop_of_links_is_an_error_to_read(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "can't write" in refused(write_text, tmp_path / "a", "x")


def test_a_dash_is_stdout(capsys):
    write_text("-", "6°\n")
    assert capsys.readouterr().out == "6°\n"


def test_stdout_replaced_in_python(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    write_text("-", "6°")
    assert out.getvalue() == "6°"


@posix
def test_stdout_is_utf8_whatever_the_locale_and_a_full_one_one_line():
    code = "import sys; from thrustcam.feedback.write import write_text\nprint('first')\n"
    go = [sys.executable, "-c", code + "write_text('-', '6°')"]
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])}
    got = subprocess.run(go, env=env, capture_output=True, check=True)
    assert got.stdout == "first\n6°".encode()
    if not Path("/dev/full").exists():
        return
    code = (
        "import sys\nfrom thrustcam.errors import ThrustcamError\n"
        "from thrustcam.feedback.write import write_text\n"
        "try: write_text('-', 'x' * 9)\nexcept ThrustcamError as e: print(e, file=sys.stderr); sys.exit(2)"
    )
    with Path("/dev/full").open("w") as full:
        got = subprocess.run(
            [sys.executable, "-c", code], env=env, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert got.returncode == 2
    assert got.stderr.decode().count("\n") == 1
