"""Two clips of one set joined: the clocks found by the hips, each rep judged by both."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bodies import BENCH, Camera, Tempo, lift
from hypothesis import given, settings
from hypothesis import strategies as st

from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, Series
from thrustcam.engine import judge_set
from thrustcam.errors import ThrustcamError
from thrustcam.joining import align, join
from thrustcam.motion.estimate import Unseen
from thrustcam.motion.frontal import MEASURES
from thrustcam.motion.motion import measure_motion
from thrustcam.poses.track import PoseTrack
from thrustcam.rules.profile import load_profile

PROFILE = load_profile("barbell")
TEMPOS = [Tempo(1.2, 1.0, 1.4, 0.8), Tempo(0.9, 1.6, 1.1, 1.2), Tempo(1.3, 0.7, 1.8, 0.9)]


def analysis(track: PoseTrack, path: str) -> Analysis:
    facts = ClipFacts(path, "0" * 64, 1280, 720, float(track.t[-1]), len(track), None, True, ())
    judged = judge_set(measure_motion(track), PROFILE)
    used = EngineFacts("0", "0", "full", "0" * 64, "barbell")
    return Analysis(facts, used, judged.view, judged.series, judged.reps, judged.summary)


@pytest.fixture(scope="module")
def side() -> Analysis:
    body, _ = lift(TEMPOS, BENCH)
    return analysis(Camera(azimuth_deg=5, near="right").film(body, 0.005), "side.mp4")


@pytest.fixture(scope="module")
def front() -> Analysis:
    body, _ = lift(TEMPOS, BENCH)
    track = Camera(azimuth_deg=90, near="left").film(body, 0.005)
    late = track[track.t > 0.8]
    return analysis(replace(late, t=late.t + 4.0), "front.mp4")


def test_the_offset_is_that_of_the_clocks(side: Analysis, front: Analysis) -> None:
    found = align(side.series, front.series)
    assert found is not None
    assert found.offset_s == pytest.approx(4.0, abs=0.1)
    assert found.likeness > 0.9


def test_each_rep_is_judged_by_both(side: Analysis, front: Analysis) -> None:
    joined = join(side, front, PROFILE)
    assert len(joined.reps) == len(side.reps) == 3
    for before, after in zip(side.reps, joined.reps, strict=True):
        assert isinstance(before.measured["knee_cave_deg"], Unseen)
        cave = after.measured["knee_cave_deg"]
        assert not isinstance(cave, Unseen)
        assert (
            before.measured.rep.start_s <= cave.at_s <= before.measured.rep.end_s
        )  # in the first clip's time
        assert after.measured["shin_deg"] == before.measured["shin_deg"]
        said = {f.rule: f.verdict for f in after.findings}
        assert said["knee_cave"] != "not_assessable"
    assert joined.front is not None
    assert joined.front.clip.path == "front.mp4"
    assert set(MEASURES) <= set(joined.reps[0].measured.measures)


def test_another_set_is_refused(side: Analysis, front: Analysis) -> None:
    noise = np.random.default_rng(1).normal(size=len(front.series.t))
    strange = replace(front, series=replace(front.series, hip_height=noise))
    with pytest.raises(ThrustcamError, match="is it the same set"):
        join(side, strange, PROFILE)


def test_a_second_clip_from_the_side_is_refused(side: Analysis) -> None:
    with pytest.raises(ThrustcamError, match="wants a clip from the feet"):
        join(side, side, PROFILE)


def test_nothing_seen_is_no_alignment(side: Analysis) -> None:
    unseen = replace(side.series, hip_height=np.full(len(side.series.t), np.nan))
    assert align(side.series, unseen) is None


@settings(max_examples=20, deadline=None)
@given(st.floats(-5, 5), st.floats(0.5, 3.0))
def test_any_offset_and_any_size_is_found(offset_s: float, larger: float) -> None:
    t = np.arange(0, 14, 1 / 30)
    height = np.maximum(0, np.sin(2 * np.pi * t**1.1 / 4))
    nothing = np.full(len(t), np.nan)
    one = Series(t, nothing, nothing, nothing, nothing, height, np.ones(len(t)))
    other = replace(one, t=t + offset_s, hip_height=larger * height + 0.3)
    found = align(one, other)
    assert found is not None
    assert found.offset_s == pytest.approx(offset_s, abs=0.05)
