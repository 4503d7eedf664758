"""Files of tables for the tests of imports, and taking them in."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from plans.workdays import Workdays
from tracker.registers.filing import Filing
from tracker.registers.importing import Imported, import_table
from tracker.registers.sheet_file import TableFile
from tracker.store import Store
from tracker.versions import find_plan

WORKDAYS = Workdays()
TODAY = date(2025, 6, 30)

Rows = Sequence[Sequence[Any]]


def text(head: str, *rows: str) -> bytes:
    """A .csv file of these lines, whose cells stand between spaces or, where empty, are '-'."""
    lines = [["" if cell == "-" else cell for cell in row.split()] for row in (head, *rows)]
    return "\n".join(map(",".join, lines)).encode()


def workbook(sheets: dict[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """A .xlsx file with these sheets."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def take(
    store: Store,
    content: bytes,
    register: str = "petition",
    *,
    path: Path = Path("cases.csv"),
    year: int = 2024,
    today: date = TODAY,
    simulated: bool = False,
    correct: bool = False,
    channel: str | None = None,
    named: bool = True,
) -> Imported:
    """Imports a file in a transaction of its own."""
    with store.write() as writing:
        plan = find_plan(writing.connection, year)
        filing = Filing(writing, plan, register, "信访办", today, WORKDAYS, simulated, named=named)
        return import_table(filing, TableFile(path, content), correct=correct, channel=channel)
