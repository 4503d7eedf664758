"""Petitions and orders as a list: which are open, what has to be done with them, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, case, func, select

from tracker.loaded import PlanRef
from tracker.registers.filing import registers_of
from tracker.registers.look import Look
from tracker.registers.named import Named, load_named
from tracker.registers.open_cases import open_cases
from tracker.registers.scope import plan_ids, register_scope
from tracker.registers.standing import petitions
from tracker.sight import least, number
from tracker.view import Scope, iso

State = Literal["open", "due", "overdue", "settled"]
STATES: tuple[State, ...] = ("open", "due", "overdue", "settled")
"""What a list can be narrowed down to: something is still to be done with it; within so many days
as the plan warns of first; its day is over; it is settled."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed down to, by codes; None for all.

    Attributes:
        months: first and last day of receipt.
        plan_id: only cases of this plan.
    """

    state: State | None = None
    topic: str | None = None
    community: str | None = None
    unit: str | None = None
    channel: str | None = None
    months: tuple[date, date] | None = None
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """Where a petition or an order stands.

    Attributes:
        settle_by: the day in force; None as long as a petition is not accepted.
        ended: the kind of event with which it ended: settle, decline or object.
        next_due: by when what comes next has to be done; None where nothing has to.
        review_by: by when a review has to be answered that is pending.
    """

    number: str
    channel: str
    kind: str | None
    topic: str
    community: str | None
    unit: str
    repeated: bool
    received: date
    accept_by: date
    settle_by: date | None
    accepted_on: date | None
    ended_on: date | None
    ended: str | None
    extensions: int
    survey: str | None
    next_due: date | None
    review_by: date | None

    @property
    def awaits(self) -> str | None:
        """The next step that has to be taken: accept, settle or reviewed."""
        if self.ended is not None:
            return "reviewed" if self.review_by else None
        return "settle" if self.accepted_on else "accept"

    @property
    def settled_late(self) -> bool:
        """Whether it was settled after its day."""
        if self.ended != "settle" or self.ended_on is None or self.settle_by is None:
            return False
        return self.ended_on > self.settle_by

    def overdue_days(self, as_of: date) -> int:
        """Calendar days since the day of what has to be done next; 0 where it is not over."""
        return max(0, (as_of - self.next_due).days) if self.next_due else 0

    def to_json(self, as_of: date) -> dict[str, Any]:
        """As programs read it."""
        return {
            "number": self.number,
            "channel": self.channel,
            "kind": self.kind,
            "topic": self.topic,
            "community": self.community,
            "unit": self.unit,
            "repeated": self.repeated,
            "received": self.received.isoformat(),
            "accept_by": self.accept_by.isoformat(),
            "accepted_on": iso(self.accepted_on),
            "settle_by": iso(self.settle_by),
            "extensions": self.extensions,
            "ended_on": iso(self.ended_on),
            "ended": self.ended,
            "survey": self.survey,
            "review_by": iso(self.review_by),
            "awaits": self.awaits,
            "next_due": iso(self.next_due),
            "overdue_days": self.overdue_days(as_of),
        }


@dataclass(frozen=True, slots=True)
class PetitionList:
    """Cases of an office.

    Attributes:
        rows: what has to be done first comes first; then what has ended, the latest first.
        counts: how many there are, "all" and of each of ``STATES``; or only of the state that the
            list is narrowed down to.
        soon: within how many days what is due counts as due soon.
    """

    scope: Scope
    named: Named
    filters: Filters
    rows: list[PetitionRow]
    counts: dict[str, int]
    soon: int

    @property
    def total(self) -> int:
        """How many the list has, of which ``rows`` may be the first."""
        return self.counts[self.filters.state or "all"]

    def to_json(self) -> dict[str, Any]:
        """What ``duban petition list --json`` prints."""
        return {
            **self.scope.to_json(),
            "counts": self.counts,
            "cases": [row.to_json(self.scope.as_of) for row in self.rows],
        }


def load_petitions(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    filters: Filters | None = None,
    limit: int | None = None,
) -> PetitionList:
    """The cases of all plans of an office that had come in.

    Args:
        plan: whose words, names and days of warning are used.
        limit: at most so many rows; None for all.
    """
    filters = filters or Filters()
    rules = registers_of(connection, plan)
    plans = plan_ids(connection, plan, known_at)
    look = Look(as_of, known_at, plans if filters.plan_id is None else [filters.plan_id])
    soon = max(rules.warnings.days, default=0)
    asked = STATES if filters.state is None else (filters.state,)
    # Most cases have ended: what is open is looked for without them.
    cases = awaiting(look, None if "settled" in asked else open_cases(look))
    counts = _counts(connection, cases, _wanted(cases, filters), asked, look, soon)
    if limit is not None and counts.get("open", 0) >= limit:  # the open ones come first
        cases = awaiting(look, open_cases(look))
    wanted = and_(_wanted(cases, filters), _in_state(cases, filters.state, look, soon))
    return PetitionList(
        register_scope(connection, plan, as_of, known_at, ["petition"], look.plans),
        load_named(connection, plan.version_id, rules),
        filters,
        read_rows(connection, _in_order(cases, wanted, limit)),
        counts,
        soon,
    )


def awaiting(look: Look, among: Select[Any] | None = None) -> Subquery:
    """Each case, or each among these, with ``next_due``: by when what comes next has to be done,
    NULL where nothing has to."""
    found = petitions(look, among).subquery("found")
    c = found.c
    next_due = case(
        (c.ended_on.isnot(None), c.review_by),
        (c.accepted_on.is_(None), least(c.accept_by, c.settle_by)),
        else_=c.settle_by,
    )
    return select(found, next_due.label("next_due")).subquery("cases")


def _wanted(cases: Subquery, filters: Filters) -> ColumnElement[Any]:
    c = cases.c
    wanted = [
        c[name] == value
        for name in ("topic", "community", "unit", "channel")
        if (value := getattr(filters, name)) is not None
    ]
    if filters.months is not None:
        first, last = filters.months
        wanted.append(c.opened_on.between(first.toordinal(), last.toordinal()))
    return and_(number(1) == 1, *wanted)


def _in_state(cases: Subquery, state: str | None, look: Look, soon: int) -> ColumnElement[Any]:
    c = cases.c
    conditions = {
        None: number(1) == 1,
        "open": c.next_due.isnot(None),
        "due": c.next_due.between(look.day, look.day + soon),
        "overdue": c.next_due < look.day,
        "settled": c.ended == "settle",
    }
    return conditions[state]


def _counts(
    connection: Connection,
    cases: Subquery,
    wanted: ColumnElement[Any],
    asked: Sequence[State],
    look: Look,
    soon: int,
) -> dict[str, int]:
    """How many there are of each state that is asked for, and of all where all are."""
    sums = [
        func.coalesce(func.sum(case((_in_state(cases, state, look, soon), 1), else_=0)), 0)
        for state in asked
    ]
    row = connection.execute(select(func.count(), *sums).select_from(cases).where(wanted)).one()
    counts = dict(zip(("all", *asked), map(int, row), strict=True))
    return counts if asked == STATES else {state: counts[state] for state in asked}


def _in_order(cases: Subquery, wanted: ColumnElement[Any], limit: int | None) -> Select[Any]:
    c = cases.c
    nothing_due = case((c.next_due.is_(None), 1), else_=0)
    return (
        select(cases)
        .where(wanted)
        .order_by(nothing_due, c.next_due, c.opened_on.desc(), c.id.desc())
        .limit(limit)
    )


def read_rows(connection: Connection, statement: Select[Any]) -> list[PetitionRow]:
    """The rows of a statement on ``awaiting()``."""
    return [_row(row) for row in connection.execute(statement)]


def _row(row: Row[Any]) -> PetitionRow:
    return PetitionRow(
        number=row.number,
        channel=row.channel,
        kind=row.kind,
        topic=row.topic,
        community=row.community,
        unit=row.unit,
        repeated=bool(row.repeated),
        received=date.fromordinal(row.opened_on),
        accept_by=date.fromordinal(row.accept_by),
        settle_by=_day(row.settle_by),
        accepted_on=_day(row.accepted_on),
        ended_on=_day(row.ended_on),
        ended=row.ended,
        extensions=row.extensions,
        survey=row.survey,
        next_due=_day(row.next_due),
        review_by=_day(row.review_by),
    )


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)
