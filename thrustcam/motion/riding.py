"""What the bar alone tells of a top: how much further the hips are open there than at the set's others.

Behind a plate the pose model now and then sees another body at one top than at all the rest, mostly where the
hips are past the line. The bar is still to be seen, in the crease of the hips, and the same lifter between
planted feet and a bench is a closed chain: where the bar is higher, the hips are further open, and knee and
trunk go with them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.leaning import Lean
from thrustcam.motion.observation import Observer, Sightings

Array = NDArray[np.float64]

# Of 1400 tops of 460 rendered sets with plates on the bar, from the usual top of their set:
_OPENS_DEG = 176.0
"""Degrees of hip angle for each torso length that the bar is higher; off by 4° where hips differ by 20°."""
WITH_HIPS = {"shin_deg": 0.0, "hip_deg": 1.0, "knee_deg": 0.42, "trunk_deg": -0.58}
"""Degrees of each angle for each degree of hip angle, on the same feet."""
_FARTHEST = 0.3
"""Torso lengths between the tops of one set, at most; further away something else was taken for the plate."""

DOUBT_SD = {"shin_deg": 2.5, "hip_deg": 3.5, "knee_deg": 2.5, "trunk_deg": 2.5}
"""Degrees by which this is further off than what is seen of the body: 100 tops where it was seen wrongly."""


def hips_opened(observer: Observer, seen: Sightings, like: NDArray[np.bool_]) -> Array:
    """Degrees by which the hips are further open in n positions than they usually are where `like`.

    NaN where no plate tells it.
    """
    height = observer.bar_height(seen)
    higher = height - np.median(height[like])
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(higher) <= _FARTHEST, _OPENS_DEG * higher, np.nan)


def lean_by_bar(name: str, others: list[Lean], opened: float) -> Lean:
    """One of `ANGLES` at a top whose hips are so many degrees further open than at the set's others."""
    value, body_sd, sd = np.median([(o.value, o.body_sd, o.sd) for o in others], axis=0)
    return Lean(float(value + WITH_HIPS[name] * opened), float(body_sd), float(np.hypot(sd, DOUBT_SD[name])))
