"""Looking: status, overdue, show, explain, ledger and report."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import click

from commands.group import command
from commands.options import Desk, Function, Whole, view_options
from commands.recording import CODE
from plans.errors import BadInputError, UsageError
from plans.language import chinese, listed
from plans.language import gettext as _
from plans.levels import LEVELS

UNIT = click.option("--unit", metavar="UNIT", help=_("Only what this unit leads: code or name."))
OVERDUE_SHOWN = 50
STATUS_SHOWN = 200


class LevelName(click.Choice[str]):
    """The code of a level, given by code or by one of its names."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code."""
        named = {name: level.code for level in LEVELS for name in (level.zh, level.en)}
        return super().convert(named.get(value.strip(), value), param, ctx)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Names the levels as they are read."""
        there = listed([level.zh if chinese() else level.code for level in LEVELS], len(LEVELS))
        return _("{value}: no such level; there are: {there}").format(value=value, there=there)


def _limit(shown: int) -> Callable[[Function], Function]:
    return click.option(
        "--limit",
        metavar="N",
        type=Whole(min=1),
        default=shown,
        help=_("On a terminal, show at most N items; by default {shown}.").format(shown=shown),
    )


ALL = click.option("--all", "everything", is_flag=True, help=_("Show all items."))


@command(
    "status",
    help=_(
        "Show where every item stands as of a date: done, late, silent, on pace, with progress "
        "against what is expected. On a terminal a tree by area; elsewhere one line an item."
    ),
    examples=[
        "duban status",
        "duban status --as-of 2024-10-31 --unit cjb",
        "duban status --year 2024 --level overdue --level behind --json",
    ],
)
@UNIT
@click.option("--area", metavar="AREA", help=_("Only items under this heading: code or title."))
@click.option(
    "--level",
    "levels",
    metavar="LEVEL",
    multiple=True,
    type=LevelName([level.code for level in LEVELS]),
    help=_("Only items of this level, such as overdue or 逾期; may be given more than once."),
)
@_limit(STATUS_SHOWN)
@ALL
@view_options
def status(
    desk: Desk,
    unit: str | None,
    area: str | None,
    levels: tuple[str, ...],
    limit: int,
    everything: bool,
) -> None:
    """Shows the judged items of a plan."""
    from tracker.view import load_view

    with desk.store() as store, store.read() as connection:
        view = load_view(
            connection,
            desk.plan(connection),
            desk.as_of,
            desk.known_at,
            workdays=desk.workdays,
            unit=unit,
            area=area,
            levels=levels or None,
        )
    if desk.as_json:
        return desk.json(view.to_json())
    from tracker.reports.console_status import print_status

    return print_status(desk.console, view, limit=None if everything else limit)


@command(
    "overdue",
    help=_(
        "List what is past a date in force, the longest overdue first, with the milestone, the "
        "reason filed last, and the days late in calendar and in working days."
    ),
    examples=["duban overdue", "duban overdue --as-of 2024-10-31 --all", "duban overdue --json"],
)
@UNIT
@_limit(OVERDUE_SHOWN)
@ALL
@view_options
def overdue(desk: Desk, unit: str | None, limit: int, everything: bool) -> None:
    """Lists the overdue items."""
    from tracker.late import load_late

    with desk.store() as store, store.read() as connection:
        plan = desk.plan(connection)
        late = load_late(
            connection,
            plan,
            desk.as_of,
            desk.known_at,
            workdays=desk.workdays,
            unit=unit,
            details=desk.as_json or desk.console.is_terminal,
        )
    if desk.as_json:
        return desk.json(late.to_json())
    from tracker.reports.console_overdue import print_overdue

    return print_overdue(desk.console, late, limit=None if everything else limit)


@command(
    "show",
    help=_(
        "Show one item: what was promised, who is answerable, its indicators and milestones, how "
        "it stood month by month, and what was filed."
    ),
    examples=["duban show 2.2.01 --year 2024", "duban show 5.3 --as-of 2024-10-31 --json"],
)
@CODE
@view_options
def show(desk: Desk, code: str) -> None:
    """Shows one item."""
    from tracker.sheet import load_sheet

    with desk.store() as store, store.read() as connection:
        plan = desk.plan(connection)
        sheet = load_sheet(
            connection, plan, code, desk.as_of, desk.known_at, workdays=desk.workdays
        )
    if desk.as_json:
        return desk.json(sheet.to_json())
    from tracker.reports.console_item import print_item

    return print_item(desk.console, sheet)


@command(
    "explain",
    help=_(
        "Show the arithmetic behind an item's status, line by line: what is expected, what is "
        "done, and which condition gave the level."
    ),
    examples=["duban explain 2.2 --as-of 2024-10-31"],
)
@CODE
@view_options
def explain(desk: Desk, code: str) -> None:
    """Explains the status of one item."""
    from tracker import explain as arithmetic
    from tracker.view import load_scope

    with desk.store() as store, store.read() as connection:
        plan = desk.plan(connection)
        scope = load_scope(connection, plan, desk.as_of, desk.known_at)
        explained = arithmetic.explain(connection, plan, code, desk.as_of, desk.known_at)
    if desk.as_json:
        return desk.json({**scope.to_json(), **explained.to_json()})
    from tracker.reports.console_explain import print_explanation

    return print_explanation(desk.console, scope, explained)


@command(
    "show",
    help=_(
        "Show all rows of an item's ledger that had taken effect, in the order of filing. The "
        "numbers are those that approve, return and undo take."
    ),
    examples=["duban ledger 2.2.01 --year 2024", "duban ledger 5.3 --known-at 2024-06-30 --json"],
)
@CODE
@view_options
def ledger(desk: Desk, code: str) -> None:
    """Shows the rows of one item."""
    from tracker.sheet import load_ledger

    with desk.store() as store, store.read() as connection:
        sheet = load_ledger(connection, desk.plan(connection), code, desk.as_of, desk.known_at)
    if desk.as_json:
        return desk.json(sheet.to_json())
    from tracker.reports.console_ledger import print_ledger

    return print_ledger(desk.console, sheet)


@command(
    "report",
    help=_(
        "Print the progress report: where the plan stands, what needs attention first, progress "
        "by area and by unit, what is due next, and every item with its months."
    ),
    examples=[
        "duban report",
        "duban report --month 2024-10 --unit cjb",
        "duban report --month 10月 --year 2024 | less",
    ],
)
@click.option("--month", metavar="MONTH", help=_("As of the end of this month, such as 2024-10."))
@UNIT
@click.option("--short", is_flag=True, help=_("Leave out the list of all items."))
@view_options
@click.pass_context
def report(
    ctx: click.Context, desk: Desk, month: str | None, unit: str | None, short: bool
) -> None:
    """Prints the report."""
    from tracker.report import load_report

    if month is not None:
        if ctx.params["as_of"] is not None:
            raise UsageError(_("--month and --as-of: give one of them"))
        desk = replace(desk, as_of=_month_end(month, desk))
    with desk.store() as store, store.read() as connection:
        plan = desk.plan(connection)
        found = load_report(
            connection, plan, desk.as_of, desk.known_at, workdays=desk.workdays, unit=unit
        )
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_report import print_report

    return print_report(desk.console, found, items=not short)


def _month_end(typed: str, desk: Desk) -> date:
    """The last day of a month; today in the month that is not over."""
    from plans.typed import TypedError, parse_month

    try:
        first, last = parse_month(typed, desk.year or desk.today.year)
    except TypedError as error:
        raise BadInputError(f"--month: {error}") from None
    if first > desk.today:
        raise BadInputError(_("--month: {first} has not come yet").format(first=first))
    return min(last, desk.today)
