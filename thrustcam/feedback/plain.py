"""Text that others wrote (file names above all), made safe to print."""

from __future__ import annotations

import unicodedata


def one_line(text: str) -> str:
    r"""The text on one line with nothing in it that moves a cursor or turns the writing around.

    Control and format characters, line breaks and lone surrogates become escapes (`\n`, `\x1b`); every
    kind of space becomes a space. The result can be encoded as UTF-8.
    """
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    return char.encode("unicode_escape").decode("ascii")
