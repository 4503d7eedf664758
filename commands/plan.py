"""``duban plan …`` and ``duban plans``: plan files, and the plans in the store."""

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.group import LazyGroup, command
from commands.options import ANY_PATH, Desk, Whole, agreed, load_options, on_keyboard, view_options
from plans.errors import ConflictError, NotFoundError, UsageError
from plans.language import N_
from plans.language import gettext as _

if TYPE_CHECKING:
    from plans.model import Plan
    from tracker.registers.with_version import WithVersion
    from tracker.versions import PlanRef

FILE = click.argument("file", type=ANY_PATH)

plan = LazyGroup(
    "plan",
    lazy={
        "check": ("commands.plan:check", N_("Check a plan file and list all its problems.")),
        "load": ("commands.plan:load", N_("Load a plan file into the store.")),
        "show": ("commands.plan:show", N_("Print the plan file as it was loaded.")),
        "schema": ("commands.plan:schema", N_("Print the JSON Schema of a plan file.")),
    },
    help=_("Check, load and print plan files (docs/plan-format.md describes them)."),
)


@command(
    "check",
    help=_(
        "Check a plan file and list all its problems. Each is FILE:LINE: what is wrong and what "
        "was expected, on standard error. Nothing is stored."
    ),
    examples=["duban plan check 2024.yaml"],
)
@FILE
@click.option("--json", "as_json", is_flag=True, help=_("Print data for programs."))
def check(file: Path, as_json: bool) -> None:
    """Checks a file."""
    desk = Desk.now(as_json=as_json)
    counted = contents(_read(file)[0])
    if as_json:
        desk.json(counted)
    else:
        desk.say(_("{file}: fine. {contents}").format(file=file, contents=_in_words(counted)))


@command(
    "load",
    help=_(
        "Load a plan file into the store. The first file of an office and year is the baseline. "
        "Loading again shows what changes, and asks; what was promised first and what has "
        "happened stay. An item that the file no longer has is cancelled, never deleted. A date "
        "never moves later by loading: ask for an extension."
    ),
    examples=["duban plan load 2024.yaml", "duban plan load 2024.yaml --yes"],
)
@FILE
@click.option("--yes", is_flag=True, help=_("Do not ask."))
@load_options
def load(desk: Desk, file: Path, yes: bool) -> None:
    """Loads a file as the first or the next version."""
    from commands.difference import as_data, as_lines, gone_names, gone_parts
    from plans.diff import diff
    from tracker.ended import ended_by
    from tracker.losses import load_losses
    from tracker.versions import standing_dates, version_text

    new, text = _read(file)
    with desk.store() as store:
        with store.read() as connection:
            ref = _loaded(connection, new)
            before = None if ref is None else version_text(connection, ref)
            standing = {} if ref is None else standing_dates(connection, ref)
        if ref is None or before is None:
            ref, done = _record(desk, store, new, text, None)
            return _say_loaded(desk, ref, new, {}, done)
        changes = diff(_parsed(before, file), new)
        with store.read() as connection:
            gone, unnamed = gone_parts(changes), gone_names(changes)
            losses = load_losses(connection, ref, gone, unnamed, desk.today)
            stops = ended_by(connection, ref.id).values()
        data = as_data(changes, standing, losses)
        if not changes:
            return _say_unchanged(desk, ref, data)
        if not desk.as_json:
            ended = {stop.code: stop.kind for stop in stops}
            for line in as_lines(changes, standing, losses, ended):
                desk.say(line)
        if not yes and on_keyboard():
            _rehearse(desk, store, new, text)
        if not yes and not _agreed(ref):
            return desk.say(_("nothing was loaded"))
        ref, done = _record(desk, store, new, text, ref)
    return _say_loaded(desk, ref, new, data, done)


@command(
    "show",
    help=_("Print the plan file as it was loaded: the newest version, or one by its number."),
    examples=["duban plan show --year 2024", "duban plan show --version 1 > baseline.yaml"],
)
@click.option("--version", "number", type=Whole(1, 2**31 - 1), help=_("1: baseline."))
@view_options
def show(desk: Desk, number: int | None) -> None:
    """Prints a version of the plan."""
    from tracker.versions import version_text

    with desk.store() as store, store.read() as connection:
        ref = desk.plan(connection)
        text = version_text(connection, ref, number)
    if desk.as_json:
        desk.json({**_named(ref), "version": number or ref.number, "text": text})
    else:
        desk.write(text)


@command(
    "schema",
    help=_("Print the JSON Schema of a plan file, for editors that check and complete YAML."),
    examples=["duban plan schema > duban-plan.schema.json"],
)
def schema() -> None:
    """Prints the schema."""
    from plans.format import json_schema

    Desk.now().json(json_schema())


@command(
    "plans",
    help=_("List the plans in the store, each with its newest version."),
    examples=["duban plans", "duban plans --json"],
)
@view_options
def plans(desk: Desk) -> None:
    """Lists the plans."""
    from tracker.versions import list_plans

    with desk.store() as store, store.read() as connection:
        found = list_plans(connection, desk.known_at)
    found = [p for p in found if desk.year in (None, p.year) and desk.office in (None, p.office)]
    if desk.as_json:
        desk.json([{**_named(ref), "version": ref.number} for ref in found])
        return
    if not found:
        desk.say(_("no plan yet; load one with: duban plan load FILE"))
    for ref in found:
        line = _("{year}  {office}  version {number}  {title}").format(
            year=ref.year, office=ref.office, number=ref.number, title=ref.title or ""
        )
        desk.say(line.rstrip() + ("  " + _("(simulated)") if ref.simulated else ""))


