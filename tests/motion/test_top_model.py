"""The shipped calibrations of tops: they know what they were made from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thrustcam.motion.joint_model import ANGLES, joint_model
from thrustcam.motion.observation import SITUATIONS
from thrustcam.motion.top_model import top_model


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
