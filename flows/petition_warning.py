"""The early warning of petitions (信访预警): cases whose time runs out, and topics that rise."""

from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task

from flows.artifacts import Pages, publish
from flows.look import (
    BOUNDED,
    come,
    day_of_run,
    office_flow,
    open_store,
    plans_of_offices,
    seen,
)
from plans.workdays import load_workdays
from tracker.registers.petition_board import load_heat
from tracker.registers.warnings import find_warnings
from tracker.reports.register_pages import heat_page, warnings_page
from tracker.versions import PlanRef


@flow(**office_flow("信访预警", which=plans_of_offices))
def petition_warning(
    as_of: date | None = None, year: int | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """每天预警信访和12345工单：七天和三天内到期、逾期、超期受理、重复的案件，异常上升的主题。

    Args:
        as_of: 截至日期，不能晚于今天；不填则为预定运行的日期。
        year: 计划年度；不填则为截至日期所在年度，该年度尚无计划的为上年度。各年度的案件都会预警。
        office: 单位名称；不填则处理所有单位。
    """
    day = come(day_of_run(as_of))
    found = [warn(plan, day) for plan in plans_of_offices(day, year, office)]
    return [{**done, "pages": publish(plan, pages)} for plan, done, pages in found]


@task(name="预警", task_run_name="预警 {plan.office} {plan.year}", **BOUNDED)
def warn(plan: PlanRef, day: date) -> tuple[PlanRef, dict[str, Any], Pages]:
    """What an office is warned of, in numbers, and the pages that say more."""
    with open_store() as store, store.read() as connection:
        warned = find_warnings(connection, plan, day, None, load_workdays())
        heat = load_heat(connection, warned)
    totals = warned.totals
    get_run_logger().info(
        "%s：在办%s件，其中逾期%s件、需预警%s件；异常上升的主题%s个",
        plan.office,
        warned.open,
        totals["overdue"],
        len(warned.cases),
        totals["rises"],
    )
    pages = {
        "warnings": ("当日预警", warnings_page(warned)),
        "heat": ("主题和社区分布", heat_page(heat, warned)),
    }
    counted = {"open": warned.open, "cases": len(warned.cases), "warnings": totals}
    return plan, {**seen(warned.scope), **counted}, pages
