"""Plans in the store: each load of a plan file is an immutable version; the first is the baseline.

A version holds the whole plan as it then was. Items that a newer file no longer has are carried
into its version as cancelled. Dates never move later by loading: for that an extension has to be
approved (DESIGN: deadlines do not slide), so a version keeps the earlier of its own date and that
of the version before, and the original date of each item and milestone for ever.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Table, func, insert, select

from tracker.bulk import insert_rows
from tracker.dropped import carry_dropped, take_back
from tracker.loaded import (
    LOADED,
    PlanRef,
    find_plan,
    find_plans,
    indicator_units,
    list_plans,
    standing_dates,
    step_dates,
    version_text,
)
from tracker.schema import (
    FULL,
    area,
    indicator,
    item,
    item_version,
    milestone,
    pace_target,
    plan_version,
    unit,
)
from tracker.schema import plan as plan_table
from tracker.store import Writing

if TYPE_CHECKING:
    from plans.model import Area, Item, Plan

__all__ = [
    "LOADED",
    "PlanRef",
    "find_plan",
    "find_plans",
    "indicator_units",
    "list_plans",
    "record_version",
    "standing_dates",
    "version_text",
]

CHUNK = 2_000  # items at a time: bounds memory, and is many rows per statement


class _Dates(NamedTuple):
    """Of an item or milestone: promised first, and last."""

    first: date
    last: date


@dataclass(slots=True)
class _Previous:
    """What the newest version before this one says: ids by code, the rest by id."""

    version_id: int | None
    ids: dict[str, int]
    due: dict[int, _Dates]
    step_due: dict[tuple[int, str], _Dates]
    dropped: set[int]


def record_version(writing: Writing, plan: "Plan", text: str, *, author: str, on: date) -> PlanRef:
    """Records a plan as the newest version of its office and year.

    Args:
        writing: the open transaction.
        plan: what the file says; its items are read once, in order.
        text: the file, kept as it is.
        author: who loads it.
        on: the day from which items that are no longer in the file count as cancelled.

    Returns:
        The plan, at the version recorded.
    """
    connection = writing.connection
    plan_id, number, version_id = _next_version(connection, plan)
    connection.execute(
        insert(plan_version).values(
            id=version_id,
            plan_id=plan_id,
            number=number,
            recorded_at=writing.recorded_at,
            author=author,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            title=plan.title,
            language=plan.language,
            simulated=plan.simulated,
            **asdict(plan.thresholds),
            rhythm=plan.reporting.every,
            grace_days=plan.reporting.grace_days,
            **asdict(plan.escalation),
            wording=dict(plan.wording),
        )
    )
    _insert_headings(connection, plan, version_id)
    previous = _previous(connection, plan_id, version_id)
    kept = _insert_items(connection, plan, plan_id, version_id, previous)
    if previous.version_id is not None:
        loads = (previous.version_id, version_id)
        carry_dropped(writing, plan_id, loads, previous.dropped, author, on)
        take_back(writing, plan_id, previous.dropped & kept, author)
    return find_plan(connection, plan.year, plan.office)


def _next_version(connection: Connection, plan: "Plan") -> tuple[int, int, int]:
    """Ids for the plan and its next version, and that version's number."""
    found = connection.execute(
        select(plan_table.c.id).where(
            plan_table.c.office == plan.office, plan_table.c.year == plan.year
        )
    ).scalar()
    if found is None:
        made = connection.execute(
            insert(plan_table).values(office=plan.office, year=plan.year)
        ).inserted_primary_key
        assert made is not None
        found = made[0]
    number = connection.execute(
        select(func.coalesce(func.max(plan_version.c.number), 0) + 1).where(
            plan_version.c.plan_id == found
        )
    ).scalar_one()
    version_id = connection.execute(
        select(func.coalesce(func.max(plan_version.c.id), 0) + 1)
    ).scalar_one()
    return found, number, version_id


def _insert_headings(connection: Connection, plan: "Plan", version_id: int) -> None:
    units = [
        {"version_id": version_id, "position": n, **asdict(u)} for n, u in enumerate(plan.units)
    ]
    areas = [
        {"version_id": version_id, "position": n, "code": a.code, "title": a.title}
        for n, a in enumerate(plan.areas)
    ]
    connection.execute(insert(unit), units)
    connection.execute(insert(area), areas)


