"""Days as they stand in files: typed in many ways, with a time, or as numbers of a spreadsheet."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from plans.language import gettext as _
from plans.typed import TypedError, fold, parse_date, quoted
from tracker.registers.sheet_file import Cell

_CLOCK = re.compile(
    r"(?:[ T]+|(?<=[日号]))(?:[上下中]午|凌晨|晚上|[AP]M )?\s*[0-9]{1,2}"
    r"(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|[时点](?:[0-9]{1,2}分?)?(?:[0-9]{1,2}秒?)?)"
    r"(?: ?[AP]M|\+08:?00)?$"
)
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_SERIAL_DAYS = range(36_526, 73_051)  # the years 2000 to 2099
_BEFORE_1900 = date(1899, 12, 30)
_LATER_IN_1904 = 1_462  # days from the beginning of the one count to that of the other
_CUT = re.compile(r"[0-9]{1,2}\.[123]")


def read_day(text: str, year: int | None = None) -> date:
    """The day that is meant; a time of the day behind it is left out.

    Args:
        text: as in ``plans.typed.parse_date``, or the number of a day as spreadsheets count them,
            which shows where a cell is not formatted as a date: 45423 is 2024-05-11.
        year: that of a text which names none.

    Raises:
        TypedError: it is none, names no year, or may be two days.
    """
    typed = _CLOCK.sub("", fold(text))
    if _SERIAL.fullmatch(typed) and int(float(typed)) in _SERIAL_DAYS:
        return _BEFORE_1900 + timedelta(int(float(typed)))
    if _CUT.fullmatch(typed):
        message = _("{text}: which day? Spreadsheets make 5.10 to 5.1; expected for example {day}")
        shown = typed.replace(".", "月") + "日"
        raise TypedError(message.format(text=quoted(text), day=shown))
    if year is None and _names_no_year(typed):
        message = _("{text} names no year; expected for example 2024-06-30, or --year")
        raise TypedError(message.format(text=quoted(text)))
    return parse_date(typed, year)


def counted_from_1904(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells of a column of days from a workbook that counts days from 1904, as others do."""
    return [
        cell + _LATER_IN_1904
        if isinstance(cell, float)
        else str(float(cell) + _LATER_IN_1904)
        if isinstance(cell, str) and _SERIAL.fullmatch(cell.strip())
        else cell
        for cell in cells
    ]


def _names_no_year(typed: str) -> bool:
    try:
        parse_date(typed)
    except TypedError:
        try:
            parse_date(typed, 2024)
        except TypedError:
            return False
        return True
    return False
