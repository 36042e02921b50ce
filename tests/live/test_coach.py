"""Bodies of known motion, coached: what is said, when, and that it is what `analyze` would say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import bodies
import pytest
from bodies import BENCH, Camera, Tempo, getting_up, lift, poses, set_up, walk

from thrustcam.engine import Engine, JudgedSet
from thrustcam.live.coach import Coach
from thrustcam.live.events import Event, Guide, Now, RepDone, SetEnded, SetStarted
from thrustcam.motion.joint_model import joint_model
from thrustcam.motion.observation import SITUATIONS
from thrustcam.motion.top_model import top_model
from thrustcam.poses.landmarks import Pose
from thrustcam.rules.profile import load_profile
from thrustcam.stretches import LEAD_S

PROFILE = load_profile("barbell")
SIDE = Camera(azimuth_deg=10)


def coached(seen: Sequence[Pose]) -> tuple[list[Event], list[Now]]:
    """Every event, and how things stood after each pose."""
    coach, events, states = Coach(PROFILE), list[Event](), list[Now]()
    for pose in seen:
        events += coach.push(pose)
        states.append(coach.now)
    return events + coach.finish(), states


def analysed(seen: Sequence[Pose]) -> JudgedSet:
    engine = Engine(PROFILE)
    for pose in seen:
        engine.push(pose)
    return engine.finish()


def said(sets: Sequence[JudgedSet]) -> list[object]:
    """Times and verdicts of every rep."""
    return [
        (rep.measured.rep.start_s, rep.measured.rep.end_s, [(f.rule, f.verdict) for f in rep.findings])
        for each in sets
        for rep in each.reps
    ]


def of(events: Sequence[Event], kind: type) -> list:  # type: ignore[type-arg]
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def two_sets() -> list[Pose]:
    """Walk up, set up with a half lift, three reps, get up, walk about, and two reps more."""
    first, _ = lift([Tempo()] * 3)
    second, _ = lift([Tempo()] * 2)
    body = set_up().then(first, getting_up(), walk(0.5, -1.0, 8.0), set_up(), second, getting_up())
    return poses(SIDE.film(body, noise=0.01))


@pytest.fixture(scope="module")
def session(two_sets: list[Pose]) -> tuple[list[Event], list[Now]]:
    return coached(two_sets)


def test_two_sets_start_and_end_by_themselves(session: tuple[list[Event], list[Now]]) -> None:
    kinds = [type(event) for event in session[0] if not isinstance(event, Guide | RepDone)]
    assert kinds == [SetStarted, SetEnded, SetStarted, SetEnded]


def test_the_verdicts_are_those_of_analyze(
    session: tuple[list[Event], list[Now]], two_sets: list[Pose]
) -> None:
    ended = [event.judged for event in of(session[0], SetEnded)]
    assert said(ended) == said([analysed(two_sets)])


def test_each_rep_is_told_of_within_a_quarter_of_a_second(
    session: tuple[list[Event], list[Now]], two_sets: list[Pose]
) -> None:
    ends = [rep.measured.rep.end_s for rep in analysed(two_sets).reps]
    told = [event.at_s for event in of(session[0], RepDone)]
    for end in ends:
        assert any(-0.2 <= at - end <= 0.25 for at in told), (end, told)


def test_the_first_rep_does_not_wait_for_the_calibration() -> None:
    joint_model.cache_clear()
    top_model.cache_clear()
    Coach(load_profile("barbell"))
    assert joint_model.cache_info().currsize == top_model.cache_info().currsize == len(SITUATIONS)
    assert all(
        "_inverse" in vars(model) for situation in SITUATIONS for model in top_model(situation).values()
    )


def test_the_rest_is_timed_from_the_last_rep(session: tuple[list[Event], list[Now]]) -> None:
    events, states = session
    ended = of(events, SetEnded)[0]
    resting = [now for now in states if now.stage == "resting" and now.set_number == 1]
    last = ended.judged.reps[-1].measured.rep.end_s
    assert all(now.rest_s == pytest.approx(now.at_s - last) for now in resting)
    assert resting[-1].rest_s > 15
    assert all(now.rest_s is None for now in states if now.stage == "lifting")


def test_nobody_who_rests_is_told_to_lie_down(session: tuple[list[Event], list[Now]]) -> None:
    _, states = session
    assert {now.instruction for now in states if now.stage == "resting"} <= {None}


def test_the_phases_follow_the_hips(session: tuple[list[Event], list[Now]]) -> None:
    _, states = session
    lifting = [now.phase for now in states if now.stage == "lifting" and now.set_number == 1 and now.reps > 1]
    turns = [a for a, b in pairwise([*lifting, None]) if a != b]
    at = turns.index("up")
    assert turns[at : at + 4] == ["up", "top", "down", "bottom"]


def test_lying_down_and_getting_up_again_is_no_set() -> None:
    body = set_up(half_lift=0.0).then(bodies.lift([], BENCH)[0], getting_up(), walk(0.5, -1.0, 4.0))
    events, states = coached(poses(SIDE.film(body, noise=0.01)))
    assert not of(events, RepDone) + of(events, SetEnded)
    assert states[-1].set_number == 0
    assert states[-1].stage == "framing"


def test_a_hole_in_the_pictures_keeps_the_set() -> None:
    body, _ = lift([Tempo()] * 6)
    seen = poses(SIDE.film(body, noise=0.01))
    # The camera is gone for the 20 seconds in which reps 3 and 4 would be; times go on.
    kept = [pose for pose in seen if not 10.0 < pose.time_s < 18.5]
    events, _ = coached(kept)
    assert len(of(events, SetEnded)) == 1
    assert said([e.judged for e in of(events, SetEnded)]) == said([analysed(kept)])
    assert len(of(events, SetEnded)[0].judged.reps) >= 4


def test_poses_are_let_go_of() -> None:
    standing = walk(0.5, -1.0, 2 * LEAD_S)
    coach = Coach(PROFILE)
    for pose in poses(SIDE.film(standing)):
        coach.push(pose)
    assert len(coach._stretches.poses) <= (LEAD_S + 1) * bodies.FPS
