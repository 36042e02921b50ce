"""What a coach has to say, as small values. Texts are keys of the cue files (`thrustcam/feedback/cues`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from thrustcam.analysis import JudgedRep
from thrustcam.engine import JudgedSet
from thrustcam.motion.estimate import Measured
from thrustcam.motion.view import View


@dataclass(frozen=True)
class Cue:
    """The one thing to say about a rep.

    Attributes
    ----------
    kind : `fault` for something to change, `praise` for something mended.
    rule : which rule it is about.
    key : its place in the cue files.
    text : what to say where a cue file has nothing under the key.
    form : whether it is about form (safety, or the point of the lift) and not only advice.
    """

    kind: Literal["fault", "praise"]
    rule: str
    key: str
    text: str
    form: bool = True


@dataclass(frozen=True)
class Guide:
    """What to change before the set, a key such as `guide.too_far`; None once nothing is in the way."""

    at_s: float
    instruction: str | None


@dataclass(frozen=True)
class SetStarted:
    """The lifter lies still in position: set `number` (1 for the first) may begin."""

    at_s: float
    number: int


@dataclass(frozen=True)
class RepDone:
    """A rep is over.

    Attributes
    ----------
    at_s : time of the frame that showed it, seconds.
    set_number : of the set it belongs to.
    count : how many reps the set has by now.
    rep : the rep as far as it can be judged yet; the set's end has the last word.
    cue : the one thing to say about it; None for nothing.
    """

    at_s: float
    set_number: int
    count: int
    rep: JudgedRep
    cue: Cue | None


@dataclass(frozen=True)
class SetEnded:
    """The lifter left the position: the set with the final verdicts on all of its reps."""

    at_s: float
    number: int
    judged: JudgedSet


Event = Guide | SetStarted | RepDone | SetEnded

Stage = Literal["framing", "ready", "lifting", "resting"]
"""Before the first set; in position; a rep was seen in this set; after a set."""

Phase = Literal["bottom", "up", "top", "down"]


@dataclass(frozen=True)
class Now:
    """How things stand at the latest pose, for drawing.

    Attributes
    ----------
    at_s : the latest pose's time, seconds.
    stage : see `Stage`.
    instruction : what to change in the framing, a key; None for nothing.
    set_number : of the current or else the last set; 0 before the first.
    reps : finished in that set.
    height : 0 at the set's lowest, 1 at its highest hip height; None where unknown.
    phase, phase_s : of the rep that is under way, and for how many seconds.
    phases : the phases of that rep that are over, each with its seconds.
    shown_s, angles_s : when height and phase, and the angles, were last looked at; a little before `at_s`.
    shin, hip : the angles of this moment in degrees with their intervals, or why there are none; None while
        nobody is in position.
    view : from where the camera sees the lifter.
    rest_s : seconds since the last set ended; None before and during a set.
    last : the last finished rep of the current or last set.
    ended : the last set.
    """

    at_s: float = 0.0
    stage: Stage = "framing"
    instruction: str | None = None
    set_number: int = 0
    reps: int = 0
    height: float | None = None
    phase: Phase | None = None
    phase_s: float = 0.0
    phases: tuple[tuple[Phase, float], ...] = ()
    shown_s: float = 0.0
    angles_s: float = 0.0
    shin: Measured | None = None
    hip: Measured | None = None
    view: View | None = None
    rest_s: float | None = None
    last: RepDone | None = None
    ended: SetEnded | None = None
