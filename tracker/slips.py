"""Urge slips (催办单): what a unit has let slip, since when, and what it has to do next.

A slip is recorded once per unit and day, under the plan's next number; asked for again it is the
same slip. Its lines hold what was found, with the working days as the calendar then counted them;
titles and posts are read as they were known when it was written, so an old slip comes out again to
the letter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from plans.levels import BY_CODE, Level
from plans.workdays import Workdays
from tracker.alerts import Event
from tracker.explain import explain_item
from tracker.judge import Judged, judge
from tracker.late import detail_of
from tracker.particulars import Particulars, load_particulars
from tracker.schema import plan_version, slip, slip_line
from tracker.store import Writing
from tracker.versions import PlanRef, list_plans
from tracker.view import UnitName, View, leads, load_units, names_of

AHEAD_DAYS = 7
"""How far a slip looks ahead: to the day on which the next one is written."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a slip.

    Attributes:
        level: the item's level when the slip was written.
        since: since when it is late; None when it is not, or was first found so on that day.
        days, workdays: how long it had been late, in calendar and in working days.
        missed: the milestones that are past and not reached, with their dates in force.
        coming: titles of the milestones that are due on ``next_due``.
        reason: why it is late, as filed last.
    """

    item: Judged
    level: Level
    since: date | None
    days: int
    workdays: int
    original_due: date
    due: date
    next_due: date | None
    missed: tuple[tuple[str, date], ...]
    coming: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True, slots=True)
class Slip:
    """One urge slip.

    Attributes:
        number: within the plan, from 1.
        reply_by: the last day on which the unit is to answer.
        late: what is late, the worst first.
        ahead: what is due within ``AHEAD_DAYS``, the nearest first; late items among them.
        provisional: the years in which its working days were counted by a provisional calendar.
    """

    number: int
    plan: PlanRef
    unit: str
    names: UnitName
    as_of: date
    reply_by: date
    known_at: datetime
    late: tuple[Line, ...]
    ahead: tuple[Line, ...]
    provisional: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a slip will say of one item, before it is recorded."""

    item_id: int
    level: str
    since: date | None
    original_due: date
    due: date
    next_due: date | None


def draft_slip(items: Iterable[Judged], alerts: Mapping[int, Event], as_of: date) -> list[Draft]:
    """What a unit's slip has to say: its late items, and what is due within ``AHEAD_DAYS``.

    A settled item is not among them, however much of it was missed: there is nothing left to urge.

    Args:
        items: the judged items that the unit leads.
        alerts: the open alerts by item id; they know since when an item has been behind.
    """
    until = as_of + timedelta(days=AHEAD_DAYS)
    drafts = []
    for i in items:
        coming = i.next_due is not None and i.next_due <= until
        if i.level.finished or i.settled or not (i.level.late or coming):
            continue
        known = alerts.get(i.item_id) if i.level.late else None
        since = i.broken_on if i.overdue_days else (known.since if known else None)
        drafts.append(Draft(i.item_id, i.level.code, since, i.original_due, i.due, i.next_due))
    return drafts


