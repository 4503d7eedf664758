"""Early warning: cases whose time runs out or is over, and topics that rise in a community.

Warnings are of cases and topics only, never of a person. Where a case stands is decided by
``standing.petitions``; whether a topic rises by ``rise.py``, which says how likely a false alarm
is. What the signs mean says ``warned.py``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from plans.registers import Registers
from plans.workdays import Workdays
from tracker.loaded import PlanRef
from tracker.registers.filing import registers_of
from tracker.registers.history import History, begins, earliest, first_tested
from tracker.registers.listed import listed_since
from tracker.registers.look import Look
from tracker.registers.named import Named, load_named
from tracker.registers.open_cases import open_cases
from tracker.registers.past import find_rises
from tracker.registers.rise import Rise
from tracker.registers.scope import plan_ids, register_scope
from tracker.registers.standing import petitions
from tracker.registers.warned import CaseWarning, NewlyListed, Sign, Step, Warned
from tracker.stored import register_case


def find_warnings(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    workdays: Workdays,
) -> Warned:
    """What is warned of, of the cases of all years of an office.

    Args:
        plan: whose topics, units and settings are used.
        as_of: the date whose end is looked at.
        known_at: the moment whose knowledge is used; None for all there is.
    """
    plans = plan_ids(connection, plan, known_at)
    look = Look(as_of, known_at, plans)
    registers = registers_of(connection, plan)
    signs = partial(_signs, as_of=as_of, widths=registers.warnings.days, workdays=workdays)
    rows = connection.execute(asking(look)).all()
    # Of a million cases few are open, and of these not all are warned of.
    cases = [_warning(row, shown) for row in rows if (shown := list(signs(row)))]
    tested, history = _tested(connection, look, registers, plan)
    named = load_named(connection, plan.version_id, registers)
    cases.sort(key=lambda case: (case.signs[0].urgency, case.received, case.number))
    return Warned(
        scope=register_scope(connection, plan, look, "petition", **_shown(look, registers)),
        named=named,
        registers=registers,
        rules={
            version: registers_of(connection, replace(plan, version_id=version))
            for version in {case.version_id for case in cases}
        },
        open=sum(row.ended_on is None for row in rows),
        cases=cases,
        tested=tested,
        tested_from=_tested_from(history, registers),
        untested=() if history is None else tuple(_untested(history, named, look, registers)),
        provisional=_provisional(cases, as_of, workdays),
    )


def asking(look: Look) -> Select[Any]:
    """The cases that are open, or of which a review is pending."""
    found = petitions(look, among=open_cases(look)).subquery("petition")
    return select(found).where(or_(found.c.ended_on.is_(None), found.c.review_by.isnot(None)))


def _shown(look: Look, registers: Registers) -> dict[str, Any]:
    """The cases that warnings are made of: those that ask, and those of the history."""
    asks = select(asking(look).subquery("asking").c.id)
    return {"among": asks, "since": earliest(look.day, registers.warnings)}


def incoming(look: Look, registers: Registers) -> Select[Any]:
    """How many cases came in of each topic, in each community and on each day that may count.

    Those that repeat an earlier one are left out. In the order of the index that covers it, so
    that nothing has to be sorted; a community may have several rows for a day, of several plans.
    """
    c = register_case.c
    by = (c.plan_id, c.opened_on, c.topic, c.community)
    return (
        select(c.topic, c.community, c.opened_on, func.count())
        .where(look.covers(register_case, "petition"), c.repeated.is_(False))
        .where(c.opened_on >= earliest(look.day, registers.warnings))
        .group_by(*by)
    )


def _tested(
    connection: Connection, look: Look, registers: Registers, plan: PlanRef
) -> tuple[list[Rise], History | None]:
    """All that was tested for a rise, and where its history begins; None if there is nothing."""
    counts = connection.execute(incoming(look, registers)).tuples().all()
    days = {day for _topic, _community, day, _cases in counts}
    # Of what came in earlier its first and its last day are needed: whether there is a gap after.
    before = _before(connection, look, earliest(look.day, registers.warnings))
    if not days and not before:
        return [], None
    first = begins(days.union(before[-1:]), min([*before, *days]))
    history = History(first, *listed_since(connection, look, plan))
    return find_rises(counts, look.day, history, registers.warnings), history


def _tested_from(history: History | None, registers: Registers) -> date | None:
    return None if history is None else _day(first_tested(history.first, registers.warnings))


def _untested(
    history: History, named: Named, look: Look, registers: Registers
) -> Iterator[NewlyListed]:
    """The topics and communities of the plan that are too new in its lists for a test."""
    for kind, since, names in (
        ("topic", history.topics, named.topics),
        ("community", history.communities, named.communities),
    ):
        for code in names:
            day = since.get(code, history.first)
            tested_from = first_tested(day, registers.warnings)
            if history.first < day <= look.day < tested_from:
                yield NewlyListed(kind, code, date.fromordinal(day), date.fromordinal(tested_from))


def _before(connection: Connection, look: Look, start: int) -> list[int]:
    """The first and the last day with a case before a day; of each plan an index has them."""
    c = register_case.c
    there = (c.register == "petition", look.knows(register_case), look.stands(register_case))
    first_ones = c.repeated.is_(False)
    days: list[int] = []
    for end in (func.min, func.max):  # one statement each, else all days between are read
        asked = select(end(c.opened_on)).where(c.opened_on < start, *there, first_ones)
        of_plans = (connection.execute(asked.where(c.plan_id == plan)) for plan in look.plans)
        days += [day for found in of_plans if (day := found.scalar()) is not None]
    return sorted(days)


def _warning(row: Row[Any], signs: Sequence[Sign]) -> CaseWarning:
    return CaseWarning(
        number=row.number,
        version_id=row.version_id,
        channel=row.channel,
        kind=row.kind,
        topic=row.topic,
        community=row.community,
        unit=row.unit,
        received=date.fromordinal(row.opened_on),
        accept_by=date.fromordinal(row.accept_by),
        accepted_on=_day(row.accepted_on),
        settle_by=_day(row.settle_by),
        review_on=_day(row.review_on),
        review_by=_day(row.review_by),
        reviews=row.reviews,
        extensions=row.extensions,
        repeated=bool(row.repeated),
        signs=tuple(sorted(signs, key=lambda sign: sign.urgency)),
    )


def _signs(row: Row[Any], as_of: date, widths: Sequence[int], workdays: Workdays) -> Iterator[Sign]:
    """All signs of a case; days of the row are whole day numbers."""
    is_open, accepted = row.ended_on is None, row.accepted_on is not None
    steps: tuple[tuple[Step, int | None], ...] = (
        ("settle", row.settle_by if is_open else None),
        ("answer_review", row.review_by),
        ("accept", row.accept_by if is_open and not accepted else None),
    )
    for step, number in steps:
        if number is None:
            continue
        due, left = date.fromordinal(number), number - as_of.toordinal()
        if left < 0:
            yield Sign("overdue", step, due, -left, workdays.count(due, as_of))
        elif covering := [width for width in widths if left <= width]:
            yield Sign("due", step, due, left, workdays.count(as_of, due), min(covering))
    if is_open and accepted and row.accepted_on > row.accept_by:
        due, on = date.fromordinal(row.accept_by), date.fromordinal(row.accepted_on)
        yield Sign("late", "accept", due, (on - due).days, workdays.count(due, on))
    if is_open and row.repeated:
        yield Sign("repeated")


def _day(number: int | None) -> date | None:
    return None if number is None else date.fromordinal(number)


def _provisional(cases: Sequence[CaseWarning], as_of: date, workdays: Workdays) -> tuple[int, ...]:
    dues = [sign.due for case in cases for sign in case.signs if sign.due is not None]
    return workdays.provisional_years(min([as_of, *dues]), max([as_of, *dues]))
