"""Dates in force: what extensions have moved, and which milestones are reached, open or missed.

The ledger is asked by kind and item, which is the order of its index. A join with all extensions
would leave it to SQLite whether to index them, and it guesses wrong: a scan for every milestone.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from tracker.sight import Column, Sight, greatest
from tracker.stored import entry, item_version, milestone


def item_dates(sight: Sight) -> CTE:
    """One row an item: version_id, item_id, planned and due (in force), extensions (how many it
    and its milestones were granted)."""
    i, approval = item_version, entry.alias("extension")
    times = (
        select(func.count(approval.c.id))
        .where(
            approval.c.kind == "approve",
            approval.c.item_id == i.c.item_id,
            sight.holds(approval),
        )
        .scalar_subquery()
    )
    date = _granted(sight, i.c.item_id, None)
    extended = (
        select(
            *[i.c[n] for n in ("version_id", "item_id")],
            i.c.due.label("planned"),
            date.label("granted"),
            times.label("extensions"),
        )
        .where(sight.covers(i))
        .offset(0)
        .subquery("extended")
    )
    e = extended.c
    return select(
        *[e[n] for n in ("version_id", "item_id", "planned", "extensions")],
        greatest(e.granted, e.planned).label("due"),
    ).cte("item_dates")


def _granted(sight: Sight, item_id: Column, part: Column | None) -> ScalarSelect[int]:
    """The latest date granted to a milestone of an item, or to the item itself; NULL for none."""
    request, approval = entry.alias("request"), entry.alias("approval")
    return (
        select(func.max(request.c.due))
        .where(
            request.c.kind == "extend",
            request.c.item_id == item_id,
            request.c.part.is_(None) if part is None else request.c.part == part,
            approval.c.kind == "approve",
            approval.c.item_id == item_id,
            approval.c.answers == request.c.id,
            sight.holds(approval),
        )
        .scalar_subquery()
    )


def milestones(sight: Sight, dates: CTE) -> Select[Any]:
    """One row a milestone: version_id, item_id, position, code, title, weight, original_due, due
    (in force), last_chance (the last day on which it can be made good; NULL: it stays open),
    reached_on (NULL: not reached, or not by its last chance).

    A milestone has at most one row that reaches it (the ledger sees to it), so the join with that
    row does not multiply.
    """
    m, reached = milestone, entry.alias("reached")
    along = case((m.c.due == dates.c.planned, dates.c.due), else_=m.c.due)
    date = func.coalesce(_granted(sight, m.c.item_id, m.c.code), along)
    due = case((dates.c.extensions > 0, greatest(date, m.c.due)), else_=m.c.due)
    own = and_(m.c.version_id == dates.c.version_id, m.c.item_id == dates.c.item_id)
    dated = (
        select(
            *[m.c[n] for n in ("version_id", "item_id", "position", "code", "title", "weight")],
            *[m.c[n] for n in ("original_due", "lapses_on")],
            due.label("due"),
        )
        .select_from(dates.join(m, own))
        .offset(0)
        .subquery("dated")
    )
    d = dated.c
    last_chance = case((d.lapses_on.isnot(None), greatest(d.lapses_on, d.due)))
    in_time = or_(d.lapses_on.is_(None), reached.c.effective_on <= last_chance)
    return select(
        *[d[n] for n in ("version_id", "item_id", "position", "code", "title", "weight")],
        d.original_due,
        d.due,
        last_chance.label("last_chance"),
        reached.c.effective_on.label("reached_on"),
    ).select_from(
        dated.outerjoin(
            reached,
            and_(
                reached.c.kind == "reach",
                reached.c.item_id == d.item_id,
                reached.c.part == d.code,
                sight.holds(reached),
                in_time,
            ),
        )
    )


def steps(sight: Sight, dates: CTE) -> Subquery:
    """Per item: the weights of its milestones (all, reached, expected by now), its dates missed
    and open, and the number held in time, reached late, missed, and altogether."""
    m = milestones(sight, dates).subquery("milestones").c
    is_open, past = m.reached_on.is_(None), m.due < sight.day
    lapsed = func.coalesce(m.last_chance < sight.day, False)
    one = literal(1, Integer)
    return (
        select(
            m.item_id,
            func.sum(m.weight).label("weight"),
            func.sum(case((is_open, 0), else_=m.weight)).label("reached"),
            func.sum(case((past, m.weight), else_=0)).label("expected"),
            func.min(case((and_(is_open, past, ~lapsed), m.due))).label("broken_on"),
            func.min(case((and_(is_open, ~past), m.due))).label("next_due"),
            func.count(m.code).label("steps"),
            func.sum(case((m.reached_on <= m.due, one), else_=0)).label("held"),
            func.sum(case((m.reached_on > m.due, one), else_=0)).label("late"),
            func.sum(case((and_(is_open, lapsed), one), else_=0)).label("missed"),
        )
        .group_by(m.item_id)
        .subquery("steps")
    )
