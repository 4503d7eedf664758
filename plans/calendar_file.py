"""The file with an office's own exceptions to the state's calendar.

Its keys are ``workday`` and ``holiday`` (lists of dates) and ``published`` (a list of years that
they describe completely).
"""

from datetime import date
from pathlib import Path

from plans.language import gettext as _
from plans.problems import PlanProblems, Problem, read_text
from plans.typed import TypedError, parse_date, parse_quantity, quoted
from plans.yaml_text import Finding, Map, Seq, parse_yaml

KEYS = ("workday", "holiday", "published")


def read_exceptions(path: Path) -> tuple[dict[date, bool], set[int]]:
    """The exceptional days (True for a working day) and the years that are complete.

    Raises:
        PlanProblems: the file cannot be read, or holds something else.
    """
    tree, found = parse_yaml(read_text(path))
    exceptions: dict[date, bool] = {}
    published: set[int] = set()
    if isinstance(tree, Map):
        found += _fill(tree, exceptions, published)
    elif not found:
        found.append((0, _("expected the keys workday, holiday and published, each with a list")))
    if found:
        raise PlanProblems([Problem(str(path), line, message) for line, message in found])
    return exceptions, published


def _fill(tree: Map, exceptions: dict[date, bool], published: set[int]) -> list[Finding]:
    found: list[Finding] = []
    for key, values in tree.items():
        line = tree.line_of(key)
        if key not in KEYS:
            message = _("unknown key {key}; expected workday, holiday or published")
            found.append((line, message.format(key=quoted(key))))
            continue
        if not isinstance(values, Seq):
            found.append((line, _("expected a list")))
            continue
        for line, value in zip(values.lines, values, strict=True):
            try:
                if key == "published":
                    published.add(_year(str(value)))
                else:
                    exceptions[parse_date(str(value))] = key == "workday"
            except TypedError as error:
                found.append((line, str(error)))
    return found


def _year(text: str) -> int:
    year = parse_quantity(text)
    if year != int(year) or not 1900 <= year <= 2200:
        message = _("{text}: expected a year between 1900 and 2200")
        raise TypedError(message.format(text=quoted(text)))
    return int(year)
