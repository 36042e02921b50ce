"""Poses in, events out: what a coach beside the bench would say, and when.

No camera, no clock, no drawing and no sound in here: times are those of the poses, so the same poses give the
same events, live or replayed. `thrustcam live` and `thrustcam web` are skins around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import numpy as np

from thrustcam.analysis import JudgedRep
from thrustcam.engine import judge_reps, judge_set
from thrustcam.live.choice import Chooser
from thrustcam.live.events import Event, Now, Phase, RepDone, SetEnded, SetStarted, Stage
from thrustcam.live.framing import Guidance, Scene
from thrustcam.live.landing import height_curve, landed
from thrustcam.motion.estimate import Estimate, Measured, Unseen
from thrustcam.motion.measuring import load_calibration
from thrustcam.motion.motion import Motion, measure_motion
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.motion.smoothing import Curve
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.track import PoseTrack
from thrustcam.reps import Rep, find_reps
from thrustcam.rules.finding import Finding
from thrustcam.rules.profile import Profile
from thrustcam.stretches import Stretches

_EVERY_S = 0.2  # between two looks at how things stand; a look costs 8 ms, and they are to cost a tenth of
# what finding the poses does
_LANDING_EVERY_S = 0.1  # from when the hips sink until the rep is told of, so that the cue comes right then
_WINDOW_S, _LONGEST_WINDOW_S = 12.0, 40.0  # what a look takes in: a rep, and one before to compare it to
_AGAIN_S = 0.5  # until the whole set is judged again where it did not confirm what the last seconds showed
_SAME_TOP_S = 0.5  # two tops so close are one
_MOMENT_S = 0.2  # that "now" lasts, for the angles on the screen
_ANGLES_EVERY_S = 0.35  # slow enough to be read
_NEAR = 0.08  # share of the travel that counts as top or bottom on the screen
_MOVED_S, _STOPPED = 0.2, 0.03  # less of the travel in that time is a stop
_LEAST_SWING = 0.12  # torso lengths; less is no lift yet (as in `thrustcam.reps`)

_HIDDEN = Unseen("The angles can't be seen now.")


class Coach:
    """Follows a lifter through set after set.

    Parameters
    ----------
    profile : the limits to judge by; may be changed between two poses.

    Attributes
    ----------
    now : how things stand at the latest pose, for drawing.

    Notes
    -----
    A set starts when the lifter lies still in position and ends when they leave it; then its poses are
    released. `SetEnded` carries the verdicts of `judge_set` on the set's stretch (`thrustcam.stretches`),
    which is what `analyze` says of a clip with the same pictures.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.now = Now()
        self._stretches = Stretches()
        self._guide = Guidance()
        self._in_set = False
        self._ended_s: float | None = None
        self._look_s = -np.inf  # when to look next
        self._new_set()
        load_calibration()

    def push(self, pose: Pose, scene: Scene | None = None) -> list[Event]:
        """Take the next pose, in order of time; what there is to say now.

        `scene` is what else is known of the picture (light, tilt, other people), the latest known.
        """
        at_s = pose.time_s
        self.now = replace(self.now, at_s=at_s, rest_s=self._rest_s(at_s))
        stretch = self._stretches.push(pose)
        if stretch is not None:
            return self._end_set(at_s, stretch)
        events = self._start_set(at_s) if self._stretches.in_set and not self._in_set else []
        if at_s >= self._look_s:
            events += self._look(at_s)
        return events + self._framing(at_s, scene)

    def finish(self) -> list[Event]:
        """The pictures have come to an end: the set that is under way ends with them."""
        return self._end_set(self.now.at_s, self._stretches.close())

    # --- a set starts, goes on, ends --------------------------------------------------------------------

    def _look(self, at_s: float) -> list[Event]:
        """Look where the hips are, and whether a rep is over."""
        events = self._follow(at_s) if self._in_set else []
        if any(isinstance(event, RepDone) for event in events):
            self._landing = False
        soon = self._in_set and self._landing
        self._look_s = at_s + (_LANDING_EVERY_S if soon else _EVERY_S) - 1e-3
        return events

    def _new_set(self) -> None:
        self._chooser = Chooser()
        self._tops: list[float] = []  # of the reps that were told of, seconds
        self._told: JudgedRep | None = None
        self._landing = False  # a rep is on its way down, or down and not told of yet
        self._confirm_s = -np.inf  # not before this is a rep looked for in the whole set

    def _start_set(self, at_s: float) -> list[Event]:
        self._new_set()
        self._in_set = True
        number = self.now.set_number + 1
        self.now = replace(self.now, stage="ready", set_number=number, reps=0, rest_s=None, last=None)
        return [SetStarted(at_s, number)]

    def _end_set(self, at_s: float, stretch: PoseTrack) -> list[Event]:
        judged = judge_set(measure_motion(stretch), self.profile)
        events = self._start_set(at_s) if judged.reps and not self._in_set else []
        if not self._in_set:
            return []
        self._in_set = False
        still = replace(self.now, height=None, phase=None, shin=None, hip=None)
        if not judged.reps:  # lay down and got up again: that was no set
            stage: Stage = "resting" if still.ended else "framing"
            self.now = replace(still, stage=stage, set_number=still.set_number - 1)
            return []
        ended = SetEnded(at_s, still.set_number, judged)
        self._ended_s = judged.reps[-1].measured.rep.end_s
        self.now = replace(still, stage="resting", reps=len(judged.reps), ended=ended)
        self.now = replace(self.now, rest_s=self._rest_s(at_s))
        return [*events, ended]

    def _rest_s(self, at_s: float) -> float | None:
        return None if self._ended_s is None or self._in_set else at_s - self._ended_s

    # --- a rep is seen ----------------------------------------------------------------------------------

    def _follow(self, at_s: float) -> list[Event]:
        """Look at the last seconds of the set: where the hips are, and whether a rep is over."""
        motion = measure_motion(PoseTrack.of(self._recent(at_s)))
        curve = height_curve(motion, at_s)
        if curve is None:
            return []
        self.now = shown(self.now, motion, curve)
        if self.now.phase == "down":
            self._landing = True
        if not self._landing:
            return []
        over = [rep for rep in find_reps(motion) if landed(rep, curve) and self._is_new(rep)]
        return self._reps_done(at_s, over) if over and at_s >= self._confirm_s else []

    def _recent(self, at_s: float) -> list[Pose]:
        """The poses since the rep before, however slow this one is."""
        told = self._told
        start_s = at_s - _WINDOW_S if told is None else min(at_s - _WINDOW_S, told.measured.rep.end_s - 1)
        start_s = max(start_s, at_s - _LONGEST_WINDOW_S)
        recent = takewhile(lambda pose: pose.time_s >= start_s, reversed(self._stretches.poses))
        return list(recent)[::-1]

    def _is_new(self, rep: Rep) -> bool:
        return all(abs(rep.top_at_s - known) > _SAME_TOP_S for known in self._tops)

    def _reps_done(self, at_s: float, over: Sequence[Rep]) -> list[Event]:
        """Judge the whole set so far, and tell of the reps that are over and that it confirms."""
        self._confirm_s = at_s + _AGAIN_S
        motion = measure_motion(PoseTrack.of(self._stretches.poses))
        reps = judge_reps(motion, find_reps(motion), self.profile)
        new = [
            rep
            for rep in reps
            if self._is_new(rep.measured.rep) and any(_same(rep.measured.rep, each) for each in over)
        ]
        events: list[Event] = []
        for rep in new:
            # One cue, for the latest; the others were over a while ago.
            cue = self._chooser.choose(rep, self._late(reps)) if rep is new[-1] else None
            count = rep.measured.rep.index
            done = RepDone(at_s, self.now.set_number, count, rep, cue)
            self._tops.append(rep.measured.rep.top_at_s)
            self._told, self._confirm_s = rep, -np.inf
            phases = _tempo(rep.measured.rep)
            self.now = replace(self.now, stage="lifting", reps=count, last=done, phases=phases)
            events.append(done)
        return events

    def _late(self, reps: Sequence[JudgedRep]) -> list[Finding]:
        """Faults of the rep told of last that nobody could know then: its bounce shows in the next rise."""
        told = self._told
        if told is None:
            return []
        known = {f.rule for f in told.findings if f.verdict == "fault"}
        same = [r for r in reps if _same(r.measured.rep, told.measured.rep)]
        return [f for r in same for f in r.findings if f.verdict == "fault" and f.rule not in known]

    # --- before a set -----------------------------------------------------------------------------------

    def _framing(self, at_s: float, scene: Scene | None) -> list[Event]:
        """What to change before the first rep; nobody is told to lie down while they rest."""
        now, lying = self.now, self._stretches.presence.inside
        if now.stage == "lifting" or (now.stage == "resting" and not lying):
            self._guide.quiet()
            self.now = replace(now, instruction=None)
            return []
        guide = self._guide.push(at_s, self._stretches.presence.recent, scene, lying=lying)
        self.now = replace(now, instruction=self._guide.given)
        return [] if guide is None else [guide]


