"""The pose models on this machine: find, fetch, check and keep them.

A model is one ``<name>.task`` file in the models folder, made from two published files whose sha256 is
pinned in the manifest, ``models.toml``. ``<name>.json`` beside it says what it was made from; ``published/``
keeps those two files, so that a newer thrustcam can make the bundle anew without a network.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thrustcam.errors import ThrustcamError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

DEFAULT = "full"
FOLDER_VARIABLE = "THRUSTCAM_MODELS"

_FIRST_BYTE_S = 8.0  # a firewalled host swallows packets silently; nobody should wait for it
_CONNECT_S, _READ_S = 5.0, 30.0
_STALE_S = 3600.0
_DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}

Report = Callable[[str, int, "int | None"], None]
"""Told what is being fetched, the bytes that have arrived and the bytes expected (None: unknown)."""


@dataclass(frozen=True)
class ModelFile:
    """One published TensorFlow Lite file."""

    file: str
    title: str
    licence: str
    sha256: tuple[str, ...]
    """Every hash accepted for this file."""
    url: str
    wheel: str | None
    """Its path inside the wheel, None where the wheel lacks it."""
    bytes: int | None
    """Its size, None where unknown."""


@dataclass(frozen=True)
class Model:
    """A pose model the user can ask for by name: a detector and a landmark model."""

    name: str
    detector: ModelFile
    landmarks: ModelFile

    @property
    def title(self) -> str:
        """One line for a list."""
        return self.landmarks.title


class _Unavailable(Exception):  # noqa: N818  # not an error yet: the next source may have the file
    """A source can't give a file; the text says why in a few words."""


# --- what there is ------------------------------------------------------------------------------------------


def catalogue() -> list[Model]:
    """List the models thrustcam knows, in the manifest's order, installed or not."""
    manifest = _manifest()
    detector = _model_file(manifest["detector"])
    return [Model(name, detector, _model_file(entry)) for name, entry in manifest["landmarks"].items()]


def models_folder() -> Path:
    """Where the models are kept: ``THRUSTCAM_MODELS`` or the user's data folder. It need not exist."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).expanduser()
    import platformdirs  # noqa: PLC0415  # only needed here

    return Path(platformdirs.user_data_dir("thrustcam", appauthor=False)) / "models"


def installed(name: str) -> Path | None:
    """Give the path of an installed, undamaged, up-to-date model, or None. Touches no network.

    Raises
    ------
    ThrustcamError
        When there is no model of that name.
    """
    _find(name)
    try:
        return verify(name)
    except ThrustcamError:
        return None


def verify(name: str) -> Path:
    """Check an installed model against its record and the manifest (about 10 ms) and give its path.

    Raises
    ------
    ThrustcamError
        When the model is unknown, not installed, damaged, or made by another version of the assembly.
    """
    from thrustcam.poses.assemble import ASSEMBLY_VERSION  # noqa: PLC0415  # imports numpy

    model = _find(name)
    task, record_path = _task_path(name), _record_path(name)
    mend = f"run `thrustcam models install {name}`"
    try:
        record = dict(json.loads(record_path.read_text("utf-8")))
        sources = dict(record.get("sources", {}))
        data = task.read_bytes()
    except FileNotFoundError:
        raise ThrustcamError(f"the pose model {name} is not installed: {mend}") from None
    except (OSError, ValueError, TypeError) as problem:
        raise ThrustcamError(f"the pose model {name} can't be read ({_reason(problem)}): {mend}") from None
    if record.get("assembly") != ASSEMBLY_VERSION:
        raise ThrustcamError(f"the pose model {name} was made by another version of thrustcam: {mend}")
    if any(sources.get(f.file) not in f.sha256 for f in (model.detector, model.landmarks)):
        raise ThrustcamError(f"the pose model {name} was made from files the manifest doesn't list: {mend}")
    if record.get("bytes") != len(data) or record.get("sha256") != sha256(data):
        raise ThrustcamError(f"the pose model {name} is damaged: {mend}")
    return task


def sha256(data: bytes) -> str:
    """Hash bytes, as the manifest and the results name files."""
    return hashlib.sha256(data).hexdigest()


# --- installing ---------------------------------------------------------------------------------------------


def install(name: str, *, source: Path | None = None, progress: bool = True) -> Path:
    """Make a model available and give the path of its ``.task`` file; quick and offline when it already is.

    Parameters
    ----------
    name
        ``lite``, ``full`` or ``heavy``.
    source
        Take the published files from here first: a ``.tflite``, the wheel, or a folder of either.
    progress
        Show a bar on stderr while something is fetched.

    Raises
    ------
    ThrustcamError
        One line: no source could give a file with the right sha256, `source` holds the wrong file, or the
        models folder can't be written. Nothing half-made is left behind, also after Ctrl-C.
    """
    model = _find(name)
    if source is None and (task := installed(name)):
        return task
    folder = models_folder()
    try:
        with _scratch(folder) as scratch, _bar(progress) as report:
            files = _gather(model, source, scratch, report)
            _put_in_place(model, files, scratch)
    except OSError as problem:
        if source is None and (task := installed(name)):
            return task  # another process was installing too, and got there first
        raise ThrustcamError(
            f"can't write the pose models to {folder} ({_reason(problem)}): "
            f"make room there or set {FOLDER_VARIABLE} to another folder"
        ) from None
    return _task_path(name)


def _put_in_place(model: Model, files: dict[str, bytes], scratch: Path) -> None:
    """Write everything aside, then move each file over in one step: readers never see half a file."""
    from thrustcam import __version__  # noqa: PLC0415
    from thrustcam.poses.assemble import ASSEMBLY_VERSION, assemble  # noqa: PLC0415  # imports numpy

    task = assemble(files[model.detector.file], files[model.landmarks.file])
    record = {
        "model": model.name,
        "sha256": sha256(task),
        "bytes": len(task),
        "sources": {file: sha256(data) for file, data in files.items()},
        "assembly": ASSEMBLY_VERSION,
        "thrustcam": __version__,
    }
    contents = {_published_path(file): data for file, data in files.items()}
    contents[_task_path(model.name)] = task
    contents[_record_path(model.name)] = (json.dumps(record, indent=1) + "\n").encode()  # last: it vouches
    for goal, data in contents.items():
        aside = scratch / f"{goal.name}.ready"
        with aside.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        goal.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(goal)


def _gather(model: Model, source: Path | None, scratch: Path, report: Report) -> dict[str, bytes]:
    """Contents of the model's two files, hashes checked: by hand, kept from before, or fetched."""
    files: dict[str, bytes] = {}
    wanted = [model.landmarks, model.detector]
    if source is not None:
        files |= _by_hand(wanted, source)
        if model.landmarks.file not in files:
            raise ThrustcamError(
                f"{source} holds no {model.landmarks.file}: give that file, the wheel "
                f"{_manifest()['sources']['wheel']['requirement']}, or a folder of either"
            )
    for entry in wanted:
        kept = _published_path(entry.file)
        if entry.file not in files and kept.is_file() and sha256(data := kept.read_bytes()) in entry.sha256:
            files[entry.file] = data
    missing = [entry for entry in wanted if entry.file not in files]
    return files | (_fetch(model, missing, scratch, report) if missing else {})


