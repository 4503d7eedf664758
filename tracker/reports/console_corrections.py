"""How a case was corrected: what was said of how it came in before, who corrected it, and when."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from plans.registers import CHANNELS
from plans.safety_words import GRADES
from tracker.registers.correction import Correction
from tracker.reports.cells import clean
from tracker.reports.console_words import Words

PETITION = {
    "opened_on": "petition_received",
    "channel": "petition_way",
    "kind": "petition_kind",
    "topic": "petition_topic",
    "community": "petition_community",
    "unit": "petition_unit",
    "repeated": "petition_repeated",
}
HAZARD = {
    "opened_on": "hazard_found",
    "kind": "safety_kind",
    "grade": "hazard_grade",
    "place": "hazard_place",
    "community": "safety_community",
    "unit": "safety_unit",
}
"""Column of a case → the phrase by which its sheet calls it."""


def corrections(
    found: Iterable[Correction],
    labels: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
    year: int,
    words: Words,
) -> Iterator[str]:
    """A text of each correction.

    Args:
        labels: ``PETITION`` or ``HAZARD``.
        names: column of a case → code → name.
        year: in which it came in: a new plan of that year takes it over.
    """
    for one in found:
        said = {"author": clean(one.author), "moment": words.moment(one.recorded_at)}
        if not one.was:
            yield words("case_taken_over", year=year, **said)
            continue
        was = [_was(column, value, labels, names, words) for column, value in one.was.items()]
        if one.plan_id is not None:
            was.append(words("case_other_year"))
        yield words("case_corrected", was=words.join(was), **said)


def changed(
    last: Correction,
    now: Mapping[str, Any],
    labels: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
    words: Words,
) -> str:
    """What a correction has changed: each column with what it was and what it is.

    Args:
        now: column of a case → what it is.
        labels: ``PETITION`` or ``HAZARD``.
        names: column of a case → code → name.
    """
    said = []
    for column, value in last.was.items():
        new = _text(column, now[column], names, words)
        said.append(f"{_was(column, value, labels, names, words)}→{new}")
    return words.join(said)


def _was(
    column: str,
    value: Any,
    labels: Mapping[str, str],
    names: Mapping[str, Mapping[str, str]],
    words: Words,
) -> str:
    if column == "sweep_id":
        return words("case_other_sweep")
    return f"{words(labels[column])} {_text(column, value, names, words)}"


def _text(column: str, value: Any, names: Mapping[str, Mapping[str, str]], words: Words) -> str:
    english = words.language != "zh"
    if column == "repeated":
        text = words("case_yes" if value else "case_no")
    elif column == "community" and value is None:
        text = words("petition_whole_office")
    elif isinstance(value, date):
        text = value.isoformat()
    elif column == "channel":
        text = CHANNELS[value][english]
    elif column == "grade":
        text = GRADES[value][english]
    else:
        text = clean(names.get(column, {}).get(value, str(value or "—")))
    return text
