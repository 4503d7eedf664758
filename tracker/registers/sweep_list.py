"""Sweeps as a list: which were held in time, made good, missed, or are still to come."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Subquery, and_, case, func, select

from plans.registers import SweepRhythm
from plans.safety_words import HELD
from tracker.loaded import PlanRef
from tracker.registers.events import find_case
from tracker.registers.filing import registers_of
from tracker.registers.hazard_list import HazardNames, load_hazard_names
from tracker.registers.look import Look
from tracker.registers.rate import Rate
from tracker.registers.scope import plan_ids, register_scope
from tracker.registers.standing import sweeps
from tracker.sight import number
from tracker.view import Scope, iso


@dataclass(frozen=True, slots=True)
class SweepRow:
    """Where a sweep stands.

    Attributes:
        rhythm: the code of the one that asks for it; None where none does.
        begins: the first day of its period.
        lapses_on: the last day on which it can be made good.
        state: one of ``plans.safety_words.HELD``.
        places: so many were checked; None as long as it is not held.
        people: so many were sent.
    """

    number: str
    rhythm: str | None
    kind: str
    community: str | None
    unit: str
    begins: date
    due: date
    lapses_on: date | None
    state: str
    held_on: date | None
    places: int | None
    people: int | None

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {
            "number": self.number,
            "rhythm": self.rhythm,
            "kind": self.kind,
            "community": self.community,
            "unit": self.unit,
            "begins": self.begins.isoformat(),
            "due": self.due.isoformat(),
            "lapses_on": iso(self.lapses_on),
            "state": self.state,
            "held_on": iso(self.held_on),
            "places": self.places,
            "people": self.people,
        }


@dataclass(frozen=True, slots=True)
class SweepFilters:
    """What a list is narrowed down to, by codes; None for all.

    Attributes:
        state: one of ``plans.safety_words.HELD``.
    """

    state: str | None = None
    kind: str | None = None
    community: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class SweepList:
    """Sweeps of a plan's year whose period has begun.

    Attributes:
        filters: what it is narrowed down to.
        rhythms: by code, those of the plan.
        rows: what is to be held by its day, then what was or was missed, the latest first.
        counts: how many there are in "all", of each state, and "due"; of every state, whichever
            the rows are of, for of those that were held all are.
        places, people: of all that were held.
    """

    scope: Scope
    filters: SweepFilters
    names: HazardNames
    rhythms: dict[str, SweepRhythm]
    rows: list[SweepRow]
    counts: dict[str, int]
    places: int
    people: int

    @property
    def listed(self) -> int:
        """How many rows there are, shown or not."""
        return self.counts[self.filters.state or "all"]

    @property
    def held(self) -> Rate:
        """How many of those that are due were held, in time or made good."""
        return Rate(self.counts["held"] + self.counts["late"], self.counts["due"])

    def to_json(self) -> dict[str, Any]:
        """What ``duban sweep list --json`` prints."""
        return {
            **self.scope.to_json(),
            "counts": self.counts,
            "held": self.held.to_json(),
            "places": self.places,
            "people": self.people,
            "sweeps": [row.to_json() for row in self.rows],
        }


def load_sweeps(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    filters: SweepFilters | None = None,
    limit: int | None = None,
) -> SweepList:
    """The sweeps of a plan.

    Args:
        limit: at most so many rows; None for all.
    """
    filters = filters or SweepFilters()
    rules = registers_of(connection, plan)
    look = Look(as_of, known_at, [plan.id])
    listed = _listed(look)
    c = listed.c
    wanted = _wanted(listed, filters)
    of_state = wanted if filters.state is None else and_(wanted, c.state == filters.state)
    to_come = c.state.in_(("behind", "open"))
    ordered = (
        select(listed)
        .where(of_state)
        .order_by(
            case((to_come, number(0)), else_=number(1)),
            case((to_come, c.settle_by), else_=-c.settle_by),
            c.number,
        )
    )
    counts, places, people = _counts(connection, listed, wanted)
    return SweepList(
        register_scope(connection, plan, look, "sweep", among=select(c.id).where(wanted)),
        filters,
        load_hazard_names(connection, plan, rules),
        {rhythm.code: rhythm for rhythm in rules.safety.rhythms},
        [_row(row) for row in connection.execute(ordered.limit(limit))],
        counts,
        places,
        people,
    )


def load_sweep(connection: Connection, plan: PlanRef, typed: str, as_of: date) -> SweepRow:
    """One sweep of an office.

    Args:
        plan: one of the office's.
        typed: its number.

    Raises:
        NotFoundError: there is no such sweep.
    """
    plans = plan_ids(connection, plan)
    found = find_case(connection, plans, "sweep", typed)
    listed = _listed(Look(max(as_of, found.opened_on), None, plans))
    return _row(connection.execute(select(listed).where(listed.c.id == found.id)).one())


def _listed(look: Look) -> Subquery:
    found = sweeps(look).subquery("found")
    c = found.c
    state = case(
        (c.in_time == 1, "held"),
        (c.late == 1, "late"),
        (c.missed == 1, "missed"),
        (c.due == 1, "behind"),
        else_="open",
    )
    return select(found, state.label("state")).subquery("listed")


def _wanted(listed: Subquery, filters: SweepFilters) -> ColumnElement[bool]:
    wanted = [
        listed.c[name] == value
        for name in ("kind", "community", "unit")
        if (value := getattr(filters, name)) is not None
    ]
    return and_(number(1) == 1, *wanted)


def _counts(
    connection: Connection, listed: Subquery, wanted: ColumnElement[bool]
) -> tuple[dict[str, int], int, int]:
    c = listed.c
    sums = [func.sum(case((c.state == state, 1), else_=0)) for state in HELD]
    row = connection.execute(
        select(func.count(), *sums, func.sum(c.due), func.sum(c.places), func.sum(c.people))
        .select_from(listed)
        .where(wanted)
    ).one()
    *counts, places, people = (int(value or 0) for value in row)
    return dict(zip(("all", *HELD, "due"), counts, strict=True)), places, people


def _row(row: Row[Any]) -> SweepRow:
    return SweepRow(
        number=row.number,
        rhythm=row.rhythm,
        kind=row.kind,
        community=row.community,
        unit=row.unit,
        begins=date.fromordinal(row.opened_on),
        due=date.fromordinal(row.settle_by),
        lapses_on=None if row.lapses_on is None else date.fromordinal(row.lapses_on),
        state=row.state,
        held_on=None if row.held_on is None else date.fromordinal(row.held_on),
        places=row.places,
        people=row.people,
    )
