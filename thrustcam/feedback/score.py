"""Findings → a score and the one cue that matters most.

A rep starts at 100 and each fault takes

    cost = base · (1 + depth),   base = 20 for form, 3 for advice,   depth = e / (e + scale)

away, never below 0. `e` is how far outside its limit the *near* edge of the number's 95 % interval lies:
the part of the fault that is beyond doubt. `scale` is the excess that counts as half-way to the worst:
10°, 0.5 s, 0.1 for ratios, 0.5 g. So a form fault costs 20 to 40, an advice 3 to 6; `ok`, `unsure` and
`not_assessable` cost nothing. A set scores the mean of its reps. The numbers are ours: they order reps of
one lifter, they are not a measure from the literature.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from thrustcam.analysis import JudgedRep, Summary
from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.rules.finding import Finding, Severity

BASE_COST: Mapping[Severity, float] = {"form": 20.0, "advice": 3.0}
_SCALE = {"deg": 10.0, "s": 0.5, "ratio": 0.1, "g": 0.5}

# How much a fault matters among those of its severity, worst first. Form: what can hurt comes first (a
# lower back arched under the bar, knees falling in, a bar dropped and caught), then what is put right
# before the rep even starts (the feet) and mends other faults with it, then how well the lift is finished.
# Advice: losing the bench first, the head next (a thrown-back head arches the back), small habits last.
# No weight is over three times another, and clearness at most doubles one, so what shows on one rep of ten
# never beats what shows on all ten.
IMPORTANCE: Mapping[str, float] = {
    "hyperextension": 3.0,
    "knee_cave": 2.5,
    "bounce": 2.0,
    "shin_vertical": 1.5,
    "heel_lift": 1.3,
    "lockout": 1.2,
    "range": 1.0,
    "bench_slide": 2.0,
    "chin_tuck": 1.6,
    "hip_level": 1.5,
    "stance": 1.4,
    "knee_angle": 1.2,
    "tempo": 1.1,
    "top_hold": 1.0,
}
_OTHER = 1.0  # a rule somebody else wrote

# The measures whose scatter says how alike the reps are.
MAIN_MEASURES = (
    "shin_deg",
    "hip_deg",
    "knee_deg",
    "trunk_deg",
    "bottom_hip_deg",
    "range",
    "up_s",
    "top_s",
    "down_s",
    "bottom_s",
)


def depth(finding: Finding) -> float:
    """How clear a fault is, 0 (its interval just touches the limit) to 1 (endlessly far outside)."""
    estimate, limit = finding.estimate, finding.limit
    if estimate is None:
        return 0.0
    excess = max(limit.low - estimate.high, estimate.low - limit.high, 0.0)
    if not math.isfinite(excess):
        return 1.0
    return excess / (excess + _SCALE.get(finding.unit, 1.0))


def score(findings: Iterable[Finding]) -> int | None:
    """A rep's score, 0 to 100 (see the module's docstring); None when no rule came to `ok` or `fault`."""
    decided = [f for f in findings if f.verdict in ("ok", "fault")]
    if not decided:
        return None
    cost = sum(BASE_COST[f.severity] * (1 + depth(f)) for f in decided if f.verdict == "fault")
    return round(max(0.0, 100.0 - cost))


def set_score(scores: Iterable[int | None]) -> int | None:
    """The mean of the reps' scores, 0 to 100; reps without one don't count, None when no rep has one."""
    known = [s for s in scores if s is not None]
    return round(statistics.fmean(known)) if known else None


def focus(reps: Sequence[JudgedRep]) -> tuple[str, str] | None:
    """The rule to work on and what to do about it; None when nothing is at fault.

    Form comes before advice. Within one, the rule with the most points wins:
    its `IMPORTANCE` times the sum of 1 + `depth` over its faults. The cue is the one that the most of
    those points stand behind (a rule has one for each side of its limit).
    """
    points: dict[str, float] = defaultdict(float)
    cues: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    form: set[str] = set()
    for rep in reps:
        for fault in (f for f in rep.findings if f.verdict == "fault"):
            clear = 1 + depth(fault)
            points[fault.rule] += IMPORTANCE.get(fault.rule, _OTHER) * clear
            cues[fault.rule][fault.cue or f"Work on {fault.rule.replace('_', ' ')}."] += clear
            if fault.severity == "form":
                form.add(fault.rule)
    if not points:
        return None
    # The name settles ties, so the same set always gets the same cue.
    rule = min(points, key=lambda name: (name not in form, -points[name], name))
    return rule, min(cues[rule], key=lambda cue: (-cues[rule][cue], cue))


def consistency(reps: Sequence[JudgedRep]) -> dict[str, float]:
    """Standard deviation (n - 1) over the reps of each main measure that two or more reps show; its unit."""
    spread = {}
    for name in MAIN_MEASURES:
        seen = [rep.measured[name] for rep in reps]
        values = [m.value for m in seen if isinstance(m, Estimate)]
        if len(values) >= 2:
            spread[name] = statistics.stdev(values)
    return spread


def summarise(reps: Sequence[JudgedRep]) -> Summary:
    """The set in a few words: its score, the one cue, and how alike its reps are."""
    rule, cue = focus(reps) or (None, None)
    return Summary(
        reps=len(reps),
        score=set_score(rep.score for rep in reps),
        focus=rule,
        cue=cue,
        consistency=consistency(reps),
        velocity_loss=velocity_loss(reps),
    )


def velocity_loss(reps: Sequence[JudgedRep]) -> float | None:
    """Share by which the last rep went up slower than the fastest; None with fewer than two in metres."""
    speeds = [rep.measured["mean_velocity_m_s"] for rep in reps]
    known = [speed.value for speed in speeds if isinstance(speed, Estimate)]
    if len(known) < 2 or isinstance(speeds[-1], Unseen) or max(known) <= 0:
        return None
    return 1 - known[-1] / max(known)
