"""What the user named → the clips it means."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line

STDIN = "-"

SUFFIXES = frozenset(
    f".{kind}"
    for kind in (
        *("3g2", "3gp", "avi", "flv", "m2ts", "m4v", "mkv", "mov"),
        *("mp4", "mpeg", "mpg", "mts", "ogv", "ts", "webm", "wmv"),
    )
)
"""What a video file in a folder is told by. A file that is named itself may be called anything."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(::[^:]+)*://")


def is_url(path: str) -> bool:
    """Whether this is an address for fsspec (`s3://`, `gs://`, `https://`) rather than a path."""
    return _URL.match(path) is not None


def find_clips(named: Iterable[str]) -> dict[str, int]:
    """Every clip that is meant, each once, with its size in bytes (0 where nobody knows).

    Parameters
    ----------
    named : files, folders (searched with all that is in them, by `SUFFIXES`), patterns (`**/*.mp4`),
        fsspec URLs of any of these, `-` for a list on stdin, one a line or separated by NUL.

    Raises
    ------
    ThrustcamError : when a folder or a pattern holds no clip, or nothing is named at all.
    """
    found: dict[str, int] = {}
    places: set[str] = set()
    for name in _spelled_out(named):
        for path in _meant(name):
            place = path if is_url(path) else os.path.realpath(path)
            if place not in places:
                places.add(place)
                found[path] = 0 if is_url(path) else _size(path)
    if not found:
        raise ThrustcamError("no clip is named: give files, folders or patterns, or a list on stdin with -")
    return found


def _spelled_out(named: Iterable[str]) -> Iterator[str]:
    for name in named:
        if name == STDIN:
            yield from _listed()
        else:
            yield name


def _listed() -> Iterator[str]:
    """The paths on stdin, as the system spells them: a name need not be text."""
    data = getattr(sys.stdin, "buffer", sys.stdin).read()
    data = data.encode() if isinstance(data, str) else data
    for line in data.split(b"\0" if b"\0" in data else b"\n"):
        name = os.fsdecode(line.removesuffix(b"\r") if b"\0" not in data else line)
        if name.strip():
            yield name


def _meant(name: str) -> list[str]:
    if is_url(name):
        return _remote(name)
    path = Path(name)
    try:
        if path.is_dir():
            return _nonempty(sorted(_videos(path)), name)
        if path.exists() or not glob.has_magic(name):
            return [name]  # one that is missing is reported like any other bad clip
        matching = glob.glob(name, recursive=True)  # noqa: PTH207  # a pattern may start anywhere
        return _nonempty(sorted(matching), name)
    except (OSError, ValueError):  # a name no system takes (too long, a NUL in it)
        return [name]


def _nonempty(paths: list[str], name: str) -> list[str]:
    paths = [path for path in paths if not Path(path).is_dir()]
    if not paths:
        raise ThrustcamError(f"{one_line(name)}: no clip there; a video's name ends in .mp4, .mov, .mkv, …")
    return paths


def _videos(folder: Path) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield str(Path(where) / name)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return 0


def _remote(url: str) -> list[str]:
    """The clips behind a URL: one itself, or those in a folder or pattern of a store that can list them."""
    if not (glob.has_magic(url) or url.endswith("/")) or url.startswith(("http://", "https://")):
        return [url]
    try:
        import fsspec  # noqa: PLC0415  # only the extra `ray` brings it
    except ImportError:
        raise ThrustcamError(
            f"{one_line(url)}: clips behind a URL need `pip install 'thrustcam[ray]'`"
        ) from None
    try:
        fs: Any
        fs, where = fsspec.core.url_to_fs(url)
        inside = fs.glob(where) if glob.has_magic(url) else fs.find(where)
        found = [fs.unstrip_protocol(path) for path in sorted(inside)]
    except Exception as error:  # each file system has errors of its own
        why = one_line(str(error)) or type(error).__name__
        raise ThrustcamError(f"{one_line(url)}: can't be listed ({why})") from error
    return _nonempty_urls([path for path in found if Path(path).suffix.lower() in SUFFIXES], url)


def _nonempty_urls(urls: list[str], name: str) -> list[str]:
    if not urls:
        raise ThrustcamError(f"{one_line(name)}: no clip there; a video's name ends in .mp4, .mov, .mkv, …")
    return urls
