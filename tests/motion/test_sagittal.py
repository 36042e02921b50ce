"""A set in its sagittal plane: every frame's angles, and which plates are believed."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Linkage, Tempo

from thrustcam.motion.joint_model import ANGLES, joint_model
from thrustcam.motion.motion import measure_motion
from thrustcam.motion.observation import Situation
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

GOOD, _ = bodies.lift([Tempo()] * 3)
FILMED = Camera(height_m=1.1).film(GOOD, 0.005)


def test_every_frame_has_angles_that_go_with_the_hips():
    motion = measure_motion(FILMED)
    (only,) = sagittal_sets(motion, find_reps(motion))
    series, truth = only.series({}), GOOD.inclinations()
    assert series.shape == (len(only.t), len(ANGLES))
    rows = np.searchsorted(FILMED.t, only.t)
    for name in ("hip", "trunk"):
        column = series[:, ANGLES.index(f"{name}_deg")]
        seen = np.isfinite(column)
        assert seen.mean() > 0.5
        assert np.corrcoef(column[seen], getattr(truth, name)[rows][seen])[0, 1] > 0.98


def test_frames_without_a_pose_have_no_angles():
    track = bodies.without(FILMED, 5.0, 5.5)
    motion = measure_motion(track)
    (only,) = sagittal_sets(motion, find_reps(motion))
    lost = ~track.found[np.searchsorted(track.t, only.t)]
    assert lost.sum() == 15
    assert np.isnan(only.series({})[lost]).all()


def plated(off_radii: tuple[float, float] | None) -> PoseTrack:
    """Filmed with a plate on the hips and, at that offset from it, something taken for the far one."""
    track = bodies.plated(Camera(20, height_m=1.1).film(GOOD, 0.005))
    if off_radii is None:
        return track
    far = track.plate[:, :3] + track.plate[:, 2:3] * (*off_radii, 0.0)
    far[:, 2] *= 0.65
    return replace(track, far_plate=far)


def test_a_far_plate_is_believed_only_where_the_near_one_agrees():
    told: dict[str, tuple[bool, float]] = {}
    for name, off in {"none": None, "true": (0.9, -0.4), "false": (1.8, -2.0)}.items():
        motion = measure_motion(plated(off))
        (only,) = sagittal_sets(motion, find_reps(motion))
        told[name] = only.observer.bar is not None, only.tops[0].leans["hip_deg"].value
    assert told["true"][0]
    assert told["true"][1] == pytest.approx(180, abs=6)
    assert told["false"] == told["none"]


def test_a_plate_that_lies_nowhere_near_the_hips_is_not_believed():
    film = Camera(20, height_m=1.1).film(GOOD, 0.005)
    for off_px, situation in (((0.0, -15.0), "near"), ((0.0, -300.0), "hidden")):
        motion = measure_motion(bodies.plated(film, off_px=off_px))
        (only,) = sagittal_sets(motion, find_reps(motion))
        tops = [only.during(rep.top_start_s, rep.top_end_s) for rep in only.reps]
        assert [only.situation(seen) for seen in tops if seen is not None] == [situation] * 3
        assert [top.rep.index for top in only.tops] == ([1, 2, 3] if situation == "near" else [])


@pytest.mark.parametrize(("radius_px", "clear"), [(60.0, True), (150.0, False)])
def test_shins_whose_knees_are_clear_of_the_plate_are_told_as_without_one(radius_px, clear):
    body, _ = bodies.lift([Tempo()] * 3, Linkage(shin_deg=-18))
    motion = measure_motion(bodies.plated(Camera(15, height_m=1.1).film(body, 0.005), radius_px=radius_px))
    (only,) = sagittal_sets(motion, find_reps(motion))
    times = only.reps[1].top_start_s, only.reps[1].top_end_s
    seen = only.during(*times)
    assert seen is not None
    assert only.observer.knees_clear(seen).tolist() == [clear]
    assert only.situation(seen) == "near"
    situations: tuple[Situation, ...] = ("near", "clear")
    near, bare = (
        joint_model(each).angles["shin_deg"].value(only.observer(seen, each).rows)[0] for each in situations
    )
    told = (only.leans(*times)["shin_deg"].value - near) / (bare - near)
    assert told == pytest.approx(1 / 3 if clear else 0, abs=0.01)
