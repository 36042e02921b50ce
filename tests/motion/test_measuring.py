"""The angles at the top of bodies whose angles are known, and when there are none."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Linkage, Tempo
from drawn_legs import glimpsed

from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.motion.joint_model import ANGLES, LOST, joint_model
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.measuring import angles_between, measure_reps
from thrustcam.motion.motion import Motion, measure_motion
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.poses.landmarks import Turned
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import Rep, find_reps

SIDE = Camera(height_m=1.1)
GOOD, TRUTHS = bodies.lift([Tempo()] * 3)
FILMED = SIDE.film(GOOD, 0.005)


def measured(track: PoseTrack) -> list[MeasuredRep]:
    motion = measure_motion(track)
    return numbers(motion, find_reps(motion))


def numbers(motion: Motion, reps: list[Rep]) -> list[MeasuredRep]:
    return measure_reps(motion, reps, sagittal_sets(motion, reps))


def estimate(rep: MeasuredRep, name: str) -> Estimate:
    found = rep[name]
    assert isinstance(found, Estimate), found
    return found


def why(rep: MeasuredRep, name: str) -> str:
    found = rep[name]
    assert isinstance(found, Unseen), found
    return found.why


# --- what is there ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("near", ["left", "right"])
@pytest.mark.parametrize("azimuth", [0, 20])
@pytest.mark.parametrize("shin_deg", [-20, -10, 0, 10, 18])
def test_shins_are_in_their_interval_whichever_way_they_lean(shin_deg, azimuth, near):
    body, _ = bodies.lift([Tempo()] * 3, Linkage(shin_deg=shin_deg))
    for rep in measured(Camera(azimuth, near, height_m=1.1).film(body, 0.005)):
        shin = estimate(rep, "shin_deg")
        assert shin.low <= shin_deg <= shin.high
        assert shin.value == pytest.approx(shin_deg, abs=6)


@pytest.mark.parametrize("azimuth", [0, 20])
@pytest.mark.parametrize(("high", "kind"), [(0.36, "short"), (0.47, "straight"), (0.54, "arched")])
def test_hips_short_of_the_line_on_it_and_past_it(high, kind, azimuth):
    body, _ = bodies.lift([Tempo()] * 3, Linkage(high=high))
    truth = body.inclinations().hip.max()
    for rep in measured(Camera(azimuth, height_m=1.1).film(body, 0.005)):
        hip = estimate(rep, "hip_deg")
        assert hip.low <= truth <= hip.high
        assert {"short": hip.high < 170, "straight": hip.low > 170, "arched": hip.value > 190}[kind]


def test_knees_and_trunk_of_a_good_rep():
    top = int(np.argmax(GOOD.hip[:, 1]))
    for rep in measured(FILMED):
        for name in ("knee", "trunk"):
            found = estimate(rep, f"{name}_deg")
            assert found.low <= getattr(GOOD.inclinations(), name)[top] <= found.high, name


def test_one_short_rep_among_good_ones():
    body, _ = bodies.lift([Tempo(), Tempo(share=0.55), Tempo(), Tempo()])
    hips = [estimate(rep, "hip_deg") for rep in measured(SIDE.film(body, 0.005))]
    short = hips.pop(1)
    assert short.high < 170
    assert all(short.high < hip.low for hip in hips)


def lifted_heel(track: PoseTrack, reps: list[Rep], tips_deg: float, leans_deg: float) -> PoseTrack:
    """A heel that lifts at the second top: of foot and shin only the pictures turn."""
    turned = track.turned.copy()
    turned[during(track.t, reps[1].top_start_s, reps[1].top_end_s), Turned.NEAR_FOOT] += tips_deg
    return glimpsed(replace(track, turned=turned), reps, "right", {1: leans_deg})


def test_a_lifted_heel_turns_the_shin_though_landmarks_don_t_show_it():
    motion = measure_motion(FILMED)
    reps = find_reps(motion)
    track = lifted_heel(FILMED, reps, 5.0, -8.0)
    before = [estimate(rep, "shin_deg").value for rep in numbers(motion, reps)]
    after = [estimate(rep, "shin_deg").value for rep in numbers(measure_motion(track), reps)]
    assert [a - b for a, b in zip(after, before, strict=True)] == pytest.approx([0, -8, 0], abs=1.5)


def test_landmarks_that_show_straight_hips_over_a_thigh_that_is_higher_are_doubted():
    motion = measure_motion(FILMED)
    reps = find_reps(motion)
    before = [estimate(rep, "hip_deg") for rep in numbers(motion, reps)]
    higher = measure_motion(glimpsed(FILMED, reps, "right", thighs={2: 5.0}))
    after = [estimate(rep, "hip_deg") for rep in numbers(higher, reps)]
    assert [hip.value for hip in after[:2]] == pytest.approx([hip.value for hip in before[:2]], abs=3)
    assert after[2].value > before[2].value + 2
    assert after[2].high > before[2].high + 4


def test_the_deeper_the_bottom_the_more_the_hip_is_bent_there():
    found = []
    for low in (0.15, 0.21, 0.27):
        body, _ = bodies.lift([Tempo()] * 2, Linkage(low=low))
        first, _ = measured(SIDE.film(body, 0.005))
        assert estimate(first, "bottom_hip_deg").at_s == first.rep.start_s
        found.append(estimate(first, "bottom_hip_deg").value)
    assert found == sorted(found)
    assert found[2] - found[0] > 15
    assert found[2] < 130


def test_each_moment_is_in_its_rep():
    for rep in measured(FILMED):
        for name in ANGLES:
            assert rep.rep.top_start_s <= estimate(rep, name).at_s <= rep.rep.top_end_s


def test_frames_at_the_tops_show_what_was_measured_there():
    motion = measure_motion(FILMED)
    reps = find_reps(motion)
    sets = sagittal_sets(motion, reps)
    found = measure_reps(motion, reps, sets)
    t, *columns = angles_between(sets, found).T
    for rep in found:
        row = np.searchsorted(t, rep.rep.top_at_s)
        for name in ("shin_deg", "hip_deg", "knee_deg"):
            assert columns[ANGLES.index(name)][row] == pytest.approx(estimate(rep, name).value, abs=2.5)
    low = np.searchsorted(t, reps[0].start_s - 0.2)
    assert columns[1][low] == pytest.approx(sets[0].series({})[low, 1], abs=1)


# --- what is not ------------------------------------------------------------------------------------------


def shifted(dx: float, dy: float) -> PoseTrack:
    """The camera looks past the lifter: landmarks beyond the picture's edge are the model's guesses."""
    return replace(FILMED, points=FILMED.points + (dx, dy))


FEET_X, SHOULDERS_X = (float(np.median(FILMED.middle(name)[:, 0])) for name in ("ANKLE", "SHOULDER"))


@pytest.mark.parametrize(
    ("dx", "part"),
    [(bodies.WIDTH - FEET_X + 30, "feet"), (-SHOULDERS_X - 30, "shoulders")],
    ids=["feet", "shoulders"],
)
def test_what_is_out_of_the_picture_is_not_measured(dx, part):
    assert FEET_X > SHOULDERS_X
    for rep in measured(shifted(dx, 0)):
        for name in (*ANGLES, "bottom_hip_deg"):
            assert f"The {part} are out of the picture" in why(rep, name)
        assert isinstance(rep["up_s"], Estimate)


def test_just_inside_the_picture_is_measured():
    for rep in measured(shifted(bodies.WIDTH - FEET_X - 30, 0)):
        assert isinstance(rep["hip_deg"], Estimate)


def test_the_front_shows_no_sagittal_angles():
    track = Camera(90, height_m=1.1).film(GOOD, 0.005)
    reps = measured(track)
    assert len(reps) == 3
    for rep in reps:
        for name in (*ANGLES, "bottom_hip_deg"):
            assert "film from the side" in why(rep, name)
    motion = measure_motion(track)
    assert sagittal_sets(motion, find_reps(motion)) == []


def test_joints_nowhere_near_a_lifters_are_not_measured():
    """Thighs twice as long as any the calibration has seen."""
    points = FILMED.points.copy()
    for side in (25, 26):
        points[:, side] += 1.2 * (points[:, side] - points[:, side - 2])
    motion = measure_motion(FILMED)
    reps = find_reps(motion)
    strange = replace(
        motion, sets=tuple(replace(s, track=replace(s.track, points=points)) for s in motion.sets)
    )
    for rep in numbers(strange, reps):
        assert "Plates or clutter hide the body" in why(rep, "hip_deg")


def test_a_body_taken_for_another_is_not_measured():
    """Thighs more than twice as long behind a plate: unlike any calibrated top, yet not any position."""
    film = bodies.plated(Camera(20, height_m=1.1).film(GOOD, 0.005))
    points = film.points.copy()
    for side in (25, 26):
        points[:, side] += 1.4 * (points[:, side] - points[:, side - 2])
    motion = measure_motion(film)
    reps = find_reps(motion)
    lost = replace(motion, sets=tuple(replace(s, track=replace(s.track, points=points)) for s in motion.sets))
    (only,) = sagittal_sets(lost, reps)
    seen = only.during(reps[0].top_start_s, reps[0].top_end_s)
    assert seen is not None
    model = joint_model(only.situation(seen))
    assert LOST < model.strangeness(only.observer(seen, only.situation(seen)).rows)[0] < model.too_strange
    assert np.isnan(only.series({})).all()
    for rep in numbers(lost, reps):
        assert "Plates or clutter hide the body" in why(rep, "shin_deg")
        assert "Plates or clutter hide the body" in why(rep, "bottom_hip_deg")
    cut = replace(motion.track, points=motion.track.points - (2000.0, 0.0))
    for rep in numbers(replace(lost, track=cut), reps):
        assert "are out of the picture" in why(rep, "shin_deg")


def test_nobody_no_reps_no_numbers():
    assert measured(bodies.without(FILMED, 0, 99)) == []
    assert measured(FILMED[:0]) == []


def test_every_number_that_the_rules_ask_for_is_there():
    names = set(measured(FILMED)[0].measures)
    assert names >= {
        *ANGLES,
        "bottom_hip_deg",
        "neck_deg",
        "hip_level_deg",
        "lumbar_arch_deg",
        "knee_cave_deg",
    }
    assert names >= {"heel_rise", "shoulder_drift", "range", "stance", "up_s", "top_s", "down_s", "bottom_s"}
    assert names >= {"dwell", "rebound_g"}
