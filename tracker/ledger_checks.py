"""What may stand in a ledger row: amounts, texts, dates; and how a wrong name is answered."""

import difflib
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.typed import DECIMALS, MAX_AMOUNT, TypedError, parse_line, parse_passage
from tracker.loaded import PlanRef

MAX_TEXT = 2_000
YEARS_OF_GRACE = 5  # a date asked for lies at most so many years after the plan's year


def check_amount(where: str, amount: Decimal, *, positive: bool) -> None:
    """Refuses what is no amount; of 0 only ``positive`` ones are refused.

    Raises:
        BadInputError: not a number, negative, too large, or of more than 4 decimals.
    """
    if not amount.is_finite() or amount < 0 or (positive and amount == 0):
        message = (
            _("{where}: {amount} is not an amount to add; expected a number above 0")
            if positive
            else _("{where}: {amount} is not a value; expected a number, 0 or above")
        )
        raise BadInputError(message.format(where=where, amount=amount))
    if amount >= MAX_AMOUNT:
        raise BadInputError(
            _("{where}: {amount} is out of range, below {most}; use a larger unit (万, 亿)").format(
                where=where, amount=amount, most=MAX_AMOUNT
            )
        )
    if amount != round(amount, DECIMALS):
        raise BadInputError(
            _("{where}: {amount} has more than {most} decimals").format(
                where=where, amount=amount, most=DECIMALS
            )
        )


def check_day(what: str, on: date, plan: PlanRef, today: date) -> None:
    """Refuses a day on which nothing of the plan can have taken effect.

    Raises:
        BadInputError: it is in the future, or before the plan's year.
    """
    if on > today:
        raise BadInputError(
            _("{what}: {on} is in the future; today is {today}").format(
                what=what, on=on, today=today
            )
        )
    if on.year < plan.year:
        raise BadInputError(
            _("{what}: {on} is before the plan's year, {year}").format(
                what=what, on=on, year=plan.year
            )
        )


def check_extension(what: str, on: date, due: date, to: date, plan: PlanRef) -> None:
    """Practice: an extension is asked for before the deadline, and for a later date.

    Raises:
        ConflictError: the deadline has passed.
        BadInputError: the new date is not later, or absurd.
    """
    if on > due:
        raise ConflictError(
            _(
                "{what}: was due on {due}; an extension has to be asked for before that, "
                "so the date keeps counting"
            ).format(what=what, due=due)
        )
    if to <= due:
        raise BadInputError(
            _("{what}: {to} is not later than the date in force, {due}").format(
                what=what, to=to, due=due
            )
        )
    latest = plan.year + YEARS_OF_GRACE
    if to.year > latest:
        raise BadInputError(
            _("{what}: {to} is out of range; expected a date up to {year}").format(
                what=what, to=to, year=latest
            )
        )


def check_apart(code: str, lead: str, support: Collection[str]) -> None:
    """Refuses a unit that would lead an item and support it at once, as a plan file does.

    Raises:
        ConflictError: the unit that leads is among those that support.
    """
    if lead in support:
        message = _("{code}: {unit} would lead and support at once; give --lead and --support anew")
        raise ConflictError(message.format(code=code, unit=lead))


def line(value: str | None, what: str) -> str | None:
    """A name or post: one line of at most 200 characters; None for none.

    Raises:
        BadInputError: longer, or with control or invisible characters.
    """
    if value is None or not value.strip():
        return None
    try:
        return parse_line(value)
    except TypedError as error:
        raise BadInputError(f"{what}: {error}") from None


def passage(value: str | None, what: str) -> str | None:
    """A text of one or more lines; None for none.

    Raises:
        BadInputError: longer than ``MAX_TEXT``, or with control or invisible characters.
    """
    if value is None or not value.strip():
        return None
    try:
        return parse_passage(value, MAX_TEXT)
    except TypedError as error:
        raise BadInputError(f"{what}: {error}") from None


def needed(reason: str) -> str:
    """A reason that has to be given.

    Raises:
        BadInputError: it is empty, or not acceptable as a text.
    """
    text = passage(reason, _("reason"))
    if text is None:
        raise BadInputError(_("a reason is needed; give one with --reason"))
    return text


def proof(evidence: Mapping[str, str] | None) -> dict[str, str] | None:
    """Name and fingerprint of a file that shows something.

    Raises:
        BadInputError: a value is no line.
    """
    if evidence is None:
        return None
    return {key: line(value, _("evidence")) or "" for key, value in evidence.items()}


def unknown(
    what: str, name: str, there: Iterable[str] | Mapping[str, str], of: str | None = None
) -> DubanError:
    """The error for a name that does not exist, with those that come near.

    Args:
        there: the names, or code → title; then a title that comes near is found as well.
        of: the item that has them.
    """
    titles = there if isinstance(there, Mapping) else dict.fromkeys(there, "")
    shown = {code: f"{code} ({title})" if title else code for code, title in titles.items()}
    meant = {title: code for code, title in titles.items() if title} | {c: c for c in titles}
    near = [title for title in meant if title not in titles and name in title]
    near += difflib.get_close_matches(name, meant, n=3, cutoff=0.5)
    found = list(dict.fromkeys(shown[meant[text]] for text in near))
    message = (
        _("{name}: no such {what}; there are: {near}")
        if of is None
        else _("{name}: no such {what} of {code}; there are: {near}")
    )
    listing = listed(found or list(shown.values())) or _("none")
    return NotFoundError(message.format(name=name, what=what, code=of, near=listing))
