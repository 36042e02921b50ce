"""Tasks on Ray: the same worker as on one machine, one inside each actor, on as many machines as there are.

A row is a clip's path, never a frame: the picture stays where it is decoded. Each actor takes one clip at a
time and has one landmarker at a time, a new one for each clip, as one that has followed another lifter would
look for this one where that one was.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from thrustcam.errors import ThrustcamError
from thrustcam.scoring.clips import is_url
from thrustcam.scoring.task import Outcome, Task
from thrustcam.scoring.worker import Limits, Worker

_TURN_S = 1.0
_RETRIES = 2  # where a machine goes away; a clip that only ends its own process is never tried elsewhere


def run(
    tasks: Sequence[Task],
    *,
    jobs: int | None = None,
    limits: Limits | None = None,
) -> Generator[Outcome, None, None]:
    """Score the tasks on Ray and give each outcome as it comes, the largest clips first.

    Parameters
    ----------
    jobs : actors; by default the processors of the cluster.

    Notes
    -----
    Uses the cluster that `RAY_ADDRESS` names, else one on this machine that ends with the run. Paths, the
    store and the folders for pages must mean the same on every machine.

    Raises
    ------
    ThrustcamError : when Ray is not installed or can't be reached.
    """
    ray = _ray()
    mine = not ray.is_initialized()
    try:
        if mine:
            ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        processors = int(ray.cluster_resources().get("CPU", 1))
    except Exception as error:  # whatever a network can do wrong
        raise ThrustcamError(
            f"Ray can't be reached: {error}; check RAY_ADDRESS or use --engine local"
        ) from error
    scorer = ray.remote(num_cpus=1, max_restarts=_RETRIES, max_task_retries=_RETRIES)(_Scorer)
    actors = [scorer.remote(limits or Limits()) for _ in range(max(1, min(jobs or processors, len(tasks))))]
    try:
        yield from _spread(ray, actors, tasks)
    finally:
        for actor in actors:
            ray.kill(actor)
        if mine:
            ray.shutdown()


def _spread(ray: Any, actors: Sequence[Any], tasks: Sequence[Task]) -> Generator[Outcome, None, None]:
    left = sorted(tasks, key=lambda task: task.size)
    running: dict[Any, tuple[Any, Task]] = {}
    idle = list(actors)
    while left or running:
        while left and idle:
            actor, task = idle.pop(), left.pop()
            running[actor.score.remote(_everywhere(task))] = (actor, task)
        done, _ = ray.wait(list(running), timeout=_TURN_S)
        for reference in done:
            actor, task = running.pop(reference)
            idle.append(actor)
            try:
                outcome: Outcome = ray.get(reference)
                yield replace(outcome, path=task.path)
            except ray.exceptions.RayError as error:
                why = str(error).strip().partition("\n")[0]
                yield Outcome(task.path, error=f"its machine was lost ({why}): run again with --resume")


class _Scorer:
    """What runs in an actor: the watch over one worker process."""

    def __init__(self, limits: Limits) -> None:
        # A spawned process runs its parent's main module again, and Ray's is not made for that.
        vars(sys.modules["__main__"]).pop("__file__", None)
        self._worker = Worker(limits)

    def score(self, task: Task) -> Outcome:
        return self._worker.score(task)


def _everywhere(task: Task) -> Task:
    """The task with a path that doesn't depend on the folder we are in."""
    return task if is_url(task.path) else replace(task, path=str(Path(task.path).absolute()))


def _ray() -> Any:
    try:
        import ray  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise ThrustcamError("--engine ray needs Ray: run `pip install 'thrustcam[ray]'`") from error
    return ray
