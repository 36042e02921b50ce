"""The pose models there are: what ``models.toml`` says of their files, sources and hashes."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thrustcam.errors import ThrustcamError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

DEFAULT = "full"


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


def catalogue() -> list[Model]:
    """List the models thrustcam knows, in the manifest's order, installed or not."""
    manifest = _manifest()
    detector = _model_file(manifest["detector"])
    return [Model(name, detector, _model_file(entry)) for name, entry in manifest["landmarks"].items()]


def find_model(name: str) -> Model:
    """Give a model by its name; ThrustcamError when there is none of that name."""
    models = {model.name: model for model in catalogue()}
    if name not in models:
        raise ThrustcamError(f"no pose model named {name!r}: there are {', '.join(models)}")
    return models[name]


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


def source_facts(name: str) -> dict[str, Any]:
    """What the manifest says of the source `google` or `wheel`."""
    facts: dict[str, Any] = _manifest()["sources"][name]
    return facts


def _manifest() -> dict[str, Any]:
    return _read_manifest(_manifest_path())


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
