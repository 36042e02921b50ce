"""The tops of a set, told together by the joint model and by bodies that look alike."""

from __future__ import annotations

from dataclasses import replace

import bodies
import pytest
from bodies import Camera, Tempo

from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.leaning import Position, look
from thrustcam.motion.motion import measure_motion
from thrustcam.motion.sagittal import SagittalSet, sagittal_sets
from thrustcam.motion.top_model import top_model
from thrustcam.motion.tops import OF_MOMENTS, tops_of
from thrustcam.reps import Rep, find_reps

BODY, _ = bodies.lift([Tempo()] * 4)


@pytest.fixture(scope="module")
def lifting() -> SagittalSet:
    motion = measure_motion(Camera(15, height_m=1.1).film(BODY, 0.003))
    (only,) = sagittal_sets(motion, find_reps(motion))
    return only


def positions(lifting: SagittalSet) -> list[tuple[Rep, Position]]:
    seen = [(rep, lifting.during(rep.top_start_s, rep.top_end_s)) for rep in lifting.reps]
    looked = [(rep, look(lifting.observer, s, "clear")) for rep, s in seen if s is not None]
    return [(rep, position) for rep, position in looked if position is not None]


def shifted(position: Position, degrees: float) -> Position:
    leans = {name: replace(lean, value=lean.value + degrees) for name, lean in position.leans.items()}
    return replace(position, leans=leans)


def test_equal_tops_have_equal_angles(lifting):
    tops = tops_of(lifting.observer, positions(lifting))
    assert [top.rep.index for top in tops] == [1, 2, 3, 4]
    for name in ANGLES:
        for top in tops:
            assert top.leans[name].value == pytest.approx(tops[0].leans[name].value, abs=2)


def test_a_third_of_what_the_joint_model_says_of_the_level_is_heard(lifting):
    before, after = (
        tops_of(lifting.observer, [(rep, shifted(position, by)) for rep, position in positions(lifting)])[0]
        for by in (0.0, 6.0)
    )
    for name, model in top_model("clear").items():
        moved = after.leans[name].value - before.leans[name].value
        assert moved == pytest.approx(6 * OF_MOMENTS / model.held)


def test_a_set_on_which_both_models_disagree_is_known_less_well(lifting):
    def doubt(by: float) -> float:
        tops = tops_of(lifting.observer, [(rep, shifted(p, by)) for rep, p in positions(lifting)])
        return tops[0].leans["shin_deg"].body_sd

    agreed = min(range(-12, 13), key=doubt)
    assert doubt(agreed - 10) == pytest.approx(doubt(agreed + 10), rel=0.25)
    assert doubt(agreed + 10) > 1.5 * doubt(agreed)
    assert doubt(agreed + 20) > doubt(agreed + 10)
