"""What the tests of scoring share: tasks and outcomes that no clip was scored for."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest

from thrustcam.rules.profile import load_profile
from thrustcam.scoring.batch import Batch, Line
from thrustcam.scoring.task import Outcome, Settings, Task, pack, renamed

_SPEC = importlib.util.spec_from_file_location(
    "feedback_builders", Path(__file__).parents[1] / "feedback" / "conftest.py"
)
builders = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(builders)

HOSTILE = "<b>a</b>\n::error::x ##[add-mask]y, 100% |`@me`\u202e\x1b]0;.mp4"


def task(path: str = "a.mp4", **settings: object) -> Task:
    return Task(path, Settings(load_profile("barbell"), "full", **settings))


def outcome(path: str = "a.mp4", reps=None, **more: object) -> Outcome:
    analysis = builders.lockout_set(3) if reps is None else builders.analysis(reps)
    return Outcome(path, packed=renamed(pack(analysis), path), **more)


def batch(*outcomes: Outcome, gates=(), failures=()) -> Batch:
    return Batch(outcomes, [Line.of(each, each.analysis()) for each in outcomes], gates, failures)


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """The builders of this file and of the feedback's."""
    names = ("analysis", "finding", "hidden", "lockout_set", "ok", "rep")
    shared = {name: getattr(builders, name) for name in names}
    return SimpleNamespace(task=task, outcome=outcome, batch=batch, HOSTILE=HOSTILE, **shared)
