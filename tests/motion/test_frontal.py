"""Knees and feet from the feet, with knees that fall inward by so many degrees."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Tempo
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.motion.frontal import frontal_measures
from thrustcam.motion.motion import measure_motion
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

BODY, TRUTHS = bodies.lift([Tempo()] * 3)
FRONT = Camera(90, height_m=1.1)
SHARE: NDArray[np.float64] = (BODY.hip[:, 1] - bodies.BENCH.low) / (bodies.BENCH.high - bodies.BENCH.low)
STEADY = FRONT.film(BODY, 0.003)


def caved(left_deg: float, right_deg: float, reps: tuple[int, ...]) -> PoseTrack:
    """Shins tilt inward as the hips rise, in these reps."""
    points = STEADY.points.copy()
    during = np.any([(BODY.t >= TRUTHS[i].start_s) & (BODY.t <= TRUTHS[i].end_s) for i in reps], axis=0)
    for side, deg, other in (("LEFT", left_deg, "RIGHT"), ("RIGHT", right_deg, "LEFT")):
        knee, ankle = points[:, Joint[f"{side}_KNEE"]], points[:, Joint[f"{side}_ANKLE"]]
        inward = np.sign(points[:, Joint[f"{other}_ANKLE"], 0] - ankle[:, 0])
        knee[:, 0] += inward * (ankle[:, 1] - knee[:, 1]) * np.tan(np.radians(deg)) * SHARE * during
    return replace(STEADY, points=points)


def caves(track: PoseTrack) -> list[Estimate]:
    motion = measure_motion(track)
    assert motion.view is not None
    assert motion.view.kind == "front"
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
    points = STEADY.points.copy()
    middle = STEADY.middle("KNEE")[:, 0]
    for side in ("LEFT", "RIGHT"):
        points[:, Joint[f"{side}_KNEE"], 0] += 0.3 * (middle - points[:, Joint[f"{side}_KNEE"], 0])
    for cave in caves(replace(STEADY, points=points)):
        assert cave.high < 6


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


@pytest.mark.parametrize("azimuth", [0, 45])
def test_only_the_front_shows_it(azimuth):
    motion = measure_motion(Camera(azimuth, height_m=1.1).film(BODY))
    measured = frontal_measures(motion, find_reps(motion))
    assert len(measured) == 3
    for numbers in measured.values():
        for name in ("knee_cave_deg", "hip_level_deg", "stance"):
            found = numbers[name]
            assert isinstance(found, Unseen)
            assert "from the feet" in found.why


def test_a_level_pelvis_is_never_claimed():
    motion = measure_motion(STEADY)
    for numbers in frontal_measures(motion, find_reps(motion)).values():
        assert isinstance(numbers["hip_level_deg"], Unseen)


def test_a_hand_thrown_about_widens_the_cave_and_moves_it_little():
    points = STEADY.points.copy()
    top = (BODY.t >= TRUTHS[1].top_start_s) & (BODY.t <= TRUTHS[1].top_end_s)
    points[top, Joint.LEFT_WRIST] += (400.0, 300.0)
    before, after = caves(STEADY), caves(replace(STEADY, points=points))
    assert abs(after[1].value - before[1].value) < 6
    assert after[1].high - after[1].low > before[1].high - before[1].low
    assert after[0] == before[0]


def test_a_rep_whose_start_was_not_seen_has_no_cave():
    motion = measure_motion(STEADY)
    reps = find_reps(motion)
    start = reps[1].start_s
    points = STEADY.points.copy()
    points[(BODY.t > start - 0.4) & (BODY.t < start + 0.1)] = np.nan
    found = frontal_measures(replace(motion, track=replace(STEADY, points=points)), reps)
    assert isinstance(found[2]["knee_cave_deg"], Unseen)
    assert isinstance(found[1]["knee_cave_deg"], Estimate)
    assert isinstance(found[3]["knee_cave_deg"], Estimate)
