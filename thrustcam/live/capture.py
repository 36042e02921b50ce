"""A thread that keeps the newest picture of a camera ready, and a lost camera on its way back.

The thread that waits for the driver is never the one that measures or draws. A driver can block for ever:
then its thread is left behind and another one tries to open the camera anew.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType

from thrustcam.live.camera import Camera, CameraError, NoMorePictures, Pictures, Shot, Trouble
from thrustcam.live.health import Health

_SILENT_S = 1.3  # without a picture is lost
_OPENING_S = 5.0  # that a camera may take to open; some ask the user for permission first
_HANGS_S = 2.0  # more, and its thread is given up: opening a camera that is only late would find it busy
_AGAIN_S = 0.7  # between two tries to open
_HUNG_AT_MOST = 5  # threads left behind in a driver
_JOIN_S = 1.0


class Capture:
    """Pictures of a camera, the newest first. A context manager.

    Parameters
    ----------
    camera : where they come from.
    every : wait for each picture to be taken instead of replacing it by the next, for clips whose every
        picture counts.
    clock : seconds, monotonic.

    Attributes
    ----------
    captured : pictures the camera gave. dropped : those that were replaced before anybody took them.
    """

    def __init__(
        self, camera: Camera, *, every: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.camera = camera
        self.captured = self.dropped = 0
        self._every, self._clock = every, clock
        self._changed = threading.Condition()
        self._shot: tuple[Shot, float] | None = None
        self._ended = self._closed = False
        self._error: BaseException | None = None
        self._trouble: Trouble | None = None
        self._heard_s = clock()  # last time the thread gave a sign of life
        self._patience_s = _OPENING_S
        self._generation = self._hung = 0
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Capture:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._closed = True
            self._generation += 1
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(_JOIN_S)

    @property
    def over(self) -> bool:
        """Whether the source has ended and its last picture was taken."""
        with self._changed:
            return self._ended and self._shot is None

    def take(self, timeout_s: float) -> tuple[Shot, float] | None:
        """The newest picture that was not taken yet and the clock when it came; None where none comes.

        Raises
        ------
        Exception : what the camera's thread ended with, a bug or a clip that can't be read.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._shot or self._ended or self._error, timeout_s)
            if self._error is not None:
                raise self._error
            taken, self._shot = self._shot, None
            self._changed.notify_all()
            return taken

    def trouble(self) -> Trouble | None:
        """What is wrong with the camera now. Asked for often, as it also wakes up a camera that hangs."""
        with self._changed:
            if self._ended or self._error is not None:
                return None
            # A clip that decodes slowly is no camera that was unplugged.
            waiting = self.camera.ends or (self._every and self._shot is not None)
            silent_s = 0.0 if waiting else self._clock() - self._heard_s
            if silent_s <= self._patience_s:
                return self._trouble
            if silent_s > self._patience_s + _HANGS_S and self._hung < _HUNG_AT_MOST:
                self._hung += 1
                self._start()
            if self._trouble not in ("absent", "busy", "refused"):
                self._trouble = "lost"
            return self._trouble

    # --- the thread -------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._generation += 1
        self._heard_s = self._clock()
        mine = self._generation
        self._thread = threading.Thread(target=self._run, args=(mine,), name="thrustcam-capture", daemon=True)
        self._thread.start()

    def _run(self, mine: int) -> None:
        """Open, read, and open again, until this thread is no longer the one in charge."""
        try:
            while self._in_charge(mine):
                try:
                    self._live(mine, _OPENING_S)
                    pictures = self.camera.open()
                    try:
                        self._read(mine, pictures)
                    finally:
                        pictures.close()
                except CameraError as error:
                    gone = error.trouble == "absent" and self.captured > 0
                    self._tell(mine, "lost" if gone else error.trouble)
                    self._pause(mine)
        except NoMorePictures:
            with self._changed:
                self._ended = self._ended or mine == self._generation
                self._changed.notify_all()
        except BaseException as error:
            with self._changed:
                if mine == self._generation:
                    self._error = error
                self._changed.notify_all()

    def _read(self, mine: int, pictures: Pictures) -> None:
        """Pictures until the camera is lost."""
        health, last_s = Health(), self._clock()
        self._live(mine, _SILENT_S)
        while self._in_charge(mine):
            shot = pictures.read()
            now_s = self._clock()
            if not self._in_charge(mine):
                return
            self._live(mine, _SILENT_S)
            if shot is None:
                if now_s - last_s > _SILENT_S:
                    raise CameraError("lost")
                time.sleep(0.01)  # some drivers fail at once, over and over
                continue
            last_s = now_s
            trouble = health.push(shot.image, shot.at_s)
            self._tell(mine, trouble)
            if trouble == "frozen" and not self.camera.ends:
                continue  # a gap is truer than a lifter who holds still
            self._give(mine, shot)

    def _give(self, mine: int, shot: Shot) -> None:
        with self._changed:
            if self._every:
                self._changed.wait_for(lambda: self._shot is None or mine != self._generation)
                self._heard_s = self._clock()
            if mine != self._generation:
                return
            self._hung = 0
            self.captured += 1
            self.dropped += self._shot is not None
            self._shot = shot, self._clock()
            self._changed.notify_all()

    def _in_charge(self, mine: int) -> bool:
        return mine == self._generation and not self._closed

    def _live(self, mine: int, patience_s: float) -> None:
        """A sign of life, and how long the next may take."""
        with self._changed:
            if mine == self._generation:
                self._heard_s, self._patience_s = self._clock(), patience_s

    def _tell(self, mine: int, trouble: Trouble | None) -> None:
        with self._changed:
            if mine == self._generation:
                self._trouble = trouble

    def _pause(self, mine: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: mine != self._generation, _AGAIN_S)
        self._live(mine, _OPENING_S)
