"""The year-end summary (年终总结): the roll-up of a plan's year, published to be read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from prefect import flow, task

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
)
from plans.workdays import load_workdays
from tracker.alerts import open_alerts
from tracker.late import Detail
from tracker.reports.pages import late_page, units_page
from tracker.reports.summary_markdown import render_markdown
from tracker.summary import summarise
from tracker.view import Scope, View


def told_up_to(as_of: date | None, year: int | None) -> date:
    """The day up to which the year is told: its last, where none is asked for and it is over."""
    day = day_of_run(as_of)
    return day if as_of or year is None else min(day, date(year, 12, 31))


@flow(**office_flow("年终总结", told_up_to, plans_of))
def year_end_summary(
    as_of: date | None = None, year: int | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """汇总一年：各单位完成情况、未完成事项和年终总结。

    Args:
        as_of: 截至日期；不填则为预定运行的日期，但不晚于所填年度的最后一天。
        year: 计划年度；不填则为截至日期所在年度。
        office: 单位名称；不填则汇总该年度的所有计划。
    """
    day = told_up_to(as_of, year)
    views = [judge_plan(plan, day) for plan in plans_of(day, year, office)]
    details = [by_unit(view, look_at_unit) for view in views]
    summaries = [summed_up(view.scope) for view in views]
    return [_publish(*found) for found in zip(views, details, summaries, strict=True)]


@task(name="总结", task_run_name="总结 {scope.plan.office} {scope.plan.year}", **BOUNDED)
def summed_up(scope: Scope) -> str:
    """The year-end summary as Markdown, from what the judgement knew."""
    with open_store() as store, store.read() as connection:
        summary = summarise(
            connection, scope.plan, scope.as_of, scope.known_at, workdays=load_workdays()
        )
    return render_markdown(summary.document)


def _publish(
    view: View, details: Mapping[str, Mapping[int, Detail]], summary: str
) -> dict[str, Any]:
    scope = view.scope
    late = {item_id: found for unit in details.values() for item_id, found in unit.items()}
    with open_store() as store, store.read() as connection:
        alerts = open_alerts(connection, scope.plan.id, scope.as_of)
    pages = {
        "units": ("各单位进度", units_page(view)),
        "unfinished": ("逾期和滞后", late_page(view, alerts, late)),
        "summary": ("年终总结", summary),
    }
    return {**outcome(view), "pages": publish(scope.plan, pages)}
