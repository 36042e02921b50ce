"""Profiles: which rules apply to a variant of the lift, and their limits, each with its source.

A profile is a TOML file::

    description = "My own barbell"
    extends = "barbell"             # start from another profile: a name, or the path of a file
    skip = ["knee_angle"]           # rules that do not apply

    [shin_vertical]
    shin_deg = [-8, 12]             # [low, high]; inf or -inf where there is no limit
    source.shin_deg = "my coach"    # every limit says where it comes from

A rule that neither the file nor the one it extends gives a limit for does not apply.
"""

from __future__ import annotations

import math
import os
import reprlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

from thrustcam.errors import ThrustcamError
from thrustcam.rules import RULES
from thrustcam.rules.finding import Limit, Rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # type: ignore[import-not-found, unused-ignore]

DEFAULT = "barbell"
_SUFFIX = ".toml"
_BUILT_IN = files("thrustcam.rules") / "profiles"


@dataclass(frozen=True)
class Profile:
    """The limits of one variant of the lift.

    Attributes
    ----------
    name : `barbell` for a built-in profile, `mine.toml` for a user's file.
    description : one sentence.
    limits : by rule and measure, in the measure's unit (`MeasuredRep`), in the order to show them; a rule
        that is not in it does not apply.
    sources : by rule and measure, where the limit comes from.
    """

    name: str
    description: str
    limits: Mapping[str, Mapping[str, Limit]] = field(repr=False)
    sources: Mapping[str, Mapping[str, str]] = field(repr=False)

    def applies(self, rule: str) -> bool:
        """Whether the rule has a say in this profile."""
        return rule in self.limits


def profile_names() -> tuple[str, ...]:
    """The built-in profiles, in alphabetical order."""
    return tuple(sorted(f.name[: -len(_SUFFIX)] for f in _BUILT_IN.iterdir() if f.name.endswith(_SUFFIX)))


def load_profile(name_or_path: str | os.PathLike[str]) -> Profile:
    """Read a profile.

    Parameters
    ----------
    name_or_path : a built-in profile's name (`profile_names`), or the path of a .toml file.

    Raises
    ------
    ThrustcamError : no such profile, or the file can't be read or says something that can't be meant.
    """
    return _read(_find(os.fspath(name_or_path), Path()), chain=())


@dataclass(frozen=True)
class _Text:
    """A profile's file: its name for messages, what tells it from others, and where its paths start."""

    name: str
    identity: str
    content: str
    folder: Path


def _find(name: str, folder: Path) -> _Text:
    """The file of a profile; a relative path starts at `folder`."""
    if not (name.endswith(_SUFFIX) or "/" in name or os.sep in name):
        if name not in profile_names():
            known = _closest_first(name, profile_names())
            raise ThrustcamError(
                f"There is no profile {name!r}: take one of {known}, or give the path of a {_SUFFIX} file."
            )
        return _Text(name, name, (_BUILT_IN / f"{name}{_SUFFIX}").read_text("utf-8"), folder)
    try:
        path = folder / Path(name).expanduser()
        return _Text(path.name, str(path.resolve()), path.read_text("utf-8-sig"), path.parent)
    except (OSError, ValueError, RuntimeError) as error:  # also not UTF-8, a zero byte, nobody's home for ~
        reason = getattr(error, "strerror", None) or str(error)
        raise ThrustcamError(
            f"Can't read the profile {str(folder / name)!r} ({reason}): give a readable {_SUFFIX} file, "
            f"or one of {_closest_first(Path(name).stem, profile_names())}."
        ) from error


