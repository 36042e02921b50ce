"""The page: complete, self-contained, and no name gets out of its place."""

from __future__ import annotations

import html.parser
import math

import clips
import numpy as np
import pytest
from chromium import BROWSER, chromium

from thrustcam.analysis import Series
from thrustcam.feedback.curves import curves
from thrustcam.feedback.html_report import as_html, write_html
from thrustcam.feedback.stills import stills
from thrustcam.frames import open_clip
from thrustcam.poses.landmarks import Pose

HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}\u202e\n\x1b.mp4"


class Page(html.parser.HTMLParser):
    """The tags of a page and its text; void tags aside, every tag must be closed."""

    VOID = ("meta", "link", "img", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def seen(make, tmp_path):
    """An analysis with two reps of a clip that exists, and a pose for each of its pictures."""
    clip = clips.numbered(tmp_path / "clip.mp4", frames=250)
    with open_clip(clip) as source:
        poses = [Pose.nobody(frame) for frame in source]
    analysis = make.analysis(make.lockout_set(2).reps, path=str(clip))
    t = np.array([pose.time_s for pose in poses])
    wave = 0.3 - 0.3 * np.cos(t)
    gaps = np.where(t % 1 < 0.1, math.nan, 90 + 130 * wave)
    series = Series(t, 20 * wave, gaps, gaps, gaps, wave, np.ones(len(t)))
    return type(analysis)(**(vars(analysis) | {"series": series})), poses


def test_it_says_what_was_found(seen):
    analysis, poses = seen
    page = Page(as_html(analysis, poses))
    assert analysis.summary.cue in page.text
    assert "Hips 22° short of a straight line at the top." in page.text
    assert "film from the feet" in page.text  # what could not be judged
    assert "Rep 2" in page.text
    titles = [tag for tag, _ in page.tags if tag == "svg"]
    assert len(titles) == 4


def test_it_needs_nothing_else(seen):
    analysis, poses = seen
    page = Page(as_html(analysis, poses))
    assert not {"script", "iframe", "object", "form", "base", "video"} & {tag for tag, _ in page.tags}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            if name in attributes:
                assert attributes[name].startswith("data:"), (tag, attributes)
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


def test_no_name_gets_out_of_its_place(make):
    finding = make.finding(cue=HOSTILE, why=HOSTILE)
    analysis = make.analysis([make.rep(finding)], path=HOSTILE, warnings=(HOSTILE,))
    text = as_html(analysis, [])
    page = Page(text)
    assert "<img src=x" not in text
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert r"\u202e\n\x1b.mp4" in page.text
    assert "{{7*7}}" in page.text


def test_a_clip_without_a_rep(make):
    page = Page(as_html(make.analysis(), []))
    assert "No hip thrust found." in page.text
    assert "whole rep" in page.text


def test_stills_show_bottoms_tops_and_faults(seen):
    analysis, poses = seen
    shown = stills(analysis, poses)
    assert [(still.rep, still.what, [f.rule for f in still.findings]) for still in shown] == [
        (1, "bottom", []),
        (1, "top", ["lockout"]),
        (2, "", ["top_hold"]),
        (2, "bottom", []),
        (2, "top", ["lockout"]),
    ]
    assert all(still.uri.startswith("data:image/jpeg;base64,/9j/") for still in shown)


def test_a_long_set_keeps_the_page_small(make, seen):
    _, poses = seen
    many = [make.rep(make.finding(at_s=2.0), index=i + 1) for i in range(60)]
    assert len(stills(make.analysis(many, path=seen[0].clip.path), poses)) <= 60


def test_curves_break_where_nothing_was_measured(seen):
    hip = curves(seen[0]).panels[1]
    assert len(hip.paths) > 3
    points = [tuple(map(float, point.split(","))) for path in hip.paths for point in path.split()]
    assert all(0 <= x <= 960 and 0 <= y <= 150 for x, y in points)
    assert len(hip.limits) == 1
    assert [mark.verdict for mark in hip.marks] == ["fault", "fault"]


def test_what_was_never_measured_has_no_curve(make):
    assert [panel.title for panel in curves(make.analysis()).panels][:1] == ["Hip height"]
    assert len(curves(make.analysis()).panels) == 2  # hip height and hip angle


@pytest.mark.skipif(BROWSER is None, reason="no Chromium")
def test_a_browser_has_nothing_to_say(seen, tmp_path):
    pytest.importorskip("websockets")
    analysis, poses = seen
    write_html(analysis, poses, tmp_path / "page.html")
    with chromium(tmp_path / "profile") as tab:
        tab.open((tmp_path / "page.html").as_uri())
        assert "Every verdict" in tab.ask("document.body.innerText")
        assert tab.ask("document.images.length") == 5
        assert tab.ask("[...document.images].every(image => image.naturalWidth > 0)")
        assert tab.complaints == []
        assert [url for url in tab.requests if not url.startswith(("file:", "data:"))] == []
