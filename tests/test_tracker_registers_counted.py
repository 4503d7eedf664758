"""Before the plan of a new year is loaded the old one takes its cases: they count in no figure."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests import safety_office, sample
from tests.safety_office import PLAN, WORKDAYS, filing, plan_of
from tracker.indicator_figures import indicator_figures
from tracker.registers.hazard_list import load_hazards
from tracker.registers.hazards import Hazards
from tracker.registers.petition_board import load_petition_board
from tracker.registers.petition_list import load_petitions
from tracker.registers.petitions import Petitions
from tracker.registers.rates import load_rates
from tracker.registers.safety_board import load_safety_board
from tracker.registers.safety_rates import load_hazard_rates, load_sweep_rates
from tracker.registers.sweeps import Held, Sweeps
from tracker.reports.console_boards import print_petition_board, print_safety_board
from tracker.reports.console_petition_rates import print_rates
from tracker.store import Store

D = date.fromisoformat
LAST, JANUARY, DAY = D("2024-12-20"), D("2025-01-06"), D("2025-01-15")

DRAWN = """\
        indicators:
          - {name: 检查场所, unit: 家, register: sweeps.places}
          - {name: 办理工单, unit: 件, register: orders.received}
          - {name: 发现隐患, unit: 处, register: hazards.found}
"""


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """3 orders, 12 places and a hazard of the last days of a year; 4, 100 and 1 of the next."""
    before, _mark, _indicators = PLAN.partition("        indicators:")
    safety_office.load(store_url, text=before + DRAWN, on=D("2024-12-15"))
    with Store(store_url) as opened:
        with filing(opened, "petition") as one:
            for nth, on in enumerate([LAST] * 3 + [JANUARY] * 4):
                Petitions(one).add(str(nth), "12345", "noise", on, kind="complaint", unit="yj")
        with filing(opened, "sweep") as one:
            Sweeps(one).hold_other("exits", LAST, Held(12, 2), number="S1", community="c1")
            Sweeps(one).hold_other("exits", JANUARY, Held(100, 2), number="S2", community="c1")
        with filing(opened, "hazard") as one:
            Hazards(one).add("exits", "ordinary", "甲", LAST, number="H1", community="c1")
            Hazards(one).add("exits", "ordinary", "乙", JANUARY, number="H2", community="c1")
        yield opened


def text(show: Callable[..., None], shown: Any) -> str:
    console = sample.terminal(100)
    show(console, shown)
    return sample.text(console)


def test_cases_of_the_next_year_are_no_figures_of_the_old_one(store: Store) -> None:
    plan = plan_of(store)
    with store.read() as connection:
        told = {one.name: one.value for one in indicator_figures(connection, plan, DAY)}
        rates = load_rates(connection, plan, DAY)
        swept = load_sweep_rates(connection, plan, DAY)
        found = load_hazard_rates(connection, plan, DAY)
    assert told == {"检查场所": Decimal(12), "办理工单": Decimal(3), "发现隐患": Decimal(1)}
    assert [row.now.received for row in rates.wholes] == [3]
    assert [row.key for row in rates.parts["month"]] == ["2024-12"]
    assert (swept.total.places, found.total.found) == (12, 1)
    assert (rates.others, swept.others, found.others) == (4, 1, 1)
    assert rates.to_json()["other_years"] == 4
    assert "另有4件不属2024年，未计入" in text(print_rates, rates)


def test_boards_count_one_year_and_lists_show_all(store: Store) -> None:
    plan = plan_of(store)
    with store.read() as connection:
        board = load_petition_board(connection, plan, DAY, None, WORKDAYS)
        safety = load_safety_board(connection, plan, DAY, None, WORKDAYS)
        listed = load_petitions(connection, plan, DAY)
        hazards = load_hazards(connection, plan, DAY, workdays=WORKDAYS)
    assert sum(board.heat.counts.values()) == 3
    assert board.months["orders"][0][11] == 3
    assert len(listed.rows) == 7
    assert safety.months["places"][0][11] == 12
    assert len(hazards.rows) == len(safety.open) == 2
    assert board.warned.open == 7
    assert "另有4件不属2024年，未计入" in text(print_petition_board, board)
    assert "另有2件不属2024年，未计入" in text(print_safety_board, safety)
