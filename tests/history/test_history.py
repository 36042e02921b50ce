"""What is kept of a set comes back as it was, and nothing half-done stays."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.history import History
from thrustcam.history.database import VERSION, history_path


def test_a_set_comes_back_as_it_was(history, lifter):
    reps = lifter.reps(4, rep2={"hip_deg": 150.0}, rep3={"knee_deg": float("nan")})
    keeper = history.begin(lifter.facts(load_kg=80.0))
    for rep in reps:
        keeper.rep(rep)
    judged = lifter.judged(reps)
    keeper.finish(judged)

    [kept] = history.sets()
    assert kept.number == keeper.number == 1
    assert kept.facts == lifter.facts(load_kg=80.0)
    assert kept.finished
    assert kept.view == judged.view
    assert kept.reps == judged.reps
    assert kept.summary == judged.summary
    assert kept.travel == pytest.approx([0.8] * 4, abs=0.01)
    assert kept.analysis().reps == judged.reps


def test_a_rep_is_there_before_the_set_ends(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.rep(lifter.rep(1))
    with History.open() as other:  # as after a kill: another connection, nothing closed
        [kept] = other.sets()
    assert not kept.finished
    assert [rep.measured.rep.index for rep in kept.reps] == [1]
    assert kept.view is None


def test_the_same_rep_again_replaces_it(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.rep(lifter.rep(1, hip_deg=150.0))
    keeper.rep(lifter.rep(1))
    assert history.get(1).reps == (lifter.rep(1),)


def test_the_last_word_replaces_what_was_kept(history, lifter):
    keeper = history.begin(lifter.facts())
    for index in (1, 2, 3):
        keeper.rep(lifter.rep(index))
    final = lifter.reps(2)
    keeper.finish(lifter.judged(final))
    assert history.get(1).reps == tuple(final)


def test_a_set_without_reps_leaves_nothing(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.finish(lifter.judged([]))
    assert history.sets() == []


def test_a_rep_is_kept_whole_or_not_at_all(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.rep(lifter.rep(1))
    broken = lifter.rep(2)
    object.__setattr__(broken, "findings", (*broken.findings, object()))
    with pytest.raises(AttributeError):
        keeper.rep(broken)
    assert history.get(1).reps == (lifter.rep(1),)
    keeper.rep(lifter.rep(2))
    assert len(history.get(1).reps) == 2


def test_sets_come_in_order_of_time(history, lifter):
    for day in (2, 0, 1):
        lifter.lift(history, 2, day=day)
    assert [kept.number for kept in history.sets()] == [2, 3, 1]
    assert [kept.number for kept in history.sets(last=2)] == [3, 1]
    assert history.sets(profile="paused") == []


def test_two_coaches_keep_at_once(history, lifter):
    with History.open() as other:
        keepers = [each.begin(lifter.facts()) for each in (history, other)]
        threads = [
            threading.Thread(target=lambda keeper=keeper: [keeper.rep(lifter.rep(i)) for i in range(1, 16)])
            for keeper in keepers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [len(kept.reps) for kept in history.sets()] == [15, 15]


def test_delete_forgets_for_good(history, lifter):
    for day in range(3):
        lifter.lift(history, 2, day=day)
    history.delete([1, 3])
    assert [kept.number for kept in history.sets()] == [2]
    assert lifter.lift(history, 1) == 4  # a number never comes back
    raw = sqlite3.connect(history.path)
    assert raw.execute("SELECT count(DISTINCT number) FROM findings").fetchone() == (2,)
    assert raw.execute("SELECT count(*) FROM measures WHERE number = 1").fetchone() == (0,)
    raw.close()


def test_delete_leaves_nothing_in_the_file(history, lifter):
    lifter.lift(history, 2)
    history.annotate(1, note="a secret remark")
    history.delete([1])
    history.close()
    left = b"".join(file.read_bytes() for file in history.path.parent.iterdir())
    assert b"a secret remark" not in left


def test_deleting_a_set_that_is_not_there_deletes_none(history, lifter):
    lifter.lift(history, 1)
    with pytest.raises(ThrustcamError, match="no set 7"):
        history.delete([1, 7])
    assert len(history.sets()) == 1


def test_load_and_note(history, lifter):
    number = lifter.lift(history, 1)
    history.annotate(number, load_kg=82.5)
    history.annotate(number, note="new bench")
    kept = history.get(number)
    assert (kept.facts.load_kg, kept.note) == (82.5, "new bench")


def test_a_damaged_file_is_said_and_left_alone(tmp_path):
    path = tmp_path / "history.sqlite3"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ThrustcamError, match="damaged"):
        History.open(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_newer_history_is_left_alone(history):
    raw = sqlite3.connect(history.path)
    raw.execute(f"PRAGMA user_version = {VERSION + 1}")
    raw.close()
    with pytest.raises(ThrustcamError, match="newer thrustcam"):
        History.open()


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("THRUSTCAM_HISTORY", str(tmp_path / "file" / "kept"))
    with pytest.raises(ThrustcamError, match="THRUSTCAM_HISTORY") as error:
        History.open()
    assert "\n" not in str(error.value)


def test_a_full_disk_is_said_and_the_set_goes_on(history, lifter):
    keeper = history.begin(lifter.facts())
    keeper.rep(lifter.rep(1))
    pages = history._connection.execute("PRAGMA page_count").fetchone()[0]
    history._connection.execute(f"PRAGMA max_page_count = {pages}")

    def fill():
        for index in range(2, 40):
            keeper.rep(lifter.rep(index))

    with pytest.raises(ThrustcamError, match="free some space"):
        fill()
    history._connection.execute("PRAGMA max_page_count = 1000000")
    keeper.rep(lifter.rep(40))
    assert history.get(1).reps[-1].measured.rep.index == 40


def test_where_it_is_kept(monkeypatch, tmp_path):
    monkeypatch.delenv("THRUSTCAM_HISTORY", raising=False)
    assert history_path().parts[-2:] == ("thrustcam", "history.sqlite3")
