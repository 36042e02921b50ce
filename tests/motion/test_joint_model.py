"""The calibration that is shipped: whole, of one size, and wary of what it has not seen."""

from __future__ import annotations

import numpy as np
import pytest

from thrustcam.motion.joint_model import ANGLES, Columns, JointModel, joint_model
from thrustcam.motion.observation import SITUATIONS

PLAUSIBLE = {"shin_deg": (-30, 30), "hip_deg": (60, 200), "knee_deg": (50, 130), "trunk_deg": (-30, 60)}


@pytest.fixture(params=SITUATIONS)
def model(request: pytest.FixtureRequest) -> JointModel:
    return joint_model(request.param)


def near_usual(model: JointModel, by: float, n: int = 200) -> np.ndarray:
    """Observations whose columns lie `by` standard deviations from the calibration's mean."""
    angle = model.angles["hip_deg"]
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (n, len(angle.mean)))
    return angle.mean + by * signs * angle.scale


def test_every_angle_is_there_and_fits_the_same_observations(model):
    assert tuple(model.angles) == ANGLES
    columns = len(model.angles["hip_deg"].mean)
    for name, angle in model.angles.items():
        assert angle.mean.shape == angle.scale.shape == angle.weights.shape == (columns,), name
        assert (angle.scale > 0).all()
        assert angle.body_sd > 0
        assert angle.frame_sd > 0
        assert angle.stretch > 0
    for part in (model.columns.moving, model.columns.rise, model.columns.body):
        assert part.min() >= 0
        assert part.max() < columns
    assert len(model.columns.moving) + len(model.columns.body) == len(model.contrast.weights)
    assert len(model.arch.weights) == len(model.contrast.weights)


def test_tops_past_the_line_are_not_held_back(model):
    assert 1.0 <= model.past_line < 1.2
    assert 1.0 <= model.arched < 2.0


def test_uncertainty_is_a_covariance(model):
    for name, angle in [*model.angles.items(), ("contrast", model.contrast), ("arch", model.arch)]:
        assert angle.covariance == pytest.approx(angle.covariance.T), name
        assert np.linalg.eigvalsh(angle.covariance).min() > -1e-4 * np.abs(angle.covariance).max(), name


def test_the_usual_observation_has_a_plausible_angle_and_the_smallest_sd(model):
    usual, others = near_usual(model, 0.0, 1), near_usual(model, 1.0)
    for name, angle in model.angles.items():
        value, sd = angle(usual)
        low, high = PLAUSIBLE[name]
        assert low < value[0] < high, name
        assert value[0] == pytest.approx(angle.offset)
        assert sd[0] == pytest.approx(angle.stretch * np.hypot(angle.body_sd, angle.frame_sd))
        assert (angle(others)[1] > sd[0]).all()


def test_strangeness_counts_standard_deviations(model):
    for by in (0.0, 1.0, 2.5):
        assert model.strangeness(near_usual(model, by)) == pytest.approx(by)


def test_what_was_never_seen_is_not_known(model):
    assert model.known(near_usual(model, 1.0)).all()
    assert not model.known(near_usual(model, model.too_strange * 1.01)).any()
    holes = near_usual(model, 0.5)
    holes[:, 3] = np.nan
    assert not model.known(holes).any()


def test_unusual_pictures_widen_and_usual_ones_do_not(model):
    assert (model.wider(near_usual(model, 1.0)) == 1).all()
    assert model.wider(near_usual(model, 2.8)) == pytest.approx(2.0)


def test_no_contrast_between_equal_tops(model):
    apart = model.apart(near_usual(model, 0.7, 1).repeat(3, axis=0))
    assert apart.hip_deg == pytest.approx(0.0, abs=1e-9)
    assert apart.arch_deg == pytest.approx(0.0, abs=1e-9)
    assert apart.like.all()


def test_a_top_unlike_the_set_s_others_is_told(model):
    tops = near_usual(model, 0.1, 1).repeat(5, axis=0)
    tops[2] = near_usual(model, 30.0, 1)[0]
    assert model.apart(tops).like.tolist() == [True, True, False, True, True]


def test_a_rise_is_worth_what_the_body_makes_of_it():
    columns = Columns(np.array([0]), np.array([0]), np.array([1, 2]))
    scaled = np.array([[0.0, 2.0, -1.0], [1.0, 2.0, -1.0], [0.5, 9.0, -1.0]])
    told = columns.differences(scaled)
    assert told[:, 0] == pytest.approx([-0.5, 0.5, 0.0])
    assert told[:, 1:] == pytest.approx(np.outer([-0.5, 0.5, 0.0], [2.0, -1.0]))