def _previous(connection: Connection, plan_id: int, version_id: int) -> _Previous:
    before = connection.execute(
        select(func.max(plan_version.c.id)).where(
            plan_version.c.plan_id == plan_id, plan_version.c.id < version_id
        )
    ).scalar()
    if before is None:
        return _Previous(None, {}, {}, {}, set())
    i = item_version.c
    ids = connection.execute(select(item.c.code, item.c.id).where(item.c.plan_id == plan_id))
    rows = connection.execute(
        select(i.item_id, i.original_due, i.due, i.dropped).where(i.version_id == before)
    ).all()
    steps = connection.execute(step_dates(plan_id, before))
    return _Previous(
        before,
        {row.code: row.id for row in ids},
        {row.item_id: _Dates(row.original_due, row.due) for row in rows},
        {(row.item_id, row.step): _Dates(row.original_due, row.due) for row in steps},
        {row.item_id for row in rows if row.dropped},
    )


def _insert_items(
    connection: Connection, plan: "Plan", plan_id: int, version_id: int, previous: _Previous
) -> set[int]:
    """Inserts all items of the plan; returns their ids."""
    next_id = connection.execute(select(func.coalesce(func.max(item.c.id), 0) + 1)).scalar_one()
    kept: set[int] = set()
    parents: dict[str, int] = {}
    for chunk in _chunks(enumerate(plan.walk()), CHUNK):
        rows: dict[Table, list[dict[str, Any]]] = {
            t: [] for t in (item, item_version, milestone, indicator, pace_target)
        }
        for position, (heading, parent, promised) in chunk:
            item_id = previous.ids.get(promised.code)
            if item_id is None:
                item_id, next_id = next_id, next_id + 1
                rows[item].append({"id": item_id, "plan_id": plan_id, "code": promised.code})
            kept.add(item_id)
            if promised.children:
                parents[promised.code] = item_id
            parent_id = None if parent is None else parents[parent.code]
            _collect(rows, promised, heading, position, (version_id, item_id, parent_id), previous)
        for table, values in rows.items():
            if values:
                insert_rows(connection, table, values)
    return kept


def _chunks(things: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(things, size)):
        yield chunk


def _collect(
    rows: dict[Table, list[dict[str, Any]]],
    promised: "Item",
    heading: "Area",
    position: int,
    ids: tuple[int, int, int | None],
    previous: _Previous,
) -> None:
    """Adds the rows of one item to those of its chunk."""
    version_id, item_id, parent_id = ids
    key = {"version_id": version_id, "item_id": item_id}
    before = previous.due.get(item_id, _Dates(promised.due, promised.due))
    rows[item_version].append(
        {
            **key,
            "parent_id": parent_id,
            "position": position,
            "area": heading.code,
            **{n: getattr(promised, n) for n in _COPIED},
            "support": list(promised.support),
            "after": list(promised.after),
            "due": min(promised.due, before.last),
            "original_due": before.first,
            "dropped": False,
        }
    )
    for n, step in enumerate(promised.milestones):
        before = previous.step_due.get((item_id, step.code), _Dates(step.due, step.due))
        rows[milestone].append(
            {
                **key,
                "position": n,
                "code": step.code,
                "title": step.title,
                "due": min(step.due, before.last),
                "original_due": before.first,
                "weight": step.weight,
                "lapses_on": step.lapses_on,
            }
        )
    rows[indicator] += [
        {**key, "position": n, **{name: getattr(measured, name) for name in _MEASURED}}
        for n, measured in enumerate(promised.indicators)
    ]
    rows[pace_target] += [
        {**key, "month_end": end, "share": int(share * FULL)} for end, share in promised.targets
    ]


_COPIED = (
    *("title", "lead", "person", "leader", "start", "weight", "pace", "measure", "report"),
    *("recurring", "assumed", "source", "summary"),
)
_MEASURED = ("name", "unit", "target", "sense", "reading", "weight", "last_year", "assumed")
