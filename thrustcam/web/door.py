"""Who may come in: a token in the address that works once, then a key that only that browser holds."""

from __future__ import annotations

import secrets

_WAITING = 64  # keys handed out at most; who loads the page more often has to reload it


class Door:
    """Lets one browser in.

    The address with the token may be loaded several times (a messenger that previews a link does so), and
    each load gets a key of its own. The first key that opens a connection stays the only one, and the token
    is void from then on: who finds the address later, in a history or over a shoulder, can do nothing.

    Attributes
    ----------
    token : for the address; url-safe text.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self._waiting: list[str] = []
        self._key: str | None = None

    def admit(self, token: str) -> str | None:
        """A key for whoever has the token; None where it is wrong or was used."""
        if self._key is not None or not _same(token, self.token):
            return None
        key = secrets.token_urlsafe(24)
        self._waiting = [*self._waiting[-_WAITING + 1 :], key]
        return key

    def knows(self, key: str) -> bool:
        """Whether this key may load the page again."""
        return any(_same(key, known) for known in ([self._key] if self._key else self._waiting))

    def enter(self, key: str) -> bool:
        """Whether this key may open a connection; the first that does shuts the others out."""
        if not self.knows(key):
            return False
        self._key, self._waiting = key, []
        return True


def _same(one: str, other: str) -> bool:
    """Compare without telling by the time it takes how much was right."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
