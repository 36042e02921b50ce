"""Which one thing to say after a rep: the worst fault, unless it has been said enough, or praise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from thrustcam.analysis import JudgedRep
from thrustcam.engine import JudgedSet
from thrustcam.feedback.score import IMPORTANCE, depth
from thrustcam.live.events import Cue
from thrustcam.rules import RULES
from thrustcam.rules.finding import Finding

_IN_A_ROW = 2  # cues alike; a third is nagging


class Chooser:
    """Chooses the cue for each rep of a set.

    At most one cue a rep. The same one is never given three times running, however many silent reps lie
    between: whoever has heard it twice knows. A fault that was spoken of and is gone earns praise, once.
    """

    def __init__(self) -> None:
        self._said: list[str] = []
        self._to_mend: set[str] = set()

    def choose(self, rep: JudgedRep, late: Iterable[Finding] = ()) -> Cue | None:
        """The cue after `rep`; `late` are faults of the rep before that only its turn has shown."""
        faults = [f for f in (*rep.findings, *late) if f.verdict == "fault"]
        ranked = sorted(faults, key=_urgency)
        form = next((f for f in ranked if f.severity == "form" and not self._enough(f)), None)
        if form is not None:
            return self._fault(form)
        if (praise := self._praise(rep)) is not None:
            return praise
        advice = next((f for f in ranked if f.severity != "form" and not self._enough(f)), None)
        return None if advice is None else self._fault(advice)

    def _enough(self, finding: Finding) -> bool:
        return self._said[-_IN_A_ROW:] == [cue_key(finding)] * _IN_A_ROW

    def _fault(self, finding: Finding) -> Cue:
        key = cue_key(finding)
        self._said.append(key)
        self._to_mend.add(finding.rule)
        return Cue("fault", finding.rule, key, finding.cue or "", finding.severity == "form")

    def _praise(self, rep: JudgedRep) -> Cue | None:
        held = [f for f in rep.findings if f.verdict == "ok" and f.rule in self._to_mend]
        if not held:
            return None
        rule = min(held, key=_urgency).rule
        self._to_mend.discard(rule)
        self._said.append(f"praise.{rule}")
        form = rule in RULES and RULES[rule].severity == "form"
        return Cue("praise", rule, f"praise.{rule}", "Better.", form)


def focus_cue(judged: JudgedSet) -> Cue | None:
    """The one thing to work on after a set, as its summary says; None when nothing was at fault."""
    rule, said = judged.summary.focus, judged.summary.cue
    if rule is None or said is None:
        return None
    form = rule in RULES and RULES[rule].severity == "form"
    return Cue("fault", rule, _KEYS.get((rule, said), f"cue.{rule}"), said, form)


def _urgency(finding: Finding) -> tuple[bool, float, str]:
    """Form first, then what matters most and shows most clearly; the name settles ties."""
    weight = IMPORTANCE.get(finding.rule, 1.0) * (1 + depth(finding))
    return finding.severity != "form", -weight, finding.rule


def cue_key(finding: Finding) -> str:
    """The cue's key in the cue files, `cue.lockout.hip_deg.low`; from the sentence the rule gave."""
    return _KEYS.get((finding.rule, finding.cue or ""), f"cue.{finding.rule}")


def _keys() -> Mapping[tuple[str, str], str]:
    keys: dict[tuple[str, str], str] = {}
    for name, rule in RULES.items():
        for measure, word in rule.words.items():
            for side, said in (("low", word.too_low), ("high", word.too_high)):
                if said is not None:
                    # The first wins, where a rule says the same for two of its numbers.
                    keys.setdefault((name, said[0]), f"cue.{name}.{measure}.{side}")
    return keys


_KEYS = _keys()

CUE_KEYS = tuple(dict.fromkeys(_KEYS.values()))
"""Every key that a rule of ours can ask for."""
