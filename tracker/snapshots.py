"""Snapshots: what the daily check saw of a plan, once a day; a second time changes nothing.

What a snapshot says can always be worked out anew from the ledger (``known_at`` tells from how much
of it). It is kept as the proof that somebody looked, and as the day to compare with.
"""

from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from tracker.schema import entry, plan_version, snapshot, snapshot_item
from tracker.store import Writing
from tracker.versions import PlanRef
from tracker.view import View


def all_known(connection: Connection, plan: PlanRef) -> datetime:
    """The moment as known at which a plan looks as it does to this reader.

    Read with it again, the plan looks the same whatever has been recorded since. Within a plan
    rows are recorded in the order of time, so the newest row has the latest moment.
    """
    newest = [
        select(table.c.recorded_at)
        .where(table.c.plan_id == plan.id)
        .order_by(table.c.id.desc())
        .limit(1)
        for table in (entry, plan_version)
    ]
    moments: list[datetime | None] = [connection.execute(row).scalar() for row in newest]
    return max(moment for moment in moments if moment is not None)


def last_checked(connection: Connection, plan_id: int) -> date | None:
    """The latest day of which a plan has a snapshot."""
    days = select(func.max(snapshot.c.as_of)).where(snapshot.c.plan_id == plan_id)
    found: date | None = connection.execute(days).scalar()
    return found


def record_snapshot(writing: Writing, view: View) -> bool:
    """Records all items of a view for its day; returns False when that day has been recorded.

    Args:
        writing: the open transaction.
        view: a whole plan, seen with the knowledge of a known moment.
    """
    scope = view.scope
    there = select(snapshot.c.id).where(
        snapshot.c.plan_id == scope.plan.id, snapshot.c.as_of == scope.as_of
    )
    if writing.connection.execute(there).first() is not None:
        return False
    made = writing.connection.execute(
        insert(snapshot).values(
            plan_id=scope.plan.id,
            as_of=scope.as_of,
            known_at=scope.known_at,
            recorded_at=writing.recorded_at,
        )
    ).inserted_primary_key
    assert made is not None
    rows = [
        {
            "snapshot_id": made[0],
            "item_id": item.item_id,
            "level": item.level.code,
            "expected": item.expected,
            "actual": item.actual,
        }
        for item in view.items
    ]
    if rows:
        writing.connection.execute(insert(snapshot_item), rows)
    return True
