"""The bars of live coaching, on samples that are played as a camera: 640 × 480 at 30 pictures a second.

    .venv/bin/python benchmarks/live.py                    # everything; ten minutes on two cores
    .venv/bin/python benchmarks/live.py --only pace        # one of: verdicts, pace, memory
    .venv/bin/python benchmarks/live.py --only memory --minutes 30

- `verdicts`: every sample through a live session without dropping, and through `analyze`.
- `pace`: samples at their own pace while the window's picture is drawn from each analysed one. Capture to
  overlay ends when that picture is drawn; end of rep to cue starts when the picture of the rep's end, as the
  whole set is judged, was captured, and ends when the voice has been handed the sentence.
- `memory`: a session of many sets, each followed by an empty gym, as fast as it can be analysed; resident
  memory from the third minute to the last.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from thrustcam.engine import analyze
from thrustcam.feedback.phrases import load_phrases
from thrustcam.frames import Frame, open_clip
from thrustcam.live.camera import NoMorePictures, Shot
from thrustcam.live.coach import Coach
from thrustcam.live.events import RepDone, SetEnded
from thrustcam.live.film import Film
from thrustcam.live.picture import Switches, compose
from thrustcam.live.session import Session
from thrustcam.live.spoken import spoken
from thrustcam.poses.models import install
from thrustcam.poses.watch import Watch
from thrustcam.rules.profile import load_profile

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
PROFILE, PHRASES = load_profile("barbell"), load_phrases("en")
ANALYSED, OVERLAY_MS, CUE_MS, DRIFT_MB = 0.95, 60.0, 300.0, 20.0
_EMPTY_S, _WARM_S = 12.0, 120.0


def verdicts() -> bool:
    """Whether live and recorded say the same of every sample."""
    task, same = install("full"), True
    for clip in sorted(SAMPLES.glob("*.mp4")):
        ended: list[SetEnded] = []

        def note(event: object, ended: list[SetEnded] = ended) -> None:
            if isinstance(event, SetEnded):
                ended.append(event)

        with Session(
            Film(clip, speed=0), lambda: Watch(task), Coach(PROFILE), (note,), every=True
        ) as session:
            session.wait()
        live = [rep for event in ended for rep in event.judged.reps]
        recorded = list(analyze(clip, PROFILE).reps)
        equal = live == recorded
        same &= equal
        print(
            f"  {clip.name}: {len(live)} reps live, {len(recorded)} recorded, {'equal' if equal else 'NOT'}"
        )
    print(f"verdicts equal to `analyze`: {'all' if same else 'NOT ALL'}; all asked")
    return same


@dataclass
class Pace:
    """What was measured of some sessions at their own pace; milliseconds."""

    captured: int = 0
    analysed: int = 0
    overlay_ms: list[float] = field(default_factory=list)
    cue_ms: list[float] = field(default_factory=list)


def pace(names: list[str]) -> bool:
    """Whether a session keeps up with its camera."""
    measured = Pace()
    for name in names:
        _play(SAMPLES / name, measured)
    share = measured.analysed / measured.captured
    overlay, cue = (float(np.percentile(x, 95)) for x in (measured.overlay_ms, measured.cue_ms))
    print(f"pictures analysed of {measured.captured} captured: {share:.1%}; at least {ANALYSED:.0%} asked")
    print(f"capture to overlay, p95: {overlay:.0f} ms; at most {OVERLAY_MS:.0f} asked")
    print(
        f"end of rep to cue, p95 of {len(measured.cue_ms)}: {cue:.0f} ms "
        f"(median {np.median(measured.cue_ms):.0f}); at most {CUE_MS:.0f} asked"
    )
    return share >= ANALYSED and overlay <= OVERLAY_MS and cue <= CUE_MS


def _play(clip: Path, measured: Pace) -> None:
    told: list[tuple[float, float]] = []  # when a rep was told of, and where its top was
    ended: list[SetEnded] = []

    def listen(event: object) -> None:
        if isinstance(event, RepDone):
            spoken(event, PHRASES)
            told.append((time.monotonic(), event.rep.measured.rep.top_start_s))
        elif isinstance(event, SetEnded):
            ended.append(event)

    task, switches, seen, starts = install("full"), Switches("barbell"), None, []
    with Session(Film(clip), lambda: Watch(task), Coach(PROFILE), (listen,)) as session:
        while session.running:
            new = session.seen(seen, 0.1)
            if new is None:
                continue
            seen = new
            compose(seen, session.trouble, PHRASES, switches)
            measured.overlay_ms.append(1000 * (time.monotonic() - seen.captured_s))
            starts.append(seen.captured_s - seen.frame.time_s)
    counts, start_s = session.counts, min(starts)
    measured.captured += counts.captured
    measured.analysed += counts.analysed
    for rep in (rep.measured.rep for event in ended for rep in event.judged.reps):
        for at_s, top_s in told:
            if abs(top_s - rep.top_start_s) < 0.7 and rep.complete:
                measured.cue_ms.append(1000 * (at_s - start_s - rep.end_s))
    print(f"  {clip.name}: {counts.analysed} of {counts.captured} analysed, {counts.dropped} dropped")


class Gym:
    """A camera that films set after set with an empty gym between them, for so many seconds."""

    name, ends = "gym", True

    def __init__(self, clips: list[Path], seconds: float) -> None:
        self._clips, self._seconds = clips, seconds

    def open(self) -> Gym:
        """Start filming."""
        self._shots = self._film()
        return self

    def read(self) -> Shot | None:
        """The next picture."""
        shot = next(self._shots, None)
        if shot is None:
            raise NoMorePictures
        return shot

    def close(self) -> None:
        """Stop filming."""

    def _film(self) -> Iterator[Shot]:
        now_s, noise = 0.0, np.random.default_rng(0)
        while now_s < self._seconds:
            for clip in self._clips:
                with open_clip(clip) as frames:
                    for frame in frames:
                        yield Shot(now_s + frame.time_s, frame.image)
                now_s += frame.time_s + 1 / 30
                for _ in range(round(30 * _EMPTY_S)):
                    yield Shot(now_s, noise.integers(90, 110, frame.image.shape, np.uint8))
                    now_s += 1 / 30


def memory(minutes: float) -> bool:
    """Whether a long session keeps its size."""
    task, sets, sizes = install("full"), [0], list[tuple[float, float]]()

    def listen(event: object) -> None:
        sets[0] += isinstance(event, SetEnded)

    def note(frame: Frame) -> None:
        if frame.index % 900 == 0:
            sizes.append((frame.time_s, _resident_mb()))

    gym = Gym(sorted(SAMPLES.glob("side-*.mp4")), 60 * minutes)
    coach = Coach(PROFILE)
    with Session(gym, lambda: Watch(task), coach, (listen,), every=True, on_frame=note) as session:
        while session.running:
            session.wait(1.0)
    warm = [mb for at_s, mb in sizes if at_s >= _WARM_S]
    drift = float(np.median(warm[-3:]) - np.median(warm[:3]))
    counts = session.counts
    print(
        f"  {counts.analysed} pictures, {sets[0]} sets; MB each half minute:", *(f"{mb:.0f}" for mb in warm)
    )
    print(f"drift of resident memory over {minutes:g} minutes: {drift:+.1f} MB; under {DRIFT_MB:.0f} asked")
    return drift < DRIFT_MB


def _resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> int:
    """Measure, print, and exit with 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", choices=("verdicts", "pace", "memory"))
    parser.add_argument("--minutes", type=float, default=30.0, help="of the session, for memory")
    parser.add_argument(
        "--clips",
        nargs="+",
        default=["side-plates.mp4", "side-bounce-and-rush.mp4", "side-lockout-and-arch.mp4"],
        help="samples, for pace",
    )
    asked = parser.parse_args()
    held = True
    if asked.only in (None, "pace"):
        held &= pace(asked.clips)
    if asked.only in (None, "verdicts"):
        held &= verdicts()
    if asked.only in (None, "memory"):
        held &= memory(asked.minutes)
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
