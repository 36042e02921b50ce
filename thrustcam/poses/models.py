"""The pose models on this machine: find, install, check and keep them.

A model is one ``<name>.task`` file in the models folder, made from two published files whose sha256 is
pinned in the manifest, ``models.toml``. ``<name>.json`` beside it says what it was made from; ``published/``
keeps those two files, so that a newer thrustcam can make the bundle anew without a network.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from thrustcam.errors import ThrustcamError
from thrustcam.poses.fetch import Report, fetch, sha256, take_by_hand, why
from thrustcam.poses.manifest import DEFAULT, Model, catalogue, find_model

__all__ = [
    "DEFAULT",
    "FOLDER_VARIABLE",
    "catalogue",
    "install",
    "installed",
    "models_folder",
    "published",
    "sha256",
    "verify",
]

FOLDER_VARIABLE = "THRUSTCAM_MODELS"

_STALE_S = 3600.0


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
    find_model(name)
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

    model = find_model(name)
    task, record_path = _task_path(name), _record_path(name)
    mend = f"run `thrustcam models install {name}`"
    try:
        record = dict(json.loads(record_path.read_text("utf-8")))
        sources = dict(record.get("sources", {}))
        data = task.read_bytes()
    except FileNotFoundError:
        raise ThrustcamError(f"the pose model {name} is not installed: {mend}") from None
    except (OSError, ValueError, TypeError) as problem:
        raise ThrustcamError(f"the pose model {name} can't be read ({why(problem)}): {mend}") from None
    if record.get("assembly") != ASSEMBLY_VERSION:
        raise ThrustcamError(f"the pose model {name} was made by another version of thrustcam: {mend}")
    if any(sources.get(f.file) not in f.sha256 for f in (model.detector, model.landmarks)):
        raise ThrustcamError(f"the pose model {name} was made from files the manifest doesn't list: {mend}")
    if record.get("bytes") != len(data) or record.get("sha256") != sha256(data):
        raise ThrustcamError(f"the pose model {name} is damaged: {mend}")
    return task


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
    model = find_model(name)
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
            f"can't write the pose models to {folder} ({why(problem)}): "
            f"make room there or set {FOLDER_VARIABLE} to another folder"
        ) from None
    return _task_path(name)


def published(name: str) -> tuple[bytes, bytes]:
    """Give detector and landmark model as they were published, installing the model if need be.

    Raises
    ------
    ThrustcamError : as `install` does.
    """
    model = find_model(name)
    install(name)
    detector, landmarks = (
        _published_path(entry.file).read_bytes() for entry in (model.detector, model.landmarks)
    )
    return detector, landmarks


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
    wanted = [model.landmarks, model.detector]
    files = {} if source is None else take_by_hand(model, source)
    for entry in wanted:
        kept = _published_path(entry.file)
        if entry.file not in files and kept.is_file() and sha256(data := kept.read_bytes()) in entry.sha256:
            files[entry.file] = data
    missing = [entry for entry in wanted if entry.file not in files]
    return files | (fetch(model, missing, scratch, report) if missing else {})


def _task_path(name: str) -> Path:
    return models_folder() / f"{name}.task"


def _record_path(name: str) -> Path:
    return models_folder() / f"{name}.json"


def _published_path(file: str) -> Path:
    return models_folder() / "published" / file


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
