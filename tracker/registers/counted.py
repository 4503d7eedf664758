"""What the cases of registers add up to, for the measures that indicators take from them.

Where each case stands says ``tracker/registers/standing.py``.
"""

from typing import Any

from sqlalchemy import CTE, Select, and_, case, func, or_, select

from plans.registers import HOTLINE, MEASURES
from tracker.registers.look import Look
from tracker.registers.made_of import COUNTED
from tracker.registers.spans import day_of, stand_for
from tracker.registers.standing import STATEMENTS
from tracker.sight import Column, Sight, greatest, number, whole
from tracker.stored import indicator, plan_version

ONE, NONE = number(1), number(0)


def drawn_measures(sight: Sight) -> CTE:
    """The measures that indicators take from registers, of which plan and version."""
    i, v = indicator.c, plan_version.c
    return (
        select(
            v.plan_id,
            i.version_id,
            i.register.label("measure"),
            func.coalesce(i.register_kind, "").label("kind"),
        )
        .distinct()
        .join_from(indicator, plan_version, v.id == i.version_id)
        .where(i.register.isnot(None), sight.covers(indicator))
        .cte("drawn")
    )


def count_cases(look: Look, wanted: CTE, days: CTE, register: str) -> Select[Any]:
    """The measures that are wanted of a register, with what its cases add up to.

    Args:
        look: at which moment; the plans are those of ``wanted``.
        wanted: see ``drawn_measures``.
        days: the spans of days that totals stand for; cases of these are not counted.
    """
    measures = [name for name, (_kind, of) in MEASURES.items() if of == register]
    w = wanted.c
    plans = select(w.plan_id).where(w.measure.in_(measures))
    look = Look(look.as_of, look.known_at, plans, counted=True)
    cases = STATEMENTS[register](look).subquery(register)
    stands, day = cases.c, day_of(days, register, cases)
    columns = {name: _as_number(stands[name]) for name in _columns_of(measures)}
    last_on: Column = stands.last_on
    if register != "sweep":
        last_on = greatest(stands.opened_on, last_on)
    hotline = case((stands.channel == HOTLINE, ONE), else_=NONE)
    kind = func.coalesce(stands.kind, "")
    groups = (
        select(
            stands.plan_id,
            hotline.label("hotline"),
            kind.label("kind"),
            day.label("day"),
            func.count().label("cases"),
            func.max(last_on).label("last_on"),
            *[func.sum(column).label(name) for name, column in columns.items()],
        )
        .group_by(stands.plan_id, hotline, kind, day)
        .subquery("groups")
    )
    g = groups.c
    of_hotline = case((w.measure.like("orders.%"), ONE), else_=NONE)
    fits = and_(
        g.plan_id == w.plan_id, g.hotline == of_hotline, or_(w.kind == "", w.kind == g.kind)
    )

    told = stand_for(days, w.plan_id, w.measure, w.kind, g.kind, g.day)

    def added_up(count: Column) -> Column:
        return whole(func.coalesce(func.sum(case((~told, count))), NONE))

    def total(place: int) -> Column:
        named = {name: COUNTED[name][place] for name in measures}
        parts = [(w.measure == name, g[column]) for name, column in named.items() if column]
        return added_up(case(*parts))

    return (
        select(
            *(w.version_id, w.plan_id, w.measure, w.kind),
            total(0).label("numerator"),
            total(1).label("denominator"),
            added_up(g.cases).label("cases"),
            func.max(g.last_on).label("last_on"),
        )
        .select_from(wanted.outerjoin(groups, fits))
        .where(w.measure.in_(measures))
        .group_by(w.version_id, w.plan_id, w.measure, w.kind)
    )


def _columns_of(measures: list[str]) -> list[str]:
    """The columns of a case that are added up, in a fixed order."""
    named = (column for measure in measures for column in COUNTED[measure] if column)
    return [name for name in dict.fromkeys(named) if name != "cases"]


def _as_number(column: Column) -> Column:
    """A flag that is stored as a truth value, too."""
    return case((column, ONE), else_=NONE) if column.name == "repeated" else column
