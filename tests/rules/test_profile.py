"""Profiles: the ten that come along, a user's own, and every way to get one wrong."""

from __future__ import annotations

import math
import pickle
import re
from pathlib import Path

import pytest

from thrustcam.errors import ThrustcamError
from thrustcam.rules import RULES
from thrustcam.rules.finding import Limit
from thrustcam.rules.profile import DEFAULT, Profile, load_profile, profile_names

CONTRACT = [
    "shin_vertical",
    "lockout",
    "hyperextension",
    "knee_cave",
    "bounce",
    "range",
    "tempo",
    "top_hold",
    "knee_angle",
    "heel_lift",
    "chin_tuck",
    "bench_slide",
    "hip_level",
    "stance",
]
PROFILES = [
    "american",
    "banded",
    "barbell",
    "bodyweight",
    "dumbbell",
    "feet-elevated",
    "glute-bridge",
    "paused",
    "single-leg",
    "smith",
]


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def refusal(name_or_path: str | Path) -> str:
    """What the user reads; one line, whatever is wrong."""
    with pytest.raises(ThrustcamError) as refused:
        load_profile(name_or_path)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    return said


def test_the_profiles_of_the_contract_come_along():
    assert list(profile_names()) == PROFILES


@pytest.mark.parametrize("name", PROFILES)
def test_a_built_in_profile_is_whole(name: str):
    profile = load_profile(name)
    assert profile.name == name
    assert profile.description
    assert profile.limits.keys() == profile.sources.keys() <= RULES.keys()
    for rule, limits in profile.limits.items():
        assert limits.keys() == profile.sources[rule].keys() == RULES[rule].words.keys()
        assert all(source.endswith(".") for source in profile.sources[rule].values())
    assert pickle.loads(pickle.dumps(profile)) == profile


@pytest.mark.parametrize("name", PROFILES)
def test_profiles_describe_themselves(name: str):
    assert [n for n in PROFILES if load_profile(n).description == load_profile(name).description] == [name]


def test_barbell_is_the_table_of_the_contract():
    limits = load_profile(DEFAULT).limits
    assert list(limits) == CONTRACT
    assert sorted(RULES) == sorted(CONTRACT)
    inf = math.inf
    assert limits["shin_vertical"] == {"shin_deg": Limit(-10, 10)}
    assert limits["lockout"] == {"hip_deg": Limit(170, inf)}
    assert limits["hyperextension"]["hip_deg"] == Limit(-inf, 190)
    assert limits["knee_cave"] == {"knee_cave_deg": Limit(-inf, 6)}
    assert limits["range"] == {"range": Limit(0.85, inf)}
    assert limits["tempo"] == {"up_s": Limit(0.6, inf), "down_s": Limit(1.0, inf)}
    assert limits["top_hold"] == {"top_s": Limit(0.5, inf)}
    assert limits["knee_angle"] == {"knee_deg": Limit(75, 105)}
    assert limits["heel_lift"] == {"heel_rise": Limit(-inf, 0.04)}
    assert limits["chin_tuck"] == {"neck_deg": Limit(-15, inf)}
    assert limits["bench_slide"] == {"shoulder_drift": Limit(-inf, 0.1)}
    assert limits["hip_level"] == {"hip_level_deg": Limit(-6, 6)}
    assert limits["stance"] == {"stance": Limit(0.8, 1.8)}


def test_variants_differ_where_a_coach_would_say_so():
    assert load_profile("paused").limits["top_hold"]["top_s"] == Limit(3, math.inf)
    bridge = load_profile("glute-bridge")
    assert not bridge.applies("bench_slide")
    assert not bridge.applies("chin_tuck")
    assert bridge.limits["lockout"] == load_profile("barbell").limits["lockout"]
    upright_shins = 90 - math.degrees(math.asin(0.42 / 0.92))
    assert bridge.limits["knee_angle"]["knee_deg"].excess(upright_shins) == 0
    assert not load_profile("single-leg").applies("stance")
    assert not load_profile("american").applies("bench_slide")


def test_a_user_overrides_one_limit_and_skips_one_rule(tmp_path: Path):
    mine = load_profile(
        write(
            tmp_path,
            """
            extends = "barbell"
            skip = ["knee_angle"]
            [tempo]
            down_s = [1.5, inf]
            source.down_s = "my coach"
            """,
        )
    )
    assert mine.name == "mine.toml"
    assert mine.limits["tempo"] == {"up_s": Limit(0.6, math.inf), "down_s": Limit(1.5, math.inf)}
    assert mine.sources["tempo"]["down_s"] == "my coach"
    assert list(mine.limits) == [rule for rule in CONTRACT if rule != "knee_angle"]
    assert load_profile("barbell").applies("knee_angle")


def test_a_profile_of_ones_own_applies_only_its_rules(tmp_path: Path):
    path = write(tmp_path, '[lockout]\nhip_deg = [165, inf]\nsource.hip_deg = "me"\n')
    assert load_profile(str(path)).limits == {"lockout": {"hip_deg": Limit(165, math.inf)}}


