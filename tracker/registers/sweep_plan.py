"""Which sweeps a plan asks for, and which of them are still to be held."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, select

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.registers import SweepRhythm
from plans.sweep_calendar import Occurrence, occurrences
from plans.workdays import Workdays
from plans.zone import OFFICE_ZONE
from tracker.loaded import PlanRef
from tracker.registers.filing import registers_of
from tracker.registers.look import Look
from tracker.registers.named import units_of
from tracker.registers.standing import sweeps
from tracker.schema import indicator, item_version, plan_version


class Asked(NamedTuple):
    """A sweep that a version of a plan asks for.

    Attributes:
        unit: that holds it.
        version_id: of the version.
    """

    one: Occurrence
    unit: str
    version_id: int


class Span(NamedTuple):
    """A version of a plan asks for the sweeps whose period begins from ``first`` to before
    ``end``."""

    version_id: int
    first: date
    end: date


def spans(connection: Connection, plan: PlanRef) -> list[Span]:
    """What each version of a plan asks for: the first from the outset, each later one from the day
    on which it was loaded."""
    v, zone = plan_version.c, ZoneInfo(OFFICE_ZONE)
    rows = connection.execute(
        select(v.id, v.recorded_at).where(v.plan_id == plan.id).order_by(v.number)
    ).all()
    later = [row.recorded_at.astimezone(zone).date() for row in rows[1:]]
    days = pairwise([date.min, *later, date.max])
    return [Span(row.id, first, end) for row, (first, end) in zip(rows, days, strict=True)]


def asked_for(connection: Connection, plan: PlanRef, workdays: Workdays) -> list[Asked]:
    """The sweeps of a plan's year, each of the version in force when its period begins, by the day
    they are due.

    Raises:
        BadInputError: it cannot be told who holds a sweep.
    """
    found = [
        asked
        for version_id, first, end in spans(connection, plan)
        for asked in _of_version(connection, replace(plan, version_id=version_id), workdays)
        if first <= asked.one.begins < end
    ]
    return sorted(found, key=lambda asked: (asked.one.due, asked.one.number))


def _of_version(connection: Connection, plan: PlanRef, workdays: Workdays) -> Iterator[Asked]:
    leads: dict[str, str | None] = {}
    for rhythm in registers_of(connection, plan).safety.rhythms:
        leads[rhythm.code] = rhythm.unit
        if rhythm.unit is None and rhythm.per == "office":
            leads[rhythm.code] = sweeping_unit(connection, plan, rhythm)
    for one in planned(connection, plan, workdays):
        yield Asked(one, leads[one.rhythm] or str(one.community), plan.version_id)


def planned(connection: Connection, plan: PlanRef, workdays: Workdays) -> list[Occurrence]:
    """The sweeps that a version of a plan asks for in its year, by the day they are due."""
    communities = list(units_of(connection, plan, "community"))
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    found = [
        one
        for rhythm in registers_of(connection, plan).safety.rhythms
        for one in occurrences(rhythm, communities, first, last, workdays)
    ]
    return sorted(found, key=lambda one: (one.due, one.number))


def coming(
    connection: Connection, plans: Collection[PlanRef], today: date, until: date
) -> list[Occurrence]:
    """The sweeps of plans' rhythms that are still to be held, of those that begin by a day."""
    found = sweeps(Look(until, None, [plan.id for plan in plans])).subquery("found")
    c = found.c
    still = (c.rhythm.isnot(None), c.held_on.is_(None), c.lapses_on >= today.toordinal())
    rows = connection.execute(select(found).where(*still).order_by(c.settle_by, c.number))
    titles = {
        plan.id: {r.code: r.title for r in registers_of(connection, plan).safety.rhythms}
        for plan in plans
    }
    return [
        Occurrence(
            row.number,
            row.rhythm,
            row.kind,
            row.community,
            date.fromordinal(row.opened_on),
            date.fromordinal(row.settle_by),
            date.fromordinal(row.lapses_on),
            titles[row.plan_id].get(row.rhythm, row.rhythm),
        )
        for row in rows
    ]


def sweeping_unit(connection: Connection, plan: PlanRef, rhythm: SweepRhythm) -> str:
    """The unit that holds an office's sweeps: which leads the item that they are counted for.

    Raises:
        BadInputError: no item takes its figures from sweeps or hazards.
    """
    i, v = indicator.c, item_version.c
    of_kind = case((i.register_kind == rhythm.kind, 0), else_=1)
    leads = (
        select(v.lead)
        .join(indicator, (i.version_id == v.version_id) & (i.item_id == v.item_id))
        .where(v.version_id == plan.version_id, ~v.dropped)
        .where(i.register.startswith("sweeps.") | i.register.startswith("hazards."))
        .order_by(of_kind, i.register.desc(), v.position)
    )
    lead = connection.execute(leads).scalars().first()
    if lead is None:
        message = _("sweep {rhythm}: give it a unit in the plan (safety: rhythms: unit)")
        raise BadInputError(message.format(rhythm=rhythm.code))
    return str(lead)
