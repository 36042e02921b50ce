"""Speaks what happens, from a process of its own."""

from __future__ import annotations

import contextlib
import queue
import subprocess
import sys
import threading
from types import TracebackType

from thrustcam.feedback.phrases import Phrases
from thrustcam.live.camera import CameraChanged
from thrustcam.live.events import Event, Guide, Now
from thrustcam.live.spoken import spoken

_WAITING = 20  # sentences; more means that nobody listens
_AGAIN_S = 9.0  # an instruction is repeated so often
_LAST_WORDS_S = 4.0  # that the end of a session may take to be said


class Voice:
    """A listener that speaks. A context manager.

    Notes
    -----
    `say` only puts the sentence into a queue. Writing it to the process is a thread's business, saying it the
    process's: a driver that hangs, or a process that dies, costs the voice and nothing else.
    """

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.on = True
        self._lines: queue.Queue[str | None] = queue.Queue(_WAITING)
        self._process: subprocess.Popen[str] | None = None
        self._writer: threading.Thread | None = None
        self._guide: tuple[str, float] | None = None
        self._minutes = 0  # of rest that were told of

    def __enter__(self) -> Voice:
        command = [sys.executable, "-m", "thrustcam.live.speaker", self.phrases.code]
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, encoding="utf-8"
            )
        self._writer = threading.Thread(target=self._write, name="thrustcam-voice", daemon=True)
        self._writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(queue.Full):
            self._lines.put_nowait(None)
        if self._writer is not None:
            self._writer.join(1.0)
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_LAST_WORDS_S if kind is None else 0.2)
            self._process.kill()
            self._process.wait()

    def __call__(self, event: Event | CameraChanged) -> None:
        """Say what there is to say of an event."""
        self._guide = None
        if isinstance(event, CameraChanged):
            self.say(self.phrases(f"camera.{event.trouble or 'back'}"))
            return
        text = spoken(event, self.phrases)
        if text is None:
            return
        if isinstance(event, Guide) and event.instruction is not None:
            self._guide = text, event.at_s
        self.say(text)

    def tick(self, now: Now) -> None:
        """Time has passed: say an instruction again that nobody has followed, and each minute of rest."""
        if self._guide is not None and now.at_s - self._guide[1] >= _AGAIN_S:
            text, self._guide = self._guide[0], (self._guide[0], now.at_s)
            self.say(text)
        minutes = 0 if now.rest_s is None else int(now.rest_s // 60)
        if minutes > self._minutes:
            one = minutes == 1
            self.say(self.phrases("say.rest_one") if one else self.phrases("say.rest", minutes=minutes))
        self._minutes = minutes

    def say(self, text: str) -> None:
        """Say a sentence, now; never waits."""
        if self.on:
            with contextlib.suppress(queue.Full):
                self._lines.put_nowait(text)

    def _write(self) -> None:
        pipe = None if self._process is None else self._process.stdin
        while (text := self._lines.get()) is not None:
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    print(text, file=pipe, flush=True)
        with contextlib.suppress(OSError, ValueError):
            if pipe is not None:
                pipe.close()
