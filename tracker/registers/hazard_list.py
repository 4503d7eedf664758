"""Hazards as a list: where each stands, by when it has to be put right, and whether it is the same
place again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
)

from plans.registers import Registers
from plans.workdays import Workdays
from tracker.loaded import PlanRef
from tracker.registers.again import with_earlier
from tracker.registers.filing import registers_of
from tracker.registers.look import Look
from tracker.registers.named import named, units_of
from tracker.registers.scope import plan_ids, register_scope
from tracker.registers.standing import STATES, hazards
from tracker.sight import number
from tracker.stored import register_case
from tracker.view import Scope, iso

CLOSED = STATES.index("closed")


@dataclass(frozen=True, slots=True)
class HazardRow:
    """Where a hazard stands.

    Attributes:
        due: the day in force: of the last order, else by which it had to be ordered or put right;
            of one that waits for its re-inspection the day for that.
        fixed_on: when it was put right last.
        passed_on: of the re-inspection that it passed.
        fails: how often it failed one.
        overdue_days, overdue_workdays: since ``due``, as long as it is not put right.
        sweep: number of the sweep on which it was found.
        again: number of the hazard found at the same place not long before, on ``again_on``.
    """

    number: str
    kind: str
    grade: str
    place: str
    community: str | None
    unit: str
    found: date
    due: date
    state: str
    ordered: bool
    fixed_on: date | None
    passed_on: date | None
    closed_on: date | None
    fails: int
    overdue_days: int
    overdue_workdays: int
    sweep: str | None
    again: str | None
    again_on: date | None

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "grade": self.grade,
            "place": self.place,
            "community": self.community,
            "unit": self.unit,
            "found": self.found.isoformat(),
            "due": self.due.isoformat(),
            "state": self.state,
            "ordered": self.ordered,
            "fixed_on": iso(self.fixed_on),
            "passed_on": iso(self.passed_on),
            "closed_on": iso(self.closed_on),
            "fails": self.fails,
            "overdue_days": self.overdue_days,
            "overdue_workdays": self.overdue_workdays,
            "sweep": self.sweep,
            "again": self.again,
            "again_on": iso(self.again_on),
        }


@dataclass(frozen=True, slots=True)
class HazardFilters:
    """What a list is narrowed down to, by codes; None or False for all.

    Attributes:
        state: one of ``plans.safety_words.LISTED``.
        overdue: only what is past its day.
        again: only where the same place is found again.
    """

    state: str | None = None
    kind: str | None = None
    grade: str | None = None
    community: str | None = None
    unit: str | None = None
    overdue: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class HazardNames:
    """What lists of the safety registers name: code → name, in plan order."""

    kinds: Mapping[str, str]
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HazardList:
    """Hazards of an office: those found in the plan's year, and what is open of years before.

    Attributes:
        rows: what is not closed by the day in force, then what is, the latest first.
        counts: how many the list has in "all", of each of ``plans.safety_words.LISTED``, "again"
            and "major".
        again_days: within how many days a place is the same again.
    """

    scope: Scope
    names: HazardNames
    rows: list[HazardRow]
    counts: dict[str, int]
    again_days: int

    def to_json(self) -> dict[str, Any]:
        """What ``duban hazard list --json`` prints."""
        return {
            **self.scope.to_json(),
            "counts": self.counts,
            "hazards": [row.to_json() for row in self.rows],
        }


def load_hazards(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
    filters: HazardFilters | None = None,
    limit: int | None = None,
) -> HazardList:
    """The hazards of an office.

    Args:
        plan: its year's hazards are listed, and its words, names and rules are used.
        limit: at most so many rows; None for all.
    """
    filters = filters or HazardFilters()
    rules = registers_of(connection, plan)
    plans = plan_ids(connection, plan, known_at)
    look = Look(as_of, known_at, plans)
    listed = hazard_rows(look, rules)
    c = listed.c
    wanted = and_(or_(c.plan_id == plan.id, c.state < CLOSED), _wanted(listed, filters))
    ordered = (
        select(listed)
        .where(wanted)
        .order_by(
            case((c.state == CLOSED, number(1)), else_=number(0)),
            case((c.state == CLOSED, -c.closed_on), else_=c.settle_by),
            c.id,
        )
    )
    return HazardList(
        register_scope(connection, plan, look, "hazard", among=select(c.id).where(wanted)),
        load_hazard_names(connection, plan, rules),
        read_hazards(connection, ordered.limit(limit), as_of, workdays),
        _counts(connection, listed, wanted),
        rules.safety.again_days,
    )


def load_hazard_names(
    connection: Connection, plan: PlanRef, rules: Registers | None = None
) -> HazardNames:
    """The names of a plan version."""
    rules = rules or registers_of(connection, plan)
    return HazardNames(named(rules.safety.kinds), units_of(connection, plan))


def hazard_rows(look: Look, rules: Registers) -> Subquery:
    """``standing.hazards`` with the sweep of each, and the one found at its place before."""
    h = with_earlier(hazards(look).subquery("found"), rules.safety.again_days).subquery("hazards")
    sweep, earlier = register_case.alias("sweep"), register_case.alias("earlier")
    joined = h.outerjoin(sweep, sweep.c.id == h.c.sweep_id).outerjoin(
        earlier, earlier.c.id == h.c.earlier_id
    )
    return (
        select(
            h,
            sweep.c.number.label("sweep"),
            earlier.c.number.label("again"),
            h.c.earlier_on.label("again_on"),
        )
        .select_from(joined)
        .subquery("listed")
    )


def read_hazards(
    connection: Connection, statement: Select[Any], as_of: date, workdays: Workdays
) -> list[HazardRow]:
    """The rows of a statement on ``hazard_rows``."""
    return [_row(row, as_of, workdays) for row in connection.execute(statement)]


def _row(row: Row[Any], as_of: date, workdays: Workdays) -> HazardRow:
    due = date.fromordinal(row.settle_by)
    return HazardRow(
        number=row.number,
        kind=row.kind,
        grade=row.grade,
        place=row.place,
        community=row.community,
        unit=row.unit,
        found=date.fromordinal(row.opened_on),
        due=due,
        state=STATES[row.state],
        ordered=bool(row.ordered),
        fixed_on=_day(row.fixed_on),
        passed_on=_day(row.ended_on),
        closed_on=_day(row.closed_on),
        fails=row.fails,
        overdue_days=(as_of - due).days if row.overdue else 0,
        overdue_workdays=workdays.count(due, as_of) if row.overdue else 0,
        sweep=row.sweep,
        again=row.again,
        again_on=_day(row.again_on),
    )


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)


def _wanted(listed: Subquery, filters: HazardFilters) -> ColumnElement[bool]:
    c = listed.c
    wanted = [
        c[name] == value
        for name in ("kind", "grade", "community", "unit")
        if (value := getattr(filters, name)) is not None
    ]
    if filters.state in STATES:
        wanted.append(c.state == STATES.index(filters.state))
    elif filters.state is not None:
        wanted.append(_overdue(listed)[filters.state])
    if filters.overdue:
        wanted.append(c.overdue == 1)
    if filters.again:
        wanted.append(c.again.isnot(None))
    return and_(number(1) == 1, *wanted)


def _overdue(listed: Subquery) -> dict[str, ColumnElement[bool]]:
    """What is past its day, and what of it waits for re-inspection."""
    late = listed.c.overdue == 1
    fixed = listed.c.state == STATES.index("fixed")
    return {"overdue": late, "inspection_overdue": and_(late, fixed)}


def _counts(
    connection: Connection, listed: Subquery, wanted: ColumnElement[bool]
) -> dict[str, int]:
    c = listed.c
    conditions = {
        **{state: c.state == n for n, state in enumerate(STATES)},
        **_overdue(listed),
        "again": c.again.isnot(None),
        "major": c.major == 1,
    }
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in conditions.values()]
    row = connection.execute(select(func.count(), *sums).select_from(listed).where(wanted)).one()
    return dict(zip(("all", *conditions), map(int, row), strict=True))
