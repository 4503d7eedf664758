"""``duban hazard …``: what was found on sweeps or reported, until it is closed out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.group import LazyGroup, command
from commands.options import Desk, Whole, typed_date, write_options
from commands.recording import ON, say_taken_back
from commands.safety import NUMBER, Named, evidence_option, recording, typed_day
from plans.errors import UsageError
from plans.language import N_
from plans.language import gettext as _

if TYPE_CHECKING:
    from tracker.loaded import PlanRef
    from tracker.registers.events import Case
    from tracker.registers.hazards import Hazards

hazard = LazyGroup(
    "hazard",
    lazy={
        "add": ("commands.hazard:add", N_("Record that a hazard was found.")),
        "import": ("commands.register_import:hazard_import", N_("Record a file of hazards.")),
        "order": ("commands.hazard:order", N_("Order that it is put right by a day.")),
        "fix": ("commands.hazard:fix", N_("Record that it was put right.")),
        "inspect": ("commands.hazard:inspect", N_("Record a re-inspection.")),
        "close": ("commands.hazard:close", N_("Close it out.")),
        "list": ("commands.hazard_views:list_hazards", N_("List hazards, what is due first.")),
        "show": ("commands.hazard_views:show", N_("Show one hazard with all that happened.")),
        "rates": ("commands.hazard_views:rates", N_("Show how many were put right, and in time.")),
        "correct": ("commands.hazard:correct", N_("Correct how a hazard was found.")),
        "undo": ("commands.hazard:undo", N_("Reverse the last event, or the hazard itself.")),
    },
    help=_(
        "Hazards: found, ordered to be put right, put right, re-inspected by somebody else, closed "
        "out; no step is left out (docs/registers.md)."
    ),
)

Act = Callable[["Hazards", list[dict[str, Any]]], "Case"]

BY = click.option(
    "--by", metavar="POST", required=True, help=_("The post or unit that did it; no person's name.")
)


@command(
    "add",
    help=_(
        "Record that a hazard was found, on a sweep or by report: kind, grade, place, community. "
        "An ordinary one can be put right on the spot; a major one is ordered to be put right. "
        "Where its place had one not long before, that is said."
    ),
    examples=[
        "duban hazard add --kind 飞线充电 --place 幸福小区3号楼2单元 --community 第一社区",
        "duban hazard add --number 隐患〔2024〕7号 --kind exits --grade 重大 --place 商贸城南门 "
        "--community c1 --sweep exits-c1-2024-03-29 --on 3月28日 --evidence 现场.jpg",
    ],
)
@click.option("--number", metavar="NUMBER", help=_("By default the next one of the year."))
@click.option("--kind", metavar="KIND", required=True, help=_("What it is: code or name."))
@click.option(
    "--grade",
    metavar="GRADE",
    type=Named("GRADES"),
    default="ordinary",
    help=_("ordinary (一般), as by default, or major (重大)."),
)
@click.option("--place", metavar="TEXT", required=True, help=_("Where exactly; no person's name."))
@click.option(
    "--community", metavar="UNIT", help=_("In which community; by default that of the sweep.")
)
@click.option(
    "--unit", metavar="UNIT", help=_("The unit that sees to it; by default the community.")
)
@click.option("--sweep", metavar="NUMBER", help=_("The sweep on which it was found."))
@ON
@evidence_option
@write_options
def add(
    desk: Desk,
    kind: str,
    grade: str,
    place: str,
    on: str | None,
    evidence: tuple[Path, ...],
    **rest: str | None,
) -> None:
    """Records a hazard."""
    day = typed_day(desk, "--on", on)

    def act(register: "Hazards", kept: list[dict[str, Any]]) -> "Case":
        return register.add(kind, grade, place, day, evidence=kept, **rest)

    _record(desk, None, day, act, evidence)


@command(
    "order",
    help=_(
        "Order that a hazard is put right: by a day (--due), or within so many days as the plan "
        "gives (--days 1, 3, 7, 15 or 30). The first order for a major one says who, by when, with "
        "which duty, to which standard and by which measures."
    ),
    examples=[
        "duban hazard order H2024-007 --days 7",
        "duban hazard order H2024-008 --due 4月30日 --who 商贸城项目经理 --when 4月30日前 "
        "--duty 主体责任 --standard 消防通道净宽4米 --measures 拆除隔断",
    ],
)
@NUMBER
@click.option("--due", metavar="DATE", help=_("The last day to put it right."))
@click.option("--days", metavar="N", type=Whole(min=1), help=_("So many days from the order."))
@ON
@click.option("--who", metavar="POST", help=_("The post in charge (责任人); no person's name."))
@click.option("--when", metavar="TEXT", help=_("Within which time (完成时限)."))
@click.option("--duty", metavar="TEXT", help=_("Whose duty it is (责任)."))
@click.option("--standard", metavar="TEXT", help=_("To which standard (整改标准)."))
@click.option("--measures", metavar="TEXT", help=_("By which measures (整改措施)."))
@write_options
def order(
    desk: Desk,
    number: str,
    due: str | None,
    days: int | None,
    on: str | None,
    **said: str | None,
) -> None:
    """Records an order."""
    if (due is None) == (days is None):
        raise UsageError(_("expected either --due DATE or --days N"))
    day = typed_day(desk, "--on", on)
    settings = {code: text for code, text in said.items() if text is not None}
    last = None if due is None else typed_date("--due", due, desk.year or day.year)

    def act(register: "Hazards", _kept: list[dict[str, Any]]) -> "Case":
        if last is not None:
            return register.order(number, day, last, settings)
        return register.order_for(number, day, days or 0, settings)

    _record(desk, number, day, act)


@command(
    "fix",
    help=_(
        "Record that a hazard was put right, by which post or unit: after an order, or an ordinary "
        "one on the spot."
    ),
    examples=["duban hazard fix H2024-007 --by 物业项目经理 --on 3月30日 --evidence 整改后.jpg"],
)
@NUMBER
@BY
@ON
@evidence_option
@write_options
def fix(desk: Desk, number: str, by: str, on: str | None, evidence: tuple[Path, ...]) -> None:
    """Records that it was put right."""
    day = typed_day(desk, "--on", on)
    _record(desk, number, day, lambda register, kept: register.fix(number, day, by, kept), evidence)


@command(
    "inspect",
    help=_(
        "Record a re-inspection by somebody else than who put it right: pass (合格) or fail "
        "(不合格). A hazard that fails is open again, and that counts."
    ),
    examples=[
        "duban hazard inspect H2024-007 --result 合格 --by 应急所安全专干",
        "duban hazard inspect H2024-008 --result fail --by 应急所安全专干 --on 4月2日",
    ],
)
@NUMBER
@click.option(
    "--result",
    metavar="RESULT",
    required=True,
    type=Named("RESULTS"),
    help=_("pass (合格) or fail (不合格)."),
)
@BY
@ON
@evidence_option
@write_options
def inspect(
    desk: Desk, number: str, result: str, by: str, on: str | None, evidence: tuple[Path, ...]
) -> None:
    """Records a re-inspection."""
    day = typed_day(desk, "--on", on)
    passed = result == "pass"

    def act(register: "Hazards", kept: list[dict[str, Any]]) -> "Case":
        return register.inspect(number, day, by, passed=passed, evidence=kept)

    _record(desk, number, day, act, evidence)


@command(
    "close",
    help=_("Close a hazard out that has passed its re-inspection (销号)."),
    examples=["duban hazard close H2024-007 --on 4月3日"],
)
@NUMBER
@click.option("--by", metavar="POST", help=_("The post or unit that did it; no person's name."))
@ON
@write_options
def close(desk: Desk, number: str, by: str | None, on: str | None) -> None:
    """Closes it out."""
    day = typed_day(desk, "--on", on)
    _record(desk, number, day, lambda register, _kept: register.close(number, day, by))


@command(
    "undo",
    help=_(
        "Reverse the last event of a hazard that stands, as if it had never been. Both stay to be "
        "seen; again for the one before it. Where no event is left, the hazard itself is taken "
        "back: it never was, and its number is free for the right one."
    ),
    examples=["duban hazard undo H2024-007"],
)
@NUMBER
@write_options
def undo(desk: Desk, number: str) -> None:
    """Reverses an event, or takes a hazard back."""
    from tracker.registers.hazards import Hazards

    with recording(desk, "hazard", desk.today, number=number) as (filing, _kept):
        (case, event), plan = Hazards(filing).undo(number), filing.plan
    if event is None:
        return say_taken_back(desk, case)
    return _say(desk, plan, case.number)


@command(
    "correct",
    help=_(
        "Correct how a hazard was found: it is taken back and recorded afresh under its number, "
        "with its sweep, its evidence and all that has happened with it; both stay to be seen. "
        'Where the community leads, another community does; --community "" is the whole office.'
    ),
    examples=["duban hazard correct H2024-007 --grade 重大 --place 幸福小区3号楼"],
)
@NUMBER
@click.option("--kind", metavar="KIND", help=_("What it is: code or name."))
@click.option("--grade", metavar="GRADE", type=Named("GRADES"), help=_("ordinary or major."))
@click.option("--place", metavar="TEXT", help=_("Where exactly; no person's name."))
@click.option("--community", metavar="UNIT", help=_("In which community: code or name."))
@click.option("--unit", metavar="UNIT", help=_("The unit that sees to it."))
@click.option("--found", metavar="DATE", help=_("When it was found."))
@write_options
def correct(desk: Desk, number: str, found: str | None, **given: str | None) -> None:
    """Corrects a hazard."""
    from tracker.registers.correcting import correct_hazard

    day = None if found is None else typed_day(desk, "--found", found)
    _record(
        desk, number, desk.today, lambda r, _kept: correct_hazard(r, number, found=day, **given)
    )


def _record(
    desk: Desk, number: str | None, day: date, act: Act, files: tuple[Path, ...] = ()
) -> None:
    """Records, whole or not at all, and says where the hazard stands now.

    Args:
        number: of the hazard; None of one that is new.
    """
    from tracker.registers.hazards import Hazards

    with recording(desk, "hazard", day, files, number) as (filing, kept):
        case, plan = act(Hazards(filing), kept), filing.plan
    _say(desk, plan, case.number)


def _say(desk: Desk, plan: "PlanRef", number: str) -> None:
    """Says where a hazard stands now, and whether one was found there before."""
    from tracker.registers.hazard_sheet import load_hazard

    with desk.store() as store, store.read() as connection:
        sheet = load_hazard(connection, plan, number, desk.today, workdays=desk.workdays)
    if desk.as_json:
        return desk.json(sheet.to_json())

    from plans.safety_words import STATES, word

    row = sheet.row
    message = _("recorded. {number} {place}: {state}, due {due}")
    if row.state == "closed":
        message = _("recorded. {number} {place}: {state}")
    state = word(STATES, row.state)
    desk.say(message.format(number=row.number, place=row.place, state=state, due=row.due))
    if row.again is not None:
        message = _("the same place: {number} was found there on {day}")
        desk.say(message.format(number=row.again, day=row.again_on))
