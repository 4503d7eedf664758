"""Sweeps: made as often as one likes and there once, held, made good or missed, and who is told."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from tests.safety_office import PLAN, TODAY, filing, load, plan_of, sweeps
from tracker.registers.notices import record_reminders
from tracker.registers.safety_rates import load_sweep_rates
from tracker.registers.sweep_list import SweepFilters, SweepList, load_sweep, load_sweeps
from tracker.registers.sweep_plan import coming
from tracker.registers.sweeps import Held
from tracker.schema import filing as filing_table
from tracker.store import Store

D = date.fromisoformat
MARCH = "wires-c1-2024-03-29"  # the last working day of the month


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    load(store_url)
    with Store(store_url) as opened:
        yield opened


def make(store: Store) -> list[str]:
    with sweeps(store) as register:
        return [one.number for one in register.make()]


def hold(store: Store, number: str, on: str, places: int = 10, people: int = 2) -> None:
    with sweeps(store) as register:
        register.hold(number, D(on), Held(places, people))


def listed(store: Store, as_of: date = TODAY, **only: Any) -> SweepList:
    with store.read() as connection:
        filters = SweepFilters(**only)
        return load_sweeps(connection, plan_of(store), as_of, filters=filters)


# Making them


def test_a_plan_that_is_loaded_has_a_sweep_for_each_rhythm_and_community_of_its_year(
    store: Store,
) -> None:
    made = [row.number for row in listed(store).rows]
    # 12 months in 2 communities, 12 of the office, and one before each of the long holidays.
    assert len([n for n in made if n.startswith("wires-c")]) == 24
    assert len([n for n in made if n.startswith("exits-office-")]) == 12
    holidays = sorted(n for n in made if n.startswith("holiday-"))
    assert holidays[:3] == [f"holiday-office-2024-{day}" for day in ("02-09", "04-03", "04-30")]
    assert len(made) == 36 + len(holidays)
    assert make(store) == []
    row = next(row for row in listed(store, D("2024-03-05")).rows if row.number == MARCH)
    assert (row.begins, row.due, row.lapses_on) == (
        *(D("2024-03-01"), D("2024-03-29")),
        D("2024-04-30"),
    )


def test_nobody_sees_one_whose_period_has_not_begun(store: Store) -> None:
    numbers = {row.number for row in listed(store, D("2024-01-31")).rows}
    assert {number[-7:-3] for number in numbers} == {"4-01", "4-02"}
    assert [n for n in numbers if "-02-" in n] == ["holiday-office-2024-02-09"]


def test_where_nobody_looks_all_year_every_sweep_is_missed(store: Store) -> None:
    counts = listed(store).counts
    assert counts["missed"] == counts["due"] == counts["all"] > 36


def test_whoever_loads_the_plan_files_its_sweeps(sqlite_store_url: str) -> None:
    load(sqlite_store_url, text=PLAN + "simulated: true\n")
    with Store(sqlite_store_url) as opened, opened.read() as connection:
        row = connection.execute(select(filing_table)).one()
    assert (row.register, row.author, row.simulated) == ("sweep", "党政办", True)


def test_whoever_leads_is_the_unit_of_the_rhythm_the_community_or_who_counts_the_sweeps(
    store: Store,
) -> None:
    units = {(row.rhythm, row.community): row.unit for row in listed(store).rows}
    assert units == {
        ("wires", "c1"): "c1",
        ("wires", "c2"): "c2",
        ("exits", None): "yj",
        ("holiday", None): "c2",
    }


def test_one_that_was_recorded_under_a_number_of_its_own_is_the_same_sweep(store: Store) -> None:
    with sweeps(store) as register:
        register.book.undo(register.book.find(MARCH))
        of = {"kind": "wires", "community": "c1", "settle_by": D("2024-03-29"), "rhythm": "wires"}
        register.book.open("检查〔2024〕3号", D("2024-03-01"), "c1", **of)
    assert make(store) == []


def test_one_that_is_missing_is_made_again_when_it_is_held(store: Store) -> None:
    with sweeps(store) as register:
        register.book.undo(register.book.find(MARCH))
    hold(store, MARCH, "2024-03-05")
    assert next(row for row in listed(store).rows if row.number == MARCH).state == "held"


# Holding them


def test_held_made_good_missed_or_to_come_as_of_any_day(store: Store) -> None:
    hold(store, "wires-c1-2024-01-31", "2024-01-20", 12, 3)
    hold(store, "wires-c1-2024-02-29", "2024-03-29", 20, 4)  # the last day to make it good

    def states(day: str) -> dict[str, str]:
        rows = listed(store, D(day), kind="wires", community="c1").rows
        return {row.number[-5:-3]: row.state for row in rows}

    assert states("2024-01-31") == {"01": "held"}
    assert states("2024-03-28") == {"01": "held", "02": "behind", "03": "open"}
    assert states("2024-03-30") == {"01": "held", "02": "late", "03": "behind"}
    assert states("2024-05-01") == {
        **{"01": "held", "02": "late", "03": "missed", "04": "behind", "05": "open"}
    }
    found = listed(store, D("2024-05-01"), kind="wires", community="c1")
    assert (str(found.held.numerator), found.held.denominator, found.held.text) == ("2", 4, "50%")
    assert (found.places, found.people) == (32, 7)
    assert found.counts == {
        **{"all": 5, "held": 1, "late": 1, "missed": 1, "behind": 1, "open": 1, "due": 4}
    }


def test_a_list_of_one_state_still_says_how_many_of_all_were_held(store: Store) -> None:
    hold(store, "wires-c1-2024-01-31", "2024-01-20")
    found = listed(store, D("2024-03-05"), kind="wires", state="held")
    assert [row.number for row in found.rows] == ["wires-c1-2024-01-31"]
    assert (found.held.numerator, found.held.denominator, found.listed) == (1, 4, 1)


@pytest.mark.parametrize(
    ("number", "on", "error", "said"),
    [
        ("wires-c1-2024-01-31", "2024-01-21", ConflictError, "held on 2024-01-20 already"),
        (MARCH, "2024-02-28", BadInputError, "its period begins on 2024-03-01; a sweep of its own"),
        (MARCH, "2024-05-01", ConflictError, "made good until 2024-04-30, and was missed"),
        ("wires-c1-2024-03-30", "2024-03-01", NotFoundError, "there are: wires-c1-2024"),
        (MARCH, "2025-07-01", BadInputError, "lies ahead"),
    ],
)
def test_a_holding_that_cannot_be_is_refused(
    sqlite_store_url: str, number: str, on: str, error: type[DubanError], said: str
) -> None:
    load(sqlite_store_url)
    with Store(sqlite_store_url) as store:
        hold(store, "wires-c1-2024-01-31", "2024-01-20")
        with pytest.raises(error, match=said):
            hold(store, number, on)
        assert listed(store).places == 10


def test_numbers_that_cannot_be_are_refused(sqlite_store_url: str) -> None:
    load(sqlite_store_url)
    with Store(sqlite_store_url) as store:
        for places, people in ((-1, 1), (1, -1), (10**9, 1)):
            with pytest.raises(BadInputError, match="places and people"):
                hold(store, MARCH, "2024-03-20", places, people)


def test_one_that_no_rhythm_asks_for_counts_until_it_is_taken_back(store: Store) -> None:
    with sweeps(store) as register:
        day = D("2024-03-11")
        case = register.hold_other("占用消防通道", day, Held(7, 3), community="第二社区")
        other = register.hold_other("exits", day, Held(1, 1), unit="应急所", number="专项检查2号")
    assert (case.number, case.unit, other.number, other.unit) == (
        *("S2024-001", "c2"),
        *("专项检查2号", "yj"),
    )
    assert (listed(store).held.numerator, listed(store).places) == (2, 8)
    with sweeps(store) as register:
        assert register.undo(case.number) == (case, None)
        with pytest.raises(NotFoundError, match="taken back by 应急所 on "):
            register.undo(case.number)
    left = [row.number for row in listed(store).rows if row.rhythm is None]
    assert left == ["专项检查2号"]  # the other is no missed one
    with sweeps(store) as register:
        again = register.hold_other("占用消防通道", day, Held(8, 3), community="第一社区")
    assert again.number == case.number
    assert listed(store).places == 9


def test_a_holding_that_is_taken_back_leaves_the_sweep_to_be_held(store: Store) -> None:
    hold(store, MARCH, "2024-03-20", 99)
    with sweeps(store) as register:
        undone = register.undo(MARCH)[1]
        assert undone is not None
        assert undone.kind == "hold"
    assert listed(store, D("2024-03-21")).places == 0
    hold(store, MARCH, "2024-03-20", 9)
    with store.read() as connection:
        row = load_sweep(connection, plan_of(store), MARCH, TODAY)
    assert (row.state, row.places) == ("held", 9)


def test_rates_keep_their_counts_and_parts_add_up_to_the_whole(store: Store) -> None:
    for month in ("01-31", "02-29", "04-30"):
        hold(store, f"wires-c1-2024-{month}", f"2024-{month}")
    hold(store, "exits-office-2024-01-31", "2024-02-05")
    with store.read() as connection:
        rates = load_sweep_rates(connection, plan_of(store), D("2024-04-30"))
    held = rates.total.rates["held"].to_json()
    # Due by then: of wires 2 x 3 and the one held in April, of exits 3, before holidays 2.
    assert held == {"numerator": 4, "denominator": 12, "percent": 33.3}
    for parts in rates.parts.values():
        assert sum(part.due for part in parts.values()) == 12
        assert sum(part.in_time for part in parts.values()) == 3
    assert list(rates.parts["month"]) == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert list(rates.parts["community"]) == ["c1", "c2", None]


# What is to be held, and who is told


def test_what_comes_are_those_that_can_still_be_held(store: Store) -> None:
    hold(store, MARCH, "2024-03-05")
    with store.read() as connection:
        found = coming(connection, [plan_of(store)], D("2024-03-10"), D("2024-03-31"))
    assert [one.number for one in found] == [
        *("exits-office-2024-02-29", "wires-c1-2024-02-29", "wires-c2-2024-02-29"),
        *("exits-office-2024-03-29", "wires-c2-2024-03-29", "holiday-office-2024-04-03"),
    ]


def test_a_sweep_is_told_of_once_before_its_day_and_once_after(store: Store) -> None:
    for number in ("wires-c1-2024-01-31", "wires-c2-2024-01-31"):
        hold(store, number, "2024-01-20")
    seen: dict[tuple[str, str], date] = {}
    for n in range(100):
        day = D("2024-01-25") + timedelta(n)
        with filing(store, "sweep") as opened:
            for one in record_reminders(opened, day):
                assert (one.number, one.stage) not in seen
                seen[one.number, one.stage] = day
    assert seen["wires-c1-2024-02-29", "due"] == D("2024-02-26")
    assert seen["wires-c1-2024-02-29", "late"] == D("2024-03-01")
    assert not any(number.endswith("01-31") for number, _stage in seen if "wires" in number)
    hold(store, "wires-c1-2024-02-29", "2024-02-28")  # being told is in nobody's way
    with sweeps(store) as register:
        undone = register.undo("wires-c1-2024-02-29")[1]
        assert undone is not None
        assert undone.kind == "hold"