def _by_hand(wanted: list[ModelFile], source: Path) -> dict[str, bytes]:
    """Take what `source` holds of the wanted files; the wrong file under the right name is refused."""
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
    except _Unavailable as reason:
        raise ThrustcamError(f"{source} refused: {reason}") from None
    except OSError as problem:
        raise ThrustcamError(f"{source} can't be read ({_reason(problem)})") from None
    return found


def _recognised(place: Path, wanted: list[ModelFile], *, refuse: bool) -> dict[str, bytes]:
    data = place.read_bytes()
    for entry in wanted:
        if sha256(data) in entry.sha256:
            return {entry.file: data}
        if refuse and place.name == entry.file:
            raise _Unavailable(_wrong_hash(entry, data))
    return {}


def _fetch(model: Model, missing: list[ModelFile], scratch: Path, report: Report) -> dict[str, bytes]:
    """Ask one source after the other; a file that is not the published one counts as not had."""
    files: dict[str, bytes] = {}
    reasons: list[str] = []
    for name, source in (("google", _from_url), ("wheel", _from_wheel)):
        left = [entry for entry in missing if entry.file not in files]
        try:
            for file, data in source(left, scratch, report):
                files[file] = data
        except _Unavailable as reason:
            reasons.append(f"{_manifest()['sources'][name]['title']}: {reason}")
        else:
            return files
    hint = f"place the file by hand with `thrustcam models install {model.name} --from FILE_OR_FOLDER`"
    if model.landmarks.wheel is None:
        hint = f"use the model {DEFAULT}, which PyPI carries, or {hint}"
    raise ThrustcamError(f"can't fetch the pose model {model.name} ({'; '.join(reasons)}): {hint}")


def _checked(entry: ModelFile, path: Path) -> bytes:
    """Give a fetched file's contents; when it is not the published file, delete it and refuse."""
    data = path.read_bytes()
    if sha256(data) not in entry.sha256:
        path.unlink()
        raise _Unavailable(_wrong_hash(entry, data))
    return data


def _wrong_hash(entry: ModelFile, data: bytes) -> str:
    accepted = " or ".join(f"{known[:12]}…" for known in entry.sha256)
    return f"{entry.file} has the wrong sha256 {sha256(data)[:12]}…, not {accepted}"


# --- first source: Google's host ----------------------------------------------------------------------------


def _from_url(entries: list[ModelFile], scratch: Path, report: Report) -> Iterator[tuple[str, bytes]]:
    prefix = _manifest()["sources"]["google"]["url_prefix"]
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
            raise _Unavailable("no answer")
    if problems:
        problem = problems[0]
        if isinstance(problem, OSError) and problem.errno in _DISK_ERRORS:
            raise problem
        status = getattr(getattr(problem, "response", None), "status_code", None)
        raise _Unavailable(f"answered {status}" if status else "not reachable")


