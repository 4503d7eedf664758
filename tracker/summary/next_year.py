"""Next year's plan, as far as the outlook tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from tracker.figures import Measured, place
from tracker.indicator_figures import indicator_figures
from tracker.schema import item, item_version, milestone
from tracker.versions import PlanRef
from tracker.view import load_areas, load_units


@dataclass(frozen=True, slots=True)
class Promise:
    """An item of next year's plan, as promised."""

    code: str
    title: str
    area: str
    lead: str
    due: date
    recurring: bool
    steps: int
    children: int
    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class NextYear:
    """Next year's plan, as far as its commitments go.

    Attributes:
        assumed_items, assumed_targets: the places where a date or a target is an assumption.
    """

    plan: PlanRef
    areas: Mapping[str, str]
    units: Mapping[str, str]
    promises: tuple[Promise, ...]
    assumed_items: tuple[str, ...]
    assumed_targets: tuple[str, ...]


def _count_steps(connection: Connection, plan: PlanRef) -> dict[int, int]:
    """How many milestones each item has, by its id."""
    m = milestone.c
    rows = connection.execute(
        select(m.item_id, func.count().label("steps"))
        .where(m.version_id == plan.version_id)
        .group_by(m.item_id)
    )
    return {row.item_id: row.steps for row in rows}


def load_next_year(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None
) -> NextYear:
    """Reads next year's plan."""
    i = item_version.c
    rows = connection.execute(
        select(
            item.c.code,
            *(i[n] for n in ("item_id", "parent_id", "title", "area", "lead", "due")),
            *(i[n] for n in ("recurring", "assumed")),
        )
        .join(item, item.c.id == i.item_id)
        .where(i.version_id == plan.version_id, ~i.dropped)
        .order_by(i.position)
    ).all()
    found = indicator_figures(connection, plan, as_of, known_at)
    measured, steps = by_item(found), _count_steps(connection, plan)
    below: dict[int, int] = {}
    for row in rows:
        if row.parent_id is not None:
            below[row.parent_id] = below.get(row.parent_id, 0) + 1
    promises = tuple(
        Promise(
            row.code,
            row.title,
            row.area,
            row.lead,
            row.due,
            row.recurring,
            steps.get(row.item_id, 0),
            below.get(row.item_id, 0),
            tuple(measured.get(row.item_id, ())),
        )
        for row in rows
        if row.parent_id is None
    )
    units = {code: unit.name for code, unit in load_units(connection, plan).items()}
    return NextYear(
        plan,
        load_areas(connection, plan),
        units,
        promises,
        tuple(place(plan, row.code) for row in rows if row.assumed),
        tuple(m.place for m in found if m.assumed),
    )


def by_item(found: Iterable[Measured]) -> dict[int, list[Measured]]:
    """The indicators of each item, by its id."""
    sorted_out: dict[int, list[Measured]] = {}
    for measured in found:
        sorted_out.setdefault(measured.item_id, []).append(measured)
    return sorted_out
