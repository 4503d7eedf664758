"""Safety sweeps at a glance: held n of m, hazards by age and grade, what is overdue, the months."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from plans.workdays import Workdays
from tracker.alerts import Stage, escalation_of, stage_after
from tracker.loaded import PlanRef, list_plans
from tracker.registers.hazard_list import HazardNames, HazardRow, load_hazards
from tracker.registers.safety_rates import (
    HazardCounts,
    SafetyRates,
    SweepCounts,
    load_hazard_rates,
    load_sweep_rates,
)
from tracker.registers.sweep_list import SweepRow, load_sweeps
from tracker.view import Scope

AGES = (7, 30, 90)
"""Open hazards are counted by how many days ago they were found: up to these, and beyond."""

RIGHT = ("passed", "closed")
TO_HOLD = ("behind", "open")

Months = Sequence[int]


@dataclass(frozen=True, slots=True)
class SafetyBoard:
    """What ``duban sweep board`` shows.

    Attributes:
        sweeps, hazards: rates of the plan's year.
        to_hold: the sweeps that are still to be held or can be made good, the earliest due first.
        open: the hazards that are not put right, of all years, the earliest due first.
        stages: number of an overdue hazard → before whom it is by the plan's escalation.
        again: found at a place that had one not long before, this year's or still open.
        again_days: within how many days.
        months: ``sweeps`` (held), ``places`` (checked) and ``hazards`` (found) → this year's
            months, and last year's; only what has any.
    """

    scope: Scope
    names: HazardNames
    sweeps: SafetyRates[SweepCounts]
    hazards: SafetyRates[HazardCounts]
    to_hold: Sequence[SweepRow]
    open: Sequence[HazardRow]
    stages: Mapping[str, Stage]
    again: Sequence[HazardRow]
    again_days: int
    months: Mapping[str, tuple[Months, Months]]

    @property
    def ages(self) -> dict[str, list[int]]:
        """Grade → how many open hazards are up to 7, 30 and 90 days old, and older."""
        counts = Counter(
            (row.grade, age_of((self.scope.as_of - row.found).days)) for row in self.open
        )
        return {
            grade: [counts[grade, place] for place in range(len(AGES) + 1)]
            for grade in ("ordinary", "major")
        }

    @property
    def overdue(self) -> list[HazardRow]:
        """The open hazards that are past the day in force."""
        return [row for row in self.open if row.overdue_days]

    def to_json(self) -> dict[str, Any]:
        """What ``duban sweep board --json`` prints."""
        year = self.scope.plan.year
        sweeps, hazards = self.sweeps.to_json(), self.hazards.to_json()
        return {
            **self.scope.to_json(),
            "sweeps": {"total": sweeps["total"], "by_kind": sweeps["by"]["kind"]},
            "hazards": {"total": hazards["total"], "by_kind": hazards["by"]["kind"]},
            "to_hold": [row.to_json() for row in self.to_hold],
            "open": len(self.open),
            "ages": {"up_to_days": [*AGES, None], **self.ages},
            "overdue": [
                {**row.to_json(), "stage": self.stages[row.number].code} for row in self.overdue
            ],
            "again": [row.to_json() for row in self.again],
            "months": {
                name: {str(year): list(now), str(year - 1): list(before)}
                for name, (now, before) in self.months.items()
            },
        }


def age_of(days: int) -> int:
    """The place of an age among ``AGES``; the last one for what is older."""
    return sum(days > most for most in AGES)


def load_safety_board(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    workdays: Workdays,
) -> SafetyBoard:
    """The board of a plan's year, with the hazards of all years of the office that are open."""
    found = load_hazards(connection, plan, as_of, known_at, workdays=workdays)
    opened = [row for row in found.rows if row.state not in RIGHT]
    rule = escalation_of(connection, plan)
    sweeps = load_sweep_rates(connection, plan, as_of, known_at)
    hazards = load_hazard_rates(connection, plan, as_of, known_at)
    months = {"sweeps": _sweeps(sweeps), "places": _places(sweeps), "hazards": _found(hazards)}
    listed = load_sweeps(connection, plan, as_of, known_at)
    to_hold = [row for row in listed.rows if row.state in TO_HOLD]
    shown = [found.scope, listed.scope, sweeps.scope, hazards.scope]
    before: dict[str, Mapping[int, int]] = {}
    for earlier in list_plans(connection, known_at, office=plan.office, year=plan.year - 1):
        held = load_sweep_rates(connection, earlier, as_of, known_at)
        past = load_hazard_rates(connection, earlier, as_of, known_at)
        before = {"sweeps": _sweeps(held), "places": _places(held), "hazards": _found(past)}
        shown += [held.scope, past.scope]
        # The last ones of a year can be made good in January.
        rows = load_sweeps(connection, earlier, as_of, known_at).rows
        to_hold = [*(row for row in rows if row.state in TO_HOLD), *to_hold]
    curves = {
        name: (
            _curve(counts, plan.year, as_of),
            _curve(before.get(name, {}), plan.year - 1, as_of),
        )
        for name, counts in months.items()
    }
    return SafetyBoard(
        replace(found.scope, simulated=any(scope.simulated for scope in shown)),
        found.names,
        sweeps,
        hazards,
        to_hold,
        opened,
        {row.number: stage_after(row.overdue_workdays, rule) for row in opened if row.overdue_days},
        [row for row in found.rows if row.again is not None],
        found.again_days,
        {name: both for name, both in curves.items() if any(map(any, both))},
    )


def _sweeps(rates: SafetyRates[SweepCounts]) -> dict[int, int]:
    return {_month(key): c.in_time + c.late for key, c in rates.parts["month"].items()}


def _places(rates: SafetyRates[SweepCounts]) -> dict[int, int]:
    return {_month(key): counts.places for key, counts in rates.parts["month"].items()}


def _found(rates: SafetyRates[HazardCounts]) -> dict[int, int]:
    return {_month(key): counts.found for key, counts in rates.parts["month"].items()}


def _month(key: str | None) -> int:
    """The month of a key such as 2024-03, counted through the years."""
    year, month = map(int, (key or "").split("-"))
    return year * 12 + month


def _curve(counts: Mapping[int, int], year: int, as_of: date) -> Months:
    """The months of a year that have begun."""
    last = min(12, (as_of.year - year) * 12 + as_of.month)
    return [counts.get(year * 12 + month, 0) for month in range(1, last + 1)]
