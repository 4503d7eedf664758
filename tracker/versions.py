"""Plans in the store: each load of a plan file is an immutable version; the first is the baseline.

A version holds the whole plan as it then was. Items that a newer file no longer has are carried
into its version as cancelled. Dates never move later by loading: for that an extension has to be
approved (DESIGN: deadlines do not slide), so a version keeps the earlier of its own date and that
of the version before, and the original date of each item and milestone for ever.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    func,
    insert,
    literal,
    select,
    true,
)

from plans.errors import NotFoundError, UsageError
from plans.language import gettext as _
from plans.language import listed
from tracker.schema import (
    FULL,
    area,
    entry,
    indicator,
    item,
    item_version,
    milestone,
    pace_target,
    plan_version,
    unit,
)
from tracker.schema import plan as plan_table
from tracker.store import Writing

if TYPE_CHECKING:
    from plans.model import Area, Item, Plan

LOADED = "plan loaded"  # reason of the rows that loading writes
CHUNK = 2_000  # items at a time: bounds memory, and is many rows per statement


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


def list_plans(connection: Connection, known_at: datetime | None = None) -> list[PlanRef]:
    """All plans that were loaded by ``known_at``, by office and year."""
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
    plans = list_plans(connection, known_at)
    found = [p for p in plans if p.year == year and office in (None, p.office)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            _("{year}: plans of {count} offices; say which with --office: {offices}").format(
                year=year, count=len(found), offices=listed([p.office for p in found])
            )
        )
    there = listed([f"{p.office} {p.year}" for p in plans])
    whose = f"{office} {year}" if office else f"{year}"
    if not plans:
        raise NotFoundError(
            _("{whose}: no plan; load one with: duban plan load FILE").format(whose=whose)
        )
    raise NotFoundError(
        _("{whose}: no such plan; there are: {there} (choose with --year)").format(
            whose=whose, there=there
        )
    )


def find_plans(connection: Connection, year: int, office: str | None = None) -> list[PlanRef]:
    """The plans of all offices for a year, or of one.

    Raises:
        NotFoundError: there is none.
    """
    found = [plan for plan in list_plans(connection) if plan.year == year]
    return found if office is None and found else [find_plan(connection, year, office)]


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
    steps = connection.execute(_step_dates(ref.id, ref.version_id))
    return {
        **{(code, None): due for code, due in items},
        **{(row.code, row.step): row.due for row in steps},
    }


def _step_dates(plan_id: int, until: int) -> Select[Any]:
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


class _Dates(NamedTuple):
    """Of an item or milestone: promised first, and last."""

    first: date
    last: date


@dataclass(slots=True)
class _Previous:
    """What the newest version before this one says: ids by code, the rest by id."""

    version_id: int | None
    ids: dict[str, int]
    due: dict[int, _Dates]
    step_due: dict[tuple[int, str], _Dates]
    dropped: set[int]


def record_version(writing: Writing, plan: "Plan", text: str, *, author: str, on: date) -> PlanRef:
    """Records a plan as the newest version of its office and year.

    Args:
        writing: the open transaction.
        plan: what the file says; its items are read once, in order.
        text: the file, kept as it is.
        author: who loads it.
        on: the day from which items that are no longer in the file count as cancelled.

    Returns:
        The plan, at the version recorded.
    """
    connection = writing.connection
    plan_id, number, version_id = _next_version(connection, plan)
    connection.execute(
        insert(plan_version).values(
            id=version_id,
            plan_id=plan_id,
            number=number,
            recorded_at=writing.recorded_at,
            author=author,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            text=text,
            title=plan.title,
            language=plan.language,
            simulated=plan.simulated,
            **asdict(plan.thresholds),
            rhythm=plan.reporting.every,
            grace_days=plan.reporting.grace_days,
            **asdict(plan.escalation),
            wording=dict(plan.wording),
        )
    )
    _insert_headings(connection, plan, version_id)
    previous = _previous(connection, plan_id, version_id)
    kept = _insert_items(connection, plan, plan_id, version_id, previous)
    _carry_dropped(writing, plan_id, version_id, previous, author, on)
    _take_back(writing, plan_id, previous.dropped & kept, author)
    return find_plan(connection, plan.year, plan.office)


def _next_version(connection: Connection, plan: "Plan") -> tuple[int, int, int]:
    """Ids for the plan and its next version, and that version's number."""
    found = connection.execute(
        select(plan_table.c.id).where(
            plan_table.c.office == plan.office, plan_table.c.year == plan.year
        )
    ).scalar()
    if found is None:
        made = connection.execute(
            insert(plan_table).values(office=plan.office, year=plan.year)
        ).inserted_primary_key
        assert made is not None
        found = made[0]
    number = connection.execute(
        select(func.coalesce(func.max(plan_version.c.number), 0) + 1).where(
            plan_version.c.plan_id == found
        )
    ).scalar_one()
    version_id = connection.execute(
        select(func.coalesce(func.max(plan_version.c.id), 0) + 1)
    ).scalar_one()
    return found, number, version_id


