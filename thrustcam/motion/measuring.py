"""Reps → measured reps: every number a rule asks for, with its interval, or why there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.frontal import frontal_measures
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.motion import Motion
from thrustcam.motion.sagittal import Sagittal, sagittal
from thrustcam.motion.smoothing import smooth
from thrustcam.reps import Rep

FROM_THE_SIDE = "film from the side"

# 95 % half-widths on rendered clips, degrees: side, three-quarter.
_HALF_DEG = {"shin": (6.0, 8.0), "hip": (10.0, 12.0), "knee": (9.0, 15.0), "trunk": (7.0, 9.0)}
_LEGS_APART_DEG = 6.0  # more, and a plate misleads the knees
_TRUNK_SHORT = 0.90  # of the torso length in the picture; shorter, and a plate misleads the hips
_TIME_HALF_S = 0.12  # 95 % half-width of a phase's length
_TORSO_M = 0.5
_G = 9.81


def measure_reps(motion: Motion, reps: list[Rep]) -> list[MeasuredRep]:
    """Every number of every rep; `range` is a share of the best of all of them."""
    plane = sagittal(motion)
    heights = [_travel(motion, rep) for rep in reps]
    best = max(heights, default=0.0)
    return [
        MeasuredRep(
            rep,
            {
                **_side_measures(motion, plane, rep),
                **frontal_measures(motion, rep),
                **_times(motion, rep),
                "range": Estimate.around(travel / best, 0.05, rep.top_start_s) if best > 0 else Unseen(""),
            },
        )
        for rep, travel in zip(reps, heights, strict=True)
    ]


def _side_measures(motion: Motion, plane: Sagittal, rep: Rep) -> dict[str, Measured]:
    """Angles at the top and the bottom."""
    t = motion.track.t
    top = (t >= rep.top_start_s - 1e-6) & (t <= rep.top_end_s + 1e-6)
    view = motion.view
    if view is None or view.kind == "front":
        why = Unseen(f"The view from the front does not show it: {FROM_THE_SIDE}.")
        return dict.fromkeys(
            ("shin_deg", "hip_deg", "knee_deg", "trunk_deg", "thigh_deg", "bottom_hip_deg"), why
        )
    place = 0 if view.kind == "side" else 1
    at_s = (rep.top_start_s + rep.top_end_s) / 2
    hidden_knee = _median(plane.legs_apart, top) > _LEGS_APART_DEG
    hidden_hip = hidden_knee or _median(plane.trunk, top) < _TRUNK_SHORT * np.cos(
        np.radians(view.azimuth_deg)
    )
    hidden = Unseen("Plates or clutter hide the joint: film from about 20° toward the feet, 1.4 m high.")

    def angle(name: str, series: NDArray[np.float64], is_hidden: bool) -> Measured:
        value = _median(series, top)
        return (
            hidden
            if is_hidden or not np.isfinite(value)
            else Estimate.around(value, _HALF_DEG[name][place], at_s)
        )

    return {
        "shin_deg": angle("shin", plane.lean.shin, hidden_knee),
        "hip_deg": angle("hip", plane.lean.hip, hidden_hip),
        "knee_deg": angle("knee", plane.lean.knee, hidden_hip),
        "trunk_deg": angle("trunk", plane.lean.trunk, hidden_hip),
        "thigh_deg": angle("trunk", plane.lean.thigh, hidden_hip),
    }


def _median(series: NDArray[np.float64], rows: NDArray[np.bool_]) -> float:
    values = series[rows]
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else float("nan")


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
