"""Knees and feet from the feet and from three-quarters, with knees that fall inward by so many degrees."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import bodies
import numpy as np
import pytest
from bodies import Body, Camera, Tempo

from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.motion.frontal import frontal_measures
from thrustcam.motion.motion import measure_motion
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

BODY, TRUTHS = bodies.lift([Tempo()] * 3)
FRONT = Camera(90, height_m=1.1)
ASIDE = Camera(40, height_m=1.2)
KNEES, ANKLES = ([Joint[f"{side}_{name}"] for side in ("LEFT", "RIGHT")] for name in ("KNEE", "ANKLE"))


@dataclass(frozen=True)
class Caving(Body):
    """A body whose knees lean so many degrees further in at the tops of some reps than at their start."""

    left_deg: float = 0.0
    right_deg: float = 0.0
    reps: tuple[int, ...] = (1,)

    def landmarks(self):
        room = super().landmarks()
        height = (self.hip[:, 1] - bodies.BENCH.low) / (bodies.BENCH.high - bodies.BENCH.low)
        during = np.any(
            [(self.t >= TRUTHS[i].start_s) & (self.t <= TRUTHS[i].end_s) for i in self.reps], axis=0
        )
        knee, ankle = room[:, KNEES], room[:, ANKLES]
        inward = -np.sign(ankle[..., 2])
        lean = np.tan(np.radians([self.left_deg, self.right_deg])) * (height * during)[:, None]
        room[:, KNEES, 2] += inward * (knee[..., 1] - ankle[..., 1]) * lean
        return room


def caved(left_deg: float, right_deg: float, reps: tuple[int, ...], camera: Camera = FRONT) -> PoseTrack:
    """Shins tilt inward as the hips rise, in these reps."""
    usual = {f.name: getattr(BODY, f.name) for f in fields(Body)}
    return camera.film(Caving(**usual, left_deg=left_deg, right_deg=right_deg, reps=reps), 0.003)


STEADY = caved(0, 0, ())


def caves(track: PoseTrack, kind: str = "front") -> list[Estimate]:
    motion = measure_motion(track)
    assert motion.view is not None
    assert motion.view.kind == kind
    found = [numbers["knee_cave_deg"] for numbers in frontal_measures(motion, find_reps(motion)).values()]
    assert all(isinstance(cave, Estimate) for cave in found)
    return found  # type: ignore[return-value]


def test_steady_knees_are_steady():
    for cave in caves(STEADY):
        assert cave.high < 6


@pytest.mark.parametrize("deg", [12, 16])
def test_knees_that_fall_inward_are_found_in_their_rep(deg):
    first, second, third = caves(caved(deg, deg, (1,)))
    assert second.low <= deg <= second.high
    assert second.value > 6
    assert max(first.high, third.high) < 6


@pytest.mark.parametrize(("left", "right"), [(16, 0), (0, 16)])
def test_one_knee_is_enough_and_may_be_misplaced(left, right):
    first, second, third = caves(caved(left, right, (1,)))
    assert second.value > 6
    assert second.low < 8
    assert second.high >= 16
    assert max(first.high, third.high) < 6


def test_knees_that_are_pushed_out_are_no_cave():
    for cave in caves(caved(-10, -10, (0, 1, 2))):
        assert cave.high < 2


def test_a_mirror_does_not_matter():
    here, there = (caves(track) for track in (caved(16, 0, (1,)), bodies.mirrored(caved(16, 0, (1,)))))
    for one, other in zip(here, there, strict=True):
        assert one.value == pytest.approx(other.value, abs=0.01)


def test_knees_that_lean_in_all_the_time_are_compared_with_the_start():
    """A cave is what changes as the hips rise; how somebody stands is the stance's business."""
    leaning = replace(STEADY, turned=STEADY.turned + (20.0, -20.0, 0.0))
    for here, there in zip(caves(STEADY), caves(leaning), strict=True):
        assert here.value == pytest.approx(there.value)


def test_where_the_pose_model_draws_the_knees_does_not_matter():
    track, points = caved(12, 12, (1,)), STEADY.points.copy()
    points[:, KNEES] += np.random.default_rng(0).normal(0, 8, points[:, KNEES].shape)
    assert [c.value for c in caves(replace(track, points=points))] == pytest.approx(
        [c.value for c in caves(track)], abs=1.0
    )


