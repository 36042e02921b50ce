"""Knees in line with the feet, all rep long."""

from thrustcam.rules.finding import Rule, Word

RULE = Rule(
    "knee_cave",
    "form",
    "knees in line with the feet, all rep long",
    {
        "knee_cave_deg": Word(
            what="inward tilt of the worse shin",
            unit="deg",
            ok="Knees stay in line with the feet: {value} of inward tilt, at most {high}.",
            too_high=(
                "Keep each knee out over its toes.",
                "A knee caves in: that shin tilts {value} further inward than as the rep began.",
            ),
        )
    },
)
