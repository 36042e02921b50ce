"""The one kind of error a user is meant to read."""


class ThrustcamError(Exception):
    """Something the user can mend: its text is one clear line that says what to do.

    The command line prints it on stderr and exits with code 2; nothing else is ever caught and hidden.
    """
