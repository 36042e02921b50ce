"""A weight plate as seen in one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Plate:
    """The outline of the plate on the near end of the bar: an ellipse, in pixels, x right, y down.

    Attributes
    ----------
    x, y : the ellipse's centre. Measured in this picture alone, never smoothed over time.
    rx, ry : half of its width and half of its height, those of the box around it. From the side they are
        equal; a plate turned by an angle keeps its height and has cos(angle) of its width.
    lean : −1 to 1, how far the long axis leans: + where it runs from top left to bottom right.
        0 for a circle or an upright ellipse.
    support : 0 to 1, the share of the outline that lies in the picture and shows an edge where it should.
    moved : whether this circle has been seen to rise or fall since it was found. A plate that waits on the
        hips for the first rep has not yet; a ball or a wheel never will.
    far : centre x, y and radius of the plate on the bar's far end, looked for now and then; None where it
        was not looked for, or is hidden.
    none_since_s : seconds; not None where what is inside was seen not to go with the circle: it was no plate,
        ever since then.
    """

    x: float
    y: float
    rx: float
    ry: float
    lean: float
    support: float
    moved: bool
    far: tuple[float, float, float] | None = None
    none_since_s: float | None = None

    @property
    def diameter(self) -> float:
        """Pixels that the plate's diameter has at its distance, whatever way it is turned: the long axis."""
        mean, spread = (self.rx**2 + self.ry**2) / 2, (self.rx**2 - self.ry**2) / 2
        return 2 * math.sqrt(mean + math.hypot(spread, self.lean * self.rx * self.ry))

    def outline(self, n: int = 72) -> NDArray[np.float64]:
        """Shape (n, 2), pixels: points around the ellipse, for drawing."""
        a = np.linspace(0, 2 * np.pi, n, endpoint=False)
        up = self.lean * np.cos(a) + math.sqrt(1 - self.lean**2) * np.sin(a)
        return np.stack([self.x + self.rx * np.cos(a), self.y + self.ry * up], axis=1)