@pytest.mark.parametrize("near", ["left", "right"])
@pytest.mark.parametrize("azimuth", [35, 40, 48])
def test_from_three_quarters_they_are_found_too(azimuth, near):
    camera = Camera(azimuth, near, height_m=1.2)
    steady = caves(caved(0, 0, (), camera), "three-quarter")
    first, second, third = caves(caved(14, 14, (1,), camera), "three-quarter")
    for cave in (*steady, first, third):
        assert cave.high < 6
    assert second.low > 6
    assert second.low <= 14 <= second.high


def test_a_camera_a_bit_aside_sees_no_shin_cave_in_alone():
    """Both shins swing back; from 70° a third of that is seen, and it is no cave."""
    for cave in caves(caved(0, 0, (), Camera(72, height_m=1.1))):
        assert cave.high < 6


@pytest.mark.parametrize("azimuth", [68, 80])
def test_a_camera_a_bit_aside_sees_less_of_a_cave_and_makes_up_for_it(azimuth):
    square, aside = (
        caves(caved(14, 14, (1,), camera))[1] for camera in (FRONT, Camera(azimuth, height_m=1.1))
    )
    assert aside.value == pytest.approx(square.value, abs=0.8)


def test_from_aside_less_is_sure():
    here, aside = caves(STEADY)[0], caves(caved(0, 0, (), ASIDE), "three-quarter")[0]
    assert aside.high - aside.low > here.high - here.low + 0.5


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.6])
def test_stance_is_in_hip_widths(factor):
    points = STEADY.points.copy()
    hips = abs(points[:, Joint.LEFT_HIP, 0] - points[:, Joint.RIGHT_HIP, 0])
    middle, way = (
        STEADY.middle("ANKLE")[:, 0],
        np.sign(points[:, Joint.LEFT_ANKLE, 0] - points[:, Joint.RIGHT_ANKLE, 0]),
    )
    points[:, Joint.LEFT_ANKLE, 0] = middle + way * factor * hips / 2
    points[:, Joint.RIGHT_ANKLE, 0] = middle - way * factor * hips / 2
    motion = measure_motion(STEADY)
    motion = replace(motion, track=replace(STEADY, points=points))
    for numbers in frontal_measures(motion, find_reps(motion)).values():
        stance = numbers["stance"]
        assert isinstance(stance, Estimate)
        assert stance.value == pytest.approx(factor / 1.8, rel=0.06)  # hips are wider than their joints


@pytest.mark.parametrize(
    ("azimuth", "unseen"),
    [(0, ("knee_cave_deg", "hip_level_deg", "stance")), (45, ("hip_level_deg", "stance"))],
)
def test_only_the_front_shows_the_rest(azimuth, unseen):
    motion = measure_motion(Camera(azimuth, height_m=1.1).film(BODY))
    measured = frontal_measures(motion, find_reps(motion))
    assert len(measured) == 3
    for numbers in measured.values():
        for name in unseen:
            found = numbers[name]
            assert isinstance(found, Unseen)
            assert "from the feet" in found.why


def test_a_level_pelvis_is_never_claimed():
    motion = measure_motion(STEADY)
    for numbers in frontal_measures(motion, find_reps(motion)).values():
        assert isinstance(numbers["hip_level_deg"], Unseen)


@pytest.mark.parametrize("camera", [FRONT, ASIDE])
def test_a_rep_whose_shins_were_lost_on_the_way_has_no_cave(camera):
    track = caved(0, 0, (), camera)
    motion = measure_motion(track)
    reps = find_reps(motion)
    turned = track.turned.copy()
    turned[np.searchsorted(track.t, (reps[1].start_s + reps[1].top_start_s) / 2)] = np.nan
    found = frontal_measures(replace(motion, track=replace(track, turned=turned)), reps)
    assert isinstance(found[2]["knee_cave_deg"], Unseen)
    assert "feet" in found[2]["knee_cave_deg"].why
    assert isinstance(found[1]["knee_cave_deg"], Estimate)
    assert isinstance(found[3]["knee_cave_deg"], Estimate)


def test_a_body_lost_at_the_top_while_its_shins_were_followed_has_one():
    track = caved(12, 12, (1,))
    lost = bodies.without(track, TRUTHS[1].top_start_s, TRUTHS[1].top_end_s)
    motion = replace(measure_motion(track), track=lost)
    for cave in frontal_measures(motion, find_reps(measure_motion(track))).values():
        assert isinstance(cave["knee_cave_deg"], Estimate)


def test_the_moment_shown_is_the_top():
    for cave, truth in zip(caves(STEADY), TRUTHS, strict=True):
        assert truth.top_start_s - 0.1 <= cave.at_s <= truth.top_end_s + 0.1
