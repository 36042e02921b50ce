"""One live session from the camera to the last set: the parts put together."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from thrustcam import __version__
from thrustcam.analysis import Analysis, ClipFacts, EngineFacts
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.phrases import Phrases
from thrustcam.frames import Frame, clip_sha256
from thrustcam.history import History, SetFacts
from thrustcam.live.camera import Camera, CameraChanged
from thrustcam.live.coach import Coach
from thrustcam.live.events import Event, SetEnded
from thrustcam.live.keeping import Keeping
from thrustcam.live.recording import Recording
from thrustcam.live.session import Counts, Listener, Session
from thrustcam.live.spoken import spoken
from thrustcam.live.voice import Voice
from thrustcam.poses.models import install, sha256
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import Profile

_PATIENCE_S = 0.5
_AT_THE_START = ("absent", "busy", "refused")


@dataclass(frozen=True)
class Options:
    """What the user asked for.

    Attributes
    ----------
    model : the pose model's name.
    headless : no window; of a clip every picture is analysed.
    voice : whether to speak.
    keep : whether the history keeps the sets.
    record : the file for the video; None for none.
    load_kg : what is on the bar, for the history.
    clip : the file that is played as a camera; None for a camera.
    """

    profile: Profile
    phrases: Phrases
    model: str = "full"
    headless: bool = False
    voice: bool = True
    keep: bool = True
    record: Path | None = None
    load_kg: float | None = None
    clip: Path | None = None


@dataclass
class _Log:
    """Tells the terminal what happens, and collects the sets."""

    phrases: Phrases
    tell: Callable[[str], None]
    sets: list[SetEnded] = field(default_factory=list)

    def __call__(self, event: Event | CameraChanged) -> None:
        if isinstance(event, CameraChanged):
            self.tell(self.phrases(f"camera.{event.trouble or 'back'}"))
            return
        if isinstance(event, SetEnded):
            self.sets.append(event)
        if text := spoken(event, self.phrases):
            self.tell(text)


def run(camera: Camera, options: Options, tell: Callable[[str], None]) -> tuple[tuple[Analysis, ...], Counts]:
    """Coach until the source ends, somebody quits, or Ctrl-C.

    Parameters
    ----------
    tell : given a line for everything that happens.

    Returns
    -------
    Every finished set in the shape that all outputs are written from, and how many pictures there were.

    Raises
    ------
    ThrustcamError : when there is no camera, model, screen or file to write to, with what to do about it.
    """
    if not options.headless:
        from thrustcam.live.window import check_screen  # noqa: PLC0415

        check_screen()
    task = install(options.model)
    log, size, coach = _Log(options.phrases, tell), _Size(), Coach(options.profile)
    with contextlib.ExitStack() as stack:
        voice = stack.enter_context(Voice(options.phrases)) if options.voice else None
        listeners: list[Listener] = [voice] if voice is not None else []
        if options.keep:
            history = stack.enter_context(History.open())
            listeners.append(Keeping(history, lambda: _facts(camera, options, coach), tell))
        listeners.append(log)
        recording = stack.enter_context(Recording(options.record)) if options.record else None
        session = Session(
            camera,
            lambda: Watch(task),
            coach,
            tuple(listeners),
            every=options.headless and camera.ends,
            on_frame=lambda frame: size.note(frame, recording),
        )
        with session:
            _show(session, voice, options)
        counts = session.counts
    clip = _clip(camera, options, size, counts)
    used = EngineFacts(
        __version__, version("mediapipe"), options.model, sha256(task.read_bytes()), options.profile.name
    )
    sets = (event.judged for event in log.sets)
    return tuple(Analysis(clip, used, s.view, s.series, s.reps, s.summary) for s in sets), counts


def _show(session: Session, voice: Voice | None, options: Options) -> None:
    """Run it to its end, with a window or without; Ctrl-C is one way to end it."""
    try:
        while session.running and not session.counts.analysed:
            session.wait(_PATIENCE_S)
            if session.trouble in _AT_THE_START:
                session.stop()
                raise ThrustcamError(_no_camera(session.trouble))
        if options.headless:
            while session.running:
                session.wait(_PATIENCE_S)
                if voice is not None:
                    voice.tick(session.coach.now)
        else:
            from thrustcam.live.window import run_window  # noqa: PLC0415

            run_window(session, voice, options.phrases, options.profile.name)
    except KeyboardInterrupt:
        session.stop()
    session.wait()


def _no_camera(trouble: str) -> str:
    return {
        "absent": "there is no such camera: plug one in, or choose one of `thrustcam live --list`",
        "busy": "the camera can't be opened: close the program that uses it, or choose another with --camera",
        "refused": "the camera may not be used: allow it (on Linux, join the group `video`)",
    }[trouble]


@dataclass
class _Size:
    """The pictures' size and the time of the last, for the outputs."""

    width: int = 0
    height: int = 0
    last_s: float = 0.0

    def note(self, frame: Frame, recording: Recording | None) -> None:
        self.height, self.width = frame.image.shape[:2]
        self.last_s = frame.time_s
        if recording is not None:
            recording(frame)


def _facts(camera: Camera, options: Options, coach: Coach) -> SetFacts:
    """Of a set that begins now, with the profile that a key may have chosen since."""
    profile = coach.profile.name
    return SetFacts(camera.name, profile, options.model, options.load_kg, mediapipe=version("mediapipe"))


def _clip(camera: Camera, options: Options, size: _Size, counts: Counts) -> ClipFacts:
    """The source, described as a clip is."""
    dropped = f"{counts.dropped} pictures came too late to be analysed"
    return ClipFacts(
        camera.name if options.clip is None else str(options.clip),
        "" if options.clip is None else clip_sha256(options.clip),
        size.width,
        size.height,
        size.last_s,
        counts.captured,
        None,
        complete=True,
        warnings=(dropped,) if counts.dropped else (),
    )
