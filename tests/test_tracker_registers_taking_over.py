"""Cases that came in before the plan of their year was loaded belong to it once it is."""

from datetime import date

import pytest

from plans.errors import ConflictError
from tests import petition_office, safety_office
from tests.petition_office import WORKDAYS, moment, plan_of, register
from tests.safety_office import PLAN, SETTINGS, filing
from tracker.registers.correcting import correct_hazard
from tracker.registers.events import find_case
from tracker.registers.hazard_list import load_hazards
from tracker.registers.hazard_sheet import load_hazard
from tracker.registers.hazards import Hazards
from tracker.registers.petition_list import load_petitions
from tracker.registers.petition_sheet import PetitionSheet, load_petition
from tracker.registers.rates import load_rates
from tracker.registers.sweeps import Held, Sweeps
from tracker.reports.console_petition_sheet import sheet_lines
from tracker.store import Store

D = date.fromisoformat
JANUARY = D("2025-01-06")


def received(store: Store, year: int) -> int:
    """How many petitions and orders the rates of a year count."""
    with store.read() as connection:
        found = load_rates(connection, plan_of(store, year), D("2025-06-30"))
    return sum(int(row.now.received) for row in found.wholes)


def sheet(store: Store, number: str) -> PetitionSheet:
    with store.read() as connection:
        plan = plan_of(store, 2024)
        return load_petition(connection, plan, number, D("2025-06-30"), workdays=WORKDAYS)


def test_the_plan_of_a_year_takes_over_its_petitions_and_their_rules_stay(
    petitions: Store,
) -> None:
    with register(petitions, at=moment(2025, 1, 8)) as book:
        book.add("0", "visit", "noise", D("2024-12-31"), community="c1")
        book.add("1", "visit", "noise", JANUARY, community="c1")
        book.add("2", "12345", "noise", JANUARY, kind="complaint", community="c1")
        book.record("1", "accept", D("2025-01-07"))
        book.add("9", "visit", "noise", JANUARY, community="c1")
        book.undo("9")
    assert received(petitions, 2024) == 1  # the others are of no figure of that year
    before = [sheet(petitions, number) for number in ("1", "2")]
    url = petitions.url.render_as_string(hide_password=False)
    rules = "registers: {petitions: {settle: 10 days}, orders: {sign: 9 days}}\n"
    petition_office.load(url, 2025, rules)
    assert (received(petitions, 2024), received(petitions, 2025)) == (1, 2)
    after = [sheet(petitions, number) for number in ("1", "2")]
    for one, other in zip(before, after, strict=True):
        assert one.row == other.row
        assert [x.event.kind for x in one.events] == [x.event.kind for x in other.events]
        assert [(c.was, c.plan_id) for c in other.corrections] == [({}, 1)]
        told = [line.plain for line in sheet_lines(other, 100)]
        assert any("更正" in text and "2025年计划载入后转入（" in text for text in told)
    with petitions.read() as connection:
        plan = plan_of(petitions, 2025)
        found = load_petitions(connection, plan, D("2025-06-30"))
    assert sorted(row.number for row in found.rows) == ["0", "1", "2"]
    with register(petitions, year=2025) as book:
        book.record("1", "settle", D("2025-02-01"), result="resolved")
        book.add("3", "visit", "noise", JANUARY, community="c1")
        book.record("3", "accept", D("2025-01-07"))
    assert sheet(petitions, "1").row.settle_by == D("2025-03-08")
    assert sheet(petitions, "3").row.settle_by == D("2025-01-17")
    petition_office.load(url, 2025)
    assert received(petitions, 2025) == 3
    assert len(sheet(petitions, "1").corrections) == 1


def test_hazards_come_over_with_the_sweeps_they_were_found_on(safety: Store) -> None:
    with filing(safety, "sweep") as opened:
        sweeps = Sweeps(opened)
        sweeps.hold_other("exits", JANUARY, Held(3, 2), number="S1", community="c1")
    with filing(safety, "hazard") as opened:
        book = Hazards(opened)
        book.add("exits", "major", "甲", JANUARY, number="H1", sweep="S1")
        book.order("H1", JANUARY, D("2025-01-20"), SETTINGS)
    safety_office.load(safety.url.render_as_string(hide_password=False), 2025, PLAN)
    plan = safety_office.plan_of(safety, 2025)
    day = D("2025-06-30")
    with safety.read() as connection:
        listed = load_hazards(connection, plan, day, workdays=WORKDAYS)
        sheet = load_hazard(connection, plan, "H1", day, workdays=WORKDAYS)
    assert [(row.number, row.sweep) for row in listed.rows] == [("H1", "S1")]
    assert [step.event.kind for step in sheet.steps] == ["order"]
    assert [(one.was, one.plan_id) for one in sheet.corrections] == [({}, 1)]


def test_a_hazard_of_another_year_keeps_the_sweep_that_comes_over(safety: Store) -> None:
    with filing(safety, "sweep") as opened:
        sweeps = Sweeps(opened)
        sweeps.hold_other("exits", JANUARY, Held(3, 2), number="S1", community="c1")
        sweeps.hold_other("exits", JANUARY, Held(3, 2), number="S2", community="c1")
    with filing(safety, "hazard") as opened:
        book = Hazards(opened)
        there = find_case(opened.connection, [1], "sweep", "S1")
        as_before = {"kind": "exits", "grade": "ordinary", "place": "甲", "sweep_id": there.id}
        day = D("2024-12-30")  # it is refused by now to find it before the sweep
        book.book.open("H1", day, "c1", community="c1", accept_by=day, **as_before)
        book.add("exits", "ordinary", "乙", D("2024-12-30"), number="H2", community="c1")
        book.fix("H1", JANUARY, "物业")
    safety_office.load(safety.url.render_as_string(hide_password=False), 2025, PLAN)
    plan = safety_office.plan_of(safety, 2024)
    with safety.read() as connection:
        standing = {n: find_case(connection, [1, 2], "sweep", n).id for n in ("S1", "S2")}
        case = find_case(connection, [1, 2], "hazard", "H1")
        sheet = load_hazard(connection, plan, "H1", D("2025-06-30"), workdays=WORKDAYS)
    assert (case.sweep_id, case.plan_id) == (standing["S1"], plan.id)
    assert ([step.event.kind for step in sheet.steps], sheet.corrections) == (["fix"], [])
    with filing(safety, "sweep", year=2025) as opened, pytest.raises(ConflictError, match="H1"):
        Sweeps(opened).undo("S1")  # a hazard was found on it
    with filing(safety, "hazard", year=2024) as opened:
        corrected = correct_hazard(Hazards(opened), "H1", found=JANUARY)
    assert (corrected.sweep_id, corrected.plan_id) == (standing["S1"], 2)


def test_an_ad_hoc_sweep_that_came_over_is_taken_back_with_the_holding_it_came_with(
    safety: Store,
) -> None:
    with filing(safety, "sweep") as opened:
        for number in ("S1", "S2"):
            Sweeps(opened).hold_other("exits", JANUARY, Held(3, 2), number=number, community="c1")
    with filing(safety, "sweep") as opened:
        opened.author = "第一社区"
        book = Sweeps(opened).book
        book.undo(book.find("S2"))
    with filing(safety, "sweep") as opened:
        Sweeps(opened).hold("S2", JANUARY, Held(4, 2))
    safety_office.load(safety.url.render_as_string(hide_password=False), 2025, PLAN)
    left = {}
    for number in ("S1", "S2"):
        with filing(safety, "sweep", year=2025) as opened:
            left[number] = Sweeps(opened).undo(number)[1]
    assert left["S1"] is None
    assert left["S2"] is not None
