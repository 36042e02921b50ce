"""`thrustcam web` in a real headless Chromium, each sample as its camera: does it count as `analyze` does?

    .venv/bin/pip install -q -e '.[web]' && .venv/bin/python benchmarks/web.py

Also prints the share of the camera's pictures that was analysed, and the time from a picture's capture to its
skeleton on the page. Needs Debian's `chromium`; takes half a minute a sample.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from clips import SAMPLES

sys.path.insert(0, str(SAMPLES.parent / "tests"))

import chromium

from thrustcam.engine import analyze
from thrustcam.rules.profile import load_profile

LEAD_S, TAIL_S = 3.0, 40.0


@dataclass(frozen=True)
class Shown:
    """What the page made of a clip: reps, verdicts by rep, and its times in ms."""

    reps: int
    faults: tuple[bool, ...]
    analysed: float
    delays_ms: np.ndarray


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a running `thrustcam web`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "thrustcam", "web", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | {"THRUSTCAM_HISTORY": str(folder)},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def shown(sample: Path) -> Shown:
    """The sample in front of the page's camera."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        film = folder / "camera.mjpeg"
        chromium.as_camera(sample, film, lead_s=LEAD_S, tail_s=TAIL_S)
        with serving(folder) as address, chromium.chromium(folder / "profile", camera=film) as tab:
            tab.open(address)
            tab.wait("document.body.dataset.connected === 'yes'")
            tab.ask("document.getElementById('start').click()")
            tab.wait("document.getElementById('banner').innerText.includes('black')", 60)
            reps = int(tab.text("reps"))
            stats = tab.ask("thrustcam.stats")
            tab.ask("document.getElementById('stop').click()")
            tab.wait(f"thrustcam.sets.length || {int(reps == 0)}")
            sets = tab.ask("thrustcam.sets")
    faults = tuple(bool(rep["faults"]) for each in sets for rep in each["reps"])
    return Shown(reps, faults, stats["seen"] / stats["captured"], np.array(stats["delays"]))


def main() -> int:
    """Each sample through both; exit with 1 where the counts differ."""
    differ = 0
    samples = [SAMPLES / f"{name}.mp4" for name in sys.argv[1:]] or sorted(SAMPLES.glob("*.mp4"))
    for sample in samples:
        page, clip = shown(sample), analyze(sample, load_profile("barbell"))
        faults = tuple(any(f.verdict == "fault" for f in rep.findings) for rep in clip.reps)
        differ += page.reps != len(clip.reps)
        p50, p95 = np.percentile(page.delays_ms, (50, 95))
        same = sum(a == b for a, b in zip(page.faults, faults, strict=False))
        print(
            f"{sample.stem:24} page {page.reps} reps, analyze {len(clip.reps)}; as good or bad: {same};"
            f" {page.analysed:.0%} of pictures analysed; capture to overlay {p50:.0f} ms, p95 {p95:.0f} ms",
            flush=True,
        )
    print(f"{len(samples)} samples, {differ} counted otherwise than by analyze")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
