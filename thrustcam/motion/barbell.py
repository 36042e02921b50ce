"""How fast the bar goes up, in metres, where the plate's diameter is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import LiftingSet, Motion
from thrustcam.motion.smoothing import smooth
from thrustcam.reps import Rep

_NO_SCALE = "Needs a scale: give the plate's diameter with --plate-mm."
_NO_PLATE = "No plate was followed all the way up: film the plate in full view."

_SCALE_SHARE = 0.03  # 95 %: a plate's radius in the picture, and how square it is to the camera
_MEAN_M_S, _PEAK_M_S = 0.03, 0.06  # 95 % half-widths of what is left of the times' and places' errors
_SPEED_CUTOFF_HZ = 6.0


def bar_speeds(motion: Motion, reps: Sequence[Rep], plate_mm: float | None) -> dict[int, dict[str, Measured]]:
    """By the rep's index: `mean_velocity_m_s`, `peak_velocity_m_s` (on the way up) and `bar_travel_m`.

    Parameters
    ----------
    plate_mm : the diameter of the plate on the near end; None where nobody said.

    Notes
    -----
    Both the plate's size and its way are seen at the plate's own distance, so that neither the camera's
    distance nor its lens matters.
    """
    names = ("mean_velocity_m_s", "peak_velocity_m_s", "bar_travel_m")
    unseen = Unseen(_NO_SCALE if plate_mm is None else _NO_PLATE)
    measured: dict[int, dict[str, Measured]] = {rep.index: dict.fromkeys(names, unseen) for rep in reps}
    if plate_mm is None:
        return measured
    for lifting in motion.sets:
        t = lifting.lift.t
        if lifting.lift.plate_rides:
            for rep in (rep for rep in reps if t[0] <= rep.top_start_s <= t[-1]):
                measured[rep.index].update(_speeds(lifting, rep, plate_mm / 1000))
    return measured


def _speeds(lifting: LiftingSet, rep: Rep, diameter_m: float) -> dict[str, Measured]:
    t, plate = lifting.track.t, lifting.track.plate
    up = (t >= rep.start_s - 0.5) & (t <= rep.top_start_s + 0.5)
    seen = up & np.isfinite(plate[:, 1])
    rising = (t >= rep.start_s) & (t <= rep.top_start_s)
    if not rising.any() or np.isfinite(plate[rising, 1]).mean() < 0.8 or rep.up_s <= 0:
        return {}
    metre_px = 2 * float(np.median(plate[seen, 3])) / diameter_m
    height = smooth(t[seen], -plate[seen, 1] / metre_px, _SPEED_CUTOFF_HZ)
    way = height.between(rep.start_s, rep.top_start_s)
    if len(way.x) < 3:
        return {}
    travel = float(way.x[-1] - way.x[0])
    speed = np.gradient(way.x, way.t)
    fastest = int(speed.argmax())
    mean, peak = travel / float(way.t[-1] - way.t[0]), float(speed[fastest])
    return {
        "mean_velocity_m_s": Estimate.around(mean, _SCALE_SHARE * abs(mean) + _MEAN_M_S, rep.start_s),
        "peak_velocity_m_s": Estimate.around(
            peak, _SCALE_SHARE * abs(peak) + _PEAK_M_S, float(way.t[fastest])
        ),
        "bar_travel_m": Estimate.around(travel, _SCALE_SHARE * abs(travel) + 0.01, rep.top_start_s),
    }
