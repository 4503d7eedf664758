"""Which plan a register is looked at for, as of when, and whether anything in it is simulated."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, select, true

from plans.case_number import kept_number
from plans.registers import MEASURES
from tracker.loaded import PlanRef, list_plans
from tracker.registers.look import Look, stands_now
from tracker.stored import filing, register_case, register_event, register_total
from tracker.view import Scope


def register_scope(
    connection: Connection,
    plan: PlanRef,
    look: Look,
    *registers: str,
    among: Select[Any] | None = None,
    since: int | None = None,
    totals: bool = False,
) -> Scope:
    """The scope of a report on registers: simulated is what has simulated rows among what it shows.

    Args:
        plan: the one whose words and names are used.
        registers: which ones.
        among: a statement of the ids of the cases that are shown; all that ``look`` covers else.
        since: beside them, those that came in from this day on.
        totals: whether totals are shown, too.
    """
    simulated = plan.simulated or _shows_simulated(
        connection, look, registers, among, since, totals
    )
    return Scope(plan, look.as_of, look.known_at, simulated)


def _shows_simulated(
    connection: Connection,
    look: Look,
    registers: Sequence[str],
    among: Select[Any] | None,
    since: int | None,
    totals: bool,
) -> bool:
    made_up = filing.c.simulated & filing.c.register.in_(registers)
    # Most stores hold nothing simulated: then no case is looked at.
    if not connection.execute(select(exists().where(made_up, look.of_plans(filing)))).scalar():
        return False
    ids = select(filing.c.id).where(made_up)
    c, e, t = register_case.c, register_event.c, register_total.c
    parts = [] if since is None else [c.opened_on >= since]
    parts += [true() if among is None else c.id.in_(among)]
    found = []
    for part in parts:
        shown = select(c.id).where(look.covers(register_case, *registers), part)
        happened = select(e.case_id).where(
            e.filing_id.in_(ids), e.case_id.in_(shown), look.holds(register_event)
        )
        found += [exists(shown.where(c.filing_id.in_(ids))), exists(happened)]
    if totals:
        counted = [name for name, (_how, register) in MEASURES.items() if register in registers]
        stated = (look.of_plans(register_total), look.knows(register_total), t.last_on <= look.day)
        found.append(exists().where(t.filing_id.in_(ids), t.measure.in_(counted), *stated))
    # One by one: the first that there is saves the others, and which cases are open takes longest.
    return any(connection.execute(select(one)).scalar() for one in found)


def plan_ids(connection: Connection, plan: PlanRef, known_at: datetime | None = None) -> list[int]:
    """The ids of all plans of the office that a plan is of."""
    return [one.id for one in list_plans(connection, known_at, office=plan.office)]


def plan_of_case(
    connection: Connection, register: str, number: str, office: str | None = None
) -> PlanRef | None:
    """The plan that a case is of, by its number.

    Args:
        office: only of this one.

    Returns:
        Where there is no such case, the newest plan of the only office there is, in whose register
        it is not found; None where several offices come into question.
    """
    plans = {one.id: one for one in list_plans(connection, office=office)}
    c, kept = register_case.c, kept_number(register, number)
    named = (c.plan_id.in_(list(plans)), c.register == register, c.number == kept)
    of = select(c.plan_id).where(*named, stands_now(register_case))
    found = [plans[plan_id] for plan_id in connection.execute(of).scalars()]
    meant = found or list(plans.values())
    return meant[-1] if len({plan.office for plan in meant}) == 1 else None
