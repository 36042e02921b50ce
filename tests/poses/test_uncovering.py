"""Second looks at the lifter without the plates: when there are any, at what, and when they are told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from thrustcam.frames import Frame
from thrustcam.poses.close_ups import hip_picture, shin_pictures
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.plate import Plate
from thrustcam.poses.uncovered import Uncovered
from thrustcam.poses.uncovering import Uncovering, look

RADIUS, LOW, HIGH = 40.0, 200.0, 140.0
IMAGE = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
REST_S, UP_S, HOLD_S = 1.0, 1.0, 1.0
REP_S = REST_S + UP_S + HOLD_S + UP_S


class Seen:
    """Stands for the pose model: keeps what it is shown, and says how many pictures that were."""

    def __init__(self) -> None:
        self.shown: list[list[np.ndarray]] = []
        self.threads: set[int] = set()

    def __call__(self, pictures: Sequence[np.ndarray]) -> np.ndarray:
        self.shown.append([picture.copy() for picture in pictures])
        self.threads.add(threading.get_ident())
        return np.arange(len(pictures), dtype=np.float32)[:, None, None] + np.zeros((1, 33, 2), np.float32)


def bar_y(time_s: float, top_y: float = HIGH) -> float:
    """Rest, up, hold, down, and again."""
    edges = np.cumsum([REST_S, UP_S, HOLD_S, UP_S])
    return float(np.interp(time_s % REP_S, [0, *edges], [LOW, LOW, top_y, top_y, LOW]))


def lifter(time_s: float) -> np.ndarray:
    """Landmarks whose hips are where the bar is, the shoulders 100 pixels from where those rest."""
    points = np.full((33, 2), (100, LOW), np.float32)
    points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]] = 200, bar_y(time_s)
    return points


def watched(
    uncover: Uncovering, times: Sequence[float], plate_at: Callable[[float], Plate | None]
) -> Iterator[tuple[float, Uncovered]]:
    for n, time_s in enumerate(times):
        frame = Frame(n, float(time_s), IMAGE)
        pose = replace(Pose.nobody(frame), points=lifter(float(time_s)))
        told = uncover(frame, pose, plate_at(float(time_s)))
        if told is not None:
            yield float(time_s), told


def plate(time_s: float, top_y: float = HIGH, far: tuple[float, float, float] | None = None) -> Plate:
    return Plate(160.0, bar_y(time_s, top_y), RADIUS, RADIUS, 0.0, 1.0, True, far)


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def uncover(seen: Seen) -> Iterator[Uncovering]:
    one = Uncovering(seen)
    yield one
    one.close()


def times(reps: int, fps: int = 30) -> np.ndarray:
    return np.arange(0, reps * REP_S, 1 / fps)


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_a_look_at_each_top_and_none_elsewhere(seen, uncover, fps):
    looked_s = [told.time_s for _, told in watched(uncover, times(3, fps), plate)]
    assert len(looked_s) == 3
    for rep, at_s in enumerate(looked_s):
        begins = rep * REP_S + REST_S + UP_S
        assert begins - 0.2 <= at_s <= begins + HOLD_S


@pytest.mark.parametrize("fps", [15, 30, 60])
def test_a_look_where_the_bar_turns_without_a_hold(uncover, fps):
    def turning(time_s: float) -> Plate:
        share = (1 - np.cos(2 * np.pi * time_s / 2.0)) / 2
        return replace(plate(0.0), y=LOW - share * (LOW - HIGH))

    looked_s = [told.time_s for _, told in watched(uncover, np.arange(0, 8, 1 / fps), turning)]
    assert len(looked_s) == 4
    assert np.abs(np.array(looked_s) - [1, 3, 5, 7]).max() < 0.15


def test_told_a_little_later_always_at_the_same_picture(uncover):
    for told_s, told in watched(uncover, times(2), plate):
        assert 0.4 - 1e-6 <= told_s - told.time_s < 0.4 + 1.5 / 30


def test_on_a_thread_of_its_own(seen, uncover):
    list(watched(uncover, times(2), plate))
    assert len(seen.threads) == 1
    assert threading.get_ident() not in seen.threads


def test_the_picture_first_and_then_without_plates(seen, uncover):
    (_, told), *_ = watched(uncover, times(1), lambda t: plate(t, far=(190.0, bar_y(t) - 10.0, 30.0)))
    (shown,) = seen.shown
    assert len(shown) == 8
    same = [[np.array_equal(a, b) for b in shown] for a in shown]
    assert np.array_equal(shown[0], IMAGE)
    assert same[0] == [True] * 2 + [False] * 6
    assert same[2] == [False] * 2 + [True] * 2 + [False] * 2 + [True] * 2
    assert same[4] == [False] * 4 + [True] * 2 + [False] * 2
    assert told.points[:, 0, 0].tolist() == [3, 5, 7], "each once the tracker has settled"


def test_shins_and_hips_are_shown_as_they_were():
    places, near = np.random.default_rng(2).uniform(60, 180, (33, 2)).astype(np.float32), (160, 140, 40)
    points, shins, hips = look(lambda pictures: np.tile(places, (len(pictures), 1, 1)), IMAGE, near, None)
    assert points.shape == (3, 33, 2)
    assert np.array_equal(shins, shin_pictures(IMAGE, points))
    assert np.array_equal(hips, hip_picture(IMAGE, near))


def test_without_plates_the_shins_of_each_top_are_shown_at_once(seen, uncover):
    looks = list(watched(uncover, times(3), lambda t: None))
    assert len(looks) == 3
    for rep, (told_s, told) in enumerate(looks):
        begins = rep * REP_S + REST_S + UP_S
        assert begins - 0.2 <= told.time_s == told_s <= begins + HOLD_S
        assert told.hips is None
        assert np.array_equal(told.points, lifter(told_s)[None])
        assert np.array_equal(told.shins, shin_pictures(IMAGE, told.points))
    assert not seen.shown, "nobody is looked for again"


def test_a_plate_that_is_lost_for_a_while_is_still_there(uncover):
    looks = watched(uncover, times(3), lambda t: plate(t) if t < REP_S / 2 else None)
    assert [told for _, told in looks if told.hips is None] == []


def test_without_plates_it_is_once_the_one_seen_was_none(uncover):
    def none(time_s: float) -> Plate | None:
        if time_s > REP_S:
            return None
        return replace(plate(time_s), none_since_s=0.0 if time_s > REP_S - 0.05 else None)

    looks = [told for _, told in watched(uncover, times(3), none)]
    assert [look.hips is None for look in looks if look.time_s > REP_S] == [True, True]


def test_the_far_plate_goes_up_with_the_near_one(seen, uncover):
    low_s = REST_S / 2
    list(watched(uncover, times(1), lambda t: plate(t, far=(190.0, LOW - 10.0, 30.0) if t < low_s else None)))
    *_, both, _, _ = seen.shown[0]
    y, x = round(HIGH - 10), 215
    assert not np.array_equal(both[y - 5 : y + 5, x : x + 4], IMAGE[y - 5 : y + 5, x : x + 4])
    assert np.array_equal(both[y + 50, x], IMAGE[y + 50, x]), "where it was, nothing is painted"


def test_a_long_hold_is_looked_at_now_and_then(seen, uncover):
    def held(time_s: float) -> Plate:
        return replace(plate(2.5), y=LOW) if time_s < 1 else plate(2.5)

    looks = [told.time_s for _, told in watched(uncover, np.arange(0, 8, 1 / 30), held)]
    assert 5 <= len(looks) <= 6
    assert np.diff(looks).min() >= 1.2


@pytest.mark.parametrize(
    "plate_at",
    [lambda t: plate(t, top_y=LOW - 0.2 * RADIUS), lambda t: plate(0.0)],
    ids=["a plate that hardly rises", "a plate that stands still"],
)
def test_without_a_lifted_plate_no_look_is_taken(seen, uncover, plate_at):
    assert not list(watched(uncover, times(2), plate_at))
    assert not seen.shown


def test_a_clock_that_starts_anew(seen, uncover):
    list(watched(uncover, times(1) + 100, plate))
    assert len(list(watched(uncover, times(1), plate))) == 1


def test_what_goes_wrong_in_a_look_is_not_lost():
    def broken(pictures: Sequence[np.ndarray]) -> np.ndarray:
        raise RuntimeError("out of memory")

    uncover = Uncovering(broken)
    with pytest.raises(RuntimeError, match="out of memory"):
        list(watched(uncover, times(1), plate))
    uncover.close()


def test_closing_waits_for_a_look_that_is_under_way():
    begun, let_go = threading.Event(), threading.Event()
    ended = []

    def slow(pictures: Sequence[np.ndarray]) -> np.ndarray:
        begun.set()
        let_go.wait(5)
        ended.append(len(pictures))
        return np.zeros((len(pictures), 33, 2), np.float32)

    uncover = Uncovering(slow)
    list(watched(uncover, np.arange(0, REST_S + UP_S + 0.3, 1 / 30), plate))
    assert begun.wait(5)
    threading.Timer(0.05, let_go.set).start()
    uncover.close()
    assert ended == [8]
