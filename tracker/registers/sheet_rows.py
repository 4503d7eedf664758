"""The rows of a sheet below its headings, in chunks of columns; nothing personal gets by."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.person_names import names_in_column
from plans.personal_headings import personal_heading
from plans.privacy import personal_column
from tracker.registers.cells import cell_text, personal_cell
from tracker.registers.chunk import Chunk
from tracker.registers.findings import Finding, Findings
from tracker.registers.layout import Layout
from tracker.registers.sheet_file import MAX_ROWS, Cell, Sheet

AT_ONCE = 5_000  # rows: with 1,000 or 20,000 it takes as long
SAMPLE = 5_000  # cells of a column that are held against the form of names

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
        others = {index: name for index, name in layout.others.items() if name}
        refused = {
            index: what
            for index, name in others.items()
            if (what := personal_heading(name, posts=bool(texts))) is not None
        }
        for index, what in refused.items():
            message = _("{what}: delete this column; no register may say who a person is")
            self._tell(layout.row, others[index], message.format(what=what))
        for name in layout.twice:
            message = _("a second column for the same; delete one or name it otherwise")
            self._tell(layout.row, name, message)
        self._unknown = {i: name for i, name in others.items() if i not in refused}
        named = {i: layout.heading(code) for code, i in layout.columns.items() if code in texts}
        self._samples: dict[int, tuple[str, list[str]]] = {
            index: (name, []) for index, name in (self._unknown | named).items()
        }

    @property
    def left_out(self) -> list[str]:
        """The headings of the columns that are not taken in."""
        return list(self._unknown.values())

    def chunks(self, progress: Progress) -> Iterator[tuple[Chunk, Mapping[str, Sequence[Cell]]]]:
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
            if some:
                yield self._chunk(numbers, some)
            progress(last, self._sheet.count)

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
    ) -> tuple[Chunk, Mapping[str, Sequence[Cell]]]:
        columns: list[Sequence[Cell]] = list(zip_longest(*rows, fillvalue=""))
        empty = ("",) * len(rows)
        for index in self._unknown.keys() & set(range(len(columns))):
            self._refuse_numbers(numbers, index, columns[index])
        for index, (_name, sample) in self._samples.items():
            if index < len(columns) and len(sample) < SAMPLE:
                texts = (cell.strip() for cell in columns[index] if isinstance(cell, str))
                sample += filter(None, texts)
        places = {field.code: self._layout.columns.get(field.code) for field in self._layout.fields}
        return Chunk(self._sheet.name, self._layout, numbers), {
            code: empty if place is None or place >= len(columns) else columns[place]
            for code, place in places.items()
        }

    def _refuse_numbers(self, numbers: Sequence[int], index: int, cells: Sequence[Cell]) -> None:
        texts = [cell if isinstance(cell, str) else cell_text(cell) for cell in cells]
        for place, what in personal_column(texts):
            self._tell(numbers[place], self._unknown[index], personal_cell(what))

    def _tell(self, row: int, heading: str, message: str) -> None:
        self._findings.add(Finding(self._sheet.name, row, heading, "", message))
