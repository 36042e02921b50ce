"""Hips level at the top, no twist: both sides of the pelvis rise together."""

from thrustcam.rules.finding import Rule, Word

_CUE = "Keep both hips level as you drive up."
_WHY = "Pelvis tilted {off} to one side at the top."

RULE = Rule(
    "hip_level",
    "advice",
    "hips level, no twist",
    {
        "hip_level_deg": Word(
            what="tilt of the pelvis at the top",
            unit="deg",
            ok="Hips level to within {off} at the top.",
            too_low=(_CUE, _WHY),
            too_high=(_CUE, _WHY),
        )
    },
)
