"""How a hazard may go: which step may follow which, and by when it has to be put right.

Pure: days come in, errors come out. Recording one (``hazards.py``) and importing many
(``importing.py``) go by what stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from plans.errors import BadInputError, ConflictError
from plans.language import gettext as _
from plans.places import compared
from plans.registers import Limit
from plans.safety_words import SETTINGS, STATES, STEPS, word, words
from plans.workdays import Workdays

FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "found": ("order", "fix"),
    "ordered": ("fix",),
    "fixed": ("pass", "fail"),
    "failed": ("order", "fix"),
    "passed": ("close",),
    "closed": (),
}
"""State → the steps that may follow; a major hazard that was found is ordered to be put right
first (安全生产法: it needs a shutdown, so it is not done on the spot)."""

MAX_ORDER_DAYS = 365
"""The day of an order lies at most so many days after it, as in ``order_days`` of a plan."""

LEADS_TO: Mapping[str, str] = {
    "order": "ordered",
    "fix": "fixed",
    "fail": "failed",
    "pass": "passed",
    "close": "closed",
}
"""Step → the state after it."""


@dataclass(slots=True)
class HazardCourse:
    """A hazard on its way.

    Attributes:
        found: the day on which it was found.
        due: the day in force by which it has to be put right, or at first ordered to be.
        inspect_within: to re-inspect it, from the day it was put right.
        state: one of ``plans.safety_words.STATES``.
        day: since when.
        ordered: whether an order was given.
        fixed_by: the post or unit that put it right last.
    """

    grade: str
    found: date
    due: date
    inspect_within: Limit
    state: str = "found"
    day: date = date.min
    ordered: bool = False
    fixed_by: str | None = None

    @property
    def may(self) -> tuple[str, ...]:
        """The steps that may follow."""
        if self.state == "found" and self.grade == "major":
            return ("order",)
        return FOLLOWS[self.state]

    def sets(self, step: str, on: date, due: date | None, calendar: Workdays) -> date | None:
        """The day that a step sets: an order its own, putting right that of the re-inspection."""
        return self.inspect_within.after(on, calendar) if step == "fix" else due

    def note(self, step: str, on: date, due: date | None = None, by: str | None = None) -> None:
        """Takes in a step that was checked before."""
        self.day, self.state = on, LEADS_TO[step]
        if step == "order" and due is not None:
            self.due, self.ordered = due, True
        if step == "fix":
            self.fixed_by = by

    def take(
        self,
        step: str,
        on: date,
        *,
        due: date | None = None,
        by: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Has a step happen, if it may.

        Args:
            due: of an order, the last day to put it right.
            by: who put it right, or re-inspected it.
            settings: of an order; a major hazard needs all five with the first one.

        Raises:
            ConflictError: it cannot follow where the hazard stands.
            BadInputError: a day lies before what it follows, or something is missing or wrong.
        """
        if step not in self.may:
            raise self._out_of_order(step)
        if on < max(self.day, self.found):
            message = _("{day}: before {last}, since when it is {state}; expected a later day")
            values = {"last": max(self.day, self.found), "state": word(STATES, self.state)}
            raise BadInputError(message.format(day=on, **values))
        if step == "order":
            self._check_order(on, due, settings or {})
        elif step in ("fix", "pass", "fail"):
            self._check_by(by)
        self.note(step, on, due, by)

    def _check_order(self, on: date, due: date | None, settings: Mapping[str, str]) -> None:
        if due is None or due < on:
            message = _("an order needs the day by which to put it right, {day} or later")
            raise BadInputError(message.format(day=on))
        if self.ordered and due <= self.due:
            message = _("{due}: expected a later day than that of the order before, {before}")
            raise BadInputError(message.format(due=due, before=self.due))
        if (due - on).days > MAX_ORDER_DAYS:
            message = _("{due}: an order gives at most {most} days; expected {last} or before")
            last = on + timedelta(MAX_ORDER_DAYS)
            raise BadInputError(message.format(due=due, most=MAX_ORDER_DAYS, last=last))
        left = [code for code in SETTINGS if code not in settings]
        if self.grade == "major" and not self.ordered and left:
            message = _("an order for a major hazard needs its five settings; missing: {left}")
            raise BadInputError(message.format(left=words(SETTINGS, left)))

    def _check_by(self, by: str | None) -> None:
        if by is None:
            raise BadInputError(_("expected the post or unit that did it"))
        if self.state == "fixed" and self.fixed_by and same_name(by, self.fixed_by):
            message = _("{by} put it right; expected that somebody else inspects it again")
            raise BadInputError(message.format(by=self.fixed_by))

    def _out_of_order(self, step: str) -> ConflictError:
        values = {
            "what": word(STEPS, step),
            "last": word(STATES, self.state),
            "day": max(self.day, self.found),
            "may": words(STEPS, list(self.may)),
        }
        if not self.may:
            message = _("{what}: not possible; it is {last} since {day}, nothing can follow")
        elif step == "fix" and self.state == "found":
            message = _("{what}: not possible; a major hazard is ordered to be put right first")
        else:
            message = _("{what}: not possible; it is {last} since {day}; expected next: {may}")
        return ConflictError(message.format(**values))


def same_name(one: str, other: str) -> bool:
    """Whether two posts or units are the same, however they were typed."""
    return compared(one) == compared(other)
