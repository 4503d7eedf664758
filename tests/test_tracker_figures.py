"""Figures: what indicators stand at, with the rows that they are made of."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from plans.load import parse
from plans.numerals import percent_text, percentage, plain_number
from tests.years import WORKDAYS
from tracker.figures import Figure, Measured
from tracker.indicator_figures import indicator_figures
from tracker.ledger import Ledger, Progress
from tracker.store import Store
from tracker.versions import find_plan, record_version

PLAN = """
duban: 1
office: 测试街道办事处
year: 2024
units: [{code: cj, name: 城建办}]
areas:
  - code: A
    title: 环境
    items:
      - code: "1"
        title: 整修道路
        lead: cj
        start: 2024-01-01
        due: 2024-12-31
        indicators:
          - {name: 道路, unit: 条, target: 16}
          - {name: 满意率, unit: "%", target: 90, reading: latest}
          - {name: 受益居民, unit: 人}
"""
START = datetime(2024, 1, 1, tzinfo=UTC)
JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    plan, problems = parse(PLAN, "plan.yaml", WORKDAYS)
    assert plan is not None, problems
    with Store(store_url) as opened:
        with opened.write(START) as writing:
            record_version(writing, plan, PLAN, author="a", on=START.date())
        yield opened


def file(store: Store, on: date, days: int, **filed: dict[str, Decimal]) -> list[int]:
    """Files progress, recorded so many days after the start."""
    with store.write(START + timedelta(days=days)) as writing:
        ref = find_plan(writing.connection, 2024)
        ledger = Ledger(writing, ref, author="a", today=date(2024, 12, 31))
        return ledger.progress("1", on, Progress(filed.get("add", {}), filed.get("set", {})))


def found(
    store: Store, as_of: date = date(2024, 12, 31), known_at: datetime | None = None
) -> dict[str, Measured]:
    with store.read() as connection:
        ref = find_plan(connection, 2024)
        return {m.name: m for m in indicator_figures(connection, ref, as_of, known_at)}


def test_a_quantity_is_the_sum_of_its_rows_and_a_rate_the_row_set_last(store: Store) -> None:
    first = file(store, JUNE, 200, add={"道路": Decimal(5)}, set={"满意率": Decimal(80)})
    second = file(store, JULY, 201, add={"道路": Decimal("2.5")}, set={"满意率": Decimal("91.5")})
    late = file(store, JUNE, 202, set={"满意率": Decimal(10)})
    there = found(store)
    rows = (first[0], second[0])
    assert there["道路"].figure() == Figure(Decimal("7.5"), "条", "1 道路", "total", rows)
    assert there["满意率"].value == Decimal("91.5")
    assert there["满意率"].figure().rows == (second[1],)
    assert late[0] > second[1]


def test_a_figure_knows_only_what_had_happened_and_was_known(store: Store) -> None:
    first = file(store, JUNE, 200, add={"道路": Decimal(5)})
    second = file(store, JULY, 201, add={"道路": Decimal(2)})
    assert found(store, JUNE)["道路"].figure().rows == tuple(first)
    known = START + timedelta(days=200)
    assert found(store, known_at=known)["道路"].figure().rows == tuple(first)
    with store.write(START + timedelta(days=202)) as writing:
        ref = find_plan(writing.connection, 2024)
        Ledger(writing, ref, author="a", today=date(2024, 12, 31)).undo(first[0])
    assert found(store)["道路"].figure().rows == tuple(second)
    assert found(store, known_at=START + timedelta(days=201))["道路"].value == 7


def test_a_figure_of_nothing_cites_its_place_in_the_plan(store: Store) -> None:
    nothing = found(store)["受益居民"]
    assert nothing.figure() == Figure(
        Decimal(0), "人", "1 受益居民", "total", plan=("2024 v1 1/受益居民",)
    )
    assert nothing.target_figure() is None
    assert nothing.percent_figure() is None
    assert nothing.difference("点") is None


def test_a_percentage_and_a_difference_cite_the_rows_and_the_target(store: Store) -> None:
    rows = tuple(file(store, JUNE, 200, add={"道路": Decimal(15)}))
    roads, place = found(store)["道路"], ("2024 v1 1/道路",)
    share = Figure(Decimal("93.8"), "%", "1 道路", "percent", rows, place)
    assert roads.percent_figure() == share
    assert roads.difference("点") == Figure(Decimal(1), "条", "1 道路", "comparison", rows, place)


def test_rates_differ_in_points(store: Store) -> None:
    file(store, JUNE, 200, set={"满意率": Decimal("91.5")})
    difference = found(store)["满意率"].difference("个百分点")
    assert difference is not None
    assert (difference.value, difference.unit) == (Decimal("1.5"), "个百分点")


def test_all_figures_of_a_plan_are_read_by_one_statement(store: Store) -> None:
    file(store, JUNE, 200, add={"道路": Decimal(5), "受益居民": Decimal(9)})
    statements: list[str] = []
    with store.read() as connection:
        ref = find_plan(connection, 2024)
        event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        assert len(indicator_figures(connection, ref, JULY)) == 3
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("figure", "chinese", "english"),
    [
        (Figure(Decimal(104), "万元", "", "total"), "104万元", "104 万元"),
        (Figure(Decimal("11000.00"), "平方米", "", "total"), "11000平方米", "11,000 平方米"),
        (Figure(Decimal("93.750"), "%", "", "percent"), "93.75%", "93.75%"),
        (Figure(Decimal("1E+3"), "", "", "count"), "1000", "1,000"),
        (Figure(Decimal("0.0001"), "条", "", "total"), "0.0001条", "0.0001 条"),
    ],
)
def test_a_figure_is_written_without_trailing_zeros_and_with_its_unit(
    figure: Figure, chinese: str, english: str
) -> None:
    assert (figure.text("zh"), figure.text("en")) == (chinese, english)


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_rounded_to_a_tenth_and_is_all_or_nothing_only_when_it_is(
    part: int, whole: int
) -> None:
    share = percentage(Decimal(part), Decimal(whole))
    assert share == percentage(part, whole)
    assert percent_text(part, whole) == f"{plain_number(share)}%"
    assert (share >= 100) == (part >= whole)
    assert (share == 0) == (part == 0)
    rounded = (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    kept = {Decimal(0): Decimal("0.1"), Decimal(100): Decimal("99.9")}
    assert share in (rounded, kept.get(rounded))
