"""The lifter looked at again: other opinions on how shins lean and hips are open at all tops of a set.

Behind plates, what the pose model sees of a body is wrong alike at every top of a set. Once they are painted
out (`poses/uncovering.py`) it errs in other ways: where three ways to paint agree, and both shins, the near
one is told to 2.8°, whatever was seen before. By the outline of the leg in the picture (`motion/outline.py`)
it is told to 2°, in yet other ways. So all are weighed by how sure they are. Shins from the side only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.angles import inclinations
from thrustcam.motion.motion import Motion
from thrustcam.motion.outline import told_by_outline
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

_SLOPE, _AHEAD_DEG, _AHEAD_BY_AZIMUTH = 0.93, 0.5, 0.19
"""How the near shin is seen: a little flatter than it leans, and further forward the more the camera stands
toward the feet."""
_TO_SD = 1.48
"""What of looks at one set turns their median distance from their middle into a standard deviation
(Rousseeuw & Croux 1993)."""
_ANYWHERE_DEG = 60.0
"""Within so many degrees lies what is seen wrongly nevertheless, and says nothing."""


@dataclass(frozen=True)
class Witness:
    """One way to tell an angle from a look.

    `told` : degrees; None where the look does not show it. `sd` : how far that is off from body to body, a
    standard deviation, degrees. `wrong` : how likely it says nothing after one look; after n, that over n².
    `by_body` : whether only looks tell it in which the pose model found the lifter's body.
    """

    told: Callable[[Uncovered, View], float | None]
    sd: float
    wrong: float
    by_body: bool = True


def second_opinion(
    motion: Motion, tops: Sequence[Top], name: str, seen: Array, sd: float
) -> tuple[float, float]:
    """Degrees by which an angle of a set is more than was seen at its tops, and how far that may be off.

    Parameters
    ----------
    name : `shin_deg` or `hip_deg`.
    seen : shape (n,), that angle at each top, degrees.
    sd : how far all of them may be off together, a standard deviation, degrees.
    """
    view = motion.view
    if view is None or not motion.track.uncovered:
        return 0.0, sd
    looks = [(look, before) for top, before in zip(tops, seen, strict=True) for look in _at(motion, top.rep)]
    lifter = _finds_the_lifter(motion)
    more = 0.0
    for witness in WITNESSES[name]:
        told = [
            deg - before
            for look, before in looks
            if (lifter(look) or not witness.by_body) and (deg := witness.told(look, view)) is not None
        ]
        off, sd = _weighed(np.array(told) - more, sd, witness)
        more += off
    return more, sd


def outlined_hips(motion: Motion, tops: Sequence[Top]) -> Array:
    """Shape (n,): `hip_deg` at each top by its outline, degrees; NaN where that tells nothing."""
    return np.array([_median(_hips(look, motion.view) for look in _at(motion, top.rep)) for top in tops])


def _median(told: Iterable[float | None]) -> float:
    """NaN of nothing."""
    degrees = [deg for deg in told if deg is not None]
    return float(np.median(degrees)) if degrees else math.nan


def _weighed(looks: Array, sd: float, witness: Witness) -> tuple[float, float]:
    """The mean and standard deviation of what was off, which two opinions tell as 0 ± sd and as `looks`."""
    if not len(looks):
        return 0.0, sd
    off, wrong = float(np.median(looks)), witness.wrong / len(looks) ** 2
    own = witness.sd**2 + (_TO_SD * float(np.median(np.abs(looks - off)))) ** 2
    both = sd**2 + own
    right = (1 - wrong) * math.exp(-(off**2) / both / 2) / math.sqrt(2 * math.pi * both)
    believed = right / (right + wrong / _ANYWHERE_DEG)
    mean, variance = off * sd**2 / both, sd**2 * own / both
    spread = believed * (variance + (1 - believed) * mean**2) + (1 - believed) * sd**2
    return believed * mean, math.sqrt(spread)


def _at(motion: Motion, rep: Rep) -> list[Uncovered]:
    """The looks at a rep's top."""
    return [
        look
        for look in motion.track.uncovered
        if rep.top_start_s - _AROUND_S <= look.time_s <= rep.top_end_s + _AROUND_S
    ]


def _finds_the_lifter(motion: Motion) -> Callable[[Uncovered], bool]:
    """Whether a look found a body, and on the lifter's feet: it may be somebody else's."""
    feet = np.median(motion.track.feet()[motion.track.found], axis=0)

    def finds(look: Uncovered) -> bool:
        off = np.linalg.norm(np.median(look.points[:, FEET].astype(float), axis=(0, 1)) - feet)
        return bool(np.isfinite(look.points).all() and off < _ELSEWHERE * motion.torso_px)

    return finds


def _bare(look: Uncovered, view: View) -> float | None:
    """The near shin's lean without the plates, degrees; None where the ways to paint or the legs disagree, or
    nothing had to be painted out."""
    if view.kind != "side" or len(look.points) == 1:
        return None
    near, far = (_shin(look.points.astype(float), side, view) for side in _sides(view.near))
    apart = float(np.median(near) - np.median(far)) - _NEARER_DEG
    if np.ptp(near) >= _AGREED_DEG or abs(apart) >= _BOTH_DEG:
        return None
    ahead = _AHEAD_DEG + _AHEAD_BY_AZIMUTH * abs(view.azimuth_deg)
    return (float(np.median(near)) - ahead) / _SLOPE


def _beside_plates(look: Uncovered, view: View) -> float | None:
    """The near shin's lean by its outline, degrees; None where that is like no other."""
    return None if look.hips is None else _outlined(look, view)


def _in_the_open(look: Uncovered, view: View) -> float | None:
    """The same where there are no plates."""
    return _outlined(look, view) if look.hips is None else None


def _outlined(look: Uncovered, view: View) -> float | None:
    if view.kind != "side":
        return None
    return told_by_outline("shin", look.shins[("left", "right").index(view.near)], view.toes)


def _hips(look: Uncovered, view: View | None) -> float | None:
    """The hip angle by the outline of what is around the plates, degrees; None where it is like no other."""
    return None if look.hips is None or view is None else told_by_outline("hips", look.hips, view.toes)


def _sides(near: str) -> tuple[str, str]:
    return (near, "left" if near == "right" else "right")


def _shin(points: Array, side: str, view: View) -> Array:
    """Its lean after each of k ways to paint, degrees, shape (k,)."""
    body = points * (view.toes, -1.0)
    chain = (body[:, Joint[f"{side.upper()}_{name}"]] for name in ("SHOULDER", "HIP", "KNEE", "ANKLE"))
    return inclinations(*chain).shin


WITNESSES: Mapping[str, tuple[Witness, ...]] = {
    "shin_deg": (
        # Of 347 looks at 80 rendered bodies behind plates, 32 without, 237 looks at 61 painted.
        Witness(_beside_plates, 1.8, 0.1),
        # Where the pose model sees the leg as well they err alike, a little: off by 1.8°, correlation 0.4.
        Witness(_in_the_open, 2.5, 0.1),
        Witness(_bare, 2.8, 0.4),
    ),
    "hip_deg": (Witness(_hips, 3.7, 0.05, by_body=False),),
}
