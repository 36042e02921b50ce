"""Recognises a camera's faults from its pictures and their times, each within two seconds."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from thrustcam.live.camera import Trouble

_FROZEN_S, _BLACK_S = 1.2, 1.0
_BLACK, _FLAT = 12.0, 6.0  # mean and spread of 255; a dark gym at night keeps a spread over 10
_SLOW_INTERVAL_S = 0.12  # about 8 Hz: a rise of 0.8 s is then six pictures
_SLOW_AFTER = 5  # intervals in a row whose median is longer
_STRIDE = 7  # every seventh pixel each way: sensor noise changes some of them in every picture


class Health:
    """Looks at one picture after the other; `trouble` is what is wrong now."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self._last: NDArray[np.uint8] | None = None
        self._changed_s: float | None = None
        self._lit_s: float | None = None
        self._at_s: float | None = None
        self._intervals: deque[float] = deque(maxlen=_SLOW_AFTER)

    def push(self, image: NDArray[np.uint8], at_s: float) -> Trouble | None:
        """Take the picture of time `at_s`, seconds; what is wrong, the worst first."""
        few = image[::_STRIDE, ::_STRIDE].copy()
        if self._last is None or self._last.shape != few.shape or not np.array_equal(self._last, few):
            self._changed_s = at_s
        self._last = few
        if float(few.mean()) > _BLACK or float(few.std()) > _FLAT:
            self._lit_s = at_s
        first_s = self._at_s is None
        if self._at_s is not None:
            self._intervals.append(at_s - self._at_s)
        self._at_s = at_s
        if first_s:
            self._changed_s, self._lit_s = at_s, at_s
        self.trouble = self._judged(at_s)
        return self.trouble

    def _judged(self, at_s: float) -> Trouble | None:
        if self._lit_s is not None and at_s - self._lit_s >= _BLACK_S:
            return "black"
        if self._changed_s is not None and at_s - self._changed_s >= _FROZEN_S:
            return "frozen"
        if len(self._intervals) == _SLOW_AFTER and float(np.median(self._intervals)) > _SLOW_INTERVAL_S:
            return "slow"
        return None
