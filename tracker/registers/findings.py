"""What is wrong with a file of cases: of much, what is alike is told once and all is in a file."""

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import why
from plans.typed import one_line

SHOWN = 50
ROWS_SHOWN = 3  # of those that have the same problem
MAX_NAMES, MAX_KINDS = 1_000, 2_000  # that are told apart
AT_A_TIME = 10  # kinds of problems of a column that go before those of other columns
_VARIES = re.compile(r"'[^']*'|[0-9]+")
_FORMULA = re.compile(r"^[=+\-@\t]")


class Finding(NamedTuple):
    """One thing that is wrong.

    Attributes:
        sheet: None for a text, which has only one.
        row: its number in the file, from 1; None where it concerns none.
        column: its heading; None where it concerns the whole row.
        value: what stands there, as it may be shown.
    """

    sheet: str | None
    row: int | None
    column: str | None
    value: str
    message: str

    def told(self, name: str) -> str:
        """As it is printed, in one line."""
        place = [name]
        if self.sheet is not None:
            place.append(_("sheet {sheet}").format(sheet=self.sheet))
        if self.row is not None:
            place.append(_("row {row}").format(row=self.row))
        if self.column is not None:
            place.append(self.column)
        return one_line(f"{', '.join(place)}: {self.message}")


@dataclass(slots=True)
class _Alike:
    """Problems of a column that are of one kind."""

    first: Finding
    rank: int
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def take(self, finding: Finding) -> None:
        self.count += 1
        if finding.row is not None and len(self.rows) < ROWS_SHOWN:
            self.rows.append(finding.row)

    def told(self, name: str) -> str:
        """As it is printed, in one line."""
        if self.count == 1:
            return self.first.told(name)
        message = _("{problem} (rows: {count}, the first: {rows})")
        rows = ", ".join(map(str, self.rows))
        said = message.format(problem=self.first.message, count=self.count, rows=rows)
        return self.first._replace(message=said).told(name)


class FileProblems(BadInputError):  # noqa: N818 - it is a list of problems, and read as one
    """A file is not acceptable: the message has the first problems and where the rest is."""

    several = True


class Findings:
    """Collects what is wrong with a file; of many, most go straight to another file.

    Args:
        path: of the file that is read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: list[tuple[tuple[str | None, ...], Finding]] = []
        self._alike: dict[tuple[str | None, ...], _Alike] = {}
        self._ranks: Counter[str | None] = Counter()
        self._count = 0
        self._notes: list[str] = []
        self._rest: TextIO | None = None
        self._open = ExitStack()
        self.rest_path: Path | None = None

    def __enter__(self) -> "Findings":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __bool__(self) -> bool:
        return bool(self._count)

    def add(self, finding: Finding) -> None:
        """Takes one in; of those alike, the first are told where there are many."""
        kind = _VARIES.sub("", finding.message.replace(finding.value, ""))
        self._add(finding, kind if len(self._alike) < MAX_KINDS else "")

    def add_unknown(self, finding: Finding) -> None:
        """Takes in a name that is not known: told once, with how many rows have it."""
        if len(self._alike) < MAX_NAMES:
            self._add(finding, finding.value, "unknown")
        else:
            self.add(finding)

    def note(self, sheet: str | None, message: str) -> None:
        """Takes in what is said beside the problems, and is none."""
        self._notes.append(Finding(sheet, None, None, "", message).told(self._path.name))

    def check(self) -> None:
        """Raises FileProblems if anything is wrong."""
        if not self:
            return
        name = self._path.name
        lines = [*self._lines(name), *self._notes]
        said = _("{file}: nothing was recorded; problems: {count}")
        if self.rest_path is not None:
            said = _("{file}: nothing was recorded; problems: {count}, all of them in {rest}")
        lines.append(one_line(said.format(file=name, count=self._count, rest=self.rest_path)))
        self._open.close()
        raise FileProblems("\n".join(lines))

    def _add(self, finding: Finding, *kind: str) -> None:
        key = (finding.sheet, finding.column, *kind)
        if key not in self._alike:
            self._alike[key] = _Alike(finding, self._ranks[finding.column] // AT_A_TIME)
            self._ranks[finding.column] += 1
        self._alike[key].take(finding)
        self._count += 1
        if self._count <= SHOWN:
            self._first.append((key, finding))
            return
        if self._rest is None:
            self._begin_rest()
        self._write(finding)

    def _lines(self, name: str) -> Iterator[str]:
        """The problems one by one where they are few, else by kind; names that are not known are
        told once in any case. They stand in the order of the rows."""
        sheets = [*dict.fromkeys(key[0] for key in self._alike)]

        def place(finding: Finding) -> tuple[int, int]:
            return sheets.index(finding.sheet), finding.row or 0

        if self._count > SHOWN:
            first = sorted(self._alike, key=lambda key: self._alike[key].rank)[:SHOWN]
            shown = {*first}
            alike = sorted((self._alike[key] for key in shown), key=lambda one: place(one.first))
            yield from (one.told(name) for one in alike)
            return
        told = set()
        for key, finding in sorted(self._first, key=lambda one: place(one[1])):
            if key[-1] != "unknown":
                yield finding.told(name)
            elif key not in told:
                told.add(key)
                yield self._alike[key].told(name)

    def _begin_rest(self) -> None:
        """Opens the file for all, next to the one that is read or where that cannot be."""
        try:
            try:
                self._rest = self._opened(self._path.parent)
            except OSError:
                self._rest = self._opened(Path(tempfile.mkdtemp(prefix="duban-")))
            heads = (_("sheet"), _("row"), _("column"), _("value"), _("problem"))
            csv.writer(self._rest).writerow(heads)
        except OSError as error:
            message = _("{count} problems and no room to write them down: {reason}")
            raise BadInputError(message.format(count=self._count, reason=why(error))) from None
        for _key, finding in self._first:
            self._write(finding)

    def _opened(self, folder: Path) -> TextIO:
        """A new file; one of its name that is there already may be of someone else, and stays."""
        options: dict[str, Any] = {"mode": "x", "encoding": "utf-8-sig", "newline": ""}
        for number in count(1):
            mark = "" if number == 1 else f".{number}"
            path = folder / f"{self._path.name}.problems{mark}.csv"
            try:
                opened: TextIO = self._open.enter_context(path.open(**options))
            except FileExistsError:
                continue
            self.rest_path = path
            return opened
        raise AssertionError

    def _write(self, finding: Finding) -> None:
        assert self._rest is not None
        csv.writer(self._rest).writerow(_harmless(finding))


def _harmless(cells: Sequence[Any]) -> list[str]:
    """The cells as a spreadsheet takes them for texts, never for formulas."""
    texts = ["" if cell is None else one_line(str(cell)) for cell in cells]
    return [f"'{text}" if _FORMULA.match(text) else text for text in texts]
