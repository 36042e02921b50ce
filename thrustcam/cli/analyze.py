"""`thrustcam analyze CLIP`: one recorded set."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thrustcam.cli.streams import progress_bar, reader_may_leave, say, show
from thrustcam.errors import ThrustcamError

if TYPE_CHECKING:
    from thrustcam.analysis import Analysis
    from thrustcam.poses.landmarks import Pose


def analyze(
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="The video file, from any camera.")],
    *,
    json: Annotated[
        str | None, typer.Option(metavar="F", help="Write everything measured as JSON; - is stdout.")
    ] = None,
    csv: Annotated[
        str | None, typer.Option(metavar="F", help="Write a line for each rep as CSV; - is stdout.")
    ] = None,
    html: Annotated[
        str | None, typer.Option(metavar="F", help="Write one web page with key frames and curves.")
    ] = None,
    video: Annotated[
        str | None, typer.Option(metavar="F", help="Write the clip with everything drawn over it (.mp4).")
    ] = None,
    blur_face: Annotated[
        bool, typer.Option("--blur-face", help="Make faces unrecognisable in --html and --video.")
    ] = False,
    front: Annotated[
        str | None, typer.Option(metavar="CLIP2", help="A second clip of the same set, from the feet.")
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="P", help="The variant of the lift, or your own limits in a .toml file.")
    ] = "barbell",
    model: Annotated[str, typer.Option(metavar="M", help="Pose model: lite, full or heavy.")] = "full",
    plate_mm: Annotated[
        float | None,
        typer.Option(metavar="MM", min=100, max=600, help="The plates' diameter, for speeds in metres."),
    ] = None,
) -> None:
    """Judge the hip thrusts in a clip: a table of reps with verdicts, and the one cue to work on."""
    from thrustcam import engine  # noqa: PLC0415  # a second, which --help need not pay
    from thrustcam.joining import join  # noqa: PLC0415
    from thrustcam.rules.profile import load_profile  # noqa: PLC0415

    asked = (("--json", json), ("--csv", csv), ("--html", html), ("--video", video))
    outputs = {name: path for name, path in asked if path is not None}
    if blur_face and not (html or video):
        raise ThrustcamError("--blur-face is for pictures: ask for --html or --video with it")
    _check(outputs, clip)
    limits = load_profile(profile)
    poses: list[Pose] = []
    keep = poses.append if html or video else None
    with progress_bar(Path(clip).name) as progress:
        analysis = engine.analyze(clip, limits, model=model, plate_mm=plate_mm, progress=progress, keep=keep)
    trouble: ThrustcamError | None = None
    if front is not None:
        try:
            with progress_bar(Path(front).name) as progress:
                second = engine.analyze(front, limits, model=model, progress=progress)
            analysis = join(analysis, second, limits)
        except ThrustcamError as error:  # what the first clip showed is not lost
            trouble = error
    try:
        _write(analysis, outputs)
        _draw(analysis, poses, outputs, blur=blur_face)
    finally:  # a disk that is full by now should not cost the minutes of work
        _tell(analysis, table="-" not in outputs.values())
    if trouble is not None:
        raise trouble


def _check(outputs: Mapping[str, str], clip: str) -> None:
    """Refuse what can't be written before the minutes of work."""
    from thrustcam.feedback.video import check_video  # noqa: PLC0415
    from thrustcam.feedback.write import STDOUT, check_writable  # noqa: PLC0415

    if "--video" in outputs:
        check_video(outputs["--video"])
    for name, path in outputs.items():
        check_writable(path)
        if path != STDOUT and Path(clip).exists() and same_file(path, clip):
            raise ThrustcamError(f"{name} would overwrite the clip: name another file")
    for (one, place), (other, same) in combinations(outputs.items(), 2):
        if same_file(place, same):
            raise ThrustcamError(f"{one} and {other} can't both be written to {place}: name two files")


def same_file(one: str, other: str) -> bool:
    """Whether two paths lead to the same file, there or not; devices such as /dev/null may serve twice."""
    if os.path.realpath(one) == os.path.realpath(other):
        return not Path(one).exists() or Path(one).is_file()
    return Path(one).is_file() and Path(other).is_file() and Path(one).samefile(other)


def _write(analysis: Analysis, outputs: Mapping[str, str]) -> None:
    from thrustcam.feedback.csv_report import write_csv  # noqa: PLC0415
    from thrustcam.feedback.json_report import write_json  # noqa: PLC0415

    if path := outputs.get("--json"):
        with reader_may_leave():
            write_json(analysis, path)
    if path := outputs.get("--csv"):
        with reader_may_leave():
            write_csv([analysis], path)


def _draw(analysis: Analysis, poses: Sequence[Pose], outputs: Mapping[str, str], *, blur: bool) -> None:
    """The pictures: the clip is read once more for each, only where it is asked for."""
    from thrustcam.feedback.html_report import write_html  # noqa: PLC0415
    from thrustcam.feedback.video import write_video  # noqa: PLC0415

    if path := outputs.get("--html"):
        with reader_may_leave():
            write_html(analysis, poses, path, blur=blur)
    if path := outputs.get("--video"):
        write_video(analysis, poses, path, blur=blur)


def _tell(analysis: Analysis, *, table: bool) -> None:
    """Show the reps, or at least what is wrong with the clip where stdout carries something else.

    Raises
    ------
    ThrustcamError : when nobody is in the clip; what was measured is written by now.
    """
    from thrustcam.feedback.table import Report  # noqa: PLC0415
    from thrustcam.feedback.words import nobody_seen  # noqa: PLC0415

    if trouble := nobody_seen(analysis):
        raise ThrustcamError(trouble)
    if table:
        show(Report(analysis))
    else:
        for warning in analysis.clip.warnings:
            say(f"{analysis.clip.path}: {warning}")
