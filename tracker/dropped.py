"""Items that a newer plan file no longer has: carried on as cancelled, and taken back again."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    select,
    true,
)

from tracker.ended import ended_by
from tracker.loaded import LOADED
from tracker.schema import REVERSED, area, entry, indicator, item_version, milestone, pace_target
from tracker.store import Writing


def carry_dropped(
    writing: Writing,
    plan_id: int,
    versions: tuple[int, int],
    dropped: Collection[int],
    author: str,
    on: date,
) -> None:
    """Copies what the file no longer has into the version, after all else, and cancels it.

    What is closed or cancelled already stays as it is.

    Args:
        versions: ids of the one before and of the new one.
        dropped: ids of the items that were dropped before.
        on: the day from which the others count as cancelled.
    """
    i, (old, new) = item_version.c, versions
    kept = select(i.item_id).where(i.version_id == new)
    gone = select(i.item_id).where(i.version_id == old, i.item_id.not_in(kept))
    newly = writing.connection.execute(gone.where(~i.dropped)).scalars().all()
    if not newly and not dropped:
        return
    headings = select(area.c.code).where(area.c.version_id == new)
    needed = select(i.area).where(i.version_id == old, i.item_id.not_in(kept))
    missing = and_(area.c.code.in_(needed), area.c.code.not_in(headings))
    last = _places(writing.connection, area, new)
    _copy(writing.connection, area, old, new, missing, position=area.c.position + last)
    for table in (milestone, indicator, pace_target):
        _copy(writing.connection, table, old, new, table.c.item_id.in_(gone))
    place = i.position + _places(writing.connection, item_version, new)
    which = i.item_id.not_in(kept)
    below = select(i.item_id).where(i.version_id == new, i.parent_id.isnot(None))
    # An item whose parent has become a child itself stands alone: children have no children.
    parent = case((i.parent_id.not_in(below), i.parent_id))
    changed = {"parent_id": parent, "position": place, "dropped": true()}
    _copy(writing.connection, item_version, old, new, which, **changed)
    row = _decision(writing, plan_id, new, author, "cancel", on)
    over = ended_by(writing.connection, plan_id)
    cancelled = [{**row, "item_id": n} for n in newly if n not in over]
    if cancelled:
        writing.connection.execute(insert(entry), cancelled)


def _places(connection: Connection, table: Table, version_id: int) -> int:
    """How many positions a version's rows take up; those of copied rows come after them."""
    count = select(func.count()).where(table.c.version_id == version_id)
    return connection.execute(count).scalar_one()


def _copy(
    connection: Connection,
    table: Table,
    old: int,
    new: int,
    which: ColumnElement[bool],
    **changed: ColumnElement[Any],
) -> None:
    """Copies rows of one version into another."""
    values = {**{c.name: c for c in table.c}, "version_id": literal(new), **changed}
    rows = select(*values.values()).where(table.c.version_id == old, which)
    connection.execute(insert(table).from_select(list(values), rows))


def _decision(
    writing: Writing, plan_id: int, version_id: int, author: str, kind: str, on: date
) -> dict[str, Any]:
    """A ledger row that follows from loading a version of a plan."""
    return {
        "plan_id": plan_id,
        "version_id": version_id,
        "kind": kind,
        "effective_on": on,
        "recorded_at": writing.recorded_at,
        "author": author,
        "reason": LOADED,
        "simulated": False,
    }


def take_back(
    writing: Writing, plan_id: int, version_id: int, returned: Iterable[int], author: str
) -> None:
    """Reverses the cancellation of items that a file dropped and this one has again."""
    for item_id in sorted(returned):
        row = writing.connection.execute(
            select(entry.c.id, entry.c.effective_on)
            .where(entry.c.item_id == item_id, entry.c.kind == "cancel")
            .where(entry.c.version_id.isnot(None), entry.c.id.not_in(REVERSED))
        ).first()
        if row is not None:
            made = _decision(writing, plan_id, version_id, author, "undo", row.effective_on)
            writing.connection.execute(
                insert(entry).values(**made, item_id=item_id, reverses=row.id)
            )
