"""Writing a result: all of it or nothing, on stdout or in a file."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line

STDOUT = "-"
Destination = str | os.PathLike[str]


def check_writable(path: Destination) -> None:
    """Make sure that a result can be written to `path`, before the work begins. Leaves nothing behind.

    Raises
    ------
    ThrustcamError : when it can't, with what to do about it.
    """
    if os.fspath(path) == STDOUT:
        return
    with _explained(path):
        target = _checked(Path(path))
        if not _is_stream(target):
            with _beside(target):
                pass


def write_text(path: Destination, text: str) -> None:
    """Write `text` as UTF-8 to the file `path`, or to stdout for `-`.

    A file appears complete or not at all: what was there stays until the new text is on the disk, and
    nothing is left behind on failure. Links are followed; pipes and devices are written to as they are.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    BrokenPipeError : when whoever read stdout has gone (`thrustcam … | head`).
    """
    data = text.encode("utf-8")
    if os.fspath(path) == STDOUT:
        _write_stdout(text, data)
        return
    with _explained(path):
        target = _checked(Path(path))
        if _is_stream(target):
            target.write_bytes(data)
            return
        target = target.resolve()
        with _beside(target) as (temp, file):
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows replaces no open file
            if target.exists():
                shutil.copymode(target, temp)
            temp.replace(target)


@contextlib.contextmanager
def whole_file(path: Destination) -> Iterator[Path]:
    """A file to fill beside the file `path`, which it replaces when the block ends well.

    For writers that want a path of their own (a video's). Nothing is left behind on failure.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    with _explained(path):
        target = _checked(Path(path)).resolve()
        with _beside(target) as (temp, file):
            file.close()
            yield temp
            temp.replace(target)


def _write_stdout(text: str, data: bytes) -> None:
    try:
        sys.stdout.flush()
        copy = os.dup(sys.stdout.fileno())
    except BrokenPipeError:
        raise
    except (AttributeError, OSError, ValueError):  # not a real file: captured or redirected in Python
        sys.stdout.write(text)
        return
    # A copy of the descriptor: UTF-8 whatever the terminal's encoding, and after a failure nothing is left
    # in Python's own buffer to fail a second time, with a traceback, when the program ends.
    try:
        with os.fdopen(copy, "wb") as out:
            out.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ThrustcamError(
            f"can't write to stdout ({_reason(error)}): free space or name a file"
        ) from error


def _checked(target: Path) -> Path:
    """The path itself, when nothing about it speaks against writing there."""
    if target.is_dir() or not target.name:
        raise IsADirectoryError(None, "it is a folder")
    if not target.resolve().parent.is_dir():
        raise FileNotFoundError(None, "its folder does not exist")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(None, "it is read-only")
    return target


def _is_stream(target: Path) -> bool:
    """Whether this is a pipe or a device, which must be written to and never replaced."""
    return target.absolute().is_relative_to("/dev") or (target.exists() and not target.is_file())


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file in the target's folder, open for writing; gone afterwards unless it was moved."""
    temp = target.resolve().with_name(f".thrustcam-{secrets.token_hex(6)}.tmp")
    try:
        with temp.open("xb") as file:
            yield temp, file
    finally:
        temp.unlink(missing_ok=True)


@contextlib.contextmanager
def _explained(path: Destination) -> Iterator[None]:
    """Turn what the system says into one line that says what to do."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links
        name = one_line(os.fspath(path)) or "an empty name"
        raise ThrustcamError(f"can't write {name}: {_reason(error)}; {_remedy(error)}") from error


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text[:1].lower() + text[1:]


def _remedy(error: Exception) -> str:
    if isinstance(error, IsADirectoryError):
        return "name a file in it"
    if isinstance(error, FileNotFoundError):
        return "make the folder first"
    if isinstance(error, PermissionError):
        return "choose another place"
    return "free some space or choose another place"
