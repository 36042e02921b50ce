"""Take your time: two seconds up, two seconds down; rushing is the fault.

Rushing one way is enough. Where the descent was cut off, a rushed way up still is a fault, but a good one
does not clear the rep.
"""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "tempo",
    "advice",
    "up and down under control",
    {
        "up_s": Word(
            what="time on the way up",
            unit="s",
            ok="Up in {value}, and down no faster than asked.",
            too_low=("Slow the way up and keep it smooth.", "Up in {value}, at least {low} is asked."),
        ),
        "down_s": Word(
            what="time on the way down",
            unit="s",
            ok="Down in {value}, and up no faster than asked.",
            too_low=(
                "Lower your hips slowly, all the way down.",
                "Down in {value}, at least {low} is asked.",
            ),
        ),
    },
)
