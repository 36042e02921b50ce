"""The window on the screen and its keys, through OpenCV."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.phrases import Phrases
from thrustcam.live.picture import HEIGHT, WIDTH, Switches, compose
from thrustcam.live.session import Seen, Session
from thrustcam.live.voice import Voice
from thrustcam.rules.profile import load_profile, profile_names

_NAME = "thrustcam"
_REDRAWN_S = 0.1  # without a new picture, for the rest's clock and a camera's trouble
_TRY = f"import cv2; cv2.namedWindow({_NAME!r}); cv2.destroyAllWindows()"
_TRY_S = 20.0
_ESCAPE = 27
NO_WINDOW = "there is no screen to open a window on: use --headless, or run it from a desktop session"


def check_screen() -> None:
    """Find out whether a window can be opened, in a process that may die of it: Qt aborts where it can't.

    Raises
    ------
    ThrustcamError : when there is no screen, or this OpenCV was built without windows.
    """
    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise ThrustcamError(NO_WINDOW)
    try:
        tried = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, timeout=_TRY_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise ThrustcamError(NO_WINDOW) from None
    if b"not implemented" in tried.stderr:
        raise ThrustcamError("this OpenCV has no windows: pip install opencv-python, or use --headless")
    if tried.returncode != 0:
        raise ThrustcamError(NO_WINDOW)


class Window:
    """A window that shows pictures and gives keys. A context manager; used in the main thread alone."""

    def __enter__(self) -> Window:
        cv2.namedWindow(_NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(_NAME, WIDTH, HEIGHT)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        cv2.destroyAllWindows()

    def show(self, image: NDArray[np.uint8]) -> str:
        """Show an RGB picture; the key that was pressed, "" for none, "q" where the window was closed."""
        cv2.imshow(_NAME, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        code = cv2.waitKey(1) & 0xFF
        if code == _ESCAPE or cv2.getWindowProperty(_NAME, cv2.WND_PROP_VISIBLE) < 1:
            return "q"
        return chr(code) if code != 0xFF else ""


def run_window(session: Session, voice: Voice | None, phrases: Phrases, profile: str) -> None:
    """Show the session until the source ends or somebody quits."""
    switches = Switches(profile, voice=voice is not None)
    seen: Seen | None = None
    with Window() as window:
        while session.running:
            seen = session.seen(seen, _REDRAWN_S) or seen
            key = window.show(compose(seen, session.trouble, phrases, switches))
            if voice is not None and seen is not None:
                voice.tick(seen.now)
            if key == "q":
                session.stop()
                break
            switches = pressed(key, switches, session, voice)


def pressed(key: str, switches: Switches, session: Session, voice: Voice | None) -> Switches:
    """Do what a key asks for; the switches as they are then."""
    if key == " ":
        session.paused = not session.paused
        return replace(switches, paused=session.paused)
    if key == "m":
        return replace(switches, mirror=not switches.mirror)
    if key == "v" and voice is not None:
        voice.on = not voice.on
        return replace(switches, voice=voice.on)
    if key == "p":
        names = profile_names()
        place = names.index(switches.profile) + 1 if switches.profile in names else 0
        session.coach.profile = load_profile(names[place % len(names)])
        return replace(switches, profile=session.coach.profile.name)
    return switches
