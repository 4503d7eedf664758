"""``duban run FLOW`` and ``duban up``: the flows, now and at their times."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.group import command
from commands.options import Desk, Whole, db_option, flow_options
from flows.catalogue import FLOWS
from plans.errors import BadInputError
from plans.language import N_, why
from plans.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.store import Store

REGISTERS = {
    "petition-warning": N_(
        "{open} cases are open, {cases} of them warned of, {overdue} overdue; topics that rise: "
        "{rises}"
    ),
    "safety-sweep": N_(
        "sweeps: {made} made, {held} held of {due} due; hazards: {open_hazards} not put right, "
        "{overdue_hazards} overdue; {reminded} reminded, {escalated} brought higher up"
    ),
}
"""The flows that look at registers, with what they did to a plan."""


@command(
    "run",
    help=_(
        "Run a flow now, through Prefect: on the server of PREFECT_API_URL, on that of a running "
        "'duban up', or on one of its own that ends with it. Without FLOW, list them. A day is "
        "recorded once: a second run changes nothing."
    ),
    examples=[
        "duban run",
        "duban run daily-check",
        "duban run flag-overdue --as-of 2024-11-04 --out slips",
        "duban run petition-warning",
        "duban run year-end-summary --year 2024 --as-of 2024-12-31",
    ],
)
@click.argument("flow", required=False, type=click.Choice(list(FLOWS)))
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Write the pages that the flow publishes into this folder too, as Markdown."),
)
@flow_options
@click.pass_context
def run(ctx: click.Context, desk: Desk, flow: str | None, out: Path | None) -> None:
    """Runs one flow on the desk's plans."""
    if flow is None:
        _list(desk)
        return
    from tracker.versions import find_plans
    from tracker.watch import register_plans, watched_plans

    with _used_store(desk) as store, store.read() as connection:
        if flow in REGISTERS:
            register_plans(connection, desk.as_of, desk.year, desk.office)
        elif desk.year or flow == "year-end-summary":
            find_plans(connection, desk.year or desk.as_of.year, desk.office)
        else:
            watched_plans(connection, desk.as_of, desk.office, workdays=desk.workdays)
    click.echo(_("starting Prefect, a few seconds"), err=True)
    from flows.runner import session

    with session() as prefect:
        as_of = None if ctx.params["as_of"] is None else desk.as_of
        found = prefect.run(flow, as_of=as_of, year=desk.year, office=desk.office)
    pages = {name: page for plan in found for name, page in plan.pop("pages").items()}
    written = _write(pages, out) if out else []
    if desk.as_json:
        desk.json({"flow": flow, "plans": found, "pages": list(pages)})
        return
    for plan in found:
        for line in _lines(flow, plan):
            desk.say(line)
    if written:
        desk.say(_("pages written: {count} in {folder}").format(count=len(written), folder=out))
    elif prefect.ui:
        desk.say(_("pages: {ui}/artifacts").format(ui=prefect.ui))


@command(
    "up",
    help=_(
        "Carry out the schedules until Ctrl-C: safety sweeps at 7:30, petition warnings at 8:00 "
        "and the daily check at 18:00 every day, urge slips on Mondays at 8:30, the year-end "
        "summary on 25 and 31 December (Asia/Shanghai). Where PREFECT_API_URL is not set it also "
        "runs a Prefect server, which only this machine can reach."
    ),
    examples=["duban up", "duban up --port 4300"],
)
@click.option(
    "--port",
    metavar="N",
    type=Whole(1, 65535),
    help=_("Where the server listens; by default 4200, or any that is free."),
)
@db_option
def up(desk: Desk, port: int | None) -> None:
    """Runs the schedules on the desk's store."""
    with _used_store(desk):
        desk.say(_("starting Prefect, a few seconds"))
    from flows.up import up as serve

    serve(port, lambda ui: desk.say(_("ready: {ui} (Ctrl-C ends it)").format(ui=ui)))
    desk.say(_("ended"))


@contextmanager
def _used_store(desk: Desk) -> "Iterator[Store]":
    """The desk's store, handed to flows too: by the environment, for a URL may hold a password.

    It is opened once here, because what is wrong with it is better said before a server starts.
    """
    with desk.store() as store:
        os.environ["DUBAN_DB"] = store.url.render_as_string(hide_password=False)
        yield store


def _list(desk: Desk) -> None:
    if desk.as_json:
        desk.json({name: _(entry.what) for name, entry in FLOWS.items()})
        return
    width = max(map(len, FLOWS))
    for name, entry in FLOWS.items():
        desk.say(f"{name:<{width}}  {_(entry.what)}")


def _lines(flow: str, plan: "Mapping[str, Any]") -> "Iterator[str]":
    """What a flow did to a plan, for people."""
    mark = " " + _("(simulated)") if plan["simulated"] else ""
    yield f"{plan['plan']} {plan['year']}, {plan['as_of']}{mark}"
    if flow in REGISTERS:
        yield f"  {_(REGISTERS[flow]).format(**plan, **plan.get('warnings', {}))}"
        return
    if flow == "flag-overdue":
        message = _("{count} urge slips, {new} of them new")
        yield "  " + message.format(count=len(plan["slips"]), new=plan["new"])
        for slip in plan["slips"]:
            line = _("{number}  {name}: {late} late, {ahead} due, to answer by {reply_by}")
            yield "  " + line.format(**slip)
        return
    message = _("{items} items, {late} of them late")
    yield "  " + message.format(items=sum(plan["totals"].values()), late=plan["late"])
    if flow == "daily-check":
        if not plan["recorded"]:
            yield "  " + _("this day had been checked before; nothing was changed")
        message = _(
            "alerts: {opened} opened, {escalated} escalated, {cleared} cleared; {open} are open"
        )
        yield "  " + message.format(**plan["alerts"])


def _write(pages: "Mapping[str, str]", folder: Path) -> list[Path]:
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in pages.items():
            written.append(folder / f"{name}.md")
            written[-1].write_text(page, encoding="utf-8")
    except OSError as error:
        message = _("{path}: cannot be written: {why}")
        raise BadInputError(message.format(path=folder, why=why(error))) from None
    return written
