"""The daily check (每日检查): judge, write down what was seen, bring what is late higher up."""

from datetime import date
from typing import Any, NamedTuple

from prefect import flow, get_run_logger, task

from flows.artifacts import Pages, publish_recorded
from flows.look import (
    BOUNDED,
    by_unit,
    come,
    day_of_run,
    judge_plan,
    look_at_unit,
    office_flow,
    open_store,
    outcome,
    plans_to_watch,
    whole,
)
from plans.workdays import load_workdays
from tracker.alerts import Checked, open_alerts, record_check
from tracker.history import load_months
from tracker.late import Detail
from tracker.reports.pages import areas_page, late_page, report_page
from tracker.store import Writing
from tracker.view import View

Details = dict[str, dict[int, Detail]]


class Found(NamedTuple):
    """What a check wrote of a plan, how many alerts are open, and its pages."""

    checked: Checked
    open: int
    pages: Pages


@flow(**office_flow("每日检查"))
def daily_check(
    as_of: date | None = None, year: int | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """每天检查一次年度计划：判断每个事项，记录当日快照，开启、升级或解除预警，公布报告。

    Args:
        as_of: 截至日期，不能晚于今天；不填则为预定运行的日期。
        year: 计划年度；不填则为截至日期所在年度，以及上年度尚有未完成事项或未解除预警的计划。
        office: 单位名称；不填则检查所有这些计划。
    """
    day = come(day_of_run(as_of))
    views = [judge_plan(plan, day) for plan in plans_to_watch(day, year, office)]
    details = [by_unit(view, look_at_unit) for view in views]
    found = record(whole(views), whole(details))
    return [_publish(*plan) for plan in zip(views, found, strict=True)]


@task(name="记录", task_run_name="store 记录快照和预警", **BOUNDED)
def record(views: list[View], details: list[Details]) -> list[Found]:
    """Writes the day of all plans in one transaction, their pages within it: all or nothing."""
    workdays = load_workdays()
    with open_store() as store, store.write() as writing:
        return [
            _found(writing, view, found, record_check(writing, view, workdays))
            for view, found in zip(views, details, strict=True)
        ]


def _found(writing: Writing, view: View, details: Details, checked: Checked) -> Found:
    scope = view.scope
    alerts = open_alerts(writing.connection, scope.plan.id, scope.as_of)
    months = load_months(writing.connection, scope.plan, scope.as_of, scope.known_at)
    late = {item_id: found for unit in details.values() for item_id, found in unit.items()}
    pages = {
        "overdue": ("逾期和滞后", late_page(view, alerts, late)),
        "areas": ("各板块进度", areas_page(view)),
        "report": ("进度报告", report_page(view, months)),
    }
    return Found(checked, len(alerts), pages)


def _publish(view: View, found: Found) -> dict[str, Any]:
    checked = found.checked
    moved = {event: checked.count(event) for event in ("opened", "escalated", "cleared")}
    get_run_logger().info(
        "%s；预警：新增%s、升级%s、解除%s" if checked.recorded else "%s",
        "快照已记录" if checked.recorded else "当日已经检查过，没有改动",
        *(moved.values() if checked.recorded else ()),
    )
    return {
        **outcome(view),
        "recorded": checked.recorded,
        "alerts": {**moved, "open": found.open},
        "pages": publish_recorded(view.scope.plan, found.pages),
    }
