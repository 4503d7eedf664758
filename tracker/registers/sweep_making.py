"""Making the sweeps that a plan asks for: all of its year, as soon as a version of it is loaded.

One whose period has not begun is in the register, but nobody sees it before that day. So those that
nobody held are missed, whether or not anybody looked in between.

A newer version is asked for what begins from the day on which it was loaded; what began before
stays as it was. What is not asked for any more, has not begun and was not held is taken back: so
is what the calendar of working days puts on another day, which may be published late.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, insert, select

from plans.sweep_calendar import Occurrence
from tracker.registers.events import next_case_id
from tracker.registers.filing import Filing, office_plans
from tracker.registers.known import portions
from tracker.registers.look import Look, stands_now
from tracker.registers.standing import sweeps
from tracker.registers.sweep_plan import Asked, asked_for, spans
from tracker.schema import register_case, register_event
from tracker.schema_registers import REGISTRATION

Slot = tuple[str, str | None, date]
"""Which sweep it is: the code of its rhythm, the community, and a day of it."""


def make_asked(filing: Filing) -> list[Occurrence]:
    """Makes the sweeps that a plan asks for and the register has not; takes back what it no longer
    asks for and has not begun. Called again, it does nothing.

    Args:
        filing: the transaction; its register is ``sweep``.

    Returns:
        The new ones, by the day on which they are due.

    Raises:
        BadInputError: it cannot be told who holds a sweep.
    """
    asked = asked_for(filing.connection, filing.plan, filing.workdays)
    newest = spans(filing.connection, filing.plan)[-1]
    since = max(filing.today, newest.first)
    there = _there(filing)
    wanted = {_slot(one): (one, unit) for one, unit, _version in asked}
    unasked = [
        row
        for row in there
        if row.plan_id == filing.plan.id
        and row.rhythm is not None
        and row.opened_on >= since
        and not _as_asked(row, wanted.get((row.rhythm, row.community, row.settle_by)))
    ]
    gone = untouched(filing, {row.id: row.opened_on for row in unasked})
    new = _missing(asked, [row for row in there if row.id not in gone], since)
    take_back(filing, gone)
    _insert(filing, new)
    return [one for one, _unit, _version in new]


def _slot(one: Occurrence) -> Slot:
    return one.rhythm, one.community, one.due


def _as_asked(row: Row[Any], wanted: tuple[Occurrence, str] | None) -> bool:
    """Whether a sweep is the one that the plan asks for; one with a number of its own keeps what
    else was said of it."""
    if wanted is None:
        return False
    one, unit = wanted
    ours = (row.opened_on, row.lapses_on, row.kind, row.unit)
    return row.number != one.number or ours == (one.begins, one.lapses_on, one.kind, unit)


def _missing(asked: Sequence[Asked], there: Collection[Row[Any]], since: date) -> list[Asked]:
    """Those that the register has not.

    Of a period that has begun there is no second one, though a calendar published since puts it on
    another day.
    """
    numbers = {row.number for row in there}
    slots = {(row.rhythm, row.community, row.settle_by) for row in there}
    periods = {(row.rhythm, row.community, row.opened_on) for row in there}

    def is_there(one: Occurrence) -> bool:
        begun = one.begins < since and (one.rhythm, one.community, one.begins) in periods
        return begun or one.number in numbers or _slot(one) in slots

    return [asked for asked in asked if not is_there(asked.one)]


def _there(filing: Filing) -> Sequence[Row[Any]]:
    """The sweeps that an office has."""
    c = register_case.c
    plans = [plan.id for plan in office_plans(filing.connection, filing.plan).values()]
    ours = (c.plan_id.in_(plans), c.register == "sweep", stands_now(register_case))
    return filing.connection.execute(select(register_case).where(*ours)).all()


def untouched(filing: Filing, days: Mapping[int, date]) -> dict[int, date]:
    """Those of some sweeps (id → day) that were not held, and on which no hazard was found."""
    c, found = register_case.c, sweeps(Look(date.max, None, None)).subquery("found").c
    touched: set[int] = set()
    for some in portions(days):
        held = select(found.id).where(found.id.in_(some), found.held_on.isnot(None))
        found_on = select(c.sweep_id).where(c.sweep_id.in_(some), stands_now(register_case))
        touched |= {*filing.connection.execute(held.union(found_on)).scalars()}
    return {case_id: day for case_id, day in days.items() if case_id not in touched}


def take_back(filing: Filing, days: Mapping[int, date]) -> None:
    """Reverses the registration of sweeps (id → day): they never were."""
    if not days:
        return
    e = register_event.c
    numbers: dict[int, int] = {}
    for some in portions(days):
        last = select(e.case_id, func.max(e.number)).where(e.case_id.in_(some)).group_by(e.case_id)
        numbers |= filing.connection.execute(last).tuples().all()
    filing.connection.execute(
        insert(register_event),
        [
            {
                "case_id": case_id,
                "number": numbers.get(case_id, 0) + 1,
                "filing_id": filing.id,
                "kind": "undo",
                "effective_on": day,
                "reverses": REGISTRATION,
            }
            for case_id, day in days.items()
        ],
    )


def _insert(filing: Filing, new: Sequence[Asked]) -> None:
    if not new:
        return
    first = next_case_id(filing.connection)
    filing.connection.execute(
        insert(register_case),
        [
            {
                "id": first + n,
                "plan_id": filing.plan.id,
                "version_id": version_id,
                "filing_id": filing.id,
                "register": "sweep",
                "number": one.number,
                "opened_on": one.begins,
                "kind": one.kind,
                "community": one.community,
                "unit": unit,
                "repeated": False,
                "settle_by": one.due,
                "lapses_on": one.lapses_on,
                "rhythm": one.rhythm,
            }
            for n, (one, unit, version_id) in enumerate(new)
        ],
    )
