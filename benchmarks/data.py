"""Stores to measure on: plans of any size with 5 milestones and 3 updates an item."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from plans.model import Area, Indicator, Item, Milestone, Plan, Unit
from tracker.migrate import migrate
from tracker.schema import entry, item
from tracker.store import Store, Writing
from tracker.versions import PlanRef, record_version

YEAR = 2024
FIRST = date(YEAR, 1, 1)
LOADED = datetime(YEAR, 1, 2, tzinfo=UTC)
FILED = datetime(YEAR, 12, 31, tzinfo=UTC)
AS_OF = date(YEAR, 7, 31)
STEPS = 5
UPDATES = 3
CHUNK = 20_000  # ledger rows at a time


def promised(number: int) -> Item:
    """One item: an indicator, five milestones of equal weight, one of twenty lead units."""
    return Item(
        f"i{number}",
        f"事项{number}",
        f"u{number % 20}",
        FIRST,
        FIRST + timedelta(days=250 + number * 37 % 110),
        indicators=(Indicator("数量", "条", Decimal(10)),),
        milestones=tuple(
            Milestone(
                f"m{n}", f"节点{n}", FIRST + timedelta(days=40 + 40 * n + number % 7), 100 // STEPS
            )
            for n in range(STEPS)
        ),
    )


class Items:
    """The items of an area, made while they are read, so that a large plan needs no memory."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __iter__(self) -> Iterator[Item]:
        return (promised(number) for number in range(self.count))


def plan(items: int, office: str = "某街道办事处") -> Plan:
    """A plan of one area with so many items."""
    units = tuple(Unit(f"u{n}", f"单位{n}") for n in range(20))
    area = Area("1", "聚焦项目建设", Items(items))  # type: ignore[arg-type]
    return Plan(office, YEAR, units, (area,))


def build(path: Path, items: int, offices: int = 1, late: float = 0.005) -> str:
    """Makes a store.

    Args:
        path: the SQLite file.
        items: in each plan.
        offices: how many plans.
        late: the share of items with a milestone that is overdue on ``AS_OF``.

    Returns:
        Its URL.
    """
    url = f"sqlite:///{path}"
    migrate(url)
    chance = random.Random(1)
    with Store(url) as store:
        for number in range(offices):
            office = "某街道办事处" if offices == 1 else f"街道{number}"
            with store.write(LOADED) as writing:
                ref = record_version(writing, plan(items, office), "", author="bench", on=FIRST)
            with store.write(FILED) as writing:
                _file(writing, ref, chance, late)
    return url


def _file(writing: Writing, ref: PlanRef, chance: random.Random, late: float) -> None:
    """Three updates on each item; of the milestones due by AS_OF all, or all but the last."""
    ids = writing.connection.execute(
        select(item.c.id, item.c.code).where(item.c.plan_id == ref.id)
    ).all()
    rows: list[dict[str, Any]] = []
    for row in ids:
        number = int(row.code[1:])
        steps = promised(number).milestones
        reached = [s for s in steps if s.due <= AS_OF]
        if chance.random() < late:
            reached.pop()
        for n in range(UPDATES):
            filed = {"kind": "add", "part": "数量", "amount": Decimal(2)}
            rows.append(_row(writing, ref, row.id, FIRST + timedelta(days=60 + 60 * n), filed))
        for step in reached:
            filed = {"kind": "reach", "part": step.code, "amount": None}
            rows.append(_row(writing, ref, row.id, step.due - timedelta(days=2), filed))
        if len(rows) > CHUNK:
            writing.connection.execute(insert(entry), rows)
            rows = []
    if rows:
        writing.connection.execute(insert(entry), rows)


def _row(
    writing: Writing, ref: PlanRef, item_id: int, on: date, filed: dict[str, Any]
) -> dict[str, Any]:
    return {
        "plan_id": ref.id,
        "item_id": item_id,
        "effective_on": on,
        "recorded_at": writing.recorded_at,
        "author": "bench",
        "simulated": True,
        **filed,
    }