def _same(rep: Rep, other: Rep) -> bool:
    """Whether two looks have seen the same rep."""
    return abs(rep.top_at_s - other.top_at_s) <= _SAME_TOP_S


def _tempo(rep: Rep) -> tuple[tuple[Phase, float], ...]:
    """A finished rep's phases as they were measured, which the screen only estimates while they last."""
    return (("up", rep.up_s), ("top", rep.top_s), ("down", rep.down_s or 0.0))


def shown(now: Now, motion: Motion, curve: Curve) -> Now:
    """How things stand, with the hips' height, the phase of the rep and the angles of this moment."""
    at_s = float(curve.t[-1])
    low, high = np.percentile(curve.x, (2, 98))
    if at_s - now.angles_s >= _ANGLES_EVERY_S:
        shin, hip = _angles(motion, at_s)
        now = replace(now, view=motion.view, shin=shin, hip=hip, angles_s=at_s)
    if high - low < _LEAST_SWING:
        return replace(now, height=0.0, phase="bottom", phase_s=0.0, shown_s=at_s)
    height = float(np.clip((curve.x[-1] - low) / (high - low), 0, 1))
    earlier = float((curve.between(at_s - _MOVED_S, at_s).x[0] - low) / (high - low))
    phase = _phase(height, height - earlier)
    phases, phase_s = now.phases, now.phase_s + max(0.0, at_s - now.shown_s)
    if phase != now.phase:
        if now.phase is not None and now.phase not in ("bottom", *dict(phases)):
            phases += ((now.phase, phase_s),)
        phases, phase_s = () if phase == "up" else phases, 0.0
    stage: Stage = "lifting" if now.stage == "ready" and phase != "bottom" else now.stage
    return replace(now, stage=stage, height=height, phase=phase, phase_s=phase_s, phases=phases, shown_s=at_s)


def _phase(height: float, moved: float) -> Phase:
    """The phase at this share of the usual travel, having moved by so much of it in the last moment."""
    if height < _NEAR or height > 1 - _NEAR or abs(moved) < _STOPPED:
        return "top" if height > 0.5 else "bottom"
    return "up" if moved > 0 else "down"


def _angles(motion: Motion, at_s: float) -> tuple[Measured, Measured]:
    """Shin and hip over the last moment, with the reps so far to show where the bottom is."""
    reps = find_reps(motion)
    if not reps and motion.sets:
        first_s = float(motion.sets[-1].track.t[0])
        reps = [Rep(1, first_s, at_s, at_s, at_s, None, complete=False)]
    for seen in reversed(sagittal_sets(motion, reps)):
        if found := seen.leans(at_s - _MOMENT_S, at_s):
            shin, hip = (
                Estimate.around(lean.value, 1.96 * lean.sd, at_s)
                for lean in (found["shin_deg"], found["hip_deg"])
            )
            return shin, hip
    return _HIDDEN, _HIDDEN
