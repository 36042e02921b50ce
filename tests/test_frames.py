"""Reading clips: times, thinning, orientation, damage, refusals, and letting go in every case."""

from __future__ import annotations

import hashlib
import itertools
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clips
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thrustcam.errors import ThrustcamError
from thrustcam.frames import Clip, FrameSource, Limits, clip_sha256, open_clip
from thrustcam.frames import clip as clip_module
from thrustcam.frames.container import Header, read_header
from thrustcam.frames.timing import Clock, Thinner

ROOT = Path(__file__).resolve().parents[1]


def read(path: Path, **options: Any) -> tuple[Clip, list[Any]]:
    with open_clip(path, **options) as clip:
        return clip, list(clip)


def decoders() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name == "thrustcam-decode"]


# --- a good clip ------------------------------------------------------------------------------------------


def test_a_clip_is_a_frame_source(tmp_path):
    source: FrameSource = open_clip(clips.numbered(tmp_path / "a.mp4"))
    with source as frames:
        assert [f.index for f in frames] == list(range(30))


def test_frames_are_upright_contiguous_rgb(tmp_path):
    path = tmp_path / "red.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 30, (128, 96))
    for _ in range(3):
        writer.write(np.full((96, 128, 3), (0, 0, 255), np.uint8))  # BGR
    writer.release()
    _, frames = read(path)
    for frame in frames:
        assert frame.image.shape == (96, 128, 3)
        assert frame.image.dtype == np.uint8
        assert frame.image.flags.c_contiguous
        red, green, blue = frame.image.reshape(-1, 3).mean(axis=0)
        assert red > 200
        assert max(green, blue) < 60


def test_what_the_sample_declares_is_what_is_read():
    clip, frames = read(clips.SAMPLE)
    assert (clip.width, clip.height, clip.fps_declared) == (640, 480, 30.0)
    assert (clip.frames, clip.frames_declared, len(frames)) == (699, 699, 699)
    assert clip.duration_s == pytest.approx(23.3, abs=0.001)
    assert clip.duration_declared == pytest.approx(23.3, abs=0.001)
    assert clip.complete
    assert clip.warnings == []


def test_each_image_has_its_own_memory(tmp_path):
    _, frames = read(clips.numbered(tmp_path / "a.mp4", frames=20))
    assert [clips.number_of(f.image) for f in frames] == list(range(20))


def test_a_clip_is_read_once(tmp_path):
    with open_clip(clips.numbered(tmp_path / "a.mp4")) as clip:
        assert len(list(clip)) == 30
        assert list(clip) == []


# --- times ------------------------------------------------------------------------------------------------


def test_b_frames_come_in_order_and_on_time():
    _, frames = read(clips.SAMPLE)
    times = [f.time_s for f in frames]
    np.testing.assert_allclose(times, np.arange(699) / 30, atol=1e-6)


def test_a_varying_rate_is_followed(tmp_path):
    durations = [33, 50, 20, 100, 41, 17] * 10
    clip, frames = read(clips.varying(tmp_path / "vfr.mp4", durations), max_rate_hz=math.inf)
    starts = np.concatenate([[0], np.cumsum(durations)[:-1]]) / 1000
    assert [clips.number_of(f.image) for f in frames] == list(range(60))
    np.testing.assert_allclose([f.time_s for f in frames], starts, atol=1e-6)
    assert clip.complete


def test_a_late_start_counts_from_the_first_picture(tmp_path):
    clip, frames = read(clips.late(tmp_path / "late.mp4", 2000))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(30) / 30, atol=1e-6)
    assert clip.duration_s == pytest.approx(1.0, abs=1e-6)
    assert clip.complete


def test_a_count_that_would_be_a_guess_is_not_given(tmp_path):
    clip, frames = read(clips.numbered(tmp_path / "a.avi"))
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(30) / 30, atol=1e-6)
    assert clip.frames_declared is None
    assert clip.complete


@given(
    stamps=st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=2, max_size=60),
    fps=st.one_of(st.none(), st.floats(1, 1000)),
    duration_s=st.one_of(st.none(), st.floats(0.1, 3600)),
)
def test_times_increase_from_zero_whatever_the_stamps(stamps, fps, duration_s):
    clock = Clock(fps, duration_s)
    times = [clock.tick(stamp) for stamp in stamps]
    assert times[0] == 0
    assert all(map(math.isfinite, times))
    assert all(a < b for a, b in itertools.pairwise(times))