# --- second source: the wheel, through the user's own pip ---------------------------------------------------


def _from_wheel(entries: list[ModelFile], scratch: Path, report: Report) -> Iterator[tuple[str, bytes]]:
    if absent := [entry.file for entry in entries if entry.wheel is None]:
        raise _Unavailable(f"doesn't carry {absent[0]}")  # before fetching 35 MB in vain
    folder = scratch / "wheel"
    folder.mkdir()
    _pip_download(folder, report)
    wheels = sorted(folder.glob("*.whl"))
    files = _open_wheel(wheels[0], entries) if wheels else {}
    if absent := [entry.file for entry in entries if entry.file not in files]:
        raise _Unavailable(f"lacks {absent[0]}")
    yield from files.items()


def _pip_download(folder: Path, report: Report) -> None:
    """Let pip fetch the wheel: mirrors, proxies and certificates are configured there."""
    wheel = _manifest()["sources"]["wheel"]
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
        return _Unavailable(errors[-1])
    return _Unavailable(said[-1] if said else "pip failed")


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if on_path := shutil.which("pip") or shutil.which("pip3"):
        return [on_path]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "--quiet", "pip"]
    raise _Unavailable("no pip found (environments made by uv have none: `uv pip install pip`)")


@contextlib.contextmanager
def _running(command: list[str], environment: dict[str, str], log: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command that does not outlive the block, also when Ctrl-C ends it."""
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    except OSError as problem:
        raise _Unavailable(f"{command[0]} does not start ({_reason(problem)})") from None
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
        raise _Unavailable(f"{wheel.name} is damaged") from None
    for entry in entries:
        if entry.file in files and sha256(files[entry.file]) not in entry.sha256:
            raise _Unavailable(_wrong_hash(entry, files[entry.file]))
    return files


# --- the models folder and the manifest ---------------------------------------------------------------------


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Make a folder inside `folder` (so that moving out of it is one step), gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    mine = f".fetch-{platform.node()}-"
    for old in folder.glob(".fetch-*"):
        if _abandoned(old, mine):
            shutil.rmtree(old, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"{mine}{os.getpid()}-", dir=folder))
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _abandoned(scratch: Path, mine: str) -> bool:
    """Tell a killed process's leftovers from the scratch folder of one still at work."""
    try:
        if time.time() - scratch.stat().st_mtime > _STALE_S:
            return True
    except FileNotFoundError:
        return False
    pid = scratch.name.removeprefix(mine).partition("-")[0]
    if os.name != "posix" or not scratch.name.startswith(mine) or not pid.isdigit():
        return False  # another machine's, or Windows, where signal 0 is not a harmless question
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # alive, another user's
    return False


@contextlib.contextmanager
def _bar(shown: bool) -> Iterator[Report]:
    if not shown:
        yield lambda _what, _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415  # 50 ms that a cached model need not wait for
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("pose model", total=None)
        yield lambda what, done, total: bar.update(line, description=what, completed=done, total=total)


def _size(path: Path) -> int:
    """Bytes in a file, or in all files under a folder; 0 for what is not there (any more)."""
    inside = [Path(folder, name) for folder, _, names in os.walk(path) for name in names]
    total = 0
    for file in [path, *inside]:
        with contextlib.suppress(OSError):  # pip moves its files about meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total


def _task_path(name: str) -> Path:
    return models_folder() / f"{name}.task"


def _record_path(name: str) -> Path:
    return models_folder() / f"{name}.json"


def _published_path(file: str) -> Path:
    return models_folder() / "published" / file


def _find(name: str) -> Model:
    models = {model.name: model for model in catalogue()}
    if name not in models:
        raise ThrustcamError(f"no pose model named {name!r}: there are {', '.join(models)}")
    return models[name]


def _manifest_path() -> Path:
    """In an installed package the manifest lies beside this module, in a checkout in ``models/``."""
    here = Path(__file__).resolve()
    places = (here.with_name("models.toml"), here.parents[2] / "models" / "models.toml")
    for place in places:
        if place.is_file():
            return place
    raise ThrustcamError(f"the list of pose models is missing ({places[0]}): install thrustcam again")


@functools.cache
def _read_manifest(path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    return manifest


def _manifest() -> dict[str, Any]:
    return _read_manifest(_manifest_path())


def _model_file(entry: dict[str, Any]) -> ModelFile:
    return ModelFile(
        file=entry["file"],
        title=entry["title"],
        licence=entry["licence"],
        sha256=tuple(entry["sha256"]),
        url=entry["url"],
        wheel=entry.get("wheel"),
        bytes=entry.get("bytes"),
    )


def _reason(problem: Exception) -> str:
    strerror = getattr(problem, "strerror", None)
    return (strerror or type(problem).__name__).lower()
