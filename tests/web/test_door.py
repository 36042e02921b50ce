"""The token works once, for one browser."""

from __future__ import annotations

from thrustcam.web.door import Door


def test_a_key_for_the_token():
    door = Door()
    key = door.admit(door.token)
    assert key is not None
    assert door.knows(key)
    assert door.enter(key)
    assert door.enter(key)  # a reload, a connection that came back


def test_a_wrong_token_gets_nothing():
    door = Door()
    for token in ("", "x", door.token[:-1], door.token + "x", "ä", "\udcff"):
        assert door.admit(token) is None
    assert not door.knows("")
    assert not door.enter(door.token)


def test_the_token_is_void_once_somebody_is_in():
    door = Door()
    preview, mine = door.admit(door.token), door.admit(door.token)
    assert door.enter(mine)
    assert door.admit(door.token) is None
    assert not door.knows(preview)
    assert not door.enter(preview)


def test_two_doors_differ():
    assert Door().token != Door().token
    assert len(Door().token) >= 32


def test_loading_the_page_for_ever_fills_no_memory():
    door = Door()
    keys = [door.admit(door.token) for _ in range(1000)]
    assert door.knows(keys[-1])
    assert not door.knows(keys[0])
