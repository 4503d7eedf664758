"""``duban petition import``, ``duban sweep import`` and ``duban hazard import``."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.group import Command, command
from commands.options import ANY_PATH, Desk, Function, write_options
from plans.language import gettext as _
from plans.language import listed

if TYPE_CHECKING:
    from rich.progress import Progress

    from tracker.registers.importing import Imported

SLOW = 1.0  # seconds after which it is shown how far an import has come


def _channel_option(register: str) -> Callable[[Function], Function]:
    """--channel, of the register in which cases have one."""
    if register != "petition":
        return lambda function: function
    return click.option(
        "--channel",
        metavar="CHANNEL",
        help=_("How cases came in of which the file does not say it, such as 12345."),
    )


def _import(register: str, what: str, *examples: str) -> Command:
    """The command that imports files into a register."""

    @command(
        "import",
        help=what
        + " "
        + _(
            "The file is a workbook (.xlsx) or a .csv text; its columns are recognised by their "
            "headings (docs/registers.md lists them). All of it is recorded, or none: every "
            "problem is told with its row and column. A case that is in the register is only held "
            "against it, and what has happened since is added, so a whole export can be imported "
            "each week. Totals of years without cases are taken, too: headings 指标 and 数值."
        ),
        examples=examples,
    )
    @click.argument("file", type=ANY_PATH)
    @click.option(
        "--simulated", is_flag=True, help=_("Its cases are made up, for a demonstration.")
    )
    @click.option(
        "--correct",
        is_flag=True,
        help=_("Where the register says otherwise than the file, the register is corrected."),
    )
    @_channel_option(register)
    @write_options
    def import_file(
        desk: Desk, file: Path, simulated: bool, correct: bool, channel: str | None = None
    ) -> None:
        """Records a file in one transaction."""
        from plans.register_words import parse_channel
        from tracker.registers.sheet_file import read_table

        way = None if channel is None else parse_channel(channel)
        table = read_table(file)
        table.read_ahead()
        # Only now: this takes half as long as to read 100,000 rows.
        from tracker.registers.filing import Filing
        from tracker.registers.importing import import_table

        with desk.store() as store, store.write() as writing, _progress(file.name) as progress:
            plan = desk.register_plan(writing.connection)
            who, when = desk.author, desk.today
            filing = Filing(writing, plan, register, who, when, desk.workdays, simulated)
            filing.named = desk.year is not None
            imported = import_table(filing, table, progress, correct=correct, channel=way)
        for warning in imported.warnings:
            click.echo(_("warning: {warning}").format(warning=warning), err=True)
        if desk.as_json:
            head = {"plan": plan.office, "year": plan.year, "simulated": simulated}
            return desk.json({**head, **imported.to_json()})
        for line in _told(file, imported, simulated):
            desk.say(line)
        return None

    return import_file


def _told(file: Path, imported: "Imported", simulated: bool) -> Iterator[str]:
    """What an import came to, line by line."""
    if imported.again is not None:
        message = _("{file}: the same file was imported already, as {name}; nothing has changed")
        yield message.format(file=file, name=imported.again)
        return
    counts = imported.counts
    message = _(
        "{file}: cases new {new}, added to {added_to}, there already {there}; events {events}"
    )
    values = {"new": counts.new, "added_to": counts.added_to}
    line = message.format(file=file, there=counts.there, events=counts.events, **values)
    yield line + (" " + _("(simulated)") if simulated else "")
    if counts.corrected:
        yield _("cases corrected: {count}").format(count=counts.corrected)
    if imported.totals or imported.totals_there:
        message = _("totals new {new}, there already {there}")
        yield message.format(new=imported.totals, there=imported.totals_there)
    if imported.totals_corrected or imported.totals_taken_back:
        message = _("totals corrected {corrected}, taken back {gone}")
        values = {"corrected": imported.totals_corrected, "gone": imported.totals_taken_back}
        yield message.format(**values)
    if imported.columns_left_out:
        message = _("columns not taken in: {names}")
        yield message.format(names=listed(imported.columns_left_out, 30))
    if imported.sheets_left_out:
        message = _("sheets without such headings, not taken in: {names}")
        yield message.format(names=listed(imported.sheets_left_out, 30))


@contextmanager
def _progress(name: str) -> "Iterator[Callable[[int, int | None], None]]":
    """Shows on a terminal how far it has come, once it takes long."""
    began, bar = time.monotonic(), _Bar(name)

    def tell(done: int, total: int | None) -> None:
        if sys.stderr.isatty() and time.monotonic() - began > SLOW:
            bar.show(done, total)

    try:
        yield tell
    finally:
        bar.close()


class _Bar:
    """A bar on standard error, made when it is first shown."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bar: Progress | None = None

    def show(self, done: int, total: int | None) -> None:
        """So many rows are done."""
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress

            console = Console(stderr=True, markup=False, emoji=False, highlight=False)
            self._bar = Progress(console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(_("rows"), total=total)
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Takes the bar away."""
        if self._bar is not None:
            self._bar.stop()


petition_import = _import(
    "petition",
    _("Import petitions and orders of the 12345 line, with what has happened with each."),
    "duban petition import 工单2024-10.xlsx --year 2024",
    "duban petition import 热线导出.xlsx --channel 12345 --correct",
)
sweep_import = _import(
    "sweep",
    _("Import safety sweeps, those that were held and those that are due."),
    "duban sweep import 安全检查2024.xlsx --year 2024",
)
hazard_import = _import(
    "hazard",
    _("Import hazards, with how each was put right."),
    "duban hazard import 隐患2024.csv --year 2024",
)
