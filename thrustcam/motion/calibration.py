"""The numbers that `benchmarks/calibrate.py` fitted and thrustcam ships."""

from __future__ import annotations

from importlib import resources

import numpy as np
from numpy.typing import NDArray

FILE = "joint_model.npz"


def stored(part: str) -> dict[str, NDArray[np.float64]]:
    """The shipped numbers of one part of the calibration."""
    with (resources.files("thrustcam.motion") / FILE).open("rb") as file, np.load(file) as stored:
        return {n: np.asarray(stored[n], float) for n in stored.files if n.startswith(f"{part}/")}
