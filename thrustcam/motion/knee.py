"""The knee follows from shin and hip: what a set taught of those corrects it.

Thigh, shin and trunk are one chain between bench and feet, so that their errors go together. A body whose
shins seem to lean 5° too far back seems to have knees 4° too open; hips that seem 5° too straight open them
by another 2°. Once a set's habits (`motion/habit.py`) have told shin and hip, the knee is corrected by that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate

# Of 408 rendered clips, each measured by a fit that had not seen it:
_PER_SHIN, _PER_HIP = -0.85, 0.3
"""Degrees by which a body's knee is off for each degree that its shin and hip are off."""
_REST = 0.55
"""Share of the knee's spread among bodies that this leaves."""
_SHARE = 0.75
"""Of the standard deviations of shin and hip, which are a bit cautious."""
_OPENS, _FOLDS = 0.40, 0.5
"""Degrees by which the knee opens for each degree of the hip, and folds for each that the shin leans forward,
from one top of a set to another: true angles of 81 tops, to 1.1° with heels down and to 1.4° with others."""
_OWN_SD = 0.9


def knees(
    seen: Mapping[str, Sequence[float]],
    shins: Sequence[Estimate],
    hips: Sequence[Estimate],
    body_sd: float,
    at_s: Sequence[float],
    *,
    planted: NDArray[np.bool_],
) -> list[Estimate]:
    """The knee angle of each top of a set with its 95 % interval.

    Parameters
    ----------
    seen : shin_deg, hip_deg and knee_deg of each top by themselves, degrees.
    shins, hips : the first two by the whole set.
    body_sd : how far a body's knee is off by itself, standard deviation, degrees.
    at_s : the moment of each top.
    planted : whether its heels were down; where they were not, what is seen tells less.
    """
    shin, hip = (np.array([one.value for one in ones]) for ones in (shins, hips))
    off = _PER_SHIN * (np.array(seen["shin_deg"]) - shin) + _PER_HIP * (np.array(seen["hip_deg"]) - hip)
    told = _OPENS * hip - _FOLDS * shin
    level = np.array(seen["knee_deg"]) - off - told
    knee = told + np.median(level[planted] if planted.any() else level)
    shin_sd, hip_sd = (np.array([(one.high - one.low) / 3.92 for one in ones]) for ones in (shins, hips))
    sd = np.sqrt(
        (_REST * body_sd) ** 2 + (_SHARE * shin_sd) ** 2 + (_SHARE * _OPENS * hip_sd) ** 2 + _OWN_SD**2
    )
    return [Estimate.around(float(k), 1.96 * float(s), t) for k, s, t in zip(knee, sd, at_s, strict=True)]
