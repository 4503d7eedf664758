"""The cells of a column as values: each distinct one is read once, however many rows have it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plans.errors import BadInputError, DubanError, NotFoundError
from plans.language import gettext as _
from plans.privacy import PersonalError, personal_column, personal_text
from plans.typed import fold, parse_quantity, quoted
from tracker.registers.sheet_file import Cell

Read = Callable[[str], Any]
"""Reads what stands in a cell that is not empty; raises a DubanError where it cannot be."""

MAX_KEPT = 200_000
"""Values of one column that are remembered; a column with more has hardly one twice."""

MAX_NEAREST = 200
"""Of so many unknown names in a column it is looked which known ones come near."""

_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)")

MOST_DIGITS = 10.0**15
"""Numbers from here on are rounded by spreadsheets, which keep 15 digits."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that cannot be taken.

    Attributes:
        value: what stands there, as it may be shown.
        unknown: it is a name that is not known: said once for all rows that have it.
        empty: nothing stands there, and something has to.
    """

    message: str
    value: str
    unknown: bool = False
    empty: bool = False


class Values(dict[Cell, Any]):
    """Cell → what it is read as: a value, None for an empty one, or ``Bad``.

    Args:
        read: what reads one.
        needed: whether it has to be there.
    """

    def __init__(self, read: Read, *, needed: bool = False) -> None:
        super().__init__()
        self._read, self._needed = read, needed
        self._unknown = 0
        self.any_bad = False

    def __missing__(self, cell: Cell) -> Any:
        if len(self) > MAX_KEPT:
            self.clear()
        value = self._value(cell)
        if type(value) is Bad:
            self.any_bad = True
        self[cell] = value
        return value

    def _value(self, cell: Cell) -> Any:
        if isinstance(cell, float) and abs(cell) >= MOST_DIGITS:
            message = _("a number of more than 15 digits, which is rounded; format it as text")
            return Bad(message, "")
        text = cell_text(cell)
        if not text:
            message = _("left empty; expected a value")
            return Bad(message, "", empty=True) if self._needed else None
        if text[0] in "#=" and (lost := _lost(text)):
            return lost
        if self._unknown >= MAX_NEAREST:
            return self._plainly(text)
        try:
            return self._read(text)
        except DubanError as error:
            if personal := _personal(text):
                return personal
            unknown = isinstance(error, NotFoundError)
            self._unknown += unknown
            shown = "" if isinstance(error, PersonalError) else text[:100]
            return Bad(str(error), shown, unknown)

    def _plainly(self, text: str) -> Any:
        """What is read where there were too many unknown names to tell the nearest of each."""
        try:
            return self._read(text)
        except DubanError as error:
            unknown = isinstance(error, NotFoundError)
            message = _("{text}: not known; so are many others in this column")
            said = message.format(text=quoted(text)) if unknown else str(error)
            return _personal(text) or Bad(said, text[:100], unknown)


def _lost(text: str) -> Bad | None:
    """What is said of a formula that came to nothing, also where it was saved as text."""
    if text.startswith("="):
        message = _("a formula without its result; open the file, save it, and import it again")
        return Bad(message, text[:100])
    if _ERROR.fullmatch(text):
        message = _("{text}: an error of a formula; expected a value, or an empty cell")
        return Bad(message.format(text=text), text)
    return None


def _personal(text: str) -> Bad | None:
    what = personal_text(text)
    return Bad(personal_cell(what), "") if what else None


def personal_cell(what: str) -> str:
    """What is said of a cell that holds what identifies a person; never the value itself."""
    message = _("looks like {what}; delete it: no register may say who a person is")
    return message.format(what=what)


def cell_text(cell: Cell) -> str:
    """The text of a cell, as people would type it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


_PLAIN = re.compile(r"(?:(?=[^\n]*[0-9])[A-Z0-9_/.#-]{1,60}\n)*")


def plain_numbers(cells: Sequence[Cell]) -> bool:
    """Whether all cells are numbers of cases as they stand, seen in one go.

    They are what ``plans.case_number.parse_number`` gives back unchanged; of others it may, too.
    """
    try:
        texts: Sequence[str] = cells  # type: ignore[assignment]  # found out by joining them
        joined = "\n".join(texts)
    except TypeError:
        return False
    return bool(_PLAIN.fullmatch(f"{joined}\n")) and not personal_column(texts)


def read_flag(text: str) -> bool:
    """Yes or no.

    Raises:
        BadInputError: neither.
    """
    answers = {
        "是": True,
        "有": True,
        "重复": True,
        "y": True,
        "yes": True,
        "true": True,
        "1": True,
    }
    answers |= {"否": False, "无": False, "不重复": False, "n": False, "no": False, "false": False}
    answers |= {"0": False}
    found = answers.get(fold(text).lower())
    if found is None:
        raise BadInputError(_("{text}: expected 是 or 否").format(text=quoted(text)))
    return found


_MEASURED = re.compile(r"([0-9０-９][0-9０-９,，.．]*)\s*(?:人次|[家处件次人个户名起宗条场例项])")


def without_measure_word(text: str) -> str:
    """A count without the measure word behind it: 145家, 476件."""
    counted = _MEASURED.fullmatch(text.strip())
    return counted[1] if counted else text


def read_count(text: str) -> int:
    """A whole number, not below 0.

    Raises:
        BadInputError: it is none.
    """
    number = parse_quantity(without_measure_word(text))
    if number < 0 or number != int(number):
        message = _("{text}: expected a whole number, not below 0")
        raise BadInputError(message.format(text=quoted(text)))
    return int(number)
