"""What a plan looks like as of a date: loaded once per command, then shown in whatever form."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, exists, func, or_, select, true

from plans.errors import NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.levels import LEVELS
from plans.workdays import Workdays
from tracker.judge import Judged, judge, ratio
from tracker.schema import area, entry, filing, indicator, unit
from tracker.versions import PlanRef


@dataclass(frozen=True, slots=True)
class Scope:
    """Which plan is looked at, as of when, and with the knowledge of when.

    Attributes:
        known_at: None for all there is.
        simulated: the plan or a row of its ledger or registers is simulated; whatever is shown says
            so.
    """

    plan: PlanRef
    as_of: date
    known_at: datetime | None
    simulated: bool

    def to_json(self) -> dict[str, Any]:
        """The keys with which every answer for programs begins."""
        return {
            "plan": self.plan.office,
            "title": self.plan.title,
            "year": self.plan.year,
            "version": self.plan.number,
            "as_of": self.as_of.isoformat(),
            "known_at": None if self.known_at is None else self.known_at.isoformat(),
            "simulated": self.simulated,
        }


class UnitName(NamedTuple):
    """A unit as reports name it: the posts are those to whom a late item is escalated."""

    name: str
    head: str | None
    leader: str | None


@dataclass(frozen=True, slots=True)
class View:
    """The judged items of a plan, or of one unit of it.

    Attributes:
        areas: code → title, in plan order.
        units: code → names, in plan order.
        items: in plan order, parents before their children.
        unit: code of the unit whose items these are; None for all.
        assumed: how many items, and how many indicators of them, rest on an assumption.
        provisional: the years in which working days overdue were counted by a provisional calendar.
    """

    scope: Scope
    areas: dict[str, str]
    units: dict[str, UnitName]
    items: list[Judged]
    unit: str | None
    assumed: tuple[int, int]
    provisional: tuple[int, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Number of items by level, all levels, in their order."""
        counts = dict.fromkeys((level.code for level in LEVELS), 0)
        for item in self.items:
            counts[item.level.code] += 1
        return counts

    @property
    def roots(self) -> list[Judged]:
        """The items that are not below another of the view: what progress is averaged over."""
        here = {item.item_id for item in self.items}
        return [item for item in self.items if item.parent_id not in here]

    def to_json(self) -> dict[str, Any]:
        """What ``duban status --json`` prints; ratios of 1, rounded to 4 places."""
        codes = {item.item_id: item.code for item in self.items}
        return {
            **self.scope.to_json(),
            "unit": self.unit,
            "assumed_items": self.assumed[0],
            "assumed_indicators": self.assumed[1],
            "workdays_provisional": bool(self.provisional),
            "totals": self.totals,
            "items": [{**item_json(i), "parent": codes.get(i.parent_id or 0)} for i in self.items],
        }


def item_json(item: Judged) -> dict[str, Any]:
    """One item as programs read it."""
    return {
        "code": item.code,
        "title": item.title,
        "area": item.area,
        "lead": item.lead,
        "status": item.level.code,
        "expected": ratio(item.expected),
        "actual": ratio(item.actual),
        "start": item.start.isoformat(),
        "due": item.due.isoformat(),
        "original_due": item.original_due.isoformat(),
        "extensions": item.extensions,
        "overdue_days": item.overdue_days,
        "overdue_workdays": item.overdue_workdays,
        "last_reported": iso(item.last_reported),
        "overdue_since": iso(item.broken_on) if item.overdue_days else None,
        "next_due": iso(item.next_due),
        "assumed": item.assumed,
        "milestones": {
            "all": item.steps,
            "held": item.held,
            "late": item.late,
            "missed": item.missed,
        },
    }


def iso(day: date | None) -> str | None:
    """A date for programs."""
    return None if day is None else day.isoformat()


