"""Second looks at shins and hips whose angle is known: what they change of the level of a set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
SEEN = {"shin_deg": SEEN_DEG, "hip_deg": 170.0}
SIDE = Camera(0, height_m=1.1)
UNKNOWN = 255  # written in a picture that is like no other


@pytest.fixture(autouse=True, scope="module")
def outlines() -> Iterator[None]:
    """An angle by an outline is what is written in the picture: a lean toward where the toes point."""

    def told(part: str, picture: np.ndarray, toes: int) -> float | None:
        written = float(picture[0, 0, 0])
        if written == UNKNOWN:
            return None
        return written if part == "hips" else toes * (written - 100)

    with mock.patch("thrustcam.motion.opinion.told_by_outline", told):
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
    hips = np.full((80, 112, 3), UNKNOWN, np.uint8)
    return Uncovered(time_s, points, np.full((2, 64, 56, 3), UNKNOWN, np.uint8), hips)


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
    plates: bool = True,
) -> tuple[float, float]:
    """After so many looks at shins of that lean, which were seen to lean by `SEEN_DEG`, ± `SD_DEG`.

    `at` : where in each top, 0 as it begins, 1 as it ends. `aside_px` : where the feet are. `outline_deg` :
    how far they lean by their outline; None where that is like no other. `plates` : whether there are any.
    """

    def looked(time_s: float, azimuth_deg: float, feet: np.ndarray) -> Uncovered:
        ahead = 0.5 + 0.19 * abs(azimuth_deg)  # as the pose model sees a near shin
        leans = 0.93 * shin_deg + ahead + np.array(ways)
        found = look(time_s, leans, leans + far_deg, camera, feet + (aside_px, 0.0))
        if outline_deg is not None:
            found = outlined(found, camera, outline_deg)
        return found if plates else replace(found, points=found.points[:1], hips=None)

    return asked("shin_deg", camera, looked, looks, at)


def asked(
    name: str, camera: Camera, looked: Callable[..., Uncovered], looks: int, at: float
) -> tuple[float, float]:
    """The second opinion on an angle that was `SEEN` so at all tops, after a look at some of them."""
    track = camera.film(BODY)
    motion = measure_motion(track)
    reps = find_reps(motion)
    moments = [rep.top_start_s + at * (rep.top_end_s - rep.top_start_s) for rep in reps[:looks]]
    assert motion.view is not None
    azimuth_deg, feet = motion.view.azimuth_deg, np.median(track.points[:, FEET], axis=(0, 1))
    found = tuple(looked(moment, azimuth_deg, feet) for moment in moments)
    motion = replace(motion, track=replace(track, uncovered=found))
    (lifting,) = sagittal_sets(motion, reps)
    return second_opinion(motion, lifting.tops, name, np.full(len(lifting.tops), SEEN[name]), SD_DEG)


def on_hips(hip_deg: float | None, camera: Camera = SIDE, looks: int = 3) -> tuple[float, float]:
    """After looks at hips that are so far open by their outline, which were seen at 170°, ± `SD_DEG`."""

    def looked(time_s: float, azimuth_deg: float, feet: np.ndarray) -> Uncovered:
        found = look(time_s, [0.0] * 3, [0.0] * 3, camera, feet)
        return found if hip_deg is None else replace(found, hips=np.full((80, 112, 3), hip_deg, np.uint8))

    return asked("hip_deg", camera, looked, looks, 0.5)


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


@pytest.mark.parametrize("camera", [SIDE, Camera(0, "left", height_m=1.1), Camera(38, height_m=1.1)])
@pytest.mark.parametrize("off", [-8, 8])
def test_hips_are_told_by_their_outline_too(camera, off):
    more, sd = on_hips(SEEN["hip_deg"] + off, camera)
    assert 0.15 * abs(off) < np.sign(off) * more < 0.5 * abs(off)
    assert sd < 0.95 * SD_DEG


def test_hips_like_no_other_are_not_told():
    assert on_hips(None) == on_hips(178, looks=0) == (0.0, SD_DEG)


@pytest.mark.parametrize("off", [-5.0, 5.0])
def test_without_plates_the_outline_is_the_only_witness(off):
    more, sd = opinion(SEEN_DEG - off, plates=False, outline_deg=SEEN_DEG + off)
    assert 0.45 * abs(off) < np.sign(off) * more < 0.67 * abs(off), "it errs as the pose model does, a little"
    assert sd < 0.9 * SD_DEG
    assert opinion(SEEN_DEG + off, plates=False) == (0.0, SD_DEG)


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
