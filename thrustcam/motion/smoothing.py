"""Curves from noisy samples: without lag for verdicts, causal for live display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

CUTOFF_HZ = 6.0
"""Low-pass of human movement analysis: Butterworth, 4th order over both passes (Winter 2009, ch. 3)."""

RATE_HZ = 60.0
"""Curves are sampled evenly at this rate, fine enough for a turn of 0.1 s and for times to 0.02 s."""


@dataclass(frozen=True)
class Curve:
    """An evenly sampled curve: `t` seconds and `x` in the unit of what was measured, both shape (n,)."""

    t: NDArray[np.float64]
    x: NDArray[np.float64]

    def between(self, start_s: float, end_s: float) -> Curve:
        """The part from `start_s` to `end_s`, both included."""
        rows = (self.t >= start_s - 1e-9) & (self.t <= end_s + 1e-9)
        return Curve(self.t[rows], self.x[rows])


def smooth(t: NDArray[np.float64], x: NDArray[np.float64], cutoff_hz: float = CUTOFF_HZ) -> Curve:
    """An even, zero-lag curve through samples at times `t` (increasing); NaN samples are bridged.

    Raises
    ------
    ValueError : with fewer than two samples that are numbers.
    """
    good = np.isfinite(x)
    if good.sum() < 2:
        raise ValueError("need two samples to draw a curve")
    start, end = t[good][0], t[good][-1]
    even = start + np.arange(int(np.floor((end - start) * RATE_HZ)) + 1) / RATE_HZ
    level = np.interp(even, t[good], x[good])
    if len(even) < 16:
        return Curve(even, level)
    low_pass = butter(2, cutoff_hz, fs=RATE_HZ, output="sos")
    return Curve(even, sosfiltfilt(low_pass, level, padlen=min(len(even) - 1, int(RATE_HZ))))
