"""Figures: numbers that carry what they are made of, so each can be traced to its rows.

A figure that says what happened has the ids of its ledger rows; one that says what was promised
has the place in the plan; a percentage or a comparison has both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, and_, case, select

from plans.approximate import ABOUT, approximation, of_sum, roughly
from plans.numerals import percentage, plain_number
from tracker.arithmetic import completion_of
from tracker.schema import entry, indicator, item
from tracker.sight import Sight
from tracker.versions import PlanRef

Kind = Literal["total", "target", "percent", "comparison", "count"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a document.

    Attributes:
        value: in ``unit``.
        label: what it is of, such as "2.2 整修巷道".
        rows: ids of the ledger rows that it is made of, ascending.
        plan: the places in plans that it is made of, such as "2024 v1 2.2/整修巷道".
        approx: the mark by which the source says that it is rough, such as 余; empty for exact.
    """

    value: Decimal
    unit: str
    label: str
    kind: Kind
    rows: tuple[int, ...] = ()
    plan: tuple[str, ...] = ()
    approx: str = ""

    def text(self, language: str = "zh") -> str:
        """The number with its unit as it is written: 104万元, 93.8%, 1200余人, 16 alleys."""
        number = plain_number(self.value, language)
        return roughly(number, self.unit, self.approx, language)


class Filed(NamedTuple):
    """A ledger row as far as a figure is made of it.

    Attributes:
        approx: the mark by which its source passage says that the amount is rough; or empty.
    """

    id: int
    on: date
    amount: Decimal
    simulated: bool
    approx: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator of an item and the rows that make up what it stands at.

    Attributes:
        place: in the plan, such as "2024 v1 2.2/整修巷道".
        rows: all amounts added, in order; or only the value set last, for reading "latest".
    """

    item_id: int
    code: str
    name: str
    unit: str
    target: Decimal | None
    sense: str
    reading: str
    assumed: bool
    last_year: str | None
    place: str
    rows: tuple[Filed, ...]

    @property
    def value(self) -> Decimal:
        """What it stands at; 0 when nothing was filed."""
        return sum((row.amount for row in self.rows), Decimal(0))

    @property
    def approx(self) -> str:
        """The mark of what it stands at, if any row is only rough."""
        return of_sum(row.approx for row in self.rows)

    @property
    def label(self) -> str:
        """The item's code and the indicator's name."""
        return f"{self.code} {self.name}"

    @property
    def is_rate(self) -> bool:
        """Whether it is a percentage, which differs from another in points."""
        return self.unit == "%"

    @property
    def completion(self) -> int | None:
        """How complete it is, of FULL; None for a ceiling that is kept, and without a target."""
        if self.target is None:
            return None
        return completion_of(self.sense, self.value, self.target)

    def figure(self) -> Figure:
        """What it stands at, with its rows; with its place where nothing was filed."""
        ids = row_ids(self.rows)
        place = () if ids else (self.place,)
        return Figure(self.value, self.unit, self.label, "total", ids, place, self.approx)

    def target_figure(self) -> Figure | None:
        """What was promised."""
        if self.target is None:
            return None
        return Figure(self.target, self.unit, self.label, "target", plan=(self.place,))

    def percent_figure(self) -> Figure | None:
        """How much of the target is reached, in percent."""
        if not self.target:
            return None
        share, rough = percentage(self.value, self.target), ABOUT if self.approx else ""
        return Figure(share, "%", self.label, "percent", row_ids(self.rows), (self.place,), rough)

    def difference(self, points: str) -> Figure | None:
        """How far it is from the target; rates differ in ``points`` (the unit's name)."""
        if self.target is None:
            return None
        unit = points if self.is_rate else self.unit
        away, rough = abs(self.value - self.target), ABOUT if self.approx else ""
        rows = row_ids(self.rows)
        return Figure(away, unit, self.label, "comparison", rows, (self.place,), rough)

    def change(self, before: "Measured", points: str) -> Figure:
        """How far it is from the same indicator of another year."""
        unit = points if self.is_rate else self.unit
        rows, rough = (
            row_ids((*before.rows, *self.rows)),
            ABOUT if self.approx or before.approx else "",
        )
        away = abs(self.value - before.value)
        return Figure(away, unit, self.label, "comparison", rows, approx=rough)


def row_ids(rows: Iterable[Filed]) -> tuple[int, ...]:
    """The ids, each once, ascending."""
    return tuple(sorted({row.id for row in rows}))


def place(plan: PlanRef, code: str, part: str | None = None) -> str:
    """Where in which version of which plan something stands."""
    where = f"{plan.year} v{plan.number} {code}"
    return where if part is None else f"{where}/{part}"


def indicator_figures(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None = None
) -> list[Measured]:
    """All indicators of a plan with what they stand at and the rows it is made of: one statement.

    Args:
        connection: from ``Store.read()``.
        plan: from ``find_plan(..., known_at=known_at)``.
        as_of: rows that took effect later do not count.
        known_at: rows recorded later do not count; None for all there is.

    Returns:
        By item and in the order of the plan's indicators.
    """
    i = indicator
    e = entry.alias("e")
    wanted = and_(
        e.c.kind == case((i.c.reading == "sum", "add"), else_="set"),
        e.c.item_id == i.c.item_id,
        e.c.part == i.c.name,
        Sight(as_of, known_at, [plan.id], None).holds(e),
    )
    rows = connection.execute(
        select(
            *[i.c[n].label(f"i_{n}") for n in ("item_id", "position", "name", "unit", "target")],
            *[i.c[n].label(f"i_{n}") for n in ("sense", "reading", "assumed", "last_year")],
            item.c.code,
            *[e.c[n] for n in ("id", "effective_on", "amount", "simulated", "source")],
        )
        .join(item, item.c.id == i.c.item_id)
        .outerjoin(e, wanted)
        .where(i.c.version_id == plan.version_id)
        .order_by(i.c.item_id, i.c.position, e.c.effective_on, e.c.id)
    )
    grouped = groupby(rows, lambda row: (row.i_item_id, row.i_position))
    return [_measured(plan, list(group)) for _key, group in grouped]


def _measured(plan: PlanRef, found: list[Row[Any]]) -> Measured:
    first = found[0]
    rows = tuple(
        Filed(
            row.id,
            row.effective_on,
            row.amount,
            row.simulated,
            approximation(row.source, row.amount, first.i_unit) if row.source else "",
        )
        for row in found
        if row.id is not None
    )
    return Measured(
        first.i_item_id,
        first.code,
        first.i_name,
        first.i_unit,
        first.i_target,
        first.i_sense,
        first.i_reading,
        first.i_assumed,
        first.i_last_year,
        place(plan, first.code, first.i_name),
        rows if first.i_reading == "sum" else rows[-1:],
    )