def record_slips(
    writing: Writing, view: View, drafts: Mapping[str, list[Draft]], workdays: Workdays
) -> list[str]:
    """Records the slips of the view's day.

    Args:
        writing: the open transaction.
        view: the plan, seen with the knowledge of a known moment.
        drafts: unit code → what its slip says; a unit without lines gets none.
        workdays: the calendar in force; a later one changes no written slip.

    Returns:
        The units whose slip is new; the others have theirs of that day already.
    """
    connection, scope, s = writing.connection, view.scope, slip.c
    ours = s.plan_id == scope.plan.id
    there = set(connection.execute(select(s.unit).where(ours, s.as_of == scope.as_of)).scalars())
    last = connection.execute(select(func.coalesce(func.max(s.number), 0)).where(ours)).scalar_one()
    new = [code for code in leads(view) if drafts.get(code) and code not in there]
    given = connection.execute(
        select(plan_version.c.reply_workdays).where(plan_version.c.id == scope.plan.version_id)
    ).scalar_one()
    for number, code in enumerate(new, last + 1):
        reply_by = workdays.add(scope.as_of, given)
        since = min((d.since for d in drafts[code] if d.since), default=scope.as_of)
        made = connection.execute(
            insert(slip).values(
                plan_id=scope.plan.id,
                number=number,
                unit=code,
                as_of=scope.as_of,
                reply_by=reply_by,
                provisional=list(workdays.provisional_years(since, reply_by)),
                known_at=scope.known_at,
                recorded_at=writing.recorded_at,
            )
        ).inserted_primary_key
        assert made is not None
        connection.execute(
            insert(slip_line),
            [
                {
                    "slip_id": made[0],
                    "workdays": workdays.count(d.since, scope.as_of) if d.since else 0,
                    **{name: getattr(d, name) for name in Draft.__slots__},
                }
                for d in drafts[code]
            ],
        )
    return new


def load_slips(
    connection: Connection, plan: PlanRef, as_of: date, *, workdays: Workdays
) -> list[Slip]:
    """The slips of a plan that were written for a day, by number."""
    s = slip.c
    heads = connection.execute(
        select(slip).where(s.plan_id == plan.id, s.as_of == as_of).order_by(s.number)
    ).all()
    lines = connection.execute(
        select(slip_line)
        .where(slip_line.c.slip_id.in_([head.id for head in heads]))
        .order_by(slip_line.c.item_id)
    ).all()
    slips = []
    for known_at in dict.fromkeys(head.known_at for head in heads):
        written = {head.id: head for head in heads if head.known_at == known_at}
        rows = [line for line in lines if line.slip_id in written]
        then = next(p for p in list_plans(connection, known_at) if p.id == plan.id)
        units = load_units(connection, then)
        seen = _seen(connection, then, as_of, known_at, rows, workdays)
        for head in written.values():
            own = [line for slip_id, line in seen if slip_id == head.id]
            slips.append(_slip(head, then, names_of(units, head.unit), own))
    return sorted(slips, key=lambda found: found.number)


def _seen(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime,
    rows: Sequence[Row[Any]],
    workdays: Workdays,
) -> list[tuple[int, Line]]:
    """The lines of some slips, with what was known of their items when they were written."""
    ids = sorted({row.item_id for row in rows})
    judged = {
        item.item_id: item
        for item in judge(connection, as_of, known_at, plans=[plan.id], workdays=workdays)
    }
    found = load_particulars(connection, plan, as_of, known_at, items=ids) if ids else {}
    return [
        (row.slip_id, _line(row, judged[row.item_id], found[row.item_id], as_of)) for row in rows
    ]


def _line(row: Row[Any], item: Judged, particulars: Particulars, as_of: date) -> Line:
    explained = explain_item(particulars, as_of)
    detail = detail_of(explained)
    since = row.since
    return Line(
        item=item,
        level=BY_CODE[row.level],
        since=since,
        days=(as_of - since).days if since else 0,
        workdays=row.workdays,
        original_due=row.original_due,
        due=row.due,
        next_due=row.next_due,
        missed=detail.steps,
        coming=tuple(
            s.step.title for s in explained.steps if s.reached is None and s.due == row.next_due
        ),
        reason=detail.reason.reason if detail.reason else None,
    )


def _slip(head: Row[Any], plan: PlanRef, names: UnitName, lines: Sequence[Line]) -> Slip:
    until = head.as_of + timedelta(days=AHEAD_DAYS)
    late = [line for line in lines if line.level.late]
    coming = [(line.next_due, line) for line in lines if line.next_due is not None]
    return Slip(
        head.number,
        plan,
        head.unit,
        names,
        head.as_of,
        head.reply_by,
        head.known_at,
        tuple(sorted(late, key=lambda line: (line.level.rank, -line.days))),
        tuple(line for due, line in sorted(coming, key=lambda pair: pair[0]) if due <= until),
        tuple(head.provisional),
    )
