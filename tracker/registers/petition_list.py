"""Petitions and orders as a list: which are open, what has to be done with them, and by when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, case, func, select

from tracker.loaded import PlanRef
from tracker.registers.filing import registers_of
from tracker.registers.look import Look
from tracker.registers.named import load_named
from tracker.registers.open_cases import open_cases
from tracker.registers.petition_rows import STATES, Filters, PetitionList, PetitionRow, State
from tracker.registers.scope import plan_ids, register_scope
from tracker.registers.standing import petitions
from tracker.sight import least, number


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
    cases = awaiting(look, None if {"settled", "declined"} & set(asked) else open_cases(look))
    counts = _counts(connection, cases, _wanted(cases, filters), asked, look, soon)
    if limit is not None and counts.get("open", 0) >= limit:  # the open ones come first
        cases = awaiting(look, open_cases(look))
    wanted = and_(_wanted(cases, filters), _in_state(cases, filters.state, look, soon))
    return PetitionList(
        register_scope(connection, plan, look, "petition", among=select(cases.c.id).where(wanted)),
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
    c, last = cases.c, look.day + soon
    is_open = c.ended_on.is_(None)
    conditions = {
        None: number(1) == 1,
        "open": is_open,
        "within": and_(is_open, c.next_due > last),
        "due": and_(is_open, c.next_due.between(look.day, last)),
        "overdue": and_(is_open, c.next_due < look.day),
        "settled": c.ended == "settle",
        "declined": c.ended.in_(("decline", "object")),
        "reviewing": and_(c.ended == "settle", c.review_by.isnot(None)),
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
        reviews=row.reviews,
    )


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)
