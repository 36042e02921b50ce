"""Results are found again exactly where they must be the same."""

from __future__ import annotations

import os
import time

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.rules.profile import load_profile
from thrustcam.scoring import store as store_module
from thrustcam.scoring.store import Store, result_key

SHA = "a" * 64


def test_the_key_is_all_that_a_result_follows_from(tmp_path, monkeypatch):
    barbell, paused = load_profile("barbell"), load_profile("paused")
    own = tmp_path / "barbell.toml"
    own.write_text('extends = "barbell"\n[lockout]\nhip_deg = [171, inf]\nsource.hip_deg = "me"\n')
    keys = [
        result_key(SHA, "full", SHA, barbell),
        result_key("b" * 64, "full", SHA, barbell),
        result_key(SHA, "lite", SHA, barbell),
        result_key(SHA, "full", "b" * 64, barbell),
        result_key(SHA, "full", SHA, paused),
        result_key(SHA, "full", SHA, load_profile(own)),
    ]
    monkeypatch.setattr(store_module, "_code", lambda: ["0.2.0", "", ""])
    keys.append(result_key(SHA, "full", SHA, barbell))
    assert len(set(keys)) == len(keys)
    assert result_key(SHA, "full", SHA, load_profile("barbell")) == keys[-1]


def test_what_was_put_is_got(tmp_path, made):
    store, packed = Store(tmp_path), made.outcome().packed
    store.put("ab" * 32, packed)
    assert store.get("ab" * 32) == packed
    assert store.get("cd" * 32) is None


@pytest.mark.parametrize("damage", [b"", b"torn", None])
def test_what_is_torn_is_not_there(tmp_path, made, damage):
    store, packed = Store(tmp_path), made.outcome().packed
    store.put("ab" * 32, packed)
    (file,) = tmp_path.glob("*/*")
    file.write_bytes(packed[:-9] if damage is None else damage)
    assert store.get("ab" * 32) is None


def test_what_nobody_uses_is_removed(tmp_path, made):
    store = Store(tmp_path)
    for key in ("ab" * 32, "cd" * 32):
        store.put(key, made.outcome().packed)
    long_ago = time.time() - 40 * 86400
    for file in tmp_path.glob("*/*"):
        os.utime(file, (long_ago, long_ago))
    store.get("ab" * 32)
    store.tidy()
    assert store.get("ab" * 32)
    assert store.get("cd" * 32) is None


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ThrustcamError, match="--store"):
        Store(tmp_path / "file" / "store").check()
