"""What the live window shows: the lifter, the count, the rhythm, the angles, and a line to read from afar.

A letter is readable when it is 1/200 of the distance high: 20 mm at four metres, which is 80 of the 720 rows
on a laptop's screen. So the cue has a band of its own across the whole window. Colours are Okabe and Ito's,
told apart by the colour-blind; none stands alone, each comes with a sign or a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from thrustcam.feedback.drawing import DARK, GREY, OF_VERDICT, WHITE, Colour, draw_plate, draw_skeleton
from thrustcam.feedback.lettering import broken, capital, even, fitted, largest, width, write
from thrustcam.feedback.phrases import Phrases
from thrustcam.live.camera import Trouble
from thrustcam.live.events import Now, Phase, RepDone, SetEnded
from thrustcam.live.session import Seen
from thrustcam.live.spoken import cue_text, next_time
from thrustcam.motion.estimate import Estimate, Measured
from thrustcam.poses.landmarks import Pose
from thrustcam.rules.finding import Verdict

Image = NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
_BAND = 150  # rows at the bottom, for the one line
_TOP = HEIGHT - _BAND
_PANEL = 400  # columns at least for count, rhythm and angles
_PAD = 28
_CUE_SHOWN_S = 6.0

GROUND, RAISED, FAINT = DARK, (38, 41, 47), (84, 88, 96)
GOOD, BAD, MIND, CALM = OF_VERDICT["ok"], OF_VERDICT["fault"], OF_VERDICT["unsure"], (86, 180, 233)

RHYTHM_S: Mapping[Phase, float] = {"up": 2.0, "top": 1.0, "down": 2.0}
"""What coaches ask for: two seconds up, one at the top, two down."""


@dataclass(frozen=True)
class Switches:
    """What the keys have set."""

    profile: str
    mirror: bool = False
    voice: bool = True
    paused: bool = False


def compose(seen: Seen | None, trouble: Trouble | None, phrases: Phrases, switches: Switches) -> Image:
    """The window's picture: uint8, shape (720, 1280, 3), RGB."""
    canvas: Image = np.full((HEIGHT, WIDTH, 3), GROUND, np.uint8)
    now = Now() if seen is None else seen.now
    left = WIDTH - _PANEL
    if seen is not None:
        left = _lifter(canvas, seen, switches.mirror, dim=trouble is not None or switches.paused)
        if now.stage == "resting" and now.ended is not None:
            _summary(canvas[:_TOP, :left], now.ended, phrases)
    _panel(canvas[:_TOP, left:], now, phrases)
    _band(canvas[_TOP:], now, trouble, phrases, switches)
    return canvas


# --- the lifter -------------------------------------------------------------------------------------------


