"""How right thrustcam is: reps, tempo, angles with their intervals, and each rule's verdicts, against truth.

    python benchmarks/accuracy.py [FOLDER …] [--markdown]

A FOLDER holds NAME.mp4 with NAME.truth.json beside it; default samples/. Runs what `thrustcam analyze` runs.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.engine import analyze
from thrustcam.motion.estimate import Estimate
from thrustcam.rules.profile import load_profile

SAMPLES = Path(__file__).parents[1] / "samples"
ANGLES = ("shin_deg", "hip_deg", "knee_deg", "trunk_deg")
PHASES = ("up_s", "top_s", "down_s")
SAME_TOP_S = 0.3


@dataclass
class Tally:
    """What was found against what was true, by view."""

    clips: int = 0
    exact: int = 0
    true_reps: int = 0
    found_reps: int = 0
    matched: int = 0
    angles: dict = field(default_factory=lambda: defaultdict(list))  # (view, angle) → (error, inside, width)
    times: dict = field(default_factory=lambda: defaultdict(list))  # phase → |error|
    verdicts: dict = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def add(self, analysis: Analysis, truth: dict) -> None:
        """One clip."""
        self.clips += 1
        self.exact += len(analysis.reps) == len(truth["reps"])
        self.true_reps += len(truth["reps"])
        self.found_reps += len(analysis.reps)
        free = list(analysis.reps)
        for true in truth["reps"]:
            rep = next((r for r in free if abs(_top_s(r) - true["top_s"][0]) <= SAME_TOP_S), None)
            if rep is None:
                for rule, want in true["rules"].items():
                    self.verdicts[rule][want, "no rep"] += 1
                continue
            free.remove(rep)
            self.matched += 1
            self._rep(rep, true, truth["view"]["kind"])

    def _rep(self, rep: JudgedRep, true: dict, view: str) -> None:
        for angle in ANGLES:
            got, want = rep.measured[angle], true.get("top", {}).get(angle)
            if want is not None and isinstance(got, Estimate):
                inside = got.low <= want <= got.high
                self.angles[view, angle].append((got.value - want, inside, got.high - got.low))
        for phase in PHASES:
            got, want = rep.measured[phase], true.get("tempo", {}).get(phase)
            if want is not None and isinstance(got, Estimate):
                self.times[phase].append(abs(got.value - want))
        said = {finding.rule: finding.verdict for finding in rep.findings}
        for rule, want in true["rules"].items():
            self.verdicts[rule][want, said.get(rule, "not_assessable")] += 1


def _top_s(rep: JudgedRep) -> float:
    return rep.measured.rep.top_start_s


def _table(first: str, *others: str) -> Table:
    """One that fits a terminal of 80 columns."""
    return Table(Column(first, no_wrap=True), *others, box=SIMPLE_HEAD, padding=0, show_edge=False)


def angle_table(tally: Tally) -> Table:
    table = _table("view", "angle at the top", "reps", "RMSE", "bias", "inside 95 %", "mean width")
    for (view, angle), rows in sorted(tally.angles.items()):
        error, inside, width = np.array(rows, float).T
        table.add_row(
            view,
            angle,
            str(len(rows)),
            f"{np.sqrt((error**2).mean()):.1f}°",
            f"{error.mean():+.1f}°",
            f"{inside.mean():.2f}",
            f"{width.mean():.0f}°",
        )
    return table


def verdict_table(tally: Tally) -> Table:
    table = _table(
        "rule", "faults", "said fault", "unsure", "not assessable", "clean", "said ok", "false alarms", "F1"
    )
    for rule, count in sorted(tally.verdicts.items()):
        of = {w: sum(n for (want, _), n in count.items() if want == w) for w in ("fault", "ok")}
        hit, false = count["fault", "fault"], count["ok", "fault"]
        f1 = f"{2 * hit / (of['fault'] + hit + false):.2f}" if of["fault"] else "–"
        hidden = count["fault", "not_assessable"] + count["fault", "no rep"]
        row = (of["fault"], hit, count["fault", "unsure"], hidden, of["ok"], count["ok", "ok"], false)
        table.add_row(rule, *map(str, row), f1)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, default=[SAMPLES])
    parser.add_argument("--markdown", action="store_true", help="tables for docs/accuracy.md")
    options = parser.parse_args()
    tally = Tally()
    for folder in options.folders:
        for path in sorted(folder.glob("*.truth.json")):
            truth = json.loads(path.read_text())
            if truth.get("negative"):
                continue
            profile = load_profile(truth.get("profile", "barbell"))
            tally.add(analyze(path.with_name(truth["clip"]), profile), truth)
    f1 = 2 * tally.matched / max(tally.true_reps + tally.found_reps, 1)
    print(f"{tally.clips} clips, {tally.exact} with every rep; rep F1 {f1:.3f} (top within {SAME_TOP_S} s)")
    errors = ", ".join(f"{phase[:-2]} {np.mean(v):.2f} s" for phase, v in tally.times.items())
    alarms = sum(count["ok", "fault"] for count in tally.verdicts.values())
    print(f"mean error of the times: {errors}; false alarms per rep: {alarms / max(tally.matched, 1):.3f}\n")
    for table in (angle_table(tally), verdict_table(tally)):
        if options.markdown:
            _print_markdown(table)
        else:
            Console().print(table)


def _print_markdown(table: Table) -> None:
    print("| " + " | ".join(str(column.header) for column in table.columns) + " |")
    print("|" + " --- |" * len(table.columns))
    for row in zip(*(column.cells for column in table.columns), strict=True):
        print("| " + " | ".join(map(str, row)) + " |")
    print()


if __name__ == "__main__":
    main()
