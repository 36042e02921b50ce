"""Tempo, the turn at the bottom and the range of reps whose curve is known."""

from __future__ import annotations

import bodies
import numpy as np
import pytest
from bodies import BENCH, FPS, Camera, Tempo
from numpy.typing import NDArray

from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.motion import measure_motion
from thrustcam.motion.timing import timing
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import find_reps

Array = NDArray[np.float64]
SIDE, FEET = Camera(), Camera(90, height_m=1.1)


def timed(track: PoseTrack) -> list[dict[str, Measured]]:
    motion = measure_motion(track)
    return list(timing(motion, find_reps(motion)).values())


def moving(share: Array, camera: Camera = SIDE) -> list[dict[str, Measured]]:
    """Hips that far up in frame after frame, 30 a second."""
    return timed(camera.film(BENCH.body(np.arange(len(share)) / FPS, share)))


def of_tempos(*tempos: Tempo, camera: Camera = SIDE) -> list[dict[str, Measured]]:
    body, _ = bodies.lift(tempos)
    return timed(camera.film(body))


def number(measured: Measured) -> float:
    assert isinstance(measured, Estimate), measured
    assert measured.low <= measured.value <= measured.high
    return measured.value


def sine(seconds: float, period_s: float) -> Array:
    t = np.arange(0, seconds, 1 / FPS)
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * t / period_s))


SINE_DWELL = 1 / (1 - 2 * np.arccos(0.9) / np.pi)
"""A sine's dwell: its pace is told by `up_s` and `down_s`, which leave out 5 % of the travel at the ends."""


@pytest.mark.parametrize("period_s", [1.6, 2.4, 4.0])
def test_a_smooth_swing_dwells_as_long_at_any_pace(period_s):
    for measured in moving(sine(4 * period_s, period_s))[:2]:
        assert number(measured["dwell"]) == pytest.approx(SINE_DWELL, abs=0.1)


def test_a_bounce_turns_sharper_than_a_swing_and_with_a_push():
    swing = sine(9.6, 2.4)
    bounce = 1 - abs(np.cos(np.pi * np.arange(0, 9.6, 1 / FPS) / 2.4))  # down like a ball, up at once
    sharp, smooth = moving(1 - bounce[18:])[1], moving(swing)[1]
    assert number(sharp["dwell"]) < 0.7 * number(smooth["dwell"])
    assert number(sharp["rebound_g"]) > 2 * number(smooth["rebound_g"])


def test_a_pause_at_the_bottom_is_no_turn_to_speak_of():
    paused, at_once = of_tempos(*[Tempo(bottom_s=1.5)] * 3), of_tempos(*[Tempo(bottom_s=0.0)] * 3)
    assert number(paused[0]["dwell"]) > 3
    assert number(at_once[0]["dwell"]) == pytest.approx(SINE_DWELL, abs=0.1)


def test_the_push_grows_with_the_square_of_the_pace():
    slow, fast = (number(moving(sine(4 * p, p))[0]["rebound_g"]) for p in (3.2, 1.6))
    assert fast / slow == pytest.approx(4, rel=0.15)
    assert slow == pytest.approx(0.357 / 2 * (2 * np.pi / 3.2) ** 2 / 9.81, rel=0.15)


@pytest.mark.parametrize("camera", [SIDE, Camera(45, height_m=1.1), FEET], ids=["side", "three", "front"])
def test_tempo_is_in_its_interval(camera):
    tempos = [Tempo(0.9, 0.6, 1.2, 0.5), Tempo(2.0, 1.5, 2.4, 0.8), Tempo(1.0, 2.5, 1.0, 0.3)]
    body, truths = bodies.lift(tempos)
    found = timed(camera.film(body, 0.005))
    assert len(found) == 3
    for place, (measured, truth) in enumerate(zip(found, truths, strict=True)):
        true = {
            "up_s": truth.top_start_s - truth.start_s,
            "top_s": truth.top_end_s - truth.top_start_s,
            "down_s": truth.end_s - truth.top_end_s,
        }
        if place < 2:
            true["bottom_s"] = truths[place + 1].start_s - truth.end_s
        for name, seconds in true.items():
            estimate = measured[name]
            assert isinstance(estimate, Estimate)
            assert estimate.low <= seconds <= estimate.high, (name, seconds)


