"""The usual top of a set → its angles, by what bodies that look like this one have there.

The joint model (`joint_model.py`) weighs what the picture shows alike at every moment. The tops are what
counts, and there is enough of them to learn from bodies that look alike (`alike.py`).
"""

from __future__ import annotations

from functools import cache

from thrustcam.motion.alike import AlikeModel, alike_models
from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.observation import Situation


@cache
def top_model(situation: Situation) -> dict[str, AlikeModel]:
    """The shipped calibration for a situation: a model for each of `ANGLES`."""
    return alike_models(f"{situation}/tops", ANGLES)
