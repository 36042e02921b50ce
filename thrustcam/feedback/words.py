"""How an analysis is put into words, wherever it is shown: names, moments, views, reasons."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.score import depth
from thrustcam.motion.view import View
from thrustcam.rules.finding import Verdict


def clock(seconds: float) -> str:
    """A moment of the clip as players show it: `1:07.3`."""
    minutes, tenths = divmod(round(max(seconds, 0.0) * 10), 600)
    return f"{minutes}:{tenths // 10:02d}.{tenths % 10}"


def rule_name(rule: str) -> str:
    """The rule as people write it."""
    return rule.replace("_", " ")


def view_words(view: View) -> str:
    """From where the camera looks: `side view, right side near, 4° off`."""
    side = f"{view.kind} view"
    if not math.isfinite(view.azimuth_deg):
        where = f"{side}, {view.near} side near"
    elif view.kind == "front":
        where = f"{side}, {abs(90 - view.azimuth_deg):.0f}° off"
    elif view.kind == "side":
        where = f"{side}, {view.near} side near, {abs(view.azimuth_deg):.0f}° off"
    else:
        end = "feet" if view.azimuth_deg >= 0 else "head"
        where = f"{side}, {view.near} side near, {abs(view.azimuth_deg):.0f}° toward the {end}"
    return where if view.confidence >= 0.6 else f"{where} (uncertain)"


def rules_with(reps: Sequence[JudgedRep], verdict: Verdict) -> Counter[str]:
    """How many reps each rule has this verdict on, in the order of the findings."""
    return Counter(f.rule for rep in reps for f in rep.findings if f.verdict == verdict)


def is_form(reps: Sequence[JudgedRep], rule: str) -> bool:
    """Whether the rule is about form rather than advice."""
    return any(f.rule == rule and f.severity == "form" for rep in reps for f in rep.findings)


def reasons(reps: Sequence[JudgedRep], rule: str) -> Iterator[str]:
    """On how many reps the fault shows, and the clearest one's word with its moment."""
    faults = [
        (rep.measured.rep.index, finding)
        for rep in reps
        for finding in rep.findings
        if finding.rule == rule and finding.verdict == "fault"
    ]
    if not faults:
        return
    index, worst = max(faults, key=lambda fault: depth(fault[1]))
    moment = "" if worst.estimate is None else f" at {clock(worst.estimate.at_s)}"
    name = rule_name(rule).capitalize()
    if len(reps) > 1:
        on = f"all {len(reps)} reps" if len(faults) == len(reps) else f"{len(faults)} of {len(reps)} reps"
        yield f"{name} on {on}, clearest on rep {index}{moment}:"
        yield worst.why
    else:
        yield f"{name}{moment}: {worst.why}"


def not_judged(reps: Sequence[JudgedRep]) -> Iterator[str]:
    """The rules that no rep could be judged by, those with the same remedy on one line."""
    hidden = rules_with(reps, "not_assessable")
    for verdict in ("ok", "fault", "unsure"):
        for rule in rules_with(reps, verdict):
            hidden.pop(rule, None)
    groups: dict[str, list[str]] = {}
    for finding in (f for rep in reps for f in rep.findings):
        if finding.rule in hidden:
            del hidden[finding.rule]
            groups.setdefault(_remedy(finding.why), []).append(rule_name(finding.rule))
    for remedy, rules in groups.items():
        yield f"Could not judge {', '.join(rules)}: {remedy}."


def _remedy(why: str) -> str:
    """The part of a sentence that says how to film, else all of it, as the end of another sentence."""
    start = why.lower().find("film ")
    said = why[start:] if start >= 0 else why
    said = said.rstrip(" .)")
    return said[:1].lower() + said[1:]


def nobody_seen(analysis: Analysis) -> str | None:
    """Why a clip in which nobody was found can't be judged, and what to do; None where somebody was."""
    clip = analysis.clip
    if (analysis.series.confidence > 0).any():  # NaN is nobody too
        return None
    damage = f" ({'; '.join(clip.warnings)})" if clip.warnings else ""
    return (
        f"{clip.path}: nobody to be seen in {clip.duration_s:.1f} s{damage}: "
        "film the whole lifter from the side, well lit, the camera still"
    )
