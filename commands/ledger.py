"""``duban ledger CODE`` and ``duban ledger import FILE``."""

from pathlib import Path

import click

from commands.group import LazyGroup, command
from commands.options import ANY_PATH, Desk, file_options, now
from plans.language import N_
from plans.language import gettext as _


class LedgerGroup(LazyGroup):
    """A group that takes what is none of its commands for the code of an item to show."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts the name of the default command where none stands."""
        if args and args[0] not in (*self.lazy, *ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


ledger = LedgerGroup(
    "ledger",
    lazy={
        "show": ("commands.look:ledger", N_("Show all rows of an item; 'show' may be left out.")),
        "import": ("commands.ledger:import_file", N_("Record a ledger file.")),
    },
    help=_("Show the ledger of an item (duban ledger CODE), or import a ledger file."),
)


@command(
    "import",
    help=_(
        "Record a ledger file (docs/ledger-file.md describes it): all of its rows, or none. "
        "Every problem is FILE:LINE: what is wrong and what was expected. The same file is "
        "recorded once only."
    ),
    examples=["duban ledger import 2024-10.yaml"],
)
@click.argument("file", type=ANY_PATH)
@file_options
def import_file(desk: Desk, file: Path) -> None:
    """Records a file in one transaction."""
    from plans.problems import PlanProblems, read_text
    from tracker.imports import import_ledger
    from tracker.ledger_file import parse
    from tracker.versions import find_plan

    read, problems = parse(read_text(file), str(file), now())
    if read is None:
        raise PlanProblems(problems)
    with desk.store() as store, store.write() as writing:
        plan = find_plan(writing.connection, read.year, read.office)
        counted = import_ledger(writing, plan, read, today=desk.today)
    if desk.as_json:
        desk.json({"plan": plan.office, "year": plan.year, "simulated": read.simulated, **counted})
        return
    done = _("{file}: recorded in {office} {year}: entries {entries}, rows {rows}")
    line = done.format(file=file, office=plan.office, year=plan.year, **counted)
    desk.say(line + (" " + _("(simulated)") if read.simulated else ""))
