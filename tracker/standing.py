"""What stands: the plan's rows and the ledger's, as the checks before recording ask for them.

A ledger row stands until it is reversed, whatever the day on which it took effect.
"""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, or_, select

from plans.errors import NotFoundError
from plans.language import gettext as _
from tracker.dates import extended, milestones
from tracker.ledger_checks import unknown
from tracker.loaded import PlanRef
from tracker.registers.drawn import drawn_on
from tracker.schema import REVERSED, STOPS, entry, indicator, item, item_version, milestone, unit
from tracker.sight import Sight
from tracker.status import judgement

LARGEST_ID = 2**63 - 1


class MilestoneDates(NamedTuple):
    """Days of a milestone: the last on which it is in time, and on which it can be made good."""

    due: date
    last_chance: date | None


class Standing:
    """What is known of one plan, in the open transaction."""

    def __init__(self, connection: Connection, plan: PlanRef) -> None:
        self._connection = connection
        self._plan = plan

    def item(self, code: str) -> Row[Any]:
        """The item as the newest version has it.

        Raises:
            NotFoundError: there is none.
        """
        found = self._connection.execute(
            select(item_version)
            .join(item, item.c.id == item_version.c.item_id)
            .where(item_version.c.version_id == self._plan.version_id, item.c.code == code)
        ).first()
        if found is None:
            codes = select(item.c.code).where(item.c.plan_id == self._plan.id)
            raise unknown(_("item"), code, self._connection.execute(codes).scalars())
        return found

    def is_dropped(self, item_id: int) -> bool:
        """Whether the newest plan file no longer has an item."""
        i = item_version.c
        which = (i.version_id == self._plan.version_id, i.item_id == item_id)
        return bool(self._connection.execute(select(i.dropped).where(*which)).scalar())

    def code(self, item_id: int) -> str:
        """The code of an item."""
        return str(
            self._connection.execute(select(item.c.code).where(item.c.id == item_id)).scalar_one()
        )

    def units(self) -> Sequence[str]:
        """Codes of the plan's units."""
        codes = select(unit.c.code).where(unit.c.version_id == self._plan.version_id)
        return self._connection.execute(codes).scalars().all()

    def answerable(self, found: Row[Any], on: date) -> tuple[str, Sequence[str]]:
        """Who leads an item, and who supports it, on a day: by the plan and what was assigned."""
        rows = select(entry.c.assignment).where(
            entry.c.kind == "assign",
            entry.c.item_id == found.item_id,
            entry.c.effective_on <= on,
            entry.c.id.not_in(REVERSED),
        )
        lead, support = found.lead, found.support
        in_order = rows.order_by(entry.c.effective_on, entry.c.id)
        for named in self._connection.execute(in_order).scalars():
            lead = named.get("lead") or lead
            support = support if named.get("support") is None else named["support"]
        return lead, [unit for unit in support if unit != lead]

    def indicators(self, item_id: int) -> dict[str, Row[Any]]:
        """The item's indicators by name."""
        i = indicator.c
        rows = self._connection.execute(
            select(i.name, i.unit, i.reading, i.target, i.register).where(
                i.version_id == self._plan.version_id, i.item_id == item_id
            )
        )
        return {row.name: row for row in rows}

    def total(self, item_id: int, name: str) -> Decimal:
        """What has been added to an indicator."""
        total = self._connection.execute(
            select(func.sum(entry.c.amount)).where(
                entry.c.kind == "add",
                entry.c.item_id == item_id,
                entry.c.part == name,
                entry.c.id.not_in(REVERSED),
            )
        ).scalar()
        return total or Decimal(0)

    def row(self, row_id: int) -> Row[Any]:
        """A row of the plan's ledger.

        Raises:
            NotFoundError: there is none.
        """
        found = None
        if 0 < row_id <= LARGEST_ID:
            found = self._connection.execute(
                select(entry).where(entry.c.id == row_id, entry.c.plan_id == self._plan.id)
            ).first()
        if found is None:
            raise NotFoundError(
                _("row {id}: no such row in the ledger of {office} {year}").format(
                    id=row_id, office=self._plan.office, year=self._plan.year
                )
            )
        return found

    def first(
        self, item_id: int, kinds: Collection[str], part: str | None = None
    ) -> Row[Any] | None:
        """The first row of these kinds on an item (and its milestone) that stands."""
        rows = select(entry).where(
            entry.c.item_id == item_id,
            entry.c.kind.in_(kinds),
            entry.c.id.not_in(REVERSED),
        )
        if part is not None:
            rows = rows.where(entry.c.part == part)
        return self._connection.execute(rows.order_by(entry.c.id).limit(1)).first()

    def answer(self, request: Row[Any]) -> int | None:
        """The row that answers a request."""
        return self._connection.execute(
            select(entry.c.id).where(
                entry.c.kind.in_(("approve", "refuse")),
                entry.c.item_id == request.item_id,
                entry.c.answers == request.id,
                entry.c.id.not_in(REVERSED),
            )
        ).scalar()

    def unanswered(self, item_id: int, part: str | None) -> Row[Any] | None:
        """The first request for an item, or for a milestone of it, that awaits its answer."""
        answered = select(entry.c.answers).where(
            entry.c.kind.in_(("approve", "refuse")),
            entry.c.item_id == item_id,
            entry.c.id.not_in(REVERSED),
        )
        rows = select(entry).where(
            entry.c.kind == "extend",
            entry.c.item_id == item_id,
            entry.c.part.is_(None) if part is None else entry.c.part == part,
            entry.c.id.not_in(REVERSED),
            entry.c.id.not_in(answered),
        )
        return self._connection.execute(rows.order_by(entry.c.id).limit(1)).first()

    def granted(self, item_id: int) -> Sequence[Row[Any]]:
        """The later dates granted to an item and its milestones, and to the items below it: the
        approval's id and day (``on``), and item_id, part and due of the request."""
        request, e = entry.alias("request").c, entry.c
        below = self._below(item_id)
        return self._connection.execute(
            select(e.id, e.effective_on.label("on"), request.item_id, request.part, request.due)
            .join(request.id.table, request.id == e.answers)
            .where(e.kind == "approve", e.id.not_in(REVERSED))
            .where(or_(e.item_id == item_id, e.item_id.in_(below)))
            .order_by(e.id)
        ).all()

    def reversal(self, row_id: int) -> int | None:
        """The row that reverses a row."""
        rows = select(entry.c.id).where(entry.c.reverses == row_id)
        return self._connection.execute(rows).scalar()

    def judged(self, item_id: int, on: date) -> tuple[Row[Any], list[Row[Any]]]:
        """An item as it is judged as of a day, and its children."""
        plans = [self._plan.id]
        registers = drawn_on(self._connection, plans)
        judged = judgement(on, plans=plans, items=[item_id], registers=registers)
        rows = self._connection.execute(judged).all()
        own = next(row for row in rows if row.item_id == item_id)
        return own, [row for row in rows if row.parent_id == item_id]

    def days_after(self, item_id: int, on: date, kinds: Collection[str]) -> Sequence[date]:
        """The days after ``on`` on which rows of these kinds, of an item or one below it, took
        effect."""
        below = self._below(item_id)
        days = (
            select(entry.c.effective_on)
            .distinct()
            .where(
                entry.c.kind.in_(kinds),
                or_(entry.c.item_id == item_id, entry.c.item_id.in_(below)),
                entry.c.effective_on > on,
                entry.c.id.not_in(REVERSED),
            )
        )
        return self._connection.execute(days.order_by(entry.c.effective_on)).scalars().all()

    def ends_below(self, item_id: int) -> Sequence[int]:
        """The rows that ended the items below an item and stand."""
        rows = select(entry.c.id).where(
            entry.c.kind.in_(STOPS),
            entry.c.item_id.in_(self._below(item_id)),
            entry.c.id.not_in(REVERSED),
        )
        return self._connection.execute(rows.order_by(entry.c.id)).scalars().all()

    def _below(self, item_id: int) -> Select[Any]:
        """The ids of the items below an item."""
        i = item_version.c
        return select(i.item_id).where(
            i.version_id == self._plan.version_id, i.parent_id == item_id
        )

    def above(self, item_id: int) -> Row[Any] | None:
        """Id and code of the item above an item."""
        i = item_version.c
        return self._connection.execute(
            select(item.c.id, item.c.code)
            .join(item_version, i.parent_id == item.c.id)
            .where(i.version_id == self._plan.version_id, i.item_id == item_id)
        ).first()

    def due(self, item_id: int, on: date) -> date:
        """The last day of an item in force on a day."""
        moved = extended(Sight(on, plans=[self._plan.id], items=[item_id])).c
        later = select(moved.due).where(moved.item_id == item_id)
        found = self._connection.execute(later).scalar()
        return self.planned(item_id) if found is None else date.fromordinal(found)

    def planned(self, item_id: int) -> date:
        """The last day of an item by the newest version, extensions aside."""
        i = item_version.c
        due = select(i.due).where(i.version_id == self._plan.version_id, i.item_id == item_id)
        planned: date = self._connection.execute(due).scalar_one()
        return planned

    def milestones(self, item_id: int) -> dict[str, Row[Any]]:
        """The item's milestones: code → title, and lapses_on, the day it lapses by plan."""
        m = milestone.c
        rows = self._connection.execute(
            select(m.code, m.title, m.lapses_on)
            .where(m.version_id == self._plan.version_id, m.item_id == item_id)
            .order_by(m.position)
        )
        return {row.code: row for row in rows}

    def milestone_dates(self, item_id: int, code: str, on: date) -> MilestoneDates:
        """The dates of a milestone in force on a day."""
        sight = Sight(on, plans=[self._plan.id], items=[item_id])
        rows = milestones(sight, extended(sight)).subquery("milestones").c
        found = self._connection.execute(
            select(rows.due, rows.last_chance).where(rows.item_id == item_id, rows.code == code)
        ).one()
        last = found.last_chance
        return MilestoneDates(
            date.fromordinal(found.due), None if last is None else date.fromordinal(last)
        )
