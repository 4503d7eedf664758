"""What is looked at in a register: as of which date, as known at which moment, which plans."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    select,
    true,
)

from tracker.columns import moment_to_int
from tracker.schema_registers import REGISTRATION
from tracker.sight import Column, number
from tracker.stored import filing, plan, register_case, register_event


class Look:
    """What is looked at.

    Args:
        as_of: the date whose end is looked at: what happened later does not count.
        known_at: the moment whose knowledge is used; None for all there is.
        plans: the plans whose cases are looked at: their ids, or a statement that finds these;
            None for all.
        counted: only cases that count in the figures of their plan's year, not those that are
            merely recorded under it; see ``counts``.
    """

    def __init__(
        self,
        as_of: date,
        known_at: datetime | None = None,
        plans: Sequence[int] | Select[Any] | None = (),
        *,
        counted: bool = False,
    ) -> None:
        self.as_of = as_of
        self.day = as_of.toordinal()
        self.known_at = known_at
        self.plans = list(plans) if isinstance(plans, Sequence) else []  # as far as they are named
        self._of = plans
        self._counted = counted

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
            counts(case) if self._counted else true(),
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


def counts(row: FromClause) -> Column:
    """Whether a case counts in the figures of its plan: it came in, or a sweep is due, in its year.

    Cases of another year are recorded under a plan as long as theirs is not loaded: these are
    followed in lists and warnings, but are no figures of that year.
    """
    c, p = row.c, plan.alias().c
    day = case((c.register == "sweep", c.settle_by), else_=c.opened_on)
    in_year = and_(day >= first_day(p.year), day < first_day(p.year + 1))
    return exists().where(p.id == c.plan_id, in_year)


def first_day(year: Column) -> Column:
    """The day number of a year's first day."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + 1


def count_others(connection: Connection, look: Look, register: str) -> int:
    """How many cases are recorded under plans in whose figures they do not count."""
    others = look.covers(register_case, register) & ~counts(register_case)
    counted = select(func.count(register_case.c.id)).where(others)
    return int(connection.execute(counted).scalar_one())
