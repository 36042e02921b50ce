"""Squeeze at the top: hold it before you come down."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "top_hold",
    "advice",
    "squeeze and hold at the top",
    {
        "top_s": Word(
            what="time at the top",
            unit="s",
            ok="Held the top for {value}.",
            too_low=(
                "Squeeze and hold the top a little longer.",
                "Held the top for {value}, at least {low} is asked.",
            ),
        )
    },
)
