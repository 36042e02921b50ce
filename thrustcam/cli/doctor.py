"""`thrustcam doctor`: what works here and what is missing."""

from __future__ import annotations

from thrustcam.cli.streams import show
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.plain import one_line

_STYLES = {"ok": "green", "note": "yellow", "fault": "bold red"}
_STATE_CELLS, _NAME_CELLS = 6, 18


def doctor() -> None:
    """Say what is installed, what works on this machine, and what to do about the rest."""
    from rich.text import Text  # noqa: PLC0415

    from thrustcam.doctor import examine  # noqa: PLC0415

    remedies = []
    for check in examine():
        what = one_line(f"{check.text} ({check.remedy})" if check.remedy else check.text)
        state = (f"{check.state:<{_STATE_CELLS}}", _STYLES[check.state])
        show(Text.assemble(state, f"{check.name:<{_NAME_CELLS}}", what))
        if check.state == "fault":
            remedies.append(check.remedy or f"see {check.name}")
    if remedies:
        raise ThrustcamError(f"clips can't be analysed here: {'; '.join(dict.fromkeys(remedies))}")
