"""How far a run of many clips is: a bar with the time left and a tally, or a line now and then in a log."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from thrustcam.cli.streams import say

if TYPE_CHECKING:
    from thrustcam.scoring.batch import Line
    from thrustcam.scoring.task import Outcome, Task

_LOG_S = 30.0


class BatchProgress:
    """Told of every clip's progress and end, in any thread; clips count by their size.

    Attributes
    ----------
    finished : clips that are done.
    """

    def __init__(self, tasks: Sequence[Task], show: Callable[[float, float, str], None]) -> None:
        known = [task.size for task in tasks if task.size]
        usual = sum(known) / len(known) if known else 1.0
        self._weight = {task.path: float(task.size or usual) for task in tasks}
        self._share: dict[str, float] = {}
        self._show = show
        self._lock = threading.Lock()
        self._faulty = self._errors = 0
        self.finished = 0

    def clip(self, task: Task, done_s: float, total_s: float | None) -> None:
        """So many seconds of a task's clip are done."""
        with self._lock:
            self._share[task.path] = min(done_s / total_s, 1.0) if total_s else 0.0
            self._tell()

    def done(self, outcome: Outcome, line: Line) -> None:
        """A clip is done."""
        with self._lock:
            self._share[outcome.path] = 1.0
            self.finished += 1
            self._faulty += line.faults > 0
            self._errors += line.error is not None
            self._tell()

    def _tell(self) -> None:
        done = sum(self._weight[path] * share for path, share in self._share.items())
        tally = f"{self.finished}/{len(self._weight)} clips, {self._faulty} with faults"
        if self._errors:
            tally += f", {self._errors} {'error' if self._errors == 1 else 'errors'}"
        self._show(done, sum(self._weight.values()), tally)


@contextlib.contextmanager
def batch_progress(tasks: Sequence[Task]) -> Iterator[BatchProgress]:
    """Progress on stderr: a bar on a terminal, gone when the block ends; elsewhere a line every 30 s."""
    if not sys.stderr.isatty():
        yield BatchProgress(tasks, _Log())
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=Console(stderr=True),
        transient=True,
    )
    line: Any = bar.add_task("starting", total=None)
    with bar:
        yield BatchProgress(
            tasks,
            lambda done, total, tally: bar.update(line, completed=done, total=total, description=tally),
        )


class _Log:
    """A line in a log now and then, with the time left by what was done so far."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()

    def __call__(self, done: float, total: float, tally: str) -> None:
        now = time.monotonic()
        if now - self._last < _LOG_S or not done:
            return
        self._last = now
        left = (now - self._start) * (total - done) / done
        say(f"{tally}, about {left / 60:.0f} min left" if left >= 90 else f"{tally}, about {left:.0f} s left")
