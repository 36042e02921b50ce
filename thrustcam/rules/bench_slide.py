"""Shoulder blades stay put on the bench edge: pivot on it, don't slide along it."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "bench_slide",
    "advice",
    "shoulder blades stay put on the bench edge",
    {
        "shoulder_drift": Word(
            what="drift of the shoulders as a share of the trunk's length",
            unit="ratio",
            ok="Shoulders stay put: they drift by {value} of the trunk's length.",
            too_high=(
                "Pin your shoulder blades to the bench edge.",
                "Shoulders slid by {value} of the trunk's length.",
            ),
        )
    },
)
