"""The judge against its oracle, on both databases, and what must hold whatever happens.

Random plans and ledgers; `make soak` tries very many of them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from plans.model import Plan
from tests import status_oracle
from tests.conftest import NewDatabase, examples, soaking
from tests.worlds import (
    FIRST,
    LAST,
    WORKDAYS,
    Deed,
    Look,
    Step,
    World,
    amounts,
    contradicted,
    days_between,
    deeds,
    deeds_of,
    families,
    fed_histories,
    histories,
    histories_of,
    looks,
    plans,
    steps,
)
from tracker.explain import explain_item
from tracker.late import load_late
from tracker.migrate import migrate
from tracker.particulars import load_particulars
from tracker.store import Store
from tracker.versions import find_plan

RENEWED_AFTER = 500  # worlds: what the offices before left behind makes a store slower

# Many examples, on a machine that may be busy; in a soak without end.
pytestmark = pytest.mark.timeout(0 if soaking() else 900)


class Stores:
    """A store on SQLite and one on PostgreSQL that many worlds share, as offices do."""

    def __init__(self, folder: Path, new_database: NewDatabase) -> None:
        self.folder, self.new_database = folder, new_database
        self.numbers, self.minutes = count(), count()
        self.stores: list[Store] = []

    def world(self, history: list[Step], databases: int = 1) -> World:
        """A new office with this history, on SQLite or on both databases."""
        number = next(self.numbers)
        if number % RENEWED_AFTER == 0:
            self.close()
            urls = [f"sqlite:///{self.folder / f'{number}.db'}", self.new_database()]
            for url in urls:
                migrate(url)
            self.stores = [Store(url) for url in urls]
            event.listen(self.stores[0].engine, "connect", _never_wait_for_the_disk)
            self.stores[0].engine.dispose()
        world = World(self.stores[:databases], self.clock, f"office {number}")
        world.live(history)
        return world

    def clock(self) -> datetime:
        """A minute later each time."""
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=next(self.minutes))

    def close(self) -> None:
        """Closes both stores."""
        for store in self.stores:
            store.close()


def _never_wait_for_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="module")
def stores(
    tmp_path_factory: pytest.TempPathFactory, new_postgres_database: NewDatabase
) -> Iterator[Stores]:
    made = Stores(tmp_path_factory.mktemp("worlds"), new_postgres_database)
    yield made
    made.close()


dates = deeds_of(*["grant"] * 6, *["reach"] * 5, "extend", "approve", "refuse", "undo", "undo")
"""Deeds about dates, which among all others seldom come together."""


@settings(max_examples=examples(50))
@given(
    st.one_of(histories, histories, histories_of(dates), fed_histories),
    st.lists(looks, min_size=4, max_size=4),
)
def test_both_databases_judge_as_the_oracle_does(
    stores: Stores, history: list[Step], looked: list[Look]
) -> None:
    world = stores.world(history, databases=2)
    for look in looked:
        as_of, known_at = world.day(look), world.known(look)
        wanted = status_oracle.judge(world.loads, world.facts, as_of, known_at, world.register)
        for store in (0, 1):
            assert world.judged(store, as_of, known_at) == wanted


@settings(max_examples=examples(25))
@given(st.one_of(histories, fed_histories), looks)
def test_an_explanation_ends_in_the_numbers_of_the_oracle(
    stores: Stores, history: list[Step], look: Look
) -> None:
    world = stores.world(history)
    as_of, known_at = world.day(look), world.known(look) or world.moments[-1]
    assume(known_at >= world.moments[0])
    wanted = status_oracle.judge(world.loads, world.facts, as_of, known_at, world.register)
    with stores.stores[0].read() as connection:
        plan = find_plan(connection, 2024, world.office, known_at)
        found = load_particulars(connection, plan, as_of, known_at)
    explained = [explain_item(item, as_of) for item in found.values()]
    for one, verdict in zip(explained, wanted, strict=True):
        facts, who = one.facts, one.who
        assert (one.item.code, one.level.code) == (verdict.code, verdict.level)
        assert (one.expected, one.actual) == (verdict.expected, verdict.actual)
        assert facts.settled == verdict.settled
        assert (one.due, facts.last_reported) == (verdict.due, verdict.last_reported)
        assert (who.lead, who.person, who.leader) == (verdict.lead, verdict.person, verdict.leader)


@settings(max_examples=examples(25))
@given(histories, looks)
def test_the_list_of_what_is_late_has_all_overdue_items_and_no_others(
    stores: Stores, history: list[Step], look: Look
) -> None:
    world = stores.world(history)
    as_of, known_at = world.day(look), world.known(look) or world.moments[-1]
    assume(known_at >= world.moments[0])
    judged = status_oracle.judge(world.loads, world.facts, as_of, known_at, world.register)
    wanted = {(v.code, v.overdue_days) for v in judged if v.level == "overdue"}
    with stores.stores[0].read() as connection:
        plan = find_plan(connection, 2024, world.office, known_at)
        late = load_late(connection, plan, as_of, known_at, workdays=WORKDAYS)
    assert {(item.code, item.overdue_days) for item in late.items} == wanted


@settings(max_examples=examples(25))
@given(histories, st.lists(steps, min_size=1, max_size=3), looks)
def test_a_past_judgement_comes_out_again_whatever_is_recorded_later(
    stores: Stores, history: list[Step], later: list[Step], look: Look
) -> None:
    world = stores.world(history)
    as_of, known_at = world.day(look), world.moments[-1]
    before = world.judged(0, as_of)
    world.live(later)
    assert world.judged(0, as_of, known_at) == before


@settings(max_examples=examples(25))
@given(histories, st.lists(deeds, min_size=5, max_size=5), looks)
def test_what_is_undone_never_was(
    stores: Stores, history: list[Step], tried: list[Deed], look: Look
) -> None:
    world = stores.world(history)
    as_of = world.day(look)
    before = world.judged(0, as_of)
    made = next(filter(None, map(world.file_one, tried)), [])
    assume(made and not any(fact.kind == "undo" for fact in made))
    # An item's children stay ended as long as it is; any other is undone from the last on.
    order = made if made[0].kind in ("close", "cancel") else list(reversed(made))
    world.undo([fact.number for fact in order])
    assert [fact.kind for fact in world.facts[-len(made) :]] == ["undo"] * len(made)
    assert world.judged(0, as_of) == before


endings = deeds_of(
    *["close"] * 4, *["figure"] * 3, *["reach"] * 2, *["undo"] * 4, "cancel", "cancel", "grant"
)
"""Deeds that end items and take that back."""

later_families = st.tuples(families(), days_between(LAST, LAST + timedelta(days=90)))


@settings(max_examples=examples(30))
@given(families(), st.lists(st.tuples(st.lists(endings, min_size=5, max_size=12), later_families)))
def test_no_closing_or_cancelling_that_stands_is_contradicted(
    stores: Stores, plan: Plan, then: list[tuple[list[Deed], tuple[Plan, date]]]
) -> None:
    world = stores.world([(plan, FIRST)])
    for filed, loaded in then:
        world.live([filed])
        assert not contradicted(world.loads, world.facts)
        world.live([loaded])
        assert not contradicted(world.loads, world.facts)


@settings(max_examples=examples(25))
@given(histories, deeds, amounts, looks)
def test_an_amount_in_two_rows_is_worth_as_much_as_in_one(
    stores: Stores, history: list[Step], deed: Deed, other: Decimal, look: Look
) -> None:
    assume(deed.amount + other < 900_000)
    world = stores.world(history)
    for which in range(12):  # until there is an indicator that adds up
        whole = replace(deed, kind="figure", which=which, amount=deed.amount + other, days=0)
        made = world.file_one(whole)
        if [fact.kind for fact in made] == ["add"]:
            break
    else:
        assume(False)
    as_of = world.day(look)
    in_one = world.judged(0, as_of)
    world.undo([made[0].number])
    world.file([replace(whole, amount=deed.amount), replace(whole, amount=other)])
    assert [fact.kind for fact in world.facts[-2:]] == ["add", "add"]
    assert world.judged(0, as_of) == in_one


@settings(max_examples=examples(25))
@given(st.lists(plans(), min_size=1, max_size=4), looks)
def test_a_date_never_moves_later_by_loading(
    stores: Stores, versions: list[Plan], look: Look
) -> None:
    world = stores.world([])
    first: dict[str, date] = {}
    for plan in versions:
        world.load(plan, FIRST)
        for _area, _parent, item in plan.walk():
            first.setdefault(item.code, item.due)
        for verdict in world.judged(0, world.day(look)):
            assert verdict.original_due == first[verdict.code]
            assert verdict.due <= first[verdict.code]


@settings(max_examples=examples(20))
@given(histories, looks)
def test_loading_the_same_plan_again_changes_nothing(
    stores: Stores, history: list[Step], look: Look
) -> None:
    world = stores.world(history)
    as_of = world.day(look)
    before = world.judged(0, as_of)
    world.load(world.loads[-1].plan, LAST)
    assert world.judged(0, as_of) == before


@settings(max_examples=examples(25))
@given(histories, looks, st.integers(0, 9))
def test_an_item_judged_alone_is_judged_as_among_all(
    stores: Stores, history: list[Step], look: Look, number: int
) -> None:
    world = stores.world(history)
    as_of, known_at = world.day(look), world.known(look)
    rows = world.judged(0, as_of, known_at)
    assume(rows)
    code = rows[number % len(rows)].code
    family = [row for row in rows if code in (row.code, row.parent)]
    assert world.judged(0, as_of, known_at, code) == family
