"""Since when the topics and communities of an office are in its lists.

A topic that is new in the lists, split off from another or given a new code, has no past under that
code: that no case of it came in before does not say that it has risen. What the lists had when the
register was begun is not new, nor what the office's first plan had.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from plans.registers import Registers
from plans.zone import OFFICE_ZONE
from tracker.loaded import PlanRef
from tracker.registers.look import Look
from tracker.schema import filing, plan, plan_version, unit


def listed_since(
    connection: Connection, look: Look, of: PlanRef
) -> tuple[dict[str, int], dict[str, int]]:
    """The topics and the communities that came into the lists later: code → day number.

    Args:
        look: the moment whose knowledge is used, and the office's plans.
        of: a plan of the office.
    """
    v = plan_version.c
    asked = select(v.id, v.number, v.recorded_at, v.registers, plan.c.year).join(plan)
    asked = asked.where(plan.c.office == of.office)
    if look.known_at is not None:
        asked = asked.where(v.recorded_at <= look.known_at)
    rows = connection.execute(asked).all()
    if len(rows) < 2:
        return {}, {}
    begun = _begun(connection, look)
    days = {row.id: _applies_from(row.year, row.number, row.recorded_at, begun) for row in rows}
    topics = (
        (topic.code, days[row.id])
        for row in rows
        for topic in Registers.of_json(row.registers).topics
    )
    u = unit.c
    communities = select(u.code, u.version_id).where(
        u.version_id.in_(list(days)), u.kind == "community"
    )
    listed = ((code, days[version]) for code, version in connection.execute(communities))
    first = min(days.values())
    return dict(_later(topics, first)), dict(_later(listed, first))


def _begun(connection: Connection, look: Look) -> datetime | None:
    """When the first case of the register was recorded."""
    f = filing.c
    asked = select(f.recorded_at).where(f.register == "petition", f.plan_id.in_(look.plans))
    return connection.execute(asked.order_by(f.id).limit(1)).scalar()


def _applies_from(year: int, number: int, recorded_at: datetime, begun: datetime | None) -> int:
    """The day from which on cases are sorted by a version.

    A plan that was loaded before the register was begun, or a first one of a year that was over,
    sorts the cases of its whole year.
    """
    day = recorded_at.astimezone(ZoneInfo(OFFICE_ZONE)).date()
    whole_year = begun is None or recorded_at <= begun or (number == 1 and day.year > year)
    return max(date(year, 1, 1), date.min if whole_year else day).toordinal()


def _later(listed: Iterable[tuple[str, int]], first: int) -> Iterator[tuple[str, int]]:
    """Of each code its first day, where that is later than the first of all."""
    since: dict[str, int] = {}
    for code, day in listed:
        since[code] = min(day, since.get(code, day))
    return ((code, day) for code, day in since.items() if day > first)
