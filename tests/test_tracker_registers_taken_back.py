"""A case that was recorded by mistake is taken back: it never was, and its number is free."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial

import pytest

from plans.errors import ConflictError, NotFoundError
from tests import petition_office
from tests.petition_office import WORKDAYS, moment, register
from tests.safety_office import TODAY, filing, hazards, plan_of, sweeps
from tests.tables import take, text
from tracker.losses import load_losses
from tracker.registers.hazard_list import load_hazards
from tracker.registers.hazard_sheet import load_hazard
from tracker.registers.notices import record_escalations
from tracker.registers.petition_list import load_petitions
from tracker.registers.petition_sheet import load_petition
from tracker.registers.rates import load_rates
from tracker.registers.safety_rates import load_hazard_rates, load_sweep_rates
from tracker.registers.sweeps import Held
from tracker.registers.warnings import find_warnings
from tracker.store import Store

D = date.fromisoformat
DAY = D("2024-03-01")
YEAR_END = D("2024-12-31")


def seen(store: Store, as_of: date = YEAR_END, known_at: datetime | None = None) -> list[str]:
    """The numbers of all petitions that a list, the rates and the warnings agree on."""
    plan = petition_office.plan_of(store)
    with store.read() as connection:
        found = load_petitions(connection, plan, as_of, known_at)
        rates = load_rates(connection, plan, as_of, known_at, by=["topic"])
        warned = find_warnings(connection, plan, as_of, known_at, WORKDAYS)
    numbers = [row.number for row in found.rows]
    assert found.counts["all"] == len(numbers)
    assert sum(row.now.received for row in rates.wholes) == len(numbers)
    assert sorted(case.number for case in warned.cases) == sorted(numbers)
    assert (warned.tested_from is None) == (not numbers)
    return numbers


def test_a_petition_taken_back_never_was_on_any_day_but_was_known(petitions: Store) -> None:
    with register(petitions, at=moment(2024, 4, 1)) as book:
        book.add("1", "visit", "noise", DAY, unit="c1")
        book.record("1", "accept", D("2024-03-05"))
    with register(petitions, at=moment(2024, 4, 2)) as book:
        case, event = book.undo("1")
        assert event is not None
        assert book.undo("1") == (case, None)
        with pytest.raises(NotFoundError, match="1: taken back by 信访办 on 2024-04-02, as if it"):
            book.record("1", "accept", D("2024-03-05"))
    assert seen(petitions) == seen(petitions, DAY) == []
    assert seen(petitions, known_at=moment(2024, 4, 1)) == ["1"]
    with petitions.read() as connection:
        show = partial(load_petition, connection, petition_office.plan_of(petitions), "1", YEAR_END)
        assert len(show(moment(2024, 4, 1), workdays=WORKDAYS).events) == 1
        with pytest.raises(NotFoundError, match="taken back"):
            show(workdays=WORKDAYS)
        lost = load_losses(
            connection, petition_office.plan_of(petitions), {}, ["registers/topics/noise"], YEAR_END
        )
    assert lost.cases == {}


def test_the_number_of_a_case_taken_back_is_that_of_the_right_one(petitions: Store) -> None:
    for day in (1, 3):
        with register(petitions, at=moment(2024, 4, day)) as book:
            book.add("1", "visit", "noise", D(f"2024-03-0{day}"), unit="c1")
            with pytest.raises(ConflictError, match=r"1: in the register already, of 2024-03-0"):
                book.add("1", "letter", "noise", DAY, unit="c1")
        with register(petitions, at=moment(2024, 4, day + 1)) as book:
            assert book.undo("1")[1] is None
    with register(petitions, at=moment(2024, 4, 5)) as book:
        book.add("1", "letter", "noise", D("2024-03-05"), unit="c1")
    with petitions.read() as connection:
        plan = petition_office.plan_of(petitions)
        for known, opened in ((1, "01"), (3, "03"), (5, "05"), (None, "05")):
            known_at = None if known is None else moment(2024, 4, known)
            shown = load_petition(connection, plan, "1", YEAR_END, known_at, workdays=WORKDAYS)
            assert shown.row.received == D(f"2024-03-{opened}")
            assert len(seen(petitions, known_at=known_at)) == 1
        with pytest.raises(NotFoundError, match="was not known, by then"):
            load_petition(connection, plan, "1", YEAR_END, moment(2024, 4, 4), workdays=WORKDAYS)


def test_of_two_who_give_a_free_number_at_once_one_is_told_that_it_is_taken(
    petitions: Store,
) -> None:
    for _time in range(2):
        with register(petitions) as book:
            book.add("1", "visit", "noise", DAY, unit="c1")
            assert book.undo("1")[1] is None

    url = petitions.url.render_as_string(hide_password=False)

    def add(_which: int) -> str:
        try:
            with Store(url) as store, register(store) as book:
                return book.add("1", "visit", "noise", DAY, unit="c1").number
        except ConflictError as error:
            return str(error)

    with ThreadPoolExecutor(2) as two:
        said = sorted(two.map(add, range(2)))
    assert said == ["1", "1: in the register already, of 2024-03-01; expected a new number"]
    assert seen(petitions) == ["1"]


def test_a_file_that_still_has_a_case_taken_back_brings_it_in_again(petitions: Store) -> None:
    head = "编号 渠道 主题 收到日期 承办单位"
    for number, new in (("2", 2), ("3", 2)):
        line = "来信 噪声扰民 2024-03-01 党政办"
        imported = take(petitions, text(head, f"1 {line}", f"{number} {line}"))
        assert imported.counts.new == new
        with register(petitions) as book:
            assert book.undo("1")[1] is None
    assert sorted(seen(petitions)) == ["2", "3"]


def test_a_hazard_taken_back_is_not_found_again_nor_counted_nor_told_of(safety: Store) -> None:
    recorded = []
    for day in (1, 2):
        with hazards(safety) as book:
            found = D(f"2024-03-0{day}")
            case = book.add("wires", "ordinary", "幸福小区", found, community="c1")
            recorded.append(book.filing.writing.recorded_at)
        assert case.number == "H2024-001"
        with filing(safety, "hazard") as opened:  # being told is in nobody's way
            assert [one.stage for one in record_escalations(opened, D("2024-05-01"))] == ["leader"]
        if day == 1:
            with hazards(safety) as book:
                assert book.undo("H2024-001")[1] is None
                assert record_escalations(book.filing, D("2024-05-01")) == []
    with safety.read() as connection:
        plan = plan_of(safety)
        rows = load_hazards(connection, plan, TODAY, workdays=WORKDAYS).rows
        assert [(row.found, row.again) for row in rows] == [(D("2024-03-02"), None)]
        assert load_hazard_rates(connection, plan, TODAY).total.found == 1
        show = partial(load_hazard, connection, plan, "H2024-001", TODAY, workdays=WORKDAYS)
        assert [show(at).row.found.day for at in (*recorded, None)] == [1, 2, 2]


def test_a_sweep_on_which_hazards_stand_is_not_taken_back(safety: Store) -> None:
    with sweeps(safety) as register:
        number = register.hold_other("exits", DAY, Held(7, 3), community="c2").number
    with hazards(safety) as book:
        for _hazard in range(2):
            book.add("exits", "ordinary", "商场", DAY, sweep=number)
    for left in (r"H2024-001, H2024-002", "H2024-001"):
        with (
            sweeps(safety) as register,
            pytest.raises(ConflictError, match=f"{number}: hazards were found on it: {left};"),
        ):
            register.undo(number)
        with hazards(safety) as book:
            book.undo(left[-9:])
    with sweeps(safety) as register:
        assert register.undo(number)[1] is None
    with (
        hazards(safety) as book,
        pytest.raises(NotFoundError, match=f"{number}: taken back by 应急所"),
    ):
        book.add("exits", "ordinary", "商场", DAY, sweep=number)
    with safety.read() as connection:
        held = load_sweep_rates(connection, plan_of(safety), DAY).total.rates["held"]
    assert held.numerator == 0


def test_the_holding_of_a_sweep_of_the_plan_stays_as_long_as_its_hazards(safety: Store) -> None:
    march, day = "wires-c1-2024-03-29", D("2024-03-20")
    with sweeps(safety) as register:
        register.hold(march, day, Held(7, 3))
    with hazards(safety) as book:
        hazard = book.add("wires", "ordinary", "3号楼", day, sweep=march).number
    with sweeps(safety) as register, pytest.raises(ConflictError, match=f"found on it: {hazard};"):
        register.undo(march)
    with hazards(safety) as book:
        book.undo(hazard)
    with sweeps(safety) as register:
        assert register.undo(march)[1] is not None


def test_what_comes_from_the_plan_is_never_taken_back(safety: Store) -> None:
    march = "wires-c1-2024-03-29"
    with sweeps(safety) as register:
        register.hold(march, D("2024-03-20"), Held(7, 3))
        assert register.undo(march)[1] is not None
        with pytest.raises(ConflictError, match="it comes from the plan, and is never taken back"):
            register.undo(march)
        register.hold(march, D("2024-03-21"), Held(7, 3))


def test_a_sweep_that_was_there_before_it_was_held_stays_when_the_holding_is_taken_back(
    safety: Store,
) -> None:
    line = "专项1 占用消防通道 第一社区 2024-03-01"
    take(safety, text("编号 类别 社区 应查日期", line), "sweep")
    with sweeps(safety) as register:
        register.hold("专项1", DAY, Held(7, 3))
    with sweeps(safety) as register:
        event = register.undo("专项1")[1]
        assert event is not None
        assert event.kind == "hold"
        assert register.undo("专项1")[1] is None
        with pytest.raises(NotFoundError, match="taken back"):
            register.undo("专项1")
