"""What tests of the whole program share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import clips
import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# A shell that runs the tests in its background has them ignore Ctrl-C, and so would every program they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("thrustcam", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("thrustcam")

NO_GL = "libGL.so.1: cannot open shared object file: No such file or directory"
"""What the loader says on a fresh Debian."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    def refusal(self) -> str:
        """The one line of a command that could not run."""
        assert self.code == 2, self
        assert "Traceback" not in self.err
        assert self.err.startswith("thrustcam: ")
        assert self.err.count("\n") == 1, self.err
        assert self.err.endswith("\n")
        assert self.err.strip().isprintable()
        return self.err.strip()


@pytest.fixture(scope="session")
def model() -> Path:
    """The pose model `full`, fetched once for this machine."""
    from thrustcam.poses.models import install  # noqa: PLC0415

    return install("full", progress=False)


@pytest.fixture(scope="session")
def short_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first rep of a good set: whole, seconds to analyse."""
    return clips.trimmed(tmp_path_factory.mktemp("clips") / "one rep.mp4", 6.0)


@pytest.fixture
def thrustcam(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run a command in this process; whatever libraries print by themselves is caught as well."""

    def run(*arguments: object) -> Ended:
        from thrustcam.cli import main  # noqa: PLC0415

        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        return Ended(code, *capfd.readouterr())

    return run


def environment(**changes: str) -> dict[str, str]:
    """This process's environment for another Python that has to find thrustcam."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | changes


@pytest.fixture(scope="session")
def thrustcam_process() -> Callable[..., Ended]:
    """Run a command in a process of its own, as the shell does."""

    def run(*arguments: object, env: dict[str, str] | None = None, python: Sequence[str] = ()) -> Ended:
        command = [sys.executable, *(python or ("-m", "thrustcam")), *map(str, arguments)]
        done = subprocess.run(
            command, env=env or environment(), capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def without_gl(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """An environment in which `cv2` or `mediapipe` fails to load, in the way each of them does."""

    def lacking(module: str) -> dict[str, str]:
        error = {"cv2": "ImportError", "mediapipe": "OSError"}[module]
        (tmp_path / f"{module}.py").write_text(f"raise {error}({NO_GL!r})\n")
        return environment(PYTHONPATH=os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]]))

    return lacking
