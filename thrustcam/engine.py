"""The one pipeline that every skin uses: frames → poses → motion → reps → findings → feedback."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from thrustcam import __version__
from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, JudgedRep, Series, Summary
from thrustcam.feedback.score import score, summarise
from thrustcam.frames import clip_sha256, open_clip
from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.measuring import angles_between, measure_reps
from thrustcam.motion.motion import Motion, measure_motion
from thrustcam.motion.sagittal import sagittal_sets
from thrustcam.motion.view import View
from thrustcam.poses.landmarks import Pose
from thrustcam.poses.models import install, sha256
from thrustcam.poses.track import PoseTrack
from thrustcam.poses.watch import Watch
from thrustcam.reps import Rep, find_reps
from thrustcam.rules import judge
from thrustcam.rules.profile import Profile
from thrustcam.stretches import Stretches

_MEASURED = ("shin_deg", "hip_deg", "knee_deg", "trunk_deg", "hip_height")

Progress = Callable[[float, float | None], None]
"""Called with the seconds of the clip that are done and how many there are, None where nobody knows."""


@dataclass(frozen=True)
class JudgedSet:
    """What the engine says of all the poses it was given."""

    view: View | None
    series: Series
    reps: tuple[JudgedRep, ...]
    summary: Summary


class Engine:
    """Poses in, judged reps out.

    Parameters
    ----------
    profile : the limits to judge by.
    plate_mm : the diameter of the plates on the bar, for speeds in metres; None where nobody said.

    Notes
    -----
    Each set is judged by its own stretch of poses (`thrustcam.stretches`) as soon as the lifter has left it;
    `finish` adds the set that is under way. `thrustcam.live.coach` cuts and judges in the same way, so the
    same poses get the same verdicts live and recorded.
    """

    def __init__(self, profile: Profile, plate_mm: float | None = None) -> None:
        self.profile = profile
        self._plate_mm = plate_mm
        self._stretches = Stretches()
        self._sets: list[JudgedSet] = []
        self._times: list[float] = []
        self._found: list[bool] = []

    def push(self, pose: Pose) -> None:
        """Take the next pose, in order of time."""
        self._times.append(pose.time_s)
        self._found.append(pose.found)
        stretch = self._stretches.push(pose)
        if stretch is not None:
            self._sets.append(self._judged(stretch))

    def finish(self) -> JudgedSet:
        """Everything that was pushed, judged; the reps of all sets in a row."""
        sets = [*self._sets, self._judged(self._stretches.close())]
        longest = max(sets, key=lambda each: len(each.reps))
        reps = tuple(rep for each in sets for rep in each.reps)
        reps = tuple(_numbered(rep, place + 1) for place, rep in enumerate(reps))
        return JudgedSet(longest.view, self._series(sets), reps, summarise(reps))

    def _judged(self, stretch: PoseTrack) -> JudgedSet:
        return judge_set(measure_motion(stretch), self.profile, self._plate_mm)

    def _series(self, sets: Sequence[JudgedSet]) -> Series:
        """One entry for every pose; nothing was measured where no set was."""
        t, found = np.array(self._times, float), np.array(self._found, bool)
        whole = {name: np.full(len(t), np.nan) for name in _MEASURED}
        for each in sets:
            rows = np.searchsorted(t, each.series.t)
            for name, values in whole.items():
                values[rows] = getattr(each.series, name)
        return Series(t=t, confidence=np.where(found, 1.0, 0.0), **whole)


def _numbered(rep: JudgedRep, index: int) -> JudgedRep:
    """The rep with its number among those of all sets."""
    measured = rep.measured
    return replace(rep, measured=replace(measured, rep=replace(measured.rep, index=index)))


def judge_set(motion: Motion, profile: Profile, plate_mm: float | None = None) -> JudgedSet:
    """All that is to be said of one set's motion: what recorded and live use share."""
    reps = find_reps(motion)
    sets = sagittal_sets(motion, reps)
    measured = measure_reps(motion, reps, sets, plate_mm)
    judged = _judged(measured, profile)
    view = motion.view if reps else None
    return JudgedSet(view, _series(motion, angles_between(sets, measured)), judged, summarise(judged))


def judge_reps(motion: Motion, reps: list[Rep], profile: Profile) -> tuple[JudgedRep, ...]:
    """The reps found in a motion, judged."""
    return _judged(measure_reps(motion, reps, sagittal_sets(motion, reps)), profile)


def _judged(measured: Sequence[MeasuredRep], profile: Profile) -> tuple[JudgedRep, ...]:
    found = [(rep, judge(rep, profile)) for rep in measured]
    return tuple(JudgedRep(rep, findings, score(findings)) for rep, findings in found)


def _series(motion: Motion, angles: NDArray[np.float64]) -> Series:
    """One entry for every pose."""
    track = motion.track
    height, whole = np.full(len(track), np.nan), np.full((len(track), len(ANGLES)), np.nan)
    for lifting in motion.sets:
        height[np.searchsorted(track.t, lifting.lift.t)] = lifting.lift.height
    whole[np.searchsorted(track.t, angles[:, 0])] = angles[:, 1:]
    shin, hip, knee, trunk = whole.T
    return Series(track.t, shin, hip, knee, trunk, height, np.where(track.found, 1.0, 0.0))


def analyze(
    path: str | os.PathLike[str],
    profile: Profile,
    *,
    model: str = "full",
    plate_mm: float | None = None,
    progress: Progress | None = None,
    keep: Callable[[Pose], None] | None = None,
    ahead: bool = True,
) -> Analysis:
    """One recorded clip through the whole pipeline.

    Parameters
    ----------
    path : the video file.
    profile : the limits to judge by.
    model : `lite`, `full` or `heavy`; installed when it is not there yet.
    plate_mm : the diameter of the plates on the bar, for speeds in metres.
    progress : told how far it is, after every analysed frame.
    keep : given every pose, in order of time, for whoever draws pictures of it later.
    ahead : False keeps to one core: no picture is decoded, nor shown to the model, before the last one is
        analysed.

    Raises
    ------
    ThrustcamError : when the clip can't be read at all, or no model can be had; with what to do.
    """
    engine = Engine(profile, plate_mm)
    with open_clip(path, ahead=ahead) as clip:
        task = install(model)
        with Watch(task) as watch:
            for frame, pose in watch.through(clip) if ahead else ((each, watch(each)) for each in clip):
                engine.push(pose)
                if keep is not None:
                    keep(pose)
                if progress is not None:
                    progress(frame.time_s, clip.duration_declared)
        facts = ClipFacts(
            str(path),
            clip_sha256(path),
            clip.width,
            clip.height,
            clip.duration_s,
            clip.frames,
            clip.frames_declared,
            clip.complete,
            tuple(clip.warnings),
        )
    judged = engine.finish()
    used = EngineFacts(__version__, version("mediapipe"), model, _model_sha256(task), profile.name)
    return Analysis(facts, used, judged.view, judged.series, judged.reps, judged.summary)


def _model_sha256(task: Path) -> str:
    return sha256(task.read_bytes())
