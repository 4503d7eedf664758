"""What is closed or cancelled in a plan, whatever the day on which it came to its end."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from tracker.schema import REVERSED, STOPS, entry, item

EndedBy = Mapping[int, Row[Any]]
"""Item → the row that closed or cancelled it, with the item's code."""


def ended_by(connection: Connection, plan_id: int) -> EndedBy:
    """The rows of a plan that ended items, and stand."""
    e = entry.c
    rows = connection.execute(
        select(e.id, e.item_id, e.kind, e.effective_on, item.c.code)
        .join(item, item.c.id == e.item_id)
        .where(e.plan_id == plan_id, e.kind.in_(STOPS), e.id.not_in(REVERSED))
    )
    return {row.item_id: row for row in rows}
