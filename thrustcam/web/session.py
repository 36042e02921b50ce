"""One browser's pictures through the engine: what comes in, what the page is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from thrustcam.feedback.phrases import Phrases
from thrustcam.frames import Frame
from thrustcam.history import History, SetFacts
from thrustcam.live.coach import Coach
from thrustcam.live.events import Event, RepDone, SetEnded, SetStarted
from thrustcam.live.health import Health
from thrustcam.live.keeping import Keeping
from thrustcam.live.scene import Eye
from thrustcam.live.spoken import spoken
from thrustcam.poses.landmarks import BONES, Pose
from thrustcam.rules.profile import Profile, load_profile, profile_names
from thrustcam.web.picture import BadPictureError, unpack
from thrustcam.web.telling import now_told, pose_told, rep_told, set_told

Told = dict[str, Any]
_HEAVIEST_KG = 1000.0


class Session:
    """Coaches whoever is in front of the browser's camera.

    Parameters
    ----------
    see : the lifter in a frame (`Watch`).
    profile : the limits to judge by.
    phrases : what is said, in which language.
    history : where sets are kept; None keeps nothing.
    model : the pose model's name, for the history.
    clock : seconds, steady.

    Notes
    -----
    A connection that breaks and comes back goes on with the same set: times are put on this machine's clock
    anew with each connection, as a reloaded page starts its own at 0. A picture of another size (a phone that
    is turned, another camera) is another view: the set that is under way ends with it.
    """

    def __init__(
        self,
        see: Callable[[Frame], Pose],
        profile: Profile,
        phrases: Phrases,
        history: History | None,
        *,
        model: str = "full",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._see, self._phrases, self._model = see, phrases, model
        self._clock, self._began = clock, clock()
        self._coach = Coach(profile)
        self._troubles: list[str] = []  # with the history; the lifter goes on lifting
        self._keep = None if history is None else Keeping(history, self._facts, self._troubles.append)
        self._load_kg: float | None = None
        self._offset_s: float | None = None
        self._last_s = -1.0
        self._frames = 0
        self._fresh: tuple[Frame, Pose] | None = None
        self._size: tuple[int, ...] | None = None
        self._sets = 0  # of coaches before this one
        self._eye, self._health = Eye(), Health()

    def connected(self) -> Told:
        """A page has connected; what it needs to know."""
        self._offset_s = None
        return {
            "kind": "hello",
            "language": self._phrases.code,
            "profile": self._coach.profile.name,
            "load_kg": self._load_kg,
            "profiles": list(dict.fromkeys([self._coach.profile.name, *profile_names()])),
            "bones": [[int(a), int(b)] for a, b in BONES],
        }

    def picture(self, message: bytes) -> Told:
        """Take the next picture; what the page is to draw. `judge` comes next."""
        self._fresh = None
        try:
            browser_s, image = unpack(message)
        except BadPictureError:
            return {"kind": "trouble", "key": "camera.format"}
        at_s = self._on_our_clock(browser_s)
        if at_s <= self._last_s:
            return {"kind": "seen"}  # shown twice
        self._last_s = at_s
        frame = Frame(self._frames, at_s, image)
        self._frames += 1
        pose = self._see(frame)
        self._fresh = frame, pose
        return {"kind": "seen", "pose": pose_told(pose)}

    def judge(self) -> Told:
        """Ask the coach about the picture taken last; what the page is to count and to say.

        Apart from `picture`, so that a skeleton need not wait until a whole set is judged.
        """
        if self._fresh is None:
            return {"kind": "judged"}
        frame, pose = self._fresh
        self._fresh = None
        events = self._turned() if frame.image.shape != self._size else []
        self._size = frame.image.shape
        # Light and tilt matter before the first rep; during a set there are better uses of the time.
        lifting = self._coach.now.stage == "lifting"
        scene = None if lifting else self._eye.look(frame.image, frame.time_s)
        events += self._numbered(self._coach.push(pose, scene))
        trouble = self._health.push(frame.image, frame.time_s)
        camera = None if trouble is None else f"camera.{trouble}"
        return {"kind": "judged", "camera": camera} | self._told(events)

    def choose_profile(self, name: str) -> Told:
        """Judge by another of our own profiles from now on."""
        if name in profile_names():  # never a path: the page is not to read files
            self._coach.profile = load_profile(name)
        return {"kind": "profile", "profile": self._coach.profile.name}

    def choose_load(self, load_kg: object) -> Told:
        """What is on the bar from the next set on, kg; anything else than a likely number is nothing."""
        likely = isinstance(load_kg, int | float) and 0 <= load_kg <= _HEAVIEST_KG
        self._load_kg = float(load_kg) if likely else None  # type: ignore[arg-type]
        return {"kind": "load", "load_kg": self._load_kg}

    def stop(self) -> Told:
        """The camera was switched off, or the page is gone: the set that is under way ends."""
        return {"kind": "stopped", "pose": None, "camera": None} | self._told(
            self._numbered(self._coach.finish())
        )

    def _facts(self) -> SetFacts:
        return SetFacts("browser", self._coach.profile.name, self._model, self._load_kg)

    def _turned(self) -> list[Event]:
        """Begin anew with pictures of another size."""
        events = self._numbered(self._coach.finish())
        self._sets += self._coach.now.set_number
        self._coach = Coach(self._coach.profile)
        return events

    def _numbered(self, events: Sequence[Event]) -> list[Event]:
        """With the sets counted through, whichever coach saw them."""
        return [
            replace(e, number=e.number + self._sets) if isinstance(e, SetStarted | SetEnded) else e
            for e in events
        ]

    def _on_our_clock(self, browser_s: float) -> float:
        if self._offset_s is None:
            self._offset_s = max(self._clock() - self._began, self._last_s + 1e-3) - browser_s
        return browser_s + self._offset_s

    def _told(self, events: Sequence[Event]) -> Told:
        told: Told = {
            "now": now_told(self._coach.now, self._phrases, self._sets),
            "say": [text for event in events if (text := spoken(event, self._phrases))],
        }
        for event in events:
            if self._keep is not None:
                self._keep(event)
            if isinstance(event, RepDone):
                told["rep"] = rep_told(event.rep, event.cue, self._phrases)
            elif isinstance(event, SetEnded):
                told["set"] = set_told(event, self._phrases)
        if self._troubles:
            told["trouble"] = self._phrases("web.unkept", why=self._troubles[-1])
            self._troubles.clear()
        return told
