"""A document as Markdown that an office can edit."""

from collections.abc import Iterator

from plans.numerals import heading_number, point_number
from tracker.document import Document, Part, Point, Section, Text, shown
from tracker.reports.markdown import escape


def render_markdown(document: Document) -> str:
    """The document as Markdown, ending with a line break."""
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    language = document.language
    yield f"# {_line(document.title, language)}"
    if document.labels:
        yield "\n>\n".join(f"> **{_line(label, language)}**" for label in document.labels)
    for paragraph in document.opening:
        yield _line(paragraph, language)
    for number, section in enumerate(document.sections, 1):
        yield from _section(section, 1, number, language)
    office, on = document.signed
    yield f"{escape(office)}  \n{_signed_on(on, language)}"


def _section(section: Section, level: int, number: int, language: str) -> Iterator[str]:
    title = _line(section.title, language)
    yield f"{'#' * (level + 1)} {heading_number(level, number, language)}{title}"
    for paragraph in section.body:
        yield _line(paragraph, language)
    for place, point in enumerate(section.points, 1):
        yield _point(point, place if len(section.points) > 1 else None, language)
    for paragraph in section.closing:
        yield _line(paragraph, language)
    for place, below in enumerate(section.sections, 1):
        yield from _section(below, level + 1, place, language)


def _point(point: Point, number: int | None, language: str) -> str:
    """A point; one that stands alone has no number."""
    start = "" if number is None else point_number(number, language)
    lead, body = _line(point.lead, language), _line(point.body, language)
    if not lead:
        return f"{start}{body}"
    return f"**{start}{lead}**{' ' if language == 'en' else ''}{body}"


def _line(text: Text, language: str) -> str:
    return "".join(_part(part, language) for part in text)


def _part(part: Part, language: str) -> str:
    said = escape(shown(part, language))
    if isinstance(part, str):  # wording keeps the spaces at its ends
        before = " " if part[:1] == " " else ""
        after = " " if part[-1:] == " " and part.strip() else ""
        return f"{before}{said}{after}"
    return said


def _signed_on(on: object, language: str) -> str:
    from datetime import date

    assert isinstance(on, date)
    if language == "zh":
        return f"{on.year}年{on.month}月{on.day}日"
    return f"{on:%Y-%m-%d}"
