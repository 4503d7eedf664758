"""One petition or order with its deadlines and all that happened with it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.workdays import Workdays
from tracker.loaded import PlanRef, list_plans
from tracker.registers.correction import Correction, corrections_of
from tracker.registers.events import find_case
from tracker.registers.filing import registers_of
from tracker.registers.happened import Happened, load_happened
from tracker.registers.look import Look
from tracker.registers.named import Named, load_named
from tracker.registers.petition_deadlines import Deadline, deadlines
from tracker.registers.petition_list import awaiting, read_rows
from tracker.registers.petition_rows import PetitionRow
from tracker.registers.scope import register_scope
from tracker.stored import register_case
from tracker.view import Scope


@dataclass(frozen=True, slots=True)
class PetitionSheet:
    """One case.

    Attributes:
        corrections: what was said of how it came in before, and by whom that was corrected.
    """

    scope: Scope
    named: Named
    row: PetitionRow
    deadlines: list[Deadline]
    events: list[Happened]
    corrections: list[Correction]

    def to_json(self) -> dict[str, Any]:
        """What ``duban petition show --json`` prints."""
        return {
            **self.scope.to_json(),
            "case": self.row.to_json(self.scope.as_of),
            "deadlines": [one.to_json() for one in self.deadlines],
            "events": [one.to_json() for one in self.events],
            "corrections": [one.to_json() for one in self.corrections],
        }


def load_petition(
    connection: Connection,
    plan: PlanRef,
    typed: str,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
) -> PetitionSheet:
    """One case of an office.

    Args:
        plan: one of the office's; its words and names are used.
        typed: the number of the case.

    Raises:
        NotFoundError: there is no such case, it was taken back, or it had not come in.
    """
    plans = {one.id: one for one in list_plans(connection, office=plan.office)}
    case = find_case(connection, list(plans), "petition", typed, known_at)
    look = Look(as_of, known_at, [case.plan_id])
    this = select(register_case.c.id).where(
        register_case.c.id == case.id, look.covers(register_case, "petition")
    )
    rows = read_rows(connection, select(awaiting(look, this)))
    if not rows:
        message = _("{number}: had not come in, or was not known, by then; it is of {day}")
        raise NotFoundError(message.format(number=typed, day=case.opened_on))
    happened = load_happened(connection, case, look)
    rules = registers_of(connection, replace(plans[case.plan_id], version_id=case.version_id))
    return PetitionSheet(
        register_scope(connection, plan, look, "petition", among=this),
        load_named(connection, plan.version_id, registers_of(connection, plan)),
        rows[0],
        deadlines(case, [one.event for one in happened], rules, workdays, as_of),
        happened,
        corrections_of(connection, case),
    )
