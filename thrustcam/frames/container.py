"""What a video file is and says of itself, asked before anything in it is decoded."""

from __future__ import annotations

import os
import re
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from thrustcam.errors import ThrustcamError


@dataclass(frozen=True)
class Limits:
    """What a clip may ask of this machine; beyond it opening fails.

    Attributes
    ----------
    min_side_px : a pose model sees nothing useful in less.
    max_pixels : width × height; 8K UHD has 33 million.
    max_duration_s : a set takes a minute; an hour is somebody's whole session.
    max_bytes : size of the file.
    stall_s : seconds without a picture after which a clip being read counts as hung.
    """

    min_side_px: int = 64
    max_pixels: int = 50_000_000
    max_duration_s: float = 3600.0
    max_bytes: int = 20 * 10**9
    stall_s: float = 30.0


@dataclass(frozen=True)
class Header:
    """What the file declares; None where it doesn't.

    Attributes
    ----------
    width, height : decoded size in px, upright.
    pixel_aspect : width of a pixel over its height, upright.
    fps : mean pictures a second. frames : how many. duration_s : for how long.
    counted : the file lists its pictures (MP4, MOV); elsewhere `frames` is OpenCV's duration × rate.
    """

    width: int
    height: int
    pixel_aspect: float
    fps: float | None
    frames: int | None
    duration_s: float | None
    counted: bool

    def falls_short(self, frames: int, end_s: float) -> bool:
        """Whether `frames` pictures up to `end_s` seconds are clearly less than declared."""
        if self.counted and self.frames is not None:
            return frames < self.frames - max(2, self.frames // 100)
        # Elsewhere the length is that of the longest stream, and sound often outlasts the picture.
        return self.duration_s is not None and end_s < self.duration_s - max(1.0, 0.02 * self.duration_s)


def shown(path: Path) -> str:
    """The path as one printable line."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))


def check_file(path: Path, limits: Limits) -> tuple[str, int]:
    """Container kind and size in bytes of a local regular file; ThrustcamError for anything else.

    The first bytes must be those of a video container. That keeps out playlists, which FFmpeg would
    follow to other files whatever their name, and saves it from guessing at text and pictures.
    """
    try:
        str(path.absolute()).encode()
        status = path.stat()
        if stat.S_ISREG(status.st_mode):
            with path.open("rb") as file:
                head = file.read(256)
    except FileNotFoundError:
        # Path makes one slash of two; a single letter is a Windows drive
        web = re.match(r"[a-z][a-z0-9+.-]+:[/\\]", str(path), re.IGNORECASE)
        why = "only local files can be read; download it first" if web else "no such file; check the path"
        raise ThrustcamError(f"{shown(path)}: {why}") from None
    except PermissionError:
        raise ThrustcamError(f"{shown(path)}: permission denied; make the file readable") from None
    except ValueError:  # a NUL, or bytes that aren't UTF-8, which crash OpenCV
        raise ThrustcamError(f"{shown(path)}: the name can't be passed on; rename it in UTF-8") from None
    except OSError as error:
        raise ThrustcamError(f"{shown(path)}: can't be read: {error.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise ThrustcamError(f"{shown(path)}: is {kind}; name a video file")
    if not head:
        raise ThrustcamError(f"{shown(path)}: the file is empty; copy or record it again")
    if status.st_size > limits.max_bytes:
        size, most = status.st_size / 1e9, limits.max_bytes / 1e9
        raise ThrustcamError(f"{shown(path)}: {size:.2g} GB is more than {most:.2g} GB; cut out the set")
    kind = _kind(head)
    if kind in ("", "sound"):
        what = "holds sound only, no picture" if kind else "is not a video"
        raise ThrustcamError(f"{shown(path)}: {what}; give an MP4, MOV, MKV, WebM, AVI or MPEG file")
    return kind, status.st_size


def _kind(head: bytes) -> str:
    """Container kind by its first bytes; "" when it is none of a video."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"):
        return "mp4"
    if head[:4] == b"RIFF":
        return {b"AVI ": "avi", b"WAVE": "sound"}.get(head[8:12], "")
    if head[:3] == b"ID3" or head[:4] == b"fLaC" or head[:2] in (b"\xff\xfb", b"\xff\xf1"):
        return "sound"
    if head[:1] == head[188:189] == b"\x47" or head[4:5] == head[196:197] == b"\x47":
        return "ts"
    starts = {
        b"\x1a\x45\xdf\xa3": "matroska",
        b"\x30\x26\xb2\x75": "asf",
        b"FLV\x01": "flv",
        b"OggS": "ogg",
        b"\x00\x00\x01\xba": "mpeg",
        b"\x00\x00\x01\xb3": "mpeg",
    }
    return starts.get(head[:4], "")


