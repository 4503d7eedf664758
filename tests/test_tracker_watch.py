"""Which plans are watched around the end of a year."""

from datetime import date

import pytest

from plans.errors import NotFoundError
from tests.office import OFFICE, PLAN, WORKDAYS, file, load_office, look
from tracker.alerts import record_check
from tracker.store import Store
from tracker.watch import register_plans, watched_plans

NEW_YEAR = date(2025, 1, 1)


def watched(url: str, day: date) -> list[int]:
    with Store(url) as store, store.read() as connection:
        return [plan.year for plan in watched_plans(connection, day, OFFICE, workdays=WORKDAYS)]


def finish(url: str) -> None:
    """Finishes all items on the last day of the year."""
    day = date(2024, 12, 31)
    file(url, "1", day, add={"道路": 10}, reason="补报")
    file(url, "2", day, milestone="plan", reason="补报")
    file(url, "2", day, milestone="done", reason="补报")
    file(url, "3", day, add={"走访": 100})


def test_a_plan_with_unfinished_items_is_watched_all_through_the_next_year_and_no_longer(
    sqlite_store_url: str,
) -> None:
    load_office(sqlite_store_url)
    assert watched(sqlite_store_url, NEW_YEAR) == [2024]
    load_office(sqlite_store_url, PLAN.replace("2024", "2025"))
    assert watched(sqlite_store_url, date(2024, 12, 31)) == [2024]
    assert watched(sqlite_store_url, NEW_YEAR) == [2024, 2025]
    assert watched(sqlite_store_url, date(2025, 12, 31)) == [2024, 2025]
    assert watched(sqlite_store_url, date(2026, 1, 1)) == [2025]


def test_a_finished_plan_of_the_year_before_is_watched_until_its_alerts_are_cleared(
    sqlite_store_url: str,
) -> None:
    load_office(sqlite_store_url)
    with Store(sqlite_store_url) as store, store.write() as writing:
        record_check(writing, look(sqlite_store_url, date(2024, 12, 30)), WORKDAYS)
    finish(sqlite_store_url)
    assert watched(sqlite_store_url, NEW_YEAR) == [2024]
    with Store(sqlite_store_url) as store, store.write() as writing:
        record_check(writing, look(sqlite_store_url, NEW_YEAR), WORKDAYS)
    with pytest.raises(NotFoundError, match="2025: no such plan"):
        watched(sqlite_store_url, NEW_YEAR)


def test_a_plan_of_which_nothing_is_left_to_be_done_is_not_watched_though_it_is_behind(
    sqlite_store_url: str,
) -> None:
    items = PLAN.index('      - code: "1"')
    monthly = """
      - {code: "1", title: 走访, lead: cj, start: 2024-01-01, due: 2024-12-31, every: monthly,
         report: none}
"""
    load_office(sqlite_store_url, PLAN[:items] + monthly.lstrip("\n"))
    assert watched(sqlite_store_url, NEW_YEAR) == [2024]
    file(sqlite_store_url, "1", date(2024, 12, 31), milestone="2024-12")
    (item,) = look(sqlite_store_url, NEW_YEAR).items
    assert (item.level.code, item.settled) == ("far_behind", True)
    with pytest.raises(NotFoundError, match="2025: no such plan"):
        watched(sqlite_store_url, NEW_YEAR)


def test_registers_are_looked_at_with_the_newest_plan_of_each_office(sqlite_store_url: str) -> None:
    def found(day: date, year: int | None = None, office: str | None = None) -> list[str]:
        with Store(sqlite_store_url) as store, store.read() as connection:
            plans = register_plans(connection, day, year, office)
        return [f"{plan.office} {plan.year}" for plan in plans]

    other = "另一街道办事处"
    load_office(sqlite_store_url)
    load_office(sqlite_store_url, PLAN.replace(OFFICE, other))
    load_office(sqlite_store_url, PLAN.replace(OFFICE, other).replace("2024", "2025"))
    assert found(date(2024, 12, 31)) == [f"{other} 2024", f"{OFFICE} 2024"]
    assert found(NEW_YEAR) == [f"{other} 2025", f"{OFFICE} 2024"], "no newer one is there yet"
    assert found(NEW_YEAR, office=OFFICE) == [f"{OFFICE} 2024"]
    assert found(NEW_YEAR, year=2025) == [f"{other} 2025"]
    with pytest.raises(NotFoundError, match="2027: no such plan"):
        found(date(2027, 1, 1))
