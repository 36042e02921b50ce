"""How far shins lean when they are looked at again: other opinions on the level of a set's tops.

Behind plates, what the pose model sees of a body is wrong alike at every top of a set. Once they are painted
out (`poses/uncovering.py`) it errs in other ways: where three ways to paint agree, and both shins, the near
one is told to 2.8°, whatever was seen before. By the outline of the leg in the picture (`motion/outline.py`)
it is told to 2°, in yet other ways. So all are weighed by how sure they are. From the side only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.angles import inclinations
from thrustcam.motion.motion import Motion
from thrustcam.motion.outline import lean_by_outline
from thrustcam.motion.tops import Top
from thrustcam.motion.view import View
from thrustcam.poses.landmarks import FEET, Joint
from thrustcam.poses.uncovered import Uncovered
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

_OUTLINE_SD_DEG, _OUTLINE_WRONG = 2.0, 0.1
"""The same of a shin's outline: of 347 looks at 80 rendered bodies that nothing was fitted to."""


def second_opinion(motion: Motion, tops: Sequence[Top], seen: Array, sd: float) -> tuple[float, float]:
    """Degrees by which the shins of a set lean further forward than was seen, and how far that may be off.

    Parameters
    ----------
    seen : shape (n,), the shin angle of each top, degrees.
    sd : how far all of them may be off together, a standard deviation, degrees.
    """
    view = motion.view
    if view is None or view.kind != "side" or not motion.track.uncovered:
        return 0.0, sd
    feet = np.median(motion.track.feet()[motion.track.found], axis=0)
    looks = [
        (look, before)
        for top, before in zip(tops, seen, strict=True)
        for look in _at(motion, top.rep)
        if _elsewhere(look, feet) < _ELSEWHERE * motion.torso_px
    ]
    more = 0.0
    for told_by, own_sd, wrong in (
        (_by_outline, _OUTLINE_SD_DEG, _OUTLINE_WRONG),
        (_bare, _SD_DEG, _WRONG),
    ):
        told = [(lean, before) for look, before in looks if (lean := told_by(look, view)) is not None]
        further, sd = _weighed(np.array([lean - before - more for lean, before in told]), sd, own_sd, wrong)
        more += further
    return more, sd


def _weighed(looks: Array, sd: float, own_sd: float, wrong: float) -> tuple[float, float]:
    """The mean and standard deviation of what was off, which two opinions tell as 0 ± sd and as `looks`."""
    if not len(looks):
        return 0.0, sd
    off, wrong = float(np.median(looks)), wrong / len(looks) ** 2
    own = own_sd**2 + (_TO_SD * float(np.median(np.abs(looks - off)))) ** 2
    both = sd**2 + own
    right = (1 - wrong) * math.exp(-(off**2) / both / 2) / math.sqrt(2 * math.pi * both)
    believed = right / (right + wrong / _ANYWHERE_DEG)
    mean, variance = off * sd**2 / both, sd**2 * own / both
    spread = believed * (variance + (1 - believed) * mean**2) + (1 - believed) * sd**2
    return believed * mean, math.sqrt(spread)


def _at(motion: Motion, rep: Rep) -> list[Uncovered]:
    """The looks at a rep's top at which somebody was found."""
    return [
        look
        for look in motion.track.uncovered
        if rep.top_start_s - _AROUND_S <= look.time_s <= rep.top_end_s + _AROUND_S
        and np.isfinite(look.points).all()
    ]


def _elsewhere(look: Uncovered, feet: Array) -> float:
    """Pixels from the lifter's feet to those that were found: the body may be somebody else's."""
    return float(np.linalg.norm(np.median(look.points[:, FEET].astype(float), axis=(0, 1)) - feet))


def _bare(look: Uncovered, view: View) -> float | None:
    """The near shin's lean without the plates, degrees; None where the ways to paint or the legs disagree."""
    near, far = (_shin(look.points.astype(float), side, view) for side in _sides(view.near))
    apart = float(np.median(near) - np.median(far)) - _NEARER_DEG
    if np.ptp(near) >= _AGREED_DEG or abs(apart) >= _BOTH_DEG:
        return None
    ahead = _AHEAD_DEG + _AHEAD_BY_AZIMUTH * abs(view.azimuth_deg)
    return (float(np.median(near)) - ahead) / _SLOPE


def _by_outline(look: Uncovered, view: View) -> float | None:
    """The near shin's lean by its outline, degrees; None where that is like no other."""
    return lean_by_outline(look.shins[("left", "right").index(view.near)], view.toes)


def _sides(near: str) -> tuple[str, str]:
    return (near, "left" if near == "right" else "right")


def _shin(points: Array, side: str, view: View) -> Array:
    """Its lean after each of k ways to paint, degrees, shape (k,)."""
    body = points * (view.toes, -1.0)
    chain = (body[:, Joint[f"{side.upper()}_{name}"]] for name in ("SHOULDER", "HIP", "KNEE", "ANKLE"))
    return inclinations(*chain).shin
