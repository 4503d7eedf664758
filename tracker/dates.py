"""Dates in force: what extensions have moved, and which milestones are reached, open or missed.

The ledger is asked by kind and item, which is the order of its index. A join with all extensions
would leave it to SQLite whether to index them, and it guesses wrong: a scan for every milestone.
"""

from typing import Any

from sqlalchemy import CTE, ScalarSelect, Select, Subquery, and_, case, func, or_, select

from tracker.sight import Column, Sight, number
from tracker.stored import entry, item_version, milestone

ONE, NONE = number(1), number(0)


def extended(sight: Sight) -> CTE:
    """The items of which a date was extended, their own or a milestone's: item_id, planned and due
    (in force), extensions (how many they and their milestones were granted)."""
    i, approval = item_version, sight.held()
    due = func.coalesce(_granted(sight, i.c.item_id, None, i.c.due), i.c.due)
    return (
        select(
            i.c.item_id,
            i.c.due.label("planned"),
            due.label("due"),
            func.count(approval.c.id).label("extensions"),
        )
        .join(approval, and_(approval.c.kind == "approve", approval.c.item_id == i.c.item_id))
        .where(sight.covers(i))
        .group_by(i.c.version_id, i.c.item_id)
        .cte("extended")
    )


def _granted(
    sight: Sight, item_id: Column, part: Column | None, planned: Column
) -> ScalarSelect[Any]:
    """The latest of the planned date and those granted, to a milestone of an item or to the item
    itself; NULL where none was granted."""
    request, approval = entry.alias("request"), sight.held()
    return (
        select(func.max(case((request.c.due > planned, request.c.due), else_=planned)))
        .where(
            request.c.kind == "extend",
            request.c.item_id == item_id,
            request.c.part.is_(None) if part is None else request.c.part == part,
            approval.c.kind == "approve",
            approval.c.item_id == item_id,
            approval.c.answers == request.c.id,
        )
        .scalar_subquery()
    )


def milestones(sight: Sight, moved: CTE) -> Select[Any]:
    """One row a milestone: version_id, item_id, position, code, title, weight, original_due, due
    (in force), last_chance (the last day on which it can be made good; NULL: it stays open),
    reached_on (NULL: not reached, or not by its last chance).

    A milestone has at most one row that reaches it (the ledger sees to it), so the join with that
    row does not multiply.

    Args:
        moved: from ``extended``.
    """
    m, reached = milestone, sight.held()
    along = case((m.c.due == moved.c.planned, moved.c.due), else_=m.c.due)
    granted = func.coalesce(_granted(sight, m.c.item_id, m.c.code, m.c.due), along)
    plain = ("version_id", "item_id", "position", "code", "title", "weight", "original_due")
    dated = (
        select(
            *[m.c[n] for n in (*plain, "lapses_on")],
            case((moved.c.item_id.is_(None), m.c.due), else_=granted).label("due"),
        )
        .select_from(m.outerjoin(moved, moved.c.item_id == m.c.item_id))
        .where(sight.covers(m))
        .subquery("dated")
    )
    d = dated.c
    last_chance = case((d.lapses_on > d.due, d.lapses_on), (d.lapses_on.isnot(None), d.due))
    on = reached.c.effective_on
    in_time = or_(d.lapses_on.is_(None), on <= d.lapses_on, on <= d.due)
    its = and_(reached.c.kind == "reach", reached.c.item_id == d.item_id, reached.c.part == d.code)
    return select(
        *[d[n] for n in (*plain, "due")],
        last_chance.label("last_chance"),
        on.label("reached_on"),
    ).select_from(dated.outerjoin(reached, and_(its, in_time)))


def steps(sight: Sight, moved: CTE) -> Subquery:
    """Per item: the weights of its milestones (all, reached, expected by now), its dates missed
    and open, and the number held in time, reached late, missed, and altogether."""
    m = milestones(sight, moved).subquery("milestones").c
    is_open, past = m.reached_on.is_(None), m.due < sight.day
    lapsed = func.coalesce(m.last_chance < sight.day, False)
    return (
        select(
            m.item_id,
            func.sum(m.weight).label("weight"),
            func.sum(case((is_open, NONE), else_=m.weight)).label("reached"),
            func.sum(case((past, m.weight), else_=NONE)).label("expected"),
            func.min(case((and_(is_open, past, ~lapsed), m.due))).label("broken_on"),
            func.min(case((and_(is_open, ~past), m.due))).label("next_due"),
            func.count(m.code).label("steps"),
            func.sum(case((m.reached_on <= m.due, ONE), else_=NONE)).label("held"),
            func.sum(case((m.reached_on > m.due, ONE), else_=NONE)).label("late"),
            func.sum(case((and_(is_open, lapsed), ONE), else_=NONE)).label("missed"),
        )
        .group_by(m.version_id, m.item_id)
        .subquery("steps")
    )
