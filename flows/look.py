"""What all flows do first: find the plans, judge each once, and go through its units."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from prefect import Flow, State, Task, get_run_logger, task
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.logging.loggers import flow_run_logger
from prefect.runtime import flow_run
from prefect.utilities.annotations import quote

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError, UsageError
from plans.language import gettext as _
from plans.levels import LEVELS
from plans.workdays import load_workdays
from plans.zone import OFFICE_ZONE
from tracker.judge import Judged
from tracker.late import Detail, load_details
from tracker.snapshots import all_known
from tracker.store import Store, default_url
from tracker.versions import PlanRef, find_plans
from tracker.view import Scope, View, leads, load_view
from tracker.watch import register_plans, watched_plans

T = TypeVar("T")

PERMANENT = (BadInputError, ConflictError, NotFoundError, UsageError)
"""What is the same at every attempt."""


def may_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another attempt of a task may go better."""
    return not isinstance(state.data, PERMANENT)


BOUNDED: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": 2,
    "retry_condition_fn": may_pass,
    "timeout_seconds": 300,
}
"""For what reads or writes the store: the database may be away for a moment, but not for ever."""


def open_store() -> Store:
    """The store of ``DUBAN_DB``: the URL may hold a password, so it is no parameter of a flow."""
    return Store(default_url())


def day_of_run(as_of: date | None, year: int | None = None) -> date:
    """The day to judge: the one asked for, or that for which the run was scheduled."""
    return as_of or flow_run.scheduled_start_time.astimezone(ZoneInfo(OFFICE_ZONE)).date()


def come(day: date) -> date:
    """The day, unless it lies ahead: what is recorded of a day moves no later alert back.

    Raises:
        BadInputError: it lies ahead in the office's time zone.
    """
    today = datetime.now(ZoneInfo(OFFICE_ZONE)).date()
    if day > today:
        message = _("as of {day}: that day has not come, today is {today}; nothing was recorded")
        raise BadInputError(message.format(day=day, today=today))
    return day


def plans_to_watch(day: date, year: int | None, office: str | None) -> list[PlanRef]:
    """The plans to check: of a year, or those that are to be watched on the day.

    Raises:
        NotFoundError: there is none.
    """
    if year is not None:
        return plans_of(day, year, office)
    with open_store() as store, store.read() as connection:
        return watched_plans(connection, day, office, workdays=load_workdays())


def plans_of(day: date, year: int | None, office: str | None) -> list[PlanRef]:
    """The plans to sum up: of an office, or of all; of a year, or of that which holds the day.

    Raises:
        NotFoundError: there is none.
    """
    with open_store() as store, store.read() as connection:
        return find_plans(connection, day.year if year is None else year, office)


def plans_of_offices(day: date, year: int | None, office: str | None) -> list[PlanRef]:
    """The plan of each office whose registers are looked at.

    Raises:
        NotFoundError: there is none.
    """
    with open_store() as store, store.read() as connection:
        return register_plans(connection, day, year, office)


def say_why(flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    """Logs why a scheduled run failed; whoever runs a flow by hand gets the error itself."""
    if run.deployment_id is not None:
        flow_run_logger(run, flow).error("%s 失败：%s", run.name, state.message)


def whole(value: T) -> T:
    """The value as an argument of a task that Prefect need not search for other tasks' results."""
    return quote(value)  # type: ignore[return-value]  # the task gets what it is wrapped around


def office_flow(
    title: str,
    day_of: Callable[[date | None, int | None], date] = day_of_run,
    which: Callable[[date, int | None, str | None], list[PlanRef]] = plans_to_watch,
) -> dict[str, Any]:
    """The settings of a flow: its Chinese title, how its runs are named, what it says on failure.

    A run is named by what, of which office, and as of when.
    """

    def name() -> str:
        asked = flow_run.parameters
        day = day_of(asked["as_of"], asked["year"])
        try:
            plans = which(day, asked["year"], asked["office"])
            offices = list(dict.fromkeys(plan.office for plan in plans))
        except DubanError:
            offices = [asked["office"] or "无计划"]  # the run itself says what is wrong
        whose = offices[0] if len(offices) == 1 else f"{len(offices)}个单位"
        return f"{title} {whose} {day}"

    return {"name": title, "flow_run_name": name, "on_failure": [say_why]}


@task(name="判断", task_run_name="判断 {plan.office} {plan.year}", **BOUNDED)
def judge_plan(plan: PlanRef, day: date) -> View:
    """Judges a plan as of a day, with all that is known now."""
    with open_store() as store, store.read() as connection:
        known_at = all_known(connection, plan)
        view = load_view(connection, plan, day, known_at, workdays=load_workdays())
    get_run_logger().info("%s %s：%s个事项", plan.office, plan.year, len(view.items))
    return view


@task(name="核对单位", task_run_name="{code} {name}：核对", **BOUNDED)
def look_at_unit(code: str, name: str, scope: Scope, items: list[Judged]) -> dict[int, Detail]:
    """Reads with which steps, and why, the items of a unit are late."""
    late = [item.item_id for item in items if item.level.late]
    get_run_logger().info("%s %s：%s", code, name, _counts(items))
    with open_store() as store, store.read() as connection:
        return load_details(connection, scope.plan, scope.as_of, scope.known_at, late)


def by_unit(view: View, look: Task[[str, str, Scope, list[Judged]], T]) -> dict[str, T]:
    """What a task gives back for each unit that leads anything: unit code → result.

    The units come one after another: in a thread of its own a task could not be timed out.

    Raises:
        DubanError: tasks failed; the message names each unit and why.
    """
    given: dict[str, T] = {}
    failed: dict[str, Exception] = {}
    units = leads(view)
    for code, names in units.items():
        items = [item for item in view.items if item.lead == code]
        arguments = (code, names.name, whole(view.scope), whole(items))
        found = look(*arguments, return_state=True).result(raise_on_failure=False)
        if isinstance(found, Exception):
            failed[code] = found
        else:
            given[code] = found
    raise_failed({f"{code} {units[code].name}": error for code, error in failed.items()})
    return given


def raise_failed(failed: Mapping[str, Exception]) -> None:
    """Raises what went wrong, if anything did.

    Args:
        failed: where it did, as people call it → why.

    Raises:
        DubanError: the message names each place and why.
    """
    if failed:
        kinds = {type(error) for error in failed.values() if isinstance(error, DubanError)}
        kind = kinds.pop() if len(kinds) == 1 else DubanError
        raise kind("；".join(f"{where}：{_why(error)}" for where, error in failed.items()))


def seen(scope: Scope) -> dict[str, Any]:
    """What every flow gives back of a plan: which, and as of when."""
    return {
        "plan": scope.plan.office,
        "year": scope.plan.year,
        "as_of": scope.as_of,
        "simulated": scope.simulated,
    }


def outcome(view: View) -> dict[str, Any]:
    """What flows that judge a plan give back of it: where its items stand, too."""
    return {
        **seen(view.scope),
        "totals": view.totals,
        "late": sum(item.level.late for item in view.items),
    }


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, DubanError) else f"{type(error).__name__}: {error}"


def _counts(items: list[Judged]) -> str:
    counts = {level: sum(item.level == level for item in items) for level in LEVELS}
    return "、".join(f"{level.zh}{count}" for level, count in counts.items() if count)
