"""The commands of `thrustcam` in one place, and what all of them share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from thrustcam import __version__
from thrustcam.cli.analyze import analyze
from thrustcam.cli.doctor import doctor
from thrustcam.cli.entry import DEBUG_VARIABLE
from thrustcam.cli.history import history
from thrustcam.cli.live import live
from thrustcam.cli.models import models
from thrustcam.cli.score import score
from thrustcam.cli.web import web
from thrustcam.errors import ThrustcamError

# typer has its own copy of click in newer versions; this is the parent of its usage errors in all of them.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]

app = typer.Typer(add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})
app.command()(analyze)
app.command()(score)
app.command()(live)
app.command()(web)
app.add_typer(history, name="history")
app.add_typer(models, name="models")
app.command()(doctor)


@app.callback(invoke_without_command=True)
def thrustcam(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Check your hip thrusts from a video: reps, joint angles with intervals, and one cue to work on."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"  # in the environment, so that worker processes know it too
    if version:
        print(f"thrustcam {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


def run(arguments: Sequence[str]) -> int:
    """Parse and call.

    Not by typer's own `main`, which would turn Ctrl-C and a broken pipe into exit codes of its own.

    Raises
    ------
    ThrustcamError : for a command line that can't be meant, and whatever the command raises.
    """
    command = typer.main.get_command(app)
    try:
        with command.make_context("thrustcam", list(arguments)) as context:
            return int(command.invoke(context) or 0)
    except typer.Exit as done:
        return done.exit_code
    except _UsageError as error:
        raise ThrustcamError(_usage(error)) from error


def _usage(error: Exception) -> str:
    """A usage error on one line, with where to read more."""
    said = " ".join(error.format_message().split()).rstrip(".")  # type: ignore[attr-defined]
    where = getattr(error, "ctx", None)
    path = where.command_path if where is not None else "thrustcam"
    return f"{said[:1].lower()}{said[1:]} (see `{path} --help`)"