def test_stamps_that_stand_still_give_way_to_the_rate():
    clock = Clock(25.0, None)
    assert [clock.tick(0.0) for _ in range(4)] == pytest.approx([0, 0.04, 0.08, 0.12])
    assert clock.estimated == 3


def test_one_wild_stamp_does_not_spoil_the_rest():
    clock = Clock(10.0, 1.0)
    stamps = [0, 100, 9e9, 300, 400, math.nan, 600]
    assert [clock.tick(s) for s in stamps] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert clock.estimated == 2


def test_stamps_count_from_the_first():
    clock = Clock(10.0, 1.0)
    assert [clock.tick(s) for s in (500, 600, 750)] == pytest.approx([0, 0.1, 0.25])
    assert clock.estimated == 0


def test_a_negative_first_stamp_is_zero():
    clock = Clock(30.0, 1.0)  # OpenCV gives the decoding time, two pictures early, where the time is 0
    assert [clock.tick(s) for s in (-66.7, 33.3, 66.7)] == pytest.approx([0, 0.0333, 0.0667])


# --- thinning ---------------------------------------------------------------------------------------------


def kept(times_s: Any, max_rate_hz: float = 30) -> list[int]:
    thinner = Thinner(max_rate_hz)
    return [i for i, t in enumerate(times_s) if thinner.keep(float(t))]


@pytest.mark.parametrize(
    ("fps", "every"),
    [
        *[(15, 1), (24, 1), (25, 1), (29.97, 1), (30, 1), (30.3, 1)],
        *[(48, 2), (50, 2), (59.94, 2), (60, 2), (90, 3), (120, 4), (240, 8)],
    ],
)
@pytest.mark.parametrize("jitter", [0.0, 0.1, 0.2])
def test_a_steady_rate_is_thinned_evenly(fps, every, jitter):
    noise = np.random.default_rng(0).uniform(-jitter, jitter, 1000)
    times = (np.arange(1000) + noise) / fps
    numbers = kept(times)
    steps = np.diff(numbers[4:])  # jitter may mislead it before it has seen some intervals
    assert set(steps) == {every}


def test_a_varying_rate_is_thinned_where_it_is_fast():
    slow = np.arange(30) / 20
    fast = slow[-1] + np.arange(1, 121) / 120
    numbers = kept([*slow, *fast])
    assert numbers[:30] == list(range(30))
    assert 28 <= len(numbers) - 30 <= 38


def test_no_limit_keeps_everything():
    assert len(kept(np.cumsum([0.001, 0.1, 0.004] * 20), math.inf)) == 60


@pytest.mark.parametrize("rate", [0, -1, math.nan])
def test_a_rate_must_be_positive(rate):
    with pytest.raises(ValueError, match="max_rate_hz"):
        Thinner(rate)


@pytest.mark.parametrize(("fps", "every"), [(60, 2), (120, 4)])
def test_thinned_pictures_keep_their_numbers_and_times(tmp_path, fps, every):
    clip, frames = read(clips.numbered(tmp_path / "fast.mp4", fps=fps, frames=120))
    wanted = list(range(0, 120, every))
    assert [f.index for f in frames] == wanted
    assert [clips.number_of(f.image) for f in frames] == wanted
    np.testing.assert_allclose([f.time_s for f in frames], np.array(wanted) / fps, atol=1e-3)
    assert (clip.frames, clip.complete) == (120, True)
    assert clip.duration_s == pytest.approx(120 / fps, abs=0.002)


def test_dropped_pictures_are_not_converted(monkeypatch):
    fake = Fake(fps=60, frames=60)
    monkeypatch.setattr(clip_module, "_capture", lambda *_: fake)
    _, frames = read(clips.SAMPLE)
    assert (fake.grabs, fake.retrieves, len(frames)) == (60, 30, 30)


