"""``duban sweep …``: which safety sweeps are due, and that they were held."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from commands.group import LazyGroup, command
from commands.options import Desk, Whole, typed_date, view_options, write_options
from commands.recording import ON, say_taken_back
from commands.safety import (
    ALL,
    COMMUNITY,
    KIND,
    LIMIT,
    NUMBER,
    UNIT,
    Named,
    codes,
    recording,
    shown,
    typed_day,
)
from plans.errors import UsageError
from plans.language import N_
from plans.language import gettext as _

if TYPE_CHECKING:
    from tracker.loaded import PlanRef

sweep = LazyGroup(
    "sweep",
    lazy={
        "plan": ("commands.sweep:plan", N_("Show the sweeps that are still to be held.")),
        "record": ("commands.sweep:record", N_("Record that a sweep was held.")),
        "import": ("commands.register_import:sweep_import", N_("Record a file of sweeps.")),
        "list": ("commands.sweep:list_sweeps", N_("List sweeps: held, made good, missed, open.")),
        "board": ("commands.safety_look:board", N_("Show sweeps and hazards at a glance.")),
        "rates": ("commands.sweep:rates", N_("Show how many of those due were held.")),
        "undo": ("commands.sweep:undo", N_("Reverse that a sweep was held, or the sweep.")),
    },
    help=_("Safety sweeps: made by the plan's rhythms, held or missed (docs/registers.md)."),
)


@command(
    "plan",
    help=_(
        "Show the sweeps that are still to be held, of those that begin by a day. They are made "
        "when the plan is loaded; what is missing, or due on another day by a calendar published "
        "since, is made now."
    ),
    examples=["duban sweep plan", "duban sweep plan --until 2024-12-31 --year 2024"],
)
@click.option(
    "--until", metavar="DATE", help=_("Up to this day; by default the end of this month.")
)
@write_options
def plan(desk: Desk, until: str | None) -> None:
    """Shows what is to be held, and makes what is missing."""
    from tracker.registers.sweep_plan import coming
    from tracker.registers.sweeps import Sweeps

    with recording(desk, "sweep", desk.today) as (filing, _kept):
        ref, register = filing.plan, Sweeps(filing)
        asked = None if until is None else typed_date("--until", until, ref.year)
        last = min(asked or _month_end(desk.today), date(ref.year, 12, 31))
        made = register.make()
        # One of the end of last year can still be made good in January.
        plans = [ref] if desk.year else [*register.book.plans.values()]
        to_come = coming(filing.connection, plans, desk.today, last)
    if desk.as_json:
        return desk.json(
            {
                "plan": ref.office,
                "year": ref.year,
                "until": last,
                "made": [one.number for one in made],
                "coming": [_as_json(one) for one in to_come],
            }
        )
    from tracker.reports.console_safety import print_coming

    if made:
        desk.say(_("sweeps made: {made}").format(made=len(made)))
    message = _("up to {until} still to be held: {coming}")
    desk.say(message.format(until=last, coming=len(to_come)))
    return print_coming(desk.console, to_come)


@command(
    "record",
    help=_(
        "Record that a sweep was held: one that is due by its NUMBER, or with --kind one that no "
        "rhythm asks for. It says how many places were checked and how many people were sent."
    ),
    examples=[
        "duban sweep record wires-c1-2024-03-29 --places 36 --people 8 --on 3月28日",
        "duban sweep record --kind 飞线充电 --community 第一社区 --places 12 --people 3",
    ],
)
@click.argument("number", metavar="NUMBER", required=False)
@click.option("--places", metavar="N", type=Whole(min=0), required=True, help=_("Places checked."))
@click.option("--people", metavar="N", type=Whole(min=0), required=True, help=_("People sent."))
@ON
@click.option("--kind", metavar="KIND", help=_("What was looked for: code or name."))
@click.option("--community", metavar="UNIT", help=_("Where; left out for the whole office."))
@click.option("--unit", metavar="UNIT", help=_("The unit that held it; else the community."))
@write_options
def record(
    desk: Desk,
    number: str | None,
    places: int,
    people: int,
    on: str | None,
    kind: str | None,
    **where: str | None,
) -> None:
    """Records a sweep."""
    from tracker.registers.sweeps import Held, Sweeps

    known = number is not None and kind is None
    if (number is None and kind is None) or (known and any(where.values())):
        message = _(
            "expected the number of a sweep that is due, or --kind with --community or --unit for "
            "one of its own"
        )
        raise UsageError(message)
    day = typed_day(desk, "--on", on)
    done = Held(places, people)
    with recording(desk, "sweep", day, number=number if known else None) as (filing, _kept):
        register, plan = Sweeps(filing), filing.plan
        if kind is None:
            case = register.hold(str(number), day, done)
        else:
            case = register.hold_other(kind, day, done, number=number, **where)
    _say(desk, plan, case.number)


@command(
    "list",
    help=_(
        "List the sweeps of a plan whose period has begun: what is to be held first, then what was "
        "held, made good or missed. Says how many of those due were held."
    ),
    examples=["duban sweep list", "duban sweep list --year 2024 --state 未开展 --json"],
)
@click.option(
    "--state",
    metavar="STATE",
    type=Named("HELD"),
    help=_("Only held (按期), late (补办), missed (未开展), behind (待补办) or open (待开展)."),
)
@KIND
@COMMUNITY
@UNIT
@LIMIT
@ALL
@view_options
def list_sweeps(
    desk: Desk, state: str | None, limit: int, everything: bool, **where: str | None
) -> None:
    """Lists sweeps."""
    from tracker.registers.sweep_list import SweepFilters, load_sweeps

    with desk.store() as store, store.read() as connection:
        of = desk.register_plan(connection)
        filters = SweepFilters(state, **codes(connection, of, **where))
        most = shown(desk, limit, everything)
        found = load_sweeps(connection, of, desk.as_of, desk.known_at, filters=filters, limit=most)
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_safety import print_sweeps

    return print_sweeps(desk.console, found)


@command(
    "rates",
    help=_(
        "Show how many of the sweeps that are due were held, in time or made good, with numerator "
        "and denominator: of all, and by kind, community and month."
    ),
    examples=["duban sweep rates --year 2024", "duban sweep rates --as-of 2024-06-30 --json"],
)
@view_options
def rates(desk: Desk) -> None:
    """Shows rates."""
    from tracker.registers.safety_rates import load_sweep_rates

    with desk.store() as store, store.read() as connection:
        found = load_sweep_rates(
            connection, desk.register_plan(connection), desk.as_of, desk.known_at
        )
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_safety_rates import print_sweep_rates

    return print_sweep_rates(desk.console, found)


@command(
    "undo",
    help=_(
        "Reverse that a sweep was held, as if it had never been recorded. One that no rhythm asks "
        "for is itself taken back with it: it never was, and its number is free. Hazards that "
        "were found on it are taken back first."
    ),
    examples=["duban sweep undo wires-c1-2024-03-29"],
)
@NUMBER
@write_options
def undo(desk: Desk, number: str) -> None:
    """Reverses a holding, or takes a sweep back."""
    from tracker.registers.sweeps import Sweeps

    with recording(desk, "sweep", desk.today, number=number) as (filing, _kept):
        case, event = Sweeps(filing).undo(number)
    if event is None:
        return say_taken_back(desk, case)
    if desk.as_json:
        return desk.json({"number": case.number, "undone": event.kind, "on": event.effective_on})
    message = _("{number}: taken back that it was held on {day}")
    return desk.say(message.format(number=case.number, day=event.effective_on))


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


def _as_json(one: Any) -> dict[str, Any]:
    names = ("number", "rhythm", "title", "kind", "community", "begins", "due", "lapses_on")
    return {name: getattr(one, name) for name in names}


def _say(desk: Desk, plan: "PlanRef", number: str) -> None:
    """Says where a sweep stands now."""
    from plans.safety_words import HELD, word
    from tracker.registers.sweep_list import load_sweep

    with desk.store() as store, store.read() as connection:
        row = load_sweep(connection, plan, number, desk.today)
    if desk.as_json:
        return desk.json(row.to_json())
    message = _("recorded. {number}: {state}, due {due}; places {places}, people {people}")
    values = {"due": row.due, "places": row.places, "people": row.people}
    return desk.say(message.format(number=row.number, state=word(HELD, row.state), **values))
