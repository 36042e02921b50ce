"""Make docs/result.png, the README's picture: a sample's reps at their tops over what `analyze` prints.

    .venv/bin/pip install pillow && .venv/bin/python docs/picture.py

Needs the fonts DejaVu Sans Mono and DejaVu Sans Mono Bold (Debian: fonts-dejavu-core). Everything drawn is
measured: the landmarks, the verdicts and the table come from the pipeline that `thrustcam analyze` runs.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.engine import analyze
from thrustcam.feedback.table import Report
from thrustcam.frames import open_clip
from thrustcam.poses.landmarks import Joint, Pose
from thrustcam.poses.mediapipe import MediaPipePose
from thrustcam.poses.models import install
from thrustcam.rules.profile import load_profile

ROOT = Path(__file__).resolve().parents[1]
CLIP = "samples/side-lockout-and-arch.mp4"
REPS = (1, 2, 3)
RESULT = ROOT / "docs" / "result.png"

WIDTH = 1800  # px, twice what GitHub shows, for sharp screens
EDGE, GAP, ROUND = 48, 24, 28
SHAPE = 1.5  # of the pictures, width to height
COLUMNS = 101
PAPER, INK, FAINT = (22, 27, 34), (230, 237, 243), (139, 148, 158)
COLOURS = {"fault": (255, 95, 86), "unsure": (240, 190, 60), "ok": (70, 200, 110)}
MARKS = {"fault": "✗", "unsure": "?", "ok": "✓"}
LINE_RULES = ("lockout", "hyperextension")  # what the drawn line shows

ARMS = {
    "─": ("left", "right"),
    "│": ("up", "down"),
    "╭": ("right", "down"),
    "╮": ("left", "down"),
    "╰": ("right", "up"),
    "╯": ("left", "up"),
}

THEME = TerminalTheme(
    PAPER,
    INK,
    [(72, 79, 88), COLOURS["fault"], COLOURS["ok"], COLOURS["unsure"], INK, INK, INK, INK],
)


@dataclass(frozen=True)
class Shot:
    """A rep's top: the picture, the lifter in it, and what the line through the body is judged to be."""

    rep: JudgedRep
    image: NDArray[np.uint8]
    pose: Pose

    @property
    def verdict(self) -> tuple[str, str]:
        """The verdict that matters most of the rules about the line, and that rule's name."""
        found = {f.verdict: f.rule for f in self.rep.findings if f.rule in LINE_RULES}
        return next((v, found[v]) for v in ("fault", "unsure", "ok") if v in found)


def shots(analysis: Analysis) -> list[Shot]:
    """The wanted reps at the middle of their tops, poses found as `analyze` finds them."""
    wanted = [analysis.reps[index - 1] for index in REPS]
    moments = [(rep.measured.rep.top_start_s + rep.measured.rep.top_end_s) / 2 for rep in wanted]
    taken: list[Shot] = []
    with open_clip(ROOT / CLIP) as clip, MediaPipePose(install("full")) as estimate:
        for frame in clip:
            pose = estimate(frame)
            if frame.time_s >= moments[len(taken)]:
                taken.append(Shot(wanted[len(taken)], frame.image, pose))
                if len(taken) == len(wanted):
                    break
    return taken


