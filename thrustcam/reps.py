"""Motion → reps: where the hips turn, and which of the rises between are hip thrusts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.lift import Lift
from thrustcam.motion.motion import LiftingSet, Motion
from thrustcam.motion.shape import Shape, shape_of
from thrustcam.motion.smoothing import Curve, smooth
from thrustcam.poses.track import during


@dataclass(frozen=True)
class Rep:
    """One repetition: bottom → top → bottom.

    Attributes (seconds from the clip's first frame)
    ----------
    index : 1 for the first.
    start_s : the hips leave the bottom (rise past 5 % of the rep's travel).
    top_start_s, top_end_s : first and last moment within 5 % of the rep's travel of its highest point.
    end_s : the hips are back within 5 % of the travel of the bottom, or the clip or set ended.
    next_start_s : the next rep leaves the bottom; None for the last rep of a set.
    complete : False when the clip or the set ended before the hips were back down.
    """

    index: int
    start_s: float
    top_start_s: float
    top_end_s: float
    end_s: float
    next_start_s: float | None
    complete: bool

    @property
    def up_s(self) -> float:
        """Seconds from leaving the bottom to the top."""
        return self.top_start_s - self.start_s

    @property
    def top_at_s(self) -> float:
        """The moment in the middle of the top."""
        return (self.top_start_s + self.top_end_s) / 2

    @property
    def top_s(self) -> float:
        """Seconds at the top."""
        return self.top_end_s - self.top_start_s

    @property
    def down_s(self) -> float | None:
        """Seconds from leaving the top to the bottom; None where the descent was cut off."""
        return self.end_s - self.top_end_s if self.complete else None

    @property
    def bottom_s(self) -> float | None:
        """Seconds at the bottom until the next rep leaves; None where none follows."""
        return None if self.next_start_s is None else self.next_start_s - self.end_s


NEAR = 0.05
"""Top and bottom are within this share of the rep's travel (contract, "A rep")."""

_LEAST_TRAVEL = 0.1  # torso lengths, about 5 cm; the shallowest partial reps rendered rise 0.11
_TURN = 0.18  # share of the set's swing that must be undone before a turn counts as one
_OVERSHOOT, _LONGER = 0.25, 3.0
"""A level up to so much of the travel under the highest point, and so many times as long: a top that is not
held stays 1.7 times as long a bit below its highest point."""
_SHORTEST_RISE_S = 0.25  # a third of the 0.80 ± 0.14 s at 80 % of 1RM (Zabaleta-Korta 2024)
_HALF = 0.6  # of the set's usual travel

# What a hip thrust looks like, torso lengths (`Shape`). In brackets what rendered and real reps show at the
# worst, plates included, and what the exercises that come nearest show.
_SHOULDER_SHARE, _SHOULDER_NOISE = 0.3, 0.03  # shoulders rise with the hips by [0.28; dips 0.5, squats 1]
_HAND_FURTHER = 0.5  # the hands may go further than the hips by [0.44; bench press 0.7]
_FOOT_TRAVEL = 0.4  # [0.21; leg raises, walking over 0.5]
_KNEE_OVER_ANKLE = 0.5  # [0.56; dips 0.48, planks, push-ups under 0.2]
_TRUNK_LYING = 0.8  # shoulders over hips [0.65; dips 0.86, squats, swings over 0.8]
_HIP_BETWEEN = (0.3, 1.2)  # [0.37 to 1.06; dips 0.21 to 0.32, squats outside]
_BENT_DEG = 150.0  # the knee at the bottom [146, feet far out; planks, piking to the down dog over 165]


_DENIED = 1.0
"""Share of its travel by which the typical witness may be off a rise that no plate tells of: 1300 rendered
reps lie under 0.8, what a body that the pose model lost seems to do at 1.1 and 1.4."""

_SEEN_SHARE = 1 / 3  # of the rises with a plate riding along, must show the joints of a hip thrust


@dataclass(frozen=True)
class Rise:
    """A rise of the hips between two turns, before anyone has asked whether it is a rep.

    `low`, `high`, `back` are seconds of the bottom before, the highest point and the bottom after (None
    where the curve ends first), `travel` torso lengths.
    """

    low: float
    high: float
    back: float | None
    travel: float


def find_rises(curve: Curve, least: float = _LEAST_TRAVEL) -> list[Rise]:
    """Every bottom → top (→ bottom) of a height curve that travels at least `least` torso lengths."""
    turns = _turns(curve.x, least)
    rises = []
    for place, (row, is_top) in enumerate(turns):
        if not is_top or place == 0:
            continue
        before, after = turns[place - 1][0], turns[place + 1][0] if place + 1 < len(turns) else None
        travel = float(curve.x[row] - curve.x[before])
        rises.append(
            Rise(
                float(curve.t[before]),
                float(curve.t[row]),
                None if after is None else float(curve.t[after]),
                travel,
            )
        )
    return rises


def _turns(x: NDArray[np.float64], least: float) -> list[tuple[int, bool]]:
    """Rows of the alternating bottoms (False) and tops (True) with at least `least` between neighbours."""
    turns: list[tuple[int, bool]] = []
    low = high = 0
    rising: bool | None = None
    for row, value in enumerate(x):
        low = row if value <= x[low] else low
        high = row if value > x[high] else high
        if rising is not False and x[high] - value >= least:
            turns.append((high, True))
            rising, low = False, row
            high = row
        elif rising is not True and value - x[low] >= least:
            turns.append((low, False))
            rising, high = True, row
            low = row
    if rising is True:
        turns.append((high, True))
    elif rising is False:
        turns.append((low, False))
    return turns


def phases(curve: Curve, rise: Rise, after_s: float) -> tuple[float, float, float, float, bool]:
    """Start, top start, top end and end of a rep by the contract's 5 %, and whether it came back down.

    Parameters
    ----------
    curve : the height in torso lengths.
    rise : the rep's turns.
    after_s : how far the curve after the descent may be looked at: the next rep's top or the curve's end.
    """
    up = curve.between(rise.low, rise.high)
    whole = curve.between(rise.low, rise.back if rise.back is not None else after_s)
    high, low = _level(whole.x, top=True), _level(up.x, top=False)
    down = curve.between(rise.high, rise.back if rise.back is not None else after_s)
    landed = _level(curve.between(rise.high, after_s).x, top=False) if rise.back is not None else low
    near = NEAR * (high - min(low, landed))
    start = _last_crossing(up, low + near)
    above = np.flatnonzero(whole.x >= high - near)
    top_start, top_end = float(whole.t[above[0]]), float(whole.t[above[-1]])
    descent = down.between(top_end, np.inf)
    below = np.flatnonzero(descent.x <= landed + near)
    complete = bool(len(below)) and not (descent.t[-1] >= curve.t[-1] and _still_sinking(curve))
    end = float(descent.t[below[0]]) if complete else float(down.t[-1])
    return min(start, top_start), top_start, top_end, max(end, top_end), complete


def _level(x: NDArray[np.float64], *, top: bool) -> float:
    """The level of a plateau that noise rides on: the upper (lower) fifth of what is near the extreme."""
    low, high = float(x.min()), float(x.max())
    if top:
        held = _held(x, NEAR * (high - low))
        return float(np.percentile(x[x >= high - 0.1 * (high - low)], 80)) if held is None else held
    return float(np.percentile(x[x <= low + 0.1 * (high - low)], 20))


def _held(x: NDArray[np.float64], near: float) -> float | None:
    """The level that a top with an overshoot or a jump of the pose is held at; None where it has none."""
    levels = x.max() - near * np.arange(1.0, _OVERSHOOT / NEAR, 0.5)
    around = np.abs(x - levels[:, None]) <= near
    best = around[around.sum(axis=1).argmax()]
    return float(np.median(x[best])) if best.sum() > _LONGER * (x >= x.max() - near).sum() else None


def _last_crossing(curve: Curve, level: float) -> float:
    below = np.flatnonzero(curve.x <= level)
    return float(curve.t[below[-1]]) if len(below) else float(curve.t[0])


@dataclass(frozen=True)
class _Candidate:
    """A rise that looks like a hip thrust: its phases and the set it belongs to."""

    times: tuple[float, float, float, float, bool]
    travel: float
    cut: bool  # the stretch began while the hips were already on their way up
    place: int


def find_reps(motion: Motion) -> list[Rep]:
    """All reps of a clip, in order of time."""
    candidates = [c for place, found in enumerate(motion.sets) for c in _candidates(motion, found, place)]
    kept = [c for c in candidates if not _half_lift(c, candidates)]
    reps = []
    for place, rep in enumerate(kept):
        later = kept[place + 1] if place + 1 < len(kept) else None
        start, top_start, top_end, end, complete = rep.times
        leaves = later.times[0] if later and later.place == rep.place else None
        reps.append(Rep(place + 1, start, top_start, top_end, end, leaves, complete))
    return reps


def _candidates(motion: Motion, found: LiftingSet, place: int) -> list[_Candidate]:
    """The rises of one set that are hip thrusts."""
    curve = smooth(found.lift.t, found.lift.height)
    swing = float(np.subtract(*np.percentile(curve.x, (98, 2))))
    rises = [
        rise
        for rise in find_rises(curve, max(_LEAST_TRAVEL, _TURN * swing))
        if rise.high - rise.low >= _SHORTEST_RISE_S
    ]
    shapes = [shape_of(found.track, motion.torso_px, rise.low, rise.high) for rise in rises]
    thrusts = [is_hip_thrust(shape, r.travel) for r, shape in zip(rises, shapes, strict=True)]
    if found.lift.plate_rides and sum(thrusts) >= _SEEN_SHARE * len(rises):
        thrusts = [True] * len(rises)  # the plate shows that they are alike, and hides the joints of some
    rises = [
        rise
        for rise, thrust in zip(rises, thrusts, strict=True)
        if thrust and (found.lift.plate_rides or not _denied(found.lift, rise))
    ]
    candidates = []
    for i, rise in enumerate(rises):
        after = rises[i + 1].high if i + 1 < len(rises) else float(curve.t[-1])
        cut = rise.low <= curve.t[0] + 1e-6 and _already_rising(curve)
        candidates.append(_Candidate(phases(curve, rise, after), rise.travel, cut, place))
    return candidates


def is_hip_thrust(shape: Shape | None, travel: float) -> bool:
    """Whether a rise is a hip thrust or bridge: hips rise between shoulders and knees over planted feet.

    Parameters
    ----------
    shape : what the picture shows of it, None where that was not seen.
    travel : the hips' rise by the whole body's motion, torso lengths; stands in for hips behind plates.
    """
    if shape is None:
        return False
    rise = max(shape.hip_rise, travel)
    between = np.isnan(shape.hip_between) or _HIP_BETWEEN[0] <= shape.hip_between <= _HIP_BETWEEN[1]
    return bool(
        shape.hip_rise - shape.shoulder_rise > 0
        and shape.shoulder_rise <= _SHOULDER_SHARE * rise + _SHOULDER_NOISE
        and shape.hand_rise <= rise + _HAND_FURTHER
        and shape.foot_travel <= _FOOT_TRAVEL
        and shape.knee_over_ankle >= _KNEE_OVER_ANKLE
        and abs(shape.shoulder_over_hip) <= _TRUNK_LYING
        and shape.bent_deg <= _BENT_DEG
        and between
    )


def _denied(lift: Lift, rise: Rise) -> bool:
    """Whether the witnesses contradict a rise by more than it travels."""
    off = lift.misfit[during(lift.t, rise.low, rise.high)]
    off = off[np.isfinite(off)]
    return bool(len(off)) and float(np.median(off)) > _DENIED * rise.travel


def _already_rising(curve: Curve) -> bool:
    """Whether the curve starts on its way up: no dwell at the bottom in its first moments."""
    first = curve.between(curve.t[0], curve.t[0] + 0.1)
    return bool(first.x[-1] - first.x[0] > 0.02)


def _still_sinking(curve: Curve) -> bool:
    """Whether the curve ends on its way down: where the hips land is not in the picture."""
    last = curve.between(curve.t[-1] - 0.1, curve.t[-1])
    return bool(last.x[0] - last.x[-1] > 0.02)


def _half_lift(rep: _Candidate, everyone: list[_Candidate]) -> bool:
    """A rise cut off by the start of the clip, or a half lift in another place before the set settles."""
    others = [c.travel for c in everyone if c is not rep]
    if not others:
        return False
    share = rep.travel / float(np.median(others))
    return share < _HALF and (rep.cut or all(c.place > rep.place for c in everyone if c is not rep))
