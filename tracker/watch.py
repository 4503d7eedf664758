"""Which plans are watched: a year's end does not end what is still to be done."""

from datetime import date

from sqlalchemy import Connection

from plans.levels import LEVELS
from plans.workdays import Workdays
from tracker.alerts import open_alerts
from tracker.judge import judge
from tracker.versions import PlanRef, find_plans, list_plans

UNFINISHED = [level.code for level in LEVELS if not level.finished]


def watched_plans(
    connection: Connection, day: date, office: str | None = None, *, workdays: Workdays
) -> list[PlanRef]:
    """The plans of the day's year, and those of the year before that are not settled.

    A plan is settled when all its items are, or finished, as of the day and no alert is open.

    Raises:
        NotFoundError: there is none.
    """
    found = [
        plan
        for plan in list_plans(connection)
        if office in (None, plan.office)
        and (
            plan.year == day.year
            or (plan.year == day.year - 1 and not _settled(connection, plan, day, workdays))
        )
    ]
    return found or find_plans(connection, day.year, office)


def register_plans(
    connection: Connection, day: date, year: int | None = None, office: str | None = None
) -> list[PlanRef]:
    """The plans whose registers are looked at: one of each office, as what comes in knows no year.

    Args:
        year: that of the plans; None for that of the day, or the one before where an office has no
            newer plan yet.

    Raises:
        NotFoundError: there is none.
    """
    if year is not None:
        return find_plans(connection, year, office)
    found = {
        plan.office: plan  # of two years the later one
        for plan in list_plans(connection, office=office)
        if plan.year in (day.year - 1, day.year)
    }
    return list(found.values()) or find_plans(connection, day.year, office)


def _settled(connection: Connection, plan: PlanRef, day: date, workdays: Workdays) -> bool:
    if open_alerts(connection, plan.id, day):
        return False
    unfinished = judge(connection, day, plans=[plan.id], levels=UNFINISHED, workdays=workdays)
    return all(item.settled for item in unfinished)
