"""Curves from noisy samples: without lag for verdicts, causal for live display."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

CUTOFF_HZ = 6.0
"""Low-pass of human movement analysis: Butterworth, 4th order over both passes (Winter 2009, ch. 3)."""

RATE_HZ = 60.0
"""Curves are sampled evenly at this rate, fine enough for a turn of 0.1 s and for times to 0.02 s."""

_AT_ONCE = 1000  # samples whose medians are looked for together


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
    return Curve(even, _low_passed(level, cutoff_hz))


def running_median(x: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The median of each `width` samples in a row (odd), shape of `x`: (n, ...); the ends are repeated."""
    ends = ((width // 2,) * 2, *((0, 0),) * (x.ndim - 1))
    windows = sliding_window_view(np.pad(x, ends, mode="edge"), width, axis=0)
    # Part by part: the windows of a long clip would take more memory than all its poses.
    parts = (windows[start : start + _AT_ONCE] for start in range(0, len(x), _AT_ONCE))
    return np.concatenate([np.median(part, axis=-1) for part in parts])


def _low_passed(x: NDArray[np.float64], cutoff_hz: float) -> NDArray[np.float64]:
    """Through a Butterworth filter forward and back, which is what its gain squared does to the spectrum.

    (Oppenheim & Schafer 2010, section 7.2; on an even grid by the bilinear transform.) As long as the filter
    remembers, the ends are turned about themselves, so that neither level nor slope breaks there.
    """
    margin = int(RATE_HZ)
    turned = np.pad(x, margin, mode="reflect", reflect_type="odd")
    hz = np.fft.rfftfreq(len(turned), 1 / RATE_HZ)
    gain = 1 / (1 + (np.tan(np.pi * hz / RATE_HZ) / np.tan(np.pi * cutoff_hz / RATE_HZ)) ** 4)
    return np.fft.irfft(np.fft.rfft(turned) * gain, len(turned))[margin:-margin]
