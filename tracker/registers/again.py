"""Hazards at a place where one was found not long before."""

from typing import Any

from sqlalchemy import Select, and_, func, select

from tracker.registers.look import Look


def found_again(look: Look, days: int) -> Select[Any]:
    """The hazards whose place had one already that was found at most so many days earlier.

    Several found on one day, as on one sweep, are none of each other's. Places are kept folded
    (``hazard_course.folded_place``); they are the same within a community, spaces and case aside.

    Returns:
        Columns case_id, earlier_id (the latest hazard there before) and earlier_on (found on).
    """
    c = look.cases("hazard").c
    # The keys have names of their own: PostgreSQL would take the parameters of an expression that
    # is grouped by for others than those of the same expression that is selected.
    keyed = select(
        c.id,
        c.opened_on,
        func.coalesce(c.community, "").label("community"),
        func.lower(func.replace(c.place, " ", "")).label("place"),
    ).cte("keyed")
    k = keyed.c
    of_day = [k.community, k.place, k.opened_on]
    days_there = select(*of_day, func.max(k.id).label("id")).group_by(*of_day).subquery("by_day")
    d = days_there.c
    before: dict[str, Any] = {"partition_by": (d.community, d.place), "order_by": d.opened_on}
    seen = select(
        d.community,
        d.place,
        d.opened_on,
        func.lag(d.id).over(**before).label("earlier_id"),
        func.lag(d.opened_on).over(**before).label("earlier_on"),
    ).subquery("seen")
    s = seen.c
    same = and_(k.community == s.community, k.place == s.place, k.opened_on == s.opened_on)
    return (
        select(k.id.label("case_id"), s.earlier_id, s.earlier_on)
        .select_from(keyed.join(seen, same))
        .where(s.opened_on - s.earlier_on <= days)
    )
