"""Who is told of what is due or late: reminders, and the steps up of a hazard past its day.

In order: ``due`` within the last days of warning, ``late`` (the unit is told, or a sweep can still
be made good), then ``head`` and ``leader`` by the plan's escalation, counted in working days from
the day after the one in force: to put it right, or to re-inspect what was put right. Each is told
once for each date: a new order begins anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Subquery, and_, case, func, insert, select

from plans.workdays import Workdays
from tracker.alerts import escalation_of, stage_after
from tracker.loaded import PlanRef
from tracker.registers.filing import Filing, registers_of
from tracker.registers.look import Look
from tracker.registers.scope import plan_ids
from tracker.registers.standing import hazards, sweeps
from tracker.schema import register_event as events
from tracker.schema_registers import NOTICES
from tracker.sight import Column, number
from tracker.stored import register_event
from tracker.view import UnitName

STAGES = ("due", "late", "head", "leader")
"""In order; the first two are reminders."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is to be told where a case stands.

    Attributes:
        number: of the case.
        place: of a hazard.
        due: the day in force.
        late_workdays: working days since; 0 where it is not over.
        stage: one of ``STAGES``.
    """

    case_id: int
    number: str
    kind: str
    grade: str | None
    community: str | None
    place: str | None
    unit: str
    due: date
    late_workdays: int
    stage: str

    @property
    def escalates(self) -> bool:
        """Whether it goes a step up."""
        return self.stage in ("head", "leader")


def escalations(
    connection: Connection, plan: PlanRef, as_of: date, *, workdays: Workdays
) -> list[Notice]:
    """The hazards of an office whose unit is to be reminded, or which go a step up, as of a day.

    Args:
        plan: one of the office's; its days of warning and its escalation are used.
    """
    rule = escalation_of(connection, plan)

    def stage(late_workdays: int) -> str:
        reached = stage_after(late_workdays, rule).code
        return "late" if reached == "person" else reached

    look, soon = _look(connection, plan, as_of)
    found = hazards(look).subquery("found")
    wanted = (found.c.put_right == 0) & (found.c.settle_by <= soon)
    rows = _with_told(connection, found, wanted)
    return [one for row in rows if (one := _notice(row, as_of, workdays, stage))]


def reminders(
    connection: Connection, plan: PlanRef, as_of: date, *, workdays: Workdays
) -> list[Notice]:
    """The sweeps of an office that have to be held soon, or can still be made good, as of a day.

    Args:
        plan: one of the office's; its days of warning are used.
    """
    look, soon = _look(connection, plan, as_of)
    found = sweeps(look).subquery("found")
    wanted = found.c.held_on.is_(None) & (found.c.missed == 0) & (found.c.settle_by <= soon)
    rows = _with_told(connection, found, wanted)
    return [one for row in rows if (one := _notice(row, as_of, workdays, lambda _late: "late"))]


def before_whom(notice: Notice, unit: UnitName) -> str:
    """The unit or post that is told; the next one down where the plan names none."""
    posts = (unit.name, unit.name, unit.head, unit.leader)
    reached = posts[: STAGES.index(notice.stage) + 1]
    return next(post for post in reversed(reached) if post)


def record_escalations(filing: Filing, as_of: date) -> list[Notice]:
    """Records that of hazards as of a day; what was told before is not told again.

    Args:
        filing: the transaction; its register is ``hazard``.
    """
    found = escalations(filing.connection, filing.plan, as_of, workdays=filing.workdays)
    _record(filing, found, as_of)
    return found


def record_reminders(filing: Filing, as_of: date) -> list[Notice]:
    """Records that of sweeps as of a day; what was told before is not told again.

    Args:
        filing: the transaction; its register is ``sweep``.
    """
    found = reminders(filing.connection, filing.plan, as_of, workdays=filing.workdays)
    _record(filing, found, as_of)
    return found


def _look(connection: Connection, plan: PlanRef, as_of: date) -> tuple[Look, int]:
    """All cases of the office, and up to which day (as a number) what is due is due soon."""
    look = Look(as_of, None, plan_ids(connection, plan))
    return look, look.day + registers_of(connection, plan).warnings.days[-1]


def _with_told(connection: Connection, found: Subquery, wanted: Column) -> Sequence[Row[Any]]:
    """The cases that are wanted, each with ``told``: the last of ``STAGES``, from 1, that was
    recorded for its day in force."""
    e, f = register_event.c, found.c
    ranks = [(e.result == stage, number(rank)) for rank, stage in enumerate(STAGES, 1)]
    notices = (
        select(e.case_id, e.due, func.max(case(*ranks, else_=number(0))).label("told"))
        .where(e.kind.in_(NOTICES), e.case_id.in_(select(f.id).where(wanted)))
        .group_by(e.case_id, e.due)
        .subquery("notices")
    )
    same = and_(notices.c.case_id == f.id, notices.c.due == f.settle_by)
    return connection.execute(
        select(found, func.coalesce(notices.c.told, number(0)).label("told"))
        .select_from(found.outerjoin(notices, same))
        .where(wanted)
        .order_by(f.settle_by, f.id)
    ).all()


def _notice(
    row: Row[Any], as_of: date, workdays: Workdays, stage_of: Callable[[int], str]
) -> Notice | None:
    """What is to be told of a case; None where it was told already."""
    due = date.fromordinal(row.settle_by)
    late = max(0, workdays.count(due, as_of))
    stage = stage_of(late) if due < as_of else "due"
    if STAGES.index(stage) < row.told:
        return None
    return Notice(
        case_id=row.id,
        number=row.number,
        kind=row.kind,
        grade=row.grade,
        community=row.community,
        place=row.place,
        unit=row.unit,
        due=due,
        late_workdays=late,
        stage=stage,
    )


def _record(filing: Filing, notices: Sequence[Notice], as_of: date) -> None:
    if not notices:
        return
    e = register_event.c
    ids = [one.case_id for one in notices]
    last = select(e.case_id, func.max(e.number)).where(e.case_id.in_(ids)).group_by(e.case_id)
    numbers = dict(filing.connection.execute(last).tuples().all())
    filing.connection.execute(
        insert(events),
        [
            {
                "case_id": one.case_id,
                "number": numbers.get(one.case_id, 0) + 1,
                "filing_id": filing.id,
                "kind": "escalate" if one.escalates else "remind",
                "effective_on": as_of,
                "due": one.due,
                "result": one.stage,
            }
            for one in notices
        ],
    )
