"""Simulated is what has simulated rows among what is shown, and nothing else."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.petition_office import WORKDAYS, load, plan_of, register
from tracker.registers.petition_board import load_petition_board
from tracker.registers.petition_list import load_petitions
from tracker.registers.petition_rows import Filters
from tracker.registers.petition_sheet import load_petition
from tracker.registers.rates import load_rates
from tracker.registers.warnings import find_warnings
from tracker.store import Store

DAY = date(2024, 6, 20)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    for year in (2023, 2024):
        load(store_url, year)
    with Store(store_url) as store:
        with register(store, today=DAY) as own:
            own.add("1", "visit", "noise", date(2024, 6, 1), community="c1")
        with register(store, today=DAY, simulated=True) as made_up:
            made_up.add("2", "visit", "parking", date(2024, 6, 2), community="c2")
        yield store


def test_a_list_is_simulated_where_what_it_is_narrowed_down_to_is(store: Store) -> None:
    with store.read() as connection:
        plan = plan_of(store)
        for community, simulated in ((None, True), ("c1", False), ("c2", True)):
            found = load_petitions(connection, plan, DAY, filters=Filters(community=community))
            assert found.scope.simulated is simulated
        earlier = load_petitions(connection, plan, date(2024, 6, 1))
        assert (len(earlier.rows), earlier.scope.simulated) == (1, False)
        for number, simulated in (("1", False), ("2", True)):
            sheet = load_petition(connection, plan, number, DAY, workdays=WORKDAYS)
            assert sheet.scope.simulated is simulated


def test_what_is_simulated_of_one_year_does_not_mark_another(store: Store) -> None:
    with store.read() as connection:
        for year, day in ((2023, date(2023, 12, 31)), (2024, DAY)):
            plan = plan_of(store, year)
            rates = load_rates(connection, plan, day)
            board = load_petition_board(connection, plan, day, None, WORKDAYS)
            warned = find_warnings(connection, plan, day, None, WORKDAYS)
            scopes = (rates.scope, board.scope, warned.scope)
            assert [one.simulated for one in scopes] == [year == 2024] * 3


def test_an_event_that_was_made_up_marks_a_case_of_the_office(store: Store) -> None:
    with register(store, today=DAY, simulated=True) as made_up:
        made_up.record("1", "accept", date(2024, 6, 3))
    with store.read() as connection:
        sheet = load_petition(connection, plan_of(store), "1", DAY, workdays=WORKDAYS)
    assert sheet.scope.simulated
