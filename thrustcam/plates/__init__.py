"""The plate on the near end of the bar, found and followed."""

from thrustcam.plates.tracker import PlateTracker
from thrustcam.poses.plate import Plate

__all__ = ["Plate", "PlateTracker"]
