"""The sweeps of a plan that is loaded again: the new version asks for what begins from that day."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Literal, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.load import parse
from plans.registers import SweepRhythm
from plans.sweep_calendar import occurrences
from plans.workdays import Workdays
from tests.conftest import examples
from tests.safety_office import PLAN, WORKDAYS
from tracker.loaded import PlanRef, find_plan
from tracker.registers.filing import Filing
from tracker.registers.hazards import Hazards
from tracker.registers.look import Look
from tracker.registers.standing import sweeps
from tracker.registers.sweep_making import take_back, untouched
from tracker.registers.sweeps import Held, Sweeps
from tracker.store import Store, Writing
from tracker.versions import record_version

D = date.fromisoformat
END = D("2025-12-31")
HEAD, TAIL = PLAN.split("    rhythms:\n")[0], "areas:" + PLAN.split("areas:")[1]

Slot = tuple[str, str | None, date]


class Loaded(NamedTuple):
    """A version of the plan: the day on which it was loaded, and what it asks for."""

    on: date
    rhythms: Sequence[SweepRhythm]


class Undone(Exception):  # noqa: N818  # nothing is wrong
    """Ends a transaction, so that nothing of it stays."""


@contextmanager
def passing(store: Store) -> Iterator[Writing]:
    """A transaction of which nothing stays, in which days pass."""
    try:
        with store.write() as writing:
            yield writing
            raise Undone
    except Undone:
        pass


def moment(day: date, hour: int = 4) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def load(
    writing: Writing, on: date, rhythms: Sequence[SweepRhythm], workdays: Workdays = WORKDAYS
) -> PlanRef:
    lines = "".join(
        f"      - {{code: {r.code}, title: {r.title}, kind: {r.kind}, every: {r.every}, "
        f"per: {r.per}, unit: {r.unit}}}\n"
        for r in rhythms
    )
    text = HEAD + (f"    rhythms:\n{lines}" if rhythms else "    order_days: [3]\n") + TAIL
    plan, problems = parse(text, "plan.yaml", workdays)
    assert plan is not None, problems
    at = Writing(writing.connection, moment(on))
    return record_version(at, plan, text, author="党政办", on=on, workdays=workdays)


Per = Literal["office", "community"]


def rhythm(code: str, every: str = "monthly", per: Per = "office", unit: str = "yj") -> SweepRhythm:
    return SweepRhythm(code, "检查", "wires", every, per, unit)


def opened(writing: Writing, register: str, today: date, workdays: Workdays = WORKDAYS) -> Filing:
    plan = find_plan(writing.connection, 2024)
    at = Writing(writing.connection, moment(today, 6))
    return Filing(at, plan, register, "应急所", today, workdays)


def seen(writing: Writing, as_of: date, known_at: datetime | None = None) -> set[Slot]:
    found = writing.connection.execute(sweeps(Look(as_of, known_at, None))).all()
    slots = [(row.rhythm, row.community, date.fromordinal(row.settle_by)) for row in found]
    assert len(set(slots)) == len(slots)
    return set(slots)


def asked(versions: Sequence[Loaded], as_of: date) -> set[Slot]:
    """What stands: each sweep is one of the version that was in force when its period began."""
    found: set[Slot] = set()
    for n, version in enumerate(versions):
        for r in version.rhythms:
            for one in occurrences(r, ["c1", "c2"], D("2024-01-01"), D("2024-12-31"), WORKDAYS):
                begun = [k for k, other in enumerate(versions) if other.on <= one.begins]
                if one.begins <= as_of and max(begun, default=0) == n:
                    found.add((one.rhythm, one.community, one.due))
    return found


every = st.sampled_from(["monthly", "quarterly", "5 weeks", "holiday"])
per: st.SearchStrategy[Per] = st.sampled_from(("office", "community"))
some_rhythms = st.dictionaries(st.sampled_from("ab"), st.tuples(every, per), max_size=2).map(
    lambda found: [rhythm(code, *how) for code, how in found.items()]
)
days = st.dates(D("2023-12-20"), D("2025-01-10"))


@given(st.lists(st.tuples(days, some_rhythms), min_size=1, max_size=4), days, days)
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_sweep_is_one_of_the_version_that_was_in_force_when_its_period_began(
    store_url: str, loads: list[tuple[date, list[SweepRhythm]]], as_of: date, run: date
) -> None:
    versions = [Loaded(*one) for one in sorted(loads, key=lambda one: one[0])]
    with Store(store_url) as store, passing(store) as writing:
        for version in versions:
            load(writing, *version)
        assert Sweeps(opened(writing, "sweep", run)).make() == []
        for day in (as_of, END):
            assert seen(writing, day) == asked(versions, day)
        for n, version in enumerate(versions, 1):
            if n == len(versions) or versions[n].on > version.on:
                known = seen(writing, END, moment(version.on, 5))
                assert known == asked(versions[:n], END)


JUNE = D("2024-06-10")


@pytest.fixture
def writing(store_url: str) -> Iterator[Writing]:
    with Store(store_url) as store, passing(store) as found:
        load(found, D("2024-01-02"), [rhythm("wires", per="community", unit="c1")])
        yield found


def dues(writing: Writing, code: str, as_of: date = END) -> list[str]:
    return sorted({day.isoformat()[5:] for r, _c, day in seen(writing, as_of) if r == code})


def test_a_rhythm_added_in_june_asks_for_nothing_before(writing: Writing) -> None:
    load(writing, JUNE, [rhythm("wires", per="community", unit="c1"), rhythm("exits")])
    assert dues(writing, "exits")[0] == "07-31"
    assert dues(writing, "wires")[0] == "01-31"
    assert dues(writing, "exits", JUNE) == []


def test_a_rhythm_left_out_in_june_still_asks_for_what_had_begun(writing: Writing) -> None:
    load(writing, JUNE, [])
    assert dues(writing, "wires")[-1] == "06-28"
    assert len(dues(writing, "wires")) == 6


def test_what_was_held_or_a_hazard_was_found_on_is_never_taken_back(writing: Writing) -> None:
    day = D("2024-07-01")
    Sweeps(opened(writing, "sweep", day)).hold("wires-c1-2024-07-31", day, Held(3, 2))
    book = Hazards(opened(writing, "hazard", day))
    book.add("wires", "ordinary", "3号楼", day, community="c2", sweep="wires-c2-2024-07-31")
    load(writing, day, [])
    assert {slot for slot in seen(writing, END) if slot[2] > day} == {
        ("wires", "c1", D("2024-07-31")),
        ("wires", "c2", D("2024-07-31")),
    }


def test_a_sweep_that_has_not_begun_follows_whom_the_new_version_names(writing: Writing) -> None:
    load(writing, JUNE, [rhythm("wires", per="community", unit="yj")])
    found = writing.connection.execute(sweeps(Look(END, None, None))).all()
    assert {(row.unit, date.fromordinal(row.opened_on) > JUNE) for row in found} == {
        ("c1", False),
        ("yj", True),
    }
    assert len(found) == 24


def test_days_off_that_are_published_late_move_what_has_not_begun(writing: Writing) -> None:
    off = {D("2024-07-31"): False, D("2024-06-28"): False}
    filing = opened(writing, "sweep", JUNE, Workdays(off))
    made = [one.number for one in Sweeps(filing).make()]
    assert made == ["wires-c1-2024-07-30", "wires-c2-2024-07-30"]  # June's has begun, and stays
    assert dues(writing, "wires")[5:7] == ["06-28", "07-30"]
    assert Sweeps(filing).make() == []


def test_more_sweeps_are_taken_back_than_a_statement_has_values(writing: Writing) -> None:
    filing = opened(writing, "sweep", JUNE)
    found = writing.connection.execute(sweeps(Look(END, None, None))).all()
    there = {row.id: date.fromordinal(row.opened_on) for row in found}
    Sweeps(filing).hold("wires-c1-2024-05-31", JUNE, Held(3, 2))
    many = there | dict.fromkeys(range(-35_000, 0), JUNE)
    free = untouched(filing, many)
    assert len(free) == len(many) - 1
    take_back(filing, {case_id: day for case_id, day in free.items() if case_id > 0})
    assert [slot[2] for slot in seen(writing, END)] == [D("2024-05-31")]
