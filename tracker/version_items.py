"""The items of a plan as rows of a version, a chunk at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Table, func, select

from tracker.bulk import insert_rows
from tracker.loaded import step_dates
from tracker.schema import (
    FULL,
    indicator,
    item,
    item_version,
    milestone,
    pace_target,
    plan_version,
)

if TYPE_CHECKING:
    from plans.model import Item, Plan

CHUNK = 2_000  # items at a time: bounds memory, and is many rows per statement


class _Dates(NamedTuple):
    """Of an item or milestone: promised first, and last."""

    first: date
    last: date


@dataclass(slots=True)
class Previous:
    """What the newest version before one says: ids by code, the rest by id.

    Attributes:
        version_id: None where there is none before.
        dropped: ids of the items that no longer were in its file.
    """

    version_id: int | None
    ids: dict[str, int]
    due: dict[int, _Dates]
    step_due: dict[tuple[int, str], _Dates]
    dropped: set[int]


# Columns that are called as what they hold is in the plan, and those that come from elsewhere.
_KEY = ("version_id", "item_id")
_DATES = ("due", "original_due")
_ITEM = (
    *("title", "lead", "support", "person", "leader", "start", "weight", "pace", "measure"),
    *("report", "recurring", "assumed", "after", "source", "summary"),
)
_STEP = ("code", "title", "weight", "lapses_on")
_INDICATOR = ("name", "unit", "target", "sense", "reading", "weight", "last_year", "assumed")
_of_item, _of_step, _of_indicator = (attrgetter(*n) for n in (_ITEM, _STEP, _INDICATOR))
_COLUMNS = {
    item: ("id", "plan_id", "code"),
    item_version: (*_KEY, "parent_id", "position", "area", *_ITEM, *_DATES, "dropped"),
    milestone: (*_KEY, "position", *_STEP, *_DATES),
    indicator: (*_KEY, "position", *_INDICATOR),
    pace_target: (*_KEY, "month_end", "share"),
}
_Rows = dict[Table, list[tuple[Any, ...]]]


def previous_version(connection: Connection, plan_id: int, version_id: int) -> Previous:
    """The newest version of the plan before this one."""
    before = connection.execute(
        select(func.max(plan_version.c.id)).where(
            plan_version.c.plan_id == plan_id, plan_version.c.id < version_id
        )
    ).scalar()
    if before is None:
        return Previous(None, {}, {}, {}, set())
    i = item_version.c
    ids = connection.execute(select(item.c.code, item.c.id).where(item.c.plan_id == plan_id))
    rows = connection.execute(
        select(i.item_id, i.original_due, i.due, i.dropped).where(i.version_id == before)
    ).all()
    steps = connection.execute(step_dates(plan_id, before))
    return Previous(
        before,
        {row.code: row.id for row in ids},
        {row.item_id: _Dates(row.original_due, row.due) for row in rows},
        {(row.item_id, row.step): _Dates(row.original_due, row.due) for row in steps},
        {row.item_id for row in rows if row.dropped},
    )


def insert_items(
    connection: Connection, plan: "Plan", plan_id: int, version_id: int, previous: Previous
) -> set[int]:
    """Inserts all items of the plan; returns their ids."""
    next_id = connection.execute(select(func.coalesce(func.max(item.c.id), 0) + 1)).scalar_one()
    kept: set[int] = set()
    parents: dict[str, int] = {}
    for chunk in _chunks(enumerate(plan.walk()), CHUNK):
        rows: _Rows = {table: [] for table in _COLUMNS}
        for position, (heading, parent, promised) in chunk:
            item_id = previous.ids.get(promised.code)
            if item_id is None:
                item_id, next_id = next_id, next_id + 1
                rows[item].append((item_id, plan_id, promised.code))
            kept.add(item_id)
            if promised.children:
                parents[promised.code] = item_id
            parent_id = None if parent is None else parents[parent.code]
            place = (parent_id, position, heading.code)
            _collect(rows, promised, place, (version_id, item_id), previous)
        for table, values in rows.items():
            if values:
                insert_rows(connection, table, _COLUMNS[table], values)
    return kept


def _chunks(things: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(things, size)):
        yield chunk


def _collect(
    rows: _Rows,
    promised: "Item",
    place: tuple[int | None, int, str],
    key: tuple[int, int],
    previous: Previous,
) -> None:
    """Adds the rows of one item to those of its chunk.

    Args:
        place: id of its parent, position in the plan, code of its area.
        key: ids of the version and of the item.
    """
    item_id = key[1]
    dates = _dates(promised.due, previous.due.get(item_id))
    rows[item_version].append((*key, *place, *_of_item(promised), *dates, False))
    for n, step in enumerate(promised.milestones):
        dates = _dates(step.due, previous.step_due.get((item_id, step.code)))
        rows[milestone].append((*key, n, *_of_step(step), *dates))
    for n, measured in enumerate(promised.indicators):
        rows[indicator].append((*key, n, *_of_indicator(measured)))
    for end, share in promised.targets:
        rows[pace_target].append((*key, end, int(share * FULL)))


def _dates(due: date, before: _Dates | None) -> tuple[date, date]:
    """The date now in force, and the original one."""
    return (due, due) if before is None else (min(due, before.last), before.first)
