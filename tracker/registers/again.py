"""Hazards at a place where one was found not long before."""

from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, case, cast, func, select

from tracker.sight import Column

_IDS = 2**40
"""There are fewer cases than that in a store."""


def with_earlier(found: Subquery, days: int) -> Select[Any]:
    """Hazards with the latest one that was found at their place at most so many days earlier.

    Several found on one day, as on one sweep, are none of each other's. Places are the same within
    a community, widths, spaces and case aside (``plans.places.compared``).

    Args:
        found: ``standing.hazards`` of all that may be earlier ones.

    Returns:
        Its columns, and earlier_id and earlier_on (found on), NULL where there is none.
    """
    c = found.c
    # One pass over all of them: joined with itself, a year of a city would take minutes.
    seen = select(found, _latest_before(c).label("latest")).subquery("seen").c
    near = seen.opened_on - seen.latest // _IDS <= days
    return select(
        *[seen[column.name] for column in c],
        case((near, seen.latest % _IDS)).label("earlier_id"),
        case((near, seen.latest // _IDS)).label("earlier_on"),
    )


def _latest_before(c: Any) -> Column:
    """The latest hazard of the days before, up to yesterday: day and id in one number."""
    place = [func.coalesce(c.community, ""), c.place_key]
    return func.max(cast(c.opened_on, BigInteger) * _IDS + c.id).over(
        partition_by=place, order_by=c.opened_on, range_=(None, -1)
    )
