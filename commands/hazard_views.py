"""Looking at hazards: list, show and rates."""

import click

from commands.group import command
from commands.options import Desk, view_options
from commands.safety import (
    ALL,
    COMMUNITY,
    KIND,
    LIMIT,
    NUMBER,
    UNIT,
    Named,
    case_plan,
    codes,
    shown,
)
from plans.language import gettext as _


@command(
    "list",
    help=_(
        "List the hazards found in a plan's year and what is open of years before, by the day in "
        "force: what is past it, and what was found again at a place where there was one before."
    ),
    examples=[
        "duban hazard list --overdue",
        "duban hazard list --year 2024 --state 待复查 --community 第一社区 --json",
    ],
)
@click.option(
    "--state",
    metavar="STATE",
    type=Named("LISTED"),
    help=_(
        "Only of this state: found (待整改), ordered (限期整改), fixed (待复查), failed "
        "(复查不合格), passed (待销号) or closed (已销号); or overdue (逾期), "
        "inspection_overdue (复查逾期) among these."
    ),
)
@click.option("--grade", metavar="GRADE", type=Named("GRADES"), help=_("Only ordinary or major."))
@KIND
@COMMUNITY
@UNIT
@click.option("--overdue", is_flag=True, help=_("Only what is past its day."))
@click.option("--again", is_flag=True, help=_("Only where the same place is found again."))
@LIMIT
@ALL
@view_options
def list_hazards(
    desk: Desk,
    state: str | None,
    grade: str | None,
    overdue: bool,
    again: bool,
    limit: int,
    everything: bool,
    **where: str | None,
) -> None:
    """Lists hazards."""
    from tracker.registers.hazard_list import HazardFilters, load_hazards

    with desk.store() as store, store.read() as connection:
        plan = desk.register_plan(connection)
        named = codes(connection, plan, **where)
        found = load_hazards(
            connection,
            plan,
            desk.as_of,
            desk.known_at,
            workdays=desk.workdays,
            filters=HazardFilters(state=state, grade=grade, overdue=overdue, again=again, **named),
            limit=shown(desk, limit, everything),
        )
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_safety import print_hazards

    return print_hazards(desk.console, found)


@command(
    "show",
    help=_(
        "Show one hazard: where it is and stands, its orders with their settings, who put it right "
        "and who inspected it, with the evidence that was kept."
    ),
    examples=["duban hazard show H2024-007", "duban hazard show H2024-007 --json"],
)
@NUMBER
@view_options
def show(desk: Desk, number: str) -> None:
    """Shows one hazard."""
    from tracker.registers.hazard_sheet import load_hazard

    with desk.store() as store, store.read() as connection:
        plan = case_plan(desk, connection, "hazard", number) or desk.register_plan(connection)
        sheet = load_hazard(
            connection, plan, number, desk.as_of, desk.known_at, workdays=desk.workdays
        )
    if desk.as_json:
        return desk.json(sheet.to_json())
    from tracker.reports.console_hazard import print_hazard

    return print_hazard(desk.console, sheet)


@command(
    "rates",
    help=_(
        "Show how many hazards were put right, put right in time and re-opened, with numerator and "
        "denominator: of all, and by kind, community and month."
    ),
    examples=["duban hazard rates --year 2024", "duban hazard rates --as-of 2024-06-30 --json"],
)
@view_options
def rates(desk: Desk) -> None:
    """Shows rates."""
    from tracker.registers.safety_rates import load_hazard_rates

    with desk.store() as store, store.read() as connection:
        found = load_hazard_rates(
            connection, desk.register_plan(connection), desk.as_of, desk.known_at
        )
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_safety_rates import print_hazard_rates

    return print_hazard_rates(desk.console, found)
