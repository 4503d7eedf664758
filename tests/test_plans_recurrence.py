"""Occurrences of recurring items, against an oracle that goes day by day."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.errors import BadInputError
from plans.model import Milestone
from plans.recurrence import occurrences

START, DUE = date(2024, 1, 1), date(2024, 12, 31)
days = st.dates(date(2023, 1, 1), date(2025, 12, 31))
calendars = st.sampled_from(["monthly", "quarterly", "yearly"])


def due_days(every: str, start: date, due: date, day: int | None) -> list[date]:
    """Goes through the days from start to due and asks of each whether something is due."""
    found = []
    for n in range((due - start).days + 1):
        today = start + timedelta(n)
        last = monthrange(today.year, today.month)[1]
        wanted = min(day, last) if day else last
        last_month = {"monthly": True, "quarterly": today.month in (3, 6, 9, 12)}
        if every.endswith(("week", "weeks")):
            hit = (n + 1) % (7 * int(every.split()[0])) == 0
        else:
            hit = today.day == wanted and last_month.get(every, today.month == 12)
        if hit:
            found.append(today)
    return found


@given(calendars, days, days, st.none() | st.integers(1, 31))
def test_occurrences_of_the_calendar_agree_with_going_day_by_day(
    every: str, a: date, b: date, day: int | None
) -> None:
    start, due = min(a, b), max(a, b)
    found = occurrences(every, start, due, day)
    assert [m.due for m in found] == due_days(every, start, due, day)


@given(st.integers(1, 60), days, days)
def test_every_so_many_weeks_agrees_with_going_day_by_day(weeks: int, a: date, b: date) -> None:
    start, due = min(a, b), max(a, b)
    every = "1 week" if weeks == 1 else f"{weeks} weeks"
    found = occurrences(every, start, due)
    assert [m.due for m in found] == due_days(every, start, due, None)


@given(st.one_of(calendars, st.sampled_from(["1 week", "2 weeks", "5 weeks"])), days, days)
def test_an_occurrence_can_be_made_good_until_the_next_is_due(every: str, a: date, b: date) -> None:
    found = occurrences(every, min(a, b), max(a, b))
    dues = [m.due for m in found]
    assert [m.lapses_on for m in found] == ([*dues[1:], None] if dues else [])
    assert all(m.lapses_on is None or m.lapses_on > m.due for m in found)
    assert len({m.code for m in found}) == len(found)


def test_a_year_of_months_is_named_by_them() -> None:
    found = occurrences("monthly", START, DUE)
    assert len(found) == 12
    assert found[1] == Milestone("2024-02", "2024年2月", date(2024, 2, 29), 1, date(2024, 3, 31))
    assert found[-1] == Milestone("2024-12", "2024年12月", date(2024, 12, 31), 1, None)


def test_quarters_years_and_weeks_have_their_names() -> None:
    assert [m.code for m in occurrences("quarterly", START, DUE)] == [
        "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4",
    ]  # fmt: skip
    assert occurrences("quarterly", START, DUE)[3].title == "第4季度"
    assert [(m.code, m.title) for m in occurrences("yearly", START, DUE)] == [("2024", "2024年")]
    weeks = occurrences("2 weeks", START, DUE)
    assert (weeks[0].code, weeks[0].title, weeks[0].due) == ("W01", "第1期", date(2024, 1, 14))
    assert len(weeks) == 26


def test_the_titles_follow_the_language_of_the_plan() -> None:
    english = [
        occurrences(every, START, DUE, language="en")[0].title
        for every in ("monthly", "quarterly", "yearly", "1 week")
    ]
    assert english == ["2024-01", "Q1 2024", "2024", "period 1"]


def test_a_day_of_the_month_is_cut_to_its_length() -> None:
    found = occurrences("monthly", START, date(2024, 4, 30), day=31)
    assert [m.due.day for m in found] == [31, 29, 31, 30]


@pytest.mark.parametrize("every", ["daily", "0 weeks", "weekly", "-1 weeks", "100 weeks", ""])
def test_another_rhythm_is_bad_input(every: str) -> None:
    with pytest.raises(BadInputError, match="expected monthly, quarterly, yearly"):
        occurrences(every, START, DUE)


def test_a_day_of_the_month_does_not_go_with_weeks() -> None:
    with pytest.raises(BadInputError, match="expected only with monthly"):
        occurrences("2 weeks", START, DUE, day=5)
