"""``duban petition warn`` and ``board``: what needs attention, and the whole at a glance."""

import click

from commands.group import command
from commands.options import Desk, Whole, view_options
from plans.language import gettext as _

SHOWN = 50


@command(
    "warn",
    help=_(
        "Show what needs attention: cases due within 7 and 3 days, overdue, accepted too late or "
        "repeated, the most urgent first, and topics that rise in a community beyond what their "
        "own past explains. Cases and topics only, of all years of the office."
    ),
    examples=[
        "duban petition warn",
        "duban petition warn --as-of 2024-07-31 --explain",
        "duban petition warn --json",
    ],
)
@click.option("--explain", is_flag=True, help=_("With the numbers behind each warning."))
@click.option(
    "--limit",
    metavar="N",
    type=Whole(min=1),
    default=SHOWN,
    help=_("On a terminal, show at most N cases; by default {shown}.").format(shown=SHOWN),
)
@click.option("--all", "everything", is_flag=True, help=_("Show all cases."))
@view_options
def warn(desk: Desk, explain: bool, limit: int, everything: bool) -> None:
    """Warns of cases and topics."""
    from tracker.registers.warnings import find_warnings

    with desk.store() as store, store.read() as connection:
        plan = desk.register_plan(connection)
        warned = find_warnings(connection, plan, desk.as_of, desk.known_at, desk.workdays)
    if desk.as_json:
        return desk.json(warned.to_json())
    from tracker.reports.console_warnings import print_warnings

    shown = None if everything else limit
    return print_warnings(desk.console, warned, limit=shown, explain=explain)


@command(
    "board",
    help=_(
        "Show the register of petitions at a glance: how many warnings there are, the rates "
        "with what they are made of, the cases of each topic in each community, and the months of "
        "this year and of last year."
    ),
    examples=["duban petition board", "duban petition board --year 2024 --as-of 2024-10-31"],
)
@view_options
def board(desk: Desk) -> None:
    """Shows the board of petitions."""
    from tracker.registers.petition_board import load_petition_board

    with desk.store() as store, store.read() as connection:
        plan = desk.register_plan(connection)
        found = load_petition_board(connection, plan, desk.as_of, desk.known_at, desk.workdays)
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_boards import print_petition_board

    return print_petition_board(desk.console, found)
