"""What the browser sends: a picture with the moment it was taken."""

from __future__ import annotations

import struct

import cv2
import numpy as np
from numpy.typing import NDArray

_TIME = struct.Struct("<d")
_LONGEST = 4096  # px; no camera that a page asks for has more


class BadPictureError(ValueError):
    """A message that holds no picture."""


def unpack(message: bytes) -> tuple[float, NDArray[np.uint8]]:
    """Seconds by the browser's clock, and the picture: uint8, (height, width, 3), RGB, C-contiguous.

    A message is a little-endian float64 and a JPEG.

    Raises
    ------
    BadPictureError : when it is not.
    """
    if len(message) <= _TIME.size:
        raise BadPictureError("empty message")
    (at_s,) = _TIME.unpack_from(message)
    if not np.isfinite(at_s):
        raise BadPictureError("no time")
    try:
        image = cv2.imdecode(np.frombuffer(message, np.uint8, offset=_TIME.size), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise BadPictureError("no JPEG") from error
    if image is None or max(image.shape[:2]) > _LONGEST:
        raise BadPictureError("no JPEG")
    return at_s, np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def pack(at_s: float, jpeg: bytes) -> bytes:
    """The message for a JPEG; what the page does in JavaScript."""
    return _TIME.pack(at_s) + jpeg
