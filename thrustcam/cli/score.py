"""`thrustcam score PATH…`: many clips."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thrustcam.cli.batch_progress import batch_progress
from thrustcam.cli.streams import reader_may_leave, say, show
from thrustcam.errors import ThrustcamError

if TYPE_CHECKING:
    from collections.abc import Generator

    from thrustcam.cli.batch_progress import BatchProgress
    from thrustcam.rules.profile import Profile
    from thrustcam.scoring.batch import Batch
    from thrustcam.scoring.gates import Gate
    from thrustcam.scoring.task import Outcome, Settings, Task
    from thrustcam.scoring.worker import Limits

_GATE_FAILED = 1


def score(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, folders, patterns; - for a list on stdin; URLs."),
    ],
    *,
    json: Annotated[str | None, typer.Option(metavar="F", help="Everything as JSON; - is stdout.")] = None,
    csv: Annotated[str | None, typer.Option(metavar="F", help="A line a rep as CSV; - is stdout.")] = None,
    junit: Annotated[str | None, typer.Option(metavar="F", help="JUnit XML: a suite a clip.")] = None,
    html: Annotated[
        str | None, typer.Option(metavar="F", help="A web page; the clips' own in a folder beside it.")
    ] = None,
    video: Annotated[
        str | None, typer.Option(metavar="DIR", help="A folder for the clips with everything drawn over.")
    ] = None,
    blur_face: Annotated[
        bool, typer.Option("--blur-face", help="Make faces unrecognisable in --html and --video.")
    ] = False,
    github: Annotated[
        bool, typer.Option("--github", help="Annotations and a step summary for GitHub Actions.")
    ] = False,
    min_score: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=100, help="Gate: every clip scores N at least.")
    ] = None,
    max_faults: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Gate: N faults at most in every clip.")
    ] = None,
    max_errors: Annotated[
        int, typer.Option(metavar="N", min=0, help="Gate: N clips at most that can't be scored.")
    ] = 0,
    require: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE=ok", help="Gate: this verdict on every rep; may be repeated."),
    ] = None,
    expect: Annotated[
        str | None, typer.Option(metavar="F", help="Gate: reps and verdicts of each clip, in a .toml.")
    ] = None,
    profile: Annotated[
        str, typer.Option(metavar="P", help="The variant of the lift, or your own limits in a .toml file.")
    ] = "barbell",
    model: Annotated[str, typer.Option(metavar="M", help="Pose model: lite, full or heavy.")] = "full",
    engine: Annotated[str, typer.Option(metavar="E", help="Where to run: local or ray.")] = "local",
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", metavar="N", min=1, help="Clips at a time; else the cores.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Take results that are there from earlier runs.")
    ] = False,
    store: Annotated[
        str | None, typer.Option(metavar="DIR", help="Keep results here instead of the user's cache.")
    ] = None,
    time_limit: Annotated[float, typer.Option(metavar="S", min=1, help="Seconds for one clip.")] = 1800,
    memory_limit: Annotated[
        int, typer.Option(metavar="MB", min=500, help="Memory for one clip (Linux).")
    ] = 4000,
) -> int:
    """Score many clips, each in a process of its own: a table, reports, and gates for CI."""
    from thrustcam.rules.profile import load_profile  # noqa: PLC0415  # a second, which --help need not pay
    from thrustcam.scoring.clips import find_clips  # noqa: PLC0415
    from thrustcam.scoring.expected import load_expectations  # noqa: PLC0415
    from thrustcam.scoring.page import pages_folder  # noqa: PLC0415
    from thrustcam.scoring.run import Demands, collect  # noqa: PLC0415
    from thrustcam.scoring.store import Store, default_folder  # noqa: PLC0415
    from thrustcam.scoring.task import Settings, Task  # noqa: PLC0415
    from thrustcam.scoring.worker import Limits  # noqa: PLC0415

    if engine not in ("local", "ray"):
        raise ThrustcamError(f"there is no engine {engine!r}: take local or ray")
    if blur_face and not (html or video):
        raise ThrustcamError("--blur-face is for pictures: ask for --html or --video with it")
    limits = load_profile(profile)
    gates = _gates(limits, min_score, max_faults, require or [])
    expectations = None if expect is None else load_expectations(expect)
    if expectations is not None:
        gates.append(expectations.as_gate())
    demands = Demands(gates, expectations, max_errors)
    named = (("--json", json), ("--csv", csv), ("--junit", junit), ("--html", html))
    outputs = {name: path for name, path in named if path is not None}
    clips = find_clips(paths)
    _check(outputs, clips)
    keep = Store(Path(store) if store else default_folder())
    keep.check()
    pages = None if html is None else pages_folder(html)
    for folder in (pages, video):
        _make(folder)
    settings = Settings(
        limits,
        model,
        store=str(Path(store).resolve() if store else default_folder()),
        resume=resume,
        pages=None if pages is None else str(pages.resolve()),
        videos=None if video is None else str(Path(video).resolve()),
        blur=blur_face,
        index=None if html is None else f"../{Path(html).name}",
    )
    _install(model)
    tasks = [Task(path, settings, size) for path, size in clips.items()]
    allowed = Limits(time_s=time_limit, memory_mb=memory_limit)
    with batch_progress(tasks) as progress:
        coming = _engine(engine, tasks, jobs, allowed, progress)
        try:
            with closing(coming):
                batch = collect(tasks, coming, demands, progress.done)
        except KeyboardInterrupt:
            raise ThrustcamError(
                f"stopped after {progress.finished} of {len(tasks)} clips: "
                "the same command with --resume goes on from there"
            ) from None
    if store is None:  # a folder that the user chose is the user's to tidy
        keep.tidy()
    try:
        _write(batch, settings, outputs)
    finally:  # a disk that is full by now should not cost the night's work
        _tell(batch, table="-" not in outputs.values(), github=github)
    return _verdict(batch)


def _gates(
    profile: Profile, min_score: int | None, max_faults: int | None, required: list[str]
) -> list[Gate]:
    from thrustcam.scoring import gates  # noqa: PLC0415

    asked = [gates.min_score(min_score)] if min_score is not None else []
    asked += [gates.max_faults(max_faults)] if max_faults is not None else []
    return asked + [gates.require(text, profile) for text in dict.fromkeys(required)]


def _check(outputs: Mapping[str, str], clips: Mapping[str, int]) -> None:
    """Refuse what can't be written before the night's work."""
    from thrustcam.cli.analyze import same_file  # noqa: PLC0415
    from thrustcam.feedback.plain import one_line  # noqa: PLC0415
    from thrustcam.feedback.write import STDOUT, check_writable  # noqa: PLC0415

    if outputs.get("--html") == STDOUT:
        raise ThrustcamError("--html needs a file: the clips' pages lie beside it")
    taken = {os.path.realpath(clip) for clip in clips}
    seen: dict[str, str] = {}
    for name, path in outputs.items():
        check_writable(path)
        if path != STDOUT and os.path.realpath(path) in taken:
            raise ThrustcamError(f"{name} would overwrite a clip, {one_line(path)}: name another file")
        for other, place in seen.items():
            if same_file(path, place):
                raise ThrustcamError(
                    f"{other} and {name} can't both be written to {one_line(path)}: name two files"
                )
        seen[name] = path


def _make(folder: str | Path | None) -> None:
    from thrustcam.feedback.plain import one_line  # noqa: PLC0415

    if folder is None:
        return
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ThrustcamError(f"can't make the folder {one_line(str(folder))}: {why}") from error


def _install(model: str) -> None:
    """Fetch the model now, where a bar can be shown, rather than in every worker at once."""
    from thrustcam.poses.models import install  # noqa: PLC0415

    install(model)


def _engine(
    name: str, tasks: list[Task], jobs: int | None, limits: Limits, progress: BatchProgress
) -> Generator[Outcome, None, None]:
    if name == "ray":
        from thrustcam.scoring import cluster  # noqa: PLC0415

        return cluster.run(tasks, jobs=jobs, limits=limits)
    from thrustcam.scoring import local  # noqa: PLC0415

    return local.run(tasks, jobs=jobs or local.cores(), limits=limits, progress=progress.clip)


def _write(batch: Batch, settings: Settings, outputs: Mapping[str, str]) -> None:
    from thrustcam.feedback.csv_report import write_csv  # noqa: PLC0415
    from thrustcam.scoring.json_report import write_json  # noqa: PLC0415
    from thrustcam.scoring.junit import write_junit  # noqa: PLC0415
    from thrustcam.scoring.page import write_html  # noqa: PLC0415

    if path := outputs.get("--json"):
        with reader_may_leave():
            write_json(batch, path)
    if path := outputs.get("--csv"):
        with reader_may_leave():
            write_csv(list(batch.analyses()), path)
    if path := outputs.get("--junit"):
        with reader_may_leave():
            write_junit(batch, path)
    if path := outputs.get("--html"):
        write_html(batch, settings, path)


def _tell(batch: Batch, *, table: bool, github: bool) -> None:
    from thrustcam.feedback.plain import one_line  # noqa: PLC0415
    from thrustcam.scoring.github import commands, harmless, write_summary  # noqa: PLC0415
    from thrustcam.scoring.table import BatchReport  # noqa: PLC0415

    clean = harmless if github else one_line
    if table:
        show(BatchReport(batch, clean))
    else:
        for line in batch.lines:
            if line.error is not None:
                say(clean(f"{line.path}: {line.error}"))
    if github:
        for command in commands(batch):
            if table:
                show(command)
            else:  # GitHub reads both, and stdout holds something else
                print(command, file=sys.stderr)
        write_summary(batch)


def _verdict(batch: Batch) -> int:
    """The exit code, and the last line that explains it."""
    from thrustcam.scoring.gates import last_line  # noqa: PLC0415
    from thrustcam.scoring.github import harmless  # noqa: PLC0415

    if not batch.scored and batch.failures:
        first = batch.lines[0]
        raise ThrustcamError(
            f"none of the clips could be scored ({len(batch.lines)} tried), the first: "
            f"{first.path}: {first.error}"
        )
    if batch.failures:
        say(harmless(last_line(batch.failures)))
        return _GATE_FAILED
    return 0
