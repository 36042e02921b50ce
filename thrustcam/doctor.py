"""What works on this machine and what is missing, without changing anything.

Nothing heavy is imported here: what can't be imported is what this is asked about. Whatever may crash or
hang, as drivers do, runs in a process of its own.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from thrustcam import __version__
from thrustcam.errors import ThrustcamError
from thrustcam.libraries import APT_LINE, import_trouble, missing_libraries

State = Literal["ok", "note", "fault"]

WEB_PACKAGES = ("starlette", "uvicorn", "websockets")
"""What `thrustcam web` needs besides."""

_CAMERA_S = 15.0
_POSE_S = 60.0
_PACKAGES = {  # what brings the module
    "opencv-python": "cv2",
    "mediapipe": "mediapipe",
    "numpy": "numpy",
    "typer": "typer",
    "rich": "rich",
}


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    `state` is "ok", "note" (worth knowing, nothing fails by it) or "fault" (clips can't be analysed).
    `remedy` says what to do, None where there is nothing to do.
    """

    name: str
    state: State
    text: str
    remedy: str | None = None


def examine(model: str = "full") -> Iterator[Check]:
    """Look at everything in turn; takes a few seconds and raises nothing for what is missing."""
    yield Check("python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield Check("thrustcam", "ok", __version__)
    yield system_libraries()
    packages = [installed_package(package, module) for package, module in _PACKAGES.items()]
    yield from packages
    if all(check.state != "fault" for check in packages):
        yield video_files()
        task, check = pose_model(model)
        yield check
        if task is not None:
            yield pose_engine(task)
        yield camera()
        yield past_sets()
    yield web_page()


def system_libraries() -> Check:
    """Whether the libraries are there that OpenCV and MediaPipe load.

    A missing one is no fault in itself: not every version needs all, and what needs it can't be imported.
    """
    name = "system libraries"
    if absent := missing_libraries():
        return Check(name, "note", f"missing: {', '.join(absent)}", f"if anything fails, run `{APT_LINE}`")
    return Check(name, "ok", "all there" if sys.platform == "linux" else "none to look for on this system")


def installed_package(package: str, module: str) -> Check:
    """The version of a package, and whether it can be imported."""
    try:
        importlib.import_module(module)
    except Exception as error:  # a broken package can raise anything
        anew = f"run `pip install --force-reinstall {package}`"
        what, remedy = import_trouble(error) or (f"can't be imported ({type(error).__name__}: {error})", anew)
        return Check(package, "fault", what, remedy)
    names = _distributions().get(module, [package])
    versions = ", ".join(sorted(_version(name, package) for name in set(names)))
    if len(set(names)) > 1:
        return Check(package, "note", f"{versions}: one overwrites the other's files", "keep only one")
    return Check(package, "ok", versions)


def video_files() -> Check:
    """Whether this OpenCV can read video files; some distributions build it without FFmpeg."""
    import cv2  # noqa: PLC0415

    if cv2.videoio_registry.hasBackend(cv2.CAP_FFMPEG):
        return Check("video files", "ok", "read with FFmpeg")
    anew = "run `pip install --force-reinstall opencv-python`"
    return Check("video files", "fault", "this OpenCV was built without FFmpeg", anew)


def past_sets() -> Check:
    """Whether the history can be read."""
    from thrustcam.history import History  # noqa: PLC0415
    from thrustcam.history.database import history_path  # noqa: PLC0415

    path = history_path()
    if not path.exists():
        return Check("past sets", "ok", "none kept yet")
    try:
        with History.open() as history:
            return Check("past sets", "ok", f"{len(history.numbers())} in {path}")
    except ThrustcamError as error:
        return Check("past sets", "note", str(error))


def web_page() -> Check:
    """Whether `thrustcam web` has what it needs besides."""
    if missing := [name for name in WEB_PACKAGES if importlib.util.find_spec(name) is None]:
        remedy = "run `pip install 'thrustcam[web]'`"
        return Check("web page", "note", f"needs {', '.join(missing)}", remedy)
    return Check("web page", "ok", "can be served")


def pose_model(name: str) -> tuple[Path | None, Check]:
    """The installed model's file, None where there is none."""
    from thrustcam.poses.models import models_folder, verify  # noqa: PLC0415

    try:
        task = verify(name)
    except ThrustcamError as error:
        why = str(error).partition(": ")[0]
        return None, Check("pose model", "note", why, "`thrustcam analyze` fetches it when it needs it")
    return task, Check("pose model", "ok", f"{name} in {models_folder()}")


def pose_engine(task: Path) -> Check:
    """Whether MediaPipe runs with this model, on a picture that shows nothing."""
    code, said = apart(find_a_pose, str(task), _POSE_S)
    if code == 0:
        return Check("pose engine", "ok", f"runs, {said}")
    anew = "run `pip install --force-reinstall mediapipe`"
    return Check("pose engine", "fault", f"MediaPipe does not run ({said})", anew)


def camera(number: int = 0) -> Check:
    """Whether the camera opens and gives a picture; having none is no fault."""
    code, said = apart(take_a_picture, str(number), _CAMERA_S)
    if code == 0 and said:
        return Check("camera", "ok", said)
    return Check("camera", "note", "none opens", "only `thrustcam live` needs one")


def apart(function: Callable[[str], str], argument: str, seconds: float) -> tuple[int | None, str]:
    """Run a function of a module in a process of its own, quietly.

    Returns
    -------
    The exit code, 0 when all went well and None when it hung and was ended; and what the function returned,
    or why it failed.
    """
    code = f"import sys; from {function.__module__} import {function.__name__} as f; print(f(sys.argv[1]))"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, argument],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
            encoding="utf-8",
            errors="replace",
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
    except subprocess.TimeoutExpired:
        return None, f"no answer for {seconds:g} s"
    if done.returncode < 0:
        return done.returncode, f"it crashed with signal {-done.returncode}"
    lines = (done.stderr if done.returncode else done.stdout).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def find_a_pose(task: str) -> str:
    """Run the model once, on black."""
    import time  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    from thrustcam.frames import Frame  # noqa: PLC0415
    from thrustcam.poses.mediapipe import MediaPipePose  # noqa: PLC0415

    start = time.perf_counter()
    with MediaPipePose(Path(task)) as estimate:
        estimate(Frame(0, 0.0, np.zeros((240, 320, 3), np.uint8)))
    return f"ready in {time.perf_counter() - start:.1f} s"


def take_a_picture(number: str) -> str:
    """Open a camera and say what it gives; nothing when it gives nothing."""
    import cv2  # noqa: PLC0415

    capture = cv2.VideoCapture(int(number))
    try:
        there, picture = capture.read()
    finally:
        capture.release()
    return f"number {number} gives {picture.shape[1]}×{picture.shape[0]}" if there else ""


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    """Which packages bring which module; reads every installed package's record."""
    return metadata.packages_distributions()


def _version(name: str, asked: str) -> str:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        version = "of unknown version"
    return version if name == asked else f"{version} ({name})"
