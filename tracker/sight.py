"""What a judgement looks at: as of which date, as known at which moment, which plans and items.

Also the few expressions that the parts of the statement share. Dates are whole day numbers,
moments whole microseconds (``tracker/schema.py``).
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)

from tracker.schema import moment_to_int
from tracker.schema_registers import REGISTERS
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
        registers: those from which indicators are computed.
    """

    def __init__(
        self,
        as_of: date,
        known_at: datetime | None = None,
        plans: Sequence[int] | None = None,
        items: Sequence[int] | None = None,
        registers: Sequence[str] = REGISTERS,
    ) -> None:
        self.as_of = as_of
        self.day = as_of.toordinal()
        self.known_at = known_at
        self.known = FOREVER if known_at is None else moment_to_int(known_at)
        self._plans, self._items = plans, items
        self.registers = tuple(registers)

    def held(self) -> FromClause:
        """The ledger rows that hold, each time under a name of their own."""
        return self._held.alias()

    def holds(self, row: FromClause) -> Column:
        """Whether a ledger row had taken effect, was known, and has not been reversed."""
        voiding = entry.alias("voiding").c
        void = select(voiding.reverses).where(
            voiding.reverses.isnot(None), voiding.recorded_at <= self.known
        )
        return and_(
            type_coerce(row.c.effective_on, Integer) <= self.day,
            type_coerce(row.c.recorded_at, BigInteger) <= self.known,
            row.c.id.not_in(void),
        )

    def covers(self, table: FromClause) -> Column:
        """Whether a row of a plan version is among those to judge."""
        current = table.c.version_id.in_(select(self._current.c.id))
        if self._items is None:
            return current
        return and_(current, table.c.item_id.in_(select(self._wanted.c.item_id)))

    @cached_property
    def _held(self) -> CTE:
        # Were it worked out as a whole, nobody could look for the rows of an item in it.
        rows = select(*[entry.c[n] for n in _ASKED]).where(self.holds(entry))
        return rows.cte("held").prefix_with("NOT MATERIALIZED")

    @cached_property
    def _current(self) -> CTE:
        """Of each plan the version of the moment."""
        v = plan_version.c
        newest = select(func.max(v.id).label("id")).where(v.recorded_at <= self.known)
        if self._plans is not None:
            newest = newest.where(v.plan_id.in_(self._plans))
        return newest.group_by(v.plan_id).cte("current")

    @cached_property
    def _wanted(self) -> CTE:
        i, items = item_version.c, self._items or []
        current = i.version_id.in_(select(self._current.c.id))
        return (
            select(i.item_id)
            .where(current, or_(i.item_id.in_(items), i.parent_id.in_(items)))
            .cte("wanted")
        )


_ASKED = ("id", "item_id", "kind", "part", "effective_on", "amount", "due", "answers", "assignment")


def number(value: int) -> Column:
    """A number of the rules themselves: written out it costs less than a parameter."""
    return literal_column(str(value), Integer)


def whole(total: Column) -> Column:
    """A sum as a 64-bit integer; PostgreSQL makes sums of bigint numeric."""
    return cast(total, BigInteger)


def least(a: Column, b: Column) -> Column:
    """The smaller of two values of which either may be NULL."""
    return case((a.is_(None), b), (b.is_(None), a), (a <= b, a), else_=b)


def greatest(a: Column, b: Column) -> Column:
    """The larger of two values of which either may be NULL."""
    return case((a.is_(None), b), (b.is_(None), a), (a >= b, a), else_=b)