def why_closed(path: Path, kind: str) -> str:
    """Why OpenCV could not open a file of this kind, and what to do."""
    if kind == "mp4":
        index = _mp4_index(path)
        if index is None:
            return "cut off while it was recorded or copied (its index is missing); copy or record it again"
        if b"vide" not in index:
            what = "holds sound only" if b"soun" in index else "is an empty recording"
            return f"{what}, no picture; give a video"
    return "its pictures can't be decoded (sound only, damaged or an unknown format); export it as H.264 MP4"


def _mp4_index(path: Path) -> bytes | None:
    """The 'moov' box of an MP4, at most 64 MiB of it; None if the file ends before it."""
    with path.open("rb") as file:
        while len(box := file.read(16)) >= 8:
            size, name = struct.unpack(">I4s", box[:8])
            if name == b"moov":
                return box + file.read(min(size, 2**26))
            if size == 1 and len(box) == 16:
                size = struct.unpack(">Q", box[8:])[0]
            if size < 8:
                return None
            file.seek(size - len(box), os.SEEK_CUR)
    return None


def read_header(capture: Any, kind: str, size: int) -> Header:
    """What an open capture says of the file; `size` in bytes."""
    fps = capture.get(cv2.CAP_PROP_FPS)
    fps = fps if 1 <= fps <= 1000 else None
    count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    frames = int(count) if 0 < count < 1e9 else None
    duration_s = frames / fps if frames and fps else None
    # A clip trimmed by an edit list plays fewer pictures than it holds and declares. OpenCV tells no
    # duration, but FFmpeg's mean bit rate (whole kbit/s, rounded down) is the file's size over it.
    kbit_s = capture.get(cv2.CAP_PROP_BITRATE)
    if kind == "mp4" and fps and duration_s and kbit_s > 0 and size * 8e-3 / kbit_s < 0.98 * duration_s:
        duration_s = size * 8e-3 / (kbit_s + 1)
        frames = int(duration_s * fps)
    across, down = capture.get(cv2.CAP_PROP_SAR_NUM), capture.get(cv2.CAP_PROP_SAR_DEN)
    aspect = across / down if across > 0 and down > 0 and 0.25 < across / down < 4 else 1.0
    return Header(
        width=int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
        height=int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
        pixel_aspect=1 / aspect if capture.get(cv2.CAP_PROP_ORIENTATION_META) % 180 else aspect,
        fps=fps,
        frames=frames,
        duration_s=duration_s,
        counted=kind == "mp4",
    )


def check_header(path: Path, header: Header, limits: Limits) -> None:
    """ThrustcamError when the clip is too small, too large or too long."""
    size = f"{header.width}×{header.height}"
    if min(header.width, header.height) <= 0:  # FFmpeg found not one picture that tells its size
        raise ThrustcamError(f"{shown(path)}: no picture can be decoded; copy or export it again")
    if min(header.width, header.height) < limits.min_side_px:
        least = f"need at least {limits.min_side_px} px a side"
        raise ThrustcamError(f"{shown(path)}: the picture is {size}; {least}")
    if header.width * header.height > limits.max_pixels:
        most = f"more than {limits.max_pixels / 1e6:g} million pixels"
        raise ThrustcamError(f"{shown(path)}: the picture is {size}, {most}; export it smaller")
    if header.duration_s and header.duration_s > limits.max_duration_s:
        minutes, most = header.duration_s / 60, f"{limits.max_duration_s / 60:g}"
        raise ThrustcamError(f"{shown(path)}: {minutes:.0f} min is longer than {most} min; cut out the set")
