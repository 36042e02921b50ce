"""`thrustcam live` killed at random moments: does the history have every rep that was told?

    .venv/bin/python benchmarks/kill.py

A sample is played as a camera as fast as it goes; a rep counts as finished once it was told on the terminal.
Needs Linux or macOS.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from clips import SAMPLES

from thrustcam.history import History

KILLS = 20
SAMPLE = SAMPLES / "side-bounce-and-rush.mp4"
TOLD = re.compile(r"thrustcam: (\d+)(?:\.|$)")
COMMAND = [sys.executable, "-m", "thrustcam", "live", "--headless", "--no-voice", "--speed", "0", "--source"]


def run(folder: Path, kill_s: float) -> list[int]:
    """The reps that were told before the process was killed, `kill_s` after its start; inf lets it end."""
    process = subprocess.Popen(
        [*COMMAND, str(SAMPLE)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | {"THRUSTCAM_HISTORY": str(folder)},
    )
    assert process.stderr is not None
    killer = threading.Timer(min(kill_s, threading.TIMEOUT_MAX), process.send_signal, [signal.SIGKILL])
    killer.start()
    told = [int(found[1]) for line in process.stderr if (found := TOLD.match(line))]
    process.wait()
    killer.cancel()
    return told


def moments(seconds: float) -> Iterator[float]:
    """Seconds after the start at which to kill, from before the first rep to the end of a run."""
    chance = random.Random(4)
    for _ in range(KILLS):
        yield chance.uniform(0.3, 1.0) * seconds


def main() -> int:
    """Kill, look, print; exit with 1 where a rep is lost."""
    lost = finished = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.perf_counter()
        whole = run(folder, float("inf"))
        seconds = time.perf_counter() - start
        for number, kill_s in enumerate(moments(seconds), start=2):
            told = run(folder, kill_s)
            raw = sqlite3.connect(folder / "history.sqlite3")
            intact = raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            raw.close()
            with History.open(folder / "history.sqlite3") as history:
                sets = {each.number: each for each in history.sets()}
            kept = {rep.measured.rep.index for rep in sets[max(sets)].reps} if told else set()
            missing = set(told) - kept
            finished += len(told)
            lost += len(missing) + (not intact)
            print(f"kill {number - 1:2} at {kill_s:4.1f} s: {len(told)} told, {len(missing)} lost")
    print(f"{KILLS} kills of a run of {len(whole)} reps: {finished} finished reps, {lost} lost")
    return int(lost > 0 or finished == 0)


if __name__ == "__main__":
    sys.exit(main())
