"""Knees from three-quarters, that fall inward by so many degrees."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import bodies
import numpy as np
import pytest
from bodies import Body, Camera, Tempo

from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.motion.measuring import measure_reps
from thrustcam.motion.motion import measure_motion
from thrustcam.motion.oblique import knee_caves
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

BODY, TRUTHS = bodies.lift([Tempo()] * 4)
KNEES, ANKLES = ([Joint[f"{side}_{name}"] for side in ("LEFT", "RIGHT")] for name in ("KNEE", "ANKLE"))


@dataclass(frozen=True)
class Caving(Body):
    """A body whose knees lean `deg` further in at the tops of its second rep than they do at its start."""

    deg: float = 0.0

    def landmarks(self):
        room = super().landmarks()
        height = (self.hip[:, 1] - bodies.BENCH.low) / (bodies.BENCH.high - bodies.BENCH.low)
        during = (self.t >= TRUTHS[1].start_s) & (self.t <= TRUTHS[1].end_s)
        knee, ankle = room[:, KNEES], room[:, ANKLES]
        inward = -np.sign(ankle[..., 2])
        lean = np.tan(np.radians(self.deg)) * (height * during)[:, None]
        room[:, KNEES, 2] += inward * (knee[..., 1] - ankle[..., 1]) * lean
        return room


def film(deg: float, camera: Camera) -> PoseTrack:
    return camera.film(Caving(*(getattr(BODY, f.name) for f in fields(Body)), deg=deg), 0.003)


def caves(track: PoseTrack) -> dict[int, Estimate]:
    motion = measure_motion(track)
    return knee_caves(sagittal_sets(motion, find_reps(motion)))


@pytest.mark.parametrize("near", ["left", "right"])
@pytest.mark.parametrize("azimuth", [40, 48])
def test_knees_that_fall_inward_stand_out_from_the_others(azimuth, near):
    camera = Camera(azimuth, near, height_m=1.2)
    steady, caved = caves(film(0, camera)), caves(film(14, camera))
    assert list(steady) == list(caved) == [1, 2, 3, 4]
    for rep in (1, 3, 4):
        assert caved[rep].value == pytest.approx(steady[rep].value, abs=1.5)
    # The pose model shows four fifths of a cave, which the calibration makes up for; this body shows it all.
    assert 10 < caved[2].value - steady[2].value < 14 / 0.65


@pytest.mark.parametrize("azimuth", [40, 48])
def test_steady_knees_are_never_a_fault(azimuth):
    for cave in caves(film(0, Camera(azimuth, height_m=1.2))).values():
        assert cave.low < 3


@pytest.mark.parametrize("azimuth", [0, 90])
def test_from_the_side_and_from_the_feet_it_is_not_told_here(azimuth):
    assert caves(film(14, Camera(azimuth, height_m=1.2))) == {}


def test_the_moment_shown_is_the_top():
    track = film(0, Camera(42, height_m=1.2))
    for rep in find_reps(measure_motion(track)):
        assert rep.top_start_s <= caves(track)[rep.index].at_s <= rep.top_end_s


@pytest.mark.parametrize(("away_px", "kind"), [(0.0, Estimate), (-2000.0, Unseen)])
def test_knees_out_of_the_picture_are_not_told(away_px, kind):
    track = film(0, Camera(42, height_m=1.2))
    motion = measure_motion(track)
    cut = replace(motion, track=replace(motion.track, points=motion.track.points + (away_px, 0.0)))
    reps = find_reps(motion)
    for rep in measure_reps(cut, reps, sagittal_sets(motion, reps)):
        assert isinstance(rep["knee_cave_deg"], kind)


def test_nobody_no_knees():
    assert caves(bodies.without(film(0, Camera(42, height_m=1.2)), 0, 99)) == {}