def _insert_headings(connection: Connection, plan: "Plan", version_id: int) -> None:
    units = [
        {"version_id": version_id, "position": n, **asdict(u)} for n, u in enumerate(plan.units)
    ]
    areas = [
        {"version_id": version_id, "position": n, "code": a.code, "title": a.title}
        for n, a in enumerate(plan.areas)
    ]
    connection.execute(insert(unit), units)
    connection.execute(insert(area), areas)


def _previous(connection: Connection, plan_id: int, version_id: int) -> _Previous:
    before = connection.execute(
        select(func.max(plan_version.c.id)).where(
            plan_version.c.plan_id == plan_id, plan_version.c.id < version_id
        )
    ).scalar()
    if before is None:
        return _Previous(None, {}, {}, {}, set())
    i = item_version.c
    ids = connection.execute(select(item.c.code, item.c.id).where(item.c.plan_id == plan_id))
    rows = connection.execute(
        select(i.item_id, i.original_due, i.due, i.dropped).where(i.version_id == before)
    ).all()
    steps = connection.execute(_step_dates(plan_id, before))
    return _Previous(
        before,
        {row.code: row.id for row in ids},
        {row.item_id: _Dates(row.original_due, row.due) for row in rows},
        {(row.item_id, row.step): _Dates(row.original_due, row.due) for row in steps},
        {row.item_id for row in rows if row.dropped},
    )


def _insert_items(
    connection: Connection, plan: "Plan", plan_id: int, version_id: int, previous: _Previous
) -> set[int]:
    """Inserts all items of the plan; returns their ids."""
    next_id = connection.execute(select(func.coalesce(func.max(item.c.id), 0) + 1)).scalar_one()
    kept: set[int] = set()
    parents: dict[str, int] = {}
    for chunk in _chunks(enumerate(plan.walk()), CHUNK):
        rows: dict[Table, list[dict[str, Any]]] = {
            t: [] for t in (item, item_version, milestone, indicator, pace_target)
        }
        for position, (heading, parent, promised) in chunk:
            item_id = previous.ids.get(promised.code)
            if item_id is None:
                item_id, next_id = next_id, next_id + 1
                rows[item].append({"id": item_id, "plan_id": plan_id, "code": promised.code})
            kept.add(item_id)
            if promised.children:
                parents[promised.code] = item_id
            parent_id = None if parent is None else parents[parent.code]
            _collect(rows, promised, heading, position, (version_id, item_id, parent_id), previous)
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)
    return kept


def _chunks(things: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(things, size)):
        yield chunk


