"""Peak memory of `thrustcam analyze` on a clip of one minute and on one of ten.

    .venv/bin/python benchmarks/memory.py

What may grow is the landmarks kept for the verdicts, not the pictures. Needs Linux or macOS.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from clips import SAMPLES, repeated

BAR_MB_A_MINUTE = 10.0


def peak_mb(clip: Path) -> float:
    """The most memory the command holds at once (resident set), in MB of 10⁶ bytes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "thrustcam", "analyze", str(clip)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)],
    )
    _, status, usage = os.wait4(process, 0)
    os.close(nowhere)
    if os.waitstatus_to_exitcode(status):
        sys.exit("thrustcam analyze failed")
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def main() -> int:
    """Measure, print, and exit with 1 where the bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        short, long = (
            repeated(SAMPLES / "side-good.mp4", Path(folder) / f"{minutes}.mp4", 60 * minutes)
            for minutes in (1, 10)
        )
        one, ten = peak_mb(short), peak_mb(long)
    growth = (ten - one) / 9
    print(f"1 minute {one:.0f} MB, 10 minutes {ten:.0f} MB: {growth:.1f} MB a minute")
    return int(growth > BAR_MB_A_MINUTE)


if __name__ == "__main__":
    sys.exit(main())
