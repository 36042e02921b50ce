"""`thrustcam history`: past sets, and what they add up to."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from thrustcam.cli.streams import reader_may_leave, say, show
from thrustcam.errors import ThrustcamError

if TYPE_CHECKING:
    from thrustcam.history import History

_LISTED = 20

history = typer.Typer(help="Past sets: list them (the default), show, compare, progress, export, delete.")

Number = Annotated[str, typer.Argument(metavar="[SET]", help="A set's number, or last.")]
Numbers = Annotated[
    list[str] | None, typer.Argument(metavar="SET…", help="Numbers, ranges such as 3-7, last or all.")
]


@history.callback(invoke_without_command=True)
def history_or_list(context: typer.Context) -> None:
    """List the newest sets unless a command follows."""
    if context.invoked_subcommand is None:
        list_sets(everything=False)


@history.command("list")
def list_sets(
    everything: Annotated[
        bool, typer.Option("--all", help=f"All sets, not only the last {_LISTED}.")
    ] = False,
) -> None:
    """List the sets, and say whether the last one held what it takes to add load."""
    from thrustcam.history.tables import SetList  # noqa: PLC0415

    with _history() as kept:
        sets = kept.sets(last=None if everything else _LISTED)
        older = len(kept.numbers()) - len(sets)
    show(SetList(sets, older))


@history.command("show")
def show_set(number: Number = "last") -> None:
    """Show the reps of a set."""
    from thrustcam.history.tables import SetPage  # noqa: PLC0415

    with _history() as kept:
        page = SetPage(kept.get(_numbers(kept, [number])[-1]))
    show(page)


@history.command("compare")
def compare(sets: Numbers = None) -> None:
    """Put sets side by side; without numbers the last two."""
    from thrustcam.history.tables import Comparison  # noqa: PLC0415

    with _history() as kept:
        numbers = _numbers(kept, sets) if sets else [each.number for each in kept.sets(last=2)]
        if len(numbers) < 2:
            raise ThrustcamError("it takes two sets to compare: name them, such as `compare 3 5`")
        page = Comparison([kept.get(number) for number in numbers])
    show(page)


@history.command("progress")
def progress(
    profile: Annotated[
        str | None, typer.Option(metavar="P", help="Only sets judged by this profile.")
    ] = None,
    svg: Annotated[
        str | None, typer.Option(metavar="F", help="Write the plot as a picture instead; - is stdout.")
    ] = None,
) -> None:
    """Plot range, lockout, hold, speed and faults from set to set."""
    from thrustcam.feedback.write import check_writable, write_text  # noqa: PLC0415
    from thrustcam.history.plot import Plot  # noqa: PLC0415
    from thrustcam.history.svg import as_svg  # noqa: PLC0415

    if svg is not None:
        check_writable(svg)
    with _history() as kept:
        sets = kept.sets(profile=profile)
    if not sets:
        raise ThrustcamError(f"no set was judged by the profile {profile}: `thrustcam history` lists them")
    if svg is None:
        show(Plot(sets))
        return
    with reader_may_leave():
        write_text(svg, as_svg(sets))


@history.command("export")
def export(
    sets: Numbers = None,
    json: Annotated[str | None, typer.Option(metavar="F", help="Write JSON; - is stdout.")] = None,
    csv: Annotated[
        str | None, typer.Option(metavar="F", help="Write a line for each rep as CSV; - is stdout.")
    ] = None,
) -> None:
    """Write sets for other programs; all of them unless some are named."""
    from thrustcam.feedback.write import check_writable, write_text  # noqa: PLC0415
    from thrustcam.history.export import as_csv, as_json  # noqa: PLC0415

    outputs = [(path, text) for path, text in ((json, as_json), (csv, as_csv)) if path is not None]
    if not outputs:
        raise ThrustcamError("say where to: --json FILE, --csv FILE or both (- is stdout)")
    if len(outputs) == 2 and json == csv:
        raise ThrustcamError(f"--json and --csv can't both be written to {json}: name two files")
    for path, _ in outputs:
        check_writable(path)
    with _history() as kept:
        chosen = kept.sets() if not sets else [kept.get(number) for number in _numbers(kept, sets)]
    for path, as_text in outputs:
        with reader_may_leave():
            write_text(path, as_text(chosen))


@history.command("note")
def note(
    number: Annotated[str, typer.Argument(metavar="SET", help="A set's number, or last.")],
    text: Annotated[str | None, typer.Argument(help="What to remember of it.")] = None,
    load: Annotated[
        float | None, typer.Option(metavar="KG", min=0, help="What was on the bar, in kg.")
    ] = None,
) -> None:
    """Write down the load of a set, or a remark."""
    if text is None and load is None:
        raise ThrustcamError("nothing to note: give a text, --load KG or both")
    with _history() as kept:
        kept.annotate(_numbers(kept, [number])[-1], load_kg=load, note=text)


@history.command("delete")
def delete(
    sets: Numbers = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
) -> None:
    """Delete sets for good."""
    if not sets:
        raise ThrustcamError("name the sets to delete, such as `delete 3` or `delete all`")
    with _history() as kept:
        numbers = _numbers(kept, sets)
        what = f"set {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} sets"
        if not yes:
            if not sys.stdin.isatty():
                raise ThrustcamError(f"deleting {what} can't be undone: say --yes to do it")
            if not typer.confirm(f"Delete {what} for good?", err=True):
                raise ThrustcamError("nothing was deleted")
        kept.delete(numbers)
    say(f"deleted {what}")


def _history() -> History:
    """The history, when there is anything in it."""
    from thrustcam.history import History  # noqa: PLC0415
    from thrustcam.history.database import history_path  # noqa: PLC0415

    nothing = ThrustcamError("no set is kept yet: `thrustcam live` and `thrustcam web` keep each one")
    if not history_path().exists():
        raise nothing
    opened = History.open()
    if not opened.numbers():
        opened.close()
        raise nothing
    return opened


def _numbers(kept: History, names: list[str]) -> list[int]:
    """The sets that are meant, each once, in the order named."""
    there = kept.numbers()
    numbers: list[int] = []
    for name in names:
        if name == "all":
            numbers += there
        elif name == "last":
            numbers.append(there[-1])
        elif span := re.fullmatch(r"(\d{1,9})[-–](\d{1,9})", name):
            meant = [number for number in there if int(span[1]) <= number <= int(span[2])]
            if not meant:
                raise ThrustcamError(
                    f"there is no set from {span[1]} to {span[2]}: `thrustcam history` lists them"
                )
            numbers += meant
        elif re.fullmatch(r"\d{1,9}", name):
            numbers.append(int(name))
        else:
            raise ThrustcamError(f"{name} is no set: give a number, a range such as 3-7, last or all")
    return list(dict.fromkeys(numbers))
