"""`thrustcam history` from the shell's side."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def three(history, lifter):
    for day in range(3):
        lifter.lift(history, 3, day=day, **({"rep2": {"hip_deg": 150.0}} if day == 0 else {}))
    return history


def test_nothing_kept_yet(thrustcam, tmp_path, monkeypatch):
    monkeypatch.setenv("THRUSTCAM_HISTORY", str(tmp_path / "none"))
    for command in ([], ["show"], ["compare"], ["progress"], ["export", "--json", "-"]):
        assert "no set is kept yet" in thrustcam("history", *command).refusal()
    assert not (tmp_path / "none").exists()


def test_list(thrustcam, three):
    ended = thrustcam("history")
    assert (ended.code, ended.err) == (0, "")
    assert "You may add load." in ended.out


def test_show_and_compare(thrustcam, three):
    assert "set 3" in thrustcam("history", "show").out
    assert "set 1" in thrustcam("history", "show", 1).out
    assert "lost on rep 2" in thrustcam("history", "compare", 1, 3).out
    assert "set 2" in thrustcam("history", "compare").out


def test_progress(thrustcam, three, tmp_path):
    assert "lockout" in thrustcam("history", "progress").out
    picture = tmp_path / "p.svg"
    assert thrustcam("history", "progress", "--svg", picture).out == ""
    assert picture.read_text("utf-8").startswith("<svg")
    assert "profile paused" in thrustcam("history", "progress", "--profile", "paused").refusal()


def test_export(thrustcam, three, tmp_path):
    exported = json.loads(thrustcam("history", "export", "2-3", "--json", "-").out)
    assert [each["set"] for each in exported["sets"]] == [2, 3]
    assert thrustcam("history", "export", "--csv", tmp_path / "h.csv").code == 0
    assert len((tmp_path / "h.csv").read_text("utf-8").splitlines()) == 1 + 9
    assert "say where to" in thrustcam("history", "export").refusal()
    assert "two files" in thrustcam("history", "export", "--json", "-", "--csv", "-").refusal()
    assert "folder" in thrustcam("history", "export", "--json", tmp_path / "no" / "h.json").refusal()


def test_note(thrustcam, three):
    assert thrustcam("history", "note", "last", "felt easy", "--load", 80).code == 0
    assert "felt easy" in thrustcam("history", "show").out
    assert "nothing to note" in thrustcam("history", "note", "last").refusal()


def test_delete_asks_first(thrustcam, three):
    assert "--yes" in thrustcam("history", "delete", 1).refusal()
    assert thrustcam("history", "delete", 1, 3, "--yes").code == 0
    assert three.numbers() == [2]
    assert "name the sets" in thrustcam("history", "delete").refusal()
    assert thrustcam("history", "delete", "all", "--yes").code == 0
    assert "no set is kept" in thrustcam("history").refusal()


@pytest.mark.parametrize("name", ["7", "x", "8-9", "-", "1;2", "99999999999999999999"])
def test_no_such_set(thrustcam, three, name):
    assert "set" in thrustcam("history", "show", "--", name).refusal()


def test_a_damaged_history_is_one_line(thrustcam, tmp_path, monkeypatch):
    monkeypatch.setenv("THRUSTCAM_HISTORY", str(tmp_path))
    (tmp_path / "history.sqlite3").write_bytes(b"garbage " * 1000)
    assert "damaged" in thrustcam("history").refusal()
