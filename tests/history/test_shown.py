"""What is shown of past sets: tables, plots, export."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import jsonschema
import pytest
from rich.console import Console

from thrustcam.feedback import json_report
from thrustcam.history.export import as_csv, as_json, schema
from thrustcam.history.plot import Plot
from thrustcam.history.svg import as_svg
from thrustcam.history.tables import Comparison, SetList, SetPage


def shown(what, width=80, encoding="utf-8"):
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="")
    Console(file=out, width=width, legacy_windows=False).print(what)
    out.flush()
    return raw.getvalue().decode(encoding)


@pytest.fixture
def sets(history, lifter):
    lifter.lift(history, 5, travel=0.7, rep2={"hip_deg": 150.0})
    lifter.lift(history, 4, travel=0.8, day=2, rep1={"hip_deg": 176.0})
    history.annotate(2, load_kg=62.5)
    return history.sets()


def test_the_list_says_what_was_held_and_whether_to_add(sets):
    text = shown(SetList(sets))
    first, second = (line.split() for line in text.splitlines()[2:4])
    assert first[0] == "1"
    assert first[-4:] == ["✓", "✗", "✓", "lockout"]
    assert second[-3:] == ["✓", "✓", "✓"]
    assert "62.5" in second
    assert "You may add load." in text
    assert "After set 2" in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("kind", [SetList, Comparison, Plot])
def test_nothing_is_wider_than_the_terminal(sets, kind, width):
    assert max(map(len, shown(kind(sets), width).splitlines())) <= width


@pytest.mark.parametrize("kind", [SetList, Comparison, Plot])
def test_ascii_where_there_is_no_more(sets, kind):
    assert shown(kind(sets), encoding="ascii").isascii()


def test_one_set(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.rep(lifter.rep(1))
    text = shown(SetPage(history.get(1)))
    assert "1 rep," in text
    assert "stopped before its end" in text


def test_two_sets_side_by_side(sets):
    text = shown(Comparison(sets), 100)
    rows = {line[:16].strip(): line[16:].split() for line in text.splitlines()}
    assert rows["travel"] == ["0.70", "0.80", "+0.10"]
    assert rows["✗ lockout"] == ["1", "of", "5", "0", "of", "4"]
    assert rows["hip at the top"][0] == "178°"
    assert "lost on rep 2" in text


def test_the_plot_has_a_dot_for_each_set(sets):
    text = shown(Plot(sets))
    assert text.count("●") == 5 * len(sets) + 1  # five tracks and the key
    assert "2 Nov" in text
    assert "range" in text
    assert "faults" in text


def test_the_plot_shows_the_newest_that_fit(history, lifter):
    for day in range(20):
        lifter.lift(history, 1, day=day)
    text = shown(Plot(history.sets()), 40)
    assert "10 older not shown" in " ".join(text.split())


def test_a_set_of_which_little_is_known_can_be_plotted(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.rep(lifter.rep(1, hip_deg=float("nan")))
    for text in (shown(Plot(history.sets())), as_svg(history.sets())):
        assert "hold" in text.lower()
        assert "lockout" not in text.lower()


def test_the_picture_is_whole_and_needs_nothing_else(sets):
    text = as_svg(sets)
    root = ElementTree.fromstring(text)
    circles = [each for each in root.iter() if each.tag.endswith("circle")]
    assert len(circles) == 5 * len(sets) + 1
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_json_has_every_rep_as_analyze_has_it(sets):
    document = json.loads(as_json(sets))
    jsonschema.validate(document, schema())
    assert document["schema"] == "thrustcam.history/1"
    first, second = document["sets"]
    assert [len(first["reps"]), len(second["reps"])] == [5, 4]
    assert second["load_kg"] == 62.5
    assert second["held"] == {"range": "held", "lockout": "held", "control": "held", "add_load": True}
    assert first["held"]["lockout"] == "lost"
    assert first["reps"][0]["travel"] == pytest.approx(0.7, abs=0.01)
    rep = json_report.schema()["properties"]["reps"]["items"]
    bare = {name: value for name, value in first["reps"][0].items() if name != "travel"}
    jsonschema.validate(bare, {**json_report.schema(), "type": "object", "required": []} | rep)


def test_csv_has_a_row_for_each_rep(sets):
    rows = list(csv.DictReader(io.StringIO(as_csv(sets))))
    assert [row["set"] for row in rows] == ["1"] * 5 + ["2"] * 4
    assert [row["rep"] for row in rows[5:]] == ["1", "2", "3", "4"]
    assert rows[1]["verdict_lockout"] == "fault"
    assert rows[0]["started_at"] == "2026-11-02T18:30:00+00:00"
    assert rows[0]["load_kg"] == ""
    assert rows[5]["travel"].startswith("0.8")


def test_csv_is_no_formula(history, lifter):
    keeper = history.begin(lifter.facts(source="=1+1"))
    keeper.rep(lifter.rep(1))
    assert "'=1+1" in as_csv(history.sets())
