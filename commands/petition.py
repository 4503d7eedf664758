"""``duban petition …``: petitions and orders of the 12345 line, recorded one at a time."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commands.group import LazyGroup, command
from commands.options import Desk, typed_date, write_options
from commands.recording import ON, plan_of, say_taken_back
from plans.language import N_, chinese, listed
from plans.language import gettext as _
from plans.typed import fold

if TYPE_CHECKING:
    from datetime import date

    from tracker.registers.petition_sheet import PetitionSheet
    from tracker.registers.petitions import Petitions
    from tracker.reports.console_words import Words
    from tracker.versions import PlanRef

Done = TypeVar("Done")

petition = LazyGroup(
    "petition",
    lazy={
        "add": ("commands.petition:add", N_("Record that a case has come in.")),
        "import": ("commands.register_import:petition_import", N_("Record a file of cases.")),
        "list": ("commands.petition_views:list_cases", N_("List cases, what is due first on top.")),
        "show": ("commands.petition_views:show", N_("Show one case with its deadlines.")),
        "event": ("commands.petition:event", N_("Record what happened with a case.")),
        "settle": ("commands.petition:settle", N_("Record that a case is settled.")),
        "correct": ("commands.petition:correct", N_("Correct how a case came in.")),
        "undo": ("commands.petition:undo", N_("Reverse the last event, or the case itself.")),
        "warn": ("commands.petition_look:warn", N_("Show what needs attention.")),
        "board": ("commands.petition_look:board", N_("Show the whole at a glance.")),
        "rates": ("commands.petition_views:rates", N_("Show how many were handled in time.")),
    },
    help=_(
        "Petitions and orders of the 12345 line: matters, never persons (docs/registers.md "
        "describes the register)."
    ),
)

EVENTS = ("accept", "decline", "object", "extend", "survey", "review", "reviewed")


class EventName(click.Choice[str]):
    """A kind of event, given by its code or its Chinese name."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code."""
        from plans.register_words import ALSO, EVENT_NAMES, SIGNED

        typed = fold(value)
        named = {name: code for code, both in EVENT_NAMES.items() for name in both}
        named |= {**dict.fromkeys(SIGNED, "accept"), **ALSO}
        code = named.get(typed, typed)
        if code in ("settle", "undo"):
            message = _("{event}: has a command of its own: duban petition {command} NUMBER")
            self.fail(message.format(event=value, command=code), param, ctx)
        return super().convert(code, param, ctx)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Names the events as they may be typed."""
        from plans.register_words import EVENT_NAMES

        there = [f"{code} {EVENT_NAMES[code][0]}" if chinese() else code for code in EVENTS]
        message = _("{value}: no such event; there are: {there}")
        return message.format(value=value, there=listed(there, len(there)))


def _number(_ctx: click.Context, _param: click.Parameter, typed: str) -> str:
    """The number of a case as offices type it, full-width forms folded."""
    from tracker.registers.hazards import typed_number

    return typed_number(typed)


NUMBER = click.argument("number", metavar="NUMBER", callback=_number)
BY = click.option(
    "--by",
    metavar="UNIT",
    help=_(
        "The unit that did or approved it, by code or name. The plan lists it under units: also "
        "who is above the office, such as the district (区政府)."
    ),
)


@command(
    "add",
    help=_(
        "Record that a case has come in, with the days by which it has to be handled. It has a "
        "number, a channel, a topic and a community; nothing in it can say who has petitioned. An "
        "order of the 12345 line needs its kind."
    ),
    examples=[
        "duban petition add 2024-0315 --channel visit --topic 物业管理 --community 第一社区",
        "duban petition add W240315001 --channel 12345 --kind 投诉 --topic noise --unit 城建办 "
        "--received 3月15日",
    ],
)
@NUMBER
@click.option(
    "--channel",
    metavar="CHANNEL",
    required=True,
    help=_("How it came in: letter, visit, online, handed_down or 12345; 来信, 来访 and so on."),
)
@click.option("--kind", metavar="KIND", help=_("Of an order: code or name, such as 投诉."))
@click.option("--topic", metavar="TOPIC", required=True, help=_("Code or name of a topic."))
@click.option(
    "--community",
    metavar="UNIT",
    help=_("Where it is about: code or name; left out for the whole office."),
)
@click.option(
    "--received", metavar="DATE", help=_("When it came in; today by default. 6月底 is fine.")
)
@click.option("--unit", metavar="UNIT", help=_("The unit that leads; by default the community."))
@click.option("--repeated", is_flag=True, help=_("It came in as a repeated one."))
@write_options
def add(
    desk: Desk, number: str, channel: str, topic: str, received: str | None, **rest: Any
) -> None:
    """Records a case."""
    day = _day(desk, "--received", received)
    _record(desk, number, day, lambda r: r.add(number, channel, topic, day, **rest), new=True)


@command(
    "event",
    help=_(
        "Record what happened with a case on a day: accept (with an order: signed for), decline, "
        "object (given back as transferred wrongly), extend, survey, review (asked for) or "
        "reviewed. What cannot follow what happened last is refused; extend needs the new day "
        "(--to) and the unit that approved it (--by)."
    ),
    examples=[
        "duban petition event 2024-0315 accept --on 3月20日",
        "duban petition event 2024-0315 extend --to 2024-06-10 --by 党政办 --result 情况复杂",
        "duban petition event 2024-0315 survey --result 满意",
    ],
)
@NUMBER
@click.argument("kind", metavar="EVENT", type=EventName(EVENTS))
@ON
@click.option("--to", metavar="DATE", help=_("Of an extension: the new day to settle."))
@BY
@click.option(
    "--result",
    metavar="RESULT",
    help=_("The reason or result, by code or name; what there is to choose from is said."),
)
@write_options
def event(
    desk: Desk,
    number: str,
    kind: str,
    on: str | None,
    to: str | None,
    by: str | None,
    result: str | None,
) -> None:
    """Records an event."""
    day = _day(desk, "--on", on)
    until = None if to is None else typed_date("--to", to, desk.year or day.year)
    _record(
        desk, number, day, lambda r: r.record(number, kind, day, to=until, by=by, result=result)
    )


@command(
    "settle",
    help=_(
        "Record that a case is settled, with its result: resolved, partly, explained, referred, "
        "unsupported or withdrawn (已解决 and so on)."
    ),
    examples=["duban petition settle 2024-0315 --on 5月10日 --result 已解决"],
)
@NUMBER
@ON
@click.option("--result", metavar="RESULT", help=_("How it was settled, by code or name."))
@BY
@write_options
def settle(desk: Desk, number: str, on: str | None, result: str | None, by: str | None) -> None:
    """Records that a case is settled."""
    day = _day(desk, "--on", on)
    _record(desk, number, day, lambda r: r.record(number, "settle", day, by=by, result=result))


@command(
    "undo",
    help=_(
        "Reverse the last event of a case that stands, as if it had never been. Both stay to be "
        "seen; again for the one before it. Where no event is left, the case itself is taken "
        "back: it never was, and its number is free for the right one."
    ),
    examples=["duban petition undo 2024-0315"],
)
@NUMBER
@write_options
def undo(desk: Desk, number: str) -> None:
    """Reverses an event, or takes a case back."""
    plan, (case, event) = _file(desk, number, desk.today, lambda register: register.undo(number))
    if event is None:
        return say_taken_back(desk, case)

    def reversed_event(sheet: "PetitionSheet", _words: "Words") -> str:
        from plans.registers import HOTLINE
        from tracker.registers.petition_course import names_of

        reviews = sheet.row.reviews + (event.kind == "review")
        name = names_of(event.kind, case.channel == HOTLINE, reviews)[not chinese()]
        return _("reversed: {day} {event}").format(day=event.effective_on, event=name)

    return _say(desk, plan, number, reversed_event)


@command(
    "correct",
    help=_(
        "Correct how a case came in: it is taken back and recorded afresh under its number, with "
        "all that has happened with it; both stay to be seen. The days by which it has to be "
        "handled are worked out anew where they follow from what was wrong. Where the community "
        'leads, another community does; --community "" is the whole office.'
    ),
    examples=[
        "duban petition correct 2024-0315 --topic 噪声扰民 --community 第二社区",
        "duban petition correct W240315001 --kind 咨询 --received 3月14日",
    ],
)
@NUMBER
@click.option("--topic", metavar="TOPIC", help=_("Code or name of a topic."))
@click.option("--community", metavar="UNIT", help=_("Where it is about: code or name."))
@click.option("--unit", metavar="UNIT", help=_("The unit that leads."))
@click.option("--kind", metavar="KIND", help=_("Of an order: code or name, such as 投诉."))
@click.option("--channel", metavar="CHANNEL", help=_("How it came in; see duban petition add."))
@click.option("--received", metavar="DATE", help=_("When it came in."))
@click.option("--repeated/--not-repeated", default=None, help=_("Whether it is a repeated one."))
@write_options
def correct(desk: Desk, number: str, received: str | None, **given: Any) -> None:
    """Corrects a case."""
    from tracker.registers.correcting import correct_petition

    day = None if received is None else _day(desk, "--received", received)
    plan, _case = _file(
        desk, number, desk.today, lambda r: correct_petition(r, number, received=day, **given)
    )

    def what(sheet: "PetitionSheet", words: "Words") -> str:
        from tracker.reports.console_petition_sheet import corrected

        return _("corrected: {what}").format(what=corrected(sheet, words))

    _say(desk, plan, number, what)


def _record(
    desk: Desk, number: str, day: "date", act: "Callable[[Petitions], object]", *, new: bool = False
) -> None:
    """Records, and says where the case stands now."""
    plan, _done = _file(desk, number, day, act, new=new)
    _say(desk, plan, number)


def _file(
    desk: Desk, number: str, day: "date", act: "Callable[[Petitions], Done]", *, new: bool = False
) -> "tuple[PlanRef, Done]":
    """Records in a transaction of its own; returns the plan it belongs to, and what was done.

    Args:
        day: of what is recorded; with ``new`` that on which the case came in.
    """
    from tracker.registers.filing import Filing
    from tracker.registers.petitions import Petitions

    with desk.store() as store, store.write() as writing:
        of_case = None if new else plan_of(desk, writing.connection, "petition", number)
        plan = of_case or desk.register_plan(writing.connection, day.year)
        author, today = desk.author, desk.today
        filing = Filing(writing, plan, "petition", author, today, desk.workdays)
        return plan, act(Petitions(filing))


def _say(
    desk: Desk,
    plan: "PlanRef",
    number: str,
    done: "Callable[[PetitionSheet, Words], str] | None" = None,
) -> None:
    """Says where a case stands now.

    Args:
        done: says what was done with it; by default that it was recorded.
    """
    from tracker.registers.petition_sheet import load_petition

    with desk.store() as store, store.read() as connection:
        sheet = load_petition(connection, plan, number, desk.today, workdays=desk.workdays)
    if desk.as_json:
        return desk.json(sheet.to_json())
    return desk.say(_stands(sheet, done))


def _stands(sheet: "PetitionSheet", done: "Callable[[PetitionSheet, Words], str] | None") -> str:
    """What was done with a case, and where it stands, in one line."""
    from tracker.reports.console_petitions import state_of
    from tracker.reports.console_words import Words

    row, words = sheet.row, Words("zh" if chinese() else "en", sheet.scope.as_of.year)
    state = state_of(row, sheet.scope, words, 0)
    said = _("recorded") if done is None else done(sheet, words)
    message = _("{done}. {number}: {state}")
    if row.next_due is not None:
        message = _("{done}. {number}: {state}, due {due}")
    return message.format(done=said, number=row.number, state=state, due=row.next_due)


def _day(desk: Desk, option: str, typed: str | None) -> "date":
    """The day that is meant; one without a year is of ``--year``, or of this year."""
    return desk.today if typed is None else typed_date(option, typed, desk.year)
