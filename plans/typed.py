"""Dates, numbers, shares and short texts as offices type them: 6月底, ６４万元, 25%.

Full-width forms are folded first (Unicode NFKC); after that only ASCII digits count as digits, so
that no two spellings of a number look alike and differ.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal
from functools import lru_cache

from plans.errors import BadInputError
from plans.language import gettext as _

MAX_AMOUNT = 900_000_000
"""Amounts stay below this, so that exact integer arithmetic on them fits into 64 bits."""

DECIMALS = 4
"""Amounts have at most this many decimals, for the same reason."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
"""Control, invisible, direction-changing and broken characters: they may stand in no text.
Line breaks and tabs are not among them; a single line refuses those too (``parse_line``)."""

MULTIPLIERS = {"万": 10_000, "亿": 100_000_000}
SAME_UNIT = {"m2": "平方米", "平米": "平方米", "m": "米", "km": "公里", "千米": "公里"}

_BREAK = re.compile(r"[\t\n\r]")
_UNSEEN = re.compile(f"{FORBIDDEN.pattern}|{_BREAK.pattern}")
_CODE = re.compile(r"\w[\w.\-]{0,39}")
_SEPARATOR = re.compile(r"\s*([-/.年月日号])\s*")
_FULL = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_FULL_ZH = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})[日号]?")
_SHORT = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})")
_MONTH_END = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月[底末]")
_YEAR_END = re.compile(r"(?:([0-9]{4}))?年[底末]")
_MONTH = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})|(?:([0-9]{4})年)?([0-9]{1,2})月(?:份)?")
_NUMBER = re.compile(
    r"([+-]?)\s*((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*([万亿]?)\s*(.*)"
)


class TypedError(BadInputError, ValueError):
    """A typed value cannot be read; also a ValueError, so that validators collect it."""


def quoted(text: str) -> str:
    """The text in quotes as messages show it: cut to 40 characters, nothing unprintable."""
    shown = "".join(c if c.isprintable() else "�" for c in text[:41])
    return f"'{shown[:40]}…'" if len(text) > 40 else f"'{shown}'"


def one_line(text: str) -> str:
    """The text as one line, safe to print: line breaks and invisible characters are escaped."""
    return _UNSEEN.sub(lambda found: repr(found[0])[1:-1], text)


def fold(text: str) -> str:
    """The text without full-width forms and outer spaces; empty if it is too long for a value."""
    typed = text.strip()
    return unicodedata.normalize("NFKC", typed).strip() if len(typed) <= 100 else ""


def parse_line(text: str, limit: int = 200) -> str:
    """The text as one line, outer spaces cut, typographic spaces as plain ones.

    Raises:
        TypedError: empty, longer than ``limit``, or with control characters or line breaks.
    """
    line = text.translate({0x3000: " ", 0xA0: " "}).strip()
    if not line:
        raise TypedError(_("left empty; expected text"))
    if len(line) > limit:
        message = _("{text} is too long; expected at most {limit} characters")
        raise TypedError(message.format(text=quoted(line), limit=limit))
    if FORBIDDEN.search(line) or _BREAK.search(line):
        message = _("{text}: expected one line without control or invisible characters")
        raise TypedError(message.format(text=quoted(line)))
    return line


def parse_passage(text: str, limit: int) -> str:
    """The text, of one or more lines, outer spaces cut.

    Raises:
        TypedError: empty, longer than ``limit``, or with control or invisible characters.
    """
    passage = text.strip()
    if not 0 < len(passage) <= limit:
        message = _("{length} characters; expected text of 1 to {limit}")
        raise TypedError(message.format(limit=limit, length=len(passage)))
    if FORBIDDEN.search(passage):
        raise TypedError(_("expected text without control or invisible characters"))
    return passage


@lru_cache(10_000)
def parse_code(text: str) -> str:
    """A code: letters (of any script), digits, '_', '.' and '-', up to 40; full-width folded.

    Raises:
        TypedError: anything else.
    """
    code = fold(text)
    if not _CODE.fullmatch(code):
        message = _("{text} is no code; expected letters, digits, '.', '-' or '_', at most 40")
        raise TypedError(message.format(text=quoted(text)))
    return code


@lru_cache(10_000)
def parse_date(text: str, year: int | None = None) -> date:
    """The day that is meant.

    Args:
        text: 2024-06-30, 2024/6/30, 2024.6.30, 20240630, 2024年6月30日, 6月30日, 6-30, 6.30,
            2024年6月底 (its last day), 6月底, 2024年底, 年底.
        year: the year of a text that names none.

    Raises:
        TypedError: the text is no date, there is no such day, or the year is missing.
    """
    typed = _SEPARATOR.sub(r"\1", fold(text))
    if m := _FULL.fullmatch(typed):
        parts = (m[1], m[3], m[4]) if m[1] else (m[5], m[6], m[7])
    elif m := _FULL_ZH.fullmatch(typed):
        parts = (m[1], m[2], m[3])
    elif m := _SHORT.fullmatch(typed):
        parts = (None, m[1], m[2])
    elif m := _MONTH_END.fullmatch(typed):
        parts = (m[1], m[2], None)
    elif m := _YEAR_END.fullmatch(typed):
        parts = (m[1], "12", "31")
    else:
        message = _("{text} is no date; expected for example 2024-06-30, 6月30日 or 6月底")
        raise TypedError(message.format(text=quoted(text)))
    return _day(text, parts, year)


