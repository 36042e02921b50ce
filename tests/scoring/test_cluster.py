"""The same tasks on a Ray of this machine."""

from __future__ import annotations

import pytest

from thrustcam.rules.profile import load_profile
from thrustcam.scoring import cluster, local
from thrustcam.scoring.task import Settings, Task

ray = pytest.importorskip("ray")


def test_the_same_outcomes_as_here(model, short_set, tmp_path):
    settings = Settings(load_profile("barbell"), "full")
    pytest.importorskip("fsspec")
    tasks = [
        Task(str(short_set), settings, 1),
        Task(short_set.as_uri(), settings, 2),
        Task(str(tmp_path / "missing.mp4"), settings),
    ]
    here, there = (
        {outcome.path: outcome for outcome in run(tasks, jobs=1)} for run in (local.run, cluster.run)
    )
    assert here == there
    assert here[tasks[0].path].analysis().summary.reps == 1
    assert "no such file" in here[tasks[2].path].error
