"""The rows of a sheet below its headings, in chunks of columns; nothing personal gets by."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import listed
from plans.person_names import names_in_column
from plans.privacy import personal_column
from tracker.registers.cells import cell_text, personal_cell
from tracker.registers.chunk import Chunk, picked
from tracker.registers.days import counted_from_1904
from tracker.registers.findings import Finding, Findings
from tracker.registers.headings import check_headings, column_name, misnamed
from tracker.registers.layout import DAYS, Layout
from tracker.registers.sheet_file import MAX_ROWS, Cell, Sheet

AT_ONCE = 5_000  # rows: with 1,000 or 20,000 it takes as long
SAMPLE = 5_000  # cells of a column that are held against the form of names

_OF_TOTALS = re.compile(
    r"(?:本[页月周季年])?[合小总共累]\s*计(?:[数量]|[:：\s0-9].*)?|(?:sub|grand )?totals?", re.I
)
_OF_PLACES = re.compile(r"(?:网格|小区|道路|单位|物业)(?:名称)?\Z")
"""The end of the heading of a column whose cells may look like names, and are none."""
_MAYBE = frozenset("合小总共累本TtSsGg \u3000\xa0\t\n")
"""What a cell of a row of totals may begin with, and one of spaces only."""

Progress = Callable[[int, int | None], None]
"""Is told how many rows were read, and how many there are as far as that is known."""


class SheetRows:
    """What stands below the headings of a sheet.

    Args:
        path: of the file, for messages.
        head: the first rows, which were read already.
        texts: the fields of which a text is kept; those of hazards name posts.
    """

    def __init__(
        self,
        path: Path,
        sheet: Sheet,
        head: Sequence[Sequence[Cell]],
        layout: Layout,
        findings: Findings,
        texts: Collection[str] = (),
    ) -> None:
        self._path, self._sheet, self._head = path, sheet, head
        self._layout, self._findings = layout, findings
        self._unknown = check_headings(findings, sheet.name, layout, bool(texts), sheet.left)
        named = {i: layout.heading(code) for code, i in layout.columns.items() if code in texts}
        of_people = {i: name for i, name in self._unknown.items() if not _OF_PLACES.search(name)}
        self._samples: dict[int, tuple[str, list[str]]] = {
            index: (name, []) for index, name in (of_people | named).items()
        }
        self._looked_at = {*layout.columns.values(), *layout.others.keys()}
        self._aside = dict(self._unknown)  # those that are only looked at
        self._look_at(index for index, name in layout.others.items() if not name)
        self._totals: list[int] = []
        self._merged_across = dict(self._merged())

    @property
    def left_out(self) -> list[str]:
        """The headings of the columns that are not taken in."""
        return list(self._unknown.values())

    @property
    def warnings(self) -> list[str]:
        """What was passed over that may have been meant, once all rows were read."""
        warnings = [*misnamed(self._layout, self._unknown.values())]
        if self._totals:
            rows = listed([*map(str, self._totals)], 10)
            warnings.append(_("rows of totals, not taken in: {rows}").format(rows=rows))
        if self._sheet.name is None:
            return warnings
        sheet = _("sheet {sheet}").format(sheet=self._sheet.name)
        return [f"{sheet}: {warning}" for warning in warnings]

    def chunks(self, progress: Progress) -> Iterator[tuple[Chunk, dict[str, Sequence[Cell]]]]:
        """Some rows at a time, without the empty ones: a chunk, and the cells by field.

        Raises:
            BadInputError: there are too many rows.
        """
        last = self._layout.row
        rows = chain(self._head[last:], self._sheet.rows)
        while some := list(islice(rows, AT_ONCE)):
            numbers: Sequence[int] = range(last + 1, last + len(some) + 1)
            last += len(some)
            if last > MAX_ROWS:
                message = _("more than {most} rows; split the file")
                raise BadInputError(f"{self._path}: {message.format(most=MAX_ROWS)}")
            if not all(map(any, some)):
                numbers = [number for number, row in zip(numbers, some, strict=True) if any(row)]
                some = [*filter(any, some)]
            chunk, cells = self._chunk(numbers, some)
            if chunk:
                yield chunk, cells
            progress(last, self._sheet.count)

    def look_through(self, progress: Progress) -> None:
        """Refuses what is personal in a sheet that cannot be taken in, so that it is told at once.

        Raises:
            BadInputError: there are too many rows.
        """
        layout = self._layout
        self._aside |= {index: layout.heading(code) for code, index in layout.columns.items()}
        for _chunk in self.chunks(progress):
            pass
        self.refuse_names()

    def refuse_names(self) -> None:
        """Refuses the columns whose cells seem to be names of people; to be called at the end."""
        for name, sample in self._samples.values():
            if names_in_column(sample):
                message = _(
                    "the cells look like names of people; delete this column, or give posts"
                )
                self._tell(self._layout.row, name, message)

    def _chunk(
        self, numbers: Sequence[int], rows: Sequence[Sequence[Cell]]
    ) -> tuple[Chunk, dict[str, Sequence[Cell]]]:
        columns: list[Sequence[Cell]] = list(zip_longest(*rows, fillvalue=""))
        if passed := self._passed_over(numbers, columns):
            keep = [place for place in range(len(numbers)) if place not in passed]
            numbers = picked(numbers, keep)
            columns = [picked(column, keep) for column in columns]
        for row in self._merged_across.keys() & {*numbers} if self._merged_across else ():
            self._tell(row, *self._merged_across[row])
        empty = ("",) * len(numbers)
        self._look_at({*range(len(columns))} - self._looked_at)
        for index in self._aside.keys() & {*range(len(columns))}:
            self._refuse_numbers(numbers, index, columns[index])
        for index, (_name, sample) in self._samples.items():
            if index < len(columns) and len(sample) < SAMPLE:
                texts = (cell.strip() for cell in columns[index] if isinstance(cell, str))
                sample += filter(None, texts)
        places = {field.code: self._layout.columns.get(field.code) for field in self._layout.fields}
        cells = {
            code: empty if place is None or place >= len(columns) else columns[place]
            for code, place in places.items()
        }
        if self._sheet.from_1904:
            cells |= {code: counted_from_1904(cells[code]) for code in cells.keys() & DAYS}
        return Chunk(self._sheet.name, self._layout, numbers), cells

    def _merged(self) -> Iterator[tuple[int, tuple[str, str]]]:
        """The rows in which columns are merged, each with heading and message. That rows are
        merged is told at once."""
        places = {index + self._sheet.left: code for code, index in self._layout.columns.items()}
        for (top, first), (bottom, last) in self._sheet.merged:
            over = [self._layout.heading(places[n]) for n in range(first, last + 1) if n in places]
            if bottom < self._layout.row or not over:
                continue
            if top < bottom:
                message = _("rows {first} to {last} are merged; split them and fill in each row")
                said = message.format(first=top + 1, last=bottom + 1)
                self._tell(max(top, self._layout.row) + 1, over[0], said)
            elif len(over) > 1:
                message = _("merged with: {others}; split them and fill in each cell")
                yield top + 1, (over[0], message.format(others=listed(over[1:], 10)))

    def _passed_over(self, numbers: Sequence[int], columns: Sequence[Sequence[Cell]]) -> set[int]:
        """The places of rows that have only spaces, and of those of totals: their first cell that
        is filled says so, or the one that says what a row is of."""
        fields, there = self._layout.fields, self._layout.columns
        named = (f.code for f in fields if f.needed or f.code == "number")
        key = next((there[code] for code in named if code in there), -1)
        passed: set[int] = set()
        for index, column in enumerate(columns[: key + 1]):
            for place, cell in enumerate(column):
                if not isinstance(cell, str) or (cell and cell[0] not in _MAYBE):
                    continue
                text = cell.strip()
                if (text and not _OF_TOTALS.fullmatch(text)) or (not text and index != key):
                    continue
                filled = [n for n, cells in enumerate(columns) if cell_text(cells[place])]
                if text and place not in passed and index in (filled[0], key):
                    self._totals.append(numbers[place])
                    passed.add(place)
                elif not filled:
                    passed.add(place)
        return passed

    def _refuse_numbers(self, numbers: Sequence[int], index: int, cells: Sequence[Cell]) -> None:
        texts = [cell if isinstance(cell, str) else cell_text(cell) for cell in cells]
        for place, what in personal_column(texts):
            self._tell(numbers[place], self._aside[index], personal_cell(what))

    def _look_at(self, indices: Iterable[int]) -> None:
        """Has columns without a heading looked at, too: nothing of them is taken in."""
        for index in indices:
            name = column_name(index + self._sheet.left)
            self._looked_at.add(index)
            self._aside[index], self._samples[index] = name, (name, [])

    def _tell(self, row: int, heading: str, message: str) -> None:
        self._findings.add(Finding(self._sheet.name, row, heading, "", message))
