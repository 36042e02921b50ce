from __future__ import annotations

import dataclasses
import json
import math

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thrustcam.analysis import Analysis, ClipFacts, EngineFacts, JudgedRep, Series
from thrustcam.errors import ThrustcamError
from thrustcam.feedback.json_report import as_dict, as_json, schema, write_json
from thrustcam.feedback.score import score, summarise
from thrustcam.motion.estimate import Estimate, Unseen
from thrustcam.motion.measures import MeasuredRep
from thrustcam.motion.view import View
from thrustcam.reps import Rep
from thrustcam.rules.finding import Finding, Limit

VALID = jsonschema.Draft202012Validator(schema())

text = st.text(st.characters(exclude_categories=()), max_size=12)  # lone surrogates and controls too
words = text.filter(bool)
real = st.floats(-1e9, 1e9)
positive = st.floats(0, 1e6)
count = st.integers(0, 10**6)
sha = st.text("0123456789abcdef", min_size=64, max_size=64)


@st.composite
def estimates(draw):
    low, value, high = sorted(draw(st.tuples(real, real, real)))
    return Estimate(value, low, high, draw(positive))


@st.composite
def any_finding(draw):
    verdict = draw(st.sampled_from(["ok", "fault", "unsure", "not_assessable"]))
    low, high = draw(
        st.sampled_from([(-math.inf, 6.0), (170.0, math.inf), (-10.0, 10.0), (-math.inf, math.inf)])
    )
    return Finding(
        draw(words),
        draw(st.sampled_from(["form", "advice"])),
        verdict,
        None if verdict == "not_assessable" else draw(estimates()),
        Limit(low, high),
        draw(st.sampled_from(["deg", "s", "ratio", "g"])),
        draw(words) if verdict == "fault" else None,
        draw(words),
    )


@st.composite
def any_rep(draw):
    times = sorted(draw(st.tuples(*[positive] * 5)))
    follows = draw(st.booleans())
    rep = Rep(draw(st.integers(1, 99)), *times[:4], times[4] if follows else None, draw(st.booleans()))
    names = st.sampled_from(
        ["shin_deg", "hip_deg", "knee_deg", "trunk_deg", "bottom_hip_deg", "range", "up_s"]
    )
    measures = draw(st.dictionaries(names, st.one_of(estimates(), st.builds(Unseen, text))))
    findings = tuple(draw(st.lists(any_finding(), max_size=4)))
    return JudgedRep(MeasuredRep(rep, measures), findings, score(findings))


@st.composite
def any_analysis(draw):
    n = draw(st.integers(0, 4))
    column = arrays(
        np.float64, n, elements=st.one_of(real, st.sampled_from([math.nan, math.inf, -math.inf, -0.0]))
    )
    share = arrays(np.float64, n, elements=st.one_of(st.floats(0, 1), st.just(math.nan)))
    reps = tuple(draw(st.lists(any_rep(), max_size=3)))
    azimuth = st.one_of(st.floats(-180, 180), st.just(math.nan))
    return Analysis(
        draw(st.builds(ClipFacts, text, sha, count, count, positive, count, st.none() | count, st.booleans(),
                       st.lists(text, max_size=2).map(tuple))),
        draw(st.builds(EngineFacts, text, text, text, sha, text)),
        draw(st.none() | st.builds(View, st.sampled_from(["side", "three-quarter", "front"]),
                                   st.sampled_from(["left", "right"]), azimuth, st.floats(0, 1))),
        Series(*[draw(column) for _ in range(6)], draw(share)),
        reps,
        summarise(reps),
    )  # fmt: skip


def refuse_constant(name: str):
    raise AssertionError(f"{name} is no JSON")


