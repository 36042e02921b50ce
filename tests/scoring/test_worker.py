"""A clip that crashes, hangs or eats all memory costs only itself."""

from __future__ import annotations

import os
import sys
import time

import misbehaving
import pytest

from thrustcam.scoring import local
from thrustcam.scoring.worker import Limits, Worker

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc")
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")


@pytest.fixture
def worker():
    worker = Worker(Limits(), misbehaving.serve)
    yield worker
    worker.stop()


@posix
@pytest.mark.parametrize(
    ("what", "limits", "why"),
    [
        ("crash", Limits(), "SIGABRT"),
        ("leave", Limits(), "exit code 3"),
        ("hang", Limits(quiet_s=1), "no sign of life for 1 s"),
        ("slow", Limits(time_s=2), "--time-limit"),
        pytest.param("eat", Limits(memory_mb=500), "--memory-limit", marks=linux),
    ],
)
def test_a_clip_costs_only_itself(made, what, limits, why):
    # One limit at a time: on a slow machine, a clip that eats memory would first be taken for one that hangs.
    worker = Worker(limits, misbehaving.serve)
    try:
        assert why in worker.score(made.task(f"{what}.mp4")).error
    finally:
        worker.stop()


def test_a_process_is_used_again(worker, made):
    told = []
    first, second = (worker.score(made.task(f"{name}.mp4"), lambda *done: told.append(done)) for name in "ab")
    assert first.error == second.error
    assert told == [(1.0, 2.0)] * 2


@posix
def test_a_clip_pays_for_no_other(worker, made):
    worker.score(made.task("fine.mp4"))
    assert worker.score(made.task("crash-unless-first.mp4")).error.isdigit()


def test_lanes_give_every_outcome_and_leave_nothing_behind(made, monkeypatch):
    monkeypatch.setattr("thrustcam.scoring.worker.serve", misbehaving.serve)
    tasks = [made.task(f"{name}.mp4") for name in ("a", "leave", "b", "c")]
    outcomes = {outcome.path: outcome for outcome in local.run(tasks, jobs=2, limits=Limits())}
    assert set(outcomes) == {task.path for task in tasks}
    assert "exit code 3" in outcomes["leave.mp4"].error


def test_closing_ends_what_is_running(made, monkeypatch):
    monkeypatch.setattr("thrustcam.scoring.worker.serve", misbehaving.serve)
    coming = local.run([made.task("a.mp4"), made.task("slow.mp4")], jobs=2, limits=Limits())
    assert next(coming).path == "a.mp4"
    begin = time.monotonic()
    coming.close()
    assert time.monotonic() - begin < 10
