"""Poses, events and verdicts as the plain JSON values that the page draws and reads out."""

from __future__ import annotations

from typing import Any

from thrustcam.analysis import JudgedRep
from thrustcam.feedback.phrases import Phrases
from thrustcam.history.readiness import readiness
from thrustcam.live.choice import cue_key
from thrustcam.live.events import Cue, Now, SetEnded
from thrustcam.live.spoken import cue_text, next_time
from thrustcam.motion.estimate import Estimate, Measured
from thrustcam.poses.landmarks import Pose

Told = dict[str, Any]


def pose_told(pose: Pose) -> Told | None:
    """The lifter in shares of the picture's width and height; None where there is nobody."""
    if not pose.found:
        return None
    width, height = pose.width, pose.height
    points = (pose.points / (width, height)).round(4).tolist()
    plate = pose.plate
    told: Told = {"points": points, "plate": None}
    if plate is not None:
        told["plate"] = (plate.outline(48) / (width, height)).round(4).tolist()
    return told


def now_told(now: Now, phrases: Phrases, earlier_sets: int = 0) -> Told:
    """How things stand: counters, the height of the hips, the angles of this moment."""
    return {
        "stage": now.stage,
        "guide": None if now.instruction is None else phrases(now.instruction),
        "set": now.set_number + earlier_sets,
        "reps": now.reps,
        "height": None if now.height is None else round(now.height, 3),
        "phase": now.phase,
        "phase_s": round(now.phase_s, 2),
        "shin": _angle(now.shin),
        "hip": _angle(now.hip),
        "near": None if now.view is None or now.view.kind == "front" else now.view.near,
        "rest_s": None if now.rest_s is None else round(now.rest_s, 1),
    }


def rep_told(rep: JudgedRep, cue: Cue | None, phrases: Phrases) -> Told:
    """A finished rep: its number, tempo in seconds, score, what to change, and the one cue."""
    times = rep.measured.rep
    return {
        "index": times.index,
        "tempo": [None if s is None else round(s, 1) for s in (times.up_s, times.top_s, times.down_s)],
        "score": rep.score,
        "faults": [
            {"text": phrases(cue_key(f), f.cue or ""), "form": f.severity == "form"}
            for f in sorted(rep.findings, key=lambda f: f.severity != "form")
            if f.verdict == "fault"
        ],
        "cue": None if cue is None else {"text": cue_text(cue, phrases), "kind": _cue_kind(cue)},
    }


def set_told(event: SetEnded, phrases: Phrases) -> Told:
    """A finished set: its reps, what to do next, and whether to add load."""
    judged = event.judged
    ready = readiness(judged.reps)
    return {
        "number": event.number,
        "title": phrases("screen.summary", number=event.number),
        "reps": [rep_told(rep, None, phrases) for rep in judged.reps],
        "score": judged.summary.score,
        "next": next_time(event, phrases),
        "held": [{"name": phrases(f"load.{a.name}", a.name), "held": a.held} for a in ready.aspects],
        "load": {"held": ready.held, "text": phrases(f"load.{ready.held}", ready.advice)},
    }


def _cue_kind(cue: Cue) -> str:
    """How the page colours it: `praise`, `form` or `advice`."""
    if cue.kind == "praise":
        return "praise"
    return "form" if cue.form else "advice"


def _angle(measured: Measured | None) -> Told | None:
    """Degrees and half of the 95 % interval, the wider side."""
    if not isinstance(measured, Estimate):
        return None
    half = max(measured.high - measured.value, measured.value - measured.low)
    return {"value": round(measured.value), "half": max(1, round(half))}
