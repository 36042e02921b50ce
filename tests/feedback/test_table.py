from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from thrustcam.analysis import Series
from thrustcam.feedback.table import clock
from thrustcam.motion.estimate import Estimate
from thrustcam.motion.view import View

WIDTHS = [40, 60, 80, 120]


def test_a_set_at_80_columns(make, show):
    shown = show(make.lockout_set(4))
    lines = shown.splitlines()
    first = next(line for line in lines if line.startswith(" 1"))
    assert " ".join(first.split()) == "1 0:02.0 1.1 · 0.5 · 1.4 7 ±4 173 ±5 92 ±7 71 ✗ lockout"
    assert "? shin vertical  ✓ 1" in shown
    assert "✗ lockout  ✗ top hold" in shown  # form first
    assert "4 reps, score 70 · side view, right side near, 4° off" in shown
    assert "Could not judge knee cave, stance: film from the feet." in shown
    assert "Could not judge chin tuck: the head is out of the picture." in shown
    panel = shown[shown.index("Next set") :]
    assert "Drive your hips all the way up" in panel
    assert "Lockout on all 4 reps, clearest on rep 4 at 0:11.9:" in panel
    assert "Hips 25° short of a straight line" in panel
    assert lines[-1].startswith("╰")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252"])
def test_nothing_is_wider_than_the_terminal_or_beyond_its_characters(make, show, width, encoding):
    for what in (make.lockout_set(12), make.analysis()):
        shown = show(what, width, encoding)
        assert max(map(len, shown.splitlines())) <= width
        assert "…" not in shown
        assert "\x1b" not in shown  # no colour in a pipe
        assert encoding == "utf-8" or shown.isascii()


@pytest.mark.parametrize("width", WIDTHS)
def test_faults_are_named_and_marked_whatever_the_width(make, show, width):
    assert show(make.lockout_set(2), width).count("✗ lockout") == 2
    assert show(make.lockout_set(2), width, "ascii").count("x lockout") == 2


def test_a_sound_set(make, show):
    shown = show(make.analysis([make.rep(make.ok(), make.ok("range"), index=i) for i in (1, 2)]))
    assert "✓ all 2" in shown
    assert "Nothing to change: same again." in shown
    assert "Could not judge" not in shown


def test_praise_goes_no_further_than_the_view(make, show):
    shown = show(make.analysis([make.rep(make.ok(), make.hidden("knee_cave"))]))
    assert "Nothing to change in what this view shows: same again." in shown


def test_nothing_judged_is_no_praise(make, show):
    shown = show(
        make.analysis([make.rep(make.finding(verdict="unsure", value=170.0), make.hidden("stance"))])
    )
    assert "Nothing in this clip could be judged." in shown
    assert "Too close to call: lockout." in shown
    assert "same again" not in shown
    assert "no score" in shown


def test_a_rule_judged_on_one_rep_is_not_called_unjudged(make, show):
    shown = show(make.analysis([make.rep(make.hidden("knee_cave")), make.rep(make.ok("knee_cave"), index=2)]))
    assert "Could not judge" not in shown


def test_no_rep_says_what_was_seen_and_what_to_check(make, show):
    shown = show(make.analysis())
    assert "No hip thrust found." in shown
    assert "100 % of 7.0 s" in shown
    assert "whole rep" in shown
    gap = np.full(4, math.nan)
    blind = dataclasses.replace(make.analysis(), view=None, series=Series(np.arange(4.0), *[gap] * 6))
    assert "in the picture from head to feet" in show(blind)
    nothing = dataclasses.replace(blind, series=Series(*[np.empty(0)] * 7))
    assert "No picture could be read" in show(nothing)


def test_warnings_are_shown_with_and_without_reps(make, show):
    facts = {"complete": False, "warnings": ("the file ends early",)}
    assert "! the file ends early" in show(make.analysis(**facts))
    assert "! the file ends early" in show(make.analysis([make.rep(make.ok())], **facts))
    bare = make.analysis([make.rep(make.ok())], complete=False, frames=200)
    assert "! the clip is incomplete: 200 of 418 frames read" in show(bare)


def test_what_was_not_measured_is_a_dash(make, show):
    rep = make.rep(measures={})
    cut = dataclasses.replace(rep.measured.rep, complete=False)
    rep = dataclasses.replace(rep, measured=dataclasses.replace(rep.measured, rep=cut))
    row = next(line for line in show(make.analysis([rep])).splitlines() if line.startswith(" 1"))
    assert " ".join(row.split()) == "1 0:02.0 1.1 · 0.5 · – – – – – –"


def test_a_half_width_is_never_rounded_down_to_none(make, show):
    rep = make.rep(make.ok(), measures={"hip_deg": Estimate(171.0, 170.8, 171.2, 2.0)})
    assert "171 ±1" in show(make.analysis([rep]))


@pytest.mark.parametrize(
    "hostile", ["[red]x[/red].mp4", "a\x1b[31mb.mp4", "a\nb.mp4", "a\u202eb.mp4", "[/].mp4"]
)
def test_hostile_names_are_shown_as_they_are(make, show, hostile):
    what = make.analysis(
        [make.rep(make.finding(cue=f"Do {hostile}.", why=hostile))], path=hostile, warnings=(hostile,)
    )
    for shown in (show(what, 120), show(make.analysis(path=hostile, warnings=(hostile,)), 120)):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert hostile in shown or hostile.encode("unicode_escape").decode() in shown


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (View("front", "left", 88.0, 0.9), "front view, 2° off"),
        (View("three-quarter", "left", 35.0, 0.9), "three-quarter view, left side near, 35° toward the feet"),
        (View("three-quarter", "left", -30.0, 0.9), "30° toward the head"),
        (View("side", "left", -3.0, 0.4), "side view, left side near, 3° off (uncertain)"),
        (View("side", "left", math.nan, 0.9), "side view, left side near"),
        (None, "1 rep, score 100"),
    ],
)
def test_the_view_in_words(make, show, view, said):
    assert said in show(dataclasses.replace(make.analysis([make.rep(make.ok())]), view=view), 120)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, "0:00.0"), (59.96, "1:00.0"), (67.34, "1:07.3"), (3600.0, "60:00.0")]
)
def test_a_moment_as_players_show_it(seconds, said):
    assert clock(seconds) == said
