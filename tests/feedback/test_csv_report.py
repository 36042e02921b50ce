from __future__ import annotations

import csv
import io

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.csv_report import RULES, as_csv, write_csv
from thrustcam.motion.estimate import Estimate, Unseen


def read(*analyses):
    return list(csv.DictReader(io.StringIO(as_csv(analyses))))


def test_one_row_for_each_rep_of_each_clip(make):
    got = read(make.lockout_set(3), make.analysis(), make.lockout_set(2))
    assert [row["rep"] for row in got] == ["1", "2", "3", "1", "2"]
    first, last = got[0], got[2]
    assert first["clip"] == "sets/bench day.mp4"
    assert (first["up_s"], first["bottom_s"], last["bottom_s"]) == ("1.1", "0.2", "")
    assert (first["shin_deg"], first["shin_deg_low"], first["shin_deg_high"]) == ("7.1", "3.1", "11.1")
    assert first["range"] == first["trunk_deg_low"] == ""
    assert first["verdict_lockout"] == "fault"
    assert first["verdict_shin_vertical"] == "unsure"
    assert first["verdict_knee_cave"] == "not_assessable"
    assert first["verdict_bounce"] == ""
    assert first["cue"].startswith("Drive your hips")


def test_the_header_is_always_there_and_the_same(make):
    empty, full = as_csv([make.analysis()]), as_csv([make.lockout_set()])
    assert empty == full.splitlines(keepends=True)[0]
    columns = empty.strip().split(",")
    assert len(columns) == len(set(columns))
    assert {f"verdict_{rule}" for rule in RULES} < set(columns)
    assert as_csv([]) == empty


def test_rules_of_ones_own_follow(make):
    row = read(make.analysis([make.rep(make.ok("my_rule"))]))[0]
    assert row["verdict_my_rule"] == "ok"
    assert list(row)[-2:] == ["verdict_my_rule", "cue"]


def test_a_sound_rep_has_no_cue(make):
    assert read(make.analysis([make.rep(make.ok())]))[0]["cue"] == ""


def test_what_was_not_measured_is_empty_never_0(make):
    measures = {"hip_deg": Unseen("no"), "shin_deg": Estimate.around(0.0, 0.0, 0.0)}
    row = read(make.analysis([make.rep(make.hidden("lockout"), measures=measures)]))[0]
    assert row["hip_deg"] == row["hip_deg_low"] == row["score"] == ""
    assert row["shin_deg"] == "0.0"


@pytest.mark.parametrize("name", ["=HYPERLINK(1).mp4", "+1", "-1", "@SUM(A1)", "＝1", " =1", "\t=1", "\n=1"])
def test_a_file_name_is_no_formula(make, name):
    cell = read(make.analysis([make.rep(make.ok())], path=name))[0]["clip"]
    assert not cell.strip().startswith(("=", "+", "-", "@", "＝"))
    assert cell[0] in "'\\"


def test_negative_angles_stay_numbers(make):
    measures = {"shin_deg": Estimate.around(-12.34, 2.0, 0.0)}
    assert read(make.analysis([make.rep(make.ok(), measures=measures)]))[0]["shin_deg"] == "-12.3"


def test_hostile_names_stay_on_one_line(make):
    got = as_csv([make.analysis([make.rep(make.ok())], path='a\r\n"b",\x1b[31m\x00\udcff.mp4')])
    assert got.count("\n") == 2
    assert got.replace("\n", "").isprintable()


def test_written_to_file_and_stdout(make, tmp_path, capsys):
    write_csv([make.lockout_set()], tmp_path / "a.csv")
    write_csv([make.lockout_set()], "-")
    assert (tmp_path / "a.csv").read_text() == capsys.readouterr().out
    with pytest.raises(ThrustcamError, match="name a file"):
        write_csv([], tmp_path)
