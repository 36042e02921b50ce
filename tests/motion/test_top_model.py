"""The shipped calibrations of tops: they know what they were made from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrustcam.motion.joint_model import ANGLES, joint_model
from thrustcam.motion.observation import SITUATIONS
from thrustcam.motion.top_model import knee_top_model, top_model


def test_knees_aside_know_caves_and_straight_knees():
    shipped = knee_top_model()
    told, half = np.array([shipped.guarded(row) for row in shipped.rows]).T
    caved, straight = shipped.truth >= 8, shipped.truth <= 3
    assert min(caved.sum(), straight.sum()) > 50
    assert np.median(told[caved]) > 7
    assert np.median(told[straight]) < 0
    assert (half > 1).all()
    assert (half < 20).all()


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_shipped_knows_the_tops_it_was_made_from(situation):
    assert set(top_model(situation)) == set(ANGLES)
    for name, shipped in top_model(situation).items():
        told = np.array([shipped(row) for row in shipped.rows])
        assert np.sqrt(np.mean((told[:, 0] - shipped.truth) ** 2)) < 6, name
        joint = joint_model(situation).angles[name].value(shipped.rows)
        assert np.corrcoef(told[:, 0], joint)[0, 1] > 0.6
        assert 0.4 < shipped.stretch < 1.5
        wider = replace(shipped, covariance=replace(shipped.covariance, noise=99.0))
        assert wider(shipped.rows[0])[1] > shipped(shipped.rows[0])[1]