@settings(max_examples=60, deadline=None)
@given(any_analysis())
def test_any_analysis_is_valid_json_and_comes_back_the_same(what):
    written = as_json(what)
    assert json.loads(written.encode("utf-8"), parse_constant=refuse_constant) == as_dict(what)
    VALID.validate(json.loads(written))


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("reps", 0, "findings", 0, "verdict"), "bad"),
        (("reps", 0, "findings", 0, "severity"), "mild"),
        (("reps", 0, "findings", 0, "cue"), None),  # a fault has one
        (("reps", 0, "findings", 1, "cue"), "Nod."),  # nothing else has
        (("reps", 0, "findings", 0, "ci95"), [1.0]),
        (("reps", 0, "score"), 101),
        (("reps", 0, "top", "shin_deg"), 6.1),
        (("reps", 0, "index"), 0),
        (("view", "kind"), "above"),
        (("view", "near"), "both"),
        (("clip", "sha256"), "A" * 64),
        (("clip", "complete"), "yes"),
        (("series", "t"), ["0.0"]),
        (("schema",), "thrustcam.analysis/2"),
    ],
)
def test_the_schema_is_strict(make, where, wrong):
    document = as_dict(make.lockout_set())
    VALID.validate(document)
    *path, last = where
    part = document
    for step in path:
        part = part[step]
    part[last] = wrong
    assert not VALID.is_valid(document)
    del part[last]
    assert not VALID.is_valid(document)  # and every field is required


def test_additions_are_free(make):
    document = as_dict(make.lockout_set())
    document["reps"][0]["later"] = document["new"] = 1
    VALID.validate(document)


def test_what_was_not_measured_is_null_never_0(make):
    what = make.analysis([make.rep(make.hidden("knee_cave"), measures={"shin_deg": Unseen("no")}, last=True)])
    got = as_dict(
        dataclasses.replace(what, view=None, clip=dataclasses.replace(what.clip, frames_declared=None))
    )
    rep = got["reps"][0]
    assert rep["top"] == dict.fromkeys(("shin_deg", "hip_deg", "knee_deg", "trunk_deg"))
    assert rep["bottom"] == {"hip_deg": None}
    assert rep["range"] is rep["score"] is rep["tempo"]["bottom_s"] is got["view"] is None
    assert rep["bar"] == dict.fromkeys(("mean_velocity_m_s", "peak_velocity_m_s", "bar_travel_m"))
    only = rep["findings"][0]
    assert only["value"] is only["ci95"] is only["at_s"] is only["cue"] is None
    assert got["series"]["shin_deg"] == [None] * 6
    assert got["series"]["hip_deg"][2] is None
    assert got["clip"]["frames_declared"] is got["summary"]["score"] is None
    VALID.validate(got)


def test_a_cut_off_descent_has_no_tempo(make):
    whole = make.rep(make.ok())
    cut = dataclasses.replace(whole.measured.rep, complete=False)
    what = make.analysis([dataclasses.replace(whole, measured=dataclasses.replace(whole.measured, rep=cut))])
    assert as_dict(what)["reps"][0]["tempo"]["down_s"] is None


def test_numbers_are_rounded_sensibly(make):
    what = make.analysis([make.rep(make.finding(value=-0.04, half=0.001, limit=(10, 20), at_s=1.23456))])
    got = as_dict(what)
    found = got["reps"][0]["findings"][0]
    assert math.copysign(1, found["value"]) == 1.0  # no -0.0
    assert found["at_s"] == 1.235
    assert found["limit"] == [10, 20]
    assert got["reps"][0]["top"]["shin_deg"] == {"value": 7.1, "ci95": [3.1, 11.1]}
    assert got["clip"]["duration_s"] == 6.967
    assert got["series"]["t"][1] == 0.017


def test_an_open_limit_is_null(make):
    assert as_dict(make.lockout_set())["reps"][0]["findings"][0]["limit"] == [170, None]


def test_a_file_name_that_is_no_unicode(make):
    got = as_json(make.analysis(path="a\udcff\x1b[31m\n\"'.mp4"))
    assert got.isascii()
    assert json.loads(got)["clip"]["path"] == "a\ufffd\x1b[31m\n\"'.mp4"


def test_the_text_has_a_line_for_each_part_and_rep(make):
    lines = as_json(make.lockout_set(3)).splitlines()
    assert len(lines) == 7 + 1 + 3 + 1
    assert as_json(make.analysis()).count("\n") == 8


def test_written_to_file_and_stdout(make, tmp_path, capsys):
    what = make.lockout_set()
    write_json(what, tmp_path / "a.json")
    write_json(what, "-")
    assert (
        json.loads((tmp_path / "a.json").read_text()) == json.loads(capsys.readouterr().out) == as_dict(what)
    )


def test_an_unwritable_path_is_an_error_to_read(make, tmp_path):
    with pytest.raises(ThrustcamError, match="make the folder first"):
        write_json(make.lockout_set(), tmp_path / "no" / "a.json")
