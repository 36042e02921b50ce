"""Where a model's published files come from: Google's host, the wheel on PyPI, or the user's hand.

Whatever gave a file, it counts only when its sha256 is in the manifest.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from thrustcam.errors import ThrustcamError
from thrustcam.poses.manifest import DEFAULT, Model, ModelFile, source_facts

_FIRST_BYTE_S = 8.0  # a firewalled host swallows packets silently; nobody should wait for it
_CONNECT_S, _READ_S = 5.0, 30.0
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}

Report = Callable[[str, int, "int | None"], None]
"""Told what is being fetched, the bytes that have arrived and the bytes expected (None: unknown)."""


class Unavailable(Exception):  # noqa: N818  # not an error yet: the next source may have the file
    """A source can't give a file; the text says why in a few words."""


def fetch(model: Model, missing: list[ModelFile], scratch: Path, report: Report) -> dict[str, bytes]:
    """Ask one source after the other; a file that is not the published one counts as not had.

    Parameters
    ----------
    missing : which of the model's files to get.
    scratch : an empty folder to download into; the caller clears it away.

    Raises
    ------
    ThrustcamError : when no source could give them all, with what each one said and what to do.
    OSError : when the disk is full or closed to us: no other source would help.
    """
    files: dict[str, bytes] = {}
    reasons: list[str] = []
    for name, source in (("google", _from_url), ("wheel", _from_wheel)):
        left = [entry for entry in missing if entry.file not in files]
        try:
            for file, data in source(left, scratch, report):
                files[file] = data
        except Unavailable as reason:
            reasons.append(f"{source_facts(name)['title']}: {reason}")
        else:
            return files
    hint = f"place the file by hand with `thrustcam models install {model.name} --from FILE_OR_FOLDER`"
    if model.landmarks.wheel is None:
        hint = f"use the model {DEFAULT}, which PyPI carries, or {hint}"
    raise ThrustcamError(f"can't fetch the pose model {model.name} ({'; '.join(reasons)}): {hint}")


def sha256(data: bytes) -> str:
    """Hash bytes, as the manifest and the results name files."""
    return hashlib.sha256(data).hexdigest()


def _checked(entry: ModelFile, path: Path) -> bytes:
    """Give a fetched file's contents; when it is not the published file, delete it and refuse."""
    data = path.read_bytes()
    if sha256(data) not in entry.sha256:
        path.unlink()
        raise Unavailable(_wrong_hash(entry, data))
    return data


def _wrong_hash(entry: ModelFile, data: bytes) -> str:
    accepted = " or ".join(f"{known[:12]}…" for known in entry.sha256)
    return f"{entry.file} has the wrong sha256 {sha256(data)[:12]}…, not {accepted}"


# --- first source: Google's host ----------------------------------------------------------------------------


def _from_url(entries: list[ModelFile], scratch: Path, report: Report) -> Iterator[tuple[str, bytes]]:
    prefix = source_facts("google")["url_prefix"]
    for entry in entries:
        path = scratch / entry.file
        _download(prefix + entry.url, path, entry, report)
        yield entry.file, _checked(entry, path)


def _download(url: str, path: Path, entry: ModelFile, report: Report) -> None:
    """Fetch in a thread that can be given up: slow name look-ups and many dead addresses heed no timeout."""
    problems: list[Exception] = []

    def run() -> None:
        try:
            import pooch  # noqa: PLC0415  # brings requests along

            pooch.HTTPDownloader(timeout=(_CONNECT_S, _READ_S))(url, str(path), None)
        except Exception as problem:  # whatever went wrong is judged below, in the caller's thread
            problems.append(problem)

    fetching = threading.Thread(target=run, daemon=True, name="thrustcam-model-download")
    fetching.start()
    give_up = time.monotonic() + _FIRST_BYTE_S
    while fetching.is_alive():
        fetching.join(0.1)
        done = _size(path)
        report(entry.file, done, entry.bytes)
        if not done and time.monotonic() > give_up:
            raise Unavailable("no answer")
    if problems:
        problem = problems[0]
        if isinstance(problem, OSError) and problem.errno in _DISK_ERRORS:
            raise problem
        status = getattr(getattr(problem, "response", None), "status_code", None)
        raise Unavailable(f"answered {status}" if status else "not reachable")


# --- second source: the wheel, through the user's own pip ---------------------------------------------------


def _from_wheel(entries: list[ModelFile], scratch: Path, report: Report) -> Iterator[tuple[str, bytes]]:
    if absent := [entry.file for entry in entries if entry.wheel is None]:
        raise Unavailable(f"doesn't carry {absent[0]}")  # before fetching 35 MB in vain
    folder = scratch / "wheel"
    folder.mkdir()
    _pip_download(folder, report)
    wheels = sorted(folder.glob("*.whl"))
    files = _open_wheel(wheels[0], entries) if wheels else {}
    if absent := [entry.file for entry in entries if entry.file not in files]:
        raise Unavailable(f"lacks {absent[0]}")
    yield from files.items()


