"""Chin tucked, eyes toward the knees at the top: a dropped head takes the ribs and the back with it."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "chin_tuck",
    "advice",
    "chin tucked, eyes toward the knees at the top",
    {
        "neck_deg": Word(
            what="angle of the neck at the top",
            unit="deg",
            ok="Head in line or tucked at the top: {value}, at least {low}.",
            too_low=(
                "Tuck your chin and look toward your knees.",
                "Head dropped back {off} from the line of the trunk at the top.",
            ),
        )
    },
)