# --- orientation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("degrees", "size", "lit"),
    [
        (90, (96, 128), np.s_[2:14, :]),
        (180, (128, 96), np.s_[:, 114:126]),
        (270, (96, 128), np.s_[114:126, :]),
    ],
)
def test_a_turned_phone_is_turned_back(tmp_path, degrees, size, lit):
    clip, frames = read(clips.rotated(tmp_path / "turned.mp4", degrees))
    assert (clip.width, clip.height) == size
    image = frames[1].image  # number 1: only the left one of eight bars is lit
    assert image.shape == (size[1], size[0], 3)
    assert image.flags.c_contiguous
    assert image[lit].mean() > 200
    assert image.mean() < 255 / 6


@pytest.mark.parametrize(
    ("across", "down", "size"), [(4, 3, (171, 96)), (3, 4, (128, 128)), (1, 1, (128, 96))]
)
def test_pixels_become_square(tmp_path, across, down, size):
    clip, frames = read(clips.wide_pixels(tmp_path / "wide.mp4", across, down))
    assert (clip.width, clip.height) == size
    assert frames[5].image.shape == (size[1], size[0], 3)
    assert clips.number_of(frames[5].image) == 5


def test_pixels_of_a_turned_clip_are_turned_too():
    properties = {cv2.CAP_PROP_SAR_NUM: 4.0, cv2.CAP_PROP_SAR_DEN: 3.0, cv2.CAP_PROP_ORIENTATION_META: 90.0}
    fake = Fake()
    get = fake.get
    fake.get = lambda prop: properties.get(prop, get(prop))  # type: ignore[method-assign]
    assert read_header(fake, "mp4", 1000).pixel_aspect == pytest.approx(3 / 4)
    properties[cv2.CAP_PROP_ORIENTATION_META] = 180.0
    assert read_header(fake, "mp4", 1000).pixel_aspect == pytest.approx(4 / 3)


# --- damage -----------------------------------------------------------------------------------------------


def test_a_truncated_clip_says_how_much_was_read(tmp_path):
    clip, frames = read(clips.truncated(tmp_path / "half.mp4"))
    assert 250 < len(frames) < 400
    assert not clip.complete
    assert f"{len(frames)} of 699 pictures" in clip.warnings[0]
    assert "of 23.3 s" in clip.warnings[0]


def test_reading_goes_on_after_a_broken_stretch(tmp_path):
    clip, frames = read(clips.blanked(tmp_path / "hole.mp4"))
    assert not clip.complete
    assert frames[-1].time_s == pytest.approx(698 / 30, abs=0.001)
    assert 550 < len(frames) < 650
    assert any("no picture from 7.3 to 10.5 s" in w for w in clip.warnings)


@pytest.mark.parametrize("seed", range(3))
def test_flipped_bytes_are_noticed_and_times_still_hold(tmp_path, seed):
    clip, frames = read(clips.flipped(tmp_path / "bits.mp4", seed=seed))
    assert not clip.complete
    assert any("damaged" in w for w in clip.warnings)
    assert len(frames) > 500
    times = np.array([f.time_s for f in frames])
    assert (np.diff(times) > 0).all()
    np.testing.assert_allclose(times * 30, np.round(times * 30), atol=1e-3)


def test_one_broken_packet_is_noticed(fake):
    grab, failing = fake.grab, iter([False])
    fake.grab = lambda: next(failing, True) and grab() if fake.grabs == 30 else grab()  # type: ignore[method-assign]
    clip, frames = read(clips.SAMPLE)
    assert len(frames) == 90
    assert not clip.complete
    assert clip.warnings == ["the file is damaged in 1 place(s)"]


@pytest.mark.parametrize(
    ("counted", "frames", "end_s", "short"),
    [
        (True, 100, 9.9, False),
        (True, 98, 9.9, False),
        (True, 97, 9.9, True),
        (False, 10, 9.1, False),  # a count that was estimated says nothing
        (False, 100, 8.9, True),
    ],
)
def test_containers_may_lie_a_little(counted, frames, end_s, short):
    header = Header(640, 480, 1.0, fps=10.0, frames=100, duration_s=10.0, counted=counted)
    assert header.falls_short(frames, end_s) is short


def test_a_file_that_declares_nothing_falls_not_short():
    assert not Header(640, 480, 1.0, None, None, None, counted=False).falls_short(1, 0.1)


def test_a_clip_trimmed_on_the_phone_is_complete(tmp_path):
    clip, frames = read(clips.trimmed(tmp_path / "trim.mp4", 10.0))
    assert len(frames) == 300
    assert clip.complete
    assert clip.warnings == []
    assert clip.duration_declared == pytest.approx(10, rel=0.02)


