"""What is said and shown live, in the lifter's language: the cue files in `cues/`, one for each language."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from thrustcam.errors import ThrustcamError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

DEFAULT = "en"
_SUFFIX = ".toml"
_FOLDER = files("thrustcam.feedback") / "cues"


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language.

    Attributes
    ----------
    code : of the language, `en`; also what a voice is chosen by.
    texts : by key, `guide.too_far`; the parts of a key are the tables of the file.
    """

    code: str
    texts: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, fallback: str = "", **numbers: object) -> str:
        """The phrase under a key, with its numbers; `fallback` where the file has none."""
        text = self.texts.get(key, fallback or key)
        return text.format(**numbers) if numbers else text


def languages() -> tuple[str, ...]:
    """The languages there is a cue file for, in alphabetical order."""
    return tuple(sorted(f.name[: -len(_SUFFIX)] for f in _FOLDER.iterdir() if f.name.endswith(_SUFFIX)))


def load_phrases(code: str = DEFAULT) -> Phrases:
    """Read the cue file of a language.

    Raises
    ------
    ThrustcamError : when there is none.
    """
    if code not in languages():
        raise ThrustcamError(f"There is no language {code!r}: take one of {', '.join(languages())}.")
    table = tomllib.loads((_FOLDER / f"{code}{_SUFFIX}").read_text("utf-8"))
    return Phrases(code, dict(_flat(table)))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)
