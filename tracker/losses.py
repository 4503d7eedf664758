"""What a next version of a plan would leave behind: rows of parts that it no longer has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, select

from tracker.dates import extended, milestones
from tracker.sight import Sight
from tracker.stored import entry, item
from tracker.versions import PlanRef

_ROWS = {"indicators": ("add", "set"), "milestones": ("reach", "extend")}


class Part(NamedTuple):
    """An indicator or a milestone, by its name or code, of an item, by its code."""

    item: str
    kind: Literal["indicators", "milestones"]
    name: str


@dataclass(frozen=True, slots=True)
class Losses:
    """What would no longer be seen.

    Attributes:
        rows: number of filed rows of each part that would no longer count.
        missed: milestones that are past and not reached: their titles, and dates in force.
    """

    rows: dict[Part, int]
    missed: dict[Part, tuple[str, date]]


def load_losses(
    connection: Connection, plan: PlanRef, gone: Mapping[Part, None], as_of: date
) -> Losses:
    """What is lost with these parts of a plan, as of a date."""
    if not gone:
        return Losses({}, {})
    sight = Sight(as_of, None, [plan.id])
    return Losses(_count_rows(connection, plan, sight, gone), _missed(connection, sight, gone))


def _count_rows(
    connection: Connection, plan: PlanRef, sight: Sight, gone: Mapping[Part, None]
) -> dict[Part, int]:
    rows = connection.execute(
        select(item.c.code, entry.c.kind, entry.c.part, func.count().label("rows"))
        .join(item, item.c.id == entry.c.item_id)
        .where(entry.c.plan_id == plan.id, entry.c.part.isnot(None), sight.holds(entry))
        .group_by(item.c.code, entry.c.kind, entry.c.part)
    )
    counts: dict[Any, int] = {(row.code, row.kind, row.part): row.rows for row in rows}
    lost = {
        part: sum(counts.get((part.item, kind, part.name), 0) for kind in _ROWS[part.kind])
        for part in gone
    }
    return {part: count for part, count in lost.items() if count}


def _missed(
    connection: Connection, sight: Sight, gone: Mapping[Part, None]
) -> dict[Part, tuple[str, date]]:
    m = milestones(sight, extended(sight)).subquery("step").c
    past = (
        select(item.c.code.label("item"), m.code, m.title, m.due)
        .join(item, item.c.id == m.item_id)
        .where(m.reached_on.is_(None), m.due < sight.day)
        .order_by(m.due, m.position)
    )
    missed = {
        Part(row.item, "milestones", row.code): (row.title, date.fromordinal(row.due))
        for row in connection.execute(past)
    }
    return {part: step for part, step in missed.items() if part in gone}
