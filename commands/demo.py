"""``duban demo``: the whole product in one go, on the plans and samples that come with it."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from commands.group import command
from commands.options import Desk, now
from plans.errors import ConflictError, StoreError
from plans.language import gettext as _
from plans.language import why
from plans.zone import OFFICE_ZONE

if TYPE_CHECKING:
    from tracker.loaded import PlanRef
    from tracker.store import Writing

PLANS = Path(__file__).parent.parent / "plans"
MARK = "duban-demo.txt"  # only a folder with this file in it is made anew
CHECKED = (date(2024, 9, 30), date(2024, 10, 31))
AS_OF = CHECKED[-1]
RISEN = date(2024, 7, 15)  # a topic of the sample rises in the summer
# Settings with which even a server of the demo's own would write into the user's database.
ELSEWHERE = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
YEAR_END = date(2024, 12, 31)
SAMPLES = {
    2023: ("2023-results", [("petition", "2023-totals.csv")]),
    2024: (
        "2024-simulated",
        [
            ("petition", "2024-petitions.csv"),
            ("sweep", "2024-sweeps.csv"),
            ("hazard", "2024-hazards.csv"),
        ],
    ),
}
"""Year → its ledger, and the files of its registers."""
# Moments at which the sample year is said to have been recorded, so that --known-at shows it grow.
LOADED = datetime(2024, 1, 2, 9, tzinfo=ZoneInfo(OFFICE_ZONE))


@command(
    "demo",
    help=_(
        "Show the whole product in one go: two years of an office are loaded into a store of "
        "their own, Prefect runs the daily check, urge slips, warnings and the year-end roll-up, a "
        "report and warnings appear, and the year-end summary is written. Your own store is not "
        "touched."
    ),
    examples=["duban demo", "duban demo --out demo"],
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("duban-demo"),
    show_default=True,
    help=_("The folder for the store and the documents."),
)
def demo(out: Path) -> None:
    """Runs every part of the product on sample data."""
    folder = _folder(out)
    url = f"sqlite:///{folder / 'duban.db'}"
    os.environ["DUBAN_DB"] = url
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    desk = Desk(as_of=AS_OF, url=url, year=AS_OF.year)
    _load(desk, url)
    _run_flows()
    _report(desk)
    _warn(desk)
    written = _write_summaries(desk, folder)
    desk.say("")
    desk.say(_("The year-end summary is in {file}").format(file=written))
    desk.say(_("Look further, for example:"))
    desk.say(f"  export DUBAN_DB={url}")
    for line in ("overdue", "show 2.2", "explain 5.3", "petition rates", "hazard list"):
        desk.say(f"  {_called()} {line} --as-of {AS_OF}")
    desk.say(f"  {_called()} petition warn --as-of {RISEN}")
    desk.say(f"  {_called()} summary 2024 --sources")


@contextmanager
def _step(what: str) -> Iterator[None]:
    """Says what is being done, and afterwards how long it took."""
    click.echo(f"==> {what}", err=True)
    began = time.monotonic()
    yield
    click.echo(f"    {time.monotonic() - began:.1f} s", err=True)


def _called() -> str:
    """How this program is called from here."""
    return "duban" if shutil.which("duban") else os.path.relpath(sys.argv[0])


def _folder(out: Path) -> Path:
    """The folder, without the store of a demo before."""
    try:
        if out.exists() and any(out.iterdir()) and not (out / MARK).is_file():
            message = _("{path}: holds other files; name a new folder with --out")
            raise ConflictError(message.format(path=out))
        out.mkdir(parents=True, exist_ok=True)
        (out / MARK).write_text(_("Made by duban demo, which makes it anew.") + "\n", "utf-8")
        for leftover in out.glob("duban.db*"):
            leftover.unlink()
    except OSError as error:
        message = _("{path}: cannot be written: {why}")
        raise StoreError(message.format(path=out, why=why(error))) from None
    return out.resolve()


def _load(desk: Desk, url: str) -> None:
    from plans.load import load
    from plans.problems import read_text
    from tracker.imports import import_ledger
    from tracker.ledger_file import parse
    from tracker.migrate import migrate
    from tracker.versions import record_version

    with _step(_("making a store: {url}").format(url=url)):
        migrate(url)
    for year, (sample, registers) in SAMPLES.items():
        plan_file = PLANS / "library" / f"{year}.yaml"
        ledger_file = PLANS / "samples" / f"{sample}.yaml"
        moment = LOADED + timedelta(hours=year - 2023)
        with _step(_("loading {plan} and {ledger}").format(plan=plan_file.name, ledger=sample)):
            filed, problems = parse(read_text(ledger_file), str(ledger_file), now())
            assert filed is not None, problems
            with desk.store() as store, store.write(moment) as writing:
                ref = record_version(
                    writing,
                    load(plan_file),
                    read_text(plan_file),
                    author=_("duban demo"),
                    on=moment.date(),
                    workdays=desk.workdays,
                )
                for register, name in registers:
                    _take_in(desk, writing, ref, register, name, filed.simulated)
                counted = import_ledger(writing, ref, filed, today=desk.today)
            said = _("    {office} {year}: {rows} ledger rows") + _marked(filed.simulated)
            click.echo(said.format(office=ref.office, year=year, **counted), err=True)


def _take_in(
    desk: Desk, writing: "Writing", ref: "PlanRef", register: str, name: str, simulated: bool
) -> None:
    """Imports a file of a register."""
    from tracker.registers.filing import Filing
    from tracker.registers.importing import import_table
    from tracker.registers.sheet_file import read_table

    filing = Filing(writing, ref, register, _("duban demo"), desk.today, desk.workdays, simulated)
    imported = import_table(filing, read_table(PLANS / "samples" / name))
    said = _("    {file}: cases {cases}, totals {totals}") + _marked(simulated)
    counts = imported.counts  # most sweeps are there, for the plan asks for them
    cases = counts.new + counts.added_to + counts.there
    values = {"cases": cases, "totals": imported.totals}
    click.echo(said.format(file=name, **values), err=True)
    for warning in imported.warnings:
        click.echo("    " + _("warning: {warning}").format(warning=warning), err=True)


def _marked(simulated: bool) -> str:
    return " " + _("(simulated)") if simulated else ""


def _run_flows() -> None:
    """Runs the flows, all through one Prefect server."""
    with ExitStack() as stack:
        with _step(_("starting a Prefect server of the demo's own")):
            from flows.runner import session

            prefect = stack.enter_context(session(own=True))
        for day in CHECKED:
            with _step(_("Prefect: daily check as of {day}").format(day=day)):
                prefect.run("daily-check", as_of=day, year=AS_OF.year)
        with _step(_("Prefect: urge slips as of {day}").format(day=AS_OF)):
            prefect.run("flag-overdue", as_of=AS_OF, year=AS_OF.year)
        with _step(_("Prefect: warnings of petitions as of {day}").format(day=RISEN)):
            prefect.run("petition-warning", as_of=RISEN, year=RISEN.year)
        with _step(_("Prefect: safety sweeps as of {day}").format(day=AS_OF)):
            prefect.run("safety-sweep", as_of=AS_OF, year=AS_OF.year)
        with _step(_("Prefect: year-end summary as of {day}").format(day=YEAR_END)):
            prefect.run("year-end-summary", as_of=YEAR_END)


def _report(desk: Desk) -> None:
    from tracker.report import load_report
    from tracker.reports.console_report import print_report

    click.echo("==> " + _("the progress report as of {day}").format(day=AS_OF), err=True)
    with desk.store() as store, store.read() as connection:
        found = load_report(connection, desk.plan(connection), AS_OF, workdays=desk.workdays)
    print_report(desk.console, found)


def _warn(desk: Desk) -> None:
    from tracker.registers.warnings import find_warnings
    from tracker.reports.console_warnings import print_warnings

    click.echo("==> " + _("the warnings of petitions as of {day}").format(day=AS_OF), err=True)
    with desk.store() as store, store.read() as connection:
        found = find_warnings(connection, desk.plan(connection), AS_OF, None, desk.workdays)
    print_warnings(desk.console, found)


def _write_summaries(desk: Desk, folder: Path) -> Path:
    """Writes the year-end summaries of both years; returns the file of the newest."""
    from commands.summary import summary

    click.echo("==> " + _("writing the year-end summaries"), err=True)
    files = {}
    for year, ending in ((2023, "md"), (2024, "json"), (2024, "md")):
        files[year] = folder / f"{year}.{ending}"
        summary.main(
            [str(year), "-o", str(files[year]), "--db", str(desk.url)],
            prog_name="duban summary",
            standalone_mode=False,
        )
    return files[2024]
