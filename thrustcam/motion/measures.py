"""What was measured of one rep, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thrustcam.motion.estimate import Measured, Unseen
from thrustcam.reps import Rep


@dataclass(frozen=True)
class MeasuredRep:
    """One rep and its numbers.

    Attributes
    ----------
    rep : its times.
    measures : each number with its interval, or why there is none. Degrees in the signs of the contract:

        at the top: `shin_deg`, `hip_deg`, `knee_deg`, `trunk_deg`, `neck_deg`,
            `hip_level_deg`, `lumbar_arch_deg` (extension of the lower back beyond the bottom's, + = arched);
        at the bottom: `bottom_hip_deg`;
        over the rep: `knee_cave_deg`, `heel_rise` (shank lengths), `shoulder_drift` (torso lengths),
            `range` (share of the set's best), `stance` (distance of the ankles in hip widths);
        times in seconds: `up_s`, `top_s`, `down_s`, `bottom_s`;
        at the turn after the descent: `dwell`, time at the bottom over that of a smooth swing at the same
            pace, and `rebound_g`, the peak upward acceleration of the hips in g;
        of the bar on its way up: `mean_velocity_m_s`, `peak_velocity_m_s`, `bar_travel_m`.
    """

    rep: Rep
    measures: Mapping[str, Measured]

    def __getitem__(self, name: str) -> Measured:
        """The number called `name`; `Unseen` where it was not measured."""
        return self.measures.get(name, Unseen(f"{name.replace('_', ' ')} was not measured."))
