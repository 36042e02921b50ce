"""Other exercises, each by its own kinematics: from no view does any of them have a rep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import bodies
import numpy as np
import pytest
from bodies import SEGMENTS, Array, Body, Camera, Linkage, cycle, posture, swing, through

from thrustcam.motion.motion import measure_motion
from thrustcam.reps import find_reps

TIMES = np.arange(0, 12, 1 / 20)
NOISE = 0.01
VIEWS = [(0, "left"), (0, "right"), (40, "left"), (40, "right"), (90, "left"), (-45, "right"), (-90, "left")]

STAND = posture()
SEATED = posture(trunk=85, thigh=2, shin=-92, foot=0, upper_arm=-70, forearm=20)
ON_BACK = posture(trunk=180, thigh=50, shin=-62, foot=0, upper_arm=0, head=175)
STRAIGHT_ON_BACK = posture(trunk=180, thigh=-3, shin=-3, foot=75, upper_arm=0)
ALL_FOURS = posture(trunk=8, thigh=-90, shin=178, foot=-160, upper_arm=-90, head=5)
PUSHED_UP = posture(trunk=20, thigh=-160, shin=-160, foot=-75, upper_arm=-92, head=10)


def over(directions: Callable[[Array], Array], by: str, at: tuple[float, float]) -> Callable[[Array], Body]:
    return lambda t: Body.held(t, directions(t), by, at)


def between(low: Array, high: Array, period_s: float = 2.6, by: str = "ANKLE", at=(0.0, 0.08)):
    """From one posture to the other and back, held by what does not move."""
    return over(lambda t: swing(t, low, high, period_s), by, at)


def walking(t: Array) -> Body:
    """Through the picture."""
    step = np.sin(2 * np.pi * t)
    directions = np.repeat(STAND[None], len(t), axis=0)
    for at, way in enumerate((step, -step)):
        directions[:, SEGMENTS.index("thigh"), at] += 28 * way
        directions[:, SEGMENTS.index("shin"), at] += 28 * way - 25 * np.clip(-np.cos(2 * np.pi * t), 0, 1)
        directions[:, SEGMENTS.index("upper_arm"), at] -= 25 * way
    return Body(t, directions, np.stack([0.5 * t - 3, 0.9 + 0.03 * np.cos(4 * np.pi * t)], axis=-1))


def standing_still(t: Array) -> Body:
    sway = np.sin(0.8 * t)[:, None, None] * posture(
        trunk=1, thigh=0.5, shin=0.5, foot=0, upper_arm=3, forearm=5, head=2
    )
    return Body.held(t, STAND + sway, "ANKLE")


def scrolling_a_phone(t: Array) -> Body:
    """Sitting on the bench, slouching and sitting up again, moving on the seat, tapping a foot."""
    slouch = posture(trunk=118, thigh=5, shin=-80, foot=0, upper_arm=-50, forearm=50, head=70)
    directions = through(t, [(0, SEATED), (3, SEATED), (5, slouch), (8, slouch), (10, SEATED), (12, SEATED)])
    return Body.held(t, directions, "ANKLE", (0.5, 0.08))


def dead_bug(t: Array) -> Body:
    """On the back, one leg after the other reaches out."""
    rest = posture(trunk=180, thigh=90, shin=0, foot=90, upper_arm=90)
    left = posture(trunk=180, thigh=(15, 90), shin=(10, 0), foot=90, upper_arm=(90, 170))
    right = posture(trunk=180, thigh=(90, 15), shin=(0, 10), foot=90, upper_arm=(170, 90))
    keys = [(0, rest), (1.5, left), (3, rest), (4.5, right), (6, rest), (7.5, left), (9, rest), (12, rest)]
    return Body.held(t, through(t, keys), "HIP", (0.0, 0.10))


def burpees(t: Array) -> Body:
    squat = posture(trunk=45, thigh=15, shin=-120, foot=0, upper_arm=-90)
    one = [(0.0, STAND, 0.9), (0.8, squat, 0.35), (1.3, PUSHED_UP, 0.46), (1.8, PUSHED_UP, 0.2)]
    one += [(2.3, PUSHED_UP, 0.46), (2.8, squat, 0.35), (3.2, STAND, 1.2)]
    keys = [(3.6 * rep + at, key, height) for rep in range(4) for at, key, height in one]
    height = through(t, [(at, np.array(up)) for at, _, up in keys])
    return Body(
        t, through(t, [(at, key) for at, key, _ in keys]), np.stack([np.zeros_like(t), height], axis=-1)
    )


def step_ups(t: Array) -> Body:
    low = posture(trunk=75, thigh=(-5, -100), shin=(-95, -95), foot=0)
    return Body.held(t, swing(t, low, STAND, 2.8), "LEFT_ANKLE", (0.0, 0.48))


def pedalling(t: Array) -> Body:
    """On a bike that stands still."""
    turn = 2 * np.pi * 1.1 * t
    directions = np.repeat(posture(trunk=45, upper_arm=-30)[None], len(t), axis=0)
    for at, way in enumerate((turn, turn + np.pi)):
        directions[:, SEGMENTS.index("thigh"), at] = -35 + 28 * np.sin(way)
        directions[:, SEGMENTS.index("shin"), at] = -100 + 18 * np.cos(way)
        directions[:, SEGMENTS.index("foot"), at] = -10
    return Body.held(t, directions, "HIP", (0.0, 1.0))


def bicycle_on_the_back(t: Array) -> Body:
    turn = 2 * np.pi * 0.7 * t
    directions = np.repeat(posture(trunk=165, upper_arm=150, forearm=0)[None], len(t), axis=0)
    for at, way in enumerate((turn, turn + np.pi)):
        directions[:, SEGMENTS.index("thigh"), at] = 60 + 40 * np.sin(way)
        directions[:, SEGMENTS.index("shin"), at] = -10 + 25 * np.cos(way)
        directions[:, SEGMENTS.index("foot"), at] = 70
    return Body.held(t, directions, "HIP", (0.0, 0.12))


def rowing(t: Array) -> Body:
    """On the rowing machine: the feet stay, the seat rolls."""
    caught = posture(trunk=62, thigh=48, shin=-78, foot=50, upper_arm=-10)
    drawn = posture(trunk=118, thigh=3, shin=-14, foot=50, upper_arm=-160, forearm=10)
    body = Body.held(t, swing(t, caught, drawn, 2.4, 0.1), "ANKLE", (1.0, 0.30))
    return replace(body, hip=body.hip * (1, 0) + (0, 0.38))


def bench_press(arch_deg: float, drive_m: float = 0.0) -> Callable[[Array], Body]:
    """Feet planted, knees up; the hips may leave the bench a little."""

    def press(t: Array) -> Body:
        share = cycle(t, 2.8)
        pressing = Linkage(edge_y=0.50, edge_at=0.05, low=0.50, high=0.50 + max(drive_m, 0.001))
        body = pressing.body(t, share)
        low = posture(trunk=180, upper_arm=-40, forearm=90)
        high = posture(trunk=180, upper_arm=90, forearm=90)
        directions = body.directions.copy()
        directions[:, 4:6] = (low + (high - low) * share[:, None, None])[:, 4:6]
        directions[:, 0] -= arch_deg
        return replace(body, directions=directions)

    return press


EXERCISES: dict[str, Callable[[Array], Body]] = {
    "back squat": between(
        posture(trunk=52, thigh=4, shin=-116, foot=0, upper_arm=-130, forearm=80),
        posture(trunk=85, upper_arm=-120, forearm=90),
    ),
    "goblet squat": between(
        posture(trunk=68, thigh=14, shin=-122, foot=0, upper_arm=-75, forearm=80),
        posture(upper_arm=-80, forearm=80),
    ),
    "fast squat": between(posture(trunk=50, thigh=0, shin=-115, foot=0), STAND, 1.4),
    "box squat": between(posture(trunk=60, thigh=0, shin=-92, foot=0, upper_arm=0), STAND, 3.0),
    "sitting down and standing up": between(SEATED, STAND, 4.0),
    "deadlift": between(posture(trunk=28, thigh=-35, shin=-106, foot=0, upper_arm=-90), STAND),
    "sumo deadlift": between(posture(trunk=50, thigh=-15, shin=-100, foot=0, upper_arm=-90), STAND),
    "romanian deadlift": between(posture(trunk=5, thigh=-72, shin=-93, foot=0, upper_arm=-90), STAND, 3.2),
    "good morning": between(
        posture(trunk=12, thigh=-70, shin=-94, foot=0, upper_arm=-140, forearm=60),
        posture(upper_arm=-120, forearm=90),
    ),
    "kettlebell swing": between(
        posture(trunk=25, thigh=-55, shin=-98, foot=0, upper_arm=-115), posture(upper_arm=0), 1.6
    ),
    "push-up": between(
        posture(trunk=6, thigh=-174, shin=-174, foot=-80, upper_arm=165, forearm=-90),
        PUSHED_UP,
        2.2,
        "TOE",
        (0, 0),
    ),
    "push-up on the knees": between(
        posture(trunk=6, thigh=-174, shin=150, foot=-150, upper_arm=165, forearm=-90),
        posture(trunk=28, thigh=-152, shin=150, foot=-150, upper_arm=-92),
        2.2,
        "KNEE",
        (0, 0.06),
    ),
    "pike push-up": between(
        posture(trunk=-55, thigh=-120, shin=-118, foot=-50, upper_arm=-10, forearm=-100),
        posture(trunk=-40, thigh=-125, shin=-120, foot=-50, upper_arm=-40),
        2.2,
        "TOE",
        (0, 0),
    ),
    "plank with sagging hips": between(
        posture(trunk=18, thigh=-160, shin=-160, foot=-80, upper_arm=-90, forearm=0, head=10),
        posture(trunk=-4, thigh=-150, shin=-150, foot=-80, upper_arm=-90, forearm=0, head=-5),
        3.0,
        "TOE",
        (0, 0),
    ),
    "down dog": between(
        PUSHED_UP, posture(trunk=-40, thigh=-125, shin=-120, foot=-60, upper_arm=-40), 4.0, "TOE", (0, 0)
    ),
    "bench press": bench_press(0.0),
    "bench press, arched": bench_press(8.0, 0.03),
    "bench press, hips off the bench": bench_press(8.0, 0.055),
    "dips": between(
        posture(trunk=72, thigh=-80, shin=-165, upper_arm=175, forearm=-90),
        posture(trunk=82, thigh=-80, shin=-165, upper_arm=-90),
        2.4,
        "WRIST",
        (0, 1.2),
    ),
    "bench dips": between(
        posture(trunk=88, thigh=38, shin=-88, foot=0, upper_arm=175, forearm=-90),
        posture(trunk=88, thigh=2, shin=-96, foot=0, upper_arm=-100, forearm=-90),
        2.4,
        "ANKLE",
        (0.5, 0.08),
    ),
    "bench dips, legs straight": between(
        posture(trunk=85, thigh=10, shin=8, foot=80, upper_arm=175, forearm=-90),
        posture(trunk=88, thigh=-25, shin=-27, foot=60, upper_arm=-100, forearm=-90),
        2.4,
        "ANKLE",
        (0.8, 0.08),
    ),
    "leg raises": between(
        STRAIGHT_ON_BACK,
        posture(trunk=180, thigh=88, shin=85, foot=175, upper_arm=0),
        3.0,
        "HIP",
        (0, 0.10),
    ),
    "crunches": between(
        ON_BACK,
        posture(trunk=148, thigh=50, shin=-62, foot=0, upper_arm=100, forearm=-60, head=120),
        2.2,
        "HIP",
        (0, 0.10),
    ),
    "sit-ups": between(
        ON_BACK,
        posture(trunk=85, thigh=50, shin=-62, foot=0, upper_arm=0, head=75),
        2.8,
        "HIP",
        (0, 0.10),
    ),
    "reverse crunch": between(
        posture(trunk=180, thigh=70, shin=-20, foot=70, upper_arm=0),
        posture(trunk=158, thigh=140, shin=60, foot=150, upper_arm=0, head=180),
        2.2,
        "SHOULDER",
        (-0.5, 0.10),
    ),
    "v-ups": between(
        posture(trunk=180, thigh=0, shin=0, foot=70, upper_arm=180),
        posture(trunk=125, thigh=60, shin=58, foot=140, upper_arm=40),
        2.2,
        "HIP",
        (0, 0.10),
    ),
    "russian twists": between(
        posture(trunk=140, thigh=35, shin=-30, foot=45, upper_arm=(-30, 10)),
        posture(trunk=135, thigh=35, shin=-30, foot=45, upper_arm=(10, -30)),
        1.8,
        "HIP",
        (0, 0.12),
    ),
    "seated row": between(
        posture(trunk=72, thigh=12, shin=-32, foot=55, upper_arm=-10),
        posture(trunk=102, thigh=12, shin=-32, foot=55, upper_arm=-150, forearm=5),
        2.4,
        "HIP",
        (0, 0.45),
    ),
    "leg press": between(
        posture(trunk=138, thigh=85, shin=5, foot=120, upper_arm=-45),
        posture(trunk=138, thigh=47, shin=43, foot=120, upper_arm=-45),
        2.6,
        "HIP",
        (0, 0.45),
    ),
    "leg extension": between(
        posture(trunk=100, thigh=0, shin=-95, upper_arm=-80),
        posture(trunk=100, thigh=0, shin=-8, upper_arm=-80),
        2.2,
        "HIP",
        (0, 0.6),
    ),
    "shoulder press, seated": between(
        posture(trunk=95, thigh=0, shin=-92, foot=0, upper_arm=-80, forearm=90),
        posture(trunk=95, thigh=0, shin=-92, foot=0, upper_arm=90),
        2.4,
        "ANKLE",
        (0.5, 0.08),
    ),
    "good morning, seated": between(
        posture(trunk=25, thigh=0, shin=-92, foot=0, upper_arm=-140, forearm=60),
        posture(trunk=95, thigh=0, shin=-92, foot=0, upper_arm=-120, forearm=90),
        2.6,
        "ANKLE",
        (0.5, 0.08),
    ),
    "split squat": between(
        posture(trunk=75, thigh=(-2, -100), shin=(-100, -175), foot=(0, -100)),
        posture(trunk=85, thigh=(-65, -118), shin=(-95, -135), foot=(0, -75)),
        2.6,
        "LEFT_ANKLE",
        (0.4, 0.08),
    ),
    "bulgarian split squat": between(
        posture(trunk=68, thigh=(-3, -95), shin=(-100, -205), foot=(0, -115)),
        posture(trunk=80, thigh=(-70, -110), shin=(-92, -180), foot=(0, -100)),
        2.6,
        "LEFT_ANKLE",
        (0.3, 0.08),
    ),
    "forward lunges": between(
        posture(trunk=85, thigh=(0, -95), shin=(-90, -178), foot=(0, -100)), STAND, 2.8, "RIGHT_TOE"
    ),
    "donkey kicks": between(
        ALL_FOURS,
        posture(trunk=6, thigh=(180, -90), shin=(90, 178), foot=(180, -160), upper_arm=-90, head=0),
        2.0,
        "RIGHT_KNEE",
        (0, 0.06),
    ),
    "bird dog": between(
        ALL_FOURS,
        posture(trunk=8, thigh=(178, -90), shin=(178, 178), foot=(-100, -160), upper_arm=(-90, 5), head=5),
        3.0,
        "RIGHT_KNEE",
        (0, 0.06),
    ),
    "child's pose": between(
        posture(trunk=5, thigh=-30, shin=178, foot=-160, upper_arm=20, head=-5),
        ALL_FOURS,
        4.0,
        "KNEE",
        (0, 0.06),
    ),
    "superman": between(
        posture(trunk=0, thigh=180, shin=180, foot=-150, upper_arm=0),
        posture(trunk=14, thigh=168, shin=166, foot=-160, upper_arm=20),
        2.4,
        "HIP",
        (0, 0.10),
    ),
    "back extension": between(
        posture(trunk=-50, thigh=-140, shin=-138, foot=-60, upper_arm=-80),
        posture(trunk=42, thigh=-140, shin=-138, foot=-60, upper_arm=-40),
        2.6,
    ),
    "lying triceps": between(
        posture(trunk=180, thigh=50, shin=-62, foot=0, upper_arm=95, forearm=210),
        posture(trunk=180, thigh=50, shin=-62, foot=0, upper_arm=95, forearm=90),
        2.2,
        "ANKLE",
        (0.5, 0.08),
    ),
    "pullover": between(
        posture(trunk=180, thigh=10, shin=-95, foot=0, upper_arm=185),
        posture(trunk=178, thigh=9, shin=-95, foot=0, upper_arm=85),
        2.6,
        "ANKLE",
        (0.5, 0.08),
    ),
    "nordic curl": between(
        posture(trunk=20, thigh=-160, shin=180, foot=-160, upper_arm=-60),
        posture(trunk=90, thigh=-90, shin=180, foot=-160, upper_arm=-60),
        3.2,
        "KNEE",
        (0, 0.06),
    ),
    "wall sit": between(
        posture(trunk=90, thigh=0, shin=-90, foot=0), posture(trunk=90, thigh=-40, shin=-100, foot=0), 4.0
    ),
    "walking": walking,
    "standing still": standing_still,
    "scrolling a phone": scrolling_a_phone,
    "dead bug": dead_bug,
    "burpees": burpees,
    "step-ups": step_ups,
    "pedalling": pedalling,
    "bicycle on the back": bicycle_on_the_back,
    "rowing": rowing,
}


@pytest.mark.parametrize(("azimuth", "near"), VIEWS)
@pytest.mark.parametrize("name", EXERCISES)
def test_another_exercise_has_no_reps(name: str, azimuth: float, near: str):
    body = EXERCISES[name](TIMES)
    track = Camera(azimuth, near, height_m=1.1).film(body, NOISE)
    assert find_reps(measure_motion(track)) == []


@pytest.mark.parametrize("name", bodies.LIFTS)
def test_the_same_camera_counts_the_lift(name: str):
    body, truths = bodies.lift([bodies.Tempo()] * 3, bodies.LIFTS[name])
    for azimuth, near in VIEWS[:5]:
        track = Camera(azimuth, near, height_m=1.1).film(body, NOISE)
        assert len(find_reps(measure_motion(track))) == len(truths), (azimuth, near)
