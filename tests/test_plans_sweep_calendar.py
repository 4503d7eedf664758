"""When sweeps are due, against the real calendar and an oracle that goes day by day."""

from collections.abc import Hashable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.errors import BadInputError
from plans.registers import SweepRhythm
from plans.sweep_calendar import Occurrence, occurrences
from plans.workdays import Workdays
from tests.conftest import examples

CALENDAR = Workdays()
JANUARY, DECEMBER = date(2024, 1, 1), date(2024, 12, 31)
COMMUNITIES = ["c1", "c2", "c3"]

everies = st.sampled_from(["weekly", "1 week", "2 weeks", "5 weeks", "monthly", "quarterly"])
rhythms = everies | st.just("holiday")
# Published years, and those of which only weekends are known.
days = st.dates(date(2019, 1, 1), date(2029, 12, 31))
exceptions = st.dictionaries(days, st.booleans(), max_size=40)
spans = st.tuples(days, st.integers(0, 500)).map(lambda s: (s[0], s[0] + timedelta(s[1])))


def rhythm(every: str, per: str = "office") -> SweepRhythm:
    return SweepRhythm(
        "R", "消防通道排查", "exits", every, "community" if per != "office" else "office"
    )


def year(every: str, first: date = JANUARY, last: date = DECEMBER) -> list[Occurrence]:
    return occurrences(rhythm(every), COMMUNITIES, first, last, CALENDAR)


def period(every: str, day: date) -> Hashable:
    """In which period a day lies."""
    iso = day.isocalendar()
    if every == "monthly":
        return day.year, day.month
    if every == "quarterly":
        return day.year, (day.month - 1) // 3
    return iso.year, (iso.week - 1) // (1 if every == "weekly" else int(every.split()[0]))


def due_days(every: str, first: date, last: date, calendar: Workdays) -> list[date]:
    """Asks of each working day whether another one follows in its period."""
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(n)
        later = (day + timedelta(m) for m in range(1, 100))
        if calendar.is_workday(day) and not any(
            calendar.is_workday(other) and period(every, other) == period(every, day)
            for other in later
        ):
            found.append(day)
    return found


def test_a_sweep_before_each_long_holiday_of_2024_and_2025() -> None:
    found = year("holiday", JANUARY, date(2025, 12, 31))
    assert [(o.due.isoformat(), o.lapses_on.isoformat()) for o in found] == [
        ("2024-02-09", "2024-02-17"),  # Spring Festival
        ("2024-04-03", "2024-04-06"),  # Qingming
        ("2024-04-30", "2024-05-05"),  # Labour Day
        ("2024-06-07", "2024-06-10"),  # Dragon Boat
        ("2024-09-14", "2024-09-17"),  # Mid-Autumn: a Saturday that is worked
        ("2024-09-30", "2024-10-07"),  # National Day
        # New Year 2025 is a Wednesday, a single day off.
        ("2025-01-27", "2025-02-04"),  # Spring Festival
        ("2025-04-03", "2025-04-06"),
        ("2025-04-30", "2025-05-05"),
        ("2025-05-30", "2025-06-02"),
        ("2025-09-30", "2025-10-08"),  # National Day and Mid-Autumn
        ("2025-12-31", "2026-01-03"),  # New Year 2026
    ]
    assert found[5].begins == date(2024, 9, 20)


def test_weeks_of_2024_end_with_their_last_working_day() -> None:
    found = year("weekly")
    assert len(found) == 52
    by_week = {o.due.isocalendar().week: o for o in found}
    assert by_week[5].due == date(2024, 2, 4)  # a Sunday that is worked
    assert by_week[6].due == date(2024, 2, 9)  # Friday, before the Spring Festival
    assert by_week[7].due == date(2024, 2, 18)  # nothing else of the week is worked
    assert by_week[40].due == date(2024, 9, 30)  # a Monday, before National Day
    assert (by_week[40].begins, by_week[40].lapses_on) == (date(2024, 9, 30), date(2024, 10, 12))


def test_a_week_without_a_working_day_has_no_sweep() -> None:
    february = occurrences(
        rhythm("weekly"), [], date(2027, 2, 1), date(2027, 2, 21), own_spring_festival()
    )
    assert [o.due.isoformat() for o in february] == ["2027-02-05", "2027-02-19"]
    assert february[0].lapses_on == date(2027, 2, 19)


def own_spring_festival() -> Workdays:
    """A week off in a year that is not published, by the office's own calendar."""
    off = {date(2027, 2, 8) + timedelta(n): False for n in range(7)}
    return Workdays(off, published=[2027])


def test_a_year_that_is_not_published_has_the_holidays_of_the_offices_own_calendar() -> None:
    span = date(2027, 1, 1), date(2027, 12, 31)
    assert year("holiday", *span) == []
    own = occurrences(rhythm("holiday"), [], *span, own_spring_festival())
    assert [(o.due, o.lapses_on) for o in own] == [(date(2027, 2, 5), date(2027, 2, 14))]


