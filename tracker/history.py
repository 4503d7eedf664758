"""What has happened: the rows of the ledger as they were filed, and how items stood month by month.

Both are read for the few items or the one plan that somebody looks at, never on the way to a list.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.levels import LEVELS, Level
from tracker.registers.drawn import drawn_on
from tracker.schema import KINDS, entry, item
from tracker.status import judgement
from tracker.versions import PlanRef


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger.

    Attributes:
        code: of the item.
        part: the indicator or milestone concerned.
        due: the date asked for.
        answers: the request that the row grants or turns down.
        reverses, reversed_by: the row that this one takes back, or that takes this one back.
        recorded_late: it asks for a later date, and was written down after the deadline; known
            where an item is looked at by itself (see ``tracker/late_requests.py``).
        version_id: of the plan version whose loading made the row.
    """

    id: int
    item_id: int
    code: str
    kind: str
    effective_on: date
    recorded_at: datetime
    author: str
    part: str | None
    amount: Decimal | None
    due: date | None
    answers: int | None
    reverses: int | None
    assignment: Mapping[str, Any] | None
    note: str | None
    reason: str | None
    source: str | None
    evidence: Mapping[str, Any] | None
    simulated: bool
    reversed_by: int | None
    recorded_late: bool = False
    version_id: int | None = None

    def held_on(self, day: date) -> bool:
        """Whether the row had taken effect by the end of ``day`` and was not taken back."""
        return self.effective_on <= day and self.reversed_by is None

    def to_json(self) -> dict[str, Any]:
        """The row for programs."""
        return {
            "id": self.id,
            "item": self.code,
            "kind": self.kind,
            "effective_on": self.effective_on.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "author": self.author,
            "part": self.part,
            "amount": None if self.amount is None else float(self.amount),
            "due": None if self.due is None else self.due.isoformat(),
            "answers": self.answers,
            "reverses": self.reverses,
            "reversed_by": self.reversed_by,
            "assignment": self.assignment,
            "note": self.note,
            "reason": self.reason,
            "source": self.source,
            "evidence": self.evidence,
            "simulated": self.simulated,
            "recorded_late": self.recorded_late,
        }


_FOUND_OUT = ("code", "reversed_by", "recorded_late")
_READ = [entry.c[n] for n in Entry.__dataclass_fields__ if n not in _FOUND_OUT]


def entries(
    connection: Connection,
    plan: PlanRef,
    items: Collection[int] | None = None,
    *,
    known_at: datetime | None = None,
) -> list[Entry]:
    """Rows of the ledger in the order of filing, reversed ones among them.

    Args:
        items: ids of the items whose rows are wanted; None for the whole plan.
        known_at: only what had been recorded by then.
    """
    rows = (
        select(*_READ, item.c.code)
        .join(item, item.c.id == entry.c.item_id)
        .where(entry.c.plan_id == plan.id)
        .order_by(entry.c.id)
    )
    if items is not None:
        # The kinds are all there are: with them an item's rows are found by the ledger's index.
        rows = rows.where(entry.c.item_id.in_(items), entry.c.kind.in_(KINDS))
    if known_at is not None:
        rows = rows.where(entry.c.recorded_at <= known_at)
    found = connection.execute(rows).all()
    reversals = {row.reverses: row.id for row in found if row.reverses is not None}
    return [Entry(**row._mapping, reversed_by=reversals.get(row.id)) for row in found]


def find_item(connection: Connection, plan: PlanRef, code: str) -> int:
    """The id of an item, by its code.

    Raises:
        NotFoundError: there is none.
    """
    codes = connection.execute(select(item.c.code, item.c.id).where(item.c.plan_id == plan.id))
    ids = {row.code: row.id for row in codes}
    if code not in ids:
        import difflib

        near = difflib.get_close_matches(code, ids, n=5, cutoff=0.5) or list(ids)
        message = _("{code}: no such item in {office} {year}; there are: {near}")
        raise NotFoundError(
            message.format(code=code, office=plan.office, year=plan.year, near=listed(near))
        )
    found: int = ids[code]
    return found


class Mark(NamedTuple):
    """How an item stood at the end of a month; progress of ``tracker.schema.FULL``."""

    level: Level
    expected: int
    actual: int


@dataclass(frozen=True, slots=True)
class Months:
    """How items stood at the end of each month of the plan's year, by what is known now.

    Attributes:
        ends: the last days of the months that are over, and ``as_of`` for the one that is not.
        marks: item id → one mark for each of ``ends``.
        weights: item id → weight.
    """

    ends: tuple[date, ...]
    marks: Mapping[int, Sequence[Mark]]
    weights: Mapping[int, int]

    def progress(self, items: Iterable[int]) -> list[tuple[int, int]]:
        """Weighted mean of expected and actual progress for each of ``ends``, of FULL.

        Cancelled items are left out. Give it items of one depth, or parents count twice.
        """
        wanted = list(items)
        return [self._mean(wanted, n) for n in range(len(self.ends))]

    def _mean(self, items: list[int], n: int) -> tuple[int, int]:
        weighed = [(self.weights[i], self.marks[i][n]) for i in items]
        counted = [(w, mark) for w, mark in weighed if mark.level.code != "cancelled"]
        weight = sum(w for w, mark in counted)
        if not weight:
            return 0, 0
        expected = sum(w * mark.expected for w, mark in counted) // weight
        return expected, sum(w * mark.actual for w, mark in counted) // weight


def month_ends(year: int, as_of: date) -> tuple[date, ...]:
    """The last days of the year's months up to ``as_of``, which stands for the month it is in."""
    ends = (date(year, month, monthrange(year, month)[1]) for month in range(1, 13))
    return tuple(min(end, as_of) for end in ends if end.replace(day=1) <= as_of)


def load_months(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    items: Sequence[int] | None = None,
) -> Months:
    """Judges the plan, or some of its items, at the end of each month: one statement a month."""
    ends = month_ends(plan.year, as_of)
    marks: dict[int, list[Mark]] = {}
    weights: dict[int, int] = {}
    registers = drawn_on(connection, [plan.id])
    for end in ends:
        statement = judgement(end, known_at, plans=[plan.id], items=items, registers=registers)
        for row in connection.execute(statement):
            mark = Mark(LEVELS[row.level], row.expected, row.actual)
            marks.setdefault(row.item_id, []).append(mark)
            weights[row.item_id] = row.weight
    return Months(ends, marks, weights)