def test_a_pause_in_the_recording_is_told(tmp_path):
    clip, _ = read(clips.varying(tmp_path / "pause.mp4", [33] * 20 + [1500] + [33] * 20))
    assert clip.complete
    assert clip.warnings == ["no picture from 0.7 to 2.2 s: the recording paused or lost pictures"]


def test_warnings_are_single_lines(tmp_path):
    for make in (clips.truncated, clips.blanked, clips.flipped):
        clip, _ = read(make(tmp_path / f"{make.__name__}.mp4"))
        assert clip.warnings
        assert not any("\n" in w for w in clip.warnings)


# --- refusals ---------------------------------------------------------------------------------------------


def refusal(path: Path | str, **options: Any) -> str:
    with pytest.raises(ThrustcamError) as caught:
        open_clip(path, **options)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) > 20
    assert not decoders()
    return message


@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (clips.empty, "x.mp4", "empty"),
        (clips.text, "x.mp4", "not a video"),
        (clips.playlist, "x.mp4", "not a video"),
        (clips.sound_wav, "x.mp4", "sound only"),
        (clips.sound_mp4, "x.mp4", "sound only"),
        (clips.unfinished, "x.mp4", "index is missing"),
        (clips.no_frames, "x.mp4", "empty recording"),
        (clips.undecodable, "x.mp4", "no picture can be decoded"),
        (clips.one_pixel, "x.avi", "the picture is 1×1; need at least 64 px"),
    ],
)
def test_what_is_no_clip_is_refused(tmp_path, make: Callable[[Path], Path], name, says):
    path = make(tmp_path / name)
    message = refusal(path)
    assert says in message
    assert str(path) in message


def test_a_directory_a_missing_file_and_a_pipe_are_refused(tmp_path):
    assert "is a directory" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "none.mp4")
    assert "no such file" in refusal(tmp_path / "img%03d.png")
    assert "not a video" in refusal(__file__)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo.mp4")
        assert "a pipe or a device" in refusal(tmp_path / "fifo.mp4")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a.mp4", "rtsp://h/a", "https://h/a.mp4", "file:///a.mp4"]
)
def test_addresses_are_refused_without_a_connection(address, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    assert "only local files" in refusal(address)


@pytest.mark.parametrize("name", ["pipe:0", "/dev/null", "-", "", "concat:a.mp4|b.mp4", "a\0b.mp4", "0"])
def test_names_that_mean_more_to_ffmpeg_are_only_names(name):
    refusal(name)


def test_an_unreadable_file_is_refused(tmp_path, monkeypatch):
    path = clips.numbered(tmp_path / "a.mp4")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)  # chmod doesn't bind root, who runs tests in containers
    assert "permission denied" in refusal(path)


def test_a_name_that_would_crash_opencv_is_refused(tmp_path):
    path = tmp_path / os.fsdecode(b"bad\xff.mp4")
    try:
        path.write_bytes(clips.numbered(tmp_path / "a.mp4").read_bytes())
    except OSError:
        pytest.skip("this file system knows UTF-8 only")
    assert "rename" in refusal(path)


@pytest.mark.parametrize(
    "name", ["-x.mp4", "http:x.mp4", "a b'c%03d.mp4", "héß ✓ 举重.mp4", "two\nlines.mp4"]
)
def test_odd_names_of_real_files_are_read(tmp_path, monkeypatch, name):
    clips.numbered(tmp_path / "a.mp4").rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    clip, frames = read(Path(name))
    assert (len(frames), clip.complete) == (30, True)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(max_pixels=10_000), "128×96"),
        (Limits(min_side_px=100), "at least 100 px"),
        (Limits(max_duration_s=0.5), "longer than"),
        (Limits(max_bytes=1000), "GB is more than"),
    ],
)
def test_limits_are_checked_before_decoding(tmp_path, limits, says):
    assert says in refusal(clips.numbered(tmp_path / "a.mp4"), limits=limits)


# --- a source that misbehaves -----------------------------------------------------------------------------


