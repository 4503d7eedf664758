"""Expected and actual progress of items, of FULL. What the rules are says ``tracker/status.py``."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
)

from tracker.completion import ALL, NONE, ONE, measures
from tracker.dates import extended, steps
from tracker.schema import REPORTS
from tracker.sight import Column, Sight, greatest, whole
from tracker.stored import item_version, pace_target


def _marked(sight: Sight, kind: str, item_id: Column) -> ColumnElement[bool]:
    """Whether an item has a ledger row of a kind that holds."""
    row = sight.held()
    return exists().where(row.c.kind == kind, row.c.item_id == item_id)


def assigned(sight: Sight, i: FromClause, name: str) -> Column:
    """The lead, person or leader named last by an assignment, otherwise by the plan."""
    row = sight.held()
    named = row.c.assignment[name].as_string()
    last = (
        select(named)
        .where(row.c.kind == "assign", row.c.item_id == i.c.item_id, named.isnot(None))
        .order_by(row.c.effective_on.desc(), row.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, i.c[name])


def _last_reported(sight: Sight, item_id: Column) -> Column:
    row = sight.held()
    return (
        select(func.max(row.c.effective_on))
        .where(row.c.kind.in_(REPORTS), row.c.item_id == item_id)
        .scalar_subquery()
    )


def _expected(sight: Sight, due: Column, stepped: Subquery) -> Column:
    """What is expected by the item's own dates; pace "children" as if it were linear."""
    i, today = item_version, sight.day
    whole_days, planned_days = due + 1 - i.c.start, i.c.due + 1 - i.c.start
    asked_for = pace_target.c.month_end + 1 - i.c.start
    share = (
        select(func.max(pace_target.c.share))
        .where(
            pace_target.c.version_id == i.c.version_id,
            pace_target.c.item_id == i.c.item_id,
            asked_for * whole_days <= (today + 1 - i.c.start) * planned_days,
        )
        .scalar_subquery()
    )
    return case(
        (today > due, ALL),
        (today < i.c.start, NONE),
        (i.c.pace == "milestones", stepped.c.expected * ALL // stepped.c.weight),
        (i.c.pace == "table", func.coalesce(share, NONE)),
        else_=(today + 1 - i.c.start) * ALL // whole_days,
    )


def own_facts(sight: Sight) -> CTE:
    """Each item with all that its own rows say; children come in afterwards."""
    i, moved = item_version, extended(sight)
    stepped, measured = steps(sight, moved), measures(sight)
    counts = ("steps", "held", "late", "missed")
    due = func.coalesce(moved.c.due, i.c.due)
    joined: FromClause = i
    for part in (moved, stepped, measured):
        joined = joined.outerjoin(part, part.c.item_id == i.c.item_id)
    facts = (
        select(
            *[i.c[n] for n in ("version_id", "item_id", "parent_id", "position", "area", "title")],
            *[i.c[n] for n in ("weight", "assumed", "recurring", "measure", "pace", "report")],
            *[assigned(sight, i, n).label(n) for n in ("lead", "person", "leader")],
            i.c.start,
            due.label("due"),
            i.c.original_due,
            func.coalesce(moved.c.extensions, NONE).label("extensions"),
            _marked(sight, "cancel", i.c.item_id).label("cancelled"),
            _marked(sight, "close", i.c.item_id).label("closed"),
            _expected(sight, due, stepped).label("expected"),
            measured.c.weight.label("measured"),
            measured.c.sum.label("complete"),
            measured.c.kept,
            stepped.c.weight.label("stepped"),
            *[stepped.c[n] for n in ("reached", "broken_on", "next_due")],
            *[func.coalesce(stepped.c[n], NONE).label(n) for n in counts],
            _last_reported(sight, i.c.item_id).label("last_reported"),
            *[measured.c[n] for n in ("short", "open", "fed_on")],
            _unfiled(sight, measured, stepped).label("unfiled"),
        )
        .select_from(joined)
        .where(sight.covers(i))
    )
    return _with_registers(facts).cte("own") if sight.registers else facts.cte("own")


def _unfiled(sight: Sight, measured: Subquery, stepped: Subquery) -> Column:
    """Whether an item has neither a milestone nor an indicator that is filed."""
    if not sight.registers:
        return false()
    return and_(
        func.coalesce(measured.c.filed, NONE) == 0, func.coalesce(stepped.c.steps, NONE) == 0
    )


def _with_registers(facts: Select[Any]) -> Select[Any]:
    """The facts with what was recorded in registers as reports on the items that they feed."""
    f = facts.offset(0).subquery("facts").c  # fenced, as above
    others = [c for c in f if c.name != "last_reported"]
    return select(*others, greatest(f.last_reported, f.fed_on).label("last_reported"))


def _actual(o: Any, expected: Column, of_children: Column | None = None) -> Column:
    """Actual progress of an item of which so much is expected."""
    accepted = case((o.closed, ALL), else_=NONE)
    counted = o.measured - o.kept
    return case(
        (
            and_(o.measure == "indicators", o.measured.isnot(None)),
            case(
                (counted > 0, o.complete // counted),
                (or_(o.unfiled, o.last_reported.isnot(None)), expected),
                else_=NONE,
            ),
        ),
        (o.measure == "milestones", o.reached * ALL // o.stepped),
        else_=accepted if of_children is None else func.coalesce(of_children, accepted),
    )


def _computed(o: Any, of_children: Column | None = None) -> ColumnElement[bool]:
    """Whether registers say all that is measured of an item, or of its children: nobody files."""
    own = and_(o.measure == "indicators", o.measured.isnot(None))
    if of_children is not None:
        below = func.coalesce(of_children, NONE) == ONE
        own = or_(own, and_(o.measure == "children", below))
    return and_(o.unfiled, own)


def _all_passed(sight: Sight, o: Any) -> ColumnElement[bool]:
    """Whether an item is measured by its milestones, and each was reached or has lapsed; or by
    indicators, and after its date only rates of registers are not kept."""
    over = and_(o.measure == "milestones", o.steps == o.held + o.late + o.missed)
    if not sight.registers:
        return over
    only_rates = and_(func.coalesce(o.short, NONE) > 0, func.coalesce(o.open, NONE) == 0)
    return or_(over, and_(o.measure == "indicators", o.due < sight.day, only_rates))


def _children(sight: Sight, own: FromClause) -> Subquery:
    """Per parent: the means over its children that are not cancelled, their last report, and the
    progress of the one that is furthest from settled (closed and settled ones have FULL), and
    whether all are computed."""
    o = own.alias("child").c
    weight = func.sum(o.weight)
    over = or_(o.closed, _all_passed(sight, o))
    return (
        select(
            o.parent_id,
            (whole(func.sum(o.weight * o.expected)) // weight).label("expected"),
            (whole(func.sum(o.weight * _actual(o, o.expected))) // weight).label("actual"),
            func.max(o.last_reported).label("last_reported"),
            func.min(case((over, ALL), else_=_actual(o, o.expected))).label("least"),
            func.min(case((_computed(o), ONE), else_=NONE)).label("computed"),
        )
        .where(o.parent_id.isnot(None), ~o.cancelled)
        .group_by(o.parent_id)
        .subquery("family")
    )


def progress(sight: Sight, own: CTE) -> Select[Any]:
    """The rows of ``own_facts`` with expected and actual progress, children's where these count,
    and whether they are settled but for being complete, and computed from registers alone."""
    o, family, today = own.c, _children(sight, own), sight.day
    running = and_(o.pace == "children", today >= o.start, today <= o.due)
    expected = case(
        (and_(running, family.c.expected.isnot(None)), family.c.expected), else_=o.expected
    )
    of_children = case((o.measure == "children", family.c.actual))
    return select(
        *[c for c in o if c.name not in ("expected", "last_reported")],
        expected.label("expected"),
        _actual(o, expected, of_children).label("actual"),
        greatest(o.last_reported, family.c.last_reported).label("last_reported"),
        or_(
            _all_passed(sight, o),
            and_(o.measure == "children", func.coalesce(family.c.least, NONE) >= ALL),
        ).label("passed"),
        _computed(o, family.c.computed).label("computed"),
    ).select_from(own.outerjoin(family, family.c.parent_id == o.item_id))
