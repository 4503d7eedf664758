"""Rates: what they count, that parts add up to the whole, last year, and what is only a total."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from itertools import count
from operator import add
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from plans.registers import HOTLINE
from tests import sample
from tests.conftest import examples
from tests.petition_office import load, plan_of, register
from tracker.registers.rate_rows import DIMENSIONS, Counts, RateRow, Rates, Year
from tracker.registers.rates import load_rates, year_before
from tracker.reports.console_petition_rates import print_rates, rate_lines
from tracker.schema import register_total
from tracker.store import Store

D = date.fromisoformat


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    for year in (2023, 2024):
        load(store_url, year)
    with Store(store_url) as opened:
        yield opened


def rates(
    store: Store, as_of: str, year: int = 2024, by: Sequence[str] = DIMENSIONS, known_at: Any = None
) -> Rates:
    with store.read() as connection:
        return load_rates(connection, plan_of(store, year), D(as_of), known_at, by=by)


def whole(found: Rates, group: str) -> Year:
    return next(row.now for row in found.wholes if row.group == group)


def test_each_rate_has_its_numerator_and_denominator(store: Store) -> None:
    with register(store) as book:
        for number, accepted, settled, result in (
            ("1-in-time", "2024-03-10", "2024-05-09", "满意"),
            ("2-late", "2024-03-20", "2024-05-20", "不满意"),
            ("3-open", "2024-03-10", None, None),
            ("4-not-accepted", None, None, None),
        ):
            book.add(number, "letter", "noise", D("2024-03-01"), community="c1")
            if accepted:
                book.record(number, "accept", D(accepted))
            if settled:
                book.record(number, "settle", D(settled), result="resolved")
            if result:
                book.record(number, "survey", D(settled or ""), result=result)
        book.add("5-again", "visit", "noise", D("2024-05-20"), community="c1", repeated=True)
        book.add("6-declined", "visit", "noise", D("2024-05-20"), community="c1")
        book.record("6-declined", "decline", D("2024-05-21"), result="unclear")
        book.add("W1", HOTLINE, "noise", D("2024-05-20"), kind="help", community="c1")
    found = rates(store, "2024-05-20")
    assert whole(found, "petitions").counts == Counts(
        cases=6,
        settled=2,
        accept_due=4,
        accepted_in_time=2,
        settle_due=4,
        settled_on_time=1,
        asked=2,
        satisfied=1,
        repeated=1,
    )
    assert whole(found, "orders").counts == Counts(cases=1)
    year = whole(found, "petitions").to_json()
    assert year["settled_on_time"] == {
        **{"numerator": 1, "denominator": 4, "percent": Decimal("25.0")},
        "unknown": None,
    }
    assert year["repeated"] == {
        **{"numerator": 1, "denominator": 6, "percent": Decimal("16.7")},
        "unknown": None,
    }
    later = whole(rates(store, "2024-05-21"), "petitions")
    assert (later.counts.accept_due, later.counts.accepted_in_time) == (5, 3)


def total(rows: Sequence[RateRow]) -> Counts:
    """The counts of some rows together."""
    return reduce(add, (row.now.counts for row in rows), Counts())


TOPICS = ("noise", "property", "other")
cases = st.lists(
    st.tuples(
        st.sampled_from(["letter", "visit", HOTLINE]),
        st.sampled_from(TOPICS),
        st.sampled_from([None, "c1", "c2"]),
        st.sampled_from([None, "dz"]),
        st.integers(-40, 364),
        st.booleans(),
        st.sampled_from([None, 0, 5, 16]),
        st.sampled_from([None, 1, 20, 70]),
        st.sampled_from([None, "满意", "不满意"]),
    ),
    min_size=1,
    max_size=14,
)
NUMBERS = count()


@settings(max_examples=examples(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases, st.integers(0, 500))
def test_the_parts_of_every_dimension_add_up_to_the_whole(
    store: Store, made: Sequence[tuple[Any, ...]], after: int
) -> None:
    with register(store, today=D("2026-12-31")) as book:
        for channel, topic, community, unit, offset, repeated, accept, settle, survey in made:
            number, received = f"n{next(NUMBERS)}", D("2024-01-01") + timedelta(offset)
            kind = "complaint" if channel == HOTLINE else None
            leads = unit or ("dz" if community is None else None)
            where = {"kind": kind, "community": community, "unit": leads, "repeated": repeated}
            book.add(number, channel, topic, received, **where)
            if accept is None:
                continue
            book.record(number, "accept", received + timedelta(accept))
            if settle is None:
                continue
            day = received + timedelta(accept + settle)
            book.record(number, "settle", day, result="resolved")
            if survey is not None:
                book.record(number, "survey", day, result=survey)
    as_of = D("2024-01-01") + timedelta(after)
    with store.read() as connection:
        found = load_rates(connection, plan_of(store), as_of, by=DIMENSIONS)
    for row in found.wholes:
        for rows in found.parts.values():
            here = [part for part in rows if part.group == row.group]
            assert total(here) == row.now.counts
            assert (
                sum((part.before or Year()).received for part in here)
                == (row.before or Year()).received
            )
            assert len({part.key for part in here}) == len(here)
    months = {part.key for part in found.parts["month"]}
    assert months <= {f"2024-{month:02d}" for month in range(1, 13)}
    counts = total(found.wholes)
    assert counts.settled_on_time <= counts.settled <= counts.settle_due <= counts.cases
    assert counts.satisfied <= counts.asked <= counts.settled
    assert counts.accepted_in_time <= counts.accept_due <= counts.cases


def test_last_year_is_compared_with_up_to_the_same_day(store: Store) -> None:
    with register(store) as book:
        for number, day in (("a1", "2023-02-28"), ("b1", "2023-03-01"), ("c1", "2024-02-29")):
            book.add(number, "letter", "noise", D(day), community="c1")
            book.record(number, "accept", D(day))
    (row,) = rates(store, "2024-02-29").wholes
    assert row.before is not None
    assert (row.now.counts.cases, row.before.counts.cases) == (1, 1)
    assert rates(store, "2024-02-29").last_year == D("2023-02-28")
    (row,) = rates(store, "2024-03-01").wholes
    assert row.before is not None
    assert row.before.counts.cases == 2
    assert row.to_json()["last_year"]["accepted_in_time"]["denominator"] == 2
    (earlier,) = rates(store, "2023-12-31", 2023).wholes
    assert (earlier.before, earlier.now.counts.cases) == (None, 2)
    assert year_before(D("2025-12-31")) == D("2024-12-31")


def test_what_came_in_in_a_year_without_a_plan_is_told_and_not_counted(store: Store) -> None:
    with register(store) as book:
        for number, day in (("a1", "2022-12-31"), ("b1", "2024-12-31")):
            book.add(number, "letter", "noise", D(day), unit="dz")
    found = rates(store, "2024-12-31")
    assert [(row.key, row.now.counts.cases) for row in found.parts["month"]] == [("2024-12", 1)]
    assert found.others == 1
    assert [row.key for row in found.parts["community"]] == [None]


def stated(store: Store, *rows: tuple[str, str, str, str]) -> None:
    """Records totals of 2023: measure, first and last day, amount."""
    with register(store, year=2023) as book:
        for number, (measure, first, last, amount) in enumerate(rows, 1):
            book.filing.connection.execute(
                insert(register_total).values(
                    filing_id=book.filing.id,
                    number=number,
                    plan_id=book.filing.plan.id,
                    measure=measure,
                    first_on=D(first),
                    last_on=D(last),
                    amount=Decimal(amount),
                )
            )


@pytest.mark.parametrize(
    ("last", "as_of", "named"),
    [
        ("2023-10-31", "2024-10-31", "上年同期"),
        ("2023-10-31", "2024-12-31", "上年至"),
        ("2023-12-31", "2024-12-31", "上年同期"),
        ("2023-12-31", "2024-10-31", "上年全年"),
    ],
)
def test_last_years_totals_say_up_to_when_they_count(
    store: Store, last: str, as_of: str, named: str
) -> None:
    stated(store, ("petitions.received", "2023-01-01", last, "16"))
    with register(store) as book:
        book.add("a1", "letter", "noise", D("2024-03-01"), community="c1")
    found = rates(store, as_of)
    (row,) = found.wholes
    assert row.before is not None
    assert row.before.received == 16
    assert row.before.to_json()["through"] == last
    lines = [one.plain for one in rate_lines(found, 80)]
    assert any(one.startswith(named) for one in lines)
    assert any("上年同期截至" in one for one in lines) == (named == "上年同期")


def test_a_year_that_is_known_only_as_totals_shows_these(store: Store) -> None:
    stated(
        store,
        ("orders.received", "2023-01-01", "2023-10-31", "476"),
        ("orders.satisfied", "2023-01-01", "2023-10-31", "90"),
        ("sweeps.places", "2023-01-01", "2023-12-31", "145"),
    )
    (row,) = rates(store, "2023-12-31", 2023).wholes
    assert (row.group, row.now.received, row.now.settled) == ("orders", Decimal(476), None)
    assert row.now.rate("satisfied") == 90
    assert row.now.rate("settled_on_time") is None
    assert row.now.to_json()["satisfied"] == {
        **{"numerator": 0, "denominator": 0, "percent": 90},
        "unknown": None,
    }
    assert rates(store, "2023-10-30", 2023).wholes == []
    with register(store, year=2023) as book:
        book.add("W1", HOTLINE, "noise", D("2023-11-02"), kind="help", community="c1")
        book.record("W1", "settle", D("2023-11-02"), result="resolved")
        book.record("W1", "survey", D("2023-11-03"), result="不满意")
    now = whole(rates(store, "2023-12-31", 2023), "orders")
    assert [now.received, now.settled, now.rate("satisfied")] == [477, 1, None]
    assert now.unknown("satisfied") == (D("2023-01-01"), D("2023-10-31"))
    (row,) = rates(store, "2024-12-31", 2024).wholes
    assert row.before is not None
    assert (row.now.received, row.before.received) == (Decimal(0), Decimal(477))


def test_a_total_stands_for_its_period_and_adds_up_with_cases_of_another(store: Store) -> None:
    stated(
        store,
        ("orders.received", "2023-01-01", "2023-06-30", "400"),
        ("orders.settled", "2023-01-01", "2023-06-30", "390"),
        ("orders.satisfied", "2023-01-01", "2023-06-30", "90"),
    )
    with register(store, year=2023) as book:
        for number, day in (("W1", "2023-03-02"), ("W2", "2023-07-03")):  # one within, one after it
            book.add(number, HOTLINE, "noise", D(day), kind="help", community="c1")
            book.record(number, "settle", D(day), result="resolved")
    found = rates(store, "2023-12-31", 2023)
    now = whole(found, "orders")
    assert [now.received, now.settled] == [401, 391]
    # Nobody was asked outside of the period: the stated rate is that of all.
    assert now.rate("satisfied") == 90
    assert now.unknown("satisfied") is None
    # How many of the 400 were settled on time is not known, so there is no rate of the year.
    assert now.rate("settled_on_time") is None
    assert now.unknown("settled_on_time") == (D("2023-01-01"), D("2023-06-30"))
    for width in (80, 140):
        console = sample.terminal(width)
        print_rates(console, found)
        told = sample.text(console).replace("\n", "")
        assert "按期签收，按期办结，重复：01-01至06-30有汇总数，未说明分子分母" in told
        assert "分项只计逐件登记的" in told
