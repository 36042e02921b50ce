"""Make docs/live.jpg, the live window right after a rep that stopped short, and after the set.

.venv/bin/python docs/live.py
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from thrustcam.feedback.phrases import load_phrases
from thrustcam.frames import open_clip
from thrustcam.live.coach import Coach
from thrustcam.live.picture import Image, Switches, compose
from thrustcam.live.session import Seen
from thrustcam.poses.models import install
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import load_profile

ROOT = Path(__file__).resolve().parents[1]
CLIP, CUE_S = "samples/side-lockout-and-arch.mp4", 11.4
WIDTH, GAP = 960, 20  # px


def moments() -> list[Image]:
    """The window after the second rep and after the last."""
    coach, phrases, switches = Coach(load_profile("barbell")), load_phrases("en"), Switches("barbell")
    drawn: list[Image] = []
    with open_clip(ROOT / CLIP) as clip, Watch(install("full")) as watch:
        for frame in clip:
            pose = watch(frame)
            coach.push(pose)
            if not drawn and frame.time_s >= CUE_S:
                drawn.append(compose(Seen(frame, pose, coach.now, 0, 0), None, phrases, switches))
    coach.finish()
    return [*drawn, compose(Seen(frame, pose, coach.now, 0, 0), None, phrases, switches)]


def main() -> None:
    """Draw them side by side."""
    small = [
        cv2.resize(image, (WIDTH, WIDTH * image.shape[0] // image.shape[1]), interpolation=cv2.INTER_AREA)
        for image in moments()
    ]
    gap = np.full((small[0].shape[0], GAP, 3), 255, np.uint8)
    both = cv2.cvtColor(np.hstack([small[0], gap, small[1]]), cv2.COLOR_RGB2BGR)
    cv2.imwrite(str(ROOT / "docs" / "live.jpg"), both, [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == "__main__":
    main()
