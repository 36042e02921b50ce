"""What the camera does to the capture thread, and what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from cameras import Faked, threads

from thrustcam.errors import ThrustcamError
from thrustcam.live.camera import Trouble
from thrustcam.live.capture import Capture

FAULT_S = 0.3  # when the fake cameras get into trouble
WITHIN_S = 2.0  # in which it is to be seen


def from_on(state: str, until_s: float = 99.0) -> Callable[[float], str | None]:
    return lambda at_s: state if FAULT_S < at_s < until_s else None


def until(capture: Capture, what: Trouble | None, timeout_s: float) -> float:
    """Seconds until the capture says so, while its pictures are taken."""
    start_s = time.monotonic()
    while time.monotonic() - start_s < timeout_s:
        capture.take(0.02)
        if capture.trouble() == what:
            return time.monotonic() - start_s
    raise AssertionError(f"{capture.trouble()} instead of {what}")


@pytest.mark.parametrize(
    ("state", "trouble"), [("gone", "lost"), ("stuck", "lost"), ("frozen", "frozen"), ("black", "black")]
)
def test_trouble_is_seen_within_two_seconds_and_ends_by_itself(state: str, trouble: Trouble) -> None:
    with Capture(Faked(from_on(state, until_s=FAULT_S + 2.2))) as capture:
        assert until(capture, trouble, FAULT_S + WITHIN_S) <= FAULT_S + WITHIN_S
        until(capture, None, 4.0)
        assert capture.take(1.0) is not None


def test_a_driver_that_never_comes_back_is_given_up() -> None:
    camera = Faked()
    camera.trouble = lambda _: "stuck" if camera.opened == 1 else None
    with Capture(camera) as capture:
        until(capture, "lost", WITHIN_S)
        until(capture, None, 5.0)
        assert capture.take(1.0) is not None
        assert camera.opened == 2


@pytest.mark.parametrize("state", ["absent", "busy", "refused"])
def test_a_camera_that_can_not_be_opened_is_named_and_tried_again(state: Trouble) -> None:
    with Capture(Faked(lambda at_s: state if at_s < 0.9 else None)) as capture:
        assert until(capture, state, WITHIN_S) < 1.0
        until(capture, None, 3.0)


def test_five_pictures_a_second_are_called_slow_and_still_come() -> None:
    with Capture(Faked(rate_hz=5)) as capture:
        until(capture, "slow", WITHIN_S)
        assert capture.take(1.0) is not None


def test_the_newest_picture_wins_and_late_ones_are_counted() -> None:
    camera = Faked(rate_hz=200)
    with Capture(camera) as capture:
        first = capture.take(1.0)
        time.sleep(0.3)
        second = capture.take(1.0)
        assert first is not None
        assert second is not None
        assert second[0].at_s - first[0].at_s > 0.25
        assert capture.dropped > 0
        assert 0 <= capture.captured - capture.dropped - 2 <= 2


def test_every_picture_of_a_clip_can_be_waited_for() -> None:
    camera = Faked(rate_hz=1000, seconds=0.2, ends=True)
    taken = 0
    with Capture(camera, every=True) as capture:
        while not capture.over:
            taken += capture.take(0.1) is not None
            time.sleep(0.003)
    assert capture.dropped == 0
    assert taken == capture.captured == camera._number


def test_a_frozen_clip_is_played_on() -> None:
    camera = Faked(from_on("frozen"), seconds=2.4, ends=True)
    last = None
    with Capture(camera, every=True) as capture:
        while not capture.over:
            last = capture.take(0.1) or last
    assert last is not None
    assert last[0].at_s > FAULT_S + 1.2


def test_threads_end_with_the_capture() -> None:
    before = threads("thrustcam-capture")
    with Capture(Faked()) as capture:
        capture.take(1.0)
    assert threads("thrustcam-capture") == before


def test_what_the_thread_fails_of_is_raised() -> None:
    class Damaged(Faked):
        def open(self):  # type: ignore[no-untyped-def]
            raise ThrustcamError("no picture can be decoded")

    with Capture(Damaged()) as capture, pytest.raises(ThrustcamError, match="decoded"):
        capture.take(2.0)
