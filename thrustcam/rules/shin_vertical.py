"""Shins vertical at the top.

Heels under the knees: feet too far out load hamstrings and back, feet too close load the quads.
"""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "shin_vertical",
    "form",
    "shins vertical at the top",
    {
        "shin_deg": Word(
            what="shin angle at the top",
            unit="deg",
            ok="Shins {off} from vertical at the top.",
            too_low=(
                "Bring your feet a little closer to your hips.",
                "Shins lean {off} back toward the hips at the top: the feet are too far out.",
            ),
            too_high=(
                "Step your feet a little further from your hips.",
                "Shins lean {off} forward over the toes at the top: the feet are too close.",
            ),
        )
    },
)
