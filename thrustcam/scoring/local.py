"""Tasks on this machine: a worker process for each job, each watched over by a thread."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from thrustcam.scoring.task import Outcome, Task
from thrustcam.scoring.worker import Limits, Worker

Progress = Callable[[Task, float, float | None], None]
_TURN_S = 0.2  # Windows can't interrupt a longer wait


def run(
    tasks: Sequence[Task], *, jobs: int, limits: Limits | None = None, progress: Progress | None = None
) -> Generator[Outcome, None, None]:
    """Score the tasks, `jobs` at a time, and give each outcome as it comes, the largest clips first.

    `progress` is told, in any thread, how many seconds of a task's clip are done and of how many. Closing
    the iterator ends what is running at once.
    """
    lanes = _Lanes(tasks, jobs, limits or Limits(), progress)
    with closing(lanes):
        for _ in tasks:
            yield lanes.next()


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class _Lanes:
    """The threads that watch, what is left to do, and what has come of the rest."""

    def __init__(self, tasks: Sequence[Task], jobs: int, limits: Limits, progress: Progress | None) -> None:
        # Largest first, or a long clip that comes last would keep one core busy and the others idle.
        self._left = sorted(tasks, key=lambda task: task.size)
        self._lock = threading.Lock()
        self._outcomes: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()
        self._progress = progress
        self._workers = [Worker(limits) for _ in range(min(jobs, len(tasks)))]
        self._threads = [
            threading.Thread(target=self._watch, args=(worker,), name="thrustcam-lane", daemon=True)
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def next(self) -> Outcome:
        """The next outcome, when it comes."""
        while True:
            try:
                said = self._outcomes.get(timeout=_TURN_S)
            except queue.Empty:
                continue
            if isinstance(said, BaseException):
                raise said
            return said

    def close(self) -> None:
        """End everything."""
        with self._lock:
            self._left.clear()
        for worker in self._workers:
            worker.stop()
        for thread in self._threads:
            thread.join()

    def _watch(self, worker: Worker) -> None:
        try:
            while (task := self._take()) is not None:
                self._outcomes.put(worker.score(task, self._telling(task)))
            worker.stop_gently()
        except BaseException as error:  # a bug here must not leave the caller waiting
            self._outcomes.put(error)

    def _take(self) -> Task | None:
        with self._lock:
            return self._left.pop() if self._left else None

    def _telling(self, task: Task) -> Callable[[float, float | None], None] | None:
        progress = self._progress
        return None if progress is None else lambda done_s, total_s: progress(task, done_s, total_s)
