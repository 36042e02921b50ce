"""When and how far: tempo, the turn at the bottom, and the range of each rep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.lift import Lift, path_width
from thrustcam.motion.motion import Motion
from thrustcam.motion.smoothing import Curve, smooth
from thrustcam.poses.track import during
from thrustcam.reps import Rep

_NO_TURN = "No rep follows, so that there is no turn to judge."

# 95 % half-widths of up, top and down in seconds, from 560 rendered reps: a plate on the hips tells the time
# to a frame or two, the joints alone the less the more the view is turned.
_HALF_S = {
    "plate": (0.09, 0.09, 0.08),
    "side": (0.12, 0.15, 0.18),
    "three-quarter": (0.18, 0.25, 0.28),
    "front": (0.25, 0.28, 0.30),
}
_BOTTOM_HALF_S = 0.12
_ROUNDED_S = 0.19
"""The pose model smooths over time, so that a top seen by the joints seems to last √(its time² + this²).
Median of 19 rendered tops under 0.3 s from the side; it brings their error from +0.09 to +0.02 s."""
_CUT_S = 0.1

_AT_BOTTOM = 0.10  # of the travel
_SWING = 0.205  # of its period a sine stays within 10 % of its travel of the lowest point: acos(0.8) / pi
_ROUNDER = {"side": (1.0, 1.0), "three-quarter": (0.85, 1.9), "front": (0.6, 1.5)}
"""Turns told by the joints alone look rounder the less the hips rise in the picture: what brings dwell and
rebound to those of a plate, medians of 56 rendered bounces."""
_DWELL_SHARE = 0.08
_REBOUND_SHARE = 0.20
_TURN_S = 0.25
_TRAVEL_M = 0.357  # bar travel of a hip thrust (Zabaleta-Korta 2024)
_G = 9.81

_LOST = "The body was lost on the way: film from where all of it stays in the picture."
_OF_THE_TOP = ("up_s", "top_s", "down_s", "range")
_LOST_S, _LOST_FRAMES = 0.12, 2.5
"""Without the body on its path for longer than both, where the top is and how high is not known."""

_ALIKE = 0.8  # reps that travel at least so much of the furthest are the lifter's own best
_RANGE_HALF = 0.04


def timing(motion: Motion, reps: Sequence[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `up_s`, `top_s`, `down_s`, `bottom_s`, `dwell`, `rebound_g` and `range`."""
    measured: dict[int, dict[str, Measured]] = {rep.index: {} for rep in reps}
    travels: dict[int, tuple[Rep, float]] = {}
    for lifting in motion.sets:
        curve = smooth(lifting.lift.t, lifting.lift.height)
        mine = [rep for rep in reps if curve.t[0] <= rep.top_start_s <= curve.t[-1]]
        shake = _shake(curve, mine)
        for rep in mine:
            after = next((r for r in mine if r.start_s == rep.next_start_s), None)
            kind = "plate" if lifting.lift.plate_rides else motion.view.kind if motion.view else "front"
            measured[rep.index] = {**_tempo(kind, rep), **_turn(kind, curve, rep, after, shake)}
            if _lost(lifting.lift, rep):
                measured[rep.index] |= dict.fromkeys(_OF_THE_TOP, Unseen(_LOST))
                continue
            if rep.top_end_s > curve.t[-1] - _CUT_S:
                measured[rep.index]["top_s"] = Unseen("The end of the top is not in the picture.")
            travels[rep.index] = rep, _travel(curve, rep)
    measured_ranges = _ranges(list(travels.values()))
    for index, share in zip(travels, measured_ranges, strict=True):
        measured[index]["range"] = share
    return measured


def _lost(lift: Lift, rep: Rep) -> bool:
    """Whether neither the body nor a plate told for a while how high the hips were."""
    if lift.plate_rides:
        return False
    seen = np.isfinite(lift.misfit)
    told = lift.t[seen][lift.misfit[seen] <= path_width(lift.misfit[seen])]
    moments = np.r_[rep.start_s, told[during(told, rep.start_s, rep.end_s)], rep.end_s]
    return bool(np.diff(moments).max() > max(_LOST_S, _LOST_FRAMES * float(np.median(np.diff(lift.t)))))


