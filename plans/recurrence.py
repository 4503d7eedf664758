"""The occurrences of a recurring item as milestones: monthly, quarterly, yearly, every N weeks.

An occurrence is *held* when it is reached on or before its ``due``; *late* when it is reached after
that, up to ``lapses_on``, the day on which the next one is due (so long it can be made good); and
*missed* when it is not reached by then. The last one has no next: it stays open.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.model import Milestone
from plans.typed import quoted

EVERY = re.compile(r"monthly|quarterly|yearly|([1-9][0-9]?) weeks?")
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def occurrences(
    every: str, start: date, due: date, day: int | None = None, language: str = "zh"
) -> tuple[Milestone, ...]:
    """The occurrences that are due from ``start`` to ``due``, both included, in order.

    Args:
        every: "monthly", "quarterly", "yearly" (of the calendar), or "2 weeks" (counted from
            ``start``).
        day: day of the period's last month on which an occurrence is due, cut to the length of
            that month; None for the last day of the period. Not for weeks.
        language: of the titles.

    Raises:
        BadInputError: ``every`` is none of these, or ``day`` is given with weeks.
    """
    match = EVERY.fullmatch(every)
    if match is None:
        message = _("{text}: expected monthly, quarterly, yearly, or for example '2 weeks'")
        raise BadInputError(message.format(text=quoted(every)))
    if match[1] is None:
        due_ones = list(_of_calendar(MONTHS[every], start, due, day, language))
    elif day is None:
        due_ones = list(_of_weeks(int(match[1]), start, due, language))
    else:
        raise BadInputError(_("day: expected only with monthly, quarterly or yearly"))
    following: list[date | None] = [m.due for m in due_ones[1:]]
    return tuple(
        replace(m, lapses_on=lapses_on)
        for m, lapses_on in zip(due_ones, [*following, None], strict=False)
    )


def _of_weeks(weeks: int, start: date, due: date, language: str) -> Iterator[Milestone]:
    first = start + timedelta(7 * weeks - 1)
    for number, when in enumerate(_days("weeks", weeks, first, due), 1):
        title = f"第{number}期" if language == "zh" else f"period {number}"
        yield Milestone(f"W{number:02}", title, when)


def _of_calendar(
    months: int, start: date, due: date, day: int | None, language: str
) -> Iterator[Milestone]:
    # The first period of a year ends in January, March or December: there is a 31st.
    for when in _days("months", months, date(start.year, months, day or 31), due):
        if start <= when:
            yield Milestone(*_name(when.year, when.month, months, language), when)


def _days(unit: str, step: int, first: date, last: date) -> Iterator[date]:
    """``first`` and every so many weeks or months later, up to ``last``; in a month that is too
    short for its day of the month, the last day."""
    from pendulum import Interval  # not at the top: only a plan with recurring items needs it

    if first <= last:
        for day in Interval(first, last).range(unit, step):
            yield date(day.year, day.month, day.day)


def _name(year: int, month: int, months: int, language: str) -> tuple[str, str]:
    """Code and title of the period of ``months`` months that ends with ``month``."""
    number = month // months
    if months == 12:
        return f"{year}", f"{year}年" if language == "zh" else f"{year}"
    if months == 3:
        return f"{year}-Q{number}", f"第{number}季度" if language == "zh" else f"Q{number} {year}"
    code = f"{year}-{month:02}"
    return code, f"{year}年{month}月" if language == "zh" else code
