"""A run's reports: JSON, JUnit, GitHub, web page, table; no name gets out of its place in any of them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import jsonschema
import junitparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from rich.console import Console

from thrustcam.errors import ThrustcamError
from thrustcam.feedback import json_report as analysis_json
from thrustcam.feedback.csv_report import as_csv
from thrustcam.scoring.gates import Failure
from thrustcam.scoring.github import SUMMARY_VARIABLE, commands, harmless, summary, write_summary
from thrustcam.scoring.json_report import as_json, schema
from thrustcam.scoring.junit import as_junit
from thrustcam.scoring.page import as_html, pages_folder
from thrustcam.scoring.table import BatchReport
from thrustcam.scoring.task import Outcome, pack

XSD = Path(__file__).with_name("junit.xsd")


@pytest.fixture
def batch(made):
    """A clip with faults and a hostile name, one without a rep, one that is torn, and a gate that fails."""
    torn = Outcome(f"torn {made.HOSTILE}", error=f"cut off {made.HOSTILE}")
    bad = made.outcome(made.HOSTILE, page="a-1.html", video="a-1.mp4")
    clips = (
        bad,
        made.outcome("none.mp4", reps=[]),
        torn,
        made.outcome("fine.mp4", reps=[made.rep(made.ok())]),
    )
    gates = ("--min-score 90", "--max-errors 1")
    return made.batch(*clips, gates=gates, failures=(Failure(gates[0], made.HOSTILE, made.HOSTILE),))


# --- JSON and CSV -----------------------------------------------------------------------------------------


def test_json_keeps_to_its_schema(batch, made):
    text = as_json(batch)
    assert text.isascii()
    document = json.loads(text)
    single = Resource.from_contents(analysis_json.schema())
    registry = Registry().with_resource(analysis_json.schema()["$id"], single)
    checker = jsonschema.Draft202012Validator(schema(), registry=registry)
    checker.validate(document)
    assert not checker.is_valid(document | {"clips": [{"path": "a"}]})
    assert document["summary"] == {"clips": 4, "scored": 3, "errors": 1, "reps": 4, "faults": 4}
    assert [gate["held"] for gate in document["gates"]] == [False, True]
    assert document["clips"][0]["path"] == made.HOSTILE
    assert document["clips"][0]["analysis"]["summary"]["focus"] == "lockout"


def test_csv_has_a_row_a_rep(batch):
    rows = list(csv.DictReader(io.StringIO(as_csv(list(batch.analyses())))))
    assert [row["rep"] for row in rows] == ["1", "2", "3", "1"]
    assert "\n" not in rows[0]["clip"]


# --- JUnit ------------------------------------------------------------------------------------------------


def test_junit_is_read_back(batch):
    bad, none, torn, fine, gates = junitparser.JUnitXml.fromstring(as_junit(batch).encode())
    cases = {case.name: case for case in bad}
    (failure,) = cases["lockout"].result
    assert isinstance(failure, junitparser.Failure)
    assert failure.message == "Drive your hips all the way up and squeeze your glutes."
    assert failure.text.splitlines()[1] == "rep 2 at 0:05.5: Hips 23° short of a straight line at the top."
    assert isinstance(cases["knee_cave"].result[0], junitparser.Skipped)
    assert "film from the feet" in cases["knee_cave"].result[0].message
    assert cases["range"].is_passed
    assert cases["shin_vertical"].is_passed  # unsure is no failure
    assert (bad.tests, bad.failures, bad.errors, bad.skipped) == (7, 2, 0, 3)
    assert none.skipped == 1
    assert [case.result[0].type for case in torn] == ["could not be scored"]
    assert torn.errors == 1
    assert fine.failures == 0
    assert [case.is_passed for case in gates] == [False, True]


def test_junit_keeps_to_its_schema(batch):
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(XSD))
    schema.assertValid(etree.fromstring(as_junit(batch).encode()))


# --- GitHub -----------------------------------------------------------------------------------------------


def test_annotations_are_commands_and_nothing_else(batch):
    said = commands(batch)
    assert len(said) == 2
    for line in said:
        assert re.fullmatch(r"::(error|warning) file=[^:,\n]*,title=[^:,\n]*::[^\n\r]*", line), line
        assert "##[" not in line
    assert said[0].startswith("::error file=<b>a</b>\\n%3A%3Aerror%3A%3Ax")
    assert "100%25" in said[0]
    assert "lockout%2C rep 1 at 0%3A02.3" in said[1]


def test_errors_are_annotated_where_no_gate_is(made):
    (line,) = commands(made.batch(Outcome("a.mp4", error="torn")))
    assert line == "::error file=a.mp4,title=could not be scored::torn"


def test_the_summary_shows_names_as_text(batch):
    text = summary(batch)
    for row in text.splitlines()[6:]:
        assert len(re.findall(r"(?<!\\)\|", row)) == 7, row
    assert "<b>" not in text
    assert "@me" not in text
    assert "\x1b" not in text
    assert not re.search(r"(?<!\\)`", text)


def test_the_summary_is_added_to_the_step_s(batch, tmp_path, monkeypatch):
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv(SUMMARY_VARIABLE, str(file))
    write_summary(batch)
    assert file.read_text("utf-8").startswith("before\n## thrustcam")
    monkeypatch.setenv(SUMMARY_VARIABLE, str(tmp_path))
    with pytest.raises(ThrustcamError, match="step summary"):
        write_summary(batch)
    monkeypatch.delenv(SUMMARY_VARIABLE)
    write_summary(batch)


@pytest.mark.parametrize("text", ["::error::x", "  ::error::x", "a ##[error]x", "\n::stop-commands::x"])
def test_what_we_print_is_no_command(text):
    shown = harmless(text)
    assert not shown.lstrip().startswith("::")
    assert "##[" not in shown


# --- the page ---------------------------------------------------------------------------------------------


def test_the_page_leads_to_the_clips_pages(batch, made, tmp_path):
    path = tmp_path / "all <b>.html"
    folder = pages_folder(path)
    settings = made.task(pages=str(folder), videos=str(tmp_path / "drawn & done")).settings
    text = as_html(batch, settings, path)
    links = re.findall(r'href="([^"]+)"', text)
    assert links == ["data:,", "all%20%3Cb%3E-clips/a-1.html", "drawn%20%26%20done/a-1.mp4"]
    assert "<b>a</b>" not in text
    assert "\u202e" not in text
    assert "--min-score 90" in text
    listed = text[text.index("<table>") :]
    order = [listed.index(f">{name}") for name in ("torn", "none.mp4", "&lt;b&gt;a", "fine.mp4")]
    assert order == sorted(order)  # what needs attention first


# --- the table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_table(batch, encoding):
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    Console(file=out, width=100).print(BatchReport(batch, harmless))
    out.flush()
    text = raw.getvalue().decode(encoding)
    assert "\x1b" not in text
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "3 clips scored" in text
    assert text.index("cut off") < text.index("no hip thrust found") < text.index("fine.mp4")


def test_a_common_folder_is_named_once(made):
    out = io.StringIO()
    clips = [made.outcome("/week/47/a.mp4"), made.outcome("/week/47/deep/b.mp4")]
    Console(file=out, width=120).print(BatchReport(made.batch(*clips)))
    assert out.getvalue().count("/week/47") == 1
    assert "deep/b.mp4" in out.getvalue()


def test_a_damaged_clip_is_called_one_everywhere(made, tmp_path):
    what = "the file is cut short or damaged: 9 of 99 pictures"
    analysis = made.analysis([made.rep(made.ok())], path="a.mp4", warnings=(what,), complete=False)
    batch = made.batch(Outcome("a.mp4", packed=pack(analysis)))
    out = io.StringIO()
    Console(file=out, width=200).print(BatchReport(batch))
    assert what in out.getvalue()
    assert "1 damaged" in out.getvalue()
    assert f"::warning file=a.mp4,title=damaged clip::{what}" in commands(batch)
    assert "cut short" in summary(batch)
    assert what in as_html(batch, made.task().settings, tmp_path / "all.html")
    assert what in as_junit(batch)


# Surrogates are what file names hold that are no text.
SPECIAL = st.sampled_from("<>&\"'|`:%,#[]*_@\n\r\0\x1b\u202e\udcff")
NAMES = st.text(st.characters() | SPECIAL, min_size=1, max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, why=NAMES)
def test_any_name_stays_in_its_place(made, name, why):
    failed = Failure("--min-score 9", name, why)
    batch = made.batch(made.outcome(name), Outcome("b", error=why), gates=[failed.gate], failures=[failed])
    assert json.loads(as_json(batch))["summary"]["clips"] == 2
    assert len(junitparser.JUnitXml.fromstring(as_junit(batch).encode())) == 3
    for line in commands(batch):
        assert re.fullmatch(r"::(error|warning) file=[^:,\n]*,title=[^:,\n]*::[^\n\r]*", line), line
    for row in summary(batch).splitlines()[6:]:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 7, row
    assert not harmless(name).lstrip().startswith("::")
    page = as_html(batch, made.task().settings, Path("all.html"))
    assert page.count("<td") == 10
    page.encode()
