"""Turn at the bottom under control: no rebound off the floor or the plates.

A bounce is a turn with next to no dwell AND a rebound. A clear pause, or a soft turn, clears the rep.
"""

from collections.abc import Sequence

from thrustcam.rules.finding import Finding, Rule, Word


def _both(findings: Sequence[Finding]) -> Finding:
    """A fault only if dwell and rebound both are; one that is fine is enough for `ok`."""
    for verdict in ("ok", "not_assessable", "unsure"):
        for finding in findings:
            if finding.verdict == verdict:
                return finding
    _dwell, rebound = findings
    return rebound


RULE = Rule(
    "bounce",
    "form",
    "no bounce: the bottom is turned under control",
    {
        "dwell": Word(
            what="time at the bottom, against a smooth turn,",
            unit="ratio",
            ok="Turned under control: {value} of the time at the bottom that a smooth turn takes.",
            too_low=(
                "Settle at the bottom before you drive up again.",
                "Only {value} of the time at the bottom that a smooth turn takes.",
            ),
        ),
        "rebound_g": Word(
            what="rebound at the bottom",
            unit="g",
            ok="A soft turn at the bottom: {value} of rebound, at most {high}.",
            too_high=(
                "Touch down softly and pause before you drive up.",
                "Hips bounced straight out of the bottom with {value} of rebound.",
            ),
        ),
    },
    _both,
)
