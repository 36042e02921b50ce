"""Camera to coach in threads, with fake cameras and with a sample."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import clips
import numpy as np
import pytest
from bodies import Camera as Filmed
from bodies import Tempo, lift, poses
from cameras import Faked, noisy, threads

from thrustcam.engine import analyze
from thrustcam.frames import Frame, open_clip
from thrustcam.live.bystanders import Bystanders
from thrustcam.live.camera import CameraChanged
from thrustcam.live.coach import Coach
from thrustcam.live.events import RepDone, SetEnded
from thrustcam.live.film import Film
from thrustcam.live.session import Session
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import load_profile

PROFILE = load_profile("barbell")
SEEN = poses(Filmed(azimuth_deg=10).film(lift([Tempo()] * 4)[0], noise=0.01))


class Acted:
    """A watch that sees a lifter do a set, `speed` times as fast as the camera's clock goes."""

    def __init__(self, slow_s: float = 0.0, speed: float = 1.0) -> None:
        self.slow_s, self.speed = slow_s, speed
        self.sizes: set[tuple[int, ...]] = set()

    def __enter__(self) -> Acted:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def __call__(self, frame: Frame) -> Pose:
        time.sleep(self.slow_s)
        self.sizes.add(frame.image.shape)
        time_s = self.speed * frame.time_s
        return replace(SEEN[min(round(30 * time_s), len(SEEN) - 1)], index=frame.index, time_s=time_s)

    def beside(self, frame: Frame, lifter: Pose) -> list[Pose]:
        return []


def session(camera: Faked, acted: Acted, *listeners: Callable[[object], None]) -> Session:
    return Session(camera, lambda: acted, Coach(PROFILE), listeners)


def test_the_verdicts_of_a_clip_are_those_of_analyze(model: Path, tmp_path: Path) -> None:
    events: list[object] = []
    clip = clips.trimmed(tmp_path / "two reps.mp4", 11.4)
    with Session(
        Film(clip, speed=0), lambda: Watch(model), Coach(PROFILE), (events.append,), every=True
    ) as live:
        live.wait()
    recorded = analyze(clip, PROFILE)
    (ended,) = (event for event in events if isinstance(event, SetEnded))
    assert ended.judged.reps == recorded.reps
    assert ended.judged.summary == recorded.summary
    assert ended.judged.view == recorded.view
    assert live.counts.dropped == 0
    assert live.counts.analysed == recorded.clip.frames


def test_a_slow_model_drops_pictures_and_counts_them() -> None:
    with session(Faked(rate_hz=200), Acted(slow_s=0.05)) as live:
        time.sleep(1.0)
    counts = live.counts
    assert counts.dropped > 50
    assert counts.captured - counts.dropped - counts.analysed in (0, 1, 2)


def test_an_unplugged_camera_keeps_the_set() -> None:
    changes: list[CameraChanged] = []
    reps: list[object] = []

    def listen(event: object) -> None:
        if isinstance(event, CameraChanged):
            changes.append(event)
        elif isinstance(event, RepDone | SetEnded):
            reps.append(event)

    # The camera is gone from before the second rep's end into the third.
    camera = Faked(lambda at_s: "gone" if 2.2 < at_s < 4.0 else None, rate_hz=90, seconds=6.2)
    with session(camera, Acted(speed=3.0), listen) as live:
        live.wait()
    assert (changes[0].trouble, changes[-1].trouble) == ("lost", None)
    ended = [event for event in reps if isinstance(event, SetEnded)]
    assert len(ended) == 1
    assert len(ended[0].judged.reps) in (2, 3)
    assert ended[0].judged.reps[-1].measured.rep.start_s > 3 * 4.0
    assert camera.opened == 2


def test_a_camera_that_comes_back_larger_goes_on_in_the_old_size() -> None:
    def image(number: int) -> np.ndarray:
        return noisy(number, 96, 160) if number > 20 else noisy(number)

    acted = Acted()
    with session(Faked(image=image), acted) as live:
        while live.counts.analysed < 40:
            time.sleep(0.02)
    assert acted.sizes == {(48, 64, 3)}


def test_a_pause_takes_no_pictures() -> None:
    with session(Faked(), Acted()) as live:
        live.paused = True
        time.sleep(0.3)
        at_pause = live.counts.analysed
        time.sleep(0.3)
        assert live.counts.analysed == at_pause


def test_a_bug_in_a_listener_ends_the_session_and_is_raised() -> None:
    def broken(event: object) -> None:
        raise RuntimeError("listener")

    with pytest.raises(RuntimeError, match="listener"), session(Faked(), Acted(), broken) as live:
        live.wait(5.0)
    assert threads("thrustcam-analyse") == 0


def test_somebody_else_is_counted_when_seen_twice(model: Path) -> None:
    with open_clip(clips.SAMPLE) as clip:
        alone = next(iter(clip)).image
    two = np.ascontiguousarray(np.hstack([alone, alone[:, ::-1]]))
    for image, people in ((alone, [1, 1, 1]), (two, [1, 2, 2])):
        with Watch(model) as watch:
            bystanders = Bystanders(watch.beside)
            frames = [Frame(n, 1.1 * n, image) for n in range(3)]
            assert [bystanders.count(frame, watch(frame)) for frame in frames] == people
