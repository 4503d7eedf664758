"""What is looked at in a register: as of which date, as known at which moment, which plans."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import FromClause, Select, Subquery, and_, func, select, true

from tracker.columns import moment_to_int
from tracker.schema_registers import REGISTRATION
from tracker.sight import Column, number
from tracker.stored import filing, register_case, register_event


class Look:
    """What is looked at.

    Args:
        as_of: the date whose end is looked at: what happened later does not count.
        known_at: the moment whose knowledge is used; None for all there is.
        plans: the plans whose cases are looked at: their ids, or a statement that finds these;
            None for all.
    """

    def __init__(
        self,
        as_of: date,
        known_at: datetime | None = None,
        plans: Sequence[int] | Select[Any] | None = (),
    ) -> None:
        self.as_of = as_of
        self.day = as_of.toordinal()
        self.known_at = known_at
        self.plans = list(plans) if isinstance(plans, Sequence) else []  # as far as they are named
        self._of = plans

    def knows(self, row: FromClause) -> Column:
        """Whether a row of a register was recorded by the moment."""
        if self.known_at is None:
            return true()
        return row.c.filing_id <= self._last_filing

    def of_plans(self, row: FromClause) -> Column:
        """Whether a row is of these plans."""
        return true() if self._of is None else row.c.plan_id.in_(self._of)

    def covers(self, case: FromClause, *registers: str) -> Column:
        """Whether a case is of these plans and registers, had come in, was known, and stands."""
        c = case.c
        return and_(
            self.of_plans(case),
            c.register.in_(registers),
            c.opened_on <= self.day,
            self.knows(case),
            self.stands(case),
        )

    def stands(self, case: FromClause) -> Column:
        """Whether a case has not been taken back, as far as was known: else it never was."""
        undo = register_event.alias()
        # Not looked up for each case: the few there are are read once, from the index of reversals.
        gone = select(undo.c.case_id).where(
            undo.c.reverses == number(REGISTRATION), self.knows(undo)
        )
        return case.c.id.not_in(gone)

    def holds(self, event: FromClause) -> Column:
        """Whether an event had taken effect, was known, and has not been reversed."""
        undo = register_event.alias()
        reversed_ones = select(undo.c.reverses).where(
            undo.c.case_id == event.c.case_id, undo.c.reverses.isnot(None), self.knows(undo)
        )
        return and_(
            event.c.effective_on <= self.day,
            event.c.kind != "undo",
            self.knows(event),
            event.c.number.not_in(reversed_ones),
        )

    @cached_property
    def _last_filing(self) -> Column:
        assert self.known_at is not None
        known = filing.c.recorded_at <= moment_to_int(self.known_at)
        last = select(func.coalesce(func.max(filing.c.id), 0)).where(known)
        return last.scalar_subquery()

    def cases(self, *registers: str) -> Subquery:
        """The cases of these registers, all columns."""
        return select(register_case).where(self.covers(register_case, *registers)).subquery("cases")


def stands_now(case: FromClause) -> Column:
    """Whether a case has not been taken back by now: for what is recorded next."""
    return Look(date.max).stands(case)
