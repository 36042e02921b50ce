"""Second looks at shins whose lean is known: what they change of the level of a set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from unittest import mock

import bodies
import numpy as np
import pytest
from bodies import Camera, Tempo
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.motion.motion import measure_motion
from thrustcam.motion.opinion import second_opinion
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.poses.landmarks import FEET, Joint
from thrustcam.poses.uncovered import Uncovered
from thrustcam.reps import find_reps

BODY, _ = bodies.lift([Tempo()] * 3)
SEEN_DEG, SD_DEG = 3.0, 3.0
SIDE = Camera(0, height_m=1.1)
UNKNOWN = 255  # written in a picture that is like no other


@pytest.fixture(autouse=True, scope="module")
def outlines() -> Iterator[None]:
    """The lean by an outline is what is written in the picture, toward where the toes point."""

    def told(picture: np.ndarray, toes: int) -> float | None:
        written = float(picture[0, 0, 0])
        return None if written == UNKNOWN else toes * (written - 100)

    with mock.patch("thrustcam.motion.opinion.lean_by_outline", told):
        yield


def look(
    time_s: float, leans: Sequence[float], far: Sequence[float], camera: Camera, ankle: np.ndarray
) -> Uncovered:
    """One in which near and far shin lean so far forward after each way to paint."""
    points = np.full((len(leans), 33, 2), 50.0, np.float32)
    points[:, FEET] = ankle
    toes = -1.0 if camera.near == "left" else 1.0
    sides = {camera.near: leans, "left" if camera.near == "right" else "right": far}
    for side, degrees in sides.items():
        up = np.stack([toes * np.sin(np.radians(degrees)), -np.cos(np.radians(degrees))], axis=1)
        points[:, Joint[f"{side.upper()}_ANKLE"]] = ankle
        points[:, Joint[f"{side.upper()}_KNEE"]] = ankle + 150 * up
    return Uncovered(time_s, points, np.full((2, 64, 56, 3), UNKNOWN, np.uint8))


def outlined(one: Uncovered, camera: Camera, deg: float) -> Uncovered:
    """The same look with a near shin that leans so far forward by its outline."""
    shins, toes = one.shins.copy(), -1.0 if camera.near == "left" else 1.0
    shins[("left", "right").index(camera.near)] = round(100 + toes * deg)
    return replace(one, shins=shins)


def opinion(
    shin_deg: float,
    *,
    camera: Camera = SIDE,
    ways: Sequence[float] = (0.0, 0.0, 0.0),
    far_deg: float = -2.5,
    looks: int = 3,
    at: float = 0.5,
    aside_px: float = 0.0,
    outline_deg: float | None = None,
) -> tuple[float, float]:
    """After so many looks at shins of that lean, which were seen to lean by `SEEN_DEG`, ± `SD_DEG`.

    `at` : where in each top, 0 as it begins, 1 as it ends. `aside_px` : where the feet are. `outline_deg` :
    how far they lean by their outline; None where that is like no other.
    """
    track = camera.film(BODY)
    motion = measure_motion(track)
    reps = find_reps(motion)
    moments = [rep.top_start_s + at * (rep.top_end_s - rep.top_start_s) for rep in reps[:looks]]
    assert motion.view is not None
    ahead = 0.5 + 0.19 * abs(motion.view.azimuth_deg)  # as the pose model sees a near shin
    leans = 0.93 * shin_deg + ahead + np.array(ways)
    feet = np.median(track.points[:, FEET], axis=(0, 1)) + (aside_px, 0.0)
    found = tuple(look(moment, leans, leans + far_deg, camera, feet) for moment in moments)
    if outline_deg is not None:
        found = tuple(outlined(each, camera, outline_deg) for each in found)
    motion = replace(motion, track=replace(track, uncovered=found))
    (lifting,) = sagittal_sets(motion, reps)
    return second_opinion(motion, lifting.tops, np.full(len(lifting.tops), SEEN_DEG), SD_DEG)


@pytest.mark.parametrize("near", ["right", "left"])
@pytest.mark.parametrize("azimuth", [0, 15])
@pytest.mark.parametrize("off", [-6.0, 0.0, 6.0])
def test_shins_are_told_between_both_opinions(near, azimuth, off):
    more, sd = opinion(SEEN_DEG + off, camera=Camera(azimuth, near, height_m=1.1))
    assert more == pytest.approx(0.53 * off, abs=0.6)
    assert sd < 2.4, "both together are surer than one"


@pytest.mark.parametrize(
    "look",
    [
        {"ways": (0.0, 7.0, 0.0)},
        {"far_deg": -15.0},
        {"far_deg": 15.0},
        {"at": -1.0},
        {"camera": Camera(40, height_m=1.1)},
        {"looks": 0},
        {"ways": (np.nan, 0.0, 0.0)},
        {"aside_px": 150.0},
    ],
    ids=[
        "by the paint",
        "one leg",
        "the other",
        "on the way",
        "three-quarter",
        "none",
        "nobody",
        "somebody else",
    ],
)
def test_looks_that_show_nothing_change_nothing(look):
    assert opinion(SEEN_DEG + 6, **look) == (0.0, SD_DEG)


@pytest.mark.parametrize("near", ["right", "left"])
@pytest.mark.parametrize("off", [-6.0, 6.0])
def test_an_outline_tells_where_the_paint_does_not(near, off):
    camera = Camera(0, near, height_m=1.1)
    more, sd = opinion(SEEN_DEG, camera=camera, ways=(0.0, 7.0, 0.0), outline_deg=SEEN_DEG + off)
    assert more == pytest.approx(0.67 * off, abs=0.4)
    assert sd < 2.0


def test_three_opinions_are_surer_than_two():
    two, both_sd = opinion(SEEN_DEG + 6)
    three, sd = opinion(SEEN_DEG + 6, outline_deg=SEEN_DEG + 6)
    assert two + 0.8 < three < 6
    assert sd < both_sd - 0.3


def test_what_is_far_off_is_not_believed():
    more, sd = opinion(SEEN_DEG - 40)
    assert more == pytest.approx(0, abs=0.1)
    assert sd == pytest.approx(SD_DEG, abs=0.1)


def test_more_looks_are_believed_more():
    assert 0 < opinion(SEEN_DEG + 8, looks=1)[0] < opinion(SEEN_DEG + 8, looks=3)[0]


@given(off=st.floats(-80, 80), looks=st.integers(1, 3))
def test_it_is_never_further_than_what_was_seen_again(off, looks):
    more, sd = opinion(SEEN_DEG + off, looks=looks)
    assert min(0, off) - 0.1 <= more <= max(0, off) + 0.1
    assert 1.5 < sd < 1.5 * SD_DEG
