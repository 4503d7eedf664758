"""Plans in the store: each load of a plan file is an immutable version; the first is the baseline.

A version holds the whole plan as it then was. Items that a newer file no longer has are carried
into its version as cancelled. Dates never move later by loading: for that an extension has to be
approved (DESIGN: deadlines do not slide), so a version keeps the earlier of its own date and that
of the version before, and the original date of each item and milestone for ever.
"""

import hashlib
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select

from plans.workdays import Workdays, load_workdays
from tracker.dropped import carry_dropped, take_back
from tracker.loaded import (
    PlanRef,
    find_latest,
    find_plan,
    find_plans,
    indicator_units,
    list_plans,
    standing_dates,
    version_text,
)
from tracker.schema import (
    area,
    plan_version,
    unit,
)
from tracker.schema import plan as plan_table
from tracker.store import Writing
from tracker.version_items import insert_items, previous_version

if TYPE_CHECKING:
    from plans.model import Plan

__all__ = [
    "PlanRef",
    "find_latest",
    "find_plan",
    "find_plans",
    "indicator_units",
    "list_plans",
    "record_version",
    "standing_dates",
    "version_text",
]


def record_version(
    writing: Writing,
    plan: "Plan",
    text: str,
    *,
    author: str,
    on: date,
    workdays: Workdays | None = None,
) -> PlanRef:
    """Records a plan as the newest version of its office and year, and the sweeps that it asks for.

    The first one of a year takes over the cases of the year that were recorded before.

    Args:
        writing: the open transaction.
        plan: what the file says; its items are read once, in order.
        text: the file, kept as it is.
        author: who loads it.
        on: the day from which items that are no longer in the file count as cancelled.
        workdays: the calendar by which sweeps are due; by default the one in force.

    Returns:
        The plan, at the version recorded.

    Raises:
        ConflictError: it contradicts a closing or cancelling that stands.
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
            reply_workdays=plan.reporting.reply_workdays,
            **asdict(plan.escalation),
            wording=dict(plan.wording),
            registers=plan.registers.to_json(),
        )
    )
    _insert_headings(connection, plan, version_id)
    previous = previous_version(connection, plan_id, version_id)
    kept = insert_items(connection, plan, plan_id, version_id, previous)
    if previous.version_id is not None:
        loads = (previous.version_id, version_id)
        carry_dropped(writing, plan_id, loads, previous.dropped, author, on)
        take_back(writing, plan_id, version_id, previous.dropped & kept, author)
        from tracker.contradictions import check_endings  # it needs the judge, readers do not

        check_endings(connection, plan_id, version_id)
    recorded = find_plan(connection, plan.year, plan.office)
    if number == 1:
        _take_over_cases(writing, recorded, author, on)
    if plan.registers.safety.rhythms or number > 1:
        _ask_for_sweeps(writing, recorded, author, on, workdays or load_workdays())
    return recorded


def _take_over_cases(writing: Writing, plan: PlanRef, author: str, on: date) -> None:
    if len(list_plans(writing.connection, office=plan.office)) > 1:
        from tracker.registers.taking_over import take_over  # only loading needs it

        take_over(writing, plan, author=author, on=on)


def _ask_for_sweeps(
    writing: Writing, plan: PlanRef, author: str, on: date, workdays: Workdays
) -> None:
    from tracker.registers.filing import Filing  # only loading needs them
    from tracker.registers.sweep_making import make_asked

    make_asked(Filing(writing, plan, "sweep", author, on, workdays, plan.simulated))


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
