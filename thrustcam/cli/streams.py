"""stdout for results, stderr for messages: written so that neither a pipe nor an encoding can hurt."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from thrustcam.feedback.plain import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

Progress = Callable[[float, float | None], None]


def make_streams_safe() -> None:
    """Open what the caller closed (`>&-`), so that no other file gets its number and its output.

    And let a character that the terminal's encoding lacks come out as `?` instead of an error.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # In this order, as a file gets the lowest number that is free.
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # else it was replaced in Python
            stream.reconfigure(errors="replace")


def say(message: str) -> None:
    """One line on stderr, where nobody can take it for a result."""
    with contextlib.suppress(OSError, ValueError):
        print(f"thrustcam: {one_line(message)}", file=sys.stderr, flush=True)


def show(result: RenderableType) -> None:
    """Print a result on stdout."""
    from rich.console import Console  # noqa: PLC0415  # 50 ms that an error need not wait for
    from rich.text import Text  # noqa: PLC0415

    class Stdout(Console):
        """A console that leaves it to us what a broken pipe means: rich would exit with 1."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    with reader_may_leave():
        # No markup: brackets in a file's name are meant. One line stays one, however narrow the terminal.
        out = Stdout(highlight=False, markup=False, emoji=False)
        out.print(result, soft_wrap=isinstance(result, str | Text))
        sys.stdout.flush()


@contextlib.contextmanager
def reader_may_leave() -> Iterator[None]:
    """Write to stdout in here: a reader that has seen enough (`| head`) changes no exit code."""
    try:
        yield
    except BrokenPipeError:
        mute(sys.stdout)


def mute(stream: TextIO) -> None:
    """Send what the stream still holds nowhere, or Python itself would fail on it when the program ends."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: not a real file
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[Progress]:
    """A bar with the time left on stderr, when that is a terminal; gone when the block ends.

    What it yields is told the seconds that are done and how many there are, None where nobody knows.
    """
    if not sys.stderr.isatty():
        yield lambda _done_s, _total_s: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[left]}"),
        console=Console(stderr=True),
        transient=True,
    )
    line = bar.add_task(one_line(what), total=None, left="")

    def update(done_s: float, total_s: float | None) -> None:
        bar.start()  # only now: until the first picture a model may be fetched, under a bar of its own
        bar.update(line, completed=done_s, total=total_s, left="left" if total_s else "")

    try:
        yield update
    finally:
        bar.stop()
