"""From the shell to an exit code. Few imports here: until `main` runs, Ctrl-C would show a traceback."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from thrustcam.cli.streams import make_streams_safe, mute, say

DEBUG_VARIABLE = "THRUSTCAM_DEBUG"

_COULD_NOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : what follows `thrustcam`; by default what the shell gave.

    Returns
    -------
    The exit code: 0 done, 1 done and a gate failed, 2 could not run, with one line on stderr. Never raises.
    """
    make_streams_safe()
    try:
        from thrustcam.cli.app import run  # noqa: PLC0415

        code = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()  # a full disk must fail here, not in Python's own last flush
    except (BrokenPipeError, SystemExit):  # the latter is what rich makes of the former
        mute(sys.stdout)  # whoever read has gone and wants no more words
        return _COULD_NOT_RUN
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt) and arguments is None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends it at once, and as quietly
        if isinstance(error, OSError):
            mute(sys.stdout)  # what it still holds would fail again at the end
        _explain(error)
        return _COULD_NOT_RUN
    return code


def _explain(error: BaseException) -> None:
    from thrustcam.cli.trouble import in_words  # noqa: PLC0415

    if os.environ.get(DEBUG_VARIABLE, "0") not in ("", "0"):
        import traceback  # noqa: PLC0415

        traceback.print_exception(error)
    say(in_words(error))
