"""How commands record: one transaction, then what was recorded and where the item stands now."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from commands.options import Desk, Whole, typed_date
from commands.output import one_line
from plans.errors import BadInputError, NotFoundError
from plans.language import chinese, listed
from plans.language import gettext as _
from plans.numerals import percent_text
from plans.typed import quoted

if TYPE_CHECKING:
    from tracker.judge import Judged
    from tracker.ledger import Ledger
    from tracker.registers.events import Case
    from tracker.versions import PlanRef

Act = Callable[["Ledger", "Book"], int | list[int]]


def say_taken_back(desk: Desk, case: "Case") -> None:
    """Says that a case of a register is taken back: nothing of it is left to be shown."""
    if desk.as_json:
        taken_back = {"number": case.number, "undone": "registration", "on": case.opened_on}
        return desk.json(taken_back)
    message = _("{number}, of {day}: taken back, as if it had never been recorded")
    return desk.say(message.format(number=case.number, day=case.opened_on))


def plan_of(desk: Desk, connection: Any, register: str, number: str) -> "PlanRef | None":
    """The plan that a case is of; None where that is for ``--year`` to say, or there is no case.

    Args:
        number: of the case, as it is stored.
    """
    from tracker.registers.scope import plan_of_case

    if desk.year is not None:
        return None
    return plan_of_case(connection, register, number, desk.office)


class Book:
    """What an act may ask about the plan while it records.

    Attributes:
        plan: the plan.
        connection: of the open transaction.
        remarks: what is to be said after recording.
        warnings: what is recorded, but may be a slip; for programs' callers to see, too.
        reported: the day on which what a unit has filed took effect.
    """

    def __init__(self, connection: Any, plan: "PlanRef", today: date) -> None:
        self.connection = connection
        self.plan = plan
        self.today = today
        self.remarks: list[str] = []
        self.warnings: list[str] = []
        self.reported: date | None = None

    def day(self, option: str, typed: str | None) -> date:
        """The day that is meant; one without a year is of the plan's year; None is today."""
        return self.today if typed is None else typed_date(option, typed, self.plan.year)

    def unit(self, typed: str) -> str:
        """The code of a unit, given by code or name."""
        from tracker.view import find_unit, load_units

        return find_unit(load_units(self.connection, self.plan), typed)

    def milestone(self, code: str, typed: str | None) -> str | None:
        """The code of a milestone of an item, given by code or title.

        What is neither stays as it was typed: the ledger says which there are.

        Raises:
            BadInputError: several have this title, or it cannot be a code.
        """
        from plans.typed import TypedError, fold, parse_code
        from tracker.loaded import milestone_titles

        if typed is None:
            return None
        there = milestone_titles(self.connection, self.plan, code)
        year = f"{self.plan.year}年"  # which occurrences have in their titles
        named = fold(typed).removeprefix(year)
        titled = [s for s, title in there.items() if fold(title).removeprefix(year) == named != ""]
        code_given = fold(typed) in there
        if not code_given and len(titled) > 1:
            message = _("--milestone {title}: several have this title; give the code: {codes}")
            raise BadInputError(message.format(title=quoted(typed), codes=listed(titled)))
        try:
            return titled[0] if titled and not code_given else parse_code(typed)
        except TypedError as error:
            raise BadInputError(str(error)) from None


def record(desk: Desk, act: Act) -> None:
    """Records what ``act`` does, whole or not at all, and says so."""
    from tracker.judge import judge
    from tracker.ledger import Ledger, item_of

    with desk.store() as store:
        with store.write() as writing:
            plan = _plan(desk, writing.connection)
            ledger = Ledger(writing, plan, author=desk.author, today=desk.today)
            book = Book(writing.connection, plan, desk.today)
            ids = act(ledger, book)
        rows = ids if isinstance(ids, list) else [ids]
        with store.read() as connection:
            item_id = item_of(connection, rows[0])
            judged = judge(
                connection, desk.today, plans=[plan.id], items=[item_id], workdays=desk.workdays
            )
    item = next(item for item in judged if item.item_id == item_id)
    _say(desk, rows, item)
    if item.level.code == "not_reported" and book.reported:
        message = _("this period has no report yet: the row counts as of its day, {day}")
        book.remarks.append(message.format(day=book.reported))
    for remark in [] if desk.as_json else book.remarks:
        desk.say(remark)
    for warning in book.warnings:
        click.echo(one_line(warning), err=True)


def _plan(desk: Desk, connection: Any) -> "PlanRef":
    """The plan that is meant, where ``--year`` does not say so.

    It is that of the row that is answered or reversed; that of the year which ``--on`` names, else
    of this year; or the only one there is.
    """
    from tracker.loaded import plan_of_row

    typed = click.get_current_context().params
    if desk.year is not None:
        return desk.plan(connection)
    if "row" in typed:
        of_row = plan_of_row(connection, typed["row"])
        if of_row is None:
            raise NotFoundError(_("row {id}: there is no such row").format(id=typed["row"]))
        if desk.office in (None, of_row.office):
            return of_row
    return desk.plan(connection, _year_named(typed.get("on")))


def _year_named(day: str | None) -> int | None:
    from plans.typed import TypedError, parse_date

    try:
        return None if day is None else parse_date(day).year
    except TypedError:  # without a year it is of the plan's year; whatever else is told later
        return None


def _say(desk: Desk, rows: list[int], item: "Judged") -> None:
    from tracker.schema import FULL
    from tracker.view import item_json

    if desk.as_json:
        return desk.json({"rows": rows, "item": item_json(item)})
    message = _(
        "recorded row {rows}. {code} {title}: {mark} {level}, {actual} done, {expected} expected, "
        "due {due}"
    )
    return desk.say(
        message.format(
            rows=_(", ").join(map(str, rows)),
            code=item.code,
            title=item.title,
            mark=item.level.mark,
            level=item.level.zh if chinese() else item.level.en,
            actual=percent_text(item.actual, FULL),
            expected=percent_text(item.expected, FULL),
            due=item.due,
        )
    )


def _code(_ctx: click.Context, _param: click.Parameter, typed: str | None) -> str | None:
    """A code as offices type it, full-width forms folded."""
    from plans.typed import TypedError, parse_code

    try:
        return None if typed is None else parse_code(typed)
    except TypedError as error:
        raise BadInputError(str(error)) from None


class _Row(Whole):
    """The number of a row of the ledger."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            message = _("{value}: expected the number of a ledger row; duban ledger CODE shows it")
            self.fail(message.format(value=quoted(value)), param, ctx)


CODE = click.argument("code", metavar="CODE", callback=_code)
ROW = click.argument("row", metavar="ID", type=_Row(1, 2**62))
ON = click.option(
    "--on", metavar="DATE", help=_("When it took effect; today by default. 6月底 is fine.")
)
NOTE = click.option("--note", metavar="TEXT", help=_("A remark."))
MILESTONE = click.option(
    "--milestone",
    metavar="CODE",
    help=_("A milestone or occurrence of the item, by code or title."),
)
