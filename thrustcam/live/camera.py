"""What the coach knows of a camera: it is opened, gives pictures, and may be in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

Trouble = Literal["absent", "busy", "refused", "lost", "frozen", "black", "format", "slow"]
"""What a camera can do wrong: not there, used by another program, not allowed, gone while in use, the same
picture again and again, a black one, one that nobody can read, fewer than 8 pictures a second."""

TROUBLES: tuple[Trouble, ...] = get_args(Trouble)


class CameraError(Exception):
    """A camera that can't be opened or read: `trouble` says how."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


class NoMorePictures(Exception):  # noqa: N818  # no error: a clip has an end
    """A clip that is played as a camera is over."""


@dataclass(frozen=True)
class Shot:
    """One picture as the camera gave it.

    Attributes
    ----------
    at_s : when it was taken, seconds from when the source was first opened; increasing.
    image : uint8, shape (height, width, 3), RGB, C-contiguous.
    """

    at_s: float
    image: NDArray[np.uint8]


class Pictures(Protocol):
    """An open camera. Used by one thread only."""

    def read(self) -> Shot | None:
        """The next picture, waiting for it; None where the camera gave none this time.

        Raises
        ------
        CameraError : for trouble that the camera itself knows of.
        NoMorePictures : at the end of a clip.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Camera(Protocol):
    """A camera that can be opened, and again after it was lost.

    `name` : what the user calls it. `ends` : True for a clip, which is over after its last picture and whose
    still pictures are no fault.
    """

    name: str
    ends: bool

    def open(self) -> Pictures:
        """Start it. CameraError where that fails."""
        ...


@dataclass(frozen=True)
class CameraChanged:
    """The camera got into trouble, or out of it (None)."""

    at_s: float
    trouble: Trouble | None
