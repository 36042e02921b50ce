"""What a three-quarter view shows of the knees: how far they cave in, told by how the whole body moves.

From there a knee that caves in hardly moves across the picture. It does so otherwise than one that goes up
with the hips, and so do the hip and the foot beside it; what that is worth is told by bodies whose tops look
alike and whose knees are known (`motion/alike.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thrustcam.motion.estimate import Estimate
from thrustcam.motion.frontal import BOTTOM_S
from thrustcam.motion.observation import Observation
from thrustcam.motion.sagittal import SagittalSet
from thrustcam.motion.top_model import knee_top_model
from thrustcam.reps import Rep


def knee_caves(sets: Sequence[SagittalSet]) -> dict[int, Estimate]:
    """By the rep's index: degrees the worse shin leans further in at the top than as the rep starts.

    None from the side, nor at tops that don't show the lifter's body.
    """
    model, caves = knee_top_model(), {}
    for lifting in sets:
        for rep, seen in knees_aside(lifting):
            caves[rep.index] = Estimate.around(*model.guarded(seen.rows[0]), rep.top_at_s)
    return caves


def knees_aside(lifting: SagittalSet) -> Iterator[tuple[Rep, Observation]]:
    """The reps of a set whose knees a three-quarter view shows, and what there is to see."""
    if lifting.observer.view.kind != "three-quarter":
        return
    for rep in (top.rep for top in lifting.tops if not top.by_bar):
        top = lifting.during(rep.top_start_s, rep.top_end_s)
        low = lifting.during(rep.start_s - BOTTOM_S[0], rep.start_s + BOTTOM_S[1])
        if top is not None and low is not None:
            yield rep, lifting.observer.change(low, top)
