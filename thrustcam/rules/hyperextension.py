"""Stop at the straight line: lead with the pelvis, not the ribs.

Pushing the hips past the line, or arching the lower back to get there, is the fault; either is enough.
"""

from collections.abc import Sequence

from thrustcam.rules.finding import Finding, Rule, Word, strictest


def _hips_first(findings: Sequence[Finding]) -> Finding:
    """The stricter of hips and arch; an arch that is none, or can't be seen, leaves the word to the hips."""
    hips, arch = findings
    return strictest(findings) if arch.verdict in ("fault", "unsure") else hips


RULE = Rule(
    "hyperextension",
    "form",
    "no arch past the line: lead with the pelvis, not the ribs",
    {
        "hip_deg": Word(
            what="hip angle at the top",
            unit="deg",
            neutral=180,
            ok="Hips stop in time: {value} at the top, at most {high}.",
            too_high=(
                "Stop at the straight line and keep your ribs down.",
                "Hips {off} past a straight line at the top.",
            ),
        ),
        "lumbar_arch_deg": Word(
            what="arch of the lower back at the top",
            unit="deg",
            ok="Lower back {value} more arched at the top than at the bottom, at most {high}.",
            too_high=(
                "Keep your ribs down and lead with your pelvis.",
                "Lower back arched {value} more at the top than at the bottom.",
            ),
        ),
    },
    _hips_first,
)
