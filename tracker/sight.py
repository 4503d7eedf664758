"""What a judgement looks at: as of which date, as known at which moment, which plans and items.

Also the few expressions that the parts of the statement share. Dates are whole day numbers,
moments whole microseconds (``tracker/schema.py``).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from tracker.schema import moment_to_int
from tracker.stored import entry, item_version, plan_version

FOREVER = 2**62

Column = ColumnElement[Any]


class Sight:
    """What is looked at.

    Args:
        as_of: the date whose end is judged.
        known_at: the moment whose knowledge is used; None for all there is.
        plans: ids of plans; None for all.
        items: ids of items, whose children are looked at too; None for all.
    """

    def __init__(
        self,
        as_of: date,
        known_at: datetime | None = None,
        plans: Sequence[int] | None = None,
        items: Sequence[int] | None = None,
    ) -> None:
        self.as_of = as_of
        self.day = as_of.toordinal()
        known = FOREVER if known_at is None else moment_to_int(known_at)
        self.known = known
        newest = (
            select(func.max(plan_version.c.id))
            .where(plan_version.c.recorded_at <= known)
            .group_by(plan_version.c.plan_id)
        )
        self.versions = newest if plans is None else newest.where(plan_version.c.plan_id.in_(plans))
        i = item_version.c
        self.wanted = None
        if items is not None:
            self.wanted = select(i.item_id).where(
                i.version_id.in_(self.versions), or_(i.item_id.in_(items), i.parent_id.in_(items))
            )
        voiding = entry.alias("voiding")
        self.void = select(voiding.c.reverses).where(
            voiding.c.reverses.isnot(None), voiding.c.recorded_at <= known
        )

    def holds(self, row: FromClause) -> Column:
        """Whether a ledger row had taken effect, was known, and has not been reversed."""
        return and_(
            type_coerce(row.c.effective_on, Integer) <= self.day,
            type_coerce(row.c.recorded_at, BigInteger) <= self.known,
            row.c.id.not_in(self.void),
        )

    def covers(self, table: FromClause) -> Column:
        """Whether a row of a plan version is among those to judge."""
        current = table.c.version_id.in_(self.versions)
        return current if self.wanted is None else and_(current, table.c.item_id.in_(self.wanted))


def whole(total: Column) -> Column:
    """A sum as a 64-bit integer; PostgreSQL makes sums of bigint numeric."""
    return cast(total, BigInteger)


def least(a: Column, b: Column) -> Column:
    """The smaller of two values of which either may be NULL."""
    return case((a.is_(None), b), (b.is_(None), a), (a <= b, a), else_=b)


def greatest(a: Column, b: Column) -> Column:
    """The larger of two values of which either may be NULL."""
    return case((a.is_(None), b), (b.is_(None), a), (a >= b, a), else_=b)
