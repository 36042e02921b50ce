"""A process that scores clips one after another, and whoever watches over it.

A decoder fed with a damaged file may crash, hang or eat all memory, and nothing inside its own process can
stop that. So clips are scored in another, started by spawn (MediaPipe doesn't survive a fork), which is
killed and replaced when a clip ends it or outstays its limits. Starting one takes two seconds, so it is used
again for the next clip as long as all goes well.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from thrustcam.scoring.task import Outcome, Task

Progress = Callable[[float, float | None], None]

_START_S = 120.0
_LOOK_S = 0.1  # between two looks at the clock and the memory
_TELL_S = 0.5  # between two signs of life
_CLIPS = 100  # after which a worker is replaced, whatever it may have leaked
_STOP_S = 2.0
READY = "ready"
"""What a worker says first."""


@dataclass(frozen=True)
class Limits:
    """What one clip may take.

    Attributes
    ----------
    time_s : seconds in all.
    quiet_s : seconds without a sign of life, which come with every picture.
    memory_mb : resident memory in MB of 10⁶ bytes; watched on Linux only.
    threads : of OpenCV, in each worker.
    """

    time_s: float = 1800.0
    quiet_s: float = 120.0
    memory_mb: int = 4000
    threads: int = 1


class Worker:
    """The watch over one worker process; not to be shared between threads, except for `stop`.

    `target` is what runs in the process: `serve`, below.
    """

    def __init__(self, limits: Limits, target: Callable[[Connection, Limits], None] | None = None) -> None:
        self._limits = limits
        self._target = target or serve
        self._process: Any = None
        self._pipe: Connection | None = None
        self._clips = 0
        self._stopped = False
        self._last_words = ""

    def score(self, task: Task, progress: Progress | None = None) -> Outcome:
        """Score one clip; whatever becomes of the process, there is an outcome."""
        fresh = self._clips == 0
        outcome = self._attempt(task, progress)
        if outcome is None and not fresh and not self._stopped:
            outcome = self._attempt(task, progress)  # another clip may have left the process in a bad state
        if outcome is not None:
            return outcome
        return _failed(task, self._last_words)

    def stop(self) -> None:
        """End the process at once; `score` then returns."""
        self._stopped = True
        self._kill()

    def _attempt(self, task: Task, progress: Progress | None) -> Outcome | None:
        """The outcome; None where the process died, with `_last_words` why."""
        try:
            pipe = self._started()
            pipe.send(task)
        except OSError as error:
            self._kill()
            self._last_words = f"no process could be started for it ({error})"
            return None
        except EOFError:
            self._last_words = self._how_it_died()
            return None
        begin = quiet = time.monotonic()
        while True:
            try:
                if pipe.poll(_LOOK_S):
                    said = pipe.recv()
                    quiet = time.monotonic()
                    if isinstance(said, Outcome):
                        self._done()
                        return said
                    if isinstance(said, tuple) and progress is not None:
                        progress(*said)
            except (EOFError, OSError):
                self._last_words = self._how_it_died()
                return None
            if trouble := self._outstayed(time.monotonic(), begin, quiet):
                self._kill()
                return _failed(task, trouble)

    def _outstayed(self, now: float, begin: float, quiet: float) -> str | None:
        limits = self._limits
        if now - begin > limits.time_s:
            return f"took longer than {limits.time_s:g} s: raise --time-limit if the clip is that long"
        if now - quiet > limits.quiet_s:
            return f"hung: no sign of life for {limits.quiet_s:g} s; copy or export the clip again"
        if self._memory_mb() > limits.memory_mb:
            return f"took more than {limits.memory_mb} MB of memory: raise --memory-limit if you mean it"
        return None

    def _started(self) -> Connection:
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self._kill()
            spawn = multiprocessing.get_context("spawn")
            self._pipe, theirs = spawn.Pipe()
            self._process = spawn.Process(
                target=self._target, args=(theirs, self._limits), name="thrustcam-worker", daemon=True
            )
            self._process.start()
            theirs.close()
            self._clips = 0
            if self._stopped:  # Ctrl-C came while it was starting
                self._kill()
                raise OSError("stopped")
            if not self._pipe.poll(_START_S):
                raise OSError(f"it did not start in {_START_S:g} s")
            self._pipe.recv()  # that it is ready: only now the clip's time begins
        return self._pipe

    def _done(self) -> None:
        self._clips += 1
        if self._clips >= _CLIPS:
            self.stop_gently()

    def stop_gently(self) -> None:
        """Let an idle process end by itself."""
        with contextlib.suppress(OSError):
            if self._pipe is not None:
                self._pipe.send(None)
                self._process.join(_STOP_S)
        self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if process is not None:
            process.kill()
            process.join(_STOP_S)
        if pipe is not None:
            pipe.close()
        self._clips = 0

    def _how_it_died(self) -> str:
        process = self._process
        if process is not None:
            process.join(_STOP_S)
        code = process.exitcode if process is not None else None
        self._kill()
        if code is not None and code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
            hint = " or ran out of memory" if name in ("SIGKILL", "SIGABRT") else ""
            return f"crashed the decoder{hint} ({name}): copy or export the clip again"
        return f"ended its process (exit code {code}): copy or export the clip again"

    def _memory_mb(self) -> float:
        """Resident memory of the process; 0 where the system doesn't say."""
        process = self._process
        if process is None or sys.platform != "linux":
            return 0.0
        try:
            pages = int(Path(f"/proc/{process.pid}/statm").read_text("ascii").split()[1])
        except (OSError, IndexError, ValueError):
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _failed(task: Task, why: str) -> Outcome:
    from thrustcam.feedback.plain import one_line  # noqa: PLC0415

    why = one_line(why)
    return Outcome(task.path, error=why.removeprefix(f"{one_line(task.path)}: "))


