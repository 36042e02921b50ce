"""How far shins lean once the plates are painted out: a second opinion on the level of a set's tops.

Behind plates, what the pose model sees of a body is wrong alike at every top of a set. Without them
(`poses/uncovering.py`) it errs in other ways: where three ways to paint agree, and both shins, the near one
is told to 2.8°, whatever was seen before. So both are weighed by how sure they are. From the side only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.angles import inclinations
from thrustcam.motion.motion import Motion
from thrustcam.motion.tops import Top
from thrustcam.motion.view import View
from thrustcam.poses.landmarks import FEET, Joint
from thrustcam.reps import Rep

Array = NDArray[np.float64]

_AROUND_S = 0.15
"""Beside a top that still belongs to it."""
_AGREED_DEG, _BOTH_DEG = 6.0, 10.0
"""What ways to paint may lie apart, and the shins of both legs more or less than usual: 6 in 100 looks that
agree so far are wrong by more than 6°, and most of those are the only one of their set."""
_ELSEWHERE = 0.4
"""Torso lengths between the feet of somebody else and the lifter's; 0.28 at most where these were seen."""
_NEARER_DEG = 2.5
"""The near shin is seen to lean further forward than the far one."""

# Of 237 looks at 61 rendered bodies:
_SLOPE, _AHEAD_DEG, _AHEAD_BY_AZIMUTH = 0.93, 0.5, 0.19
"""How the near shin is seen: a little flatter than it leans, and further forward the more the camera stands
toward the feet."""
_SD_DEG, _TO_SD = 2.8, 1.48
"""Standard deviation from body to body; and what of looks at one set turns their median distance from their
middle into one (Rousseeuw & Croux 1993)."""
_ANYWHERE_DEG = 60.0
"""Within so many degrees lies what is seen wrongly nevertheless, and says nothing."""
_WRONG = 0.4
"""How likely that is after one look; after n of them, that over n²."""


def second_opinion(motion: Motion, tops: Sequence[Top], seen: Array, sd: float) -> tuple[float, float]:
    """Degrees by which the shins of a set lean further forward than was seen, and how far that may be off.

    Parameters
    ----------
    seen : shape (n,), the shin angle of each top, degrees.
    sd : how far all of them may be off together, a standard deviation, degrees.
    """
    if motion.view is None or motion.view.kind != "side" or not motion.track.uncovered:
        return 0.0, sd
    feet = np.median(motion.track.feet()[motion.track.found], axis=0)
    told = [_told(motion, motion.view, top.rep, feet) for top in tops]
    off = [shin - before for looks, before in zip(told, seen, strict=True) for shin in looks]
    return _weighed(np.array(off), sd) if off else (0.0, sd)


def _weighed(looks: Array, sd: float) -> tuple[float, float]:
    """The mean and standard deviation of what was off, which two opinions tell as 0 ± sd and as `looks`."""
    off, wrong = float(np.median(looks)), _WRONG / len(looks) ** 2
    own = _SD_DEG**2 + (_TO_SD * float(np.median(np.abs(looks - off)))) ** 2
    both = sd**2 + own
    right = (1 - wrong) * math.exp(-(off**2) / both / 2) / math.sqrt(2 * math.pi * both)
    believed = right / (right + wrong / _ANYWHERE_DEG)
    mean, variance = off * sd**2 / both, sd**2 * own / both
    spread = believed * (variance + (1 - believed) * mean**2) + (1 - believed) * sd**2
    return believed * mean, math.sqrt(spread)


def _told(motion: Motion, view: View, rep: Rep, feet: Array) -> list[float]:
    """The near shin's lean in each look at this rep's top that can be believed, degrees.

    `feet` : where the lifter's are, pixels, shape (2,); the body may be somebody else's.
    """
    looks = [
        look.points.astype(float)
        for look in motion.track.uncovered
        if rep.top_start_s - _AROUND_S <= look.time_s <= rep.top_end_s + _AROUND_S
    ]
    ahead = _AHEAD_DEG + _AHEAD_BY_AZIMUTH * abs(view.azimuth_deg)
    told = []
    for points in looks:
        near, far = (_shin(points, side, view) for side in _sides(view.near))
        apart = float(np.median(near) - np.median(far)) - _NEARER_DEG
        elsewhere = np.linalg.norm(np.median(points[:, FEET], axis=(0, 1)) - feet) / motion.torso_px
        if np.ptp(near) < _AGREED_DEG and abs(apart) < _BOTH_DEG and elsewhere < _ELSEWHERE:
            told.append((float(np.median(near)) - ahead) / _SLOPE)
    return told


def _sides(near: str) -> tuple[str, str]:
    return (near, "left" if near == "right" else "right")


def _shin(points: Array, side: str, view: View) -> Array:
    """Its lean after each of k ways to paint, degrees, shape (k,)."""
    body = points * (view.toes, -1.0)
    chain = (body[:, Joint[f"{side.upper()}_{name}"]] for name in ("SHOULDER", "HIP", "KNEE", "ANKLE"))
    return inclinations(*chain).shin
