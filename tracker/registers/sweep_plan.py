"""Which sweeps a plan asks for, and which of them are still to be held."""

from datetime import date

from sqlalchemy import Connection, case, select

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.registers import SweepRhythm
from plans.sweep_calendar import Occurrence, occurrences
from plans.workdays import Workdays
from tracker.loaded import PlanRef
from tracker.registers.filing import registers_of
from tracker.registers.look import Look
from tracker.registers.named import units_of
from tracker.registers.standing import sweeps
from tracker.schema import indicator, item_version


def planned(
    connection: Connection, plan: PlanRef, until: date, workdays: Workdays
) -> list[Occurrence]:
    """The sweeps of a plan's year whose period has begun by a day, by the day they are due."""
    communities = list(units_of(connection, plan, "community"))
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    found = [
        one
        for rhythm in registers_of(connection, plan).safety.rhythms
        for one in occurrences(rhythm, communities, first, last, workdays)
        if one.begins <= until
    ]
    return sorted(found, key=lambda one: (one.due, one.number))


def coming(
    connection: Connection, plan: PlanRef, today: date, until: date, workdays: Workdays
) -> list[Occurrence]:
    """The sweeps of a plan's year that are still to be held, of those that ``planned`` gives."""
    found = sweeps(Look(today, None, [plan.id])).subquery("found").c
    keys = (found.number, found.rhythm, found.community, found.settle_by)
    done = connection.execute(select(*keys).where(found.held_on.isnot(None)))
    held = {key for row in done for key in (row[0], tuple(row[1:]))}
    return [
        one
        for one in planned(connection, plan, until, workdays)
        if one.lapses_on >= today
        and not {one.number, (one.rhythm, one.community, one.due.toordinal())} & held
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
