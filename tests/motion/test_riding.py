"""A top at which the pose model saw something else: the bar and the set's other tops tell it."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Tempo

from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.motion.leaning import Lean
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.measuring import measure_reps
from thrustcam.motion.motion import measure_motion
from thrustcam.motion.riding import DOUBT_SD, hips_opened, lean_by_bar
from thrustcam.motion.sagittal import SagittalSet, sagittal_sets
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack, during
from thrustcam.reps import find_reps

BODY, TRUTHS = bodies.lift([Tempo(), Tempo(), Tempo(share=0.85), Tempo()])
FILMED = Camera(20, height_m=1.1).film(BODY, 0.003)
LOST = 2
UPPER = [joint for joint in Joint if joint < Joint.LEFT_KNEE]


def lost_at_the_third_top(track: PoseTrack) -> PoseTrack:
    """All but knees and feet drawn beside the head, as behind a plate."""
    truth = TRUTHS[LOST]
    there = during(track.t, truth.top_start_s - 0.1, truth.top_end_s + 0.1)
    points = track.points.copy()
    points[np.ix_(there, UPPER)] = points[there, Joint.NOSE][:, None] + (60.0, -40.0)
    return replace(track, points=points)


def measured(track: PoseTrack) -> tuple[list[MeasuredRep], SagittalSet]:
    motion = measure_motion(track)
    reps = find_reps(motion)
    (only,) = sagittal_sets(motion, reps)
    return measure_reps(motion, reps, [only]), only


def angle(rep: MeasuredRep, name: str) -> Estimate:
    found = rep[name]
    assert isinstance(found, Estimate), found
    return found


def test_the_bar_tells_a_top_at_which_the_body_was_not_seen():
    reps, only = measured(lost_at_the_third_top(bodies.plated(FILMED)))
    assert [top.by_bar for top in only.tops] == [False, False, True, False]
    hip, truth = angle(reps[LOST], "hip_deg"), BODY.inclinations().hip
    true = float(np.median(truth[during(BODY.t, TRUTHS[LOST].top_start_s, TRUTHS[LOST].top_end_s)]))
    assert true < angle(reps[0], "hip_deg").value - 8
    assert hip.value == pytest.approx(true, abs=6)
    assert hip.low < true < hip.high
    assert angle(reps[LOST], "shin_deg").value == pytest.approx(angle(reps[0], "shin_deg").value, abs=2)


def test_it_is_less_sure_than_what_was_seen():
    sure, _ = measured(bodies.plated(FILMED))
    told, _ = measured(lost_at_the_third_top(bodies.plated(FILMED)))
    for name in ("shin_deg", "hip_deg", "trunk_deg"):
        seen, by_bar = angle(sure[LOST], name), angle(told[LOST], name)
        assert by_bar.high - by_bar.low > seen.high - seen.low


def test_it_says_nothing_of_the_back():
    reps, _ = measured(lost_at_the_third_top(bodies.plated(FILMED)))
    arch = reps[LOST]["lumbar_arch_deg"]
    assert isinstance(arch, Unseen)
    assert "hide the back" in arch.why
    assert isinstance(reps[0]["lumbar_arch_deg"], Estimate)


def test_without_a_bar_such_a_top_is_left_out():
    _, only = measured(lost_at_the_third_top(bodies.plated(FILMED)))
    plate = np.where((only.t < only.reps[0].end_s)[:, None], only.seen.plate, np.nan)
    assert [top.rep.index for top in replace(only, seen=replace(only.seen, plate=plate)).tops] == [1, 2, 4]


def test_a_plate_that_jumped_tells_nothing():
    _, only = measured(bodies.plated(FILMED))
    seen = only.seen[np.arange(3)]
    plate = np.repeat(seen.plate[:1], 3, axis=0)
    plate[1, 1] -= 0.1 * only.observer.torso_px
    plate[2, 1] -= 0.5 * only.observer.torso_px
    opened = hips_opened(only.observer, replace(seen, plate=plate), np.array([True, False, False]))
    assert opened[0] == 0
    assert opened[1] == pytest.approx(0.1 / 1.2 * 176)
    assert np.isnan(opened[2])


def test_other_angles_go_with_the_hips():
    others = [Lean(value, 2.0, 3.0) for value in (88.0, 90.0, 95.0)]
    knee, shin = (lean_by_bar(name, others, 20.0) for name in ("knee_deg", "shin_deg"))
    assert knee.value == pytest.approx(90 + 0.42 * 20)
    assert shin.value == pytest.approx(90)
    assert knee.sd == pytest.approx(np.hypot(3.0, DOUBT_SD["knee_deg"]))
