"""A summary for programs: its text in sections, and every figure with its source."""

from decimal import Decimal
from itertools import count
from typing import Any

from plans.numerals import heading_number, point_number
from tracker.document import Document, Section, Text, plain
from tracker.figures import Figure
from tracker.summary import Summary


def summary_json(summary: Summary, *, sources: bool = False) -> dict[str, Any]:
    """The summary as data; ``sources`` adds the cited ledger rows.

    A text is {"text", "figures"}; "figures" are places in the list of all figures, from 1.
    """
    document = summary.document
    numbers = count(1)
    data = {
        **summary.scope.to_json(),
        "heading": plain(document.title, document.language),
        "language": document.language,
        "assumed_items": summary.assumed[0],
        "assumed_indicators": summary.assumed[1],
        "labels": [_text(text, document, numbers) for text in document.labels],
        "opening": [_text(text, document, numbers) for text in document.opening],
        "sections": [
            _section(section, 1, place, document, numbers)
            for place, section in enumerate(document.sections, 1)
        ],
        "figures": [
            figure_json(number, figure, document.language)
            for number, figure in enumerate(document.figures(), 1)
        ],
        "unsourced": [{"number": n, "text": text} for n, text in document.unsourced()],
    }
    if sources:
        data["rows"] = [row.to_json() for row in summary.sources.values()]
    return data


def figure_json(number: int, figure: Figure, language: str) -> dict[str, Any]:
    """A figure: what it says and what it is made of."""
    parts = (("ledger", figure.rows), ("register", figure.registers), ("plan", figure.plan))
    return {
        "id": number,
        "text": figure.text(language),
        "value": None if figure.unknown else _number(figure.value),
        "unit": figure.unit,
        "approx": figure.approx or None,
        "label": figure.label,
        "kind": figure.kind,
        "source": [name for name, made_of in parts if made_of],
        "rows": list(figure.rows),
        "plan": list(figure.plan),
        "registers": [fed.to_json() for fed in figure.registers],
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _section(
    section: Section, level: int, place: int, document: Document, numbers: "count[int]"
) -> dict[str, Any]:
    language = document.language
    return {
        "kind": section.kind,
        "code": section.code,
        "number": heading_number(level, place, language).strip(),
        "title": _text(section.title, document, numbers),
        "paragraphs": [_text(text, document, numbers) for text in section.body],
        "points": [
            {
                "number": point_number(n, language).strip(),
                "items": list(point.items),
                "lead": _text(point.lead, document, numbers),
                "body": _text(point.body, document, numbers),
            }
            for n, point in enumerate(section.points, 1)
        ],
        "closing": [_text(text, document, numbers) for text in section.closing],
        "sections": [
            _section(below, level + 1, n, document, numbers)
            for n, below in enumerate(section.sections, 1)
        ],
    }


def _text(text: Text, document: Document, numbers: "count[int]") -> dict[str, Any]:
    figures = [next(numbers) for part in text if isinstance(part, Figure)]
    return {"text": plain(text, document.language), "figures": figures}