def _read(text: _Text, chain: tuple[str, ...]) -> Profile:
    """The profile in a file, on top of what it extends. `chain` is the files that led here."""
    where = f"Profile {text.name!r}"
    if text.identity in chain:
        raise ThrustcamError(f"{where} extends itself, by way of others or not: take out one `extends`.")
    try:
        table: dict[str, Any] = tomllib.loads(text.content)
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ThrustcamError(f"{where} is not valid TOML, mend it: {reason}.") from error

    description = _pop_string(table, "description", where) or ""
    parent = _pop_string(table, "extends", where)
    skipped = _pop_skip(table, where)
    limits: dict[str, Mapping[str, Limit]] = {}
    sources: dict[str, Mapping[str, str]] = {}
    if parent is not None:
        base = _read(_find(parent, text.folder), (*chain, text.identity))
        limits.update(base.limits)
        sources.update(base.sources)
        description = description or base.description
    for name, content in table.items():
        if name not in RULES:
            raise ThrustcamError(
                f"{where}: there is no rule {name!r}, take one of {_closest_first(name, RULES)}."
            )
        if name in skipped:
            raise ThrustcamError(f"{where} both skips {name} and limits it: take out one of the two.")
        own_limits, own_sources = _read_rule(f"{where}, [{name}]", RULES[name], content)
        limits[name] = {**limits.get(name, {}), **own_limits}
        sources[name] = {**sources.get(name, {}), **own_sources}
        missing = [measure for measure in RULES[name].words if measure not in limits[name]]
        if missing:
            raise ThrustcamError(f"{where}, [{name}]: add a limit for {' and '.join(missing)}.")
    for name in skipped:
        limits.pop(name, None)
        sources.pop(name, None)
    if not limits:
        raise ThrustcamError(f'{where} has no rule at all: add `extends = "{DEFAULT}"` or a rule\'s limits.')
    return Profile(text.name, description, limits, sources)


def _read_rule(where: str, rule: Rule, table: object) -> tuple[dict[str, Limit], dict[str, str]]:
    """The limits and their sources in one rule's table."""
    if not isinstance(table, dict):
        raise ThrustcamError(f"{where} must be a table of limits, not {reprlib.repr(table)}.")
    sources = table.get("source", {})
    if not isinstance(sources, dict):
        raise ThrustcamError(
            f'{where}: name the limit the source is for, `source.{next(iter(rule.words))} = "…"`.'
        )
    limits = {name: value for name, value in table.items() if name != "source"}
    for measure in (*limits, *sources):
        if measure not in rule.words:
            known = _closest_first(measure, rule.words)
            raise ThrustcamError(f"{where}: this rule has no measure {measure!r}, it has {known}.")
    for measure in limits:
        if not (isinstance(sources.get(measure), str) and sources[measure].strip()):
            raise ThrustcamError(
                f"{where}: say where {measure} comes from, "
                f'`source.{measure} = "a study, a coach, my own judgement"`.'
            )
    for measure in sources:
        if measure not in limits:
            raise ThrustcamError(
                f"{where}: there is a source for {measure} but no limit, add `{measure} = [low, high]`."
            )
    return {measure: _limit(where, rule, measure, pair) for measure, pair in limits.items()}, dict(sources)


def _limit(where: str, rule: Rule, measure: str, pair: object) -> Limit:
    """The limit that `[low, high]` means for a rule's measure."""
    if not (isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair))):
        raise ThrustcamError(
            f"{where}: write {measure} as two numbers [low, high], with -inf or inf for no limit, "
            f"not {reprlib.repr(pair)}."
        )
    low, high = map(float, pair)
    if not low < high:
        raise ThrustcamError(
            f"{where}: {measure} = [{low:g}, {high:g}] is empty, write the lower number first."
        )
    word = rule.words[measure]
    if math.isinf(low) and math.isinf(high):
        raise ThrustcamError(
            f'{where}: {measure} has no limit on either side; to leave a rule out, `skip = ["{rule.name}"]`.'
        )
    if math.isfinite(low) and word.too_low is None:
        raise ThrustcamError(f"{where}: too low a {measure} is no fault, write [-inf, {high:g}].")
    if math.isfinite(high) and word.too_high is None:
        raise ThrustcamError(f"{where}: too high a {measure} is no fault, write [{low:g}, inf].")
    return Limit(low, high)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return not math.isnan(value)
    except OverflowError:  # TOML integers have no end
        return False


def _pop_string(table: dict[str, Any], key: str, where: str) -> str | None:
    value = table.pop(key, None)
    if not isinstance(value, str | None):
        raise ThrustcamError(f'{where}: write {key} as a text, `{key} = "…"`.')
    return value


def _pop_skip(table: dict[str, Any], where: str) -> list[str]:
    """The rules that do not apply."""
    names = table.pop("skip", [])
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise ThrustcamError(f'{where}: write skip as a list of rules, `skip = ["knee_angle"]`.')
    for name in names:
        if name not in RULES:
            known = _closest_first(name, RULES)
            raise ThrustcamError(f"{where}: skip names no rule {name!r}, take one of {known}.")
    return names


def _closest_first(word: str, names: Iterable[str]) -> str:
    """The names in a row, the ones most like `word` first."""
    return ", ".join(sorted(names, key=lambda name: -SequenceMatcher(None, word.lower(), name).ratio()))
