"""``duban petition list``, ``show`` and ``rates``: looking at the register of petitions."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from commands.group import command
from commands.options import Desk, Whole, view_options
from commands.petition import NUMBER
from commands.recording import plan_of
from plans.errors import BadInputError
from plans.language import chinese, listed
from plans.language import gettext as _
from plans.typed import fold

if TYPE_CHECKING:
    from tracker.registers.petition_rows import Filters
    from tracker.versions import PlanRef

SHOWN = 50

STATE_NAMES = {
    "在办": "open",
    "待办": "open",
    "期限内": "within",
    "临期": "due",
    "逾期": "overdue",
    "办结": "settled",
    "已办结": "settled",
    "不予受理": "declined",
    "退回": "declined",
    "复查中": "reviewing",
}
BY_NAMES = {
    "主题": "topic",
    "社区": "community",
    "单位": "unit",
    "承办单位": "unit",
    "渠道": "channel",
    "月份": "month",
}


class Named(click.Choice[str]):
    """One of a few codes, given by the code or by a Chinese name."""

    def __init__(self, names: dict[str, str]) -> None:
        super().__init__(list(dict.fromkeys(names.values())))
        self.names = names

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The code."""
        return super().convert(self.names.get(fold(value), fold(value)), param, ctx)

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Names what there is as it may be typed."""
        there = list(self.names if chinese() else dict.fromkeys(self.names.values()))
        message = _("{value}: expected one of: {there}")
        return message.format(value=value, there=listed(there, len(there)))


@command(
    "list",
    help=_(
        "List petitions and orders: first what has to be done next, the longest overdue on top, "
        "then what has ended. All years of the office, unless --year names one."
    ),
    examples=[
        "duban petition list --state overdue",
        "duban petition list --topic 物业管理 --community 第一社区 --month 2024-05",
        "duban petition list --year 2024 --state settled --channel 12345 --json",
    ],
)
@click.option(
    "--state",
    metavar="STATE",
    type=Named(STATE_NAMES),
    help=_(
        "Only these: open (在办), which is within its time (期限内), due soon (临期) or overdue "
        "(逾期); settled (办结), reviewing (复查中) among these; declined (不予受理, 退回)."
    ),
)
@click.option("--topic", metavar="TOPIC", help=_("Only about this topic: code or name."))
@click.option("--community", metavar="UNIT", help=_("Only of this community: code or name."))
@click.option("--unit", metavar="UNIT", help=_("Only what this unit leads: code or name."))
@click.option("--channel", metavar="CHANNEL", help=_("Only what came in this way."))
@click.option("--month", metavar="MONTH", help=_("Only what came in in this month."))
@click.option(
    "--limit",
    metavar="N",
    type=Whole(min=1),
    default=SHOWN,
    help=_("On a terminal, show at most N cases; by default {shown}.").format(shown=SHOWN),
)
@click.option("--all", "everything", is_flag=True, help=_("Show all cases."))
@view_options
def list_cases(desk: Desk, limit: int, everything: bool, **typed: Any) -> None:
    """Lists cases."""
    from tracker.registers.petition_list import load_petitions

    whole = everything or desk.as_json or not desk.console.is_terminal
    with desk.store() as store, store.read() as connection:
        plan = desk.register_plan(connection)
        found = load_petitions(
            connection,
            plan,
            desk.as_of,
            desk.known_at,
            filters=_filters(desk, connection, plan, **typed),
            limit=None if whole else limit,
        )
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_petitions import print_petitions

    return print_petitions(desk.console, found)


def _filters(
    desk: Desk,
    connection: Any,
    plan: "PlanRef",
    *,
    state: Any,
    topic: str | None,
    community: str | None,
    unit: str | None,
    channel: str | None,
    month: str | None,
) -> "Filters":
    """What the options narrow a list down to, in codes."""
    from plans.register_words import parse_channel
    from tracker.registers.filing import registers_of
    from tracker.registers.named import load_named
    from tracker.registers.petition_rows import Filters

    named = load_named(connection, plan.version_id, registers_of(connection, plan))
    return Filters(
        state=state,
        topic=None if topic is None else named.topic(topic),
        community=None if community is None else named.community(community),
        unit=None if unit is None else named.unit(unit),
        channel=None if channel is None else parse_channel(channel),
        months=None if month is None else _month("--month", month, plan.year),
        plan_id=None if desk.year is None else plan.id,
    )


@command(
    "show",
    help=_(
        "Show one case: where it stands, its deadlines with the sections they come from, and all "
        "that was recorded, reversed events among it."
    ),
    examples=["duban petition show 2024-0315", "duban petition show 2024-0315 --json"],
)
@NUMBER
@view_options
def show(desk: Desk, number: str) -> None:
    """Shows one case."""
    from tracker.registers.petition_sheet import load_petition

    with desk.store() as store, store.read() as connection:
        plan = plan_of(desk, connection, "petition", number) or desk.register_plan(connection)
        sheet = load_petition(
            connection, plan, number, desk.as_of, desk.known_at, workdays=desk.workdays
        )
    if desk.as_json:
        return desk.json(sheet.to_json())
    from tracker.reports.console_petition_sheet import print_petition

    return print_petition(desk.console, sheet)


@command(
    "rates",
    help=_(
        "Show how many cases of the year were accepted and settled in time, how many of those "
        "asked are satisfied, and how many were repeated: each with numerator and denominator, "
        "beside last year's up to the same day. Petitions and orders of the 12345 line apart."
    ),
    examples=[
        "duban petition rates --year 2024 --as-of 2024-10-31",
        "duban petition rates --by unit --by month --json",
    ],
)
@click.option(
    "--by",
    metavar="WHAT",
    type=Named(BY_NAMES),
    multiple=True,
    default=("topic", "community", "month"),
    help=_("By topic, community, unit, channel or month of receipt; may be given more than once."),
)
@view_options
def rates(desk: Desk, by: tuple[str, ...]) -> None:
    """Shows the rates."""
    from tracker.registers.rates import load_rates

    with desk.store() as store, store.read() as connection:
        plan = desk.register_plan(connection)
        found = load_rates(connection, plan, desk.as_of, desk.known_at, by=list(dict.fromkeys(by)))
    if desk.as_json:
        return desk.json(found.to_json())
    from tracker.reports.console_petition_rates import print_rates

    return print_rates(desk.console, found)


def _month(option: str, text: str, year: int) -> tuple[date, date]:
    """The first and the last day of the month that is meant.

    Raises:
        BadInputError: it is none; the message names the option.
    """
    from plans.typed import TypedError, parse_month

    try:
        return parse_month(text, year)
    except TypedError as error:
        raise BadInputError(f"{option}: {error}") from None
