"""What a plan version names, as code → name in its order: units, topics, kinds."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from plans.registers import Named
from tracker.loaded import PlanRef
from tracker.schema import unit


def named(ones: Iterable[Named]) -> dict[str, str]:
    """Code → name, in the order of the plan."""
    return {one.code: one.name for one in ones}


def units_of(connection: Connection, plan: PlanRef, kind: str | None = None) -> dict[str, str]:
    """The units of a plan version: code → name.

    Args:
        kind: only those of this kind, such as "community".
    """
    u = unit.c
    rows = select(u.code, u.name).where(u.version_id == plan.version_id).order_by(u.position)
    if kind is not None:
        rows = rows.where(u.kind == kind)
    return {row.code: row.name for row in connection.execute(rows)}