def test_the_more_the_view_hides_the_wider():
    widths = []
    for camera in (SIDE, Camera(45, height_m=1.1), FEET):
        estimate = of_tempos(*[Tempo()] * 2, camera=camera)[0]["top_s"]
        assert isinstance(estimate, Estimate)
        widths.append(estimate.high - estimate.low)
    body, _ = bodies.lift([Tempo()] * 2)
    plated = timed(bodies.plated(SIDE.film(body)))[0]["top_s"]
    assert isinstance(plated, Estimate)
    assert plated.high - plated.low < widths[0] < widths[1] < widths[2]


def test_the_last_rep_has_no_turn():
    last = of_tempos(Tempo(), Tempo())[-1]
    for name in ("dwell", "rebound_g", "bottom_s"):
        assert isinstance(last[name], Unseen), name
    assert isinstance(last["down_s"], Estimate)


def test_a_clip_that_ends_at_the_top_shows_neither_its_end_nor_the_way_down():
    body, truths = bodies.lift([Tempo()] * 2)
    stop = int((truths[1].top_start_s + 0.5) * FPS)
    first, last = timed(SIDE.film(body[:stop]))
    assert isinstance(last["top_s"], Unseen)
    assert isinstance(last["down_s"], Unseen)
    assert isinstance(last["up_s"], Estimate)
    assert isinstance(first["top_s"], Estimate)


def test_range_is_a_share_of_the_lifters_own_best():
    ranges = [number(m["range"]) for m in of_tempos(Tempo(), Tempo(), Tempo(share=0.6), Tempo())]
    assert ranges == pytest.approx([1, 1, 0.6, 1], abs=0.04)


def test_range_is_the_lifters_own_however_short_all_reps_are():
    ranges = [number(m["range"]) for m in of_tempos(*[Tempo(share=0.7)] * 3)]
    assert ranges == pytest.approx([1, 1, 1], abs=0.03)


def test_one_rep_that_overshoots_sets_no_mark():
    ranges = [number(m["range"]) for m in of_tempos(Tempo(), Tempo(share=1.15), Tempo(), Tempo())]
    assert ranges == pytest.approx([1, 1.15, 1, 1], abs=0.04)


def test_nothing_is_timed_without_reps():
    assert timed(bodies.without(SIDE.film(bodies.lift([Tempo()])[0]), 0, 99)) == []


def test_a_short_top_seen_by_joints_is_shorter_than_it_looks():
    def held(top_s: float) -> tuple[float, float]:
        body, _ = bodies.lift([Tempo(1.0, top_s, 1.0, 0.5)] * 2)
        motion = measure_motion(SIDE.film(body))
        rep = find_reps(motion)[0]
        return rep.top_s, number(timing(motion, [rep])[1]["top_s"])

    (seen, short), (seen_long, long) = held(0.3), held(1.5)
    assert 0.02 < seen - short < 0.10
    assert seen_long - long < 0.02


def test_a_plate_that_trembles_leaves_the_rebound_in_doubt():
    body, _ = bodies.lift([Tempo()] * 2)
    calm, trembling = (timed(bodies.plated(SIDE.film(body), sd_px=sd_px))[0]["rebound_g"] for sd_px in (0, 3))
    assert isinstance(calm, Estimate)
    assert isinstance(trembling, Estimate)
    assert trembling.high - trembling.low > 3 * (calm.high - calm.low)


def test_a_top_that_was_not_seen_is_not_measured_and_sets_no_mark():
    body, truths = bodies.lift([Tempo(share=0.8), Tempo(), Tempo(share=0.8)])
    top = truths[1]
    film, unseen = SIDE.film(body), (top.top_start_s - 0.2, top.top_start_s + 0.2)
    first, lost, last = timed(bodies.without(film, *unseen))
    for name in ("up_s", "top_s", "down_s", "range"):
        assert isinstance(lost[name], Unseen)
    assert number(first["range"]) == pytest.approx(number(last["range"])) == pytest.approx(1.0, abs=0.02)
    plated = timed(bodies.without(bodies.plated(film), *unseen))
    assert number(plated[1]["range"]) == pytest.approx(1.0, abs=0.02)
    assert number(plated[0]["range"]) == pytest.approx(0.8, abs=0.02)
