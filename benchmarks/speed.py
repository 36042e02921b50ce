"""How long `thrustcam analyze` takes beside a bare loop of decoding and the published model.

    .venv/bin/python benchmarks/speed.py

Both are whole processes, on the same 720p clip, in turns. The bare loop does what any program on this model
has to do: decode each frame, convert it, run the full model as published (with its segmentation head).
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BAR = 0.75


def bare(clip: Path) -> int:
    """Decode, convert and run the unpruned full model on every frame; how many there were."""
    import cv2  # noqa: PLC0415  # only in the process that is timed
    import mediapipe as mp  # noqa: PLC0415

    from thrustcam.poses.assemble import assemble  # noqa: PLC0415
    from thrustcam.poses.models import published  # noqa: PLC0415

    vision = mp.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mp.tasks.BaseOptions(model_asset_buffer=assemble(*published("full"), prune=False)),
        running_mode=vision.RunningMode.VIDEO,
    )
    frames = 0
    capture = cv2.VideoCapture(str(clip))
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            read, bgr = capture.read()
            if not read:
                return frames
            picture = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            landmarker.detect_for_video(picture, round(frames * 1000 / 30))
            frames += 1


def seconds(command: list[str]) -> float:
    """Wall-clock time of a process that must succeed."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and exit with 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=int, default=5, help="how often each is run")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.bare:
        return 0 if bare(arguments.bare) else 1
    from clips import SAMPLES, enlarged  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        clip = str(enlarged(SAMPLES / "side-good.mp4", Path(folder) / "720p.mp4"))
        analyze, loop = ["-m", "thrustcam", "analyze", clip], [__file__, "--bare", clip]
        seconds(analyze)  # installs the model, warms the disk's cache
        ratios = []
        for turn in range(arguments.turns):
            ours, theirs = seconds(analyze), seconds(loop)
            ratios.append(ours / theirs)
            print(f"{turn + 1}: analyze {ours:.2f} s, bare loop {theirs:.2f} s, ratio {ratios[-1]:.2f}")
    middle = statistics.median(ratios)
    print(f"median ratio {middle:.2f} ({min(ratios):.2f} to {max(ratios):.2f}); at most {BAR} asked")
    return int(middle > BAR)


if __name__ == "__main__":
    sys.exit(main())
