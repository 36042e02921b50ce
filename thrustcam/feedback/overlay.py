"""What is drawn over a clip's pictures: skeleton, angles, the rep's phase and its verdicts as they fall."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.drawing import (
    GREY,
    OF_VERDICT,
    WHITE,
    Colour,
    Image,
    blur_face,
    draw_angle,
    draw_label,
    draw_lean,
    draw_panel,
    draw_plate,
    draw_skeleton,
    unit_px,
)
from thrustcam.feedback.score import focus
from thrustcam.feedback.words import rule_name
from thrustcam.frames import Frame, open_clip
from thrustcam.motion.view import Side
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.track import without_false_plates
from thrustcam.reps import Rep
from thrustcam.rules.finding import Finding, Verdict

_MARK: Mapping[Verdict, str] = {"fault": "x", "unsure": "?", "ok": "ok"}
_FRESH_S = 0.8
_STAYS_S = 2.0  # how long a rep's verdicts stay up after it, unless the next one begins


class Overlay:
    """The overlay of one analysed clip.

    Parameters
    ----------
    analysis : the clip's.
    poses : every pose it was made from, in order of time.
    blur : whether to make the lifter's face unrecognisable.

    Notes
    -----
    A verdict shows from the moment that shows it (`Finding.at_s`) until the next rep, as if judged live; the
    body takes its colour for a moment only.
    """

    def __init__(self, analysis: Analysis, poses: Sequence[Pose], *, blur: bool = False) -> None:
        self._analysis = analysis
        self._rows = {pose.index: row for row, pose in enumerate(poses)}
        self._poses = without_false_plates(poses)
        self._blur = blur
        self._starts = [rep.measured.rep.start_s for rep in analysis.reps]

    @property
    def near(self) -> Side | None:
        """The side that is drawn; None from the front, where both are."""
        view = self._analysis.view
        return None if view is None or view.kind == "front" else view.near

    def frames(self) -> Iterator[tuple[Frame, Pose]]:
        """The clip's pictures once more, each with its pose.

        Raises
        ------
        ThrustcamError : when the clip can't be read any more.
        """
        with open_clip(self._analysis.clip.path) as clip:
            for frame in clip:
                row = self._rows.get(frame.index)
                if row is not None:
                    yield frame, self._poses[row]

    def draw(self, image: Image, pose: Pose) -> None:
        """Draw everything that is known at the pose's moment into its picture."""
        if self._blur:
            blur_face(image, pose)
        judged = self._rep_at(pose.time_s)
        known = [f for f in judged.findings if self._is_out(f, pose.time_s)] if judged else []
        draw_plate(image, pose.plate)
        # Only while it can be seen: at the bottom a thigh that is red for the top would be a riddle.
        fresh = [f for f in known if f.estimate and pose.time_s <= f.estimate.at_s + _FRESH_S]
        draw_skeleton(image, pose, near=self.near, verdicts={f.rule: f.verdict for f in fresh})
        self._draw_angles(image, pose, fresh)
        draw_panel(image, self._counter(judged, pose.time_s))
        draw_panel(image, _verdicts(known), "top right", headline=False)
        if judged and (found := focus([judged])) and any(f.rule == found[0] for f in known):
            self._draw_cue(image, found[1])

    def draw_still(self, image: Image, pose: Pose, findings: Sequence[Finding], size: float) -> None:
        """Draw skeleton and angles alone, these findings' verdicts in their colours, `size` times as bold."""
        if self._blur:
            blur_face(image, pose)
        draw_plate(image, pose.plate)
        draw_skeleton(image, pose, near=self.near, verdicts={f.rule: f.verdict for f in findings}, size=size)
        self._draw_angles(image, pose, findings, size)

    def _draw_angles(self, image: Image, pose: Pose, known: Sequence[Finding], size: float = 1.0) -> None:
        """Hip and shin as measured in this very picture; nothing where they can't be, as from the front."""
        near, row, series = self.near, self._rows.get(pose.index), self._analysis.series
        if near is None or row is None or row >= len(series.t) or not pose.found:
            return
        at = {name: pose.points[Joint[f"{near.upper()}_{name}"]] for name in _SAGITTAL}
        hip, shin = float(series.hip_deg[row]), float(series.shin_deg[row])
        if np.isfinite(hip):
            colour = _colour(known, ("lockout", "hyperextension"))
            draw_angle(image, at["HIP"], at["SHOULDER"], at["KNEE"], f"{hip:.0f}°", colour=colour, size=size)
        if np.isfinite(shin):
            colour = _colour(known, ("shin_vertical",))
            draw_lean(image, at["ANKLE"], at["KNEE"], f"{shin:.0f}°", colour=colour, size=size)

    def _rep_at(self, time_s: float) -> JudgedRep | None:
        place = bisect_right(self._starts, time_s) - 1
        if place < 0:
            return None
        judged = self._analysis.reps[place]
        rep = judged.measured.rep
        return judged if time_s <= (rep.next_start_s or rep.end_s + _STAYS_S) else None

    def _counter(self, judged: JudgedRep | None, time_s: float) -> list[tuple[str, Colour]]:
        total = len(self._analysis.reps)
        if judged is None:
            done = bisect_right(self._starts, time_s)
            return [(f"{done} of {total} reps", WHITE)] if total else [("no rep found", GREY)]
        rep = judged.measured.rep
        lines = [(f"Rep {rep.index} of {total}", WHITE), (_phase(rep, time_s), GREY)]
        if time_s >= rep.end_s and judged.score is not None:
            lines.append((f"score {judged.score}", WHITE))
        return lines

    @staticmethod
    def _is_out(finding: Finding, time_s: float) -> bool:
        return finding.estimate is not None and time_s >= finding.estimate.at_s

    @staticmethod
    def _draw_cue(image: Image, cue: str) -> None:
        height, width = image.shape[:2]
        size = min(1.25, width / (11.0 * unit_px(image) * max(len(cue), 1)))  # a letter is ≤ 11 units wide
        draw_label(image, cue, (width / 2, height - 26 * unit_px(image)), size=max(size, 0.6))


_SAGITTAL = ("SHOULDER", "HIP", "KNEE", "ANKLE")


def _phase(rep: Rep, time_s: float) -> str:
    if time_s < rep.top_start_s:
        return "up"
    if time_s <= rep.top_end_s:
        return "top"
    return "down" if time_s < rep.end_s else "bottom"


def _verdicts(known: Sequence[Finding]) -> list[tuple[str, Colour]]:
    """A line for each fault and doubt; how many rules held."""
    lines = [
        (f"{_MARK[verdict]} {rule_name(finding.rule)}", OF_VERDICT[verdict])
        for verdict in ("fault", "unsure")
        for finding in known
        if finding.verdict == verdict
    ]
    held = sum(finding.verdict == "ok" for finding in known)
    return [*lines, (f"{held} ok", OF_VERDICT["ok"])] if held else lines


def _colour(known: Sequence[Finding], rules: Sequence[str]) -> Colour:
    """That of the first fault among these rules, else of the first verdict at all."""
    found = sorted((f for f in known if f.rule in rules), key=lambda f: f.verdict != "fault")
    return OF_VERDICT[found[0].verdict] if found else WHITE
