from __future__ import annotations

import re

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.feedback.phrases import DEFAULT, languages, load_phrases
from thrustcam.live.camera import TROUBLES
from thrustcam.live.choice import CUE_KEYS
from thrustcam.live.framing import GUIDES
from thrustcam.rules import RULES

ENGLISH = load_phrases(DEFAULT)


def test_there_are_two_languages() -> None:
    assert {"en", "de"} <= set(languages())


@pytest.mark.parametrize("code", languages())
def test_a_language_says_all_that_english_says(code: str) -> None:
    other = load_phrases(code)
    assert set(other.texts) == set(ENGLISH.texts)
    for key, text in other.texts.items():
        assert text.strip(), key
        holes = [sorted(re.findall(r"{\w+}", each)) for each in (text, ENGLISH.texts[key])]
        assert holes[0] == holes[1], key


def test_everything_that_can_be_asked_for_is_there() -> None:
    wanted = {*CUE_KEYS, *GUIDES, *(f"camera.{t}" for t in TROUBLES), *(f"praise.{r}" for r in RULES)}
    assert wanted <= set(ENGLISH.texts)


def test_a_cue_is_short() -> None:
    for code in languages():
        for key, text in load_phrases(code).texts.items():
            if key.startswith(("cue.", "praise.")):
                assert len(text) <= 45, (code, text)


def test_a_rule_of_ones_own_speaks_for_itself() -> None:
    assert ENGLISH("cue.mine", "Breathe out.") == "Breathe out."


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ThrustcamError, match=r"take one of .*de.*en"):
        load_phrases("xx")
