"""What loading a version of a plan did in the registers."""

from dataclasses import dataclass

from sqlalchemy import func, select

from tracker.loaded import PlanRef
from tracker.schema import filing, register_case, register_event
from tracker.schema_registers import REGISTRATION
from tracker.store import Writing


@dataclass(frozen=True, slots=True)
class WithVersion:
    """What was done besides, counted.

    Attributes:
        sweeps_made: sweeps that the version asks for and the register had not.
        sweeps_taken_back: those that it asks for no more.
        cases_taken_over: from the plan of another year, which had them until now.
    """

    sweeps_made: int
    sweeps_taken_back: int
    cases_taken_over: int


def count_with(writing: Writing, plan: PlanRef) -> WithVersion:
    """Counts what the transaction that has loaded a version did in the registers of its plan."""
    c, e, f = register_case.c, register_event.c, filing.c
    now = f.recorded_at == writing.recorded_at
    of_rhythm = c.rhythm.isnot(None)
    new = (
        select(func.count().filter(of_rhythm), func.count().filter(c.rhythm.is_(None)))
        .select_from(register_case)
        .join(filing, f.id == c.filing_id)
        .where(now, c.plan_id == plan.id)
    )
    gone = (
        select(func.count())
        .select_from(register_event)
        .join(filing, f.id == e.filing_id)
        .join(register_case, c.id == e.case_id)
        .where(now, e.reverses == REGISTRATION, c.plan_id == plan.id, of_rhythm)
    )
    made, taken_over = writing.connection.execute(new).one()
    return WithVersion(made, writing.connection.execute(gone).scalar_one(), taken_over)
