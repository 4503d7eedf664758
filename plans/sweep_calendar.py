"""When sweeps are due: by the week, month or quarter, and before each long holiday.

All follows the working-day calendar. A sweep is due on the last working day of its period; a period
without any working day has none. A long holiday is a run of three or more days off: a weekend has
two, so that a third one is a statutory holiday (or one of the office's own calendar). Of a year
whose calendar is not published only weekends are known, and there are no long holidays in it.

An occurrence is *held* up to its due day, *late* up to ``lapses_on``, and *missed* after that.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import NamedTuple

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.registers import SweepRhythm
from plans.typed import quoted
from plans.workdays import ONE_DAY, Workdays

EVERY = re.compile(r"weekly|monthly|quarterly|holiday|([1-9][0-9]?) weeks?")
"""What ``SweepRhythm.every`` may say."""

MONTHS = {"monthly": 1, "quarterly": 3}

LONG = 3
"""So many days off in a row are a long holiday."""

NOTICE = timedelta(10)
"""How long before its due day the sweep before a long holiday can begin (habit)."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One sweep to be held. All its days are included.

    Attributes:
        number: of the case in the register; the same for the same occurrence, whenever it is made.
        rhythm: the code of the rhythm.
        kind: what is looked for.
        community: where; None for the whole office.
        begins: the first day of its period.
        due: the last working day of its period.
        lapses_on: the last day on which it can be made good: on which the next one is due, or the
            last of the holiday.
    """

    number: str
    rhythm: str
    kind: str
    community: str | None
    begins: date
    due: date
    lapses_on: date
    title: str


class _Slot(NamedTuple):
    begins: date
    due: date
    lapses_on: date


def occurrences(
    rhythm: SweepRhythm, communities: Sequence[str], first: date, last: date, workdays: Workdays
) -> list[Occurrence]:
    """The sweeps of a rhythm that are due from ``first`` to ``last``, both included, in order.

    Where the range begins and ends changes nothing in an occurrence: the parts of a year have the
    same ones as the year.

    Args:
        rhythm: "2 weeks" are counted from the first ISO week of each year.
        communities: the codes of the units in each of which a sweep per community is held.

    Raises:
        BadInputError: the rhythm is none that is known.
    """
    match = EVERY.fullmatch(rhythm.every)
    if match is None:
        message = _(
            "{text}: expected weekly, monthly, quarterly, holiday, or for example '2 weeks'"
        )
        raise BadInputError(message.format(text=quoted(rhythm.every)))
    if rhythm.every == "holiday":
        slots = _before_holidays(first, last, workdays)
    else:
        periods = (
            _months(MONTHS[rhythm.every], first)
            if rhythm.every in MONTHS
            else _weeks(int(match[1] or 1), first)
        )
        slots = _by_period(periods, first, last, workdays)
    places = communities if rhythm.per == "community" else (None,)
    return [_made(rhythm, place, slot) for slot in slots for place in places]


def _made(rhythm: SweepRhythm, community: str | None, slot: _Slot) -> Occurrence:
    number = f"{rhythm.code}-{community or 'office'}-{slot.due.isoformat()}"
    return Occurrence(number, rhythm.code, rhythm.kind, community, *slot, rhythm.title)


def _before_holidays(first: date, last: date, workdays: Workdays) -> Iterator[_Slot]:
    for day in map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)):
        if workdays.is_workday(day) and not workdays.is_workday(day + ONE_DAY):
            back = workdays.add(day, 1)
            if (back - day).days > LONG:
                yield _Slot(day - NOTICE, day, back - ONE_DAY)


def _by_period(
    periods: Iterator[tuple[date, date]], first: date, last: date, workdays: Workdays
) -> Iterator[_Slot]:
    """The last working day of each period, up to the one of the next."""
    worked = (
        (begins, due)
        for begins, end in periods
        if (due := workdays.add(end, -1)) >= begins  # else none of its days is worked
    )
    for (begins, due), (_next, next_due) in pairwise(worked):
        if due > last:
            return
        if due >= first:
            yield _Slot(begins, due, next_due)


def _weeks(step: int, day: date) -> Iterator[tuple[date, date]]:
    """Each period of so many ISO weeks as [begins, end), from the first of the ISO year of ``day``;
    the last one of a year is shorter where the weeks do not divide."""
    year = day.isocalendar().year
    while True:
        begins, end = date.fromisocalendar(year, 1, 1), date.fromisocalendar(year + 1, 1, 1)
        mondays = range(begins.toordinal(), end.toordinal(), 7 * step)
        yield from pairwise(chain(map(date.fromordinal, mondays), [end]))
        year += 1


def _months(step: int, day: date) -> Iterator[tuple[date, date]]:
    """Each period of so many months as [begins, end), from the first of the year of ``day``."""
    year = day.year
    while True:
        starts = [date(year, month, 1) for month in range(1, 13, step)]
        yield from pairwise([*starts, date(year + 1, 1, 1)])
        year += 1
