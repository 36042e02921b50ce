"""The command line: it parses and calls, nothing else. One module for each command, listed in `app`.

A command is a function that returns its exit code (None counts as 0) and raises `ThrustcamError` for what
the user can mend. Imports that take long belong inside it, so that `--help` stays quick.
"""

from thrustcam.cli.entry import main

__all__ = ["main"]