# --- in the worker's process ------------------------------------------------------------------------------


def serve(pipe: Connection, limits: Limits) -> None:
    """Score the tasks that come through the pipe until None comes or the other end is gone."""
    _settle_in(limits)
    pipe.send(READY)
    tell = _Teller(pipe)
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while (task := pipe.recv()) is not None:
            pipe.send(_outcome(task, tell))
            if _has_left_a_thread():  # a decoder that hangs: its memory and its core come back with this
                break
        pipe.close()
    # Not by sys.exit: a thread that hangs in OpenCV, or MediaPipe's own, would keep the process.
    os._exit(0)


def _outcome(task: Task, tell: _Teller) -> Outcome:
    try:
        from thrustcam.scoring.scorer import score_clip  # noqa: PLC0415  # seconds, under the clip's limits

        return score_clip(task, tell)
    except MemoryError:
        return _failed(task, "needs more memory than there is: export it smaller")
    except Exception as error:
        from thrustcam.cli.trouble import in_words  # noqa: PLC0415  # the one place that words errors

        return _failed(task, in_words(error))


class _Teller:
    """Signs of life for whoever watches, now and then."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._last = 0.0

    def __call__(self, done_s: float, total_s: float | None) -> None:
        now = time.monotonic()
        if now - self._last >= _TELL_S:
            self._last = now
            self._pipe.send((done_s, total_s))


def _settle_in(limits: Limits) -> None:
    """Ctrl-C is the parent's to answer, the terminal the parent's to write on; then the limits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_with_the_parent()
    if os.environ.get("THRUSTCAM_DEBUG", "0") in ("", "0"):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number in (1, 2):
            os.dup2(nowhere, number)
        os.close(nowhere)
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  # POSIX only

        # What is reserved is more than what is used: this only stops what grows between two looks.
        most = 2 * limits.memory_mb * 10**6
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    import cv2  # noqa: PLC0415  # after the limits

    cv2.setNumThreads(limits.threads)


def _leave_with_the_parent() -> None:
    """A worker whose parent was killed must not go on."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def leave() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=leave, name="thrustcam-orphan", daemon=True).start()


def _has_left_a_thread() -> bool:
    return any(thread.name == "thrustcam-decode" for thread in threading.enumerate())
