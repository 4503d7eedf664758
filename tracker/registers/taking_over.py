"""Cases that came in before the plan of their year was loaded: it takes them over.

Until then they are in the plan that there was, with its rules. These they keep: taken back there,
they are recorded afresh in the plan of their year with all that has happened and by when it is due.
"""

from collections.abc import Container
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
            there = _there(writing.connection, plan, register, moved.keys(), simulated=simulated)
            of = Filing(
                writing, plan, register, author, on, Workdays(), simulated
            )  # works nothing out
            first = next_case_id(writing.connection)
            pairs = []
            for case_id, (known, of_year) in enumerate(there, first):
                sweep = known.case.sweep_id
                columns = {"sweep_id": sweep and moved.get(sweep, sweep)}
                if of_year:
                    columns["plan_id"] = plan.id
                pairs.append((known, afresh(known, case_id, of.id, columns)))
            moved |= {known.case.id: new.case.id for known, new in pairs if register == "sweep"}
            record_afresh(writing.connection, pairs)


def _there(
    connection: Connection,
    plan: PlanRef,
    register: str,
    moved: Container[int],
    *,
    simulated: bool,
) -> list[tuple[Known, bool]]:
    """The cases that are recorded afresh, and whether they are of the plan's year: else they are
    hazards that were found on sweeps that ``moved``."""
    c, f = register_case.c, filing.c
    others = [one.id for one in office_plans(connection, plan).values() if one.id != plan.id]
    day = c.settle_by if register == "sweep" else c.opened_on
    of_year = day.between(date(plan.year, 1, 1), date(plan.year, 12, 31))
    found = connection.execute(
        select(c.number, c.sweep_id, of_year.label("of_year"))
        .join(filing, f.id == c.filing_id)
        .where(c.plan_id.in_(others), c.register == register, stands_now(register_case))
        # A sweep of a rhythm is one of the plan that asks for it.
        .where(c.rhythm.is_(None), or_(of_year, c.sweep_id.isnot(None)))
        .where(f.simulated == simulated)
        .order_by(c.id)
    )
    numbers = {r.number: bool(r.of_year) for r in found if r.of_year or r.sweep_id in moved}
    known = find_known(connection, others, register, numbers) if numbers else {}
    return [(known[number], of_year) for number, of_year in numbers.items()]
