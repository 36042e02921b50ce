"""Pictures with the plates painted out: the pose model, which draws joints into plates, sees none."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.poses.place import Image

Disc = tuple[float, float, float]
"""x and y of a plate's centre and its radius, the larger one of an ellipse; pixels."""

_LARGER = 1.06
"""Than a plate what is painted over: its edge goes as well."""
_FINE, _RIM = 20.0, 4
"""Pixels of a plate's radius where its surroundings are spread over it, the pose model looks no closer; and
pixels around it that are spread over too, lest its edge is what spreads."""
_AROUND = 1.8
"""Radii of the near plate around its middle that are painted on."""


def without_plates(image: Image, near: Disc, far: Disc | None = None) -> Image:
    """A copy with what surrounds the plates spread over them (Telea 2004, as OpenCV has it).

    Of the far one only the upper half: the legs are in front of the lower.
    """
    x, y, radius = near
    rows, columns = (
        slice(max(0, round(at - _AROUND * radius)), max(0, round(at + _AROUND * radius))) for at in (y, x)
    )
    out: Image = image.copy()
    part, hidden = out[rows, columns], _hidden(image, near, far)[rows, columns]
    if not hidden.any():
        return out
    scale = min(1.0, _FINE / radius)
    small = tuple(max(8, round(scale * side)) for side in part.shape[1::-1])
    around = np.ones((1 + 2 * round(_RIM / scale),) * 2, np.uint8)
    gone = cv2.resize(cv2.dilate(hidden, around), small, interpolation=cv2.INTER_NEAREST)
    spread = cv2.inpaint(cv2.resize(part, small, interpolation=cv2.INTER_AREA), gone, 5, cv2.INPAINT_TELEA)
    over = cv2.resize(spread, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    part[hidden > 0] = over[hidden > 0]
    return out


def _hidden(image: Image, near: Disc, far: Disc | None) -> NDArray[np.uint8]:
    """Shape of the picture: 255 where plates are."""
    out = np.zeros(image.shape[:2], np.uint8)
    for plate, begins_deg in ((near, 0), (far, 180)):
        if plate is not None:
            x, y, radius = plate
            axes = (round(_LARGER * radius),) * 2
            cv2.ellipse(out, (round(x), round(y)), axes, 0, begins_deg, 360, 255, -1)
    return out