def _day(text: str, parts: tuple[str | None, str, str | None], year: int | None) -> date:
    in_year = _year(text, parts[0], year)
    month = _month_number(text, parts[1])
    last = monthrange(in_year, month)[1]
    day = last if parts[2] is None else int(parts[2])
    if not 1 <= day <= last:
        message = _("{text}: there is no such day; that month has {last} days")
        raise TypedError(message.format(text=quoted(text), last=last))
    return date(in_year, month, day)


def _year(text: str, typed: str | None, year: int | None) -> int:
    if typed is None and year is None:
        message = _("{text} names no year; expected for example 2024-06-30")
        raise TypedError(message.format(text=quoted(text)))
    found = int(typed) if typed is not None else year or 0
    if not 1900 <= found <= 2200:
        message = _("{text}: expected a year between 1900 and 2200")
        raise TypedError(message.format(text=quoted(text)))
    return found


def _month_number(text: str, typed: str) -> int:
    if not 1 <= int(typed) <= 12:
        message = _("{text}: there is no such month; expected 1 to 12")
        raise TypedError(message.format(text=quoted(text)))
    return int(typed)


def parse_month(text: str, year: int | None = None) -> tuple[date, date]:
    """The first and the last day of the month that is meant: 2024-10, 2024年10月, 10月.

    Raises:
        TypedError: the text is no month, or the year is missing.
    """
    m = _MONTH.fullmatch(_SEPARATOR.sub(r"\1", fold(text)))
    if m is None:
        message = _("{text} is no month; expected for example 2024-10 or 10月")
        raise TypedError(message.format(text=quoted(text)))
    in_year = _year(text, m[1] or m[3], year)
    month = _month_number(text, m[2] or m[4])
    return date(in_year, month, 1), date(in_year, month, monthrange(in_year, month)[1])


def parse_quantity(text: str, unit: str | None = None) -> Decimal:
    """The number that is meant, in ``unit`` where one is given.

    With a unit, the same unit may follow the number; 万 and 亿 are converted: for the unit 万元,
    "64", "64万", "64万元" and "640000元" are all 64.

    Raises:
        TypedError: no number, another unit, too large, or more than 4 decimals.
    """
    typed = fold(text)
    if typed.startswith("约") or "余" in typed:
        message = _("{text}: expected the exact number; leave out 约 and 余")
        raise TypedError(message.format(text=quoted(text)))
    m = _NUMBER.fullmatch(typed)
    if m is None or len(m[2]) > 24:
        message = _("{text} is no number; expected for example 16, 1.5, 11,000 or 6.4万")
        raise TypedError(message.format(text=quoted(text)))
    sign, digits, multiplier, suffix = m.groups()
    number = Decimal(sign + digits.replace(",", "")) * MULTIPLIERS.get(multiplier, 1)
    if suffix or (multiplier and unit):
        number /= _scale(text, suffix, unit)
    return _checked(text, number)


def _scale(text: str, suffix: str, unit: str | None) -> int:
    """By what to divide a number typed in the base unit; checks that the units agree."""
    if unit is None:
        message = _("{text}: expected a number only, without {suffix}")
        raise TypedError(message.format(text=quoted(text), suffix=quoted(suffix)))
    wanted = fold(unit)
    scale = MULTIPLIERS.get(wanted[:1], 1)
    base = wanted if scale == 1 else wanted[1:].strip()
    if suffix and SAME_UNIT.get(suffix, suffix) != SAME_UNIT.get(base, base):
        message = _("{text} is not in the unit of this figure; expected {unit}")
        raise TypedError(message.format(text=quoted(text), unit=quoted(unit)))
    return scale


def _checked(text: str, number: Decimal) -> Decimal:
    if abs(number) >= MAX_AMOUNT:
        message = _("{text} is too large; use a larger unit such as 万元 or 亿元")
        raise TypedError(message.format(text=quoted(text)))
    rounded = round(number, DECIMALS)
    if rounded != number:
        message = _("{text}: expected at most {decimals} decimals")
        raise TypedError(message.format(text=quoted(text), decimals=DECIMALS))
    whole = rounded == rounded.to_integral()
    return Decimal(int(rounded)) if whole else rounded.normalize()


def parse_share(text: str) -> Decimal:
    """A share between 0 and 1: 25%, ２５％ or 0.25.

    Raises:
        TypedError: no number, not between 0 and 100%, or more than 4 decimals as a share.
    """
    typed = fold(text)
    share = parse_quantity(typed.removesuffix("%"))
    if typed.endswith("%"):
        share = _checked(text, share / 100)
    if not 0 <= share <= 1:
        message = _("{text}: expected a share between 0 and 1, or 0% and 100%")
        raise TypedError(message.format(text=quoted(text)))
    return share
