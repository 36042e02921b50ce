"""Sets of known reps: as many as there are, when they are, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import bodies
import numpy as np
import pytest
from bodies import BENCH, FPS, Body, Camera, Tempo, Truth
from hypothesis import example, given, settings
from hypothesis import strategies as st

from thrustcam.motion.motion import measure_motion
from thrustcam.motion.smoothing import Curve
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import Rep, find_reps, find_rises, phases

SIDE, THREE_QUARTER, FRONT = Camera(), Camera(45, height_m=1.1), Camera(90, "left", height_m=1.1)
CAMERAS = {"side": SIDE, "three-quarter": THREE_QUARTER, "front": FRONT}
NOISE = 0.008


def found(track: PoseTrack) -> list[Rep]:
    return find_reps(measure_motion(track))


def matching(
    reps: Sequence[Rep], truths: Sequence[Truth], after_s: float = 0.0, within_s: float = 0.1
) -> bool:
    """These are the reps, at their times, and each knows of the next one."""
    assert len(reps) == len(truths), (len(reps), len(truths))
    assert [rep.index for rep in reps] == list(range(1, len(reps) + 1))
    for rep, truth in zip(reps, truths, strict=True):
        for name in ("start_s", "top_start_s", "top_end_s", "end_s"):
            true = after_s + getattr(truth, name)
            assert getattr(rep, name) == pytest.approx(true, abs=within_s), (rep.index, name)
        assert rep.complete
    for rep, later in zip(reps, [*reps[1:], None], strict=True):
        assert rep.next_start_s == (later and later.start_s)
    return True


SETS = {
    "usual": [Tempo()] * 4,
    "slow": [Tempo(3.0, 2.0, 3.5, 1.0)] * 2,
    "fast": [Tempo(0.5, 0.3, 0.6, 0.2)] * 6,
    "paused at the top": [Tempo(top_s=4.0)] * 2,
    "paused at the bottom": [Tempo(bottom_s=3.0)] * 3,
    "touch and go": [Tempo(0.7, 0.2, 0.7, 0.0)] * 5,
    "no hold": [Tempo(1.2, 0.0, 1.6, 0.6)] * 3,
    "partial ones among whole": [Tempo(), Tempo(share=0.5), Tempo(), Tempo(share=0.6), Tempo()],
    "all of them partial": [Tempo(share=0.5)] * 4,
    "one": [Tempo()],
    "tiring": [Tempo(1.0 + 0.4 * i, 1.0, 1.6, 0.4 + 0.2 * i, 1 - 0.05 * i) for i in range(6)],
}


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("name", SETS)
def test_exactly_these_reps_at_their_times(name, camera):
    body, truths = bodies.lift(SETS[name])
    assert matching(found(CAMERAS[camera].film(body, NOISE)), truths)


@given(
    st.lists(
        st.builds(
            Tempo, st.floats(0.5, 3), st.floats(0, 3), st.floats(0.6, 3), st.floats(0, 2), st.floats(0.75, 1)
        ),
        min_size=1,
        max_size=4,
    )
)
@example([Tempo(1.0, 0.0, 0.6, 0.0)])  # smoothing swings past so quick a landing
@settings(max_examples=30)
def test_any_tempo(tempos):
    body, truths = bodies.lift(tempos)
    assert matching(found(SIDE.film(body)), truths, within_s=0.15)  # the quickest are rounded off most


@pytest.mark.parametrize("lifting", bodies.LIFTS)
@pytest.mark.parametrize("fps", [12, 24, 60])
def test_any_lift_at_any_rate(lifting, fps):
    t, share, truths = bodies.rhythm([Tempo()] * 2)
    even = np.arange(0, t[-1], 1 / fps)
    body = bodies.LIFTS[lifting].body(even, np.interp(even, t, share))
    assert matching(found(SIDE.film(body, NOISE)), truths, within_s=0.1 if fps > 12 else 0.15)


def test_bounced_reps_are_reps():
    t = np.arange(0, 9.6, 1 / FPS)
    share = abs(np.sin(np.pi * t / 2.4))  # sharp at the bottom, round at the top
    reps = found(SIDE.film(BENCH.body(t, share), NOISE))
    assert len(reps) == 4
    for place, rep in enumerate(reps):
        assert rep.top_at_s == pytest.approx(1.2 + 2.4 * place, abs=0.1)
    for rep, later in pairwise(reps):
        assert rep.bottom_s is not None
        assert rep.bottom_s < 0.25
        assert later.start_s == rep.next_start_s


def test_a_second_dip_at_the_bottom_is_no_rep():
    t, share, truths = bodies.rhythm([Tempo()] * 3)
    between = (t - truths[0].end_s) / (truths[1].start_s - truths[0].end_s)
    dips = np.where((between > 0) & (between < 1), 0.08 * np.sin(np.pi * between) ** 2, 0)
    assert len(found(SIDE.film(BENCH.body(t, share + dips), NOISE))) == 3


@pytest.mark.parametrize("lifting", ["hip thrust", "feet elevated"])
def test_pulses_at_the_top_are_one_rep(lifting):
    t, share, truths = bodies.rhythm([Tempo(top_s=4.0)] * 2)
    high = (t > truths[0].top_start_s) & (t < truths[0].top_end_s)
    share = share - 0.17 * high * np.sin(np.pi * (t - truths[0].top_start_s)) ** 2
    reps = found(SIDE.film(bodies.LIFTS[lifting].body(t, share), NOISE))
    assert len(reps) == 2


# --- before and after -------------------------------------------------------------------------------------


@pytest.mark.parametrize("camera", CAMERAS)
def test_setting_up_a_half_lift_and_getting_up_are_no_reps(camera):
    before, (body, truths) = bodies.set_up(), bodies.lift([Tempo()] * 3)
    whole = before.then(body, bodies.getting_up())
    reps, start_s = found(CAMERAS[camera].film(whole, NOISE)), float(before.t[-1]) + 1 / FPS
    if camera == "front":  # from there, legs that are stretched look like hips that sink on
        assert not reps[-1].complete
        reps[-1] = replace(reps[-1], end_s=start_s + truths[-1].end_s, complete=True)
    assert matching(reps, truths, start_s)


@pytest.mark.parametrize(
    "alone", [bodies.set_up(half_lift=0.0), bodies.getting_up()], ids=["before", "after"]
)
def test_setting_up_alone_and_getting_up_alone_are_no_reps(alone):
    assert found(SIDE.film(alone, NOISE)) == []


def test_two_sets_in_one_clip_are_counted_on():
    body, truths = bodies.lift([Tempo()] * 2)
    away = bodies.getting_up().then(bodies.walk(0.5, 0.5, 2.0))
    reps = found(SIDE.film(body.then(away, body), NOISE))
    later = body.then(away).t[-1] + 1 / FPS
    assert [rep.index for rep in reps] == [1, 2, 3, 4]
    for rep, truth, after in zip(reps, truths * 2, [0, 0, later, later], strict=True):
        assert rep.top_start_s == pytest.approx(after + truth.top_start_s, abs=0.1)
    assert reps[1].next_start_s is None  # who comes back later did not turn at the bottom
    assert reps[1].bottom_s is None


def test_lying_still_is_no_rep():
    t = np.arange(0, 8, 1 / FPS)
    for share in (0.0, 0.5, 1.0):
        assert found(SIDE.film(BENCH.body(t, np.full(len(t), share)), NOISE)) == []


def test_nobody_has_no_reps():
    track = SIDE.film(bodies.lift([Tempo()])[0])
    assert found(bodies.without(track, 0, 99)) == []
    assert found(track[:0]) == []
    assert found(track[:1]) == []


# --- cut off ----------------------------------------------------------------------------------------------

CUT, CUT_TRUTHS = bodies.lift([Tempo(up_s=2.0, down_s=2.0)] * 3)


def cut(start_s: float, end_s: float) -> list[Rep]:
    return found(SIDE.film(_rows(CUT, start_s, end_s), NOISE))


def _rows(body: Body, start_s: float, end_s: float) -> Body:
    return body[slice(round(start_s * FPS), round(end_s * FPS))]


def test_a_clip_that_ends_at_the_top_has_an_incomplete_rep():
    *whole, last = cut(0, CUT_TRUTHS[2].top_end_s - 0.2)
    assert [rep.complete for rep in whole] == [True, True]
    assert not last.complete
    assert last.down_s is None
    assert last.top_start_s == pytest.approx(CUT_TRUTHS[2].top_start_s, abs=0.1)
    assert last.end_s == pytest.approx(CUT_TRUTHS[2].top_end_s - 0.2, abs=0.1)


def test_a_clip_that_ends_halfway_down_has_an_incomplete_rep():
    halfway = (CUT_TRUTHS[2].top_end_s + CUT_TRUTHS[2].end_s) / 2
    last = cut(0, halfway)[-1]
    assert last.index == 3
    assert not last.complete
    assert last.top_end_s == pytest.approx(CUT_TRUTHS[2].top_end_s, abs=0.1)
    assert last.end_s == pytest.approx(halfway, abs=0.1)


def test_a_top_without_a_bottom_before_it_is_no_rep():
    reps = cut(CUT_TRUTHS[0].top_start_s + 0.2, 99)
    assert len(reps) == 2
    assert reps[0].top_start_s == pytest.approx(CUT_TRUTHS[1].top_start_s, abs=0.1)


def test_the_last_of_a_rise_is_no_rep():
    reps = cut(CUT_TRUTHS[0].top_start_s - 0.7, 99)
    assert [rep.top_start_s for rep in reps] == pytest.approx(
        [t.top_start_s for t in CUT_TRUTHS[1:]], abs=0.1
    )


def test_a_clip_that_begins_as_the_hips_leave_has_the_rep():
    reps = cut(CUT_TRUTHS[0].start_s - 0.2, 99)
    assert [rep.top_start_s for rep in reps] == pytest.approx([t.top_start_s for t in CUT_TRUTHS], abs=0.1)


# --- lost and jumping poses -------------------------------------------------------------------------------


def test_a_pose_lost_at_a_top_is_bridged():
    body, truths = bodies.lift([Tempo()] * 3)
    middle = (truths[1].top_start_s + truths[1].top_end_s) / 2
    track = bodies.without(SIDE.film(body, NOISE), middle - 0.4, middle + 0.4)
    assert matching(found(track), truths)


def test_a_plate_counts_reps_whose_tops_hide_the_body():
    body, truths = bodies.lift([Tempo()] * 3)
    track = bodies.plated(SIDE.film(body, NOISE))
    for truth in truths[1:]:
        track = bodies.without(track, truth.start_s + 0.3, truth.end_s - 0.3)
    assert matching(found(track), truths)


def test_a_plate_counts_a_rep_whose_joints_are_drawn_elsewhere():
    body, truths = bodies.lift([Tempo()] * 3)
    track = bodies.plated(SIDE.film(body, NOISE))
    points = track.points.copy()
    during = (track.t > truths[1].start_s) & (track.t < truths[1].end_s)
    points[during] = np.median(points[track.t < truths[0].start_s], axis=0)
    assert len(found(replace(track, points=points, plate=np.full_like(track.plate, np.nan)))) == 2
    assert len(found(replace(track, points=points))) == 3


@pytest.mark.parametrize(("off", "reps"), [(0.5, 3), (2.0, 0)])
def test_a_rise_that_its_witnesses_contradict_is_no_rep(off, reps):
    motion = measure_motion(SIDE.film(bodies.lift([Tempo()] * 3)[0], NOISE))
    (only,) = motion.sets
    doubted = replace(only.lift, misfit=np.full(len(only.lift.t), off * np.ptp(only.lift.height)))
    assert len(find_reps(replace(motion, sets=(replace(only, lift=doubted),)))) == reps


# --- the curve alone --------------------------------------------------------------------------------------


@given(st.lists(st.floats(0.2, 1.5), min_size=1, max_size=8), st.floats(0.0, 0.03))
def test_a_rise_for_each_hump_of_a_curve(heights, ripple):
    t = np.arange(0, 2 * len(heights), 1 / 60)
    hump = np.repeat(heights, 120)
    x = hump * (0.5 - 0.5 * np.cos(np.pi * t)) + ripple * np.sin(40 * t)
    rises = find_rises(Curve(t, x), least=0.12)
    assert len(rises) == len(heights)
    for place, (rise, height) in enumerate(zip(rises, heights, strict=True)):
        assert rise.high == pytest.approx(2 * place + 1, abs=0.35)
        assert rise.travel == pytest.approx(height, abs=2 * ripple + 1e-6)
        assert rise.low < rise.high
        assert rise.back is None or rise.back > rise.high


def test_ripples_are_no_rises():
    t = np.arange(0, 5, 1 / 60)
    assert find_rises(Curve(t, 0.05 * np.sin(3 * t)), least=0.12) == []


@pytest.mark.parametrize("share", [0.0, 0.12, 0.2])
def test_an_overshoot_does_not_shorten_the_top(share):
    """Up in 1 s, held for 1 s with a short peak above the hold at its start, down in 1 s."""
    t = np.arange(0, 5, 1 / 60)
    x = np.interp(t, [1, 2, 3, 4], [0, 1, 1, 0]) + share * np.exp(-(((t - 2.08) / 0.05) ** 2))
    (rise,) = find_rises(Curve(t, x))
    start, top_start, top_end, end, _ = phases(Curve(t, x), rise, 5.0)
    assert (start, top_start, top_end, end) == pytest.approx((1.05, 1.95, 3.05, 3.95), abs=0.05)


@pytest.mark.parametrize("up_s", [0.3, 0.6, 1.5])
def test_a_top_that_is_not_held_is_short(up_s):
    t = np.arange(0, 2 * up_s, 1 / 60)
    x = 0.5 - 0.5 * np.cos(np.pi * t / up_s)
    (rise,) = find_rises(Curve(t, x))
    _, top_start, top_end, _, _ = phases(Curve(t, x), rise, 2 * up_s)
    within = 2 * up_s * np.arccos(0.9) / np.pi  # of a sine within 5 % of its travel of its highest point
    assert top_end - top_start == pytest.approx(within, abs=0.04)
