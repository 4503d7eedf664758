"""The words of the terminal reports, in the language of the plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from plans.levels import LEVELS, Level
from plans.numerals import percent_text, percentage, plain_number
from plans.zone import OFFICE_ZONE
from tracker.reports.console_phrases import PHRASES
from tracker.reports.console_phrases_explain import EXPLANATIONS
from tracker.reports.console_phrases_petitions import PETITIONS
from tracker.reports.console_phrases_safety import SAFETY
from tracker.reports.console_phrases_warnings import WARNINGS
from tracker.schema import FULL

if TYPE_CHECKING:
    from tracker.history import Entry


_WORDS = PHRASES | EXPLANATIONS | PETITIONS | SAFETY | WARNINGS

_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS_ZH = "一二三四五六日"


@dataclass(frozen=True)
class Words:
    """Words, dates and amounts of one plan's language.

    Attributes:
        year: the plan's; short dates of another year name it.
    """

    language: str
    year: int

    @cached_property
    def _n(self) -> int:
        return 0 if self.language == "zh" else 1

    def __call__(self, key: str, **values: object) -> str:
        """The words of a key, with values filled in."""
        return _WORDS[key][self._n].format(**values) if values else _WORDS[key][self._n]

    def level(self, level: Level) -> str:
        """The word of a level."""
        return level.zh if self._n == 0 else level.en

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The words of all levels by rank."""
        return tuple(map(self.level, LEVELS))

    def join(self, parts: Iterable[str]) -> str:
        """Parts of an enumeration."""
        return ("，" if self._n == 0 else ", ").join(parts)

    def labelled(self, label: str, text: str) -> str:
        """A label and what it labels."""
        return f"{label}：{text}" if self._n == 0 else f"{label}: {text}"

    def noted(self, text: str, note: str) -> str:
        """A text with a note in brackets, where there is one."""
        if not note:
            return text
        return f"{text}（{note}）" if self._n == 0 else f"{text} ({note})"

    def long_day(self, day: date) -> str:
        """A date as the head of a report gives it."""
        if self._n == 0:
            week = _WEEKDAYS_ZH[day.weekday()]
            return f"{day.year}年{day.month}月{day.day}日（星期{week}）"
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"

    def day(self, day: date | None) -> str:
        """A date in a table: month and day, and the year where it is not the plan's."""
        if day is None:
            return "—"
        return day.strftime("%m-%d" if day.year == self.year else "%Y-%m-%d")

    def month(self, day: date) -> str:
        """A month by name."""
        return f"{day.month}月" if self._n == 0 else _MONTHS_EN[day.month - 1]

    def moment(self, moment: datetime) -> str:
        """A moment in the office's time zone."""
        return moment.astimezone(ZoneInfo(OFFICE_ZONE)).strftime("%Y-%m-%d %H:%M")

    def amount(self, amount: Decimal, unit: str = "") -> str:
        """A quantity with its unit: 16条, 0.5 km²."""
        shown = format(amount, "f")
        return shown + unit if self._n == 0 or not unit else f"{shown} {unit}"


def exact(part: int) -> str:
    """Progress (of FULL) to the last digit: 83.333%."""
    whole, rest = divmod(abs(part) * 100, FULL)
    digits = f"{whole}.{rest * 1000 // FULL:03d}".rstrip("0").rstrip(".")
    return f"{'−' if part < 0 else ''}{digits}%"


def tenths(part: int) -> str:
    """Progress, or a difference of it (of FULL), in percentage points: 83.3, −0.7."""
    return f"{'−' if part < 0 else ''}{percent_text(abs(part), FULL).removesuffix('%')}"


def apart(actual: int, expected: int) -> str:
    """How far two shares (of FULL) that are shown together are apart, as they are shown."""
    return plain_number(abs(percentage(actual, FULL) - percentage(expected, FULL)))


def row_words(
    row: "Entry", words: Words, titles: Mapping[str, str], units: Mapping[str, str]
) -> str:
    """What a row of the ledger says, in a few words.

    Args:
        titles: milestone code → title.
        units: unit code → name.
    """
    part = titles.get(row.part or "", row.part)
    amount = None if row.amount is None else format(row.amount, "f")
    if row.kind == "extend":
        due = words.day(row.due)
        return words("row_extend_part" if row.part else "row_extend", part=part, due=due)
    if row.kind == "assign":
        named = row.assignment or {}
        lead = units.get(named.get("lead") or "", named.get("lead"))
        support = "、".join(units.get(code, code) for code in named.get("support") or ())
        who = [lead, support, named.get("person"), named.get("leader")]
        return words("row_assign", who=" · ".join(name for name in who if name))
    other = row.answers or row.reverses
    return words(f"row_{row.kind}", part=part, amount=amount, row=other)
