"""Safety sweeps (安全检查): makes those that are due, reminds, and brings hazards higher up."""

from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task

from flows.artifacts import Pages, publish_recorded
from flows.look import (
    BOUNDED,
    come,
    day_of_run,
    office_flow,
    open_store,
    plans_of_offices,
    raise_failed,
    seen,
)
from plans.workdays import load_workdays
from tracker.registers.filing import Filing
from tracker.registers.notices import record_escalations, record_reminders
from tracker.registers.safety_board import SafetyBoard, load_safety_board
from tracker.registers.sweeps import Sweeps
from tracker.reports.register_pages import hazards_page, sweeps_page
from tracker.store import Writing
from tracker.versions import PlanRef, list_plans

AUTHOR = "安全检查流程"
"""Who files what the flow records."""


@flow(**office_flow("安全检查", which=plans_of_offices))
def safety_sweep(
    as_of: date | None = None, year: int | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """每天按计划生成应开展的检查，提醒临期和待补办的检查、临期和逾期的隐患，逾期的提级督办。

    Args:
        as_of: 截至日期，不能晚于今天；不填则为预定运行的日期。
        year: 计划年度；不填则为截至日期所在年度，该年度尚无计划的为上年度。
        office: 单位名称；不填则处理所有单位。
    """
    day = come(day_of_run(as_of))
    found: list[dict[str, Any]] = []
    failed: dict[str, Exception] = {}
    for plan in plans_of_offices(day, year, office):
        try:
            done, pages = record(plan, day)
            found.append({**done, "pages": publish_recorded(plan, pages)})
        except Exception as error:  # what is wrong in one office stops no other
            failed[plan.office] = error
    raise_failed(failed)
    return found


@task(name="记录", task_run_name="{plan.office} 记录检查安排、提醒和提级", **BOUNDED)
def record(plan: PlanRef, day: date) -> tuple[dict[str, Any], Pages]:
    """Writes what is due in an office and who is told, all or nothing."""
    with open_store() as store, store.write() as writing:
        return _record(writing, plan, day)


def _record(writing: Writing, plan: PlanRef, day: date) -> tuple[dict[str, Any], Pages]:
    workdays = load_workdays()
    sweeps, hazards = (
        Filing(writing, plan, register, AUTHOR, day, workdays) for register in ("sweep", "hazard")
    )
    made = Sweeps(sweeps).make()
    for last in list_plans(writing.connection, year=plan.year - 1, office=plan.office):
        # Its last sweeps can be made good in January.
        made += Sweeps(Filing(writing, last, "sweep", AUTHOR, day, workdays)).make()
    told = [*record_reminders(sweeps, day), *record_escalations(hazards, day)]
    escalated = sum(one.escalates for one in told)
    board = load_safety_board(writing.connection, plan, day, None, workdays)
    get_run_logger().info(
        "%s：新增检查%s次，提醒%s件，提级督办%s件；已开展%s次，应开展%s次；未整改到位的隐患%s处",
        plan.office,
        len(made),
        len(told) - escalated,
        escalated,
        *_held(board).values(),
        len(board.open),
    )
    done = {
        **seen(board.scope),
        "made": len(made),
        "reminded": len(told) - escalated,
        "escalated": escalated,
        **_held(board),
        "open_hazards": len(board.open),
        "overdue_hazards": len(board.overdue),
    }
    pages = {
        "sweeps": ("安全检查", sweeps_page(board)),
        "hazards": ("隐患整改", hazards_page(board)),
    }
    return done, pages


def _held(board: SafetyBoard) -> dict[str, int]:
    """How many sweeps of those due were held."""
    rate = board.sweeps.total.rates["held"]
    return {"held": rate.numerator, "due": rate.denominator}
