"""The daily check (每日检查): judge, write down what was seen, bring what is late higher up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task

from flows.artifacts import publish
from flows.look import (
    BOUNDED,
    by_unit,
    day_of_run,
    judge_plan,
    look_at_unit,
    office_flow,
    open_store,
    outcome,
    plans_of,
    whole,
)
from plans.workdays import load_workdays
from tracker.alerts import Checked, Event, open_alerts, record_check
from tracker.history import Months, load_months
from tracker.late import Detail
from tracker.reports.pages import areas_page, late_page, report_page
from tracker.view import View


@flow(**office_flow("每日检查"))
def daily_check(
    as_of: date | None = None, year: int | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """每天检查一次年度计划：判断每项事项，记录当日快照，开启、升级或解除预警，公布报告。

    Args:
        as_of: 截至日期；不填则为预定运行的日期。
        year: 计划年度；不填则为截至日期所在年度。
        office: 单位名称；不填则检查该年度的所有计划。
    """
    day = day_of_run(as_of)
    views = [judge_plan(plan, day) for plan in plans_of(day, year, office)]
    details = [by_unit(view, look_at_unit) for view in views]
    checks = record(whole(views))
    return [_publish(*found) for found in zip(views, details, checks, strict=True)]


@task(name="记录", task_run_name="store 记录快照和预警", **BOUNDED)
def record(views: list[View]) -> list[Checked]:
    """Writes the day of all plans in one transaction."""
    workdays = load_workdays()
    with open_store() as store, store.write() as writing:
        return [record_check(writing, view, workdays) for view in views]


def _publish(
    view: View, details: Mapping[str, Mapping[int, Detail]], checked: Checked
) -> dict[str, Any]:
    alerts, months = _read(view)
    late = {item_id: found for unit in details.values() for item_id, found in unit.items()}
    pages = {
        "overdue": ("逾期和滞后", late_page(view, alerts, late)),
        "areas": ("各板块进度", areas_page(view)),
        "report": ("进度报告", report_page(view, months)),
    }
    moved = {event: checked.count(event) for event in ("opened", "escalated", "cleared")}
    get_run_logger().info(
        "%s；预警：新增%s、升级%s、解除%s" if checked.recorded else "%s",
        "快照已记录" if checked.recorded else "当日已经检查过，没有改动",
        *(moved.values() if checked.recorded else ()),
    )
    return {
        **outcome(view),
        "recorded": checked.recorded,
        "alerts": {**moved, "open": len(alerts)},
        "pages": publish(view.scope.plan, pages),
    }


def _read(view: View) -> tuple[dict[int, Event], Months]:
    scope = view.scope
    with open_store() as store, store.read() as connection:
        return (
            open_alerts(connection, scope.plan.id, scope.as_of),
            load_months(connection, scope.plan, scope.as_of, scope.known_at),
        )