class Fake:
    """Stands for cv2.VideoCapture: 640×480, `frames` pictures at `fps`; `grab` may be replaced."""

    def __init__(
        self, fps: float = 30, frames: float = 90, sizes: Callable[[int], tuple[int, int]] | None = None
    ):
        self.fps, self.frames = fps, frames
        self.sizes = sizes or (lambda _: (480, 640))
        self.grabs = self.retrieves = 0
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802
        return True

    def get(self, prop: int) -> float:
        return {
            cv2.CAP_PROP_FPS: self.fps,
            cv2.CAP_PROP_FRAME_COUNT: self.frames if math.isfinite(self.frames) else -1,
            cv2.CAP_PROP_FRAME_WIDTH: 640,
            cv2.CAP_PROP_FRAME_HEIGHT: 480,
            cv2.CAP_PROP_POS_MSEC: 1000 * (self.grabs - 1) / self.fps,
        }.get(prop, 0.0)

    def grab(self) -> bool:
        if self.grabs >= self.frames:
            return False
        self.grabs += 1
        return True

    def retrieve(self, _: Any = None) -> tuple[bool, Any]:
        self.retrieves += 1
        return True, np.zeros((*self.sizes(self.grabs - 1), 3), np.uint8)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def fake(monkeypatch) -> Fake:
    fake = Fake()
    monkeypatch.setattr(clip_module, "_capture", lambda *_: fake)
    return fake


def test_decoding_waits_for_the_consumer(fake):
    fake.frames = math.inf
    with open_clip(clips.SAMPLE) as clip:
        time.sleep(0.2)
        assert 1 < fake.grabs <= 8
        for _ in range(10):
            next(clip)
        time.sleep(0.1)
        assert 10 < fake.grabs <= 18
    assert fake.released
    assert not decoders()


def test_an_endless_clip_stops_at_the_limit(fake):
    fake.frames = math.inf
    clip, frames = read(clips.SAMPLE, limits=Limits(max_duration_s=2))
    assert len(frames) == 61
    assert not clip.complete
    assert "stopped after 2 s" in clip.warnings[0]


def test_a_decoder_that_hangs_ends_the_clip(fake):
    let_go = threading.Event()
    grab = fake.grab
    fake.grab = lambda: grab() if fake.grabs < 10 else let_go.wait(20)  # type: ignore[method-assign,return-value]
    threading.Timer(1.0, let_go.set).start()
    began = time.monotonic()
    clip, frames = read(clips.SAMPLE, limits=Limits(stall_s=0.4))
    assert len(frames) == 10
    assert 0.4 <= time.monotonic() - began < 4
    assert not clip.complete
    assert "hung" in clip.warnings[0]


def test_a_decoder_that_hangs_at_once_is_refused(fake):
    let_go = threading.Event()
    fake.grab = lambda: let_go.wait(0.8) and False  # type: ignore[method-assign]
    threading.Timer(0.5, let_go.set).start()
    assert "hung" in refusal(clips.SAMPLE, limits=Limits(stall_s=0.3))


def test_a_size_that_changes_ends_the_clip(fake):
    fake.sizes = lambda number: (480, 640) if number < 30 else (240, 320)
    clip, frames = read(clips.SAMPLE)
    assert len(frames) == 30
    assert not clip.complete
    assert "size changes at 1.0 s" in clip.warnings[0]


@pytest.mark.parametrize("error", [cv2.error("broken"), MemoryError()])
def test_a_decoder_that_fails_ends_the_clip(fake, error):
    def retrieve(_: Any = None) -> tuple[bool, Any]:
        if fake.grabs > 20:
            raise error
        return True, np.zeros((480, 640, 3), np.uint8)

    fake.retrieve = retrieve
    clip, frames = read(clips.SAMPLE)
    assert len(frames) == 20
    assert not clip.complete
    assert "decoding failed" in clip.warnings[0]


def test_a_bug_in_the_thread_reaches_the_consumer(fake):
    def retrieve(_: Any = None) -> tuple[bool, Any]:
        if fake.grabs > 20:
            raise ZeroDivisionError
        return True, np.zeros((480, 640, 3), np.uint8)

    fake.retrieve = retrieve
    with pytest.raises(ZeroDivisionError):
        read(clips.SAMPLE)
    assert fake.released


