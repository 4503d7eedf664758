"""What registers say of indicators: against the oracle, and as it is told; nobody types it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.model import Area, Indicator, Item, Plan, Unit
from plans.numerals import percentage
from plans.registers import MEASURES
from tests.conftest import NewDatabase, examples
from tests.register_oracle import Register, said
from tests.register_world import KINDS, Recorder
from tests.worlds import FIRST, LAST, Deed, deeds_of, record
from tracker.columns import AMOUNT_SCALE
from tracker.loaded import PlanRef
from tracker.registers.measures import load_fed
from tracker.store import Store
from tracker.versions import record_version

ALL_KINDS = (None, *KINDS)


def everything(office: str) -> Plan:
    """A plan with an indicator for each measure, and for each kind of sweep and hazard."""
    measured = [
        (measure, kind)
        for measure, (_how, register) in MEASURES.items()
        for kind in (ALL_KINDS if register != "petition" else (None,))
    ]
    indicators = tuple(
        Indicator(f"{measure} {kind}", "件", register=measure, register_kind=kind)
        for measure, kind in measured
    )
    item = Item("1", "事项", "u0", FIRST, LAST, indicators=indicators)
    return Plan(office, FIRST.year, (Unit("u0", "u0"),), (Area("a", "板块", (item,)),))


class Offices:
    """Offices in two stores, on SQLite and on PostgreSQL, one after another."""

    def __init__(self, urls: list[str]) -> None:
        self.stores = [Store(url) for url in urls]
        self.numbers, self.minutes = count(), count()

    def clock(self) -> datetime:
        return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=next(self.minutes))

    def new(self) -> list[PlanRef]:
        """A new office's plan in each store."""
        plan, moment = everything(f"office {next(self.numbers)}"), self.clock()
        refs = []
        for store in self.stores:
            with store.write(moment) as writing:
                refs.append(record_version(writing, plan, "", author="a", on=FIRST))
        return refs

    def live(
        self, refs: list[PlanRef], register: Register, ids: list[list[int]], deeds: list[Deed]
    ) -> datetime:
        """Records deeds in one transaction; returns its moment."""
        moment = self.clock()
        sqlite, postgresql = self.stores
        with sqlite.write(moment) as one, postgresql.write(moment) as other:
            recorder = Recorder([one, other], refs, register, ids, moment)
            for deed in deeds:
                assert record(deed, recorder)
        return moment


@pytest.fixture(scope="module")
def offices(
    sqlite_template: Path,
    postgres_template: str,
    new_postgres_database: NewDatabase,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Offices]:
    path = tmp_path_factory.mktemp("registers") / "duban.db"
    path.write_bytes(sqlite_template.read_bytes())
    made = Offices([f"sqlite:///{path}", new_postgres_database(postgres_template)])
    yield made
    for store in made.stores:
        store.close()


rows = deeds_of(
    *["petition"] * 3, *["sweep"] * 2, *["hazard"] * 3, *["move"] * 14, "take_back", *["total"] * 3
)
batches = st.lists(st.lists(rows, min_size=12, max_size=30), min_size=2, max_size=4)
looks = st.tuples(st.integers(0, 60), st.sampled_from([-1, 0, 0, 1, 40]), st.integers(0, 8))


@settings(max_examples=examples(20))
@given(batches, st.lists(looks, min_size=4, max_size=4))
def test_both_databases_say_of_every_measure_what_the_oracle_does(
    offices: Offices, batches: list[list[Deed]], looked: list[tuple[int, int, int]]
) -> None:
    refs, register = offices.new(), Register()
    ids: list[list[int]] = [[], []]
    moments = [offices.live(refs, register, ids, deeds) for deeds in batches]
    days = sorted({FIRST, LAST} | register.days())
    for place, later, moment in looked:
        as_of = days[place % len(days)] + timedelta(later)
        known_at = [*moments, *[None] * len(moments)][moment % (2 * len(moments))]
        for store, ref in zip(offices.stores, refs, strict=True):
            with store.read() as connection:
                found = load_fed(connection, ref, as_of, known_at)
            assert len(found) == 12 + 3 * 10
            for (measure, kind), fed in found.items():
                wanted = said(register, FIRST.year, measure, kind, as_of, known_at)
                value = None if fed.value is None else Decimal(fed.value) / AMOUNT_SCALE
                assert (value, fed.last_on) == (wanted.value, wanted.last_on), (measure, kind)
                if fed.is_rate and fed.counts is not None:
                    assert value == percentage(*fed.counts)
