"""What every later stage knows of a picture source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Frame:
    """One picture.

    Attributes
    ----------
    index : which decoded picture of the source this is, from 0 (thinned pictures keep their number).
    time_s : presentation time in seconds from the source's first picture.
    image : uint8, shape (height, width, 3), RGB, C-contiguous, upright (phone rotation applied).
    """

    index: int
    time_s: float
    image: NDArray[np.uint8]


class FrameSource(Protocol):
    """A clip or a camera: used once, with ``with``, giving frames whose times increase."""

    def __enter__(self) -> FrameSource: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __iter__(self) -> Iterator[Frame]: ...
