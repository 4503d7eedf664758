"""The items of a plan as rows of a version, a chunk at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, func, select

from tracker.bulk import analyze, insert_rows
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


# Columns that are called as what they hold is in the plan.
_ITEM = (
    *("title", "lead", "support", "person", "leader", "start", "weight", "pace", "measure"),
    *("report", "recurring", "assumed", "after", "source", "summary"),
)
_STEP = ("code", "title", "weight", "lapses_on")
_INDICATOR = (
    *("name", "unit", "target", "sense", "reading", "weight", "last_year", "assumed"),
    *("register", "register_kind"),
)


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
        ids: list[int] = []
        parent_ids: list[int | None] = []
        new: dict[str, int] = {}
        for _position, (_area, parent, promised) in chunk:
            item_id = previous.ids.get(promised.code)
            if item_id is None:
                item_id = new[promised.code] = next_id
                next_id += 1
            ids.append(item_id)
            if promised.children:
                parents[promised.code] = item_id
            parent_ids.append(None if parent is None else parents[parent.code])
        kept.update(ids)
        insert_rows(connection, item, {"id": [*new.values()], "code": [*new]}, plan_id=plan_id)
        places = {
            "parent_id": parent_ids,
            "position": [position for position, _ in chunk],
            "area": [heading.code for _, (heading, _, _) in chunk],
        }
        items = [promised for _, (_, _, promised) in chunk]
        _insert_versions(connection, version_id, ids, items, places, previous)
        _insert_parts(connection, version_id, ids, items, previous)
    analyze(connection, len(kept), item, item_version, milestone, indicator, pace_target)
    return kept


def _chunks(things: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(things, size)):
        yield chunk


def _insert_versions(
    connection: Connection,
    version_id: int,
    ids: list[int],
    items: "list[Item]",
    places: dict[str, list[Any]],
    previous: Previous,
) -> None:
    """Inserts what this version says of the items themselves.

    Args:
        places: the columns that say where in the plan each is.
    """
    columns = {"item_id": ids, **places, **_columns(_ITEM, items)}
    columns |= _dates(items, map(previous.due.get, ids))
    # Where the date in force stays earlier than the file now says, the start lies within it.
    columns["start"] = list(map(min, columns["start"], columns["due"]))
    insert_rows(connection, item_version, columns, version_id=version_id, dropped=False)


def _insert_parts(
    connection: Connection,
    version_id: int,
    ids: list[int],
    items: "list[Item]",
    previous: Previous,
) -> None:
    """Inserts milestones, indicators and the targets by month."""
    key, steps = _parts(ids, [promised.milestones for promised in items])
    columns = {**key, **_columns(_STEP, steps)}
    known_by = zip(columns["item_id"], columns["code"], strict=True)
    columns |= _dates(steps, map(previous.step_due.get, known_by))
    insert_rows(connection, milestone, columns, version_id=version_id)
    key, measured = _parts(ids, [promised.indicators for promised in items])
    columns = {**key, **_columns(_INDICATOR, measured)}
    insert_rows(connection, indicator, columns, version_id=version_id)
    key, targets = _parts(ids, [promised.targets for promised in items])
    columns = {
        "item_id": key["item_id"],
        "month_end": [end for end, _ in targets],
        "share": [int(share * FULL) for _, share in targets],
    }
    insert_rows(connection, pace_target, columns, version_id=version_id)


def _parts(
    ids: list[int], parts: Sequence[Sequence[Any]]
) -> tuple[dict[str, list[Any]], list[Any]]:
    """The parts of all items in one list, and the columns that say whose each is, and where."""
    owners = [item_id for item_id, own in zip(ids, parts, strict=True) for _ in own]
    positions = [n for own in parts for n in range(len(own))]
    return {"item_id": owners, "position": positions}, list(chain.from_iterable(parts))


def _columns(names: Iterable[str], things: list[Any]) -> dict[str, list[Any]]:
    return {name: list(map(attrgetter(name), things)) for name in names}


def _dates(things: list[Any], before: "Iterable[_Dates | None]") -> dict[str, list[Any]]:
    """The dates now in force, and the original ones."""
    pairs = list(zip(map(attrgetter("due"), things), before, strict=True))
    return {
        "due": [due if was is None else min(due, was.last) for due, was in pairs],
        "original_due": [due if was is None else was.first for due, was in pairs],
    }