def test_missing_times_are_told(fake):
    get = fake.get
    fake.get = lambda prop: 0.0 if prop == cv2.CAP_PROP_POS_MSEC else get(prop)  # type: ignore[method-assign]
    clip, frames = read(clips.SAMPLE)
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(90) / 30)
    assert "89 pictures carry no usable time" in clip.warnings[0]


# --- letting go -------------------------------------------------------------------------------------------


def test_leaving_early_stops_the_thread():
    with open_clip(clips.SAMPLE) as clip:
        first, _ = next(clip), next(clip)
        assert len(decoders()) == 1
    assert first.index == 0
    assert clip.frames == 2
    assert clip.duration_s == pytest.approx(2 / 30)
    assert not decoders()
    assert list(clip) == []
    assert not clip.complete
    clip.close()


def test_an_error_in_the_body_stops_the_thread():
    def body() -> None:
        with open_clip(clips.SAMPLE) as clip:
            raise KeyError(next(clip).index)

    with pytest.raises(KeyError):
        body()
    assert not decoders()


def test_a_forgotten_clip_stops_its_thread():
    clip = open_clip(clips.SAMPLE)
    next(clip)
    del clip
    assert not decoders()


def test_the_end_stops_the_thread_without_close(tmp_path):
    clip = open_clip(clips.numbered(tmp_path / "a.mp4"))
    assert len(list(clip)) == 30
    assert not decoders()


def test_memory_does_not_grow_with_the_clip():
    one = 640 * 480 * 3
    tracemalloc.start()
    try:
        with open_clip(clips.SAMPLE) as clip:
            for frame in clip:
                assert frame.image.nbytes == one
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert one < peak < 14 * one


@pytest.mark.parametrize(("ahead", "room", "waiting"), [(True, 9, 4), (True, 1, 1), (False, 9, 0)])
def test_few_pictures_are_decoded_ahead_and_fewer_large_ones(monkeypatch, ahead, room, waiting):
    monkeypatch.setattr(clip_module, "_AHEAD_BYTES", room * 640 * 480 * 3)
    with open_clip(clips.SAMPLE, ahead=ahead) as clip:
        next(clip)
        next(clip)
        deadline = time.monotonic() + 20
        while (found := clip._reader.items.qsize()) != waiting and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        assert clip._reader.items.qsize() == found == waiting
        assert len(list(clip)) == 697


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def test_a_program_that_forgets_to_close_ends_cleanly():
    code = (
        "import sys; from thrustcam.frames import open_clip; c = open_clip(sys.argv[1]); print(next(c).index)"
    )
    process = run(code, clips.SAMPLE)
    out, err = process.communicate(timeout=10)
    assert (out.strip(), err, process.returncode) == ("0", "", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to a child")
def test_ctrl_c_ends_a_program_that_waits_for_a_picture():
    code = (
        "import sys, threading\n"
        "from thrustcam.frames import clip, open_clip\n"
        "taken = clip._Reader._decode\n"
        "clip._Reader._decode = lambda self: (print('waiting', flush=True), self.stop.wait(30))\n"
        "try: open_clip(sys.argv[1])\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    process = run(code, clips.SAMPLE)
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=5)
    assert (out, err, process.returncode) == ("interrupted\n", "", 0)


def test_damage_makes_no_noise(tmp_path):
    paths = [
        clips.truncated(tmp_path / "a.mp4"),
        clips.unfinished(tmp_path / "b.mp4"),
        clips.flipped(tmp_path / "c.mp4"),
    ]
    code = (
        "import sys\n"
        "from thrustcam.frames import open_clip\n"
        "from thrustcam.errors import ThrustcamError\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        with open_clip(path) as clip: print(len(list(clip)) > 100)\n"
        "    except ThrustcamError as error: print('refused')\n"
    )
    process = run(code, *paths)
    out, err = process.communicate(timeout=20)
    assert (out.split(), err, process.returncode) == (["True", "refused", "True"], "", 0)


# --- the file's fingerprint -------------------------------------------------------------------------------


def test_sha256_is_that_of_the_bytes(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(range(256)) * 10_000)
    assert clip_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_sha256_of_what_is_missing_is_one_line(tmp_path):
    for path in (tmp_path / "none", tmp_path, Path("a\0b")):
        with pytest.raises(ThrustcamError, match="can't be read"):
            clip_sha256(path)
