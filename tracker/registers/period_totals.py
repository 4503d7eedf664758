"""Totals of a register by period: which of them count, and what they add up to.

A total counts where its period lies in the plan's year and is over. Of two, of which one covers the
period of the other, the wider one counts, of one period the one recorded last. Totals of single
kinds add up to that of all kinds where no total of all kinds covers their period.
"""

from collections import defaultdict

from sqlalchemy import (
    CTE,
    Connection,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from plans.registers import MEASURES
from tracker.registers.look import Look
from tracker.sight import Column, whole
from tracker.stored import plan, register_total

RATES = tuple(measure for measure, (kind, _register) in MEASURES.items() if kind == "rate")
"""The measures that are rates."""


def period_totals(look: Look) -> CTE:
    """What totals say, by plan, measure and kind ('' for all).

    Columns: plan_id, measure, kind, amount (their sum), latest (the rate given for the period that
    ends last), last_on (the last day that they cover). Amounts are in ten-thousandths.
    """
    there = _there(look)
    t, other = there.c, there.alias("other").c
    same = and_(other.plan_id == t.plan_id, other.measure == t.measure)
    covers = and_(other.first_on <= t.first_on, other.last_on >= t.last_on)
    later = or_(
        other.first_on < t.first_on,
        other.last_on > t.last_on,
        other.filing_id > t.filing_id,
        and_(other.filing_id == t.filing_id, other.number > t.number),
    )
    outdone = exists().where(same, other.kind == t.kind, covers, later)
    in_whole = exists().where(same, other.kind == "", covers)
    plain = (t.plan_id, t.measure, t.amount, t.first_on, t.last_on)
    rows = union_all(
        select(*plain, t.kind).where(~outdone),
        select(*plain, literal_column("''").label("kind")).where(
            t.kind != "", t.measure.not_in(RATES), ~outdone, ~in_whole
        ),
    ).subquery("counting")
    r = rows.c
    group = (r.plan_id, r.measure, r.kind)
    last = func.first_value(r.amount).over(
        partition_by=group, order_by=(r.last_on.desc(), r.first_on)
    )
    ranked = select(*group, r.amount, r.last_on, last.label("latest")).subquery("ranked").c
    group = (ranked.plan_id, ranked.measure, ranked.kind)
    return (
        select(
            *group,
            whole(func.sum(ranked.amount)).label("amount"),
            func.max(ranked.latest).label("latest"),
            func.max(ranked.last_on).label("last_on"),
        )
        .group_by(*group)
        .cte("totals")
    )


def load_passages(connection: Connection, look: Look) -> dict[tuple[str, str], tuple[str, ...]]:
    """The passages that totals were read from, by measure and kind ('' for all of them)."""
    t = register_total.c
    rows = connection.execute(
        select(t.measure, func.coalesce(t.kind, "").label("kind"), t.source)
        .where(
            look.of_plans(register_total),
            t.last_on <= look.day,
            look.knows(register_total),
            t.source.isnot(None),
        )
        .order_by(t.filing_id, t.number)
    )
    found: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        for kind in {row.kind, ""}:
            found[row.measure, kind][row.source] = None
    return {of: tuple(passages) for of, passages in found.items()}


def _there(look: Look) -> CTE:
    """The totals that are known, of periods that lie in their plan's year and are over."""
    t, p = register_total.c, plan.c
    return (
        select(
            *(t.plan_id, t.measure, t.amount, t.first_on, t.last_on, t.filing_id, t.number),
            func.coalesce(t.kind, "").label("kind"),
        )
        .join_from(register_total, plan, p.id == t.plan_id)
        .where(
            look.of_plans(register_total),
            t.first_on >= _first_day(p.year),
            t.last_on < _first_day(p.year + 1),
            t.last_on <= look.day,
            look.knows(register_total),
        )
        .cte("there")
    )


def _first_day(year: Column) -> Column:
    """The day number of a year's first day."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + 1
