"""Camera → poses → coach, in threads that never wait for each other.

The capture thread keeps the newest picture, the analysing thread takes it, finds the lifter and asks the
coach, and whoever shows the pictures takes the newest analysed one. What comes late is dropped and counted.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.frames import Frame
from thrustcam.live.bystanders import Bystanders
from thrustcam.live.camera import Camera, CameraChanged, Shot, Trouble
from thrustcam.live.capture import Capture
from thrustcam.live.coach import Coach
from thrustcam.live.events import Event, Now
from thrustcam.live.framing import Scene
from thrustcam.live.scene import Eye
from thrustcam.poses.landmarks import Pose

_WAIT_S = 0.1  # for a picture, before the camera is asked how it is
_JOIN_S = 5.0


class Watching(Protocol):
    """Frames → poses, as `thrustcam.poses.watch.Watch` does."""

    def __call__(self, frame: Frame) -> Pose:
        """The lifter in this frame."""
        ...

    def beside(self, frame: Frame, lifter: Pose) -> list[Pose]:
        """Whoever else is in it."""
        ...


class Listener(Protocol):
    """Whoever wants to know what happens: a voice, a window, a log, a keeper of sessions.

    Called in the analysing thread: it should be done in a millisecond, or do its work elsewhere.
    """

    def __call__(self, event: Event | CameraChanged) -> None:
        """Something has happened."""
        ...


@dataclass(frozen=True)
class Seen:
    """The newest analysed picture: what a window draws.

    `captured_s`, `analysed_s` : the session's clock when it came and when its pose was known.
    """

    frame: Frame
    pose: Pose
    now: Now
    captured_s: float
    analysed_s: float


@dataclass(frozen=True)
class Counts:
    """Pictures so far: what the camera gave, what was analysed, and what came too late to be."""

    captured: int
    analysed: int
    dropped: int


class Session:
    """A camera being watched by a coach. A context manager.

    Parameters
    ----------
    camera : where the pictures come from.
    watch : makes the pose estimator, entered and used in the analysing thread alone.
    coach : says what there is to say.
    listeners : told of every event.
    every : analyse each picture, however late, for clips whose every picture counts.
    on_frame : given every frame that is analysed, to record it.
    """

    def __init__(
        self,
        camera: Camera,
        watch: Callable[[], AbstractContextManager[Watching]],
        coach: Coach,
        listeners: tuple[Listener, ...] = (),
        *,
        every: bool = False,
        on_frame: Callable[[Frame], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.coach, self.paused = coach, False
        self.trouble: Trouble | None = None
        self._capture = Capture(camera, every=every, clock=clock)
        self._watch, self._listeners, self._on_frame, self._clock = watch, listeners, on_frame, clock
        self._analysed = 0
        self._size: tuple[int, int] | None = None
        self._seen: Seen | None = None
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._eye = Eye()
        self._bystanders: Bystanders | None = None
        self._thread = threading.Thread(target=self._run, name="thrustcam-analyse", daemon=True)

    def __enter__(self) -> Session:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._thread.join(_JOIN_S)
        if kind is None and self._error is not None:
            raise self._error

    @property
    def running(self) -> bool:
        """Whether pictures may still come."""
        return self._thread.is_alive()

    @property
    def counts(self) -> Counts:
        """Pictures so far."""
        return Counts(self._capture.captured, self._analysed, self._capture.dropped)

    def stop(self) -> None:
        """End it; the set that is under way is judged and told of first."""
        self._stop.set()

    def seen(self, after: Seen | None, timeout_s: float) -> Seen | None:
        """The newest analysed picture other than `after`, waiting for it; None where none comes."""
        with self._changed:
            self._changed.wait_for(lambda: self._seen is not after or not self.running, timeout_s)
            return self._seen if self._seen is not after else None

    def wait(self, timeout_s: float | None = None) -> None:
        """Until the source has ended or `stop` was called. Raises what went wrong."""
        self._thread.join(timeout_s)
        if self._error is not None:
            raise self._error

    # --- the analysing thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            with self._watch() as watch, self._capture:
                self._bystanders = Bystanders(watch.beside)
                while not (self._stop.is_set() or self._capture.over):
                    taken = self._capture.take(_WAIT_S)
                    self._ask_camera()
                    if taken is not None and not self.paused:
                        self._analyse(watch, *taken)
                self._tell(self.coach.finish())
        except BaseException as error:
            self._error = error
        with self._changed:
            self._changed.notify_all()

    def _analyse(self, watch: Watching, shot: Shot, captured_s: float) -> None:
        frame = Frame(self._analysed, shot.at_s, self._sized(shot.image))
        pose = watch(frame)
        self._analysed += 1
        with self._changed:  # shown before it is judged: a judged set must not make the picture stutter
            self._seen = Seen(frame, pose, self.coach.now, captured_s, self._clock())
            self._changed.notify_all()
        self._tell(self.coach.push(pose, self._scene(frame, pose)))
        if self._on_frame is not None:
            self._on_frame(frame)

    def _scene(self, frame: Frame, pose: Pose) -> Scene | None:
        """Light, tilt and others, which matter before the first rep; later there are better uses of time."""
        if self.coach.now.stage == "lifting" or self._bystanders is None:
            return None
        return self._eye.look(frame.image, frame.time_s, self._bystanders.count(frame, pose))

    def _sized(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """In the size of the first picture: a camera may come back with another, in the middle of a set."""
        height, width = image.shape[:2]
        self._size = self._size or (width, height)
        if self._size == (width, height):
            return image
        scale = min(self._size[0] / width, self._size[1] / height)
        part = cv2.resize(image, (round(width * scale), round(height * scale)))
        fitted: NDArray[np.uint8] = np.zeros((*self._size[::-1], 3), np.uint8)
        fitted[: part.shape[0], : part.shape[1]] = part
        return fitted

    def _ask_camera(self) -> None:
        trouble = self._capture.trouble()
        if trouble == self.trouble:
            return
        self.trouble = trouble
        if self._analysed:  # a camera that never worked is the caller's to speak of
            self._tell([CameraChanged(self.coach.now.at_s, trouble)])

    def _tell(self, events: list[Event] | list[CameraChanged]) -> None:
        for event in events:
            for listener in self._listeners:
                listener(event)
