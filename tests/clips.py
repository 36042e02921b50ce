"""Clips for tests, good and damaged: each function writes one file and returns its path.

Only OpenCV and the standard library are needed: what OpenCV can't write is patched into the boxes of an
MP4. Numbered clips carry their picture's number in eight bars, read back with `number_of`.
"""

from __future__ import annotations

import random
import struct
import wave
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SAMPLE = SAMPLES / "side-good.mp4"  # H.264 with B-frames, index first, 640×480, 30 Hz

_BARS = 8
_CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts")


def numbered(path: Path, *, fps: float = 30, frames: int = 30, width: int = 128, height: int = 96) -> Path:
    """MPEG-4 in the container of the suffix; the bars are the number's bits, lowest at the left."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), fps, (width, height))
    assert writer.isOpened(), path
    for number in range(frames):
        writer.write(_bars(number, width, height))
    writer.release()
    return path


def _bars(number: int, width: int, height: int) -> NDArray[np.uint8]:
    image = np.zeros((height, width, 3), np.uint8)
    for bit in range(_BARS):
        if number >> bit & 1:
            image[:, bit * width // _BARS : (bit + 1) * width // _BARS] = 255
    return image


def number_of(image: NDArray[np.uint8]) -> int:
    """The number in an upright picture of a numbered clip."""
    height, width = image.shape[:2]
    middles = [(2 * bit + 1) * width // (2 * _BARS) for bit in range(_BARS)]
    return sum(1 << bit for bit, x in enumerate(middles) if image[height // 2, x].mean() > 128)


# --- timing and orientation -------------------------------------------------------------------------------


def varying(path: Path, durations_ms: Sequence[int]) -> Path:
    """A picture for each duration, which says how long it stays."""
    data = numbered(path, frames=len(durations_ms)).read_bytes()
    runs = [(len(list(run)), ms) for ms, run in groupby(durations_ms)]
    table = struct.pack(">II", 0, len(runs)) + b"".join(struct.pack(">II", *run) for run in runs)
    data = _replaced(data, (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts"), table)
    data = _poked(data, (b"moov", b"trak", b"mdia", b"mdhd"), 12, struct.pack(">II", 1000, sum(durations_ms)))
    path.write_bytes(_lasting(data, sum(durations_ms)))
    return path


def late(path: Path, start_ms: int) -> Path:
    """30 pictures at 30 Hz; the first is shown only after `start_ms` (an empty edit)."""
    data = numbered(path).read_bytes()
    edits = struct.pack(">II", 0, 2) + struct.pack(">IiI", start_ms, -1, 1 << 16)
    edits += struct.pack(">IiI", 1000, 0, 1 << 16)
    data = _replaced(data, (b"moov", b"trak", b"edts", b"elst"), edits)
    path.write_bytes(_lasting(data, 1000 + start_ms, edit=False))
    return path


def trimmed(path: Path, seconds: float) -> Path:
    """The sample played up to `seconds` only, though it holds all pictures, as phones trim."""
    path.write_bytes(_lasting(SAMPLE.read_bytes(), round(seconds * 1000)))
    return path


def rotated(path: Path, degrees: int) -> Path:
    """A numbered clip filmed with the phone turned: shown upright when turned clockwise by `degrees`."""
    data = numbered(path, width=128, height=96).read_bytes()
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 1 << 16
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    path.write_bytes(_poked(data, (b"moov", b"trak", b"tkhd"), 40, matrix))
    return path


def wide_pixels(path: Path, across: int, down: int) -> Path:
    """128×96 stored; each pixel is to be shown `across`:`down` wide to high."""
    data = numbered(path).read_bytes()
    names = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    start, end = _payload(data, names)
    entry = data[start + 8 : end]
    entry = entry[:86].ljust(86, b"\0") + _without(entry[86:], b"pasp")
    entry += struct.pack(">I4sII", 16, b"pasp", across, down)
    entry = struct.pack(">I", len(entry)) + entry[4:]
    path.write_bytes(_replaced(data, names, data[start : start + 8] + entry))
    return path


# --- damage -----------------------------------------------------------------------------------------------


def truncated(path: Path, share: float = 0.5) -> Path:
    """The first part of the sample: opens, as its index comes first, but most pictures are missing."""
    data = SAMPLE.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def unfinished(path: Path) -> Path:
    """Cut off before the index, which cameras write last."""
    data = numbered(path).read_bytes()
    path.write_bytes(data[: data.index(b"moov") - 4])
    return path


def flipped(path: Path, count: int = 300, seed: int = 1) -> Path:
    """The sample with `count` bytes of its pictures (not its index) inverted."""
    data = bytearray(SAMPLE.read_bytes())
    start, end = _payload(bytes(data), (b"mdat",))
    for at in random.Random(seed).sample(range(start + 8000, end), count):
        data[at] ^= 0xFF
    path.write_bytes(data)
    return path


def blanked(path: Path, start: int = 80_000, length: int = 40_000) -> Path:
    """The sample with a stretch of zero bytes, like a bad block of a card: pictures vanish in the middle."""
    data = bytearray(SAMPLE.read_bytes())
    data[start : start + length] = bytes(length)
    path.write_bytes(data)
    return path


def undecodable(path: Path) -> Path:
    """An intact index over pictures that are all zero bytes."""
    data = bytearray(numbered(path).read_bytes())
    start, end = _payload(bytes(data), (b"mdat",))
    data[start:end] = bytes(end - start)
    path.write_bytes(data)
    return path


def lying(path: Path) -> Path:
    """A box in the index that claims to be far larger than the file: pictures are counted, not described."""
    data = bytearray(SAMPLE.read_bytes())
    struct.pack_into(">I", data, data.index(b"stsd") - 4, 0x7FFFFFFF)
    path.write_bytes(data)
    return path


def no_frames(path: Path) -> Path:
    """A recording that was stopped before its first picture."""
    return numbered(path, frames=0)


def sound_mp4(path: Path) -> Path:
    """An MP4 whose only track calls itself sound."""
    data = numbered(path).read_bytes()
    data = _poked(data, (b"moov", b"trak", b"mdia", b"hdlr"), 8, b"soun")
    path.write_bytes(data.replace(b"mp4v", b"mp4a").replace(b"vmhd", b"smhd"))
    return path


def sound_wav(path: Path) -> Path:
    """Half a second of silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    return path


