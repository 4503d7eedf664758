"""Flagging what is overdue (催办): an urge slip for every unit that has something to do."""

from datetime import date
from typing import Any

from prefect import flow, get_run_logger, task

from flows.artifacts import Pages, publish_recorded
from flows.look import (
    BOUNDED,
    by_unit,
    come,
    day_of_run,
    judge_plan,
    office_flow,
    open_store,
    outcome,
    plans_to_watch,
    whole,
)
from plans.workdays import load_workdays
from tracker.alerts import open_alerts
from tracker.judge import Judged
from tracker.reports.slip_pages import slip_number, slip_page, slips_page
from tracker.slips import Draft, Slip, draft_slip, load_slips, record_slips
from tracker.store import Writing
from tracker.view import Scope, View

Drafts = dict[str, list[Draft]]
Written = tuple[list[str], list[Slip], Pages]


@flow(**office_flow("逾期催办"))
def flag_overdue(
    as_of: date | None = None, year: int | None = None, office: str | None = None
) -> list[dict[str, Any]]:
    """给每个有逾期、滞后或七天内到期事项的单位出一份催办单；同一天再次运行，还是同一份。

    Args:
        as_of: 截至日期，不能晚于今天；不填则为预定运行的日期。
        year: 计划年度；不填则为截至日期所在年度，以及上年度尚有未完成事项或未解除预警的计划。
        office: 单位名称；不填则处理所有这些计划。
    """
    day = come(day_of_run(as_of))
    views = [judge_plan(plan, day) for plan in plans_to_watch(day, year, office)]
    drafts = [by_unit(view, draft) for view in views]
    written = record(whole(views), whole(drafts))
    return [_publish(view, *found) for view, found in zip(views, written, strict=True)]


@task(name="起草催办单", task_run_name="{code} {name}：起草催办单", **BOUNDED)
def draft(code: str, name: str, scope: Scope, items: list[Judged]) -> list[Draft]:
    """Works out what the slip of a unit has to say."""
    with open_store() as store, store.read() as connection:
        alerts = open_alerts(connection, scope.plan.id, scope.as_of)
    found = draft_slip(items, alerts, scope.as_of)
    get_run_logger().info("%s %s：%s个", code, name, len(found))
    return found


@task(name="记录", task_run_name="store 记录催办单", **BOUNDED)
def record(views: list[View], drafts: list[Drafts]) -> list[Written]:
    """Writes the slips of all plans in one transaction, their pages within it: all or nothing."""
    workdays = load_workdays()
    with open_store() as store, store.write() as writing:
        return [
            _written(writing, view, record_slips(writing, view, found, workdays))
            for view, found in zip(views, drafts, strict=True)
        ]


def _written(writing: Writing, view: View, new: list[str]) -> Written:
    plan, day = view.scope.plan, view.scope.as_of
    slips = load_slips(writing.connection, plan, day, workdays=load_workdays())
    pages = {"slips": ("催办单一览", slips_page(slips, view.scope))}
    for slip in slips:
        title = f"催办单 {slip_number(slip)} {slip.names.name}"
        pages[f"slip-{slip.unit}"] = (title, slip_page(slip, view.scope))
    return new, slips, pages


def _publish(view: View, new: list[str], slips: list[Slip], pages: Pages) -> dict[str, Any]:
    get_run_logger().info("催办单%s份，其中新出%s份", len(slips), len(new))
    return {
        **outcome(view),
        "new": len(new),
        "slips": [
            {
                "number": slip.number,
                "unit": slip.unit,
                "name": slip.names.name,
                "reply_by": slip.reply_by,
                "late": len(slip.late),
                "ahead": len(slip.ahead),
            }
            for slip in slips
        ],
        "pages": publish_recorded(view.scope.plan, pages),
    }
