"""Alerts: a late item is brought before its person in charge, then higher up as time passes.

An alert is a chain of events that are only ever added: ``opened``, ``escalated``, ``cleared``. What
is open follows from the events alone. Practice: person in charge → head of the unit → supervising
leader, after the working days that the plan says, counted from the day since when the item is late.

- An item is late when its level is (``plans.levels``) and it is not settled: of a settled one
  nothing is left to be done but to close it out.
- ``since`` is the date that was missed; for an item behind its pace or not reported on, the day on
  which a check first found it so. It stays while the alert is open.
- How far up an alert is follows from its working days, so checks that did not take place lose
  nothing: the next one brings it to where it belongs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select

from plans.model import Escalation
from plans.workdays import Workdays
from tracker.judge import Judged
from tracker.schema import alert, plan_version
from tracker.snapshots import last_checked, record_snapshot
from tracker.store import Writing
from tracker.versions import PlanRef
from tracker.view import UnitName, View


class Stage(NamedTuple):
    """Before whom an alert is, with the words for it."""

    rank: int
    code: str
    zh: str
    en: str


STAGES = (
    Stage(0, "person", "责任人", "person in charge"),
    Stage(1, "head", "单位负责人", "unit head"),
    Stage(2, "leader", "分管领导", "supervising leader"),
)
BY_CODE = {stage.code: stage for stage in STAGES}


@dataclass(frozen=True, slots=True)
class Event:
    """One step of an alert; the newest of an item that is not ``cleared`` is its open alert.

    Attributes:
        level: code of the item's level at that time.
    """

    item_id: int
    event: str
    level: str
    stage: Stage
    since: date


@dataclass(frozen=True, slots=True)
class Checked:
    """What a daily check wrote.

    Attributes:
        recorded: whether the day is new; otherwise nothing was written.
        events: what happened to the alerts.
    """

    recorded: bool
    events: tuple[Event, ...]

    def count(self, event: str) -> int:
        """How many alerts were ``opened``, ``escalated`` or ``cleared``."""
        return sum(e.event == event for e in self.events)


def record_check(writing: Writing, view: View, workdays: Workdays) -> Checked:
    """Records a plan's day: its snapshot, and what it means for the alerts.

    A day is checked once. A day before one that has been checked gets its snapshot, but moves no
    alert: their order in time is the order of their rows.
    """
    scope = view.scope
    last = last_checked(writing.connection, scope.plan.id)
    if not record_snapshot(writing, view):
        return Checked(False, ())
    if last is not None and last > scope.as_of:
        return Checked(True, ())
    happened = changes(
        view.items,
        open_alerts(writing.connection, scope.plan.id),
        escalation_of(writing.connection, scope.plan),
        scope.as_of,
        workdays,
    )
    _record(writing, scope.plan, scope.as_of, happened)
    return Checked(True, tuple(happened))


def changes(
    items: Iterable[Judged],
    alerts: Mapping[int, Event],
    escalation: Escalation,
    as_of: date,
    workdays: Workdays,
) -> list[Event]:
    """What has to happen to the open alerts so that they fit the items as of a day.

    Args:
        items: the judged items.
        alerts: the open alerts by item id.
    """
    found = []
    for item in items:
        alert_ = alerts.get(item.item_id)
        level = item.level.code
        if item.settled or not item.level.late:
            if alert_ is not None:
                found.append(Event(item.item_id, "cleared", level, alert_.stage, alert_.since))
            continue
        since = alert_.since if alert_ else (item.broken_on or as_of)
        stage = stage_after(workdays.count(since, as_of), escalation)
        if alert_ is None:
            found.append(Event(item.item_id, "opened", level, stage, since))
        elif stage.rank > alert_.stage.rank:
            found.append(Event(item.item_id, "escalated", level, stage, since))
    return found


def stage_after(workdays: int, escalation: Escalation) -> Stage:
    """Before whom an item belongs that has been late for so many working days."""
    if workdays >= escalation.leader_after_workdays:
        return BY_CODE["leader"]
    return BY_CODE["head" if workdays >= escalation.unit_head_after_workdays else "person"]


def open_alerts(
    connection: Connection, plan_id: int, as_of: date | None = None
) -> dict[int, Event]:
    """The alerts that are open: item id → newest event, up to a day where one is given."""
    a = alert.c
    nth = func.row_number().over(partition_by=a.item_id, order_by=a.id.desc()).label("nth")
    rows = select(a.item_id, a.event, a.level, a.stage, a.since, nth).where(a.plan_id == plan_id)
    if as_of is not None:
        rows = rows.where(a.as_of <= as_of)
    ranked = rows.subquery("ranked")
    newest = select(ranked).where(ranked.c.nth == 1, ranked.c.event != "cleared")
    return {
        row.item_id: Event(row.item_id, row.event, row.level, BY_CODE[row.stage], row.since)
        for row in connection.execute(newest.order_by(ranked.c.item_id))
    }


def escalation_of(connection: Connection, plan: PlanRef) -> Escalation:
    """After how many working days the plan brings an alert higher up."""
    v = plan_version.c
    found = connection.execute(
        select(v.unit_head_after_workdays, v.leader_after_workdays).where(v.id == plan.version_id)
    ).one()
    return Escalation(*found)


def answerable(item: Judged, unit: UnitName, stage: Stage) -> str:
    """The post before which an item is at a stage; the next one down where the plan names none."""
    posts = (item.person or unit.name, unit.head, item.leader or unit.leader)
    return next(post for post in reversed(posts[: stage.rank + 1]) if post)


def _record(writing: Writing, plan: PlanRef, as_of: date, events: Iterable[Event]) -> None:
    rows = [
        {
            "plan_id": plan.id,
            "item_id": e.item_id,
            "as_of": as_of,
            "recorded_at": writing.recorded_at,
            "event": e.event,
            "level": e.level,
            "stage": e.stage.code,
            "since": e.since,
        }
        for e in events
    ]
    if rows:
        writing.connection.execute(insert(alert), rows)
