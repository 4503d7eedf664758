"""Working days: the state's calendar, an office's exceptions, years that are not published."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import BadInputError
from plans.problems import PlanProblems
from plans.workdays import Workdays, calendar_path, load_workdays

CALENDAR = Workdays()
days = st.dates(date(2003, 6, 1), date(2028, 6, 1))


def working_days_one_by_one(calendar: Workdays, after: date, until: date) -> int:
    span = range(1, (until - after).days + 1)
    return sum(calendar.is_workday(after + timedelta(days=n)) for n in span)


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_a_published_year_has_its_working_days(year: int, days: int) -> None:
    assert CALENDAR.count(date(year - 1, 12, 31), date(year, 12, 31)) == days
    assert not CALENDAR.provisional(year)


@pytest.mark.parametrize(
    "day", ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"]
)
def test_a_make_up_day_at_a_weekend_is_worked(day: str) -> None:
    made_up = date.fromisoformat(f"2024-{day}")
    assert made_up.weekday() >= 5
    assert CALENDAR.is_workday(made_up)


def test_a_holiday_on_a_weekday_is_not_worked() -> None:
    assert not CALENDAR.is_workday(date(2024, 10, 2))


def test_a_year_that_is_not_published_is_provisional_and_monday_to_friday() -> None:
    assert CALENDAR.provisional(2027)
    assert CALENDAR.provisional(2003)
    assert CALENDAR.is_workday(date(2027, 1, 1))
    assert CALENDAR.count(date(2026, 12, 31), date(2027, 12, 31)) == 261


def test_a_period_has_the_provisional_years_whose_days_are_counted() -> None:
    assert CALENDAR.provisional_years(date(2026, 1, 1), date(2026, 12, 31)) == ()
    assert CALENDAR.provisional_years(date(2026, 12, 31), date(2028, 1, 1)) == (2027, 2028)
    assert CALENDAR.provisional_years(date(2027, 1, 2), date(2027, 1, 2)) == ()
    own = Workdays(published=[2027])
    assert own.provisional_years(date(2026, 12, 31), date(2028, 1, 1)) == (2028,)


@given(days, days)
def test_counting_agrees_with_going_day_by_day(a: date, b: date) -> None:
    after, until = min(a, b), max(a, b)
    expected = working_days_one_by_one(CALENDAR, after, until)
    assert CALENDAR.count(after, until) == expected
    assert CALENDAR.count(until, after) == -expected


@given(days, days, days)
def test_parts_of_a_period_add_up_to_the_whole(a: date, b: date, c: date) -> None:
    assert CALENDAR.count(a, b) + CALENDAR.count(b, c) == CALENDAR.count(a, c)


@given(days, st.integers(1, 300))
def test_going_forward_and_counting_back_agree(day: date, workdays: int) -> None:
    later = CALENDAR.add(day, workdays)
    assert CALENDAR.is_workday(later)
    assert CALENDAR.count(day, later) == workdays
    earlier = CALENDAR.add(day, -workdays)
    assert CALENDAR.is_workday(earlier)
    # The first day counted is the day before, so the day itself is not in it.
    assert CALENDAR.count(earlier - timedelta(1), day - timedelta(1)) == workdays


def test_no_working_days_further_is_the_day_itself() -> None:
    assert CALENDAR.add(date(2024, 10, 2), 0) == date(2024, 10, 2)


def test_beyond_the_calendar_is_bad_input() -> None:
    with pytest.raises(BadInputError):
        CALENDAR.add(date(9999, 12, 1), 100)


def test_an_office_may_have_exceptions_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "calendar.yaml"
    own.write_text(
        "holiday: [2027-01-01, 2027年2月8日]\nworkday: [2027-01-02]\npublished: [2027]\n", "utf-8"
    )
    calendar = load_workdays(own)
    assert not calendar.is_workday(date(2027, 1, 1))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 1, 2))
    assert not calendar.provisional(2027)
    assert calendar.count(date(2026, 12, 31), date(2027, 12, 31)) == 261 - 2 + 1


def test_exceptions_are_found_in_the_users_configuration_or_where_they_were_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_workdays().is_workday(date(2027, 1, 1))
    calendar_path().parent.mkdir(parents=True)
    calendar_path().write_text("holiday: [2027-01-01]", "utf-8")
    assert not load_workdays().is_workday(date(2027, 1, 1))
    monkeypatch.setenv("DUBAN_CALENDAR", str(tmp_path / "missing.yaml"))
    with pytest.raises(PlanProblems, match=r"missing\.yaml: there is no such file"):
        load_workdays()


def test_a_wrong_calendar_says_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    own = tmp_path / "calendar.yaml"
    own.write_text(
        "holiday: [2027-02-30]\nholidays: []\nworkday: x\npublished: [soon, 2027.5]\n", "utf-8"
    )
    with pytest.raises(PlanProblems) as error:
        load_workdays(own)
    assert str(error.value).splitlines() == [
        f"{own}:1: '2027-02-30': there is no such day; that month has 28 days",
        f"{own}:2: unknown key 'holidays'; expected workday, holiday or published",
        f"{own}:3: expected a list",
        f"{own}:4: '2027.5': expected a year between 1900 and 2200",
        f"{own}:4: 'soon' is no number; expected for example 16, 1.5, 11,000 or 6.4万",
    ]


@pytest.mark.parametrize("text", ["", "- 2027-01-01", "holiday: &a [*a]"])
def test_a_calendar_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    own = tmp_path / "calendar.yaml"
    own.write_text(text, "utf-8")
    with pytest.raises(PlanProblems):
        load_workdays(own)
