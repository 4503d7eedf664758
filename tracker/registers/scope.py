"""Which plan a register is looked at for, as of when, and whether anything in it is simulated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, exists, select

from tracker.columns import moment_to_int
from tracker.loaded import PlanRef, list_plans
from tracker.registers.look import stands_now
from tracker.stored import filing, register_case
from tracker.view import Scope, load_scope


def register_scope(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    registers: Sequence[str],
    plans: Sequence[int],
) -> Scope:
    """The scope of a report on registers.

    Args:
        plan: the one whose words and names are used.
        registers: which ones.
        plans: ids of the plans whose cases are looked at.
    """
    scope = load_scope(connection, plan, as_of, known_at)
    if scope.simulated:
        return scope
    made_up = select(filing.c.id).where(
        filing.c.simulated, filing.c.register.in_(registers), filing.c.plan_id.in_(plans)
    )
    if known_at is not None:
        made_up = made_up.where(filing.c.recorded_at <= moment_to_int(known_at))
    return replace(scope, simulated=bool(connection.execute(select(exists(made_up))).scalar()))


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
    c = register_case.c
    named = (c.plan_id.in_(list(plans)), c.register == register, c.number == number)
    of = select(c.plan_id).where(*named, stands_now(register_case))
    found = [plans[plan_id] for plan_id in connection.execute(of).scalars()]
    meant = found or list(plans.values())
    return meant[-1] if len({plan.office for plan in meant}) == 1 else None
