"""200 damaged clips among 20 good ones through `thrustcam score`.

    .venv/bin/python benchmarks/damaged.py

The damage is of ten kinds, made from the samples: cut off (with the index first or last), bits flipped (in
the pictures, the index, the header), stretches zeroed, files of other kinds under a clip's name, good clips
renamed or in nested folders with hostile names around them, headers that declare huge pictures or times, and
boxes whose sizes lie. Asked for: the good ones scored as on their own, every other one reported (as an error,
or as damaged where some of it can still be read), no traceback, no hang.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from clips import SAMPLES

GOOD, DAMAGED = 20, 200
LIMIT_S = 3600.0
# A damage that leaves every picture as it was is none: such a clip is to be scored like its original.
Damage = Callable[[bytes, random.Random], bytes]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, int(len(data) * 0.9))]


def beheaded(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(1, len(data) // 2) :]


def flipped_pictures(data: bytes, chance: random.Random) -> bytes:
    start = data.index(b"mdat") + 4
    return _flipped(data, start, len(data), chance.randrange(200, 3000), chance)


def flipped_index(data: bytes, chance: random.Random) -> bytes:
    start = data.index(b"moov")
    return _flipped(data, start, data.index(b"mdat"), chance.randrange(20, 400), chance)


def flipped_anywhere(data: bytes, chance: random.Random) -> bytes:
    return _flipped(data, 0, len(data), chance.randrange(500, 5000), chance)


def zeroed(data: bytes, chance: random.Random) -> bytes:
    out, length = bytearray(data), len(data) // 3
    start = chance.randrange(data.index(b"mdat") + 4, len(data) - length)
    out[start : start + length] = bytes(length)
    return bytes(out)


def huge(data: bytes, _chance: random.Random) -> bytes:
    """Width and height of 60 000 in the track's header and in the sample's description."""
    out = bytearray(data)
    track, entry = data.index(b"tkhd"), data.index(b"avc1")
    struct.pack_into(">II", out, track + 4 + 76, 60_000 << 16, 60_000 << 16)
    struct.pack_into(">HH", out, entry + 28, 60_000, 60_000)
    # The decoder believes the parameter set instead: its size, among other things, becomes nonsense.
    config = data.index(b"avcC") + 16
    out[config : config + 5] = bytes(0xFF ^ byte for byte in out[config : config + 5])
    return bytes(out)


def endless(data: bytes, chance: random.Random) -> bytes:
    """Each picture declared to stay for days, and a count of pictures without end."""
    out = bytearray(data)
    times, sizes = data.index(b"stts"), data.index(b"stsz")
    struct.pack_into(">II", out, times + 12, 0xFFFFFFF0, chance.choice([0xFFFFFF, 0x7FFFFFFF]))
    struct.pack_into(">I", out, sizes + 12, chance.choice([0xFFFFFFFF, 0x7FFFFFFF]))
    return bytes(out)


def lying(data: bytes, chance: random.Random) -> bytes:
    """Boxes whose sizes are zero, one, enormous: that of the pictures' description, and two others.

    A lie about the others alone does no harm: all pictures are read, so there is nothing to report.
    """
    out = bytearray(data)
    others = chance.sample([b"trak", b"mdia", b"minf", b"stbl", b"stco", b"stsz", b"mdat"], 2)
    for name in (b"stsd", *others):
        struct.pack_into(
            ">I", out, data.index(name) - 4, chance.choice([0, 1, 7, 0x7FFFFFFF, 0xFFFFFFFF, len(data)])
        )
    return bytes(out)


def other_kind(data: bytes, chance: random.Random) -> bytes:
    """A file of another kind under a clip's name: words, noise, pictures, archives, playlists, nothing."""
    return chance.choice(
        [
            b"",
            b"\0" * 5000,
            b"three sets of eight\n" * 40,
            chance.randbytes(50_000),
            b"\x89PNG\r\n\x1a\n" + chance.randbytes(900),
            b"\xff\xd8\xff\xe0" + chance.randbytes(900),
            b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n",
            b"ffconcat version 1.0\nfile good-00.mp4\n",
            b"%PDF-1.7\n" + chance.randbytes(900),
            data[:32] + chance.randbytes(20_000),
            b"RIFF" + struct.pack("<I", 2**31) + b"AVI LIST" + chance.randbytes(5000),
            b"\x1aE\xdf\xa3" + chance.randbytes(5000),
        ]
    )


