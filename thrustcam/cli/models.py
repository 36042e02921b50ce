"""`thrustcam models`: the pose models on this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thrustcam.cli.streams import show
from thrustcam.feedback.plain import one_line

if TYPE_CHECKING:
    from rich.table import Table

models = typer.Typer(help="The pose models on this machine: list them (the default), fetch them, check them.")


@models.callback(invoke_without_command=True)
def models_or_list(context: typer.Context) -> None:
    """List the pose models unless a command follows."""
    if context.invoked_subcommand is None:
        list_models()


@models.command("list")
def list_models() -> None:
    """Say which models there are and which of them are in place."""
    from thrustcam.poses.models import catalogue, models_folder  # noqa: PLC0415

    show(_table([(model.name, _state(model.name), model.title) for model in catalogue()]))
    show(f"kept in {one_line(str(models_folder()))}")


@models.command("install")
def install_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="lite, full or heavy.")] = "full",
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="F", help="Take it from this file or folder instead of the network."),
    ] = None,
) -> None:
    """Fetch a model and put it in place. `analyze` does that by itself when it needs one."""
    from thrustcam.poses.models import install  # noqa: PLC0415

    task = install(name, source=source, progress=sys.stderr.isatty())
    show(f"{name} is in place: {one_line(str(task))}")


@models.command("verify")
def verify_models(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only this model.")] = None,
) -> None:
    """Check that the installed models are whole and as published."""
    from thrustcam.poses.models import catalogue, verify  # noqa: PLC0415

    names = [name] if name else [model.name for model in catalogue() if _is_there(model.name)]
    for each in names:
        show(f"{each} is whole: {one_line(str(verify(each)))}")
    if not names:
        show("No model is installed yet: `thrustcam models install full` fetches one.")


def _is_there(name: str) -> bool:
    from thrustcam.poses.models import models_folder  # noqa: PLC0415

    return (models_folder() / f"{name}.task").exists()


def _state(name: str) -> str:
    from thrustcam.poses.models import installed  # noqa: PLC0415

    if installed(name):
        return "in place"
    return "damaged" if _is_there(name) else "not here"


def _table(rows: list[tuple[str, str, str]]) -> Table:
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for row in rows:
        table.add_row(*row)
    return table