def _tempo(kind: str, rep: Rep) -> dict[str, Measured]:
    up, top, down = _HALF_S[kind]
    numbers: dict[str, Measured] = {
        "up_s": Estimate.around(rep.up_s, up, rep.start_s),
        "top_s": Estimate.around(_held_s(kind, rep), top, rep.top_start_s),
        "down_s": Unseen("The way down is not in the picture."),
        "bottom_s": Unseen(_NO_TURN),
    }
    if rep.down_s is not None:
        numbers["down_s"] = Estimate.around(rep.down_s, down, rep.top_end_s)
    if rep.bottom_s is not None:
        numbers["bottom_s"] = Estimate.around(rep.bottom_s, _BOTTOM_HALF_S, rep.end_s)
    return numbers


def _held_s(kind: str, rep: Rep) -> float:
    return float(np.sqrt(max(rep.top_s**2 - _ROUNDED_S**2, 0.0))) if kind == "side" else rep.top_s


def _shake(curve: Curve, reps: Sequence[Rep]) -> float:
    """Standard deviation, torso lengths/s², of what accelerates where nothing does: at the tops' middle."""
    push = np.gradient(np.gradient(curve.x, curve.t), curve.t)
    middle = [(r.top_start_s + 0.25 * r.top_s, r.top_end_s - 0.25 * r.top_s) for r in reps]
    held = np.any([(curve.t >= start) & (curve.t <= end) for start, end in middle], axis=0)
    return float(push[held].std()) if np.sum(held) > 2 else 0.0


def _turn(kind: str, curve: Curve, rep: Rep, after: Rep | None, shake: float) -> dict[str, Measured]:
    """How the hips turn between this rep and the next.

    `dwell` : time within 10 % of the travel of the lowest point over that of a smooth swing at the rep's own
    pace, about 1.4 for a sine: quick reps turn quickly and still under control. `rebound_g` : the peak upward
    acceleration, as if the hips travelled the usual 0.357 m; bounces 0.5 g and more, controlled turns 0.3 g
    (median). `shake` : how much a curve that is held still accelerates, in its own units.
    """
    if after is None:
        return {"dwell": Unseen(_NO_TURN), "rebound_g": Unseen(_NO_TURN)}
    between = curve.between(rep.top_end_s, after.top_start_s)
    travel = float(np.ptp(curve.between(rep.top_start_s, rep.end_s).x))
    lowest = float(np.percentile(between.x, 1))
    step = float(curve.t[1] - curve.t[0])
    swing = _SWING * ((rep.down_s or 0.0) + after.up_s)
    dwell = float((between.x - lowest < _AT_BOTTOM * travel).sum()) * step / max(swing, step)
    longer, sharper = _ROUNDER.get(kind, (1.0, 1.0))
    dwell *= longer
    turn = curve.between(rep.end_s - 2 * _TURN_S, after.start_s + 2 * _TURN_S)
    push = np.gradient(np.gradient(turn.x, turn.t), turn.t)
    near = (turn.t >= rep.end_s - _TURN_S) & (turn.t <= after.start_s + _TURN_S)
    row = int(np.flatnonzero(near)[push[near].argmax()])
    g = sharper * _TRAVEL_M / _G / max(travel, 1e-6)
    rebound = max(float(push[row]), 0.0) * g
    half = float(np.hypot(_REBOUND_SHARE * rebound, 1.96 * shake * g))
    at_s = float(turn.t[row])
    return {
        "dwell": Estimate.around(dwell, _DWELL_SHARE * dwell, at_s),
        "rebound_g": Estimate.around(rebound, half, at_s),
    }


def _travel(curve: Curve, rep: Rep) -> float:
    """Torso lengths the hips rise from the rep's bottom to its top."""
    up = curve.between(rep.start_s - 0.3, rep.top_end_s)
    return float(np.ptp(up.x)) if len(up.x) else 0.0


def _ranges(travels: list[tuple[Rep, float]]) -> list[Measured]:
    """Each rep's share of what the lifter's best reps travel; one that overshoots sets no mark."""
    if not travels:
        return []
    heights = np.array([height for _, height in travels])
    best = float(np.median(heights[heights >= _ALIKE * heights.max()]))
    if best <= 0:
        return [Unseen("The hips were not seen to rise.") for _ in travels]
    return [Estimate.around(height / best, _RANGE_HALF, rep.top_start_s) for rep, height in travels]
