"""Reps → measured reps: every number a rule asks for, with its interval, or why there is none."""

from __future__ import annotations

import numpy as np

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.frontal import frontal_measures
from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.motion import Motion
from thrustcam.motion.sagittal import Lean, sagittal_sets
from thrustcam.motion.smoothing import smooth
from thrustcam.motion.tops import settle
from thrustcam.reps import Rep

_PLATES_HIDE = "Plates or clutter hide the body: film from about 20° toward the feet, 1.4 m high."
_NOT_FROM_FRONT = "The view from the front does not show it: film from the side."

_BOTTOM_S = 0.25
_TIME_HALF_S = 0.12  # 95 % half-width of a phase's length
_TORSO_M = 0.5
_G = 9.81


def measure_reps(motion: Motion, reps: list[Rep]) -> list[MeasuredRep]:
    """Every number of every rep; `range` is a share of the best of all of them."""
    lean = _leans(motion, reps)
    heights = [_travel(motion, rep) for rep in reps]
    best = max(heights, default=0.0)
    return [
        MeasuredRep(
            rep,
            {
                **lean[rep.index],
                **frontal_measures(motion, rep),
                **_times(motion, rep),
                "range": Estimate.around(travel / best, 0.05, rep.top_start_s) if best > 0 else Unseen(""),
            },
        )
        for rep, travel in zip(reps, heights, strict=True)
    ]


def _leans(motion: Motion, reps: list[Rep]) -> dict[int, dict[str, Measured]]:
    """By the rep's index: the angles at its top, and `bottom_hip_deg`."""
    from_front = motion.view is not None and motion.view.kind == "front"
    unseen = Unseen(_NOT_FROM_FRONT if from_front else _PLATES_HIDE)
    names = (*ANGLES, "bottom_hip_deg")
    measured: dict[int, dict[str, Measured]] = {r.index: dict.fromkeys(names, unseen) for r in reps}
    for lifting in sagittal_sets(motion, reps):
        seen = [(r, found) for r in lifting.reps if (found := lifting.leans(r.top_start_s, r.top_end_s))]
        at_s = [(rep.top_start_s + rep.top_end_s) / 2 for rep, _ in seen]
        hips = settle([found["hip_deg"] for _, found in seen], at_s)
        for (rep, found), hip, at in zip(seen, hips, at_s, strict=True):
            mine = measured[rep.index]
            mine.update({name: _estimate(found[name], at) for name in ANGLES if name != "hip_deg"})
            mine["hip_deg"] = hip
        for rep in lifting.reps:
            if below := lifting.leans(rep.start_s - _BOTTOM_S, rep.start_s):
                measured[rep.index]["bottom_hip_deg"] = _estimate(below["hip_deg"], rep.start_s)
    return measured


def _estimate(lean: Lean, at_s: float) -> Estimate:
    return Estimate.around(lean.value, 1.96 * lean.sd, at_s)


def _times(motion: Motion, rep: Rep) -> dict[str, Measured]:
    """Tempo, and the rebound at the turn after the descent."""
    numbers: dict[str, Measured] = {
        "up_s": Estimate.around(rep.up_s, _TIME_HALF_S, rep.start_s),
        "top_s": Estimate.around(rep.top_s, _TIME_HALF_S, rep.top_start_s),
    }
    if rep.down_s is not None:
        numbers["down_s"] = Estimate.around(rep.down_s, _TIME_HALF_S, rep.top_end_s)
    if rep.bottom_s is not None:
        numbers["bottom_s"] = Estimate.around(rep.bottom_s, _TIME_HALF_S, rep.end_s)
        numbers["rebound_g"] = _rebound(motion, rep)
    return numbers


def _rebound(motion: Motion, rep: Rep) -> Measured:
    """Peak upward acceleration of the hips at the turn, in g."""
    for lifting in motion.sets:
        if lifting.lift.t[0] <= rep.end_s <= lifting.lift.t[-1]:
            curve = smooth(lifting.lift.t, lifting.lift.height)
            speed = np.gradient(curve.x, curve.t)
            change = np.gradient(speed, curve.t) * _TORSO_M / _G
            around = (curve.t >= rep.end_s - 0.2) & (curve.t <= rep.end_s + 0.4)
            if around.any():
                row = int(np.flatnonzero(around)[change[around].argmax()])
                return Estimate.around(max(float(change[row]), 0.0), 0.25, float(curve.t[row]))
    return Unseen("The turn at the bottom was not seen.")


def _travel(motion: Motion, rep: Rep) -> float:
    """Torso lengths the hips rise from the rep's bottom to its top."""
    for lifting in motion.sets:
        if lifting.lift.t[0] <= rep.top_start_s <= lifting.lift.t[-1]:
            curve = smooth(lifting.lift.t, lifting.lift.height)
            up = curve.between(rep.start_s - 0.3, rep.top_end_s)
            return float(np.ptp(up.x)) if len(up.x) else 0.0
    return 0.0
