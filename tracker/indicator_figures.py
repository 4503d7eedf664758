"""The indicators of a plan as figures, read from the store."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, case, select

from plans.approximate import approximation
from tracker.figures import Filed, Measured, place
from tracker.schema import entry, indicator, item
from tracker.sight import Sight
from tracker.versions import PlanRef

if TYPE_CHECKING:
    from tracker.registers.measures import Fed


def indicator_figures(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None = None
) -> list[Measured]:
    """All indicators of a plan with what they stand at and the rows it is made of.

    One statement, and another where any is computed from a register.

    Args:
        connection: from ``Store.read()``.
        plan: from ``find_plan(..., known_at=known_at)``.
        as_of: rows that took effect later do not count.
        known_at: rows recorded later do not count; None for all there is.

    Returns:
        By item and in the order of the plan's indicators.
    """
    i = indicator
    e = entry.alias("e")
    wanted = and_(
        i.c.register.is_(None),
        e.c.kind == case((i.c.reading == "sum", "add"), else_="set"),
        e.c.item_id == i.c.item_id,
        e.c.part == i.c.name,
        Sight(as_of, known_at, [plan.id], None).holds(e),
    )
    rows = connection.execute(
        select(
            *[i.c[n].label(f"i_{n}") for n in ("item_id", "position", "name", "unit", "target")],
            *[i.c[n].label(f"i_{n}") for n in ("sense", "reading", "assumed", "last_year")],
            *[i.c[n].label(f"i_{n}") for n in ("register", "register_kind")],
            item.c.code,
            *[e.c[n] for n in ("id", "effective_on", "amount", "simulated", "source")],
        )
        .join(item, item.c.id == i.c.item_id)
        .outerjoin(e, wanted)
        .where(i.c.version_id == plan.version_id)
        .order_by(i.c.item_id, i.c.position, e.c.effective_on, e.c.id)
    ).all()
    said: Mapping[tuple[str, str | None], Fed] = {}
    if any(row.i_register is not None for row in rows):
        from tracker.registers.measures import load_fed  # what most plans need not load

        said = load_fed(connection, plan, as_of, known_at)
    grouped = groupby(rows, lambda row: (row.i_item_id, row.i_position))
    return [_measured(plan, list(group), said) for _key, group in grouped]


def _measured(
    plan: PlanRef, found: list[Row[Any]], said: "Mapping[tuple[str, str | None], Fed]"
) -> Measured:
    first = found[0]
    rows = tuple(
        Filed(
            row.id,
            row.effective_on,
            row.amount,
            row.simulated,
            approximation(row.source, row.amount, first.i_unit) if row.source else "",
        )
        for row in found
        if row.id is not None
    )
    return Measured(
        first.i_item_id,
        first.code,
        first.i_name,
        first.i_unit,
        first.i_target,
        first.i_sense,
        first.i_reading,
        first.i_assumed,
        first.i_last_year,
        place(plan, first.code, first.i_name),
        rows if first.i_reading == "sum" else rows[-1:],
        first.i_register,
        said.get((first.i_register, first.i_register_kind)),
    )
