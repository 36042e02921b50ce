"""How high the hips are: by witnesses that lie, by plates that don't, by circles that are no plates."""

from __future__ import annotations

from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import BENCH, Camera, Tempo
from numpy.typing import NDArray

from thrustcam.motion.lift import Lift, fit_lift, witnesses
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]

BODY, TRUTHS = bodies.lift([Tempo()] * 3)
TRUTH = (BODY.hip[:, 1] - BENCH.low) / bodies.TRUNK
CAMERA = Camera(height_m=0.6)
FILMED = CAMERA.film(BODY, 0.01)
TORSO_PX = FILMED.torso_px()
HIPS_AND_KNEES = (Joint.LEFT_HIP, Joint.RIGHT_HIP, Joint.LEFT_KNEE, Joint.RIGHT_KNEE)


def fitted(track: PoseTrack) -> Lift:
    lift = fit_lift(track, TORSO_PX)
    assert lift is not None
    return lift


def off(lift: Lift) -> Array:
    """How far it is from the truth, torso lengths; the zero line is its own."""
    height = lift.height - np.nanmedian(lift.height[TRUTH < 0.01])
    return np.asarray(abs(height - TRUTH))


def lying(track: PoseTrack) -> PoseTrack:
    """Every upper landmark stays below while the hips are high in the first rep, as if plates hid it all."""
    chosen = np.flatnonzero((TRUTH > 0.25) & (track.t < TRUTHS[0].end_s))
    points, upper = track.points.copy(), slice(0, Joint.LEFT_ANKLE)
    low = np.median(points[TRUTH < 0.01], axis=0)
    points[chosen, upper] = low[upper] + np.random.default_rng(2).normal(0, 3, (len(chosen), 27, 2))
    return replace(track, points=points)


@pytest.mark.parametrize(("azimuth", "near"), [(0, "right"), (0, "left"), (40, "right"), (90, "left")])
def test_it_follows_the_hips_from_every_side(azimuth, near):
    lift = fitted(Camera(azimuth, near, height_m=1.1).film(BODY, 0.01))
    assert not lift.plate_rides
    assert np.corrcoef(lift.height, TRUTH)[0, 1] > 0.99
    assert np.ptp(lift.height) == pytest.approx(np.ptp(TRUTH), rel=0.2)
    assert np.median(lift.misfit) < 0.05


def test_hips_and_knees_drawn_elsewhere_are_outvoted():
    track = FILMED
    for joint in HIPS_AND_KNEES:
        track = bodies.jumpy(track, joint, (30, 60), TRUTHS[1].top_start_s, TRUTHS[1].top_end_s)
    assert off(fitted(track)).max() < 0.15
    raw = -witnesses(track, TORSO_PX)[:, 2 * 9 + 1]  # what believing the left hip would say
    assert np.ptp(raw) > np.ptp(TRUTH) * 1.5 or off(replace(fitted(track), height=-raw)).max() > 0.3


def test_a_plate_outvotes_all_joints():
    track = lying(FILMED)
    assert off(fitted(track)).max() > 0.3
    lift = fitted(replace(track, plate=bodies.plated(FILMED).plate))
    assert lift.plate_rides
    assert off(lift).max() < 0.12


def test_a_plate_bridges_a_lost_pose():
    rep = TRUTHS[1]
    lost = bodies.without(bodies.plated(FILMED), rep.start_s, rep.end_s)
    while_lost = (lost.t >= rep.start_s) & (lost.t < rep.end_s)
    lift = fitted(lost)
    assert lift.plate_rides
    assert off(lift)[while_lost].max() < 0.12
    bare = fitted(bodies.without(FILMED, rep.start_s, rep.end_s))
    assert np.isnan(bare.height[while_lost]).all()
    assert np.isfinite(bare.height[~while_lost]).all()
    assert np.isnan(bare.misfit[while_lost]).all()


def circle(x: Array | float, y: Array | float) -> PoseTrack:
    """The track with a circle followed at x, y pixels."""
    plate = np.zeros((len(FILMED), 5))
    plate[:, 0], plate[:, 1], plate[:, 2:4] = x, y, 60.0
    return replace(FILMED, plate=plate)


HIP_X, HIP_Y = FILMED.middle("HIP").T
SHARE = TRUTH / TRUTH.max()


@pytest.mark.parametrize(
    "track",
    [
        circle(HIP_X, 500.0),
        circle(500 + 300 * SHARE, HIP_Y),
        circle(HIP_X, 400 + 60 * np.sin(2 * np.pi * 1.7 * FILMED.t)),
        circle(HIP_X, 200 + 500 * SHARE),
        circle(HIP_X, np.where(np.arange(len(FILMED)) % 3 == 0, HIP_Y, np.nan)),
    ],
    ids=["a ball stands", "it rolls", "it swings by itself", "it flies", "seen too seldom"],
)
def test_a_circle_that_is_no_plate_on_the_hips_has_no_word(track):
    lift = fitted(track)
    assert not lift.plate_rides
    assert lift.height == pytest.approx(fitted(FILMED).height)


def test_a_plate_that_was_lost_to_something_still_loses_its_word_there():
    rep = TRUTHS[1]
    track = bodies.plated(FILMED)
    plate = track.plate.copy()
    strayed = (track.t >= rep.start_s) & (track.t < rep.end_s)
    plate[strayed, :2] = HIP_X.mean() - 60, HIP_Y.max()
    lift = fitted(replace(track, plate=plate))
    assert lift.plate_rides
    assert off(lift)[strayed].max() < 0.12


def test_misfit_is_large_where_the_body_does_something_else():
    lift = fitted(CAMERA.film(BODY.then(bodies.getting_up()[:90]), 0.01))
    during, later = lift.t < BODY.t[-1], lift.t > BODY.t[-1] + 2
    assert np.median(lift.misfit[later]) > 5 * np.median(lift.misfit[during])


def test_witnesses_that_part_in_a_rep_of_another_shape_agree_on_one_height():
    """As in an arched rep among others: half of them go further than ever, half not as far."""
    body, truths = bodies.lift([Tempo(top_s=2.0)] * 4)
    film, last = CAMERA.film(body, 0.01), truths[3]
    low = np.median(film.points[film.t < truths[0].start_s], axis=0)
    share = 1 + 0.8 * (-1.0) ** (np.arange(len(low)) // 2 + 1)
    share[Joint.LEFT_ANKLE :] = 1
    parted = np.where(
        (film.t > last.start_s)[:, None, None], low + share[:, None] * (film.points - low), film.points
    )
    lift = fitted(replace(film, points=parted))
    usual, held = (
        lift.height[(lift.t >= rep.top_start_s) & (lift.t <= rep.top_end_s)] for rep in (truths[0], last)
    )
    assert np.ptp(held) < 0.2  # it jumped by 0.8 from one half to the other
    assert held.mean() == pytest.approx(usual.mean(), abs=0.05)


def test_nobody_has_no_lift():
    assert fit_lift(bodies.without(FILMED, 0, 99), TORSO_PX) is None
    assert fit_lift(FILMED[:9], TORSO_PX) is None
