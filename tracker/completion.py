"""What indicators stand at and how complete they are, of FULL: a part of the judging statement.

What the rules are says ``tracker/status.py``.
"""

from typing import cast

from sqlalchemy import FromClause, Subquery, and_, case, false, func, null, or_, select, true

from tracker.schema import FULL
from tracker.sight import Column, Sight, number, whole
from tracker.stored import indicator

ALL, ONE, NONE = number(FULL), number(1), number(0)


def _filed(sight: Sight, item_id: Column, name: Column, reading: Column) -> Column:
    """What was filed of an indicator, in ten-thousandths, as a scalar subquery."""
    added, latest = sight.held(), sight.held()
    total = (
        select(whole(func.coalesce(func.sum(added.c.amount), NONE)))
        .where(added.c.kind == "add", added.c.item_id == item_id, added.c.part == name)
        .scalar_subquery()
    )
    last = (
        select(latest.c.amount)
        .where(latest.c.kind == "set", latest.c.item_id == item_id, latest.c.part == name)
        .order_by(latest.c.effective_on.desc(), latest.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((reading == "sum", total), else_=func.coalesce(last, NONE))


def _values(sight: Sight) -> Subquery:
    """The indicators with what they stand at; those without a target only
    where registers are looked at."""
    i, joined = indicator.c, cast(FromClause, indicator)
    rate: Column = false()
    fed_on: Column = null()
    value: Column = _filed(sight, i.item_id, i.name, i.reading)
    weight: Column = i.weight
    wanted: Column = i.target.isnot(None)
    if sight.registers:
        # What most plans need not load.
        from tracker.registers.measures import fed
        from tracker.registers.period_totals import RATES

        said = fed(sight)
        f = said.c
        same = and_(f.version_id == i.version_id, f.measure == i.register)
        joined = joined.outerjoin(said, and_(same, f.kind == func.coalesce(i.register_kind, "")))
        value = case((i.register.isnot(None), f.value), (wanted, value))
        fed_on = f.last_on
        rate = func.coalesce(i.register.in_(RATES), false())
        weight, wanted = case((wanted, weight)), true()
    # OFFSET 0 fences the subquery: without it SQLite works out each value several times over.
    return (
        select(
            *(i.version_id, i.item_id, i.sense, i.target, weight.label("weight")),
            *(value.label("value"), rate.label("rate"), fed_on.label("fed_on")),
            i.register,
        )
        .select_from(joined)
        .where(wanted, sight.covers(indicator))
        .offset(0)
        .subquery("valued")
    )


def measures(sight: Sight) -> Subquery:
    """Per item: the completion of its indicators with a target.

    ``sum`` adds weight × completion; ``kept`` is the weight of the ceilings and the rates of
    registers that are kept, which are left out of the mean. ``short`` is how many such rates are
    not kept, ``open`` how many other targets are not reached. ``fed_on`` is the latest day of the
    registers, ``filed`` how many indicators are of none.
    """
    values = _values(sight).c
    v, t, weight, ceiling = values.value, values.target, values.weight, values.sense == "at_most"
    kept = and_(ceiling, v <= t)
    completion = case(
        (ceiling, NONE),
        (v == t, ALL),
        (v < t, v * ALL // t),
        (values.sense == "at_least", ALL),
        (v >= t + t, NONE),
        else_=(t + t - v) * ALL // t,
    )
    short = still_open = filed = NONE
    if sight.registers:
        met = case((values.sense == "at_least", v >= t), else_=v == t)
        kept = or_(kept, and_(values.rate, or_(v.is_(None), met)))
        completion = case((kept, NONE), else_=completion)
        missed = and_(t.isnot(None), ~kept, completion < ALL)
        short = func.sum(case((and_(missed, values.rate), ONE), else_=NONE))
        still_open = func.sum(case((and_(missed, ~values.rate), ONE), else_=NONE))
        filed = func.sum(case((values.register.is_(None), ONE), else_=NONE))
    return (
        select(
            values.item_id,
            func.sum(weight).label("weight"),
            whole(func.sum(weight * completion)).label("sum"),
            func.sum(case((kept, weight), else_=NONE)).label("kept"),
            short.label("short"),
            still_open.label("open"),
            filed.label("filed"),
            func.max(values.fed_on).label("fed_on"),
        )
        .group_by(values.version_id, values.item_id)
        .subquery("measures")
    )
