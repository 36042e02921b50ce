"""Gates hold or say where they don't."""

from __future__ import annotations

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.rules.profile import load_profile
from thrustcam.scoring.expected import load_expectations
from thrustcam.scoring.gates import NO_REP, failures, last_line, max_faults, min_score, require
from thrustcam.scoring.run import Demands, collect
from thrustcam.scoring.task import Outcome

PROFILE = load_profile("barbell")


def why(gate, outcome):
    return [failure.why for failure in failures([gate], outcome, outcome.analysis())]


def test_min_score(made):
    short = made.outcome()  # every rep stops short
    score = short.analysis().summary.score
    assert why(min_score(score), short) == []
    assert why(min_score(score + 1), short) == [f"score {score}"]
    assert why(min_score(0), made.outcome(reps=[])) == [NO_REP]
    assert why(min_score(0), made.outcome(reps=[made.rep(made.hidden("lockout"))])) != []


def test_max_faults(made):
    assert why(max_faults(4), made.outcome()) == []
    assert why(max_faults(3), made.outcome()) == ["4 faults: 3 lockout, 1 top_hold"]


def test_require(made):
    assert why(require("range=ok", PROFILE), made.outcome()) == []
    assert why(require("lockout=ok", PROFILE), made.outcome()) == ["fault on rep 1 at 0:02.3"]
    assert why(require("shin_vertical=ok,unsure", PROFILE), made.outcome()) == []
    assert why(require("knee_cave=ok", PROFILE), made.outcome()) == ["not_assessable on rep 1"]
    assert why(require("lockout=ok", PROFILE), made.outcome(reps=[])) == [NO_REP]


@pytest.mark.parametrize(
    ("text", "said"),
    [("lockout", "RULE=VERDICT"), ("lockout=good", "not_assessable"), ("lokout=ok", "lockout")],
)
def test_a_requirement_that_cannot_be_meant(text, said):
    with pytest.raises(ThrustcamError, match=said):
        require(text, PROFILE)


def test_the_last_line_names_gate_and_clip(made):
    gates = [min_score(100), require("lockout=ok", PROFILE)]
    outcomes = [made.outcome("a.mp4"), made.outcome("b\n.mp4"), Outcome("c.mp4", error="torn")]
    tasks = [made.task(outcome.path) for outcome in outcomes]
    batch = collect(tasks, iter(reversed(outcomes)), Demands(gates))
    assert [outcome.path for outcome in batch.outcomes] == ["a.mp4", "b\n.mp4", "c.mp4"]
    line = last_line(batch.failures)
    assert "--min-score 100 at a.mp4 (score " in line
    assert "and 1 more; --require lockout=ok at a.mp4 (fault on rep 1" in line
    assert line.endswith("--max-errors 0 at c.mp4 (torn)")
    assert "\n" not in line


def test_errors_that_are_allowed(made):
    outcomes = [made.outcome("a.mp4"), Outcome("c.mp4", error="torn")]
    tasks = [made.task(outcome.path) for outcome in outcomes]
    assert collect(tasks, iter(outcomes), Demands(errors_allowed=1)).failures == []


# --- expectations -----------------------------------------------------------------------------------------


def expect(tmp_path, text):
    file = tmp_path / "expected.toml"
    file.write_text(text, "utf-8")
    return load_expectations(str(file))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("reps = 3", None),
        ("reps = 4", "3 reps, 4 expected"),
        ("score = [0, 100]", None),
        ("score = [99, 100]", "99 to 100 expected"),
        ('verdicts.lockout = "fault"', None),
        ('verdicts.lockout = "ok"', "lockout fault on rep 1, ok expected"),
        ('verdicts.lockout = ["fault", "any", ""]', None),
        ('verdicts.lockout = ["fault"]', "expected on 1"),
        ('verdicts.tempo = "ok"', "tempo not judged on rep 1"),
        ("error = true", "an error was expected"),
    ],
)
def test_expectations(tmp_path, made, wanted, said):
    expectations = expect(tmp_path, f'[clips."a.mp4"]\n{wanted}\n')
    found = why(expectations.as_gate(), made.outcome(str(tmp_path / "a.mp4")))
    assert (found == []) if said is None else (said in found[0])


def test_clips_that_nothing_is_expected_of_pass(tmp_path, made):
    expectations = expect(tmp_path, '[clips."a.mp4"]\nreps = 9\n')
    assert why(expectations.as_gate(), made.outcome(str(tmp_path / "b.mp4"))) == []


def test_an_expected_error_is_none(tmp_path, made):
    expectations = expect(tmp_path, '[clips."torn.mp4"]\nerror = true\n')
    torn = Outcome(str(tmp_path / "torn.mp4"), error="cut off")
    batch = collect([made.task(torn.path)], iter([torn]), Demands([expectations.as_gate()], expectations))
    assert batch.failures == []


def test_an_expected_clip_that_never_came(tmp_path, made):
    expectations = expect(tmp_path, '[clips."a.mp4"]\nreps = 3\n[clips."b.mp4"]\nreps = 3\n')
    one = made.outcome(str(tmp_path / "a.mp4"))
    batch = collect([made.task(one.path)], iter([one]), Demands([expectations.as_gate()], expectations))
    assert [(failure.path, failure.why) for failure in batch.failures] == [
        ("b.mp4", "expected, but not among the clips scored")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clips = 3",
        "[clips]",
        "[other]\n[clips.a]",
        "[clips.a]\nrep = 3",
        '[clips.a]\nreps = "3"',
        "[clips.a]\nreps = -1",
        "[clips.a]\nscore = 3",
        "[clips.a]\nscore = [9, 3]",
        "[clips.a]\nerror = 1",
        "[clips.a]\nverdicts = 1",
        '[clips.a]\nverdicts.lokout = "ok"',
        '[clips.a]\nverdicts.lockout = "good"',
        "[clips.a]\nverdicts.lockout = [1]",
        "clips.a = 1",
        "not toml",
    ],
)
def test_a_file_that_cannot_be_meant(tmp_path, text):
    with pytest.raises(ThrustcamError, match=r"expected\.toml"):
        expect(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ThrustcamError, match=r"missing\.toml"):
        load_expectations(str(tmp_path / "missing.toml"))