def one_pixel(path: Path) -> Path:
    """1×1, motion JPEG: give the path the suffix .avi."""
    fourcc = cv2.VideoWriter_fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, fourcc, 30, (1, 1))
    assert writer.isOpened(), path
    for _ in range(5):
        writer.write(np.zeros((1, 1, 3), np.uint8))
    writer.release()
    return path


def text(path: Path) -> Path:
    """Words, whatever the name says."""
    path.write_text("three sets of eight, 80 kg\n" * 40, encoding="utf-8")
    return path


def empty(path: Path) -> Path:
    """No bytes at all."""
    path.write_bytes(b"")
    return path


def playlist(path: Path) -> Path:
    """A list that names another clip: FFmpeg would open that one. The clip lies beside it."""
    numbered(path.with_name("secret.mp4"))
    path.write_text("ffconcat version 1.0\nfile secret.mp4\n", encoding="utf-8")
    return path


# --- MP4 boxes --------------------------------------------------------------------------------------------


def _payload(data: bytes, names: Sequence[bytes]) -> tuple[int, int]:
    """Start and end of the contents of the box reached through `names`."""
    start, end = 0, len(data)
    for name in names:
        at = start
        while data[at + 4 : at + 8] != name:
            at += struct.unpack_from(">I", data, at)[0]
            assert at < end, (name, "not found")
        start, end = at + 8, at + struct.unpack_from(">I", data, at)[0]
    return start, end


def _replaced(data: bytes, names: Sequence[bytes], contents: bytes) -> bytes:
    """`data` with other contents in one box of an index that comes last, so no picture moves."""
    start, end = _payload(data, names)
    out = bytearray(data[:start] + contents + data[end:])
    for depth in range(1, len(names) + 1):
        at = _payload(data, names[:depth])[0] - 8
        size = struct.unpack_from(">I", data, at)[0] + len(contents) - (end - start)
        struct.pack_into(">I", out, at, size)
    return bytes(out)


def _poked(data: bytes, names: Sequence[bytes], offset: int, value: bytes) -> bytes:
    """`data` with `value` at `offset` in the contents of one box."""
    at = _payload(data, names)[0] + offset
    return data[:at] + value + data[at + len(value) :]


def _lasting(data: bytes, ms: int, *, edit: bool = True) -> bytes:
    """`data` whose film, track and, if `edit`, only edit last `ms` (OpenCV's films count in ms)."""
    length = struct.pack(">I", ms)
    data = _poked(data, (b"moov", b"mvhd"), 16, length)
    data = _poked(data, (b"moov", b"trak", b"tkhd"), 20, length)
    return _poked(data, (b"moov", b"trak", b"edts", b"elst"), 8, length) if edit else data


def _without(boxes: bytes, name: bytes) -> bytes:
    """The boxes in a row that aren't called `name`."""
    kept, at = b"", 0
    while at + 8 <= len(boxes):
        size = struct.unpack_from(">I", boxes, at)[0]
        kept += b"" if boxes[at + 4 : at + 8] == name else boxes[at : at + size]
        at += size
    return kept
