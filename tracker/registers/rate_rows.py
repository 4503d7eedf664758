"""What the rates of petitions and orders consist of: counts, years, rows.

What a rate counts is decided by the columns of ``standing.petitions``. Petitions (the channels of
the regulation) and orders stand apart: their time limits have nothing in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from operator import add
from typing import Any

from plans.numerals import percentage
from tracker.registers.made_of import RATES
from tracker.registers.named import Named
from tracker.registers.rate import Rate
from tracker.view import Scope

GROUPS = ("petitions", "orders")

DIMENSIONS = ("topic", "community", "unit", "channel", "month")


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases, counted; see ``tracker/registers/standing.py``.

    Attributes:
        cases: how many came in.
        settled: how many were settled, in time or not.
    """

    cases: int = 0
    settled: int = 0
    accept_due: int = 0
    accepted_in_time: int = 0
    settle_due: int = 0
    settled_on_time: int = 0
    asked: int = 0
    satisfied: int = 0
    repeated: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*map(add, self.numbers, other.numbers))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The counts in their order."""
        return tuple(getattr(self, name) for name in NAMES)

    def rate(self, name: str) -> Decimal | None:
        """One of ``RATES`` in percent; None where there is nothing to divide by."""
        part, of = (getattr(self, one) for one in RATES[name])
        return percentage(part, of) if of else None


NAMES = tuple(one.name for one in fields(Counts))


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a year of which totals stand for some part; see ``measures.figures``.

    Attributes:
        value: a number, or a rate in percent; None for a rate that is not known.
        counts: numerator and denominator of a rate that is worked out.
        cases: how many cases it was counted from.
        totals: how many totals of the figure itself there are.
        unknown: of a rate without a value the days from which to which totals stand for a part of
            it without saying what it is made of.
        last_on: the latest day that is known of it.
    """

    value: Decimal | None
    counts: Rate
    cases: int
    totals: int
    unknown: tuple[date, date] | None
    last_on: date | None

    def to_json(self) -> dict[str, Any]:
        """As programs read it; numerator and denominator are 0 where they are not known."""
        parts = {"numerator": self.counts.numerator, "denominator": self.counts.denominator}
        return {"value": self.value, **parts}


@dataclass(frozen=True, slots=True)
class Year:
    """What a year has of a group, or of a part of it.

    Attributes:
        counts: of all its cases.
        figures: of a year with totals, by the last part of the measure's name; of a part, and of a
            year without, there are only cases.
    """

    counts: Counts = Counts()
    figures: Mapping[str, Figure] = field(default_factory=dict)

    @property
    def has_totals(self) -> bool:
        """Whether anything of the group is known as a total."""
        return any(figure.totals for figure in self.figures.values())

    @property
    def through(self) -> date | None:
        """The day up to which a group is known that is known as totals only; else None."""
        if not self.has_totals or any(figure.cases for figure in self.figures.values()):
            return None
        days = (figure.last_on for figure in self.figures.values() if figure.totals)
        return max((day for day in days if day is not None), default=None)

    @property
    def received(self) -> Decimal:
        """How many came in."""
        received = self.figures.get("received")
        return Decimal(self.counts.cases) if received is None else received.value or Decimal(0)

    @property
    def settled(self) -> Decimal | None:
        """How many were settled; None where that is not known."""
        settled = self.figures.get("settled")
        if settled is None:
            return Decimal(self.counts.settled)
        return settled.value if settled.totals or settled.cases else None

    def rate(self, name: str) -> Decimal | None:
        """In percent; None where it is not known, or there is nothing to divide by."""
        figure = self.figures.get(name)
        return self.counts.rate(name) if figure is None else figure.value

    def made_of(self, name: str) -> Rate:
        """The counts of a rate; of 0 where only the rate is known, or not even that."""
        part, of = (getattr(self.counts, one) for one in RATES[name])
        return self.figures[name].counts if name in self.figures else Rate(part, of)

    def unknown(self, name: str) -> tuple[date, date] | None:
        """The days of which it is not known what a rate is made of, where it has no value."""
        return self.figures[name].unknown if name in self.figures else None

    def to_json(self) -> dict[str, Any]:
        """As programs read it: each rate with its numerator and denominator, which are 0 where only
        the rate is known."""
        rates = {}
        for name in RATES:
            days = self.unknown(name)
            rates[name] = {
                **self.made_of(name).to_json(),
                "percent": self.rate(name),
                "unknown": None if days is None else [day.isoformat() for day in days],
            }
        through = None if self.through is None else self.through.isoformat()
        return {"received": self.received, "settled": self.settled, "through": through, **rates}


@dataclass(frozen=True, slots=True)
class RateRow:
    """A group as a whole or a part of it, this year and up to the same day of the year before.

    Of a year before that is known as totals only, and up to that day not at all, what there is of
    all of it stands there; ``through`` says up to when.

    Attributes:
        group: one of ``GROUPS``.
        key: of the part: the code of a topic, community, unit or channel, or the month as
            2024-03; None for the whole office.
        before: None where the office has no plan of the year before.
    """

    group: str
    key: str | None
    now: Year
    before: Year | None

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        before = None if self.before is None else self.before.to_json()
        return {"key": self.key, **self.now.to_json(), "last_year": before}


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of a plan's year.

    Attributes:
        wholes: of each group that has anything.
        parts: dimension → its rows, group by group, in the order of the plan.
        last_year: the year compared with and the day up to which; None where there is none.
        others: how many cases are recorded under the plan, but of another year: none is counted.
    """

    scope: Scope
    named: Named
    wholes: list[RateRow]
    parts: dict[str, list[RateRow]]
    last_year: date | None
    others: int

    def to_json(self) -> dict[str, Any]:
        """What ``duban petition rates --json`` prints."""
        return {
            **self.scope.to_json(),
            "last_year_as_of": None if self.last_year is None else self.last_year.isoformat(),
            "other_years": self.others,
            "groups": {
                whole.group: {
                    **whole.to_json(),
                    "by": {
                        by: [row.to_json() for row in rows if row.group == whole.group]
                        for by, rows in self.parts.items()
                    },
                }
                for whole in self.wholes
            },
        }
