"""Killed at any moment, the history opens and has every rep that was said to be kept."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time

import pytest

from thrustcam.history import History

KILLS = 20

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


def write_for_ever(path, lifter, out):
    """Keep set after set; each rep is told to `out` once `rep` has returned."""
    reps = lifter.reps(6)
    judged = lifter.judged(reps)
    with History.open(path) as history:
        while True:
            keeper = history.begin(lifter.facts())
            for rep in reps:
                keeper.rep(rep)
                os.write(out, f"{keeper.number} {rep.measured.rep.index}\n".encode())
            keeper.finish(judged)


def killed_at(path, lifter, seconds):
    """Which reps a writer that was killed after so many seconds had kept, by its own word."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            os.close(read)
            write_for_ever(path, lifter, write)
        finally:
            os._exit(1)
    os.close(write)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with os.fdopen(read, "rb") as pipe:
        return [tuple(map(int, line.split())) for line in pipe.read().splitlines()]


def test_kill_at_random_moments_loses_no_finished_rep(tmp_path, lifter):
    path = tmp_path / "history.sqlite3"
    chance = random.Random(4)
    told = []
    for _ in range(KILLS):
        told += killed_at(path, lifter, chance.uniform(0.01, 0.25))
        raw = sqlite3.connect(path)
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        raw.close()
    assert len(told) > KILLS  # else nothing was tested
    with History.open(path) as history:
        kept = {(each.number, rep.measured.rep.index): rep for each in history.sets() for rep in each.reps}
    assert set(told) <= set(kept)
    whole = {rep.measured.rep.index: rep for rep in lifter.reps(6)}
    assert all(rep == whole[index] for (_, index), rep in kept.items())
