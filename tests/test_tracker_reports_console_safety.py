"""Sweeps and hazards on a terminal: nothing is wider than it, in either language."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from rich.cells import cell_len

from tests.conftest import NewStore
from tests.safety_office import PLAN, SETTINGS, WORKDAYS, filing, hazards, load, plan_of, sweeps
from tracker.migrate import migrate
from tracker.registers.hazard_list import load_hazards
from tracker.registers.hazard_sheet import load_hazard
from tracker.registers.notices import record_escalations
from tracker.registers.safety_rates import load_hazard_rates, load_sweep_rates
from tracker.registers.sweep_list import load_sweeps
from tracker.registers.sweeps import Held
from tracker.reports.cells import Line
from tracker.reports.console_hazard import hazard_card
from tracker.reports.console_safety import hazard_lines, sweep_lines
from tracker.reports.console_safety_rates import HAZARDS, SWEEPS, rate_lines
from tracker.store import Store

AS_OF = date(2024, 6, 30)
PLACE = "第一社区幸福里小区东区3号楼2单元至4单元之间的地下非机动车车库及其北侧消防车通道"


def fill(language: str) -> Callable[[str], None]:
    def filled(url: str) -> None:
        migrate(url)
        load(url, text=PLAN + f"language: {language}\n")
        with Store(url) as store:
            with sweeps(store) as register:
                for month in ("01-31", "02-29", "03-29"):
                    day = date.fromisoformat(f"2024-{month}")
                    register.hold(f"wires-c1-2024-{month}", day, Held(1_234_567, 98_765))
            with hazards(store) as register:
                for n in range(3):
                    day = date(2024, 3, 1) + timedelta(30 * n)
                    number = f"隐患〔2024〕{n + 1}0000000号"
                    register.add("exits", "重大", PLACE, day, number=number, community="c1")
                    register.order(number, day, day, {**SETTINGS, "duty": PLACE})
                    register.fix(number, day, "物业项目经理")
                    register.inspect(number, day, "应急所", passed=False)
            with filing(store, "hazard") as opened:
                record_escalations(opened, AS_OF)

    return filled


@pytest.fixture(params=["zh", "en"])
def store(request: pytest.FixtureRequest, new_store: NewStore) -> Iterator[Store]:
    with Store(new_store(f"safety-{request.param}", fill(request.param))) as opened:
        yield opened


def pages(store: Store, width: int) -> dict[str, list[Line]]:
    plan = plan_of(store)
    with store.read() as connection:
        found = load_hazards(connection, plan, AS_OF, workdays=WORKDAYS)
        number = found.rows[-1].number
        sheet = load_hazard(connection, plan, number, AS_OF, workdays=WORKDAYS)
        swept = load_sweeps(connection, plan, AS_OF)
        of_hazards = load_hazard_rates(connection, plan, AS_OF)
        of_sweeps = load_sweep_rates(connection, plan, AS_OF)
    return {
        "hazards": list(hazard_lines(found, width)),
        "sweeps": list(sweep_lines(swept, width)),
        "card": list(hazard_card(sheet, width)),
        "hazard rates": list(rate_lines(of_hazards, "hazard", HAZARDS, width)),
        "sweep rates": list(rate_lines(of_sweeps, "sweep", SWEEPS, width)),
    }


@pytest.mark.parametrize("width", [60, 80, 110, 140])
def test_no_line_is_wider_than_the_terminal(store: Store, width: int) -> None:
    for name, lines in pages(store, width).items():
        assert len(lines) > 5, name
        for line in lines:
            assert cell_len(line.plain) <= width, (name, line.plain)


@pytest.mark.parametrize("width", [60, 80, 110])
def test_the_number_by_which_a_sweep_is_recorded_is_on_every_terminal(
    store: Store, width: int
) -> None:
    text = "\n".join(line.plain for line in pages(store, width)["sweeps"])
    assert {"wires-c1-2024-06-28", "exits-office-2024-06-28"} <= set(text.split())


def test_where_a_hazard_stands_is_never_cut(store: Store) -> None:
    for width in (60, 140):
        shown = pages(store, width)
        zh = plan_of(store).language == "zh"
        rows = [line.plain for line in shown["hazards"] if line.plain.startswith("!")]
        assert len(rows) == 3
        assert all(row.endswith("复查不合格" if zh else "failed") for row in rows)
        text = "".join(line.plain.strip() for line in shown["hazards"])
        assert text.count(PLACE) == 3  # in a line of its own where the column is too narrow
        card = "\n".join(line.plain for line in shown["card"])
        assert ("提请分管领导" if zh else "supervising leader") in card
        assert ("! 复查不合格" if zh else "! failed") in card