def contents(plan: "Plan") -> dict[str, Any]:
    """What a plan holds, counted."""
    walked = list(plan.walk())
    items = [item for _area, _parent, item in walked]
    measured = [indicator for item in items for indicator in item.indicators]
    return {
        "office": plan.office,
        "year": plan.year,
        "simulated": plan.simulated,
        "areas": len(plan.areas),
        "units": len(plan.units),
        "items": sum(parent is None for _area, parent, _item in walked),
        "children": sum(parent is not None for _area, parent, _item in walked),
        "milestones": sum(len(item.milestones) for item in items),
        "indicators": len(measured),
        "assumed_dates": sum(item.assumed for item in items),
        "assumed_targets": sum(indicator.assumed for indicator in measured),
    }


def _in_words(counted: dict[str, Any]) -> str:
    words = _(
        "{office} {year}: areas {areas}, units {units}, items {items}, child items {children}, "
        "milestones {milestones}, indicators {indicators}; assumed: dates of items "
        "{assumed_dates}, targets {assumed_targets}"
    ).format(**counted)
    return words + ("; " + _("simulated") if counted["simulated"] else "")


def _read(file: Path) -> "tuple[Plan, str]":
    """The plan in a file and the file's text."""
    from plans.load import PlanProblems, parse
    from plans.problems import read_text

    text = read_text(file)
    found, problems = parse(text, str(file))
    if found is None:
        raise PlanProblems(problems)
    return found, text


def _parsed(text: str, file: Path) -> "Plan":
    """The version in the store, which was fine when it was loaded."""
    from plans.load import PlanProblems, parse

    found, problems = parse(text, _("{file} as loaded before").format(file=file.name))
    if found is None:
        raise PlanProblems(problems)
    return found


def _loaded(connection: Any, new: "Plan") -> "PlanRef | None":
    from tracker.versions import find_plan

    try:
        return find_plan(connection, new.year, new.office)
    except NotFoundError:
        return None


def _agreed(ref: "PlanRef") -> bool:
    if not on_keyboard():
        message = _("there is no terminal to ask on; to load this version, give --yes")
        raise UsageError(message)
    asked = _("Load this as version {number} of {office} {year}?")
    return agreed(asked.format(number=ref.number + 1, office=ref.office, year=ref.year))


def _record(
    desk: Desk, store: Any, new: "Plan", text: str, shown: "PlanRef | None"
) -> "tuple[PlanRef, WithVersion]":
    """Records the version, if the one whose difference was shown is still the newest."""
    from tracker.registers.with_version import count_with

    with store.write() as writing:
        if _loaded(writing.connection, new) != shown:
            message = _("{office} {year}: somebody else loaded a version meanwhile; look again")
            raise ConflictError(message.format(office=new.office, year=new.year))
        ref = _record_version(desk, writing, new, text)
        return ref, count_with(writing, ref)


def _record_version(desk: Desk, writing: Any, new: "Plan", text: str) -> "PlanRef":
    from tracker.versions import record_version

    return record_version(
        writing, new, text, author=desk.author, on=desk.today, workdays=desk.workdays
    )


class _RehearsalOverError(Exception):
    """Ends a rehearsal, so that nothing of it stays."""


def _rehearse(desk: Desk, store: Any, new: "Plan", text: str) -> None:
    """Refuses what loading would refuse, before anybody is asked."""
    with suppress(_RehearsalOverError), store.write() as writing:
        _record_version(desk, writing, new, text)
        raise _RehearsalOverError


def _named(ref: "PlanRef") -> dict[str, Any]:
    return {"plan": ref.office, "year": ref.year, "title": ref.title, "simulated": ref.simulated}


def _say_loaded(
    desk: Desk, ref: "PlanRef", new: "Plan", changes: dict[str, Any], done: "WithVersion"
) -> None:
    if desk.as_json:
        data = {**_named(ref), "version": ref.number, "loaded": True, **contents(new), **changes}
        return desk.json({**data, **asdict(done)})
    message = (
        _("loaded as the baseline. {contents}")
        if ref.number == 1
        else _("loaded as version {number}. {contents}")
    )
    desk.say(message.format(number=ref.number, contents=_in_words(contents(new))))
    if any(asdict(done).values()):
        message = _(
            "sweeps made {sweeps_made}, taken back {sweeps_taken_back}; cases taken over from "
            "other years' plans {cases_taken_over}"
        )
        desk.say(message.format(**asdict(done)))


def _say_unchanged(desk: Desk, ref: "PlanRef", changes: dict[str, Any]) -> None:
    if desk.as_json:
        return desk.json({**_named(ref), "version": ref.number, "loaded": False, **changes})
    message = _("{office} {year}: nothing changed; version {number} stays")
    return desk.say(message.format(office=ref.office, year=ref.year, number=ref.number))
