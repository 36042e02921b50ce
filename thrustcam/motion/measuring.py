"""Reps → measured reps: every number a rule asks for, with its interval, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.anchors import anchors
from thrustcam.motion.arch import hips_and_arches
from thrustcam.motion.barbell import bar_speeds
from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.frontal import frontal_measures
from thrustcam.motion.habit import SHINS, settle
from thrustcam.motion.hips import hips_seen
from thrustcam.motion.joint_model import ANGLES, joint_model
from thrustcam.motion.knee import knees
from thrustcam.motion.leaning import Lean
from thrustcam.motion.legs import Legs
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.motion import Motion
from thrustcam.motion.observation import SITUATIONS
from thrustcam.motion.opinion import outlined_hips, second_opinion
from thrustcam.motion.outline import CLOSE_UPS, outline_model
from thrustcam.motion.riding import DOUBT_SD
from thrustcam.motion.sagittal import SagittalSet
from thrustcam.motion.timing import timing
from thrustcam.motion.top_model import top_model
from thrustcam.motion.tops import Top
from thrustcam.motion.view import view_model
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep

Array = NDArray[np.float64]

_PLATES_HIDE = "Plates or clutter hide the body: film from about 20° toward the feet, 1.4 m high."
_NOT_FROM_FRONT = "The view from the front does not show it: film from the side."
_CUT_OFF = "The {part} are out of the picture: move the camera back."
_BOTTOM_S = 0.25

_SHIN_NOT_SEEN_SD = 2.15
"""Degrees by which the shin of one top is further off where the landmarks tell it from the next."""

_FROM_ASIDE = 0.7
"""From three-quarters both shins are in sight: they are told by so much better than the spreads say that both
views share. Of 177 rendered reps that nothing was fitted to all lay inside without it, with it 96 %."""


def load_calibration() -> None:
    """Read what measuring needs: a third of a second that the first rep of a session should not wait for."""
    models = [view_model()]
    for situation in SITUATIONS:
        joint_model(situation)
        models += top_model(situation).values()
    for model in models:
        model(model.rows[0])
    for part in CLOSE_UPS:
        outline_model(part)


def measure_reps(
    motion: Motion, reps: list[Rep], sets: Sequence[SagittalSet], plate_mm: float | None = None
) -> list[MeasuredRep]:
    """Every number of every rep; in metres only with the plate's diameter.

    `sets` : the motion's, as `sagittal_sets` sees them.
    """
    parts = [joint_angles(motion, reps, sets)]
    parts += [f(motion, reps) for f in (frontal_measures, anchors, timing)]
    parts.append(bar_speeds(motion, reps, plate_mm))
    return [MeasuredRep(rep, {k: v for part in parts for k, v in part[rep.index].items()}) for rep in reps]


def angles_between(sets: Sequence[SagittalSet], measured: Sequence[MeasuredRep]) -> NDArray[np.float64]:
    """Shape (n, 1 + 4), n frames in all the sets: seconds, and `ANGLES` in degrees, NaN where not seen."""
    by_rep = {rep.rep.index: rep for rep in measured}
    found = [np.empty((0, 1 + len(ANGLES)))]
    for lifting in sets:
        more = {name: _more(lifting, name, by_rep) for name in ANGLES}
        found.append(np.column_stack([lifting.t, lifting.series(more)]))
    return np.concatenate(found)


def _more(lifting: SagittalSet, name: str, measured: dict[int, MeasuredRep]) -> Array:
    """Degrees in each frame by which an angle was measured to be more at the tops around it than was seen."""
    told = [(measured[top.rep.index][name], top.seen[name]) for top in lifting.tops]
    more = [(number.at_s, number.value - seen) for number, seen in told if isinstance(number, Estimate)]
    at_s, degrees = np.array(more or [(0.0, 0.0)]).T
    return np.asarray(np.interp(lifting.t, at_s, degrees))


def joint_angles(
    motion: Motion, reps: list[Rep], sets: Sequence[SagittalSet]
) -> dict[int, dict[str, Measured]]:
    """By the rep's index: the angles at its top, and `bottom_hip_deg`."""
    from_front = motion.view is not None and motion.view.kind == "front"
    unseen = Unseen(_NOT_FROM_FRONT if from_front else _PLATES_HIDE)
    names = (*ANGLES, "lumbar_arch_deg", "bottom_hip_deg")
    measured: dict[int, dict[str, Measured]] = {r.index: dict.fromkeys(names, unseen) for r in reps}
    for lifting in sets:
        legs = Legs.of(motion, lifting.tops)
        for rep, angles in _at_the_tops(motion, lifting.tops, legs):
            measured[rep.index].update(angles)
        for rep in lifting.reps:
            if part := _cut_off(motion.track, rep):
                measured[rep.index] = dict.fromkeys(names, Unseen(_CUT_OFF.format(part=part)))
                continue
            if lifting.tops and (below := lifting.leans(rep.start_s - _BOTTOM_S, rep.start_s)):
                measured[rep.index]["bottom_hip_deg"] = _estimate(below["hip_deg"], rep.start_s)
    return measured


