"""Gates: what every clip must hold, for a run that is to fail where one doesn't."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from thrustcam.analysis import Analysis
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.words import clock, rules_with
from thrustcam.rules.profile import Profile
from thrustcam.scoring.task import Outcome

VERDICTS = ("ok", "fault", "unsure", "not_assessable")
NO_REP = "no hip thrust was found"


@dataclass(frozen=True)
class Gate:
    """One demand on a clip.

    Attributes
    ----------
    name : as the user spells it, `--min-score 80`.
    trouble : why an analysed clip does not hold it; None where it does.
    on_error : the same for a clip that could not be scored; None where that is another gate's business.
    """

    name: str
    trouble: Callable[[Outcome, Analysis], str | None]
    on_error: Callable[[Outcome], str | None] = lambda _outcome: None


@dataclass(frozen=True)
class Failure:
    """A gate that a clip does not hold."""

    gate: str
    path: str
    why: str


def failures(gates: Iterable[Gate], outcome: Outcome, analysis: Analysis | None) -> list[Failure]:
    """What of the gates a clip does not hold."""
    found = []
    for gate in gates:
        why = gate.on_error(outcome) if analysis is None else gate.trouble(outcome, analysis)
        if why is not None:
            found.append(Failure(gate.name, outcome.path, why))
    return found


def last_line(failed: Sequence[Failure], errors_allowed: int | None = None) -> str:
    """Which gates failed and where, in one line: the first clip of each gate, and how many more."""
    parts = []
    for name in dict.fromkeys(failure.gate for failure in failed):
        of_it = [failure for failure in failed if failure.gate == name]
        clips = len({failure.path for failure in of_it})
        more = f" and {clips - 1} more" if clips > 1 else ""
        parts.append(f"{name} at {one_line(of_it[0].path)} ({one_line(of_it[0].why)}){more}")
    return f"gate failed: {'; '.join(parts)}"


# --- the gates --------------------------------------------------------------------------------------------


def min_score(least: int) -> Gate:
    """Every clip scores at least this."""

    def trouble(_outcome: Outcome, analysis: Analysis) -> str | None:
        score = analysis.summary.score
        if not analysis.reps:
            return NO_REP
        if score is None:
            return "nothing in it could be judged"
        return None if score >= least else f"score {score}"

    return Gate(f"--min-score {least}", trouble)


def max_faults(most: int) -> Gate:
    """Every clip has at most so many faults, over all its reps."""

    def trouble(_outcome: Outcome, analysis: Analysis) -> str | None:
        faults = rules_with(analysis.reps, "fault")
        total = sum(faults.values())
        if total <= most:
            return None
        rules = ", ".join(f"{count} {rule}" for rule, count in faults.most_common())
        return f"{total} {'fault' if total == 1 else 'faults'}: {rules}"

    return Gate(f"--max-faults {most}", trouble)


def require(text: str, profile: Profile) -> Gate:
    """`RULE=VERDICT[,VERDICT]`: the rule has one of these verdicts on every rep of every clip.

    Raises
    ------
    ThrustcamError : for a rule that the profile doesn't judge, or a verdict that there is none of.
    """
    rule, equals, listed = text.partition("=")
    wanted = listed.split(",") if equals else []
    if not wanted or not set(wanted) <= set(VERDICTS):
        raise ThrustcamError(
            f"--require {one_line(text)}: write RULE=VERDICT, with verdicts of {', '.join(VERDICTS)}"
        )
    if not profile.applies(rule):
        raise ThrustcamError(
            f"--require {one_line(text)}: profile {profile.name} doesn't judge {one_line(rule)!r}, "
            f"only {', '.join(profile.limits)}"
        )

    def trouble(_outcome: Outcome, analysis: Analysis) -> str | None:
        for rep in analysis.reps:
            for finding in rep.findings:
                if finding.rule == rule and finding.verdict not in wanted:
                    at = "" if finding.estimate is None else f" at {clock(finding.estimate.at_s)}"
                    return f"{finding.verdict} on rep {rep.measured.rep.index}{at}"
        return None if analysis.reps else NO_REP

    return Gate(f"--require {text}", trouble)
