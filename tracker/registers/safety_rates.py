"""Rates of sweeps and hazards, each with its numerator and denominator.

What a rate counts is decided by the columns of ``standing.sweeps`` and ``standing.hazards``; here
they are added up by kind, community and month.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import add
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Select, func, select

from tracker.loaded import PlanRef
from tracker.registers.hazard_list import HazardNames, load_hazard_names
from tracker.registers.look import Look, count_others
from tracker.registers.made_of import HAZARD_RATES, SWEEP_RATES
from tracker.registers.rate import Rate
from tracker.registers.rate_rows import Figure
from tracker.registers.scope import register_scope
from tracker.registers.standing import hazards, sweeps
from tracker.registers.year_figures import load_figures
from tracker.sight import whole
from tracker.view import Scope

DIMENSIONS = ("kind", "community", "month")


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """Sweeps, counted.

    Attributes:
        due: their day is over, or they were held.
        in_time, late, missed: held by the day, made good, neither.
        places, people: checked and sent on those that were held.
    """

    due: int = 0
    in_time: int = 0
    late: int = 0
    missed: int = 0
    places: int = 0
    people: int = 0

    @property
    def rates(self) -> dict[str, Rate]:
        """Held, in time or made good, of those that are due."""
        return _rates(self, SWEEP_RATES)

    @property
    def held(self) -> int:
        """In time or made good."""
        return self.in_time + self.late


@dataclass(frozen=True, slots=True)
class HazardCounts:
    """Hazards, counted.

    Attributes:
        found: how many, major ones among them.
        put_right: passed the last re-inspection; ``put_right_in_time`` by the first day set.
        reopened: failed a re-inspection at least once.
        overdue: past the day in force, and not put right; what was not re-inspected is not yet.
    """

    found: int = 0
    major: int = 0
    put_right: int = 0
    put_right_in_time: int = 0
    reopened: int = 0
    overdue: int = 0

    @property
    def rates(self) -> dict[str, Rate]:
        """Put right, put right in time, and re-opened, of those that were found."""
        return _rates(self, HAZARD_RATES)

    @property
    def cases(self) -> int:
        """All that were found."""
        return self.found


def _rates(counts: object, made_of: Mapping[str, tuple[str, str]]) -> dict[str, Rate]:
    parts = {name: map(counts.__getattribute__, made) for name, made in made_of.items()}
    return {name: Rate(*both) for name, both in parts.items()}


C = TypeVar("C", SweepCounts, HazardCounts)


@dataclass(frozen=True, slots=True)
class SafetyRates(Generic[C]):
    """The rates of a plan's sweeps, or of its hazards.

    Attributes:
        total: of all.
        parts: dimension → key → counts, in the order of the plan and of the year; the key is the
            code of a kind or community (None for the whole office), or a month as 2024-03.
        figures: of a year with totals what these and the cases come to, by measure and kind ('' for
            all of them).
        others: how many cases are recorded under the plan, but of another year: none is counted.
    """

    scope: Scope
    names: HazardNames
    total: C
    parts: Mapping[str, Mapping[str | None, C]]
    figures: Mapping[tuple[str, str], Figure]
    others: int

    @property
    def stated(self) -> dict[str, dict[str, Figure]]:
        """Kind ('' for all) → measure → what is known from totals, alone or among cases."""
        found: dict[str, dict[str, Figure]] = {}
        for (measure, kind), figure in self.figures.items():
            worked_out = figure.counts.denominator and not figure.cases
            if figure.value is not None and (figure.totals or worked_out):
                found.setdefault(kind, {})[measure] = figure
        return found

    def to_json(self) -> dict[str, Any]:
        """What ``duban sweep rates --json`` and ``duban hazard rates --json`` print."""
        return {
            **self.scope.to_json(),
            "other_years": self.others,
            "total": _json(self.total),
            "by": {
                dimension: [{"key": key, **_json(counts)} for key, counts in there.items()]
                for dimension, there in self.parts.items()
            },
            "with_totals": [
                {"kind": kind or None, "measure": measure, **figure.to_json()}
                for kind, measures in self.stated.items()
                for measure, figure in measures.items()
            ],
        }


def load_sweep_rates(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None = None
) -> SafetyRates[SweepCounts]:
    """The rates of a plan's sweeps, by the month in which they are due."""
    found = sweeps(Look(as_of, known_at, [plan.id], counted=True)).subquery("found")
    statement = _summed(found.c, found.c.settle_by, SweepCounts).where(found.c.due == 1)
    return _load(connection, plan, as_of, known_at, "sweep", statement, SweepCounts)


def load_hazard_rates(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None = None
) -> SafetyRates[HazardCounts]:
    """The rates of a plan's hazards, by the month in which they were found."""
    found = hazards(Look(as_of, known_at, [plan.id], counted=True)).subquery("found")
    statement = _summed(found.c, found.c.opened_on, HazardCounts)
    return _load(connection, plan, as_of, known_at, "hazard", statement, HazardCounts)


def _summed(c: Any, day: Any, counts: type[C]) -> Select[Any]:
    keys = [c.kind, c.community, day.label("day")]
    sums = [
        func.count() if one.name == "found" else whole(func.coalesce(func.sum(c[one.name]), 0))
        for one in fields(counts)
    ]
    return select(*keys, *sums).group_by(*keys)


def _load(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    register: str,
    statement: Select[Any],
    counts: type[C],
) -> SafetyRates[C]:
    names = load_hazard_names(connection, plan)
    total, parts = counts(), {dimension: dict[str | None, C]() for dimension in DIMENSIONS}
    for kind, community, day, *numbers in connection.execute(statement):
        cell = counts(*numbers)
        total = _plus(total, cell)
        keys = (kind, community, f"{date.fromordinal(day):%Y-%m}")
        for dimension, key in zip(DIMENSIONS, keys, strict=True):
            there = parts[dimension]
            there[key] = _plus(there.get(key, counts()), cell)
    orders = {
        "kind": names.kinds,
        "community": names.units,
        "month": sorted(map(str, parts["month"])),
    }
    look = Look(as_of, known_at, [plan.id], counted=True)
    return SafetyRates(
        register_scope(connection, plan, look, register, totals=True),
        names,
        total,
        {dimension: _in_order(there, orders[dimension]) for dimension, there in parts.items()},
        load_figures(connection, plan, look, register, names.kinds),
        count_others(connection, Look(as_of, known_at, [plan.id]), register),
    )


def _plus(one: C, other: C) -> C:
    names = [field.name for field in fields(one)]
    return type(one)(*(add(getattr(one, name), getattr(other, name)) for name in names))


def _in_order(there: Mapping[str | None, C], order: Iterable[str]) -> dict[str | None, C]:
    """As the plan has it; what it has dropped comes after that, the whole office last."""
    place = {key: n for n, key in enumerate(order)}
    keys = sorted(there, key=lambda key: (key is None, place.get(key or "", len(place)), key or ""))
    return {key: there[key] for key in keys}


def _json(counts: C) -> dict[str, Any]:
    named = {field.name: getattr(counts, field.name) for field in fields(counts)}
    return {**named, "rates": {name: rate.to_json() for name, rate in counts.rates.items()}}
