"""`thrustcam live`: a camera that coaches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thrustcam.cli.streams import reader_may_leave, say, show
from thrustcam.errors import ThrustcamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from thrustcam.analysis import Analysis


def live(
    *,
    camera: Annotated[
        str, typer.Option(metavar="N", help="The camera: its number, or a part of its name.")
    ] = "0",
    source: Annotated[
        str | None, typer.Option(metavar="CLIP", help="Play this clip as if it were a camera.")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the cameras and end.")] = False,
    profile: Annotated[
        str, typer.Option(metavar="P", help="The variant of the lift, or your own limits in a .toml file.")
    ] = "barbell",
    model: Annotated[str, typer.Option(metavar="M", help="Pose model: lite, full or heavy.")] = "full",
    language: Annotated[
        str, typer.Option("--lang", "--language", metavar="L", help="Of the voice and the window: en, de.")
    ] = "en",
    voice: Annotated[bool, typer.Option("--voice/--no-voice", help="Speak.")] = True,
    headless: Annotated[bool, typer.Option("--headless", help="Without a window.")] = False,
    speed: Annotated[
        float, typer.Option(metavar="X", min=0, help="Of a clip: 1 is its own, 0 as fast as can be.")
    ] = 1.0,
    record: Annotated[
        str | None, typer.Option(metavar="F", help="Keep the video in this file (.mp4).")
    ] = None,
    json: Annotated[
        str | None, typer.Option(metavar="F", help="Write each set as a line of JSON; - is stdout.")
    ] = None,
    load: Annotated[
        float | None, typer.Option(metavar="KG", min=0, help="What is on the bar, for the history.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="Keep the sets in the history.")] = True,
) -> None:
    """Coach live: watch through a camera, count, and say the one thing that matters after each rep."""
    if list_:
        _list()
        return
    from thrustcam.feedback.phrases import load_phrases  # noqa: PLC0415
    from thrustcam.feedback.write import STDOUT, check_writable  # noqa: PLC0415
    from thrustcam.live.device import find_camera  # noqa: PLC0415
    from thrustcam.live.film import Film  # noqa: PLC0415
    from thrustcam.live.run import Options, run  # noqa: PLC0415
    from thrustcam.rules.profile import load_profile  # noqa: PLC0415

    options = Options(
        load_profile(profile),
        load_phrases(language),
        model=model,
        headless=headless,
        voice=voice,
        keep=keep,
        record=_record(record, source),
        load_kg=load,
        clip=None if source is None else Path(source),
    )
    if json is not None:
        check_writable(json)
    pictures = find_camera(camera) if source is None else Film(source, speed)
    sets, counts = run(pictures, options, say)
    say(f"{counts.captured} pictures, {counts.analysed} analysed, {counts.dropped} came too late")
    if json is not None:
        _write(sets, json)
    if json != STDOUT:
        _show(sets)


def _list() -> None:
    from thrustcam.feedback.plain import one_line  # noqa: PLC0415
    from thrustcam.live.device import cameras  # noqa: PLC0415

    found = cameras()
    for each in found:
        show(f"{each.number}  {one_line(each.name)}")
    if not found:
        raise ThrustcamError("no camera was found: plug one in, or play a clip with --source")


def _record(record: str | None, source: str | None) -> Path | None:
    """The file for the video, refused before anybody lifts."""
    if record is None:
        return None
    from thrustcam.feedback.video import check_video  # noqa: PLC0415
    from thrustcam.feedback.write import check_writable  # noqa: PLC0415

    check_video(record)
    check_writable(record)
    path = Path(record)
    if source is not None and path.exists() and Path(source).exists() and path.samefile(source):
        raise ThrustcamError("--record would overwrite the clip: name another file")
    return path


def _write(sets: Sequence[Analysis], path: str) -> None:
    import json  # noqa: PLC0415

    from thrustcam.feedback.json_report import as_dict  # noqa: PLC0415
    from thrustcam.feedback.write import write_text  # noqa: PLC0415

    with reader_may_leave():
        write_text(path, "".join(json.dumps(as_dict(each), allow_nan=False) + "\n" for each in sets))


def _show(sets: Sequence[Analysis]) -> None:
    from thrustcam.feedback.table import Report  # noqa: PLC0415

    for each in sets:
        show(Report(each))
    if not sets:
        show("No set was seen.")
