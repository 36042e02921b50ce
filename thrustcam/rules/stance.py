"""Feet about hip to shoulder width apart, knees over feet."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "stance",
    "advice",
    "feet about hip to shoulder width apart",
    {
        "stance": Word(
            what="width of the stance",
            unit="ratio",
            show="{:.1f} hip widths",
            ok="Feet {value} apart.",
            too_low=("Set your feet a little wider.", "Feet only {value} apart, at least {low} is asked."),
            too_high=("Set your feet a little narrower.", "Feet {value} apart, at most {high} is asked."),
        )
    },
)
