"""Drawing on a picture: skeleton, angles, labels, a face made unrecognisable.

Every function draws into the image it is given: uint8, shape (height, width, 3), RGB, C-contiguous. Places
are in its pixels, x to the right, y down; what lies outside the picture is cut off, what was not found (NaN)
is left out. Sizes follow the picture's, so that a drawing looks the same at 480p and at 4K.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.motion.view import Side
from thrustcam.poses.landmarks import BONES, Joint, Pose
from thrustcam.poses.plate import Plate
from thrustcam.rules.finding import Verdict

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Place = Sequence[float] | NDArray[np.floating]
Corner = Literal["top left", "top right", "bottom left", "bottom right"]

WHITE: Colour = (245, 245, 245)
GREY: Colour = (150, 155, 160)
DARK: Colour = (22, 24, 28)
# Told apart by the colour-blind too: blue-green, vermilion, yellow (Okabe & Ito 2008).
OF_VERDICT: Mapping[Verdict, Colour] = {
    "ok": (0, 190, 140),
    "fault": (240, 75, 40),
    "unsure": (240, 200, 60),
    "not_assessable": GREY,
}
# What shows a rule's verdict. Rules of time and of the whole body show none.
_SHOWN_BY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "shin_vertical": (("KNEE", "ANKLE"),),
    "knee_angle": (("HIP", "KNEE"), ("KNEE", "ANKLE")),
    "lockout": (("SHOULDER", "HIP"), ("HIP", "KNEE")),
    "hyperextension": (("SHOULDER", "HIP"), ("HIP", "KNEE")),
    "range": (("SHOULDER", "HIP"), ("HIP", "KNEE")),
    "knee_cave": (("HIP", "KNEE"), ("KNEE", "ANKLE")),
    "stance": (("KNEE", "ANKLE"),),
    "heel_lift": (("ANKLE", "HEEL"), ("HEEL", "TOE")),
    "chin_tuck": (("EAR", "SHOULDER"),),
    "bench_slide": (("SHOULDER", "HIP"),),
    "hip_level": (("HIP", "HIP"),),
}
_WEIGHT: Mapping[Verdict, int] = {"not_assessable": 0, "ok": 1, "unsure": 2, "fault": 3}
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_RING = 0.36  # of a text's height: the sign for degrees, which OpenCV's fonts lack
_PLAIN = str.maketrans({"–": "-", "—": "-", "±": "+", "·": "/", "✗": "x", "✓": "v", "’": "'", "…": "."})


def unit_px(image: Image) -> float:
    """The picture's own unit of length in pixels: 1 at 480p, 2.25 at 1080p."""
    return float(max(0.5, min(image.shape[:2]) / 480))


def draw_skeleton(
    image: Image,
    pose: Pose,
    *,
    near: Side | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
    size: float = 1.0,
) -> None:
    """The body as bones and joints.

    Parameters
    ----------
    near : the side that the camera is on; the other is drawn thin. None draws both alike, as from the front.
    verdicts : by rule; the bones that show a rule take its verdict's colour, the worst where several do.
    """
    if not pose.found:
        return
    colours = _bone_colours(verdicts or {})
    unit = unit_px(image) * size
    for a, b in sorted(BONES, key=lambda bone: _is_near(bone, near)):
        strong = _is_near((a, b), near)
        colour = colours.get(_bone_name(a, b), WHITE) if strong else GREY
        _line(image, pose.points[a], pose.points[b], colour, (3.0 if strong else 1.5) * unit)
    for joint in {joint for bone in BONES for joint in bone if _is_near((joint, joint), near)}:
        draw_dot(image, pose.points[joint], WHITE, 3.5 * unit)


def draw_plate(image: Image, plate: Plate | None) -> None:
    """The outline of the near plate."""
    if plate is None:
        return
    points = np.round(plate.outline()).astype(np.int32)
    cv2.polylines(image, [points], True, GREY, max(1, round(1.5 * unit_px(image))), cv2.LINE_AA)


