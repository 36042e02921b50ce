"""The plate on the far end of the bar: with the near one it says where the bar crosses the body.

The near plate lies 0.7 m nearer the camera than the body's middle, so that it is drawn larger and, from a bit
to the side or above, beside the hips. The bar's middle lies between both plates and nowhere else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thrustcam.plates import search
from thrustcam.plates.outline import RAYS, Ellipse, fit, shifted

SMALLER = (0.5, 0.85)
"""Its radius over the near plate's: 0.59 to 0.73 with a bar of 2.2 m filmed from 3 to 5 m."""

_AROUND, _AROUND_TURNED = (
    2.6,
    4.2,
)  # near radii that the search reaches, from the side and from three-quarters
_VISIBLE, _SURE = 0.25, 0.5  # shares: of the outline that nothing hides, and of this that shows an edge


def far_plate(image: NDArray[np.uint8], near: Ellipse) -> Ellipse | None:
    """The far plate in one picture; None where it is hidden or not clear.

    Of its outline only the upper part counts, as far as the near plate doesn't cover it: below it the
    lifter is in the way. Centres are right to 0.1 near radii in 97 % of what was found on rendered clips.
    """
    reach = (_AROUND if near.view[0] > 0.85 else _AROUND_TURNED) * near.long
    grey, (x, y), factor = search.shrink(image, (near.x, near.y - 0.6 * near.long), reach, near.long)
    if not grey.size:
        return None
    best, best_score = None, 0.0
    sizes = (factor * SMALLER[0] * near.long, factor * 0.8 * near.long)
    for e in search.ellipses(grey, *sizes, (near.view,), count=8):
        expected = Ellipse(e.x / factor + x, e.y / factor + y, e.rx / factor, e.ry / factor, e.lean)
        if not -2.2 < (expected.y - near.y) / near.long < 0.4:
            continue
        expected = shifted(image, expected, 0.1, (-0.1, -0.05, 0.0, 0.05, 0.1))
        rough = fit(image, expected, 0.2, 15.0, (0.15, 0.10, 0.06), visible=_visible(expected, near))
        seen = _visible(rough.ellipse, near)
        found = fit(image, rough.ellipse, 0.1, 15.0, (0.08, 0.05, 0.04), visible=seen)
        share = float(seen.mean())
        fits = SMALLER[0] < found.ellipse.long / near.long < SMALLER[1]
        if fits and share > _VISIBLE and found.support > _SURE and found.support * share > best_score:
            best, best_score = found.ellipse, found.support * share
    return best


def _visible(far: Ellipse, near: Ellipse) -> NDArray[np.bool_]:
    """Shape (RAYS,): the rays to the far outline's upper part that the near plate does not cover."""
    inside = np.linalg.solve(near.matrix, far.rim - np.array([[near.x], [near.y]]))
    angle = np.linspace(0, 2 * np.pi, RAYS, endpoint=False)
    return np.asarray((np.hypot(*inside) > 1.05) & (np.sin(angle) < 0.35), bool)
