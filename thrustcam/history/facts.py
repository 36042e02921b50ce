"""What is kept of a set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

import numpy as np

from thrustcam import __version__
from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, JudgedRep, Series, Summary
from thrustcam.feedback.score import summarise
from thrustcam.motion.view import View


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class SetFacts:
    """What is known of a set as it begins.

    Attributes
    ----------
    source : what filmed it: `camera 0`, `browser` or a file's name.
    profile, model : the limits it is judged by, and the pose model.
    load_kg : what was on the bar, None where nobody said.
    started_at : with its time zone.
    thrustcam, mediapipe : versions; mediapipe's is empty where the caller does not know it.
    """

    source: str
    profile: str
    model: str
    load_kg: float | None = None
    started_at: datetime = field(default_factory=_now)
    thrustcam: str = __version__
    mediapipe: str = ""


@dataclass(frozen=True)
class KeptSet:
    """A set as the history has it.

    Attributes
    ----------
    number : its name in the history; never given to another set.
    facts : what was known as it began.
    finished : False when the coach was killed before it had its last word; the reps are there.
    view : from where the camera saw it; None where nobody said.
    reps : all that was measured and said of each rep.
    travel : per rep, how far the hips rise in torso lengths; None where that is not known.
    note : what the lifter wrote about it.
    """

    number: int
    facts: SetFacts
    finished: bool
    view: View | None
    reps: tuple[JudgedRep, ...]
    travel: tuple[float | None, ...]
    note: str = ""

    @property
    def summary(self) -> Summary:
        """The set in a few words."""
        return summarise(self.reps)

    @property
    def duration_s(self) -> float:
        """Seconds from leaving the first bottom to the last return."""
        return self.reps[-1].measured.rep.end_s - self.reps[0].measured.rep.start_s if self.reps else 0.0

    @property
    def local_time(self) -> datetime:
        """When it began, in this machine's time zone."""
        return self.facts.started_at.astimezone()

    def analysis(self) -> Analysis:
        """The set in the shape that every output is written from; of the frames nothing is kept."""
        nothing = np.zeros(0)
        facts = self.facts
        clip = ClipFacts(f"set {self.number}", "", 0, 0, self.duration_s, 0, None, True, ())
        engine = EngineFacts(facts.thrustcam, facts.mediapipe, facts.model, "", facts.profile)
        series = Series(*[nothing] * 7)
        return Analysis(clip, engine, self.view, series, self.reps, self.summary)
