"""Plans in the store: which there are, and what their versions say as a whole."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from plans.errors import NotFoundError, UsageError
from plans.language import gettext as _
from plans.language import listed
from tracker.schema import entry, indicator, item, item_version, milestone, plan_version
from tracker.schema import plan as plan_table

LOADED = "plan loaded"  # reason of the rows that loading writes


@dataclass(frozen=True, slots=True)
class PlanRef:
    """One plan in the store, at its newest version known at a moment.

    Attributes:
        id: of the plan.
        version_id, number: of the version.
        simulated: the plan says of itself that it is not an office's own.
    """

    id: int
    office: str
    year: int
    version_id: int
    number: int
    title: str | None
    language: str
    simulated: bool


def list_plans(
    connection: Connection,
    known_at: datetime | None = None,
    *,
    year: int | None = None,
    office: str | None = None,
) -> list[PlanRef]:
    """The plans loaded by ``known_at``, all or those of a year or office, by office and year."""
    wanted = {"year": year, "office": office}
    newest = select(func.max(plan_version.c.id)).group_by(plan_version.c.plan_id)
    if known_at is not None:
        newest = newest.where(plan_version.c.recorded_at <= known_at)
    rows = connection.execute(
        select(
            plan_table.c.id,
            plan_table.c.office,
            plan_table.c.year,
            plan_version.c.id.label("version_id"),
            *[plan_version.c[n] for n in ("number", "title", "language", "simulated")],
        )
        .join(plan_version, plan_version.c.plan_id == plan_table.c.id)
        .where(plan_version.c.id.in_(newest))
        .where(
            *[plan_table.c[name] == value for name, value in wanted.items() if value is not None]
        )
        .order_by(plan_table.c.office, plan_table.c.year)
    )
    return [PlanRef(**row._mapping) for row in rows]


def find_plan(
    connection: Connection,
    year: int,
    office: str | None = None,
    known_at: datetime | None = None,
) -> PlanRef:
    """The plan of an office for a year.

    Args:
        year: the plan's year.
        office: needed only when the store holds plans of several offices for that year.
        known_at: the moment whose knowledge is used; None for all there is.

    Raises:
        NotFoundError: there is none.
        UsageError: there are several offices and none is named.
    """
    found = list_plans(connection, known_at, year=year, office=office)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            _("{year}: plans of {count} offices; say which with --office: {offices}").format(
                year=year, count=len(found), offices=listed([p.office for p in found])
            )
        )
    plans = list_plans(connection, known_at)
    there = listed([f"{p.office} {p.year}" for p in plans])
    whose = f"{office} {year}" if office else f"{year}"
    if not plans:
        raise NotFoundError(
            _("{whose}: no plan; load one with: duban plan load FILE").format(whose=whose)
        )
    message = _("{whose}: no such plan; there are: {there} (choose with --year)")
    if office is None and len({plan.office for plan in plans}) > 1:
        message = _("{whose}: no such plan; there are: {there} (choose with --office and --year)")
    raise NotFoundError(message.format(whose=whose, there=there))


def find_latest(
    connection: Connection,
    year: int,
    office: str | None = None,
    known_at: datetime | None = None,
) -> PlanRef:
    """The newest plan of an office up to a year: registers go on while the next one is not loaded.

    Raises:
        NotFoundError: there is none.
        UsageError: there are several offices and none is named.
    """
    there = list_plans(connection, known_at, office=office)
    offices = sorted({plan.office for plan in there})
    if len(offices) > 1:
        message = _("the store holds {count} offices; say which with --office: {offices}")
        raise UsageError(message.format(count=len(offices), offices=listed(offices)))
    begun = [plan for plan in there if plan.year <= year]
    return begun[-1] if begun else find_plan(connection, year, office, known_at)


def find_plans(connection: Connection, year: int, office: str | None = None) -> list[PlanRef]:
    """The plans of all offices for a year, or of one.

    Raises:
        NotFoundError: there is none.
    """
    found = list_plans(connection, year=year, office=office)
    return found or [find_plan(connection, year, office)]


def plan_of_row(connection: Connection, row_id: int) -> PlanRef | None:
    """The plan that a row of the ledger is of; None where there is no such row."""
    found = connection.execute(select(entry.c.plan_id).where(entry.c.id == row_id)).scalar()
    return next((p for p in list_plans(connection) if p.id == found), None)


def version_text(connection: Connection, ref: PlanRef, number: int | None = None) -> str:
    """The plan file as it was loaded: of a version by number (1 is the baseline), or the newest."""
    which = (
        plan_version.c.id == ref.version_id
        if number is None
        else (plan_version.c.plan_id == ref.id) & (plan_version.c.number == number)
    )
    found = connection.execute(select(plan_version.c.text).where(which)).scalar()
    if found is None:
        raise NotFoundError(_("version {number}: no such version").format(number=number))
    return str(found)


def standing_dates(connection: Connection, ref: PlanRef) -> dict[tuple[str, str | None], date]:
    """The latest date that a next version can have, extensions aside.

    Returns:
        Of each item by (code, None), of its milestones by (code, code).
    """
    i = item_version.c
    items = connection.execute(
        select(item.c.code, i.due)
        .join(item, item.c.id == i.item_id)
        .where(i.version_id == ref.version_id)
    )
    steps = connection.execute(step_dates(ref.id, ref.version_id))
    return {
        **{(code, None): due for code, due in items},
        **{(row.code, row.step): row.due for row in steps},
    }


def step_dates(plan_id: int, until: int) -> Select[Any]:
    """The dates of every milestone that any version up to this one has: the first and the last.

    Not only of the last: a milestone that is left out and comes back keeps its dates.
    """
    m, v = milestone.c, plan_version.c
    # No load moves a date later, so the earliest is that of the newest version that has it.
    return (
        select(
            *(m.item_id, item.c.code, m.code.label("step"), m.original_due),
            func.min(m.due).label("due"),
        )
        .join(item, item.c.id == m.item_id)
        .join(plan_version, v.id == m.version_id)
        .where(v.plan_id == plan_id, v.id <= until)
        .group_by(m.item_id, item.c.code, m.code, m.original_due)
    )


def milestone_titles(connection: Connection, ref: PlanRef, code: str) -> dict[str, str]:
    """The milestones of an item: code → title."""
    m = milestone.c
    rows = connection.execute(
        select(m.code, m.title)
        .join(item, item.c.id == m.item_id)
        .where(m.version_id == ref.version_id, item.c.code == code)
        .order_by(m.position)
    )
    return {row.code: row.title for row in rows}


def indicator_units(
    connection: Connection, ref: PlanRef, code: str | None = None
) -> dict[tuple[str, str], str]:
    """The unit of each indicator by (code of its item, name), of one item or of all."""
    i = indicator.c
    rows = (
        select(item.c.code, i.name, i.unit)
        .join(item, item.c.id == i.item_id)
        .where(i.version_id == ref.version_id)
    )
    if code is not None:
        rows = rows.where(item.c.code == code)
    return {(item_code, name): unit for item_code, name, unit in connection.execute(rows)}
