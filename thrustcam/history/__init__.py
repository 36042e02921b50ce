"""Past sets: every finished rep in a SQLite database in the user's data folder, and what they add up to.

A coach writes through a `SetKeeper`::

    with History.open() as history:
        keeper = history.begin(SetFacts(source="camera 0", profile="barbell", model="full"))
        keeper.rep(judged_rep)      # as each rep ends: on the disk when this returns
        keeper.finish(judged_set)   # the last word on the whole set
"""

from thrustcam.history.facts import KeptSet, SetFacts
from thrustcam.history.history import History
from thrustcam.history.keeper import Keeper, SetKeeper

__all__ = ["History", "Keeper", "KeptSet", "SetFacts", "SetKeeper"]
