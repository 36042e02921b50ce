"""Knees at a right angle at the top: too sharp is feet too close, too open is feet too far out."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "knee_angle",
    "advice",
    "knees at about a right angle at the top",
    {
        "knee_deg": Word(
            what="knee angle at the top",
            unit="deg",
            ok="Knees at {value} at the top.",
            too_low=(
                "Step your feet a little further from your hips.",
                "Knees bent to {value} at the top, sharper than {low}: the feet are too close.",
            ),
            too_high=(
                "Bring your feet a little closer to your hips.",
                "Knees open to {value} at the top, wider than {high}: the feet are too far out.",
            ),
        )
    },
)
