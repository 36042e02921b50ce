"""What the project says of itself holds: its commands, its wheel, its lists."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

import pytest

from thrustcam.rules import RULES
from thrustcam.rules.profile import profile_names

ROOT = Path(__file__).resolve().parents[1]
README_PATH = ROOT / "README.md"
README = README_PATH.read_text("utf-8")


def test_ci_runs_the_readme_s_test_command() -> None:
    script = ROOT / ".ci" / "run"
    command = script.read_text("utf-8").splitlines()[-1]
    assert command.endswith(".venv/bin/pytest")
    assert f"```sh\n{command}\n```" in README
    assert os.access(script, os.X_OK)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built from this checkout, as `pip install .` builds it; no network."""
    from hatchling.build import build_wheel  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as archive:
        return archive.namelist()


def test_the_wheel_carries_everything_that_is_read_at_run_time(wheel: list[str]) -> None:
    assert "thrustcam/poses/models.toml" in wheel
    assert "thrustcam/py.typed" in wheel
    assert "thrustcam/schemas/analysis-1.schema.json" in wheel
    assert {f"thrustcam/web/page/page.{kind}" for kind in ("html", "css", "js")} <= set(wheel)
    assert "thrustcam/motion/joint_model.npz" in wheel
    assert {f"thrustcam/rules/profiles/{name}.toml" for name in profile_names()} <= set(wheel)
    assert all(f"thrustcam/rules/{rule}.py" in wheel for rule in RULES)


def test_the_wheel_carries_nothing_else(wheel: list[str]) -> None:
    assert {Path(name).parts[0].partition("-")[0] for name in wheel} == {"thrustcam"}
    assert {Path(name).suffix for name in wheel if name.startswith("thrustcam/")} <= {
        ".py",
        ".toml",
        ".json",
        ".typed",
        ".html",
        ".css",
        ".js",
        ".npz",
    }


def test_the_readme_lists_every_rule_and_profile() -> None:
    for name in (*RULES, *profile_names()):
        assert f"`{name}`" in README, f"the README says nothing of {name}"


PAGES = [README_PATH, *sorted(path for path in ROOT.glob("[!.]*/**/*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing
