"""Where one set ends: by poses that are lost behind plates, and by a lifter who is gone."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera, Tempo

from thrustcam.poses.track import PoseTrack
from thrustcam.stretches import Stretches

SET, TRUTHS = bodies.lift([Tempo()] * 5)
LOST_S = 6.0
FILM = Camera().film(SET)


def lengths(track: PoseTrack) -> list[float]:
    """Seconds of each stretch."""
    stretches = Stretches()
    cut = [each for pose in bodies.poses(track) if (each := stretches.push(pose)) is not None]
    return [float(each.t[-1] - each.t[0]) for each in [*cut, stretches.close()] if len(each)]


def test_a_body_out_of_position_has_left():
    assert len(lengths(bodies.upside_down(FILM, LOST_S))) > 1


def test_a_body_that_is_lost_behind_plates_that_go_up_and_down_has_not():
    assert lengths(bodies.upside_down(bodies.plated(FILM), LOST_S)) == [pytest.approx(FILM.t[-1])]


@pytest.mark.parametrize("by", [(0, 0), (200, 0)], ids=["lies still", "was rolled off"])
def test_it_has_once_the_bar(by):
    track = bodies.upside_down(bodies.plated(FILM), LOST_S)
    plate = track.plate.copy()
    plate[track.t >= LOST_S, :2] = plate[0, :2] + by + np.array([0.0, 30.0]) * (by[0] > 0)
    first, *_ = lengths(replace(track, plate=plate))
    assert first == pytest.approx(LOST_S + 4, abs=1.5), "as soon as without a bar"
