"""All that is known of one clip once it has been through the pipeline: what every output is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.view import View
from thrustcam.rules.finding import Finding


@dataclass(frozen=True)
class ClipFacts:
    """The clip as it was read. `frames` were decoded, `frames_declared` is what the container claims."""

    path: str
    sha256: str
    width: int
    height: int
    duration_s: float
    frames: int
    frames_declared: int | None
    complete: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class EngineFacts:
    """What measured: versions, the pose model and the profile."""

    thrustcam: str
    mediapipe: str
    model: str
    model_sha256: str
    profile: str


@dataclass(frozen=True)
class Series:
    """One entry for every analysed frame; float arrays of shape (n,), NaN where nothing was measured.

    `t` seconds; angles in degrees; `hip_height` in torso lengths above the set's lowest point;
    `confidence` 0 to 1.
    """

    t: NDArray[np.float64]
    shin_deg: NDArray[np.float64]
    hip_deg: NDArray[np.float64]
    knee_deg: NDArray[np.float64]
    trunk_deg: NDArray[np.float64]
    hip_height: NDArray[np.float64]
    confidence: NDArray[np.float64]


@dataclass(frozen=True)
class JudgedRep:
    """One rep with what the rules say of it. `score` is 0 to 100, None when no rule could be assessed."""

    measured: MeasuredRep
    findings: tuple[Finding, ...]
    score: int | None


@dataclass(frozen=True)
class Summary:
    """The set in a few words.

    `focus` is the rule to work on and `cue` what to do about it; both None when nothing was at fault.
    `consistency` maps a measure's name to its standard deviation over the set's reps (same unit).
    `velocity_loss` is how much slower the last rep went up than the fastest, 0 to 1; None without a scale.
    """

    reps: int
    score: int | None
    focus: str | None
    cue: str | None
    consistency: Mapping[str, float]
    velocity_loss: float | None = None


@dataclass(frozen=True)
class FrontClip:
    """A second clip of the same set, from the feet.

    `offset_s` : its time of a moment minus the first clip's. `likeness` : correlation of both curves of hip
    height, −1 to 1.
    """

    clip: ClipFacts
    offset_s: float
    likeness: float


@dataclass(frozen=True)
class Analysis:
    """One clip, analysed. `view` is None when no hip thrust was seen, `front` without a second clip."""

    clip: ClipFacts
    engine: EngineFacts
    view: View | None
    series: Series
    reps: tuple[JudgedRep, ...]
    summary: Summary
    front: FrontClip | None = None
