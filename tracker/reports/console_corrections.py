"""How a case was corrected: what was said of how it came in before, who corrected it, and when."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from plans.registers import CHANNELS
from plans.safety_words import GRADES
from tracker.registers.correction import Correction
from tracker.reports.cells import clean
from tracker.reports.console_words import Words

_LABELS = {
    "channel": "petition_way",
    "kind": "safety_kind",
    "grade": "hazard_grade",
    "topic": "petition_topic",
    "community": "petition_community",
    "place": "hazard_place",
    "unit": "petition_unit",
    "repeated": "petition_repeated",
    "sweep_id": "hazard_sweep",
    "opened_on": "case_day",
}


def corrections(
    found: Iterable[Correction], names: Mapping[str, Mapping[str, str]], words: Words
) -> Iterator[str]:
    """A text of each correction.

    Args:
        names: column of a case → code → name.
    """
    for one in found:
        was = [_was(column, value, names, words) for column, value in one.was.items()]
        if one.plan_id is not None:
            was.append(words("case_other_year"))
        said = {"author": clean(one.author), "moment": words.moment(one.recorded_at)}
        yield words("case_corrected", was=words.join(was), **said)


def _was(column: str, value: Any, names: Mapping[str, Mapping[str, str]], words: Words) -> str:
    english = words.language != "zh"
    if column == "repeated":
        text = words("case_yes" if value else "case_no")
    elif column == "community" and value is None:
        text = words("petition_whole_office")
    elif column == "sweep_id":
        return words("case_other_sweep")
    elif isinstance(value, date):
        text = value.isoformat()
    elif column == "channel":
        text = CHANNELS[value][english]
    elif column == "grade":
        text = GRADES[value][english]
    else:
        text = clean(names.get(column, {}).get(value, str(value or "—")))
    return f"{words(_LABELS[column])} {text}"