def test_a_file_extends_a_file_next_to_it_and_brings_a_rule_back(tmp_path: Path):
    write(tmp_path, 'description = "D"\nextends = "glute-bridge"\n', "base.toml")
    child = load_profile(
        write(tmp_path, 'extends = "base.toml"\n[chin_tuck]\nneck_deg = [-20, inf]\nsource.neck_deg = "me"\n')
    )
    assert child.description == "D"
    assert child.applies("chin_tuck")
    assert not child.applies("bench_slide")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    path = tmp_path / "notepad.toml"
    path.write_bytes(b'\xef\xbb\xbfextends = "barbell"\r\n')
    assert isinstance(load_profile(path), Profile)


def test_an_unknown_name_gets_the_closest_first():
    assert "take one of barbell, " in refusal("barbel")
    assert "take one of glute-bridge, " in refusal("Glute bridge")
    assert all(name in refusal("squat") for name in PROFILES)


GOOD = "[lockout]\nhip_deg = [170, inf]\nsource.hip_deg = 'me'\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[lockout\n", "not valid TOML.*line 1"),
        ("", "has no rule at all"),
        ("skip = ['lockout']\n", "has no rule at all"),
        ("extends = 'barbel'\n", "no profile 'barbel': take one of barbell,"),
        ("extends = 7\n", "write extends as a text"),
        ("description = ['a']\n" + GOOD, "write description as a text"),
        ("extends = 'gone.toml'\n", "Can't read the profile 'gone.toml'"),
        ("skip = 'lockout'\n", "write skip as a list of rules"),
        ("skip = [1]\n", "write skip as a list of rules"),
        ("skip = ['lock_out']\n", "skip names no rule 'lock_out', take one of lockout,"),
        ("skip = ['lockout']\n" + GOOD, "both skips lockout and limits it"),
        ("[lock_out]\n", "no rule 'lock_out', take one of lockout,"),
        ('"two\\nlines" = 1\n', r"no rule 'two\\nlines'"),
        ("lockout = 170\n", "must be a table of limits, not 170"),
        ("[lockout]\n", "add a limit for hip_deg"),
        ("[tempo]\nup_s = [1, inf]\nsource.up_s = 'me'\n", "add a limit for down_s"),
        ("[lockout]\nhips = [170, inf]\n", "no measure 'hips', it has hip_deg"),
        ("[lockout]\nhip_deg = [170, inf]\n", "say where hip_deg comes from"),
        ("[lockout]\nhip_deg = [170, inf]\nsource.hip_deg = ' '\n", "say where hip_deg comes from"),
        ("[lockout]\nhip_deg = [170, inf]\nsource.hip_deg = 1\n", "say where hip_deg comes from"),
        ("[lockout]\nhip_deg = [170, inf]\nsource = 'me'\n", "name the limit the source is for"),
        ("[lockout]\nsource.hip_deg = 'me'\n", "a source for hip_deg but no limit"),
        (GOOD.replace("[170, inf]", "170"), "two numbers"),
        (GOOD.replace("170,", "'170',"), "two numbers"),
        (GOOD.replace("170,", "true,"), "two numbers"),
        (GOOD.replace("170,", "nan,"), "two numbers"),
        (GOOD.replace("inf", "inf, 3"), "two numbers"),
        (GOOD.replace("170,", "9" * 400 + ","), "two numbers"),
        (GOOD.replace("170,", "9" * 5000 + ","), "not valid TOML"),
        (GOOD.replace("[170, inf]", "[" * 5000), "not valid TOML"),
        (GOOD.replace("[170, inf]", "[180, 170]"), "lower number first"),
        (GOOD.replace("[170, inf]", "[170, 170]"), "lower number first"),
        (GOOD.replace("[170, inf]", "[inf, inf]"), "lower number first"),
        (GOOD.replace("[170, inf]", "[-inf, inf]"), "no limit on either side"),
        (GOOD.replace("[170, inf]", "[170, 190]"), r"too high a hip_deg is no fault, write \[170, inf\]"),
        (
            "[knee_cave]\nknee_cave_deg = [0, 6]\nsource.knee_cave_deg = 'me'\n",
            r"too low a knee_cave_deg is no fault, write \[-inf, 6\]",
        ),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(tmp_path: Path, text: str, says: str):
    # `extends` of a missing file is told with its folder
    said = refusal(write(tmp_path, text)).replace(f"{tmp_path}/", "")
    assert re.search(says, said), said


def test_a_profile_that_extends_itself_is_refused(tmp_path: Path):
    itself = write(tmp_path, "extends = 'itself.toml'\n", "itself.toml")
    write(tmp_path, "extends = 'b.toml'\n", "a.toml")
    around = write(tmp_path, "extends = './a.toml'\n", "b.toml")
    assert "extends itself" in refusal(itself)
    assert "extends itself" in refusal(around)


@pytest.mark.parametrize(
    "name", ["missing.toml", "folder.toml", "binary.toml", "nul\0.toml", "~nobody-here/a.toml"]
)
def test_an_unreadable_file_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("folder.toml").mkdir()
    Path("binary.toml").write_bytes(b"\xff\xfe\x00")
    assert "Can't read the profile" in refusal(name)
