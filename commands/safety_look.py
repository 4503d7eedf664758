"""``duban sweep board``: sweeps and hazards at a glance."""

from commands.group import command
from commands.options import Desk, view_options
from plans.language import gettext as _


@command(
    "board",
    help=_(
        "Show safety sweeps and hazards at a glance: how many of those due were held, hazards "
        "that are not put right by age and grade, what is overdue and before whom it is, places "
        "found again, and the months of this year and of last year."
    ),
    examples=["duban sweep board", "duban sweep board --year 2024 --as-of 2024-10-31 --json"],
)
@view_options
def board(desk: Desk) -> None:
    """Shows the board of safety sweeps."""
    from tracker.registers.safety_board import load_safety_board

    with desk.store() as store, store.read() as connection:
        plan = desk.register_plan(connection)
        found = load_safety_board(connection, plan, desk.as_of, desk.known_at, desk.workdays)
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_boards import print_safety_board

    return print_safety_board(desk.console, found)
