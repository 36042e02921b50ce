"""The plate on the near end of the bar, found and followed."""

from thrustcam.plates.plate import Plate
from thrustcam.plates.tracker import PlateTracker

__all__ = ["Plate", "PlateTracker"]