def _collect(
    rows: dict[Table, list[dict[str, Any]]],
    promised: "Item",
    heading: "Area",
    position: int,
    ids: tuple[int, int, int | None],
    previous: _Previous,
) -> None:
    """Adds the rows of one item to those of its chunk."""
    version_id, item_id, parent_id = ids
    key = {"version_id": version_id, "item_id": item_id}
    before = previous.due.get(item_id, _Dates(promised.due, promised.due))
    rows[item_version].append(
        {
            **key,
            "parent_id": parent_id,
            "position": position,
            "area": heading.code,
            **{n: getattr(promised, n) for n in _COPIED},
            "support": list(promised.support),
            "after": list(promised.after),
            "due": min(promised.due, before.last),
            "original_due": before.first,
            "dropped": False,
        }
    )
    for n, step in enumerate(promised.milestones):
        before = previous.step_due.get((item_id, step.code), _Dates(step.due, step.due))
        rows[milestone].append(
            {
                **key,
                "position": n,
                "code": step.code,
                "title": step.title,
                "due": min(step.due, before.last),
                "original_due": before.first,
                "weight": step.weight,
                "lapses_on": step.lapses_on,
            }
        )
    rows[indicator] += [
        {**key, "position": n, **asdict(measured)} for n, measured in enumerate(promised.indicators)
    ]
    rows[pace_target] += [
        {**key, "month_end": end, "share": int(share * FULL)} for end, share in promised.targets
    ]


_COPIED = (
    *("title", "lead", "person", "leader", "start", "weight", "pace", "measure", "report"),
    *("recurring", "assumed", "source", "summary"),
)


def _carry_dropped(
    writing: Writing, plan_id: int, version_id: int, previous: _Previous, author: str, on: date
) -> None:
    """Copies what the file no longer has into the version, after all else, and cancels it."""
    if previous.version_id is None:
        return
    i, old, new = item_version.c, previous.version_id, version_id
    kept = select(i.item_id).where(i.version_id == new)
    gone = select(i.item_id).where(i.version_id == old, i.item_id.not_in(kept))
    newly = writing.connection.execute(gone.where(~i.dropped)).scalars().all()
    if not newly and not previous.dropped:
        return
    headings = select(area.c.code).where(area.c.version_id == new)
    needed = select(i.area).where(i.version_id == old, i.item_id.not_in(kept))
    missing = and_(area.c.code.in_(needed), area.c.code.not_in(headings))
    last = _places(writing.connection, area, new)
    _copy(writing.connection, area, old, new, missing, position=area.c.position + last)
    for table in (milestone, indicator, pace_target):
        _copy(writing.connection, table, old, new, table.c.item_id.in_(gone))
    place = i.position + _places(writing.connection, item_version, new)
    which = i.item_id.not_in(kept)
    _copy(writing.connection, item_version, old, new, which, position=place, dropped=true())
    if newly:
        row = _decision(writing, plan_id, author, "cancel", on)
        writing.connection.execute(insert(entry), [{**row, "item_id": n} for n in newly])


def _places(connection: Connection, table: Table, version_id: int) -> int:
    """How many positions a version's rows take up; those of copied rows come after them."""
    count = select(func.count()).where(table.c.version_id == version_id)
    return connection.execute(count).scalar_one()


def _copy(
    connection: Connection,
    table: Table,
    old: int,
    new: int,
    which: ColumnElement[bool],
    **changed: ColumnElement[Any],
) -> None:
    """Copies rows of one version into another."""
    values = {**{c.name: c for c in table.c}, "version_id": literal(new), **changed}
    rows = select(*values.values()).where(table.c.version_id == old, which)
    connection.execute(insert(table).from_select(list(values), rows))


def _decision(writing: Writing, plan_id: int, author: str, kind: str, on: date) -> dict[str, Any]:
    """A ledger row that follows from loading a plan."""
    return {
        "plan_id": plan_id,
        "kind": kind,
        "effective_on": on,
        "recorded_at": writing.recorded_at,
        "author": author,
        "reason": LOADED,
        "simulated": False,
    }


def _take_back(writing: Writing, plan_id: int, returned: Iterable[int], author: str) -> None:
    """Reverses the cancellation of items that a file dropped and this one has again."""
    undone = select(entry.c.reverses).where(entry.c.reverses.isnot(None))
    for item_id in sorted(returned):
        row = writing.connection.execute(
            select(entry.c.id, entry.c.effective_on)
            .where(entry.c.item_id == item_id, entry.c.kind == "cancel")
            .where(entry.c.reason == LOADED, entry.c.id.not_in(undone))
        ).first()
        if row is not None:
            made = _decision(writing, plan_id, author, "undo", row.effective_on)
            writing.connection.execute(
                insert(entry).values(**made, item_id=item_id, reverses=row.id)
            )
