"""Judged items as objects, for whoever shows them; the rules are in ``tracker/status.py``."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from plans.levels import BY_CODE, LEVELS, Level
from plans.workdays import Workdays
from tracker.registers.drawn import drawn_on
from tracker.schema import FULL
from tracker.status import judgement


@dataclass(frozen=True, slots=True)
class Judged:
    """One item with its status as of a date.

    Attributes:
        expected, actual: progress in hundred-thousandths of the whole (``tracker.schema.FULL``).
        due: the last day that counts now, approved extensions included.
        original_due: the last day first promised.
        broken_on: the earliest date in force, of the item or a milestone, that was missed; None
            for items that are cancelled, closed out or settled.
        next_due: the next date in force that is still open; None for these, too.
        settled: nothing is left that could still be done (see ``tracker/status.py``).
        computed: all that is measured of it comes from registers: nobody can report on it.
        extensions: number of approved ones, milestones included.
        held, late, missed, steps: milestones (or occurrences) reached in time, reached late,
            lapsed, and all there are.
        overdue_days, overdue_workdays: days since ``broken_on``; 0 unless the level is overdue.
    """

    plan_id: int
    item_id: int
    parent_id: int | None
    code: str
    title: str
    area: str
    lead: str
    person: str | None
    leader: str | None
    weight: int
    assumed: bool
    recurring: bool
    level: Level
    expected: int
    actual: int
    start: date
    due: date
    original_due: date
    broken_on: date | None
    next_due: date | None
    last_reported: date | None
    settled: bool
    computed: bool
    extensions: int
    held: int
    late: int
    missed: int
    steps: int
    overdue_days: int
    overdue_workdays: int

    @property
    def gap(self) -> int:
        """How far the actual progress is below the expected one, of FULL; 0 when it is not."""
        return max(0, self.expected - self.actual)


def judge(
    connection: Connection,
    as_of: date,
    known_at: datetime | None = None,
    *,
    plans: Sequence[int] | None = None,
    items: Sequence[int] | None = None,
    levels: Collection[str] | None = None,
    workdays: Workdays,
) -> list[Judged]:
    """Judges items; arguments as in ``tracker.status.judgement``. In plan order.

    With ``levels`` only the items of these come back: the others are never made into objects.
    """
    registers = drawn_on(connection, plans)
    statement = judgement(as_of, known_at, plans=plans, items=items, registers=registers)
    if levels is not None:
        rows = statement.order_by(None).subquery("rows")
        wanted = rows.c.level.in_([BY_CODE[code].rank for code in levels])
        statement = select(rows).where(wanted).order_by(rows.c.plan_id, rows.c.position)
    return [_judged(row, as_of, workdays) for row in connection.execute(statement)]


def _judged(row: Row[Any], as_of: date, workdays: Workdays) -> Judged:
    values = dict(row._mapping)
    del values["position"]
    for name in ("start", "due", "original_due", "broken_on", "next_due", "last_reported"):
        if values[name] is not None:
            values[name] = date.fromordinal(values[name])
    level = values["level"] = LEVELS[values["level"]]
    since = values["broken_on"] if level.code == "overdue" else None
    return Judged(
        **values,
        overdue_days=(as_of - since).days if since else 0,
        overdue_workdays=workdays.count(since, as_of) if since else 0,
    )


def progress(items: Iterable[Judged]) -> tuple[int, int]:
    """Weighted mean of expected and actual progress, of FULL, cancelled items left out.

    Give it the items of one depth, or parents count twice. (0, 0) for no items.
    """
    counted = [i for i in items if i.level.code != "cancelled"]
    weight = sum(i.weight for i in counted)
    if not weight:
        return 0, 0
    return (
        sum(i.expected * i.weight for i in counted) // weight,
        sum(i.actual * i.weight for i in counted) // weight,
    )


def ratio(part: int) -> float:
    """Progress as a JSON number, rounded to 4 places."""
    return round(part / FULL, 4)