def _at_the_tops(motion: Motion, tops: list[Top], legs: Legs) -> list[tuple[Rep, dict[str, Measured]]]:
    """Each top's angles by what the whole set tells of them."""
    if not tops:
        return []
    at_s = [top.rep.top_at_s for top in tops]
    alone = {name: [top.leans[name].value for top in tops] for name in ANGLES}
    shins = _shins(motion, tops, at_s, legs)
    seen = hips_seen(tops, legs, outlined_hips(motion, tops))
    more, sd = second_opinion(motion, tops, "hip_deg", seen.degrees, _body_sd(tops, "hip_deg"))
    degrees, doubts, arches = (x.tolist() for x in (seen.degrees + more, seen.doubts, seen.arches))
    hips = hips_and_arches(degrees, arches, at_s, sd, doubts)
    bent = knees(
        alone, shins, [hip for hip, _ in hips], _body_sd(tops, "knee_deg"), at_s, planted=legs.planted
    )
    trunks = [_estimate(top.leans["trunk_deg"], moment) for top, moment in zip(tops, at_s, strict=True)]
    return [
        (
            top.rep,
            {
                "shin_deg": shin,
                "hip_deg": hip,
                "knee_deg": knee,
                "trunk_deg": trunk,
                "lumbar_arch_deg": arch,
            },
        )
        for top, shin, (hip, arch), knee, trunk in zip(tops, shins, hips, bent, trunks, strict=True)
    ]


def _shins(motion: Motion, tops: list[Top], at_s: list[float], legs: Legs) -> list[Estimate]:
    """How they differ is told by their pictures where they were found, and by the landmarks elsewhere."""
    values, seen = legs.shins(np.array([top.leans["shin_deg"].value for top in tops]))
    doubts = np.hypot(_SHIN_NOT_SEEN_SD, [DOUBT_SD["shin_deg"] * top.by_bar for top in tops])
    doubts[seen] = 0.0
    aside = motion.view is not None and motion.view.kind == "three-quarter"
    share = _FROM_ASIDE if aside else 1.0
    more, sd = second_opinion(motion, tops, "shin_deg", values, share * _body_sd(tops, "shin_deg"))
    return settle((values + more).tolist(), at_s, sd, SHINS, (share * doubts).tolist())


def _body_sd(tops: list[Top], name: str) -> float:
    return float(np.median([top.leans[name].body_sd for top in tops]))


def _cut_off(track: PoseTrack, rep: Rep) -> str | None:
    """What of the body lies outside the picture at the top, where the pose model only guesses."""
    top = track.found & during(track.t, rep.top_start_s, rep.top_end_s)
    for part, name in (("feet", "ANKLE"), ("shoulders", "SHOULDER"), ("knees", "KNEE")):
        joints = [Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]]
        if top.any() and track.in_picture(joints)[top].mean() < 0.5:
            return part
    return None


def _estimate(lean: Lean, at_s: float) -> Estimate:
    return Estimate.around(lean.value, 1.96 * lean.sd, at_s)
