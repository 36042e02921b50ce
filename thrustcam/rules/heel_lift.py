"""Heels planted all rep long; the toes may lift."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "heel_lift",
    "form",
    "heels planted, all rep long",
    {
        "heel_rise": Word(
            what="rise of the heel as a share of the shin's length",
            unit="ratio",
            ok="Heels stay down: they rise by {value} of the shin's length.",
            too_high=(
                "Push through your heels and keep them down.",
                "A heel lifts by {value} of the shin's length.",
            ),
        )
    },
)