KINDS: tuple[Damage, ...] = (
    cut,
    beheaded,
    flipped_pictures,
    flipped_index,
    flipped_anywhere,
    zeroed,
    huge,
    endless,
    lying,
    other_kind,
)


def _flipped(data: bytes, start: int, end: int, count: int, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(count):
        out[chance.randrange(start, end)] ^= 1 << chance.randrange(8)
    return bytes(out)


def make(folder: Path, seed: int) -> tuple[dict[str, Path], dict[str, str]]:
    """The good clips with the sample each is a copy of, and the damaged ones with their kind."""
    chance = random.Random(seed)
    samples = sorted(SAMPLES.glob("*.mp4"))
    good: dict[str, Path] = {}
    bad: dict[str, str] = {}
    odd = ["a b", "<i>", "-rf", "$(x)", "größe", "::error::x", "100%", "x" * 120, "line\nbreak", "tab\t"]
    for number in range(GOOD):
        sample = samples[number % len(samples)]
        place = folder / "/".join(chance.sample(odd, number % 3))
        place.mkdir(parents=True, exist_ok=True)
        suffix = chance.choice([".mp4", ".MP4", ".mov", ".mkv"])  # a clip by another name is still one
        path = place / f"good-{number:02d}{suffix}"
        path.write_bytes(sample.read_bytes())
        good[str(path)] = sample
    whole = [sample.read_bytes() for sample in samples]
    for number in range(DAMAGED):
        kind = KINDS[number % len(KINDS)]
        place = folder / "/".join(chance.sample(odd, chance.randrange(4)))
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{kind.__name__}-{number:03d}{chance.choice(['.mp4', '.mov', '.avi', '.webm'])}"
        path.write_bytes(kind(chance.choice(whole), chance))
        bad[str(path)] = kind.__name__
    with zipfile.ZipFile(folder / "archive.mp4", "w") as archive:  # a clip inside a clip's name
        archive.writestr("good.mp4", whole[0])
    bad[str(folder / "archive.mp4")] = "archive"
    return good, bad


def scored(sample: Path, folder: Path) -> dict[str, object]:
    """What `thrustcam analyze` says of a sample."""
    file = folder / f"{sample.stem}.json"
    if not file.exists():
        command = [sys.executable, "-m", "thrustcam", "analyze", str(sample), "--json", str(file)]
        subprocess.run(command, check=True, capture_output=True)
    found = json.loads(file.read_text("utf-8"))
    return {"reps": found["reps"], "summary": found["summary"]}


def main() -> int:
    """Make the clips, score them, and exit with 1 where the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", default="2")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as top:
        folder, out = Path(top) / "clips", Path(top) / "out"
        folder.mkdir()
        out.mkdir()
        good, bad = make(folder, arguments.seed)
        command = [sys.executable, "-m", "thrustcam", "score", str(folder), "--jobs", arguments.jobs]
        files = ["--json", str(out / "a.json"), "--junit", str(out / "a.xml"), "--store", str(out / "store")]
        begin = time.monotonic()
        done = subprocess.run(
            [*command, *files], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        took = time.monotonic() - begin
        document = json.loads((out / "a.json").read_text("utf-8"))
        found = {clip["path"]: clip for clip in document["clips"]}
        right = sum(
            {name: (found[path]["analysis"] or {}).get(name) for name in ("reps", "summary")}
            == scored(sample, out)
            for path, sample in good.items()
        )
    fates: Counter[str] = Counter()
    silent = []
    for path, kind in bad.items():
        clip = found.get(path)
        if clip is None:
            fates["missing"] += 1
        elif clip["error"] is not None:
            fates["error"] += 1
        elif clip["analysis"]["clip"]["warnings"] or not clip["analysis"]["clip"]["complete"]:
            fates["damaged"] += 1
        else:
            fates["silent"] += 1
            silent.append((kind, Path(path).name))
    tracebacks = (done.stdout + done.stderr).count("Traceback")
    hangs = sum("hung" in (clip["error"] or "") for clip in document["clips"])
    bugs = sum("bug in thrustcam" in (clip["error"] or "") for clip in document["clips"])
    print(f"{right} of {len(good)} good clips right; of {len(bad)} damaged {dict(fates)}")
    print(f"{tracebacks} tracebacks, {bugs} bugs, {hangs} hangs, exit code {done.returncode}, {took:.0f} s")
    for kind, name in silent:
        print(f"not reported: {kind} {name}")
    missed = right < len(good) or fates["missing"] or fates["silent"] or tracebacks or bugs
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
