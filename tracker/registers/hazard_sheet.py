"""One hazard with all that happened with it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.workdays import Workdays
from tracker.loaded import PlanRef
from tracker.registers.correction import Correction, corrections_of
from tracker.registers.events import find_case
from tracker.registers.filing import registers_of
from tracker.registers.happened import Happened, load_happened
from tracker.registers.hazard_list import (
    HazardNames,
    HazardRow,
    hazard_rows,
    load_hazard_names,
    read_hazards,
)
from tracker.registers.hazards import typed_number
from tracker.registers.look import Look
from tracker.registers.scope import plan_ids, register_scope
from tracker.view import Scope


@dataclass(frozen=True, slots=True)
class HazardSheet:
    """One hazard.

    Attributes:
        evidence: files that show it as it was found; see ``evidence.keep``.
        steps: all that happened, what was reversed among it.
        corrections: what was said of how it was found before.
    """

    scope: Scope
    names: HazardNames
    row: HazardRow
    evidence: list[dict[str, Any]]
    steps: list[Happened]
    corrections: list[Correction]

    def to_json(self) -> dict[str, Any]:
        """What ``duban hazard show --json`` prints."""
        return {
            **self.scope.to_json(),
            "hazard": {**self.row.to_json(), "evidence": self.evidence},
            "events": [_json(step) for step in self.steps],
            "corrections": [one.to_json() for one in self.corrections],
        }


def load_hazard(
    connection: Connection,
    plan: PlanRef,
    typed: str,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
) -> HazardSheet:
    """One hazard of an office.

    Args:
        plan: one of the office's; its words, names and rules are used.
        typed: its number.

    Raises:
        NotFoundError: there is no such hazard, it was taken back, or it had not been found.
    """
    plans = plan_ids(connection, plan)
    found = find_case(connection, plans, "hazard", typed_number(typed), known_at)
    look = Look(as_of, known_at, plans)
    rules = registers_of(connection, plan)
    listed = hazard_rows(look, rules)
    statement = select(listed).where(listed.c.id == found.id)
    rows = read_hazards(connection, statement, as_of, workdays)
    if not rows:
        message = _("{number}: had not been found, or was not known, by then; it is of {day}")
        raise NotFoundError(message.format(number=found.number, day=found.opened_on))
    return HazardSheet(
        register_scope(connection, plan, look, "hazard", among=select(statement.subquery().c.id)),
        load_hazard_names(connection, plan, rules),
        rows[0],
        (found.details or {}).get("evidence", []),
        load_happened(connection, found, look),
        corrections_of(connection, found),
    )


def _json(step: Happened) -> dict[str, Any]:
    details = step.event.details or {}
    shown = {"settings": details.get("settings"), "evidence": details.get("evidence", [])}
    return {**step.to_json(), **shown}
