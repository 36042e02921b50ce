"""The annotated clip: H.264, in step with the clip it was made from, faces lost if asked."""

from __future__ import annotations

import av
import clips
import numpy as np
import pytest
from chromium import BROWSER, chromium

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.overlay import Overlay
from thrustcam.feedback.video import check_video, write_video
from thrustcam.frames import open_clip
from thrustcam.poses.landmarks import Pose


@pytest.fixture
def seen(make, tmp_path):
    """A clip of a varying rate and odd size, its analysis with a rep in it, and a pose for each picture."""
    clip = clips.varying(tmp_path / "clip.mp4", [40] * 10 + [80] * 10 + [33] * 10)
    with open_clip(clip) as source:
        poses = [Pose.nobody(frame) for frame in source]
    return make.analysis([make.rep(make.finding(at_s=1.0))], path=str(clip)), poses


def pictures(path):
    with av.open(str(path)) as film:
        (stream,) = film.streams
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in film.decode(stream)]


def test_it_is_h264_in_step_with_the_clip(seen, tmp_path):
    analysis, poses = seen
    write_video(analysis, poses, tmp_path / "out.mp4")
    shown = pictures(tmp_path / "out.mp4")
    assert [time for time, _ in shown] == pytest.approx([pose.time_s for pose in poses], abs=0.001)
    assert b"moov" in (tmp_path / "out.mp4").read_bytes()[:4096]  # the index first


def test_verdicts_fall_when_they_are_seen(seen, make):
    analysis, poses = seen
    overlay = Overlay(analysis, poses)
    before, after = (np.zeros((240, 320, 3), np.uint8) for _ in range(2))
    early = next(pose for pose in poses if pose.time_s > 0.9)
    late = next(pose for pose in poses if pose.time_s > 1.0)
    overlay.draw(before, early)
    overlay.draw(after, late)
    assert not before[:60, 200:].any()
    assert after[:60, 200:].any()  # the verdict
    assert after[200:].any()  # the cue


def test_odd_sizes_lose_a_row(seen, tmp_path, monkeypatch):
    analysis, poses = seen
    frames = [(frame, pose) for frame, pose in Overlay(analysis, poses).frames()]
    for frame, _ in frames:
        object.__setattr__(frame, "image", np.ascontiguousarray(frame.image[:95, :127]))
    monkeypatch.setattr(Overlay, "frames", lambda self: iter(frames))
    write_video(analysis, poses, tmp_path / "out.mp4")
    assert pictures(tmp_path / "out.mp4")[0][1].shape == (94, 126, 3)


@pytest.mark.parametrize("name", ["-", "out.avi", "out"])
def test_a_name_that_a_video_cannot_have(name):
    with pytest.raises(ThrustcamError, match="name"):
        check_video(name)


def test_a_clip_that_has_gone_leaves_nothing_behind(seen, make, tmp_path):
    _, poses = seen
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ThrustcamError, match=r"gone\.mp4"):
        write_video(make.analysis(path=str(tmp_path / "gone.mp4")), poses, tmp_path / "out.mp4")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(BROWSER is None, reason="no Chromium")
def test_a_browser_plays_it(seen, tmp_path):
    pytest.importorskip("websockets")
    analysis, poses = seen
    write_video(analysis, poses, tmp_path / "out.mp4")
    (tmp_path / "page.html").write_text('<video id="v" muted src="out.mp4"></video>')
    with chromium(tmp_path / "profile") as tab:
        tab.open((tmp_path / "page.html").as_uri())
        tab.ask("v.play()")
        tab.wait("v.ended")
        assert tab.ask("v.duration") == pytest.approx(poses[-1].time_s, abs=0.1)
        assert tab.ask("v.videoWidth") == 128
