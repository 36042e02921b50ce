from __future__ import annotations

import numpy as np
from cameras import black, noisy

from thrustcam.live.health import Health


def told(pictures, rate_hz: float) -> list[tuple[float, str | None]]:
    """Each change of what is wrong, with its time."""
    health, last, changes = Health(), None, []
    for number, image in enumerate(pictures):
        if (now := health.push(image, number / rate_hz)) != last:
            changes.append((number / rate_hz, now))
            last = now
    return changes


def test_a_good_camera_is_left_alone() -> None:
    assert told([noisy(n) for n in range(90)], 30) == []


def test_a_frozen_picture_is_seen_within_two_seconds_and_forgiven() -> None:
    pictures = [noisy(n) for n in range(30)] + [noisy(29)] * 60 + [noisy(n) for n in range(100, 130)]
    (froze, what), (back, well) = told(pictures, 30)
    assert (what, well) == ("frozen", None)
    assert 1.0 < froze - 1.0 < 2.0
    assert back == 3.0


def test_a_black_picture_is_seen_within_two_seconds_and_forgiven() -> None:
    dark = [black() + np.uint8(n % 2) for n in range(60)]
    (covered, what), (_, well) = told([noisy(n) for n in range(30)] + dark + [noisy(0), noisy(1)], 30)
    assert (what, well) == ("black", None)
    assert covered - 1.0 < 2.0


def test_five_pictures_a_second_are_too_few() -> None:
    (at, what), *_ = told([noisy(n) for n in range(30)], 5)
    assert what == "slow"
    assert at < 2.0
    assert told([noisy(n) for n in range(30)], 12) == []


def test_a_lost_picture_now_and_then_is_no_fault() -> None:
    health = Health()
    times = [n / 30 for n in range(90) if n % 10]
    assert {health.push(noisy(n), at) for n, at in enumerate(times)} == {None}