def crop(taken: list[Shot]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in px: the lifter with some room, the same in every picture."""
    points = np.concatenate([shot.pose.points for shot in taken])
    (left, top), (right, bottom) = points.min(0), points.max(0)
    width = 1.3 * max(right - left, SHAPE * (bottom - top))
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - width / 2, y - width / SHAPE / 2, x + width / 2, y + width / SHAPE / 2


def drawn(shot: Shot, near: str, box: tuple[float, float, float, float], width: int) -> Image.Image:
    """The picture, `width` px wide, with the near side's shoulder, hip, knee and ankle joined up."""
    scale = width / (box[2] - box[0])
    size = (width, round(width / SHAPE))
    image = Image.fromarray(shot.image).resize(size, Image.Resampling.LANCZOS, box=box)
    names = [Joint[f"{near.upper()}_{part}"] for part in ("SHOULDER", "HIP", "KNEE", "ANKLE")]
    points = [tuple((shot.pose.points[joint] - box[:2]) * scale) for joint in names]
    colour = COLOURS[shot.verdict[0]]
    pen = ImageDraw.Draw(image)
    dashed(pen, points[0], points[2])
    pen.line(points, (255, 255, 255), 11, joint="curve")
    pen.line(points, colour, 7, joint="curve")
    for x, y in points:
        pen.ellipse((x - 10, y - 10, x + 10, y + 10), colour, (255, 255, 255), 3)
    return image


def dashed(pen: ImageDraw.ImageDraw, start: tuple[float, ...], end: tuple[float, ...]) -> None:
    """The straight line that the hips should be on."""
    a, b = np.array(start), np.array(end)
    for share in np.arange(0, 1, 0.08):
        ends = [*(a + share * (b - a)), *(a + min(share + 0.045, 1) * (b - a))]
        pen.line(ends, (255, 255, 255), 4)


def caption(shot: Shot) -> list[tuple[str, tuple[int, int, int], bool]]:
    """What is written under a picture: pieces of text, their colour, whether bold."""
    verdict, rule = shot.verdict
    hip = shot.rep.measured["hip_deg"]
    said = "in line" if verdict == "ok" else rule
    return [
        (f"rep {shot.rep.measured.rep.index}  ", FAINT, False),
        (f"hip {hip.value:.0f}°  " if hasattr(hip, "value") else "", INK, False),
        (f"{MARKS[verdict]} {said}", COLOURS[verdict], True),
    ]


def font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    """The typeface of the terminal."""
    return ImageFont.truetype("DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf", size)


def terminal(analysis: Analysis, width: int) -> Image.Image:
    """What the terminal shows, `width` px wide, cell by cell so that columns stay straight."""
    console = Console(width=COLUMNS, force_terminal=True, color_system="truecolor", file=io.StringIO())
    options = console.options.update(width=COLUMNS)
    lines = console.render_lines(Report(analysis), options)
    cell = width / COLUMNS
    size = round(cell / 0.602)  # the typeface's cells are 0.602 em wide
    step = round(size * 1.3)
    image = Image.new("RGB", (width, step * len(lines)), PAPER)
    pen = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        column = 0
        for text, style, _control in line:
            colour = ink(style or Style())
            face = font(size, bool(style and style.bold))
            for letter in text:
                if letter in ARMS:
                    frame_piece(pen, letter, (column * cell, row * step), (cell, step), colour)
                else:
                    pen.text((column * cell, row * step + step * 0.08), letter, colour, face)
                column += 1
    return image


def frame_piece(
    pen: ImageDraw.ImageDraw,
    letter: str,
    place: tuple[float, float],
    size: tuple[float, float],
    colour: tuple[int, int, int],
) -> None:
    """A box-drawing character as lines that meet, which the typeface's own do not at this line height."""
    (x, y), (w, h) = place, size
    middle_x, middle_y = round(x + w / 2), round(y + h / 2)
    arms = {
        "left": (round(x), middle_y, middle_x, middle_y + 1),
        "right": (middle_x, middle_y, round(x + w), middle_y + 1),
        "up": (middle_x, round(y), middle_x + 1, middle_y),
        "down": (middle_x, middle_y, middle_x + 1, round(y + h)),
    }
    for arm in ARMS[letter]:
        pen.rectangle(arms[arm], colour)


def ink(style: Style) -> tuple[int, int, int]:
    """The colour of a piece of text."""
    if style.dim or style.color is None:
        return FAINT if style.dim else INK
    red, green, blue = style.color.get_truecolor(THEME)
    return red, green, blue


def page(analysis: Analysis) -> Image.Image:
    """Pictures over table on a card with round corners, see-through around it: good on light and dark."""
    taken = shots(analysis)
    inner = WIDTH - 2 * EDGE
    each = (inner - GAP * (len(taken) - 1)) // len(taken)
    near = analysis.view.near if analysis.view else "right"
    pictures = [drawn(shot, near, crop(taken), each) for shot in taken]
    table = terminal(analysis, inner)
    below = EDGE + pictures[0].height + 64
    card = Image.new("RGB", (WIDTH, below + GAP + table.height + EDGE), PAPER)
    pen = ImageDraw.Draw(card)
    for place, (shot, picture) in enumerate(zip(taken, pictures, strict=True)):
        x = EDGE + place * (each + GAP)
        card.paste(picture, (x, EDGE), rounded(picture.size, 14))
        for text, colour, bold in caption(shot):
            face = font(25, bold)
            pen.text((x, EDGE + picture.height + 16), text, colour, face)
            x += round(pen.textlength(text, face))
    card.paste(table, (EDGE, below + GAP))
    card.putalpha(rounded(card.size, ROUND))
    return card


def rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask with round corners, drawn four times as large for smooth edges."""
    mask = Image.new("L", (size[0] * 4, size[1] * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), radius * 4, 255)
    return mask.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    result = page(analyze(CLIP, load_profile("barbell")))
    result.save(RESULT, optimize=True)
    print(
        f"{RESULT.relative_to(ROOT)}: {result.width} × {result.height} px, {RESULT.stat().st_size // 1000} kB"
    )
