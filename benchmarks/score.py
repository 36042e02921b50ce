"""What `thrustcam score` makes of two cores, and what it costs over `thrustcam analyze` clip by clip.

    .venv/bin/python benchmarks/score.py FOLDER

Whole processes on an otherwise idle machine: each clip of the folder with `analyze`, then all of them with
`score --jobs 1` and `score --jobs 2`, nothing taken from earlier runs. Without a folder: the samples.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clips import SAMPLES

BAR_SPEEDUP, BAR_OVERHEAD = 1.7, 0.05


def seconds(*arguments: object) -> float:
    """Wall-clock time of a command that must succeed."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "thrustcam", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and exit with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLES)
    parser.add_argument("--clips", type=int, default=1000, help="only so many of them")
    parser.add_argument(
        "--turns", type=int, default=3, help="how often score is run with each number of jobs"
    )
    parser.add_argument("--engine", default="local", help="local or ray, for the runs of score")
    arguments = parser.parse_args()
    clips = sorted(arguments.folder.glob("*.mp4"))[: arguments.clips]
    if not clips:
        parser.error(f"no clips in {arguments.folder}")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        seconds("analyze", clips[0])  # installs the model, warms the disk's cache
        took = {1: float("inf"), 2: float("inf")}
        for turn in range(arguments.turns):
            now = {}
            for jobs in (2, 1):
                store, file = Path(folder) / f"store-{turn}-{jobs}", Path(folder) / "scores.json"
                options = ["--store", store, "--json", file, "--jobs", jobs, "--engine", arguments.engine]
                now[jobs] = seconds("score", *clips, *options)
                took[jobs] = min(took[jobs], now[jobs])
            ratios.append(now[1] / now[2])
            print(
                f"{turn + 1}: two jobs {now[2]:.1f} s, one {now[1]:.1f} s, ratio {ratios[-1]:.2f}", flush=True
            )
        document = json.loads(file.read_text("utf-8"))
    length = sum(clip["analysis"]["clip"]["duration_s"] for clip in document["clips"])
    singly = sum(seconds("analyze", clip) for clip in clips)
    speedup, overhead = statistics.median(ratios), took[1] / singly - 1
    print(f"{len(clips)} clips of {length:.0f} s in all; analyze one by one: {singly:.1f} s")
    print(f"two jobs against one: median {speedup:.2f} times, at least {BAR_SPEEDUP} asked")
    print(f"over analyze: {overhead:+.1%}, at most {BAR_OVERHEAD:+.0%} asked")
    print(f"{3600 * len(clips) / took[1]:.0f} clips, {length / took[1]:.1f} h of video in a core-hour")
    return int(speedup < BAR_SPEEDUP or overhead > BAR_OVERHEAD)


if __name__ == "__main__":
    sys.exit(main())
