"""From a plan file to a plan, or to all of its problems at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plans.check import Declared, check
from plans.language import gettext as _
from plans.model import Plan
from plans.problems import PlanProblems, Problem, read_text
from plans.resolve import resolve
from plans.validation import validate
from plans.workdays import Workdays, load_workdays
from plans.yaml_text import Finding, Map, parse_yaml

__all__ = ["PlanProblems", "Problem", "load", "parse"]


def load(path: Path | str, workdays: Workdays | None = None) -> Plan:
    """The plan in a file.

    Args:
        path: a YAML file as described in docs/plan-format.md.
        workdays: the calendar for dates such as 'due - 10 workdays'; by default the user's own.

    Raises:
        PlanProblems: everything that is wrong with it.
    """
    path = Path(path)
    plan, problems = parse(read_text(path), str(path), workdays)
    if plan is None:
        raise PlanProblems(problems)
    return plan


def parse(
    text: str, name: str, workdays: Workdays | None = None
) -> tuple[Plan | None, list[Problem]]:
    """The plan in a text, or None and everything that is wrong with it, in order of the lines."""
    with _collector_off():
        plan, found = _parse(text, workdays)
    problems = sorted({Problem(name, line, message) for line, message in found})
    return (None if problems else plan), problems


def _parse(text: str, workdays: Workdays | None) -> tuple[Plan | None, list[Finding]]:
    tree, found = parse_yaml(text)
    if not isinstance(tree, Map):
        return None, found or [(0, _("no plan; expected keys such as 'duban: 1' and 'office:'"))]
    if "duban_ledger" in tree and "duban" not in tree:
        message = _("this is a ledger file; record it with: duban ledger import FILE")
        return None, [(tree.line_of("duban_ledger"), message)]
    declared = Declared.of(tree)
    file, misfits = validate(tree)
    found += misfits
    if file is None:
        return None, found
    plan, unresolved = resolve(file, tree, workdays or load_workdays())
    found += unresolved
    found += check(plan, tree, declared)
    return plan, found


@contextmanager
def _collector_off() -> Iterator[None]:
    """Half the time of a large file is the collector looking at objects that all stay alive."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
