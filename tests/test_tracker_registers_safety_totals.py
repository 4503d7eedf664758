"""Sweeps and hazards of a year that is known by totals only, or by totals and cases."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import insert

from tests.safety_office import WORKDAYS, filing, hazards, load, plan_of
from tracker.registers.safety_board import load_safety_board
from tracker.registers.safety_rates import load_hazard_rates, load_sweep_rates
from tracker.reports.console_boards import safety_lines
from tracker.reports.console_safety_rates import HAZARDS, rate_lines
from tracker.schema import register_total
from tracker.store import Store

D = date.fromisoformat
END = D("2024-12-31")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    load(store_url)
    with Store(store_url) as opened:
        with filing(opened, "hazard") as book:
            for number, (measure, kind, amount) in enumerate(
                (
                    ("hazards.found", "wires", 23),
                    ("hazards.put_right", "wires", 17),
                    ("sweeps.places", None, 145),
                ),
                1,
            ):
                book.connection.execute(
                    insert(register_total).values(
                        filing_id=book.id,
                        number=number,
                        plan_id=book.plan.id,
                        measure=measure,
                        kind=kind,
                        first_on=D("2024-01-01"),
                        last_on=D("2024-06-30"),
                        amount=Decimal(amount),
                    )
                )
        yield opened


def test_a_year_that_is_known_by_totals_shows_them_with_their_rate(store: Store) -> None:
    with store.read() as connection:
        plan = plan_of(store)
        rates = load_hazard_rates(connection, plan, END)
        places = load_sweep_rates(connection, plan, END)
        board = load_safety_board(connection, plan, END, None, WORKDAYS)
        early = load_hazard_rates(connection, plan, D("2024-06-29"))
    assert rates.to_json()["with_totals"][:3] == [
        {"kind": None, "measure": m, "value": v, "numerator": n, "denominator": d}
        for m, v, n, d in (
            ("hazards.found", 23, 23, 0),
            ("hazards.put_right", 17, 17, 0),
            ("hazards.put_right_rate", Decimal("73.9"), 17, 23),
        )
    ]
    assert set(rates.stated) == {"", "wires"}
    assert places.stated[""]["sweeps.places"].value == 145
    assert early.stated == {}
    said = "汇总数 · 合计：发现隐患数23，整改隐患数17，隐患整改率73.9%（17/23）"
    assert said in [one.plain for one in rate_lines(rates, "hazard", HAZARDS, 140)]
    lines = [one.plain.strip() for one in safety_lines(board, 140)]
    assert said in lines
    assert not any("发现0处" in one for one in lines)
    assert all(one.cells <= 80 for one in safety_lines(board, 80))


def test_totals_and_cases_of_other_days_add_up(store: Store) -> None:
    with hazards(store) as register:
        register.add("wires", "一般", "幸福小区", D("2024-07-01"), community="c1")
    with store.read() as connection:
        rates = load_hazard_rates(connection, plan_of(store), END)
    assert rates.total.found == 1
    assert rates.stated["wires"]["hazards.found"].value == 24