def load_view(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
    unit: str | None = None,
    area: str | None = None,
    levels: Collection[str] | None = None,
    items: Sequence[int] | None = None,
) -> View:
    """Judges a plan.

    Args:
        connection: from ``Store.read()``.
        plan: from ``find_plan(..., known_at=known_at)``.
        as_of: the date whose end is judged.
        known_at: the moment whose knowledge is used; None for all there is.
        unit: only items that this unit leads; its code or its name.
        area: only items under this heading; its code or its title.
        levels: only items of these levels.
        items: only items of these ids, and their children.

    Raises:
        NotFoundError: there is no such unit or area.
    """
    units, areas = load_units(connection, plan), load_areas(connection, plan)
    lead = None if unit is None else find_unit(units, unit)
    heading = None if area is None else find_area(areas, area)
    judged = judge(
        connection,
        as_of,
        known_at,
        plans=[plan.id],
        items=items,
        levels=levels,
        workdays=workdays,
    )
    wanted = [item for item in judged if lead in (None, item.lead) and heading in (None, item.area)]
    return View(
        load_scope(connection, plan, as_of, known_at),
        areas,
        units,
        wanted,
        lead,
        (sum(item.assumed for item in wanted), _assumed_indicators(connection, plan, wanted)),
        provisional_years(wanted, as_of, workdays),
    )


def provisional_years(items: Iterable[Judged], as_of: date, workdays: Workdays) -> tuple[int, ...]:
    """The years in which the working days that items are overdue are provisional."""
    since = min((i.broken_on for i in items if i.overdue_days and i.broken_on), default=as_of)
    return workdays.provisional_years(since, as_of)


def span(years: Sequence[int]) -> str:
    """Consecutive years: 2027, or 2027-2028; empty for none."""
    return "-".join(map(str, dict.fromkeys([*years[:1], *years[-1:]])))


def load_scope(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None
) -> Scope:
    """The scope, with whether anything in it is simulated."""
    made_up = [
        exists().where(
            made.c.plan_id == plan.id,
            made.c.simulated,
            true() if known_at is None else made.c.recorded_at <= known_at,
        )
        for made in (entry, filing)
    ]
    simulated = plan.simulated or bool(connection.execute(select(or_(*made_up))).scalar())
    return Scope(plan, as_of, known_at, simulated)


def load_units(connection: Connection, plan: PlanRef) -> dict[str, UnitName]:
    """The plan's units by code, in plan order."""
    u = unit.c
    rows = connection.execute(
        select(u.code, u.name, u.head, u.leader)
        .where(u.version_id == plan.version_id)
        .order_by(u.position)
    )
    return {row.code: UnitName(row.name, row.head, row.leader) for row in rows}


def names_of(units: Mapping[str, UnitName], code: str) -> UnitName:
    """A unit's names; its code where the plan's version has dropped it."""
    return units[code] if code in units else UnitName(code, None, None)


def leads(view: View) -> dict[str, UnitName]:
    """The units that lead an item, in plan order; those that have left the plan come last."""
    there = dict.fromkeys(item.lead for item in view.items)
    codes = [code for code in view.units if code in there]
    gone = [code for code in there if code not in view.units]
    return {code: names_of(view.units, code) for code in (*codes, *gone)}


def load_areas(connection: Connection, plan: PlanRef) -> dict[str, str]:
    """The plan's areas: code → title, in plan order."""
    rows = connection.execute(
        select(area.c.code, area.c.title)
        .where(area.c.version_id == plan.version_id)
        .order_by(area.c.position)
    )
    return {row.code: row.title for row in rows}


def find_unit(units: dict[str, UnitName], wanted: str) -> str:
    """The code of a unit given by code or name.

    Raises:
        NotFoundError: there is none.
    """
    if wanted in units:
        return wanted
    for code, named in units.items():
        if named.name == wanted:
            return code
    there = listed([f"{code} {named.name}" for code, named in units.items()], 30)
    message = _("{unit}: no such unit; there are: {there}")
    raise NotFoundError(message.format(unit=wanted, there=there))


def find_area(areas: dict[str, str], wanted: str) -> str:
    """The code of an area given by code or title.

    Raises:
        NotFoundError: there is none.
    """
    found = next((code for code, title in areas.items() if wanted in (code, title)), None)
    if found is None:
        there = listed([f"{code} {title}" for code, title in areas.items()], 30)
        raise NotFoundError(
            _("{area}: no such area; there are: {there}").format(area=wanted, there=there)
        )
    return found


def _assumed_indicators(connection: Connection, plan: PlanRef, items: list[Judged]) -> int:
    rows = connection.execute(
        select(indicator.c.item_id, func.count())
        .where(indicator.c.version_id == plan.version_id, indicator.c.assumed)
        .group_by(indicator.c.item_id)
    )
    here = {item.item_id for item in items}
    return sum(count for item_id, count in rows if item_id in here)
