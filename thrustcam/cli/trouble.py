"""What went wrong, as the one line that the user reads."""

from __future__ import annotations

import errno
import os
import platform
import sys
import tempfile
import traceback

from thrustcam import __version__
from thrustcam.errors import ThrustcamError
from thrustcam.libraries import import_trouble

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def in_words(error: BaseException) -> str:
    """The line for an error. For a bug in thrustcam the traceback is kept in a file, which the line names."""
    if isinstance(error, ThrustcamError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    if trouble := import_trouble(error):
        return ": ".join(trouble)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return f"{(error.strerror or 'no space left').lower()}: free some space and try again"
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"this is a bug in thrustcam ({what}): {_how_to_report(error)}"


def _how_to_report(error: BaseException) -> str:
    """An analysis may have taken minutes: nobody should have to repeat it to see the traceback."""
    story = "".join(traceback.format_exception(error))
    system = f"thrustcam {__version__}, Python {platform.python_version()}, {platform.platform()}"
    try:
        handle, path = tempfile.mkstemp(prefix="thrustcam-bug-", suffix=".txt", text=True)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{system}\narguments: {sys.argv[1:]}\n\n{story}")
    except OSError:
        return "please report it with the traceback that `thrustcam --debug` shows"
    return f"please report it with {path}, or see the traceback with `thrustcam --debug`"
