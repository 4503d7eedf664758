"""What is overdue: the sieve loses nothing, and details agree with the arithmetic."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from plans.model import Area, Item, Milestone, Plan, Unit
from tests.conftest import examples
from tests.worlds import WORKDAYS, Look, Step, World, histories, looks
from tracker import late
from tracker.explain import explain_item
from tracker.judge import judge
from tracker.ledger import Assignment, Ledger
from tracker.particulars import load_particulars
from tracker.schema import metadata
from tracker.store import Store
from tracker.versions import PlanRef, find_plan, record_version

Worlds = tuple[Store, Iterator[int], Callable[[], datetime]]


@pytest.fixture(scope="module")
def worlds(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """A store that many examples share, as offices do."""
    path = tmp_path_factory.mktemp("worlds") / "duban.db"
    path.write_bytes(sqlite_template.read_bytes())
    minutes = count()
    with Store(f"sqlite:///{path}") as opened:
        start = datetime(2024, 1, 1, tzinfo=UTC)
        yield opened, count(), lambda: start + timedelta(minutes=next(minutes))


@settings(max_examples=examples(30))
@given(histories, st.lists(looks, min_size=1, max_size=4))
def test_the_list_has_all_that_is_overdue_and_nothing_else_the_longest_first(
    worlds: Worlds, history: list[Step], looked: list[Look]
) -> None:
    store, numbers, clock = worlds
    world = World([store], clock, f"office {next(numbers)}")
    world.live(history)
    for look in looked:
        as_of, known_at = world.day(look), world.known(look)
        if known_at is not None:
            known_at = max(known_at, world.moments[0])  # before that there was no plan
        with store.read() as connection:
            plan = find_plan(connection, 2024, world.office, known_at)
            all_items = judge(connection, as_of, known_at, plans=[plan.id], workdays=WORKDAYS)
            found = late.load_late(connection, plan, as_of, known_at, workdays=WORKDAYS)
            particulars = load_particulars(connection, plan, as_of, known_at)
            for lead in sorted({item.lead for item in all_items} & found.units.keys())[:1]:
                told = late.load_late(
                    connection, plan, as_of, known_at, workdays=WORKDAYS, unit=lead
                )
                assert told.of == sum(item.lead == lead for item in all_items)
        overdue = [item for item in all_items if item.level.code == "overdue"]
        assert found.items == sorted(overdue, key=lambda item: -item.overdue_days)
        assert found.of == len(all_items)
        for item in overdue:
            explained = explain_item(particulars[item.item_id], as_of)
            assert found.details[item.item_id] == late.detail_of(explained)


def five_overdue(worlds: Worlds) -> PlanRef:
    """A plan of an office that has finished nothing."""
    store, numbers, clock = worlds
    items = tuple(
        Item(str(n), f"事项{n}", "u", date(2024, 1, 1), date(2024, 1, 1 + n)) for n in range(1, 6)
    )
    plan = Plan(f"office {next(numbers)}", 2024, (Unit("u", "u"),), (Area("a", "a", items),))
    with store.write(clock()) as writing:
        return record_version(writing, plan, "duban: 1", author="a", on=date(2024, 1, 1))


def test_where_too_much_is_past_a_date_the_plan_is_judged_as_a_whole(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ref = worlds[0], five_overdue(worlds)
    listed = []
    for most in (2, 5):
        monkeypatch.setattr(late, "SIEVED", most)
        with store.read() as connection:
            found = late.load_late(connection, ref, date(2024, 2, 1), workdays=WORKDAYS)
        listed.append([item.code for item in found.items])
    assert listed == [["1", "2", "3", "4", "5"]] * 2


def test_a_unit_is_told_how_many_items_it_leads_not_how_many_the_plan_has(worlds: Worlds) -> None:
    store, numbers, clock = worlds
    day = date(2024, 1, 1)
    items = tuple(Item(str(n), f"事项{n}", "u" if n < 4 else "v", day, day) for n in range(1, 6))
    units = (Unit("u", "u"), Unit("v", "v"))
    plan = Plan(f"office {next(numbers)}", 2024, units, (Area("a", "a", items),))
    with store.write(clock()) as writing:
        ref = record_version(writing, plan, "duban: 1", author="a", on=day)
        Ledger(writing, ref, author="a", today=day).assign("1", day, Assignment(lead="v"))
    with store.read() as connection:
        counts = {
            unit: late.load_late(connection, ref, date(2024, 2, 1), workdays=WORKDAYS, unit=unit).of
            for unit in ("u", "v", None)
        }
    assert counts == {"u": 2, "v": 3, None: 5}


def test_looking_for_what_is_late_goes_through_no_table_from_end_to_end(worlds: Worlds) -> None:
    store, ref = worlds[0], five_overdue(worlds)
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.extend(row[3] for row in rows)

    with store.read() as connection:
        event.listen(store.engine, "before_cursor_execute", explain)
        late.load_late(connection, ref, date(2024, 7, 31), workdays=WORKDAYS)
        event.remove(store.engine, "before_cursor_execute", explain)
    read = [line.split() for line in plans if line.startswith(("SCAN", "SEARCH"))]
    assert {words[1] for words in read} >= {"milestone", "entry", "reached", "item_version"}
    tables = {*metadata.tables, "voiding", "request", "reached", "filed"}
    assert [line for line in read if line[0] == "SCAN" and line[1] in tables] == []


def test_the_reason_for_a_later_date_of_another_milestone_does_not_explain_what_is_late(
    worlds: Worlds,
) -> None:
    store, numbers, clock = worlds
    first, asked, last = date(2024, 1, 1), date(2024, 2, 1), date(2024, 12, 31)
    steps = (Milestone("m1", "选址", date(2024, 3, 1)), Milestone("m2", "挂牌", date(2024, 6, 1)))
    item = Item("1", "a", "u", first, last, measure="milestones", milestones=steps)
    plan = Plan(f"office {next(numbers)}", 2024, (Unit("u", "u"),), (Area("a", "a", (item,)),))
    with store.write(clock()) as writing:
        ref = record_version(writing, plan, "duban: 1", author="a", on=first)
        ledger = Ledger(writing, ref, author="a", today=last)
        ledger.extend("1", asked, date(2024, 7, 1), "场地装修", milestone="m2")
    found = {}
    for as_of in (date(2024, 4, 1), date(2024, 9, 1)):
        with store.read() as connection:
            listed = late.load_late(connection, ref, as_of, workdays=WORKDAYS)
        (detail,) = listed.details.values()
        found[as_of.month] = detail.reason.reason if detail.reason else None
    assert found == {4: None, 9: "场地装修"}
