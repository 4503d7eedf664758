"""What is wrong with a file of cases: all of it, the first shown and the rest in a file."""

import csv
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import why
from plans.typed import one_line

SHOWN = 50
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
        self._first: list[Finding] = []
        self._unknown: dict[tuple[str | None, str, str], tuple[int, Finding]] = {}
        self._count = 0
        self._rest: TextIO | None = None
        self._open = ExitStack()
        self.rest_path: Path | None = None

    def __enter__(self) -> "Findings":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __bool__(self) -> bool:
        return bool(self._count or self._unknown)

    def add(self, finding: Finding) -> None:
        """Takes one in."""
        self._count += 1
        if self._count <= SHOWN:
            self._first.append(finding)
            return
        if self._rest is None:
            self._begin_rest()
        self._write(finding)

    def add_unknown(self, finding: Finding) -> None:
        """Takes in a name that is not known: told once, with how many rows have it."""
        key = (finding.sheet, finding.column or "", finding.value)
        count, first = self._unknown.get(key, (0, finding))
        self._unknown[key] = count + 1, first

    def check(self) -> None:
        """Raises FileProblems if anything is wrong."""
        if not self:
            return
        unknown = [_counted(count, first) for count, first in self._unknown.values()]
        total = self._count + len(unknown)
        if total > SHOWN:
            if self._rest is None:
                self._begin_rest()
            for finding in unknown:
                self._write(finding)
        name = self._path.name
        # Where there is much of both, half of what is shown is of each.
        names = unknown[: max(SHOWN // 2, SHOWN - len(self._first))]
        lines = [finding.told(name) for finding in (*names, *self._first)[:SHOWN]]
        said = _("{file}: nothing was recorded; problems: {count}")
        if self.rest_path is not None:
            said = _("{file}: nothing was recorded; problems: {count}, all of them in {rest}")
        lines.append(one_line(said.format(file=name, count=total, rest=self.rest_path)))
        self._open.close()
        raise FileProblems("\n".join(lines))

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
        for finding in self._first:
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


def _counted(count: int, first: Finding) -> Finding:
    if count == 1:
        return first
    message = _("{problem} (rows: {count}, this is the first)")
    return first._replace(message=message.format(problem=first.message, count=count))


def _harmless(cells: Sequence[Any]) -> list[str]:
    """The cells as a spreadsheet takes them for texts, never for formulas."""
    texts = ["" if cell is None else one_line(str(cell)) for cell in cells]
    return [f"'{text}" if _FORMULA.match(text) else text for text in texts]
