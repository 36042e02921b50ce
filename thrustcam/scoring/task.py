"""One clip's task, and what came of it."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thrustcam.analysis import Analysis, Series
from thrustcam.feedback.json_reader import from_dict
from thrustcam.feedback.json_report import as_dict
from thrustcam.rules.profile import Profile

Json = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """What holds for every clip of a run; sent to each worker with the task.

    Attributes
    ----------
    profile : the limits to judge by. model : `lite`, `full` or `heavy`.
    store : folder that keeps results, None to keep none. resume : whether to take results from it.
    pages, videos : folders for each clip's page and annotated clip; None for none.
    blur : whether to make faces unrecognisable in those.
    index : address of the page that lists all clips, relative to `pages`; None where there is none.
    """

    profile: Profile
    model: str
    store: str | None = None
    resume: bool = False
    pages: str | None = None
    videos: str | None = None
    blur: bool = False
    index: str | None = None


@dataclass(frozen=True)
class Task:
    """One clip to score: `path` is a local file or an fsspec URL. `size` : bytes, 0 where unknown."""

    path: str
    settings: Settings
    size: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of one clip. Small: a million of them are kept in memory.

    Attributes
    ----------
    path : as in the task.
    error : why it could not be scored, one line; None when it was.
    packed : the analysis without its series (`pack`); None with an error.
    page, video : names of the files in `Settings.pages` and `Settings.videos`; None where there are none.
    resumed : whether it was taken from the store.
    """

    path: str
    error: str | None = None
    packed: bytes | None = None
    page: str | None = None
    video: str | None = None
    resumed: bool = False

    def document(self) -> Json | None:
        """The analysis as JSON values; None with an error."""
        return None if self.packed is None else unpack(self.packed)

    def analysis(self) -> Analysis | None:
        """The analysis, without its series; None with an error."""
        document = self.document()
        return None if document is None else from_dict(document)


def pack(analysis: Analysis) -> bytes:
    """An analysis without its series, about 0.6 kB a rep."""
    nothing = np.empty(0)
    bare = replace(analysis, series=Series(*(nothing,) * 7))
    document = as_dict(bare)
    del document["series"]
    return zlib.compress(json.dumps(document, separators=(",", ":"), allow_nan=False).encode(), 6)


def pack_trouble(trouble: str) -> bytes:
    """Why a clip can't be scored, where analysing it again would say the same."""
    return zlib.compress(json.dumps({"trouble": trouble}).encode(), 6)


def kept_trouble(packed: bytes) -> str | None:
    """What `pack_trouble` packed; None for an analysis."""
    trouble = unpack(packed).get("trouble")
    return None if trouble is None else str(trouble)


def unpack(packed: bytes) -> Json:
    """What `pack` packed. ValueError for anything else."""
    try:
        document = json.loads(zlib.decompress(packed))
    except zlib.error as error:
        raise ValueError(f"not a packed analysis: {error}") from None
    if not isinstance(document, dict):
        raise ValueError("not a packed analysis: no object")
    return document


def renamed(packed: bytes, path: str) -> bytes:
    """The same analysis of a clip that lies at `path`."""
    document = unpack(packed)
    document["clip"]["path"] = path.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return zlib.compress(json.dumps(document, separators=(",", ":"), allow_nan=False).encode(), 6)
