"""Figures: numbers that carry what they are made of, so each can be traced to its rows.

A figure that says what happened has the ids of its ledger rows, or what was counted in a register;
one that says what was promised has the place in the plan; a percentage or a comparison has both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from plans.approximate import ABOUT, of_sum, roughly
from plans.numerals import percentage, plain_number
from tracker.columns import int_to_amount
from tracker.measured import completion_of, hold
from tracker.versions import PlanRef

if TYPE_CHECKING:
    from tracker.registers.measures import Fed

Kind = Literal["total", "target", "percent", "comparison", "count"]

UNKNOWN = {"zh": "暂无数据", "en": "not known yet"}
"""What is written instead of a rate of which nothing is due yet."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a document.

    Attributes:
        value: in ``unit``.
        label: what it is of, such as "2.2 整修巷道".
        rows: ids of the ledger rows that it is made of, ascending.
        plan: the places in plans that it is made of, such as "2024 v1 2.2/整修巷道".
        approx: the mark by which the source says that it is rough, such as 余; empty for exact.
        registers: what was counted in registers.
        unknown: there is nothing yet to work it out from; ``value`` is 0 then.
    """

    value: Decimal
    unit: str
    label: str
    kind: Kind
    rows: tuple[int, ...] = ()
    plan: tuple[str, ...] = ()
    approx: str = ""
    registers: tuple["Fed", ...] = ()
    unknown: bool = False

    def text(self, language: str = "zh") -> str:
        """The number with its unit as it is written: 104万元, 93.8%, 1200余人, 16 alleys."""
        if self.unknown:
            return UNKNOWN[language]
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
    """An indicator of an item and the rows, or the register, that make up what it stands at.

    Attributes:
        place: in the plan, such as "2024 v1 2.2/整修巷道".
        rows: all amounts added, in order; or only the value set last, for reading "latest".
        register: what of a register it is computed from.
        fed: what that says.
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
    register: str | None = None
    fed: "Fed | None" = None

    @property
    def told(self) -> bool:
        """Whether there is anything to tell: filed, or said by its register."""
        if self.fed is not None:
            return self.fed.value is not None and self.fed.last_on is not None
        return bool(self.rows)

    @property
    def through(self) -> date | None:
        """The day up to which it is known: of the newest row, or of the last total where there is
        nothing else in its register; None where cases are counted, up to the day that is told."""
        if self.fed is not None:
            return None if self.fed.cases else self.fed.last_on
        return max((row.on for row in self.rows), default=None)

    @property
    def simulated(self) -> bool:
        """Whether anything that it is made of is simulated."""
        if self.fed is not None:
            return self.fed.simulated
        return any(row.simulated for row in self.rows)

    @property
    def value(self) -> Decimal:
        """What it stands at; 0 when nothing was filed, or its register has no value."""
        if self.fed is not None:
            return int_to_amount(self.fed.value or 0)
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
        """How complete it is, of FULL; None for a ceiling or a rate of a register that is kept, and
        without a target."""
        if self.target is None or self._unknown:
            return None
        completion = completion_of(self.sense, self.value, self.target)
        return hold(completion) if self.fed is not None and self.fed.is_rate else completion

    def figure(self) -> Figure:
        """What it stands at, with its rows; with its place where nothing was filed."""
        ids = row_ids(self.rows)
        place = () if ids or self.told else (self.place,)
        return self._made(self.value, self.unit, "total", place, self.approx)

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
        return self._made(share, "%", "percent", (self.place,), rough)

    def difference(self, points: str) -> Figure | None:
        """How far it is from the target; rates differ in ``points`` (the unit's name)."""
        if self.target is None:
            return None
        unit = points if self.is_rate else self.unit
        away, rough = abs(self.value - self.target), ABOUT if self.approx else ""
        return self._made(away, unit, "comparison", (self.place,), rough)

    def change(self, before: "Measured", points: str) -> Figure:
        """How far it is from the same indicator of another year."""
        unit = points if self.is_rate else self.unit
        rows, rough = (
            row_ids((*before.rows, *self.rows)),
            ABOUT if self.approx or before.approx else "",
        )
        away = abs(self.value - before.value)
        registers = (*before._registers, *self._registers)
        return Figure(away, unit, self.label, "comparison", rows, approx=rough, registers=registers)

    def _made(
        self, value: Decimal, unit: str, kind: Kind, place: tuple[str, ...], rough: str
    ) -> Figure:
        return Figure(
            value,
            unit,
            self.label,
            kind,
            row_ids(self.rows),
            place,
            rough,
            self._registers,
            self._unknown,
        )

    @property
    def _registers(self) -> tuple["Fed", ...]:
        return (self.fed,) if self.fed is not None and self.told else ()

    @property
    def _unknown(self) -> bool:
        return self.fed is not None and self.fed.value is None


def row_ids(rows: Iterable[Filed]) -> tuple[int, ...]:
    """The ids, each once, ascending."""
    return tuple(sorted({row.id for row in rows}))


def place(plan: PlanRef, code: str, part: str | None = None) -> str:
    """Where in which version of which plan something stands."""
    where = f"{plan.year} v{plan.number} {code}"
    return where if part is None else f"{where}/{part}"
