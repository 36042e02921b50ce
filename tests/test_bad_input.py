"""A clip that can't be analysed gets one line and exit code 2; a damaged one is read as far as it goes."""

from __future__ import annotations

import json
from pathlib import Path

import clips
import pytest


def missing(path: Path) -> Path:
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


HOPELESS = {
    "missing": (missing, "no such file"),
    "folder": (folder, "is a directory"),
    "empty": (clips.empty, "empty"),
    "text": (clips.text, "not a video"),
    "unfinished": (clips.unfinished, "cut off"),
    "no frames": (clips.no_frames, "no picture"),
    "a lying index": (clips.lying, "no picture can be decoded"),
    "undecodable": (clips.undecodable, "no picture can be decoded"),
    "sound in an mp4": (clips.sound_mp4, "sound only"),
    "sound": (lambda path: clips.sound_wav(path.with_suffix(".wav")), "sound only"),
    "one pixel": (lambda path: clips.one_pixel(path.with_suffix(".avi")), "1×1"),
    "playlist": (clips.playlist, "not a video"),
}


@pytest.mark.parametrize("kind", HOPELESS)
def test_a_clip_that_cannot_be_read(thrustcam, model, tmp_path, kind):
    make, why = HOPELESS[kind]
    clip = make(tmp_path / "clip.mp4")
    results = tmp_path / "results"
    results.mkdir()
    ended = thrustcam("analyze", clip, "--json", results / "a.json", "--csv", results / "a.csv")
    said = ended.refusal()
    assert why in said
    assert clip.name in said
    assert ended.out == ""
    assert list(results.iterdir()) == []


def test_a_name_with_control_characters(thrustcam):
    assert r"a\n\x1b[31m.mp4" in thrustcam("analyze", "a\n\x1b[31m.mp4").refusal()


def test_a_web_address(thrustcam):
    assert "download it first" in thrustcam("analyze", "https://example.org/a.mp4").refusal()


def analysed(thrustcam, clip: Path) -> dict:
    result = clip.with_suffix(".json")
    ended = thrustcam("analyze", clip, "--json", result)
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(result.read_text("utf-8"))
    shown = " ".join(ended.out.split())
    assert all(" ".join(warning.split()) in shown for warning in found["clip"]["warnings"])
    return found


def test_a_truncated_clip_is_analysed_as_far_as_it_goes(thrustcam, model, tmp_path):
    found = analysed(thrustcam, clips.truncated(tmp_path / "cut.mp4", 0.28))
    assert found["clip"]["complete"] is False
    assert found["clip"]["frames"] < found["clip"]["frames_declared"]
    assert len(found["series"]["t"]) == found["clip"]["frames"]
    assert len(found["reps"]) == 1


def test_flipped_bytes_are_survived(thrustcam, model, short_set, tmp_path, monkeypatch):
    monkeypatch.setattr(clips, "SAMPLE", short_set)
    found = analysed(thrustcam, clips.flipped(tmp_path / "flipped.mp4"))
    assert found["clip"]["complete"] is False
    assert found["clip"]["warnings"]


def test_a_clip_without_anybody(thrustcam, model, tmp_path):
    clip = clips.numbered(tmp_path / "bars.mp4")
    ended = thrustcam("analyze", clip, "--json", tmp_path / "a.json")
    said = ended.refusal()
    assert "bars.mp4: nobody to be seen in 1.0 s" in said
    assert "film" in said
    found = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert found["reps"] == []
    assert len(found["series"]["t"]) == 30
