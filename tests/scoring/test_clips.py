"""What the user names, and the clips it means."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.scoring.clips import find_clips, is_url


@pytest.fixture
def folder(tmp_path):
    for name in ("b.mp4", "a.MOV", "deep/er/c.mkv", "notes.txt", ".hidden.mp4", ".git/d.mp4", "odd[1].mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"xx")
    return tmp_path


def names(found, folder):
    return [Path(path).relative_to(folder).as_posix() for path in found]


def test_a_folder_is_searched_by_suffix(folder):
    found = find_clips([str(folder)])
    assert names(found, folder) == ["a.MOV", "b.mp4", "deep/er/c.mkv", "odd[1].mp4"]
    assert set(found.values()) == {2}


def test_a_pattern(folder):
    assert names(find_clips([f"{folder}/**/*.mkv"]), folder) == ["deep/er/c.mkv"]


def test_a_name_that_looks_like_a_pattern(folder):
    assert names(find_clips([f"{folder}/odd[1].mp4"]), folder) == ["odd[1].mp4"]


def test_each_clip_once_however_it_is_named(folder):
    (folder / "link.mp4").symlink_to(folder / "b.mp4")
    named = [f"{folder}/b.mp4", str(folder), f"{folder}/deep/../b.mp4", f"{folder}/link.mp4"]
    assert len(find_clips(named)) == 4


def test_a_file_may_be_called_anything_and_be_missing(folder):
    assert len(find_clips([f"{folder}/notes.txt", f"{folder}/missing.mp4"])) == 2


@pytest.mark.parametrize("listed", [b"b.mp4\n\nodd name.mp4\r\n", b"b.mp4\0odd name.mp4\0"])
def test_a_list_on_stdin(monkeypatch, listed):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(listed)))
    assert list(find_clips(["-"])) == ["b.mp4", "odd name.mp4"]


def test_a_name_that_is_no_text(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"a\nb\xff.mp4\0")))
    (name,) = find_clips(["-"])
    assert os.fsencode(name) == b"a\nb\xff.mp4"


@pytest.mark.parametrize("named", ["{}/.git", "{}/*.webm"])
def test_no_clip_there(folder, named):
    (folder / ".git" / "d.mp4").unlink()
    with pytest.raises(ThrustcamError, match="no clip there"):
        find_clips([named.format(folder)])


def test_nothing_named(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    with pytest.raises(ThrustcamError, match="no clip is named"):
        find_clips(["-"])


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("s3://a/b.mp4", True),
        ("https://a/b.mp4", True),
        ("C:/a.mp4", False),
        ("a:b.mp4", False),
        ("a", False),
    ],
)
def test_urls(path, is_one):
    assert is_url(path) is is_one
    assert list(find_clips([path])) == [path]


def test_a_remote_folder(folder):
    pytest.importorskip("fsspec")
    assert [path.rsplit("/", 1)[1] for path in find_clips([f"file://{folder}/deep/"])] == ["c.mkv"]
    with pytest.raises(ThrustcamError, match="no clip there"):
        find_clips([f"file://{folder}/*.webm"])
    with pytest.raises(ThrustcamError, match="listed"):
        find_clips(["nosuch://a/*.mp4"])
