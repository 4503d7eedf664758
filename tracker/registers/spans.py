"""The days that totals of a register stand for, and the cases that are not counted for that."""

from sqlalchemy import CTE, FromClause, case, exists, func, or_, select

from tracker.sight import Column, number

NONE = number(0)


def spans(standing: CTE) -> CTE:
    """The days that totals stand for, in as few spans as there can be: of a year of months one.

    Columns: plan_id, measure, kind, of_kind, first_on, last_on; see ``standing_totals``.
    """
    s = standing.c
    group = (s.plan_id, s.measure, s.kind, s.of_kind)
    before = func.max(s.last_on).over(
        partition_by=group, order_by=(s.first_on, s.last_on), rows=(None, -1)
    )
    begins = case((s.first_on <= before + 1, NONE), else_=number(1)).label("begins")
    rows = select(*group, s.first_on, s.last_on, begins).subquery("after").c
    group = (rows.plan_id, rows.measure, rows.kind, rows.of_kind)
    place = func.sum(rows.begins).over(
        partition_by=group, order_by=(rows.first_on, rows.last_on), rows=(None, 0)
    )
    placed = select(*group, rows.first_on, rows.last_on, place.label("place")).subquery("placed").c
    group = (placed.plan_id, placed.measure, placed.kind, placed.of_kind)
    first, last = func.min(placed.first_on), func.max(placed.last_on)
    columns = select(*group, first.label("first_on"), last.label("last_on"))
    return columns.group_by(*group, placed.place).cte("spans")


def stand_for(
    spans: CTE, plan_id: Column, measure: Column, kind: Column, of_kind: Column, day: Column
) -> Column:
    """Whether totals stand for a case: it is not counted for the figure.

    Args:
        spans: see there.
        measure, kind: the figure, and the kind that it is narrowed to ('' for all).
        of_kind: the kind of the case.
        day: see ``day_of``.
    """
    s = spans.alias().c
    return exists().where(
        s.plan_id == plan_id,
        s.measure == measure,
        s.kind == kind,
        or_(s.of_kind == "", s.of_kind == of_kind),
        s.first_on <= day,
        s.last_on >= day,
    )


def day_of(spans: CTE, register: str, cases: FromClause) -> Column:
    """The day by which it is decided whether totals stand for a case: when it came in, or a sweep
    is due; 0 in a plan without totals, of which cases need not be held apart by day."""
    c = cases.c
    day = c.settle_by if register == "sweep" else c.opened_on
    return case((c.plan_id.in_(select(spans.c.plan_id)), day), else_=NONE)
