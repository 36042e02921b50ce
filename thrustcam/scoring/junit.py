"""A run as JUnit XML: a suite for each clip, a case for each rule, as CI services read it.

The strictest of the formats in use is kept to (the Ant task's, as JUnit.xsd has it: attributes and elements
in its order), which the others take as well.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from thrustcam.analysis import Analysis, JudgedRep
from thrustcam.feedback.plain import one_line
from thrustcam.feedback.words import clock, rule_name
from thrustcam.feedback.write import Destination, write_text
from thrustcam.rules.finding import Finding
from thrustcam.scoring.batch import Batch
from thrustcam.scoring.gates import NO_REP, Failure
from thrustcam.scoring.task import Outcome

_COUNTED = ("failure", "error", "skipped")


def as_junit(batch: Batch, *, now: float | None = None) -> str:
    """The run as JUnit XML.

    A rule's case fails where it is at fault on any rep, with the cue as its message; it is skipped where no
    rep could be judged by it. A clip that could not be scored is an error. Gates have a suite of their own.
    `now` : seconds since the epoch that the suites are stamped with.
    """
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    root = ET.Element("testsuites")
    suites = [_clip_suite(outcome) for outcome in batch.outcomes]
    said = [one_line(line.damage) for line in batch.lines]
    if batch.gates:
        suites.append(_gate_suite(batch.gates, batch.failures))
        said.append("")
    for number, (suite, words) in enumerate(zip(suites, said, strict=True)):
        root.append(_finished(suite, number, stamp, words))
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def write_junit(batch: Batch, path: Destination) -> None:
    """Write the run to the file `path`, or to stdout for `-`.

    Raises
    ------
    ThrustcamError : when it can't be written, with what to do about it.
    """
    write_text(path, as_junit(batch))


def _clip_suite(outcome: Outcome) -> ET.Element:
    name = one_line(outcome.path)
    suite = ET.Element("testsuite", name=name)
    analysis = outcome.analysis()
    if analysis is None:
        case = _case(suite, name, "clip")
        _outcome(case, "error", outcome.error or "", "could not be scored")
    elif not analysis.reps:
        _outcome(_case(suite, name, "reps"), "skipped", NO_REP)
    else:
        for rule, findings in _by_rule(analysis):
            _rule_case(_case(suite, name, rule), findings)
    return suite


def _by_rule(analysis: Analysis) -> Iterator[tuple[str, list[tuple[JudgedRep, Finding]]]]:
    """Each rule with what it says of every rep, in the profile's order."""
    rules = dict.fromkeys(finding.rule for rep in analysis.reps for finding in rep.findings)
    for rule in rules:
        yield rule, [(rep, f) for rep in analysis.reps for f in rep.findings if f.rule == rule]


def _rule_case(case: ET.Element, findings: Sequence[tuple[JudgedRep, Finding]]) -> None:
    faults = [(rep, finding) for rep, finding in findings if finding.verdict == "fault"]
    if faults:
        cue = faults[0][1].cue or f"Work on {rule_name(faults[0][1].rule)}."
        _outcome(case, "failure", cue, faults[0][1].severity, "\n".join(_said(*fault) for fault in faults))
    elif all(finding.verdict == "not_assessable" for _, finding in findings):
        _outcome(case, "skipped", findings[0][1].why)


def _said(judged: JudgedRep, finding: Finding) -> str:
    at = "" if finding.estimate is None else f" at {clock(finding.estimate.at_s)}"
    return f"rep {judged.measured.rep.index}{at}: {one_line(finding.why)}"


def _gate_suite(gates: Sequence[str], failed: Sequence[Failure]) -> ET.Element:
    suite = ET.Element("testsuite", name="gates")
    for gate in gates:
        of_it = [
            f"{one_line(failure.path)}: {one_line(failure.why)}" for failure in failed if failure.gate == gate
        ]
        case = _case(suite, "gates", one_line(gate))
        if of_it:
            _outcome(case, "failure", of_it[0], "gate", "\n".join(of_it))
    return suite


def _case(suite: ET.Element, where: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=where, name=name, time="0")


def _outcome(case: ET.Element, tag: str, message: str, kind: str = "", text: str = "") -> None:
    """How a case ended. `one_line` leaves nothing that XML can't hold; ElementTree escapes the rest."""
    element = ET.SubElement(case, tag, message=one_line(message))
    if kind:
        element.set("type", kind)
    element.text = text or None


def _finished(suite: ET.Element, number: int, stamp: str, said: str) -> ET.Element:
    """The suite with its counts and what the schema asks for besides."""
    cases = list(suite)
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in _COUNTED}
    suite.attrib |= {
        "package": "thrustcam",
        "id": str(number),
        "timestamp": stamp,
        "hostname": platform.node() or "localhost",
        "tests": str(len(cases)),
        "failures": str(counts["failure"]),
        "errors": str(counts["error"]),
        "skipped": str(counts["skipped"]),
        "time": "0",
    }
    suite.insert(0, ET.Element("properties"))
    ET.SubElement(suite, "system-out").text = said or None
    ET.SubElement(suite, "system-err")
    return suite