def test_months_and_quarters_of_2024_end_with_their_last_working_day() -> None:
    months = [o.due.isoformat()[5:] for o in year("monthly")]
    assert months == [
        "01-31", "02-29", "03-29", "04-30", "05-31", "06-28",
        "07-31", "08-30", "09-30", "10-31", "11-29", "12-31",
    ]  # fmt: skip
    quarters = year("quarterly")
    assert [o.due.isoformat()[5:] for o in quarters] == ["03-29", "06-28", "09-30", "12-31"]
    assert (quarters[0].begins, quarters[0].lapses_on) == (JANUARY, date(2024, 6, 28))
    assert quarters[-1].lapses_on == date(2025, 3, 31)


def test_two_weeks_are_counted_from_the_first_week_of_the_year() -> None:
    found = year("2 weeks")
    assert len(found) == 26
    assert found[0].begins == date(2024, 1, 1)
    assert found[0].due == date(2024, 1, 12)
    # 2020 has 53 weeks: the last stands alone, and 2021 begins anew with 4 January.
    turn = year("2 weeks", date(2020, 12, 21), date(2021, 1, 31))
    assert [(o.begins.isoformat(), o.due.isoformat()) for o in turn] == [
        ("2020-12-14", "2020-12-25"),
        ("2020-12-28", "2020-12-31"),
        ("2021-01-04", "2021-01-15"),
        ("2021-01-18", "2021-01-29"),
    ]


def test_a_sweep_per_community_is_held_in_each() -> None:
    found = occurrences(
        rhythm("monthly", "community"), COMMUNITIES, JANUARY, date(2024, 2, 29), CALENDAR
    )
    assert [(o.number, o.community) for o in found] == [
        ("R-c1-2024-01-31", "c1"),
        ("R-c2-2024-01-31", "c2"),
        ("R-c3-2024-01-31", "c3"),
        ("R-c1-2024-02-29", "c1"),
        ("R-c2-2024-02-29", "c2"),
        ("R-c3-2024-02-29", "c3"),
    ]
    assert found[0] == Occurrence(
        "R-c1-2024-01-31", "R", "exits", "c1", JANUARY, date(2024, 1, 31), date(2024, 2, 29),
        "消防通道排查",
    )  # fmt: skip


def test_a_sweep_of_the_office_is_a_single_one() -> None:
    found = year("quarterly")
    assert [(o.number, o.community) for o in found][:1] == [("R-office-2024-03-29", None)]


@given(everies, spans, exceptions)
@settings(max_examples=examples(60))
def test_periods_agree_with_going_day_by_day(
    every: str, span: tuple[date, date], own: dict[date, bool]
) -> None:
    calendar = Workdays(own)
    found = occurrences(rhythm(every), [], *span, calendar)
    assert [o.due for o in found] == due_days(every, *span, calendar)
    assert all(period(every, o.begins) == period(every, o.due) for o in found)
    before = [o.begins - timedelta(1) for o in found]
    assert all(
        period(every, day) != period(every, o.due) for day, o in zip(before, found, strict=True)
    )


@given(spans, exceptions)
@settings(max_examples=examples(60))
def test_long_holidays_agree_with_runs_of_days_off(
    span: tuple[date, date], own: dict[date, bool]
) -> None:
    calendar = Workdays(own)
    first, last = span
    runs, run = [], []
    for n in range((last - first).days + 60):
        day = first + timedelta(n)
        if not calendar.is_workday(day):
            run.append(day)
            continue
        runs.append(run)
        run = []
    wanted = [
        (run[0] - timedelta(1), run[-1])
        for run in runs
        if len(run) >= 3 and first <= run[0] - timedelta(1) <= last
    ]
    found = occurrences(rhythm("holiday"), [], first, last, calendar)
    assert [(o.due, o.lapses_on) for o in found] == wanted


@given(rhythms, st.sampled_from(["office", "community"]), spans, st.integers(0, 500), exceptions)
@settings(max_examples=examples(60))
def test_the_parts_of_a_period_have_the_same_sweeps_as_the_whole(
    every: str, per: str, span: tuple[date, date], cut: int, own: dict[date, bool]
) -> None:
    calendar, (first, last) = Workdays(own), span
    middle = min(first + timedelta(cut), last)
    parts = ((first, middle), (middle + timedelta(1), last))
    whole = occurrences(rhythm(every, per), COMMUNITIES, first, last, calendar)
    joined = [
        o for part in parts for o in occurrences(rhythm(every, per), COMMUNITIES, *part, calendar)
    ]
    assert joined == whole
    assert len({o.number for o in whole}) == len(whole)


@given(rhythms, spans)
@settings(max_examples=examples(60))
def test_every_sweep_is_due_on_a_working_day_and_can_be_made_good_after_it(
    every: str, span: tuple[date, date]
) -> None:
    found = year(every, *span)
    assert all(CALENDAR.is_workday(o.due) for o in found)
    assert all(o.begins <= o.due < o.lapses_on for o in found)
    if every != "holiday":
        assert [o.lapses_on for o in found][:-1] == [o.due for o in found][1:]


@pytest.mark.parametrize("every", ["daily", "yearly", "0 weeks", "100 weeks", ""])
def test_another_rhythm_is_bad_input(every: str) -> None:
    with pytest.raises(BadInputError, match="expected weekly, monthly, quarterly, holiday"):
        year(every)
