"""Whether a newer version of a plan contradicts the closings and cancellings that stand.

What is closed stays settled, on its day and on every later one, and below what is closed or
cancelled nothing is open. Only where such rows exist is anything looked at.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from plans.errors import ConflictError
from plans.language import gettext as _
from plans.language import listed
from tracker.ended import EndedBy, ended_by
from tracker.ledger_stops import MOVING, state_of
from tracker.registers.drawn import drawn_on
from tracker.schema import REVERSED, entry, indicator, item, item_version
from tracker.status import judgement

FEW = 1_000  # items that are judged by themselves; of more the whole plan is


def check_endings(connection: Connection, plan_id: int, version_id: int) -> None:
    """Refuses a version, whose rows are in the open transaction.

    Raises:
        ConflictError: it contradicts what stands; the items and rows are named.
    """
    stops = ended_by(connection, plan_id)
    if not stops:
        return
    below = _open_below(connection, version_id, stops)
    found = [*below, *_unsettled(connection, plan_id, version_id, stops)]
    if found:
        message = _(
            "this version contradicts what stands: {found}. Undo those rows first (duban undo), "
            "or leave these items as they are"
        )
        raise ConflictError(message.format(found=listed(found, 5)))


def _open_below(connection: Connection, version_id: int, stops: EndedBy) -> Iterator[str]:
    """What would be open below an item that has ended."""
    i = item_version.c
    children = connection.execute(
        select(i.item_id, i.parent_id, item.c.code)
        .join(item, item.c.id == i.item_id)
        .where(i.version_id == version_id, i.parent_id.isnot(None))
        .order_by(i.position)
    )
    said = _("{code} would be open below {parent}, {state} on {on} by row {id}")
    for child in children:
        above, own = stops.get(child.parent_id), stops.get(child.item_id)
        if above is not None and (own is None or own.effective_on > above.effective_on):
            yield said.format(code=child.code, parent=above.code, **_told(above))


def _unsettled(
    connection: Connection, plan_id: int, version_id: int, stops: EndedBy
) -> Iterator[str]:
    """What is closed and would have something left to be done, on its day or a later one."""
    moving = _computed(connection, version_id)
    closed = {key: row for key, row in stops.items() if row.kind == "close" and key not in moving}
    said = _("{code}, {state} on {on} by row {id}, would not be finished on {day}")
    told: set[int] = set()
    registers = drawn_on(connection, [plan_id]) if closed else ()
    for day, items in sorted(_days(connection, plan_id, version_id, closed).items()):
        wanted = sorted(items) if len(items) <= FEW else None
        judged = judgement(day, plans=[plan_id], items=wanted, registers=registers)
        for row in connection.execute(judged):
            if row.item_id in items - told and not row.settled:
                told.add(row.item_id)
                yield said.format(code=row.code, day=day, **_told(closed[row.item_id]))


def _computed(connection: Connection, version_id: int) -> set[int]:
    """The items that registers have a part in: these go on when an item is closed, and what they
    later say is no fault of the plan file that is loaded."""
    i = indicator.c
    computed = select(i.item_id).where(i.version_id == version_id, i.register.isnot(None))
    return set(connection.execute(computed).scalars())


def _days(
    connection: Connection, plan_id: int, version_id: int, closed: EndedBy
) -> dict[date, set[int]]:
    """When closed items are to be looked at: on their day, and where rows changed them later."""
    days: dict[date, set[int]] = defaultdict(set)
    for key, row in closed.items():
        days[row.effective_on].add(key)
    if not closed:
        return days
    e, i = entry.c, item_version.c
    ended = select(e.item_id).where(e.plan_id == plan_id, e.kind == "close", e.id.not_in(REVERSED))
    moved = connection.execute(
        select(e.item_id, i.parent_id, e.effective_on)
        .join(item_version, i.item_id == e.item_id)
        .where(i.version_id == version_id, e.plan_id == plan_id, e.kind.in_(MOVING))
        .where(e.effective_on > min(days), e.id.not_in(REVERSED))
        .where(or_(e.item_id.in_(ended), i.parent_id.in_(ended)))
    )
    for row in moved:
        for key in (row.item_id, row.parent_id):
            if key in closed and row.effective_on > closed[key].effective_on:
                days[row.effective_on].add(key)
    return days


def _told(stopped: Row[Any]) -> dict[str, Any]:
    return {"state": state_of(stopped.kind), "on": stopped.effective_on, "id": stopped.id}
