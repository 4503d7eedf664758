"""What a next version of a plan would leave behind: rows of parts that it no longer has, and cases
in the registers whose topic, kind or unit it no longer names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, func, or_, select

from tracker.dates import extended, milestones
from tracker.registers.look import Look
from tracker.sight import Column, Sight
from tracker.stored import entry, item, register_case
from tracker.versions import PlanRef

_ROWS = {"indicators": ("add", "set"), "milestones": ("reach", "extend")}

ALL = ("petition", "sweep", "hazard")
NAMED = {
    "units": (ALL, ("unit", "community")),
    "registers/topics": (("petition",), ("topic",)),
    "registers/orders/kinds": (("petition",), ("kind",)),
    "registers/safety/kinds": (("sweep", "hazard"), ("kind",)),
}
"""Where in a plan it names something → which registers have cases of it, in which columns."""


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
        cases: number of cases that would have no name for what is at a place in the plan, such as
            "registers/topics/noise".
    """

    rows: dict[Part, int]
    missed: dict[Part, tuple[str, date]]
    cases: dict[str, int]


def load_losses(
    connection: Connection,
    plan: PlanRef,
    gone: Mapping[Part, None],
    unnamed: Sequence[str],
    as_of: date,
) -> Losses:
    """What is lost with parts of a plan, as of a date.

    Args:
        gone: the parts of its items.
        unnamed: the places of names, each one of ``NAMED`` and a code.
    """
    cases = {place: _count_cases(connection, plan, place, as_of) for place in unnamed}
    cases = {place: count for place, count in cases.items() if count}
    if not gone:
        return Losses({}, {}, cases)
    sight = Sight(as_of, None, [plan.id])
    rows = _count_rows(connection, plan, sight, gone)
    return Losses(rows, _missed(connection, sight, gone), cases)


def _count_cases(connection: Connection, plan: PlanRef, place: str, as_of: date) -> int:
    where, _slash, code = place.rpartition("/")
    registers, columns = NAMED[where]
    look = Look(as_of, None, [plan.id])
    of_it: list[Column] = [register_case.c[name] == code for name in columns]
    count = select(func.count()).where(look.covers(register_case, *registers), or_(*of_it))
    return int(connection.execute(count).scalar_one())


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
