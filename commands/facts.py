"""``duban assign`` and ``duban update``: who is answerable, and what units file."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.group import command
from commands.options import ANY_PATH, Desk, write_options
from commands.recording import CODE, MILESTONE, NOTE, ON, Book, record
from plans.errors import BadInputError
from plans.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.ledger import Ledger, Progress

FAR_BEYOND = 10
"""More than so many times its target an indicator is hardly worth."""


@command(
    "assign",
    help=_(
        "Say who is answerable for an item, from a day on. What is not given stays. Units are "
        "given by code or name, officials by their post."
    ),
    examples=["duban assign 2.1 --lead cjb --support c1 --support c2 --leader 分管城建副主任"],
)
@CODE
@click.option("--lead", metavar="UNIT", help=_("The unit that leads and reports."))
@click.option("--support", metavar="UNIT", multiple=True, help=_("A unit that supports."))
@click.option("--person", metavar="NAME", help=_("The post in charge."))
@click.option("--leader", metavar="NAME", help=_("The supervising leader, as a post."))
@ON
@NOTE
@write_options
def assign(
    desk: Desk,
    code: str,
    lead: str | None,
    support: tuple[str, ...],
    person: str | None,
    leader: str | None,
    on: str | None,
    note: str | None,
) -> None:
    """Records who is answerable."""
    from tracker.ledger import Assignment

    def act(ledger: "Ledger", book: Book) -> int:
        units = tuple(map(book.unit, support)) or None
        to = Assignment(None if lead is None else book.unit(lead), units, person, leader)
        return ledger.assign(code, book.day("--on", on), to, note)

    record(desk, act)


@command(
    "update",
    help=_(
        "File progress on an item: figures, a milestone or occurrence that was reached, or a "
        "note. --add adds to a figure that sums up, --set gives the value of one that is replaced; "
        "numbers as offices type them, in any unit that fits."
    ),
    examples=[
        'duban update 2.2.01 --add "整修投资=６４万元" --milestone surface --on 6月底',
        'duban update 4.1 --set "参保率=96.5" --note 已全部录入',
        "duban update 2.1 --milestone 2024-05 --evidence photo.jpg",
        "duban update 5.3 --reason 拆迁户尚未签约 --note 正在协商",
    ],
)
@CODE
@click.option("--add", metavar="NAME=AMOUNT", multiple=True, help=_("Add to an indicator."))
@click.option("--set", "reach", metavar="NAME=VALUE", multiple=True, help=_("Set an indicator."))
@MILESTONE
@ON
@NOTE
@click.option("--reason", metavar="TEXT", help=_("Why it is late; the summary tells it."))
@click.option("--source", metavar="TEXT", help=_("The passage that the figures come from."))
@click.option(
    "--evidence",
    metavar="FILE",
    type=ANY_PATH,
    help=_("A file that shows it; its name and SHA-256 are kept, not the file."),
)
@write_options
def update(
    desk: Desk,
    code: str,
    add: tuple[str, ...],
    reach: tuple[str, ...],
    milestone: str | None,
    on: str | None,
    note: str | None,
    reason: str | None,
    source: str | None,
    evidence: Path | None,
) -> None:
    """Records progress."""
    from tracker.ledger import Progress
    from tracker.registers.evidence import fingerprint

    shown = None if evidence is None else fingerprint(evidence)

    def act(ledger: "Ledger", book: Book) -> list[int]:
        added = _figures("--add", add, code, book)
        reached = _figures("--set", reach, code, book)
        step = book.milestone(code, milestone)
        filed = Progress(added, reached, step, note, reason, source, shown)
        book.reported = book.day("--on", on)
        if step is not None:
            book.remarks += _ahead(code, step, book.reported, book)
        ids = ledger.progress(code, book.reported, filed)
        book.warnings += _far_beyond(code, filed, ids, book)
        return ids

    record(desk, act)


def _figures(option: str, typed: Sequence[str], code: str, book: Book) -> dict[str, Decimal]:
    """Indicator → amount in its unit, from NAME=AMOUNT."""
    from plans.typed import TypedError, parse_quantity, quoted
    from tracker.versions import indicator_units

    units = indicator_units(book.connection, book.plan, code) if typed else {}
    figures: dict[str, Decimal] = {}
    for text in typed:
        name, equals, amount = text.replace("＝", "=").partition("=")
        name = name.strip()
        if not equals or not name or not amount.strip():
            message = _("{option} {text}: expected NAME=AMOUNT, for example 整修巷道=2")
            raise BadInputError(message.format(option=option, text=quoted(text)))
        if name in figures:
            message = _("{option} {name}: given twice")
            raise BadInputError(message.format(option=option, name=quoted(name)))
        unit = units.get((code, name))
        try:
            # Of an indicator that is not there the ledger says so, whatever the amount.
            figures[name] = Decimal(0) if unit is None else parse_quantity(amount, unit)
        except TypedError as error:
            raise BadInputError(f"{option} {name}: {error}") from None
    return figures


def _ahead(code: str, step: str, on: date, book: Book) -> "Iterator[str]":
    """That an occurrence is filed before its period has begun, as long as that of the one before
    it runs. It may be so: it is recorded, and said."""
    from tracker.standing import Standing

    standing = Standing(book.connection, book.plan)
    item = standing.item(code)
    steps = list(standing.milestones(item.item_id))
    if not item.recurring or step not in steps[1:]:
        return
    due, before = (
        standing.milestone_dates(item.item_id, one, on).due
        for one in (step, steps[steps.index(step) - 1])
    )
    if on <= before:
        message = _("{step}: due on {due}, its period has not begun; recorded as done early")
        yield message.format(step=step, due=due)


def _far_beyond(code: str, filed: "Progress", rows: list[int], book: Book) -> "Iterator[str]":
    """Figures that took an indicator to where it hardly can be: a share above 100%, or many times
    the target. It may be so (a growth, a windfall): it is recorded, and said."""
    if not filed.add and not filed.set:
        return
    from plans.numerals import plain_number
    from tracker.standing import Standing
    from tracker.versions import indicator_units

    standing = Standing(book.connection, book.plan)
    item_id = standing.item(code).item_id
    there = standing.indicators(item_id)
    units = indicator_units(book.connection, book.plan, code)
    # The rows of figures come first, in the order in which the figures were given.
    for row, name in zip(rows, (*filed.add, *filed.set), strict=False):
        value = standing.total(item_id, name) if name in filed.add else filed.set[name]
        unit, target = units[code, name], there[name].target
        if unit in ("%", "％") and (target is None or target <= 100):
            most, beyond = Decimal(100), target or Decimal(100)
        elif target:
            most, beyond = FAR_BEYOND * target, target
        else:
            continue
        if value > most:
            message = _(
                "{name}: {value}{unit} is beyond {target}{unit} by {more}{unit}; if that is "
                "wrong: duban undo {row}"
            )
            shown = {"value": value, "target": beyond, "more": value - beyond}
            numbers = {key: plain_number(number) for key, number in shown.items()}
            yield message.format(name=name, unit=unit, row=row, **numbers)