def draw_angle(
    image: Image,
    at: Place,
    start: Place,
    end: Place,
    text: str,
    *,
    colour: Colour = WHITE,
    size: float = 1.0,
) -> None:
    """An arc at `at` from the direction of `start` to that of `end`, the shorter way, and a label outside it.

    `text` is what the angle is said to be, `172°`: it need not be the one drawn (a landmark's bias is put
    right in the number, not in the picture).
    """
    places = np.array([at, start, end], float)
    centre = _pixel(places[0])
    if centre is None or not np.isfinite(places).all():
        return
    unit = unit_px(image) * size
    first, second = (math.degrees(math.atan2(y, x)) for x, y in places[1:] - places[0])
    sweep = (second - first + 180) % 360 - 180
    radius = 22 * unit
    axes = (round(radius), round(radius))
    width = max(1, round(2 * unit))
    cv2.ellipse(image, centre, axes, 0, first, first + sweep, colour, width, cv2.LINE_AA)
    middle = math.radians(first + sweep / 2)
    out = places[0] + np.array([math.cos(middle), math.sin(middle)]) * (radius + 18 * unit)
    draw_label(image, text, out, colour=colour, size=size)


def draw_lean(
    image: Image, foot: Place, top: Place, text: str, *, colour: Colour = WHITE, size: float = 1.0
) -> None:
    """How far the line from `foot` to `top` leans: a dashed vertical beside it, and a label above."""
    places = np.array([foot, top], float)
    if _pixel(places[0]) is None or _pixel(places[1]) is None:
        return
    unit = unit_px(image) * size
    length = float(np.linalg.norm(places[1] - places[0]))
    dash = 6 * unit
    for start in np.arange(0, length, 2 * dash):
        ends = (places[0] - (0, start), places[0] - (0, min(start + dash, length)))
        _line(image, *ends, colour, 1.5 * unit)
    draw_label(image, text, places[0] - (0, length + 18 * unit), colour=colour, size=size)


def draw_label(image: Image, text: str, middle: Place, *, colour: Colour = WHITE, size: float = 1.0) -> None:
    """Text on a dark ground around `middle`, moved as far as needed to stay in the picture."""
    if not np.isfinite(np.asarray(middle, float)).all():
        return
    unit = unit_px(image) * size
    width, height = text_size(text, unit)
    pad = 4 * unit
    left = _within(float(middle[0]) - width / 2, pad, image.shape[1] - width - pad)
    top = _within(float(middle[1]) - height / 2, pad, image.shape[0] - height - pad)
    _ground(image, left - pad, top - pad, width + 2 * pad, height + 2 * pad)
    _write(image, text, (left, top), unit, colour)


def draw_panel(
    image: Image,
    lines: Sequence[tuple[str, Colour]],
    corner: Corner = "top left",
    *,
    size: float = 1.0,
    headline: bool = True,
) -> None:
    """Lines of text on a dark ground in a corner of the picture; the first one larger if a `headline`."""
    if not lines:
        return
    unit = unit_px(image) * size
    scales = [1.45 if headline else 1.0, *[1.0] * (len(lines) - 1)]
    sizes = [text_size(text, unit * scale) for (text, _), scale in zip(lines, scales, strict=True)]
    pad, gap = 9 * unit, 9 * unit
    width = max(w for w, _ in sizes) + 2 * pad
    height = sum(h for _, h in sizes) + gap * (len(lines) - 1) + 2 * pad
    margin = 8 * unit
    left = margin if corner.endswith("left") else image.shape[1] - width - margin
    top = margin if corner.startswith("top") else image.shape[0] - height - margin
    _ground(image, left, top, width, height)
    y = top + pad
    for (text, colour), scale, (_, high) in zip(lines, scales, sizes, strict=True):
        _write(image, text, (left + pad, y), unit * scale, colour)
        y += high + gap


def draw_dot(image: Image, at: Place, colour: Colour, radius: float) -> None:
    """A filled circle with a dark rim, `radius` in pixels."""
    centre = _pixel(at)
    if centre is not None:
        cv2.circle(image, centre, round(radius) + 1, DARK, -1, cv2.LINE_AA)
        cv2.circle(image, centre, max(1, round(radius)), colour, -1, cv2.LINE_AA)


def blur_face(image: Image, pose: Pose) -> None:
    """Make the lifter's face unrecognisable: a disc over the head in a few coarse blocks.

    Where the head's landmarks are bad (behind a bar) the disc is as large as a head is beside the torso.
    """
    if not pose.found:
        return
    # Rows 0 to 10 are nose, eyes, ears and mouth.
    head = pose.points[:11].astype(float)
    head = head[np.isfinite(head).all(axis=1)]
    if not len(head):
        return
    middle = head.mean(axis=0)
    torso = _torso_px(pose)
    radius = max(1.6 * float(np.linalg.norm(head - middle, axis=1).max()), 0.4 * torso, 4.0)
    left, top = np.floor(np.maximum(middle - radius, 0)).astype(int)
    right = min(math.ceil(middle[0] + radius), image.shape[1])
    bottom = min(math.ceil(middle[1] + radius), image.shape[0])
    if right - left < 2 or bottom - top < 2:
        return
    part = image[top:bottom, left:right]
    blocks = max(2, round(5 * (right - left) / (2 * radius)))
    coarse = cv2.resize(part, (blocks, blocks), interpolation=cv2.INTER_AREA)
    coarse = cv2.resize(coarse, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST)
    y, x = np.ogrid[top:bottom, left:right]
    inside = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 <= radius**2
    part[inside] = coarse[inside]


