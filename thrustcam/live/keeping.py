"""Writes every finished rep to the history at once, and the set's last word when it ends."""

from __future__ import annotations

from collections.abc import Callable

from thrustcam.errors import ThrustcamError
from thrustcam.history import History, Keeper, SetFacts
from thrustcam.live.camera import CameraChanged
from thrustcam.live.events import Event, RepDone, SetEnded, SetStarted


class Keeping:
    """A listener that keeps sets.

    Parameters
    ----------
    history : where.
    facts : of a set that begins now.
    trouble : told, in words, when something could not be written; the session goes on.
    """

    def __init__(
        self, history: History, facts: Callable[[], SetFacts], trouble: Callable[[str], None]
    ) -> None:
        self._history, self._facts, self._trouble = history, facts, trouble
        self._keeper: Keeper | None = None

    def __call__(self, event: Event | CameraChanged) -> None:
        """Keep what is worth keeping."""
        try:
            if isinstance(event, SetStarted):
                self._keeper = self._history.begin(self._facts())
            elif isinstance(event, RepDone) and self._keeper is not None:
                self._keeper.rep(event.rep)
            elif isinstance(event, SetEnded) and self._keeper is not None:
                self._keeper.finish(event.judged)
        except ThrustcamError as error:
            self._trouble(str(error))