def _lifter(canvas: Image, seen: Seen, mirror: bool, *, dim: bool) -> int:
    """The camera's picture with the body over it; the column where it ends."""
    height, wide = seen.frame.image.shape[:2]
    scale = min(_TOP / height, (WIDTH - _PANEL) / wide)
    size = (round(wide * scale), round(height * scale))
    image = np.asarray(cv2.resize(seen.frame.image, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    view = seen.now.view
    near = None if view is None or view.kind == "front" else view.near
    verdicts: dict[str, Verdict] = {}
    last = seen.now.last
    if last is not None and seen.now.at_s - last.at_s < _CUE_SHOWN_S:
        verdicts = {f.rule: f.verdict for f in last.rep.findings if f.verdict == "fault"}
    body = _scaled(seen, scale)
    draw_plate(image, body.plate)
    draw_skeleton(image, body, near=near, verdicts=verdicts)
    if mirror:
        image = np.ascontiguousarray(image[:, ::-1])
    if dim:
        image //= 3
    top = (_TOP - size[1]) // 2
    canvas[top : top + size[1], : size[0]] = image
    return int(size[0])


def _scaled(seen: Seen, scale: float) -> Pose:
    """The pose in the pixels of the enlarged picture."""
    pose, plate = seen.pose, seen.pose.plate
    if plate is not None:
        plate = replace(plate, x=plate.x * scale, y=plate.y * scale, rx=plate.rx * scale, ry=plate.ry * scale)
    return replace(pose, points=np.asarray(pose.points * scale, np.float32), plate=plate)


def _summary(image: Image, ended: SetEnded, phrases: Phrases) -> None:
    """The set that is over, on the darkened picture: its score, and each rep's."""
    image //= 5
    image += np.uint8(18)
    summary, reps = ended.judged.summary, ended.judged.reps
    room = image.shape[1] - 2 * _PAD
    title = phrases("screen.summary", number=ended.number)
    write(image, title, _PAD, 70, fitted(title, 46, room, 500), WHITE, 500)
    score = phrases("screen.no_score") if summary.score is None else str(summary.score)
    reps_word = phrases("screen.rep" if len(reps) == 1 else "screen.reps")
    count = f"{len(reps)} {reps_word}"
    write(image, count, _PAD, 190, 84, WHITE, 600)
    after = _PAD + width(count, 84, 600) + 44
    write(image, score, after, 190, 84 if summary.score is not None else 44, CALM, 600)
    if summary.score is not None:
        write(image, phrases("screen.score"), after + width(score, 84, 600) + 14, 190, 34, GREY)
    _reps(image, ended, 260, room)


def _reps(image: Image, ended: SetEnded, top: int, room: int) -> None:
    """A column for each rep, as high as its score, with a sign for its worst verdict on form."""
    reps = ended.judged.reps
    step = min(84.0, room / max(len(reps), 1))
    high = image.shape[0] - top - 90
    for place, rep in enumerate(reps):
        left = round(_PAD + place * step)
        right = round(left + 0.7 * step)
        verdicts = {f.verdict for f in rep.findings if f.severity == "form"}
        verdict: Verdict = next((v for v in ("fault", "unsure", "ok") if v in verdicts), "not_assessable")
        colour = CALM if verdict == "unsure" else OF_VERDICT[verdict]
        share = 1.0 if rep.score is None else max(0.08, rep.score / 100)
        foot = top + high
        cv2.rectangle(image, (left, top), (right, foot), RAISED, -1)
        cv2.rectangle(image, (left, round(foot - share * high)), (right, foot), colour, -1)
        middle = (left + right) // 2
        sign(image, verdict, (middle, foot + 28), min(13, round(step / 5)), colour)
        number = str(place + 1)
        size = min(30.0, 0.5 * step)
        write(image, number, middle - width(number, size) / 2, foot + 76, size, GREY)


def sign(image: Image, verdict: Verdict, middle: tuple[int, int], radius: int, colour: Colour) -> None:
    """A tick, a cross, a question mark or a bar: what a verdict looks like without its colour."""
    x, y, thick = *middle, max(2, radius // 3)
    if verdict == "ok":
        points = np.array([(x - radius, y), (x - radius // 3, y + radius * 2 // 3), (x + radius, y - radius)])
        cv2.polylines(image, [points.astype(np.int32)], False, colour, thick, cv2.LINE_AA)
    elif verdict == "fault":
        for way in (1, -1):
            ends = (x - radius, y - way * radius), (x + radius, y + way * radius)
            cv2.line(image, *ends, colour, thick, cv2.LINE_AA)
    elif verdict == "unsure":
        size = 3.0 * radius
        write(image, "?", x - width("?", size, 600) / 2, y + capital(size) / 2, size, colour, 600)
    else:
        cv2.line(image, (x - radius, y), (x + radius, y), colour, thick, cv2.LINE_AA)


# --- the panel --------------------------------------------------------------------------------------------


def _panel(image: Image, now: Now, phrases: Phrases) -> None:
    """Set and count, or the rest; the rhythm; the angles."""
    room = image.shape[1] - 2 * _PAD
    resting = now.stage == "resting" and now.rest_s is not None
    if not now.set_number:
        write(image, phrases("screen.title"), _PAD, 52, 34, GREY)
    else:
        label = phrases("screen.rest") if resting else phrases("screen.set", number=now.set_number)
        write(image, label, _PAD, 52, 34, GREY)
    if resting and now.rest_s is not None:
        clock = f"{int(now.rest_s) // 60}:{int(now.rest_s) % 60:02}"
        write(image, clock, _PAD, 230, fitted(clock, 170, room, 600), WHITE, 600)
    elif now.set_number:
        _count(image, now, phrases, room)
    if not resting:
        _rhythm(image, now, phrases, 312, room)
        for place, (key, angle) in enumerate((("screen.shin", now.shin), ("screen.hip", now.hip))):
            _angle(image, phrases(key), angle, 464 + 74 * place, room)


def _count(image: Image, now: Now, phrases: Phrases, room: int) -> None:
    number = str(now.reps)
    size = fitted(number, 230, room, 700)
    write(image, number, _PAD - 8, 240, size, WHITE, 700)
    word = phrases("screen.rep" if now.reps == 1 else "screen.reps")
    left = _PAD + width(number, size, 700) + 10
    if left + width(word, 36) < _PAD + room:
        write(image, word, left, 240, 36, GREY)


def _rhythm(image: Image, now: Now, phrases: Phrases, top: int, room: int) -> None:
    """Two parts up, one at the top, two down: each fills while its time runs, and then shows it."""
    whole = sum(RHYTHM_S.values())
    gap, high = 8, 34
    taken = dict(now.phases)
    left = float(_PAD)
    for phase, asked in RHYTHM_S.items():
        right = left + (room - 2 * gap) * asked / whole
        running = now.phase == phase
        seconds = taken.get(phase, now.phase_s + max(0.0, now.at_s - now.shown_s) if running else 0.0)
        box = (round(left), top), (round(right), top + high)
        cv2.rectangle(image, *box, RAISED, -1)
        if seconds > 0:
            full = round(left + (right - left) * min(1.0, seconds / asked))
            cv2.rectangle(image, box[0], (full, top + high), CALM if running else GOOD, -1)
        write(image, phrases(f"screen.{phase}"), left, top + high + 34, 26, WHITE if running else GREY)
        if seconds > 0:
            shown = f"{seconds:.1f}"
            write(image, shown, right - width(shown, 24), top - 10, 24, WHITE if running else GREY)
        left = right + gap


def _angle(image: Image, label: str, angle: Measured | None, baseline: int, room: int) -> None:
    """A label and the number with its uncertainty, or a dash."""
    write(image, label, _PAD, baseline, fitted(label, 34, room / 2), GREY)
    seen = isinstance(angle, Estimate)
    value = f"{angle.value:.0f}°" if isinstance(angle, Estimate) else "–"
    spread = f"± {(angle.high - angle.low) / 2:.0f}" if isinstance(angle, Estimate) else ""
    right = _PAD + room
    write(image, spread, right - width("± 00", 34), baseline, 34, GREY)
    left = right - width("± 00", 34) - 16 - width(value, 58, 500)
    write(image, value, left, baseline, 58, WHITE if seen else FAINT, 500)


# --- the one line -----------------------------------------------------------------------------------------


def _band(image: Image, now: Now, trouble: Trouble | None, phrases: Phrases, switches: Switches) -> None:
    """What matters most at this moment: the camera, the framing, the cue, what comes next; else the keys."""
    text, colour = _line(now, trouble, phrases, switches)
    if not text:
        _keys(image, phrases, switches)
        return
    image[:] = colour
    room = image.shape[1] - 2 * _PAD
    ink = GROUND if sum(colour) > 300 else WHITE
    size = largest(text, (104.0, 92.0, 80.0, 68.0), room, 1, 600)
    lines = broken(text, size, room, 600)
    if len(lines) > 1:
        size = largest(text, (58.0, 52.0, 46.0, 40.0), room, 2, 600)
        lines = even(text, size, room, 600)
    rows = image.shape[0] / len(lines)
    pad = 0.0 if len(lines) == 1 else 16.0
    for place, line in enumerate(lines):
        middle = rows * (place + 0.5) + pad * (0.5 - place)
        left = (image.shape[1] - width(line, size, 600)) / 2
        write(image, line, left, middle + capital(size) / 2, size, ink, 600)


def _line(now: Now, trouble: Trouble | None, phrases: Phrases, switches: Switches) -> tuple[str, Colour]:
    """The line's text, empty for none, and its ground."""
    if trouble is not None:
        return phrases(f"camera.{trouble}"), BAD
    if switches.paused:
        return phrases("screen.paused"), RAISED
    if now.instruction is not None:
        return phrases(now.instruction), MIND
    return _of_set(now, phrases)


def _of_set(now: Now, phrases: Phrases) -> tuple[str, Colour]:
    if now.stage == "resting" and now.ended is not None:
        return next_time(now.ended, phrases) or "", RAISED
    if now.stage == "ready":
        return phrases("say.ready", number=now.set_number), GOOD
    last = now.last
    if last is not None and last.cue is not None and now.at_s - last.at_s < _CUE_SHOWN_S:
        return cue_text(last.cue, phrases), _ground(last)
    return "", GROUND


def _ground(last: RepDone) -> Colour:
    if last.cue is None or last.cue.kind == "praise":
        return GOOD
    return BAD if last.cue.form else MIND


def _keys(image: Image, phrases: Phrases, switches: Switches) -> None:
    """The keys and the profile, faintly: for whoever stands at the laptop."""
    image[0] = RAISED
    baseline = image.shape[0] / 2 + 9
    write(image, phrases("screen.keys"), _PAD, baseline, 26, FAINT)
    voice = phrases("screen.voice_on" if switches.voice else "screen.voice_off")
    right = f"{switches.profile} · {voice}"
    write(image, right, image.shape[1] - _PAD - width(right, 26), baseline, 26, FAINT)
