"""Change control and close-out: extensions and their answers, closing, cancelling, reversal."""

from typing import TYPE_CHECKING

import click

from commands.group import command
from commands.options import Desk, write_options
from commands.recording import CODE, MILESTONE, NOTE, ON, ROW, Book, record
from plans.language import gettext as _
from plans.language import listed

if TYPE_CHECKING:
    from tracker.ledger import Ledger

REASON = click.option("--reason", metavar="TEXT", required=True, help=_("Why."))


@command(
    "extend",
    help=_(
        "Ask for a later date, of an item or of one of its milestones, before the date in force "
        "has passed. It counts once it is approved; until then the date stays. The row that is "
        "printed is the request: approve or return it."
    ),
    examples=["duban extend 5.3 --to 2024-11-30 --reason 评估报告尚在公示"],
)
@CODE
@click.option("--to", metavar="DATE", required=True, help=_("The date asked for."))
@REASON
@MILESTONE
@ON
@write_options
def extend(
    desk: Desk, code: str, to: str, reason: str, milestone: str | None, on: str | None
) -> None:
    """Records a request."""

    def act(ledger: "Ledger", book: Book) -> int:
        asked_on = book.day("--on", on)
        step = book.milestone(code, milestone)
        row = ledger.extend(code, asked_on, book.day("--to", to), reason, step)
        due = ledger.deadline(code, asked_on, step)
        if book.today > due:  # a form on paper, keyed in later: possible, but never silent
            message = _(
                "recorded after the deadline, {due}: asked for on {asked}, registered {today}"
            )
            book.remarks.append(message.format(due=due, asked=asked_on, today=book.today))
        message = _("awaits its answer: duban approve {row}, or duban return {row} --reason TEXT")
        book.remarks.append(message.format(row=row))
        return row

    record(desk, act)


@command(
    "approve",
    help=_("Grant a request for a later date; ID is the row of the request."),
    examples=["duban approve 128 --as 分管城建副主任"],
)
@ROW
@ON
@NOTE
@write_options
def approve(desk: Desk, row: int, on: str | None, note: str | None) -> None:
    """Records a grant."""
    record(desk, lambda ledger, book: ledger.approve(row, book.day("--on", on), note))


@command(
    "return",
    help=_("Turn a request for a later date down; ID is the row of the request."),
    examples=["duban return 129 --reason 不具备延期条件"],
)
@ROW
@REASON
@ON
@write_options
def send_back(desk: Desk, row: int, reason: str, on: str | None) -> None:
    """Records a refusal."""
    record(desk, lambda ledger, book: ledger.refuse(row, book.day("--on", on), reason))


@command(
    "close",
    help=_(
        "Accept a finished item and strike it off (销号). It has to be complete, or nothing of it "
        "can be done any more. Its children that are finished so are closed with it."
    ),
    examples=["duban close 2.7 --note 已验收"],
)
@CODE
@ON
@NOTE
@write_options
def close(desk: Desk, code: str, on: str | None, note: str | None) -> None:
    """Records the acceptance."""

    def act(ledger: "Ledger", book: Book) -> list[int]:
        return _with_it(ledger.close(code, book.day("--on", on), note), book)

    record(desk, act)


@command(
    "cancel",
    help=_("Withdraw an item. It stays visible as cancelled, with the reason."),
    examples=["duban cancel 4.13 --reason 由市级统一组织"],
)
@CODE
@REASON
@ON
@click.option(
    "--with-children", is_flag=True, help=_("Cancel with it what is not finished below it.")
)
@write_options
def cancel(desk: Desk, code: str, reason: str, on: str | None, with_children: bool) -> None:
    """Records the withdrawal."""

    def act(ledger: "Ledger", book: Book) -> list[int]:
        day = book.day("--on", on)
        return _with_it(ledger.cancel(code, day, reason, with_children=with_children), book)

    record(desk, act)


def _with_it(rows: list[int], book: Book) -> list[int]:
    """The rows by which an item was ended; of which children they are is said afterwards."""
    from tracker.ledger import codes_of

    messages = {"close": _("closed with it: {codes}"), "cancel": _("cancelled with it: {codes}")}
    for kind, codes in codes_of(book.connection, rows[1:]).items():
        book.remarks.append(messages[kind].format(codes=listed(codes)))
    return rows


@command(
    "undo",
    help=_(
        "Reverse a row of the ledger, as if it had never been. Both rows stay to be seen. "
        "Then file the right one."
    ),
    examples=["duban undo 130 --reason 15家误录为51家"],
)
@ROW
@click.option("--reason", metavar="TEXT", help=_("Why."))
@write_options
def undo(desk: Desk, row: int, reason: str | None) -> None:
    """Records the reversal."""

    def act(ledger: "Ledger", book: Book) -> int:
        from tracker.ledger import ended_below

        made = ledger.undo(row, reason)
        messages = {"close": _("still closed: {codes}"), "cancel": _("still cancelled: {codes}")}
        for kind, codes in ended_below(book.connection, book.plan, row).items():
            book.remarks.append(messages[kind].format(codes=listed(codes)))
        return made

    record(desk, act)
