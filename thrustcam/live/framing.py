"""What stands in the way of seeing the lifter well: one plain instruction, the most important first.

Where a camera sees best is measured (README, "Where to put the camera"): square from the side; with large
plates about 20° toward the feet; from the feet end for knees and hips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thrustcam.live.events import Guide
from thrustcam.motion.view import find_view
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.track import PoseTrack

GUIDES = (
    "guide.dark",
    "guide.glare",
    "guide.nobody",
    "guide.other_person",
    "guide.tilt",
    "guide.feet_cut",
    "guide.head_cut",
    "guide.top_cut",
    "guide.too_far",
    "guide.turn",
    "guide.plates",
    "guide.lie_down",
)
"""Every instruction, the one to follow first at the front."""

_EVERY_S, _HOLDS_S = 0.25, 0.8
_DARK = 40.0  # mean of 255; gyms on film lie at 90 to 230
_GLARE = 0.5  # share of the picture burnt out; a lifter before a window
_TILT_DEG = 4.0  # more adds that much to the shin angle, whose own error is about as large
_EDGE = 0.015  # of the picture: landmarks guessed outside are drawn in or past this margin
_SMALL = 0.18  # of the picture's longer side: at 640 pixels a shin is then 35 of them; 5 m off
_SMALL_FRONT = 0.12  # from the feet a body is foreshortened
_BETWEEN_DEG = (48.0, 68.0)  # too far round for shins and hips, not far enough for knees
_PLATE, _SQUARE_DEG = 0.75, 10.0  # plate diameter in torso lengths (450 mm is 0.9), and how square is square

_FEET = (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE, Joint.LEFT_TOE, Joint.RIGHT_TOE)
_HEAD = (Joint.NOSE, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER)
_MIDDLE = (Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_HIP, Joint.RIGHT_HIP)


@dataclass(frozen=True)
class Scene:
    """What a picture shows beside the lifter; see `thrustcam.live.scene`.

    Attributes
    ----------
    brightness : mean of the picture, 0 to 255.
    burnt : share of the picture that is white beyond telling anything apart, 0 to 1.
    tilt_deg : how far the camera leans, degrees, + clockwise; None where nothing in the picture is plumb.
    people : how many bodies there are, None where nobody has looked.
    """

    brightness: float
    burnt: float = 0.0
    tilt_deg: float | None = None
    people: int | None = None


class Guidance:
    """Gives an instruction once it has stood for a moment, and takes it back in the same way.

    `given` : the instruction that stands.
    """

    def __init__(self) -> None:
        self.given: str | None = None
        self._wanted: tuple[str | None, float] = (None, 0.0)
        self._next_s = -np.inf

    def quiet(self) -> None:
        """Nothing to guide now."""
        self.given, self._wanted = None, (None, 0.0)

    def push(self, at_s: float, poses: Sequence[Pose], scene: Scene | None, *, lying: bool) -> Guide | None:
        """What to say now, from the last second of poses; None where nothing has changed."""
        if at_s < self._next_s:
            return None
        self._next_s = at_s + _EVERY_S
        wanted = instruction(poses, scene, lying=lying)
        if wanted != self._wanted[0]:
            self._wanted = wanted, at_s
        if wanted == self.given or at_s - self._wanted[1] < _HOLDS_S:
            return None
        self.given = wanted
        return Guide(at_s, wanted)


def instruction(poses: Sequence[Pose], scene: Scene | None, *, lying: bool) -> str | None:
    """The one thing to change, a key of `GUIDES`; None when the lifter can be seen as well as needed.

    Parameters
    ----------
    poses : the last second.
    scene : the latest, None where nobody has looked.
    lying : whether the lifter is in position: only then do distance and direction mean anything.
    """
    if scene is not None and scene.brightness < _DARK:
        return "guide.dark"
    if scene is not None and scene.burnt > _GLARE:
        return "guide.glare"
    track = PoseTrack.of(poses)
    if not len(track) or track.found.mean() < 0.5:
        return "guide.nobody"
    if scene is not None and scene.people is not None and scene.people > 1:
        return "guide.other_person"
    if scene is not None and scene.tilt_deg is not None and abs(scene.tilt_deg) > _TILT_DEG:
        return "guide.tilt"
    return _cut(track, poses[-1]) or (_placed(track, poses[-1]) if lying else "guide.lie_down")


def _cut(track: PoseTrack, pose: Pose) -> str | None:
    """Which part of the body lies outside of the picture."""
    points = np.nanmedian(track.points, axis=0) / (pose.width, pose.height)
    outside = np.any((points < _EDGE) | (points > 1 - _EDGE), axis=1)
    for joints, key in ((_FEET, "guide.feet_cut"), (_HEAD, "guide.head_cut"), (_MIDDLE, "guide.top_cut")):
        if outside[list(joints)].any():
            return key
    return None


def _placed(track: PoseTrack, pose: Pose) -> str | None:
    """Distance and direction of the camera."""
    points = np.nanmedian(track.points, axis=0)
    view = find_view(track)
    front = view is not None and view.kind == "front"
    longest = float(np.ptp(points, axis=0).max()) / max(pose.width, pose.height)
    if longest < (_SMALL_FRONT if front else _SMALL):
        return "guide.too_far"
    if view is None:
        return None
    if _BETWEEN_DEG[0] < abs(view.azimuth_deg) < _BETWEEN_DEG[1]:
        return "guide.turn"
    plate = pose.plate
    if plate is not None and abs(view.azimuth_deg) < _SQUARE_DEG and view.kind == "side":
        size = plate.diameter / track.torso_px()
        if size > _PLATE:
            return "guide.plates"
    return None
