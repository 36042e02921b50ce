"""From where the camera looks, by cameras whose place is known."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import Camera

from thrustcam.motion.view import FRONT_FROM_DEG, GROUPS, SIDE_TO_DEG, find_view, lines_seen, view_model

BODY, _ = bodies.lift([bodies.Tempo()])


@pytest.mark.parametrize("near", ["left", "right"])
@pytest.mark.parametrize(
    ("azimuth", "kind"),
    [(0, "side"), (15, "side"), (45, "three-quarter"), (55, "three-quarter"), (88, "front")],
)
def test_kind_and_near_side(azimuth, kind, near):
    view = find_view(Camera(azimuth, near).film(BODY, 0.01))
    assert view is not None
    assert (view.kind, view.near) == (kind, near)


def test_azimuth_rises_as_the_camera_goes_round_to_the_feet():
    found = [find_view(Camera(azimuth).film(BODY)) for azimuth in range(0, 91, 10)]
    azimuths = [view.azimuth_deg for view in found if view is not None]
    assert (np.diff(azimuths) > -1).all()  # between three-quarter and front no camera is known
    assert azimuths[0] == pytest.approx(0, abs=8)  # drawn bodies look like none of the calibration's
    assert azimuths[-1] == pytest.approx(90, abs=1)


def test_sure_in_the_middle_of_a_kind_and_not_at_its_border():
    views = [find_view(Camera(azimuth).film(BODY)) for azimuth in np.arange(0, 91, 0.5)]
    sure = {view.azimuth_deg: view.confidence for view in views if view is not None}
    for border in (SIDE_TO_DEG, FRONT_FROM_DEG):
        nearest = min(sure, key=lambda azimuth: abs(azimuth - border))
        assert sure[nearest] < 0.6
    assert min(sure[min(sure)], sure[max(sure)]) > 0.95
    assert all(0.5 <= share <= 1 for share in sure.values())


@pytest.mark.parametrize("azimuth", [5, 20, 35, 88])
def test_a_mirror_changes_the_near_side_alone(azimuth):
    track = Camera(azimuth, "right").film(BODY, 0.01)
    view, other = find_view(track), find_view(bodies.mirrored(track))
    assert view is not None
    assert other is not None
    assert (view.near, other.near) == ("right", "left")
    assert other.azimuth_deg == pytest.approx(view.azimuth_deg, abs=0.01)


def test_every_line_has_its_columns():
    lines = lines_seen(Camera(20).film(BODY))
    assert lines is not None
    assert lines.row.shape == GROUPS.shape == view_model().rows.shape[1:]


def test_a_few_wrong_poses_do_not_turn_it():
    track = Camera(0).film(BODY)
    world = track.world.copy()
    world[::4] = world[::4, :, [2, 1, 0]]
    view = find_view(replace(track, world=world))
    assert view is not None
    assert view.kind == "side"


def test_nobody_is_seen_from_nowhere():
    assert find_view(bodies.without(Camera().film(BODY), 0, 99)) is None


def test_what_is_shipped_knows_the_cameras_it_was_made_from():
    shipped = view_model()
    told = np.array([shipped.guarded(row)[0] for row in shipped.rows])
    assert np.sqrt(np.mean((told - shipped.truth) ** 2)) < 3
    assert np.mean((told < SIDE_TO_DEG) == (shipped.truth < SIDE_TO_DEG)) > 0.97
