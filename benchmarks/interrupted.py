"""`thrustcam score` stopped at random moments and resumed, against a run that nothing stops.

    .venv/bin/python benchmarks/interrupted.py

The samples are scored in one go; then in as many goes as it takes, of which the first five are ended at a
random moment, by Ctrl-C and by SIGKILL in turns. Asked for: the same JSON to the last byte, and no clip
analysed that was finished before. POSIX only.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clips import SAMPLES

MOMENTS = 5


def command(store: Path, file: Path) -> list[str]:
    """A run that takes what the store has."""
    options = ["--resume", "--store", str(store), "--json", str(file), "--jobs", "2"]
    return [sys.executable, "-m", "thrustcam", "score", str(SAMPLES), *options]


def results(store: Path) -> dict[str, int]:
    """The results in a store, with when they were written."""
    return {path.name: path.stat().st_ino for path in store.glob("*/*.scored")}


def main() -> int:
    """Measure, print, and exit with 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    chance = random.Random(parser.parse_args().seed)
    with tempfile.TemporaryDirectory() as top:
        whole, pieces = Path(top) / "whole.json", Path(top) / "pieces.json"
        start = time.perf_counter()
        subprocess.run(command(Path(top) / "one", whole), check=True, capture_output=True)
        took = time.perf_counter() - start
        store, kept, again = Path(top) / "many", {}, 0
        for number in range(MOMENTS):
            moment = chance.uniform(0, 0.5 * took)
            run = subprocess.Popen(
                command(store, pieces), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(moment)
            how = signal.SIGINT if number % 2 else signal.SIGKILL
            run.send_signal(how)
            run.wait()
            now = results(store)
            again += sum(now.get(name) != inode for name, inode in kept.items())
            kept = now
            print(f"{how.name} after {moment:.1f} s: {len(kept)} clips are done")
        subprocess.run(command(store, pieces), check=True, capture_output=True)
        again += sum(results(store).get(name) != inode for name, inode in kept.items())
        same = whole.read_bytes() == pieces.read_bytes()
    print(f"the same result: {'yes' if same else 'NO'}; clips analysed twice: {again}")
    return int(not same or again > 0)


if __name__ == "__main__":
    sys.exit(main())
