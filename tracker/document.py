"""A document before it has a form: headings, points and texts whose figures know their sources.

It is built once and rendered several ways (``tracker/reports``). A text is a sequence of parts:
wording (``str``), figures, and quotations. Wording comes from templates, a quotation from the plan
or the ledger, so every number in a document is a figure, part of a quotation, or a date.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.figures import Figure


@dataclass(frozen=True, slots=True)
class Quote:
    """Words (or a date) as the plan or a ledger row has them.

    Attributes:
        rows: ids of the ledger rows that say so.
        plan: the place in a plan, as in ``Figure``.
    """

    text: str
    rows: tuple[int, ...] = ()
    plan: tuple[str, ...] = ()


_NUMBER = re.compile(r"\d[\d.,]*")

Part = str | Figure | Quote
Text = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A numbered point (一是…): a lead and what is said of it.

    Attributes:
        items: codes of the items that it tells of.
    """

    lead: Text
    body: Text
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it.

    Attributes:
        kind: a stable name for programs, such as "work" or "problems".
        body, closing: paragraphs before and after the points; subsections come last.
        code: of the plan's area, where the section is one.
    """

    kind: str
    title: Text
    body: tuple[Text, ...] = ()
    points: tuple[Point, ...] = ()
    closing: tuple[Text, ...] = ()
    sections: tuple["Section", ...] = ()
    code: str | None = None

    def texts(self) -> Iterator[Text]:
        """All texts, in reading order."""
        yield self.title
        yield from self.body
        for point in self.points:
            yield point.lead
            yield point.body
        yield from self.closing
        for section in self.sections:
            yield from section.texts()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document.

    Attributes:
        labels: what has to be known before reading (simulated, assumed), above everything.
        opening: paragraphs before the first section.
        signed: who signs, and the date.
    """

    title: Text
    language: str
    labels: tuple[Text, ...]
    opening: tuple[Text, ...]
    sections: tuple[Section, ...]
    signed: tuple[str, date]

    def texts(self) -> Iterator[Text]:
        """All texts, in reading order."""
        yield self.title
        yield from self.labels
        yield from self.opening
        for section in self.sections:
            yield from section.texts()

    def figures(self) -> Iterator[Figure]:
        """All figures, in reading order."""
        return (part for text in self.texts() for part in text if isinstance(part, Figure))

    def unsourced(self) -> list[tuple[str, str]]:
        """Numbers in the wording itself, which have no source, each with the text it stands in.

        Duban's own wording has none; a template that an office wrote may.
        """
        return [
            (number, plain(text, self.language))
            for text in self.texts()
            for part in text
            if isinstance(part, str)
            for number in _NUMBER.findall(part)
        ]

    def rows(self) -> Iterator[int]:
        """The ids of all ledger rows that figures and quotations cite."""
        for text in self.texts():
            for part in text:
                if not isinstance(part, str):
                    yield from part.rows


def plain(text: Iterable[Part], language: str = "zh") -> str:
    """A text without any form."""
    return "".join(shown(part, language) for part in text)


def shown(part: Part, language: str = "zh") -> str:
    """A part as it reads."""
    if isinstance(part, Figure):
        return part.text(language)
    return part.text if isinstance(part, Quote) else part
