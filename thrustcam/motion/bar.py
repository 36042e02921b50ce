"""Where the bar crosses the middle of the body, from the plates on both of its ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.track import PoseTrack

Array = NDArray[np.float64]

# Looks at the far plate that must agree, their share of all, and within how many near radii. Rendered clips
# with fewer had taken something else for it.
_AGREE, _AGREE_SHARE, _WITHIN = 6, 0.58, 0.3
_SHRINKS, _APART = (0.5, 0.85), 0.3  # what a far plate can be like; a ring on the near one is neither
_CALM = 0.5  # squared radii of the plate's travel below which its effect on the offset is not to be told


@dataclass(frozen=True)
class Bar:
    """The bar through one stretch.

    Attributes
    ----------
    middle : shape (n, 2), pixels, where the bar crosses the body's middle; NaN where the near plate was not
        seen.
    radius_px : pixels that a plate's radius has at the body's middle.
    offset : shape (2,), from the near plate to the far one in near radii, picture axes.
    shrinks : the far plate's radius over the near one's.
    """

    middle: Array
    radius_px: float
    offset: Array
    shrinks: float


def find_bar(track: PoseTrack) -> Bar | None:
    """The bar of a stretch with plates; None where the far plate was not seen often and clearly enough.

    The middle of the bar lies nearer in the picture to the plate that is further away: plates of one size at
    distances z1 and z2 look 1/z1 and 1/z2 large, and the middle is drawn at (x1·z1 + x2·z2) / (z1 + z2).
    """
    both = np.isfinite(track.far_plate[:, 0]) & np.isfinite(track.plate[:, 0])
    if both.sum() < _AGREE:
        return None
    near, far = track.plate[both], track.far_plate[both]
    sizes = near[:, 2:4].max(axis=1)
    radius = float(np.median(sizes))
    offsets = (far[:, :2] - near[:, :2]) / radius
    agree = _near_median(offsets, np.median(offsets, axis=0))
    agree = _near_median(offsets, np.median(offsets[agree], axis=0)) if agree.any() else agree
    if agree.sum() < _AGREE or agree.mean() < _AGREE_SHARE:
        return None
    usual, height = offsets[agree].mean(axis=0), near[agree, 1] / radius
    # Seen from above, the far plate comes closer to the near one as both rise.
    off = height - height.mean()
    slope = off @ (offsets[agree] - usual) / (off @ off + _CALM)
    shrinks = float(np.median(far[agree, 2] / sizes[agree]))
    if not _SHRINKS[0] < shrinks < _SHRINKS[1] or np.hypot(*usual) < _APART:
        return None
    offset = usual + slope * (track.plate[:, 1:2] / radius - height.mean())
    middle = track.plate[:, :2] + offset * radius / (1 + shrinks)
    return Bar(middle, 2 * radius * shrinks / (1 + shrinks), usual, shrinks)


def _near_median(offsets: Array, median: Array) -> NDArray[np.bool_]:
    return np.asarray(np.hypot(*(offsets - median).T) < _WITHIN, bool)