def _pip_download(folder: Path, report: Report) -> None:
    """Let pip fetch the wheel: mirrors, proxies and certificates are configured there."""
    wheel = source_facts("wheel")
    command = [*_pip(), "download", wheel["requirement"], "--dest", str(folder), "--no-deps"]
    command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", wheel["python_version"]]
    command += ["--platform", wheel["platform"], "--progress-bar=off", "--no-input", "--retries=2"]
    # pip downloads into its temporary folder first: ours, so that the bytes can be watched and cleared away.
    partial = folder / "partial"
    partial.mkdir()
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(partial))
    with (folder / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        with _running(command, environment, log) as pip:
            while pip.poll() is None:
                report(wheel["title"], min(_size(folder), wheel["bytes"]), wheel["bytes"])
                with contextlib.suppress(subprocess.TimeoutExpired):
                    pip.wait(0.1)
        log.seek(0)
        said = [line.strip() for line in log if line.strip()]
    if pip.returncode:
        raise _pip_problem(said)
    report(wheel["title"], wheel["bytes"], wheel["bytes"])


def _pip_problem(said: list[str]) -> Exception:
    if any("[Errno 28]" in line for line in said):  # pip wraps it in a traceback
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    errors = [line.removeprefix("ERROR:").strip() for line in said if line.startswith("ERROR:")]
    if errors and errors[-1] != "Exception:":
        return Unavailable(errors[-1])
    return Unavailable(said[-1] if said else "pip failed")


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if on_path := shutil.which("pip") or shutil.which("pip3"):
        return [on_path]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "--quiet", "pip"]
    raise Unavailable("no pip found (environments made by uv have none: `uv pip install pip`)")


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], log: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command that does not outlive the block, also when Ctrl-C ends it."""
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    except OSError as problem:
        raise Unavailable(f"{command[0]} does not start ({why(problem)})") from None
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _open_wheel(wheel: Path, entries: list[ModelFile]) -> dict[str, bytes]:
    """Take files out of a wheel, hashes checked."""
    files = {}
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
            for entry in entries:
                if entry.wheel in names:
                    files[entry.file] = archive.read(entry.wheel)
    except zipfile.BadZipFile:
        raise Unavailable(f"{wheel.name} is damaged") from None
    for entry in entries:
        if entry.file in files and sha256(files[entry.file]) not in entry.sha256:
            raise Unavailable(_wrong_hash(entry, files[entry.file]))
    return files


def _size(path: Path) -> int:
    """Bytes in a file, or in all files under a folder; 0 for what is not there (any more)."""
    inside = [Path(folder, name) for folder, _, names in os.walk(path) for name in names]
    total = 0
    for file in [path, *inside]:
        with contextlib.suppress(OSError):  # pip moves its files about meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total


# --- third source: the user's hand --------------------------------------------------------------------------


def take_by_hand(model: Model, source: Path) -> dict[str, bytes]:
    """Take the model's landmark file, and its detector if there, out of what the user gave.

    Parameters
    ----------
    source : a ``.tflite``, the wheel, or a folder of either. It is only read.

    Raises
    ------
    ThrustcamError : when it lacks the landmark file, or holds another file under that name.
    """
    wanted = [model.landmarks, model.detector]
    if not source.exists():
        raise ThrustcamError(f"no such file or folder: {source}")
    given = sorted(source.iterdir()) if source.is_dir() else [source]
    beside = [] if source.is_dir() else sorted(source.parent.glob("*.tflite"))  # often the detector
    found: dict[str, bytes] = {}
    try:
        for place in given:
            if place.suffix == ".whl":
                found |= _open_wheel(place, wanted)
            elif place.suffix == ".tflite":
                found |= _recognised(place, wanted, refuse=True)
        for place in beside:
            found = _recognised(place, wanted, refuse=False) | found
    except Unavailable as reason:
        raise ThrustcamError(f"{source} refused: {reason}") from None
    except OSError as problem:
        raise ThrustcamError(f"{source} can't be read ({why(problem)})") from None
    if model.landmarks.file not in found:
        wheel = source_facts("wheel")["requirement"]
        raise ThrustcamError(
            f"{source} holds no {model.landmarks.file}: "
            f"give that file, the wheel {wheel}, or a folder of either"
        )
    return found


def _recognised(place: Path, wanted: list[ModelFile], *, refuse: bool) -> dict[str, bytes]:
    data = place.read_bytes()
    for entry in wanted:
        if sha256(data) in entry.sha256:
            return {entry.file: data}
        if refuse and place.name == entry.file:
            raise Unavailable(_wrong_hash(entry, data))
    return {}


def why(problem: Exception) -> str:
    """Say in a few lower-case words what went wrong with a file, for the inside of a message."""
    strerror = getattr(problem, "strerror", None)
    return (strerror or type(problem).__name__).lower()
