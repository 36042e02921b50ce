"""Reps → findings: what a coach would say of each rep.

A rule is one module here with a `RULE`, and its limits are in the profile: adding a rule is adding that file
and a table in `profiles/barbell.toml`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

from thrustcam.motion.measures import MeasuredRep
from thrustcam.rules.finding import Finding, Rule

if TYPE_CHECKING:  # a profile is checked against RULES, so it is read after them
    from thrustcam.rules.profile import Profile

_NOT_RULES = {"finding", "profile"}


def _discover() -> dict[str, Rule]:
    """The rules found in this package, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _NOT_RULES)
    return {name: importlib.import_module(f"{__name__}.{name}").RULE for name in names}


RULES: Mapping[str, Rule] = _discover()
"""Every rule by name, in alphabetical order; the order to show them in is the profile's."""


def judge(rep: MeasuredRep, profile: Profile) -> tuple[Finding, ...]:
    """What every rule of the profile says of one rep, in the profile's order.

    A rule that does not apply in the profile gives no finding; one whose numbers were not seen gives a
    `not_assessable`.
    """
    return tuple(RULES[name].judge(rep, limits) for name, limits in profile.limits.items())
