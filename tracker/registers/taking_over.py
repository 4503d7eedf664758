"""Cases that came in before the plan of their year was loaded: it takes them over.

Until then they are in the plan that there was, with its rules. These they keep: taken back there,
they are recorded afresh in the plan of their year with all that has happened and by when it is due.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, or_, select

from plans.workdays import Workdays
from tracker.loaded import PlanRef
from tracker.registers.correction import afresh, record_afresh
from tracker.registers.events import next_case_id
from tracker.registers.filing import Filing, office_plans
from tracker.registers.known import Known, find_known
from tracker.registers.look import stands_now
from tracker.schema import filing, register_case
from tracker.store import Writing


def take_over(writing: Writing, plan: PlanRef, *, author: str, on: date) -> None:
    """Takes over the cases of a plan's year that stand in another plan of the office.

    Args:
        plan: the one that was loaded for the first time.
        author: who has loaded it.
        on: the day of that.
    """
    moved: dict[int, int] = {}
    for register in ("sweep", "hazard", "petition"):  # hazards refer to sweeps
        for simulated in (False, True):
            there = _there(writing.connection, plan, register, [*moved], simulated=simulated)
            of = Filing(
                writing, plan, register, author, on, Workdays(), simulated
            )  # works nothing out
            first = next_case_id(writing.connection)
            pairs = []
            for case_id, known in enumerate(there, first):
                sweep = known.case.sweep_id
                columns = {"sweep_id": sweep and moved.get(sweep, sweep)}
                if known.case.opened_on.year == plan.year:
                    columns["plan_id"] = plan.id
                pairs.append((known, afresh(known, case_id, of.id, columns)))
                moved[known.case.id] = case_id
            record_afresh(writing.connection, pairs)


def _there(
    connection: Connection,
    plan: PlanRef,
    register: str,
    moved: Sequence[int],
    *,
    simulated: bool,
) -> Sequence[Known]:
    """The cases that are recorded afresh: those of the year, and of other years the hazards that
    were found on sweeps that ``moved``."""
    c, f = register_case.c, filing.c
    others = [one.id for one in office_plans(connection, plan).values() if one.id != plan.id]
    found = connection.execute(
        select(c.number)
        .join(filing, f.id == c.filing_id)
        .where(c.plan_id.in_(others), c.register == register, stands_now(register_case))
        .where(
            or_(
                c.opened_on.between(date(plan.year, 1, 1), date(plan.year, 12, 31)),
                c.sweep_id.in_(moved),
            )
        )
        .where(f.simulated == simulated)
        .order_by(c.id)
    )
    numbers = found.scalars().all()
    known = find_known(connection, others, register, numbers) if numbers else {}
    return [known[number] for number in numbers]
