"""A set's key frames: each rep's bottom and top, and the frame of each fault, with the angles drawn."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.drawing import Image
from thrustcam.feedback.overlay import Overlay
from thrustcam.motion.estimate import Estimate
from thrustcam.poses.landmarks import Pose
from thrustcam.rules.finding import Finding

WIDTH_PX = 420
"""Of a still; as a JPEG one takes about 20 kB."""

_MOST = 60  # stills on a page; of a longer set the bottoms are left out first
_SAME_S = 0.15  # a fault this near to another moment is shown on its still
_ROOM = 0.15  # of the lifter's size, left free around them
_QUALITY = 82
_BOLD = 1.5  # stills are small: what is drawn must be large
_HIGHEST = 1.2  # times as high as wide


@dataclass(frozen=True)
class Still:
    """One picture of a set.

    Attributes
    ----------
    at_s : its moment, seconds from the clip's first frame.
    rep : the rep's number, from 1.
    what : `bottom`, `top`, or empty for a moment that only a fault is shown at.
    findings : the faults it shows.
    uri : the picture, a JPEG in a `data:` URI.
    width, height : px.
    """

    at_s: float
    rep: int
    what: str
    findings: tuple[Finding, ...]
    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class _Moment:
    at_s: float
    rep: int
    what: str
    findings: tuple[Finding, ...] = ()


def stills(analysis: Analysis, poses: Sequence[Pose], *, blur: bool = False) -> list[Still]:
    """The key frames of a set, in order of time; none of a clip without reps.

    Parameters
    ----------
    poses : every pose that the analysis was made from, in order of time.
    blur : whether to make the lifter's face unrecognisable.

    Raises
    ------
    ThrustcamError : when the clip can't be read again.
    """
    moments = _moments(analysis.reps)
    if not moments or not poses:
        return []
    times = np.array([pose.time_s for pose in poses])
    wanted: dict[int, list[_Moment]] = {}
    for moment in moments:
        row = int(np.argmin(np.abs(times - moment.at_s)))
        wanted.setdefault(poses[row].index, []).append(moment)
    box = _box(analysis, poses)
    overlay = Overlay(analysis, poses, blur=blur)
    return [
        _still(overlay, frame.image, pose, moment, box)
        for frame, pose in overlay.frames()
        for moment in wanted.get(frame.index, ())
    ]


def _moments(reps: Sequence[JudgedRep]) -> list[_Moment]:
    moments = [moment for rep in reps for moment in _of_rep(rep)]
    if len(moments) > _MOST:
        moments = [moment for moment in moments if moment.what != "bottom"]
    if len(moments) > _MOST:
        moments = [moment for moment in moments if moment.findings] or moments
    return sorted(moments[:_MOST], key=lambda moment: moment.at_s)


def _of_rep(judged: JudgedRep) -> Iterator[_Moment]:
    rep = judged.measured.rep
    measured = judged.measured["hip_deg"]
    top_s = measured.at_s if isinstance(measured, Estimate) else rep.top_at_s
    moments = [_Moment(rep.start_s, rep.index, "bottom"), _Moment(top_s, rep.index, "top")]
    for finding in judged.findings:
        if finding.verdict != "fault" or finding.estimate is None:
            continue
        at_s = finding.estimate.at_s
        for place, moment in enumerate(moments):
            if abs(moment.at_s - at_s) <= _SAME_S:
                moments[place] = replace(moment, findings=(*moment.findings, finding))
                break
        else:
            moments.append(_Moment(at_s, rep.index, "", (finding,)))
    yield from moments


def _box(analysis: Analysis, poses: Sequence[Pose]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom, px, of what the lifter needs of the picture over all reps."""
    first, last = analysis.reps[0].measured.rep.start_s, analysis.reps[-1].measured.rep.end_s
    seen = [pose.points for pose in poses if pose.found and first <= pose.time_s <= last]
    width, height = poses[0].width, poses[0].height
    if not seen:
        return 0, 0, width, height
    points: NDArray[np.float64] = np.concatenate(seen).astype(float)
    low, high = np.nanpercentile(points, [1, 99], axis=0)
    room = _ROOM * float(max(high - low))
    left, top = np.maximum(low - room, 0)
    right, bottom = np.minimum(high + room, (width, height))
    if right - left < 32 or bottom - top < 32:
        return 0, 0, width, height
    lacking = (bottom - top) / _HIGHEST - (right - left)  # a lifter seen from the feet is narrow
    if lacking > 0:
        left, right = max(0.0, left - lacking / 2), min(float(width), right + lacking / 2)
    return int(left), int(top), math.ceil(right), math.ceil(bottom)


def _still(
    overlay: Overlay, image: Image, pose: Pose, moment: _Moment, box: tuple[int, int, int, int]
) -> Still:
    left, top, right, bottom = box
    scale = WIDTH_PX / (right - left)
    size = (WIDTH_PX, max(1, round((bottom - top) * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    part: Image = np.ascontiguousarray(
        cv2.resize(image[top:bottom, left:right], size, interpolation=how), dtype=np.uint8
    )
    overlay.draw_still(part, _moved(pose, left, top, scale), moment.findings, _BOLD)
    bgr = cv2.cvtColor(part, cv2.COLOR_RGB2BGR)
    _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    uri = "data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode("ascii")
    return Still(pose.time_s, moment.rep, moment.what, moment.findings, uri, *size)


def _moved(pose: Pose, left: float, top: float, scale: float) -> Pose:
    """The pose in a picture cut out at (left, top) and scaled."""
    plate = pose.plate
    if plate is not None:
        plate = replace(
            plate,
            x=(plate.x - left) * scale,
            y=(plate.y - top) * scale,
            rx=plate.rx * scale,
            ry=plate.ry * scale,
        )
    points = ((pose.points - np.array([left, top])) * scale).astype(np.float32)
    return replace(pose, points=points, plate=plate)
