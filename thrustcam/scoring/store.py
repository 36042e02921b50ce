"""Results kept on the disk as they come, so that an interrupted run analyses nothing twice.

One file for each clip, named after everything that its result follows from: the clip's content, the pose
model, the profile's limits, and the version of thrustcam down to its source, with the libraries it counts on.
A file is whole or not there. Whoever changes a limit or a rule gets new results without asking for them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path

import platformdirs

from thrustcam import __version__
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line
from thrustcam.rules.profile import Profile
from thrustcam.scoring.task import unpack

_LIBRARIES = ("mediapipe", "opencv-python", "numpy")
_SUFFIX = ".scored"
_KEPT_S = 30 * 24 * 3600.0
_PACKAGE = Path(__file__).resolve().parents[1]
_UNRELATED = ("cli", "history", "live", "scoring")  # they change no verdict


def default_folder() -> Path:
    """Where results are kept unless the user names a folder. It need not exist."""
    return Path(platformdirs.user_cache_dir("thrustcam", appauthor=False)) / "scored"


def result_key(clip_sha256: str, model: str, model_sha256: str, profile: Profile) -> str:
    """64 hex digits that are the same exactly where the result must be."""
    limits = {
        rule: {measure: limit.as_pair() for measure, limit in measures.items()}
        for rule, measures in profile.limits.items()
    }
    said = [clip_sha256, model, model_sha256, profile.name, limits, _code()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class Store:
    """A folder of results, which any number of processes and machines may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """The packed analysis kept under `key`; None where there is none that can be read."""
        path = self._path(key)
        try:
            packed = path.read_bytes()
            unpack(packed)
            os.utime(path)  # in use: see `tidy`
        except (OSError, ValueError):
            return None
        return packed

    def put(self, key: str, packed: bytes) -> None:
        """Keep a packed analysis. OSError where the disk won't take it."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{secrets.token_hex(6)}.tmp")
        try:
            aside.write_bytes(packed)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)

    def check(self) -> None:
        """Make the folder.

        Raises
        ------
        ThrustcamError : when it can't be made or written to, with what to do about it.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            probe = self._folder / f".{secrets.token_hex(6)}.tmp"
            probe.touch()
            probe.unlink()
        except OSError as error:
            where = one_line(str(self._folder))
            raise ThrustcamError(
                f"results can't be kept in {where} ({error.strerror}): name another folder with --store"
            ) from error

    def tidy(self) -> None:
        """Remove what nobody has used for 30 days."""
        old = time.time() - _KEPT_S
        for path in self._folder.glob(f"??/*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < old:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{_SUFFIX}"


@cache
def _code() -> list[str]:
    """What thrustcam measures with: its version, a digest of its source, its libraries' versions."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        part = path.relative_to(_PACKAGE)
        if part.parts[0] not in _UNRELATED:
            digest.update(f"{part.as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return [__version__, digest.hexdigest(), *map(version, _LIBRARIES)]