def text_size(text: str, unit: float) -> tuple[float, float]:
    """Width and height in pixels of a line written at this unit (see `unit_px`)."""
    scale, thick = _type(unit)
    height = 11.0 * unit
    width = sum(
        _RING * height * 1.6 if part == "°" else cv2.getTextSize(part, _FONT, scale, thick)[0][0]
        for part in _parts(text)
    )
    return float(width), height


def _write(image: Image, text: str, corner: Place, unit: float, colour: Colour) -> None:
    scale, thick = _type(unit)
    height = 11.0 * unit
    x, top = corner
    for part in _parts(text):
        if part == "°":
            ring = _RING * height / 2
            centre = (round(x + 1.6 * ring), round(top + ring))
            cv2.circle(image, centre, max(2, round(ring)), colour, max(1, round(ring / 3)), cv2.LINE_AA)
            x += _RING * height * 1.6
        else:
            cv2.putText(
                image, part, (round(x), round(top + height)), _FONT, scale, colour, thick, cv2.LINE_AA
            )
            x += cv2.getTextSize(part, _FONT, scale, thick)[0][0]


def _type(unit: float) -> tuple[float, int]:
    """OpenCV's scale and thickness for letters 11 units high."""
    return 0.5 * unit, max(1, round(1.3 * unit))


def _parts(text: str) -> list[str]:
    """The text in pieces that OpenCV can write, and `°` signs, which it can't."""
    pieces: list[str] = []
    for piece in text.translate(_PLAIN).replace("°", "\0°\0").split("\0"):
        if piece:
            pieces.append(piece if piece == "°" else piece.encode("ascii", "replace").decode())
    return pieces


def _ground(image: Image, left: float, top: float, width: float, height: float) -> None:
    """Darken a rectangle, so that any text on it can be read."""
    x, y = max(0, round(left)), max(0, round(top))
    part = image[y : max(y, round(top + height)), x : max(x, round(left + width))]
    part[:] = (part * 0.25 + np.array(DARK) * 0.75).astype(np.uint8)


def _bone_colours(verdicts: Mapping[str, Verdict]) -> dict[frozenset[str], Colour]:
    worst: dict[frozenset[str], Verdict] = {}
    for rule, verdict in verdicts.items():
        for bone in map(frozenset, _SHOWN_BY.get(rule, ())):
            if _WEIGHT[verdict] > _WEIGHT[worst.get(bone, "not_assessable")]:
                worst[bone] = verdict
    return {bone: OF_VERDICT[verdict] for bone, verdict in worst.items()}


def _bone_name(a: Joint, b: Joint) -> frozenset[str]:
    return frozenset(joint.name.partition("_")[2] or joint.name for joint in (a, b))


def _is_near(bone: tuple[Joint, Joint], near: Side | None) -> bool:
    return near is None or all(joint.name.startswith(near.upper()) for joint in bone)


def _torso_px(pose: Pose) -> float:
    shoulders = pose.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
    hips = pose.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0)
    length = float(np.linalg.norm(shoulders - hips))
    return length if math.isfinite(length) else 0.0


def _line(image: Image, a: Place, b: Place, colour: Colour, width: float) -> None:
    first, second = _pixel(a), _pixel(b)
    if first is not None and second is not None:
        cv2.line(image, first, second, DARK, max(1, round(width)) + 2, cv2.LINE_AA)
        cv2.line(image, first, second, colour, max(1, round(width)), cv2.LINE_AA)


def _pixel(at: Place) -> tuple[int, int] | None:
    """The nearest pixel; None for a place that is unknown or absurdly far off (OpenCV counts in 16 bits)."""
    x, y = float(at[0]), float(at[1])
    return (round(x), round(y)) if abs(x) < 30_000 and abs(y) < 30_000 else None


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), max(low, high))
