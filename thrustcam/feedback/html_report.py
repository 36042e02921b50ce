"""An analysis as one web page that needs nothing else: no script, no request, every name escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from thrustcam import __version__
from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.curves import curves
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.stills import stills
from thrustcam.feedback.table import FAULT, OK, UNSURE, rep_columns, seen_instead
from thrustcam.feedback.words import clock, is_form, not_judged, reasons, rule_name, rules_with, view_words
from thrustcam.feedback.write import Destination, write_text
from thrustcam.poses.landmarks import Pose
from thrustcam.rules.finding import Verdict

_MARKS: Mapping[Verdict, str] = {"fault": FAULT, "unsure": UNSURE, "ok": OK, "not_assessable": "–"}
_SHOWN: tuple[Verdict, ...] = ("fault", "unsure")


def as_html(
    analysis: Analysis,
    poses: Sequence[Pose],
    *,
    blur: bool = False,
    index: str | None = None,
    title: str | None = None,
) -> str:
    """The page of one clip.

    Parameters
    ----------
    poses : every pose that the analysis was made from, in order of time; without any there are no pictures.
    blur : whether to make the lifter's face unrecognisable in the pictures.
    index : relative address of the page that lists this one.
    title : what to call the clip; by default its file's name.

    Raises
    ------
    ThrustcamError : when the clip can't be read again for its pictures.
    """
    clip, reps = analysis.clip, analysis.reps
    verdict, headline, lines = _word(analysis)
    return page(
        "clip.html",
        name=title or PurePath(clip.path).name or clip.path,
        about=_about(analysis),
        score=analysis.summary.score,
        reps=reps,
        faults=sum(rules_with(reps, "fault").values()),
        unsure=sum(rules_with(reps, "unsure").values()),
        verdict=verdict,
        headline=headline,
        lines=lines,
        warnings=clip.warnings,
        stills=stills(analysis, poses, blur=blur),
        curves=curves(analysis),
        columns=[column.title for column in rep_columns(reps)[1:]],
        rows=list(_rows(reps)),
        marks=_MARKS,
        hidden=list(not_judged(reps)),
        index=index,
    )


def write_html(analysis: Analysis, poses: Sequence[Pose], path: Destination, *, blur: bool = False) -> None:
    """Write the page of one clip to the file `path`, or to stdout for `-`.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    write_text(path, as_html(analysis, poses, blur=blur))


def page(template: str, **what: Any) -> str:
    """A page from a template in `pages/`. Text in `what` is escaped and can't leave its line."""
    return _environment().get_template(template).render(version=__version__, **what)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("thrustcam.feedback", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=clock, rule_name=rule_name)
    return environment


def _plain(value: object) -> object:
    """A name that turns the writing around (U+202E) turns the page's around too; markup is left alone."""
    return one_line(value) if type(value) is str else value


def _about(analysis: Analysis) -> str:
    clip, engine = analysis.clip, analysis.engine
    view = "" if analysis.view is None else f" · {view_words(analysis.view)}"
    return f"{clip.duration_s:.1f} s · {engine.profile} · {engine.model} model{view}"


def _word(analysis: Analysis) -> tuple[str, str, list[str]]:
    """The set's verdict: its kind, the one sentence, and what stands behind it."""
    reps, summary = analysis.reps, analysis.summary
    if not reps:
        return "unsure", "No hip thrust found.", seen_instead(analysis)
    if summary.focus is not None:
        cue = summary.cue or f"Work on {rule_name(summary.focus)}."
        kind = "fault" if is_form(reps, summary.focus) else "unsure"
        return kind, cue, list(reasons(reps, summary.focus))
    doubtful = rules_with(reps, "unsure")
    doubts = [f"Too close to call: {', '.join(map(rule_name, doubtful))}."] if doubtful else []
    if not rules_with(reps, "ok"):
        return "unsure", "Nothing in this clip could be judged.", doubts
    seen = " in what this view shows" if any(not_judged(reps)) else ""
    return "ok", f"Nothing to change{seen}: same again.", doubts


def _rows(reps: Sequence[JudgedRep]) -> Iterator[dict[str, Any]]:
    columns = rep_columns(reps)[1:]
    for place, rep in enumerate(reps):
        verdicts: list[tuple[str, str, Verdict]] = [
            (_MARKS[verdict], rule_name(finding.rule), verdict)
            for verdict in _SHOWN
            for finding in rep.findings
            if finding.verdict == verdict
        ]
        held = sum(finding.verdict == "ok" for finding in rep.findings)
        if held:
            verdicts.append((OK, str(held), "ok"))
        cells = [column.cells[place] for column in columns]
        yield {"index": rep.measured.rep.index, "cells": cells, "verdicts": verdicts}
