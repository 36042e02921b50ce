"""Text on a picture that can be read across a room.

OpenCV 5 brings a proper typeface with it; OpenCV 4 has line letters of ASCII only, which stand in.
Images are uint8, shape (height, width, 3); sizes are pixels, a capital letter is about 0.7 of one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]

_cv2: Any = cv2  # the typeface is not in every version's types
_FACE: Any = _cv2.FontFace("sans") if hasattr(_cv2, "FontFace") else None
_LINES = cv2.FONT_HERSHEY_DUPLEX
_CAPITAL = 0.70  # of the size
_LINES_PX = 21.0  # capital height of the line letters at scale 1
_BOLD = 600
_ASCII = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "–": "-",
        "±": "+-",
        "°": "",
        "·": "-",
        "’": "'",
        "…": "...",
    }
)


def write(  # noqa: PLR0917  # as cv2.putText has them
    image: Image, text: str, left: float, baseline: float, size: float, colour: Colour, weight: int = 400
) -> None:
    """Write one line from `left` on, standing on `baseline`; `weight` from 300 (light) to 900 (black)."""
    at = (round(left), round(baseline))
    if _FACE is not None:
        _cv2.putText(image, text, at, colour, _FACE, round(size), weight)
    else:
        scale, thick = _lines(size, weight)
        cv2.putText(image, text.translate(_ASCII), at, _LINES, scale, colour, thick, cv2.LINE_AA)


@lru_cache(maxsize=512)
def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a line is, pixels."""
    if _FACE is not None:
        return float(_cv2.getTextSize((1, 1), text, (0, 0), _FACE, round(size), weight)[2])
    scale, thick = _lines(size, weight)
    return float(cv2.getTextSize(text.translate(_ASCII), _LINES, scale, thick)[0][0])


def capital(size: float) -> float:
    """How high a capital letter is, pixels."""
    return _CAPITAL * size


def fitted(text: str, size: float, room: float, weight: int = 400) -> float:
    """The size, at most `size`, at which a line is at most `room` wide; pixels."""
    wide = width(text, size, weight)
    return size if wide <= room else max(8.0, size * room / wide)


@lru_cache(maxsize=128)
def broken(text: str, size: float, room: float, weight: int = 400) -> tuple[str, ...]:
    """The text in lines at most `room` wide, broken between words where that can be done."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines)


@lru_cache(maxsize=64)
def even(text: str, size: float, room: float, weight: int = 400) -> tuple[str, ...]:
    """The text in as few lines as `broken` gives, of about the same length."""
    lines = broken(text, size, room, weight)
    narrow = room
    while narrow > 0.4 * room:
        narrow -= 0.05 * room
        tried = broken(text, size, narrow, weight)
        if len(tried) > len(lines) or any(width(line, size, weight) > narrow for line in tried):
            break
        lines = tried
    return lines


@lru_cache(maxsize=64)
def largest(text: str, sizes: tuple[float, ...], room: float, most: int, weight: int = 400) -> float:
    """The first of `sizes` at which the text takes at most `most` lines of `room`; else the last."""
    for size in sizes:
        lines = broken(text, size, room, weight)
        if len(lines) <= most and all(width(line, size, weight) <= room for line in lines):
            return size
    return sizes[-1]


def _lines(size: float, weight: int) -> tuple[float, int]:
    """Scale and thickness of the line letters."""
    scale = capital(size) / _LINES_PX
    return scale, max(1, round(scale * (2.4 if weight >= _BOLD else 1.3)))
