"""What is typed for a topic, a kind, a community or a unit: its code, given by code or name."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sqlalchemy import Connection, select

from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.registers import Named
from plans.typed import fold, quoted
from tracker.loaded import PlanRef
from tracker.schema import unit


def named(ones: Iterable[Named]) -> dict[str, str]:
    """Code → name, in the order of the plan."""
    return {one.code: one.name for one in ones}


def units_of(connection: Connection, plan: PlanRef, kind: str | None = None) -> dict[str, str]:
    """The units of a plan version: code → name, in its order.

    Args:
        kind: only those of this kind, such as "community".
    """
    u = unit.c
    rows = select(u.code, u.name).where(u.version_id == plan.version_id).order_by(u.position)
    if kind is not None:
        rows = rows.where(u.kind == kind)
    return {row.code: row.name for row in connection.execute(rows)}


def find_code(there: Mapping[str, str], typed: str) -> str:
    """The code of one of the names.

    Raises:
        NotFoundError: there is none; the nearest, or all, are named.
    """
    if typed in there:
        return typed
    text = fold(typed).lower()
    for code, name in there.items():
        if text and text in (fold(code).lower(), fold(name).lower()):
            return code
    near = get_close_matches(text, [*there.values(), *there], 1, 0.5)
    known = listed([f"{code} {name}" for code, name in there.items()], 30)
    message = _("{text}: no such name in the plan; there are: {there}")
    if near:
        message = _("{text}: no such name in the plan; did you mean {near}? There are: {there}")
    if not known:
        message = _("{text}: no such name in the plan; it has none of these")
    raise NotFoundError(message.format(text=quoted(typed), near="".join(near), there=known))
