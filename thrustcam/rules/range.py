"""Every rep as deep and as high as your own best ones."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "range",
    "form",
    "as deep and as high as your own best reps",
    {
        "range": Word(
            what="share of the set's best range",
            unit="ratio",
            ok="Full range: {value} of this set's best.",
            too_low=(
                "Go as deep and as high as in your best rep.",
                "Hips moved through only {value} of this set's best range.",
            ),
        )
    },
)
