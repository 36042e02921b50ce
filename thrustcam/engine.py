"""The one pipeline that every skin uses: frames → poses → motion → reps → findings → feedback."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from thrustcam import __version__
from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, JudgedRep, Series, Summary
from thrustcam.feedback.score import score, summarise
from thrustcam.frames import clip_sha256, open_clip
from thrustcam.motion.joint_model import ANGLES
from thrustcam.motion.measuring import measure_reps
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

    Notes
    -----
    `push` may be asked for the state of things at any time; `finish` has the last word, from everything that
    was pushed. Live and recorded use call both in the same way, so the same poses get the same verdicts.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._poses: list[Pose] = []

    def push(self, pose: Pose) -> None:
        """Take the next pose, in order of time."""
        self._poses.append(pose)

    def finish(self) -> JudgedSet:
        """Everything that was pushed, judged."""
        return judge_set(measure_motion(PoseTrack.of(self._poses)), self.profile)


def judge_set(motion: Motion, profile: Profile) -> JudgedSet:
    """The reps in a motion, judged: what recorded and live use share."""
    reps = find_reps(motion)
    judged = tuple(
        JudgedRep(measured, findings, score(findings))
        for measured in measure_reps(motion, reps)
        for findings in (judge(measured, profile),)
    )
    return JudgedSet(motion.view if reps else None, _series(motion, reps), judged, summarise(judged))


def _series(motion: Motion, reps: list[Rep]) -> Series:
    """One entry for every pose."""
    track = motion.track
    height, angles = np.full(len(track), np.nan), np.full((len(track), len(ANGLES)), np.nan)
    for lifting in motion.sets:
        height[np.searchsorted(track.t, lifting.lift.t)] = lifting.lift.height
    for seen in sagittal_sets(motion, reps):
        angles[np.searchsorted(track.t, seen.t)] = seen.series()
    shin, hip, knee, trunk = angles.T
    return Series(track.t, shin, hip, knee, trunk, height, np.where(track.found, 1.0, 0.0))


def analyze(
    path: str | os.PathLike[str],
    profile: Profile,
    *,
    model: str = "full",
    progress: Progress | None = None,
    keep: Callable[[Pose], None] | None = None,
) -> Analysis:
    """One recorded clip through the whole pipeline.

    Parameters
    ----------
    path : the video file.
    profile : the limits to judge by.
    model : `lite`, `full` or `heavy`; installed when it is not there yet.
    progress : told how far it is, after every analysed frame.
    keep : given every pose, in order of time, for whoever draws pictures of it later.

    Raises
    ------
    ThrustcamError : when the clip can't be read at all, or no model can be had; with what to do.
    """
    engine = Engine(profile)
    with open_clip(path) as clip:
        task = install(model)
        with Watch(task) as watch:
            for frame in clip:
                pose = watch(frame)
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
