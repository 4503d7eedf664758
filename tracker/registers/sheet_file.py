"""Files of tables as offices send them: .xlsx workbooks and .csv texts, hostile until parsed.

A workbook is unpacked here, within limits, and only what has been looked at is handed to the
parser: no macro, no picture, no link. Formulas are what they came to when the file was saved.
"""

import csv
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import why
from tracker.registers.sheet_xml import (
    as_shown_in_percent,
    counts_from_1904,
    percent_styles,
    too_far,
    with_lost_cells,
)

Cell = str | float | bool | date | time | timedelta
"""A date may be a datetime; what is empty is an empty text. Of an error it is its text, such as
#N/A, and of a formula whose result was not saved the formula after '='."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""Row and column, from 0, of the first and of the last cell."""

MAX_BYTES = 100_000_000
MAX_UNPACKED = 600_000_000
MAX_ROWS = 1_100_000
MAX_SHEETS = 50
MAX_PARTS = 2_000

_PARTS = re.compile(
    r"\[content_types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels"
    r"|xl/(workbook|sharedstrings|styles)\.xml|xl/worksheets/[^/]+\.xml"
)
"""What a workbook is read from, in small letters."""

_WORKBOOK, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file.

    Attributes:
        name: of the sheet; None for a text.
        rows: all rows from the first, those that are empty among them.
        count: how many there are, as far as that is known.
        left: how many empty columns the rows leave out at their left.
        merged: the ranges of merged cells, of which only the first has a value.
        from_1904: whether days are counted from 1904 on, where they stand as numbers.
    """

    name: str | None
    rows: Iterator[Sequence[Cell]]
    count: int | None = None
    left: int = 0
    merged: Sequence[Range] = ()
    from_1904: bool = False


class TableFile:
    """A file as it came in.

    Args:
        path: for messages.
        content: all of it.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path, self.content = path, content
        self._tables = self._read()
        self._from_1904 = False
        self._first: Future[Sheet | None] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def read_ahead(self) -> None:
        """Begins to read the first table in a thread: the parser does not need Python."""
        pool = ThreadPoolExecutor(1)
        self._first = pool.submit(next, self._tables, None)
        pool.shutdown(wait=False)

    def sheets(self) -> Iterator[Sheet]:
        """Its tables, once: the visible sheets of a workbook, or the one of a text.

        Raises:
            BadInputError: it is neither, damaged, protected, or too large; also while rows are
                read.
        """
        first = next(self._tables, None) if self._first is None else self._first.result()
        if first is not None:
            yield first
            yield from self._tables

    def _read(self) -> Iterator[Sheet]:
        if self.content.startswith(_WORKBOOK):
            yield from self._of_workbook()
        elif self.content.startswith(_OLD):
            message = _("an .xls workbook, or one with a password; save it as .xlsx without one")
            raise self._bad(message)
        else:
            yield from self._of_text()

    def _bad(self, message: str) -> BadInputError:
        return BadInputError(f"{self.path}: {message}")

    def _of_workbook(self) -> Iterator[Sheet]:
        # Not at the top: no other command reads workbooks.
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

        damaged = self._bad(_("damaged, or no .xlsx workbook"))
        with _read_with(damaged):
            workbook = CalamineWorkbook.from_filelike(self._checked())
            visible = [
                about.name
                for about in workbook.sheets_metadata
                if about.visible == SheetVisibleEnum.Visible
                and about.typ == SheetTypeEnum.WorkSheet
            ]
        if len(visible) > MAX_SHEETS:
            message = _("{count} sheets; expected at most {most}")
            raise self._bad(message.format(count=len(visible), most=MAX_SHEETS))
        for name in visible:
            with _read_with(damaged):
                sheet = workbook.get_sheet_by_name(name)
            left = sheet.start[1] if sheet.start else 0
            merged = sheet.merged_cell_ranges or ()
            yield Sheet(
                name, iter(sheet.iter_rows()), sheet.total_height, left, merged, self._from_1904
            )

    def _checked(self) -> io.BytesIO:
        """The parts that are needed, unpacked and looked at."""
        checked = io.BytesIO()
        in_percent: dict[bytes, int] = {}
        try:
            with ZipFile(io.BytesIO(self.content)) as packed, ZipFile(checked, "w") as unpacked:
                for part in self._parts(packed):
                    with packed.open(part) as file:  # never more of it than it says it has
                        content = file.read(part.file_size or 1)
                    if too_far(content):
                        message = _("{part}: cells too far to the right or below; delete them")
                        raise self._bad(message.format(part=part.filename))
                    content = as_shown_in_percent(with_lost_cells(content), in_percent)
                    name = part.filename.lower()
                    if name == "xl/workbook.xml":
                        self._from_1904 = counts_from_1904(content)
                    elif name == "xl/styles.xml":
                        in_percent = percent_styles(content)
                    unpacked.writestr(part.filename, content, ZIP_STORED)
        except (BadZipFile, NotImplementedError, EOFError, RuntimeError, zlib.error):
            raise self._bad(_("damaged, or no .xlsx workbook")) from None
        checked.seek(0)
        return checked

    def _parts(self, packed: ZipFile) -> list[ZipInfo]:
        if len(packed.infolist()) > MAX_PARTS:
            raise self._bad(_("damaged, or no .xlsx workbook"))
        parts = {
            part.filename: part
            for part in packed.infolist()
            if _PARTS.fullmatch(part.filename.lower())
        }
        if "xl/workbook.xml" not in map(str.lower, parts):
            raise self._bad(_("no .xlsx workbook; save it as .xlsx or .csv"))
        if sum(part.file_size for part in parts.values()) > MAX_UNPACKED:
            message = _("larger than {limit} MB when it is unpacked; split it")
            raise self._bad(message.format(limit=MAX_UNPACKED // 1_000_000))
        # Those of styles first: by them it is known what cells show.
        return sorted(parts.values(), key=lambda part: "styles" not in part.filename.lower())

    def _of_text(self) -> Iterator[Sheet]:
        text = self._decoded()
        if _BINARY.search(text):
            raise self._bad(_("neither an .xlsx workbook nor a .csv text; save it as one of them"))
        # That which a line has most of: a title above the headings may have any, but few.
        head = text[:20_000].splitlines()[:20]
        separator = max(
            ",\t;", key=lambda mark: max((line.count(mark) for line in head), default=0)
        )
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        yield Sheet(None, self._rows_of_text(reader))

    def _rows_of_text(self, reader: "Iterator[list[str]]") -> Iterator[Sequence[Cell]]:
        read = 0
        try:
            for row in reader:
                read += 1
                yield row
        except csv.Error as error:
            message = _(
                "row {row}: no .csv text; look for a quotation mark that opens a cell here and is"
                " not closed ({reason})"
            )
            raise self._bad(message.format(row=read + 1, reason=error)) from None

    def _decoded(self) -> str:
        if self.content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise self._bad(_("encoded as UTF-16; save it as .xlsx, or as .csv in UTF-8"))
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return self.content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise self._bad(_("neither an .xlsx workbook nor a .csv text; save it as one of them"))


def read_table(path: Path) -> TableFile:
    """A file that is there and not too large.

    Raises:
        BadInputError: it is missing, not readable, or larger than 100 MB.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise BadInputError(f"{path}: {_('there is no such file')}") from None
    except IsADirectoryError:
        raise BadInputError(f"{path}: {_('is a directory; expected a file')}") from None
    except PermissionError:
        raise BadInputError(f"{path}: {_('no permission to read the file')}") from None
    except (OSError, ValueError) as error:
        message = _("cannot be read: {reason}").format(reason=why(error))
        raise BadInputError(f"{path}: {message}") from None
    if len(content) > MAX_BYTES:
        message = _("larger than {limit} MB; split it").format(limit=MAX_BYTES // 1_000_000)
        raise BadInputError(f"{path}: {message}")
    return TableFile(path, content)


@contextmanager
def _read_with(damaged: BadInputError) -> Iterator[None]:
    """Says what the parser cannot read; it may even panic, which Python knows as no Exception."""
    try:
        yield
    except (BadInputError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        raise damaged from None
