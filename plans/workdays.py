"""Working days of mainland China, make-up days included, with an office's own exceptions.

The state's calendar comes from ``chinese_calendar``; a year that it does not know yet is taken as
Monday to Friday and called provisional.
"""

import os
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from plans.errors import BadInputError
from plans.language import gettext as _

ONE_DAY = timedelta(days=1)


class Workdays:
    """Which days are worked, and how many lie between two days.

    Args:
        exceptions: days that differ from the state's calendar; True for a working day.
        published: years that the exceptions describe completely, though the state's calendar here
            does not know them.
    """

    def __init__(
        self, exceptions: Mapping[date, bool] | None = None, published: Collection[int] = ()
    ) -> None:
        # Not at the top: a command that counts no working days need not load it.
        from chinese_calendar import holidays, workdays

        self._days: dict[date, bool] = dict.fromkeys(holidays, False)
        self._days.update(dict.fromkeys(workdays, True))
        self._published = {day.year for day in holidays} | set(published)
        self._days.update(exceptions or {})
        self._tables: dict[int, list[int]] = {}

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        return self._days.get(day, day.weekday() < 5)

    def provisional(self, year: int) -> bool:
        """Whether the state has not published ``year``, so that Monday to Friday is assumed."""
        return year not in self._published

    def provisional_years(self, after: date, until: date) -> tuple[int, ...]:
        """The provisional years among those of the days that ``count`` counts.

        Whoever shows working days says so of these years (practice: 暂定).
        """
        if until <= after:
            return ()
        years = range((after + ONE_DAY).year, until.year + 1)
        return tuple(year for year in years if self.provisional(year))

    def count(self, after: date, until: date) -> int:
        """Working days later than ``after`` and not later than ``until``; negative if reversed."""
        if until < after:
            return -self.count(until, after)
        whole_years = sum(self._table(year)[-1] for year in range(after.year, until.year))
        return whole_years + self._up_to(until) - self._up_to(after)

    def add(self, day: date, workdays: int) -> date:
        """The n-th working day after ``day``; before it if negative; the day itself for 0.

        Raises:
            BadInputError: outside the calendar.
        """
        step = ONE_DAY if workdays > 0 else -ONE_DAY
        left = abs(workdays)
        try:
            while left:
                day += step
                left -= self.is_workday(day)
        except OverflowError:
            raise BadInputError(_("the date lies outside the calendar")) from None
        return day

    def _up_to(self, day: date) -> int:
        return self._table(day.year)[day.timetuple().tm_yday]

    def _table(self, year: int) -> list[int]:
        """Working days of the year up to its n-th day, for n from 0."""
        if year not in self._tables:
            first = date(year, 1, 1).toordinal()
            days = map(date.fromordinal, range(first, date(year, 12, 31).toordinal() + 1))
            worked = (int(self.is_workday(day)) for day in days)
            self._tables[year] = list(accumulate(worked, initial=0))
        return self._tables[year]


def calendar_path() -> Path:
    """Where an office's own exceptions lie: DUBAN_CALENDAR, or calendar.yaml in the user's
    configuration directory."""
    from platformdirs import user_config_path

    named = os.environ.get("DUBAN_CALENDAR")
    return Path(named) if named else user_config_path("duban") / "calendar.yaml"


def load_workdays(path: Path | None = None) -> Workdays:
    """The calendar in force: the state's with the exceptions of ``calendar_path()``.

    A missing file is an error only where it was named.

    Raises:
        PlanProblems: see ``plans.calendar_file``.
    """
    named = path is not None or bool(os.environ.get("DUBAN_CALENDAR"))
    path = path or calendar_path()
    if not named and not os.path.exists(path):
        return Workdays()
    # Not at the top: most offices have no such file, and reading YAML takes a while to load.
    from plans.calendar_file import read_exceptions

    return Workdays(*read_exceptions(path))
