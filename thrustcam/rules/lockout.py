"""Finish the rep: shoulder, hip and knee in one line at the top."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "lockout",
    "form",
    "shoulder, hip and knee in one line at the top",
    {
        "hip_deg": Word(
            what="hip angle at the top",
            unit="deg",
            neutral=180,
            ok="Hips locked out at {value}; a straight line is 180°.",
            too_low=(
                "Drive your hips all the way up and squeeze your glutes.",
                "Hips {off} short of a straight line at the top.",
            ),
        )
    },
)
