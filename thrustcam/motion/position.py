"""When the lifter is in position: found, lying back, knees up over planted feet.

A set is a stretch of time in which this holds. Walking up, standing, squatting and sitting with straight legs
fall outside, so that nothing in them can be taken for a rep.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.smoothing import running_median
from thrustcam.poses.landmarks import Joint
from thrustcam.poses.track import PoseTrack

Rows = NDArray[np.bool_]

KNEE_OVER_ANKLE = 0.30
"""Torso lengths the higher knee is above the ankles; 0.49 and more on every rendered and real rep."""

STANDING = 0.70
"""Torso lengths: hips above knees *and* shoulders above hips by this much is a body on its feet."""

FOOT_SPEED = 0.6
"""Torso lengths a second the steadier foot may move; steps are several times faster."""

BRIDGED_S = 3.0
"""Seconds without a body that do not end a set: behind big plates the pose is lost near the top."""

UNDER_THE_BAR_S = 8.0
"""The same while a plate is followed, which lies on the hips: the slowest reps take that long."""

SHORTEST_S = 1.5
_OFF_S = 0.7  # out of position for so long is out
_SPEED_OVER_S = 0.5
_STEADY_S = 0.25


def sets(track: PoseTrack, torso_px: float) -> list[slice]:
    """The rows of each stretch in position, in order of time; empty where there is none."""
    inside = in_position(track, torso_px)
    stretches: list[slice] = []
    for start, stop in _runs(inside):
        last = stretches[-1] if stretches else None
        if last is not None and _same_place(track, torso_px, last.stop - 1, start, inside):
            stretches[-1] = slice(last.start, stop)
        else:
            stretches.append(slice(start, stop))
    starts = [*(s.start for s in stretches[1:]), len(track)][: len(stretches)]
    stretches = [_under_the_bar(track, s, until) for s, until in zip(stretches, starts, strict=True)]
    return [s for s in stretches if track.t[s.stop - 1] - track.t[s.start] >= SHORTEST_S]


def in_position(track: PoseTrack, torso_px: float) -> Rows:
    """Shape (n,): whether the lifter is in position in each frame; False where nobody was found."""
    points = _steady(track, torso_px)
    hip, shoulder = _up(points, "HIP").mean(1), _up(points, "SHOULDER").mean(1)
    knees, ankles = _up(points, "KNEE"), _up(points, "ANKLE")
    with np.errstate(invalid="ignore"):
        knee_up = (knees - ankles).max(1) > KNEE_OVER_ANKLE
        standing = (hip - knees.mean(1) > STANDING) & (shoulder - hip > STANDING)
        return np.asarray(track.found & knee_up & ~standing & planted(track.t, points), bool)


def _up(points: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Shape (n, 2): how high the left and the right joint are."""
    return np.asarray(points[:, [Joint[f"LEFT_{name}"], Joint[f"RIGHT_{name}"]], 1])


def planted(t: NDArray[np.float64], points: NDArray[np.float64]) -> Rows:
    """Shape (n,): whether the steadier ankle stays put around each frame; points in torso lengths."""
    ankles = points[:, [Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]]
    before = np.searchsorted(t, t - _SPEED_OVER_S / 2)
    after = np.minimum(np.searchsorted(t, t + _SPEED_OVER_S / 2), len(t) - 1)
    moved = np.linalg.norm(ankles[after] - ankles[before], axis=2)
    with np.errstate(invalid="ignore"):
        still = np.where(np.isfinite(moved), moved, 0.0).min(1) <= FOOT_SPEED * np.maximum(
            t[after] - t[before], 0.1
        )
    return np.asarray(still, bool)


def _steady(track: PoseTrack, torso_px: float) -> NDArray[np.float64]:
    """Landmarks in torso lengths, y up, without the jumps of single frames."""
    points = track.points / torso_px * (1.0, -1.0)
    if len(track) < 3:
        return points
    step = float(np.median(np.diff(track.t)))
    width = max(3, 2 * int(_STEADY_S / max(step, 1e-3) / 2) + 1)
    rows = np.flatnonzero(track.found)
    if len(rows):
        points[rows] = running_median(points[rows], width)
    return points


def _runs(inside: Rows) -> list[tuple[int, int]]:
    """Start and stop of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _same_place(track: PoseTrack, torso_px: float, before: int, after: int, inside: Rows) -> bool:
    """Whether the lifter who comes back into position never left it."""
    gap = track.t[after] - track.t[before]
    plate = track.plate[before : after + 1]
    # Whoever left it would have had to get out from under the bar.
    if gap <= UNDER_THE_BAR_S and np.isfinite(plate[:, 0]).mean() > 0.8 and not _rolled(plate):
        return True
    if gap > BRIDGED_S:
        return False
    seen_out = track.found[before + 1 : after] & ~inside[before + 1 : after]
    if seen_out.sum() * (gap / max(after - before, 1)) > _OFF_S:
        return False
    feet = track.feet()
    return bool(np.linalg.norm(feet[after] - feet[before]) < 0.5 * torso_px)


def _under_the_bar(track: PoseTrack, stretch: slice, until: int) -> slice:
    """The stretch, and what follows with the plate over the same place: who was lost behind it is there."""
    after = np.arange(stretch.stop, until)
    x, radius = track.plate[:, 0], track.plate[:, 3]
    within = np.isfinite(x[stretch])
    if not within.any():
        return stretch
    middle, reach = np.nanmedian(x[stretch]), np.nanmedian(radius[stretch])
    with np.errstate(invalid="ignore"):
        there = after[abs(x[after] - middle) <= reach]
    seen = np.concatenate([[stretch.stop - 1], there])
    lost = np.flatnonzero(np.diff(track.t[seen]) > BRIDGED_S)
    return slice(stretch.start, int(seen[lost[0] if len(lost) else -1]) + 1)


def _rolled(plate: NDArray[np.float64]) -> bool:
    """Whether the bar went across the picture by more than a plate's radius, as on its way to the feet."""
    x, radius = plate[:, 0], plate[:, 3]
    return bool(np.nanmax(x) - np.nanmin(x) > np.nanmedian(radius))
