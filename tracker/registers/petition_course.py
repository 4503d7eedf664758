"""How a petition or an order may go: by when each step is due, and which may follow which.

Pure: days come in, days and errors come out. Recording one case (``petitions.py``), importing many
(``importing.py``) and showing one all go by what stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from plans.errors import BadInputError, ConflictError, DubanError
from plans.language import chinese, listed
from plans.language import gettext as _
from plans.register_words import EVENT_NAMES, RESULTS, SECOND, SIGNED
from plans.registers import HOTLINE, Limit
from tracker.registers.petition_limits import Limits

RECEIVED = "received"

FOLLOWS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    RECEIVED: (
        frozenset({"accept", "decline", "object"}),
        frozenset({"accept", "decline", "object", "settle"}),
    ),
    "accept": (frozenset({"extend", "settle"}), frozenset({"extend", "settle", "object"})),
    "extend": (frozenset({"extend", "settle"}), frozenset({"extend", "settle", "object"})),
    "settle": (frozenset({"survey", "review"}), frozenset({"survey"})),
    "review": (frozenset({"survey", "reviewed"}), frozenset()),
    "reviewed": (frozenset({"survey", "review"}), frozenset()),
    "decline": (frozenset(), frozenset()),
    "object": (frozenset(), frozenset()),
}
"""What happened last → what may happen next: with a petition, and with an order of the 12345 line.

A survey changes nothing about it. An order is signed for, which says nothing about whose it is: it
may be given back later; settled without being signed for, it is signed for on that day.
"""

MOST = {"survey": 1, "review": 2}  # 复查 and, if that does not satisfy, 复核 (信访工作条例 §35-36)

NEEDS_RESULT = frozenset({"settle", "decline", "survey", "reviewed"})


class Step(NamedTuple):
    """Something that happens with a case, as it is recorded.

    Attributes:
        due: the day that it sets: to settle, or to answer a review; None where it sets none.
    """

    kind: str
    on: date
    due: date | None = None


@dataclass(slots=True)
class Course:
    """A case on its way.

    Attributes:
        first_due: the day by which it had to be settled at first.
        due: the day by which it has to be settled, in force.
        last: what happened last, surveys aside; ``RECEIVED`` to begin with.
        day: of what happened last.
        answered: the day of the last answer, from which the time to ask for a review runs.
    """

    limits: Limits
    channel: str
    received: date
    accept_by: date
    first_due: date | None
    due: date | None
    last: str = RECEIVED
    day: date = date.min
    answered: date | None = None
    surveys: int = 0
    reviews: int = 0

    @classmethod
    def begin(cls, limits: Limits, channel: str, kind: str | None, received: date) -> "Course":
        """A case that has come in, with the days that follow from it.

        Raises:
            BadInputError: the kind does not fit the channel.
        """
        due = limits.settle_by(channel, kind, received)
        return cls(limits, channel, received, limits.accept_by(channel, received), due, due)

    @property
    def order(self) -> bool:
        """Whether it is an order of the 12345 line."""
        return self.channel == HOTLINE

    @property
    def object_by(self) -> date:
        """The last day on which it can be given back as transferred wrongly; with an order that is
        never after the day by which it has to be settled."""
        last = self.limits.after(self.limits.rules.petitions.object, self.received)
        return min(last, self.due) if self.order and self.due else last

    @property
    def extend_to(self) -> date | None:
        """The latest day to which the time to settle can be extended, counted from the first."""
        first = self.first_due
        return None if first is None else self.limits.after(self.extension, first)

    @property
    def extension(self) -> Limit:
        """By how much the time to settle can be extended in all."""
        rules = self.limits.rules
        return rules.orders.extend if self.order else rules.petitions.extend

    @property
    def review_by(self) -> date | None:
        """The last day on which a review can be asked for."""
        if self.answered is None:
            return None
        return self.limits.after(self.limits.rules.petitions.review, self.answered)

    def note(self, kind: str, on: date, due: date | None) -> None:
        """Takes in what happened and was checked before."""
        self.day = on
        if kind == "survey":
            self.surveys += 1
            return
        if kind == "accept" and due is not None:
            self.first_due = self.due = due
        elif kind == "extend":
            self.due = due
        elif kind in ("settle", "reviewed"):
            self.answered = on
        elif kind == "review":
            self.reviews += 1
        self.last = kind

    def take(
        self, kind: str, on: date, to: date | None = None, by: str | None = None
    ) -> tuple[Step, ...]:
        """Has something happen, if it may.

        Args:
            to: the new day by which to settle, of an extension.
            by: the unit that has approved it.

        Returns:
            What is to be recorded: one step, or two where settling an order signs for it.

        Raises:
            ConflictError: it cannot follow what happened last.
            BadInputError: a day lies before what it follows, or beyond what the rules allow.
        """
        self.check(kind, on)
        steps: tuple[Step, ...] = (Step(kind, on, self._due(kind, on, to, by)),)
        if kind == "settle" and self.last == RECEIVED:
            steps = (Step("accept", on), *steps)
        for step in steps:
            self.note(*step)
        return steps

    def check(self, kind: str, on: date) -> None:
        """Raises what ``take`` does where it cannot follow what happened last, or not that day."""
        if kind not in FOLLOWS[self.last][self.order] or self._often(kind):
            raise self._out_of_order(kind)
        if on < self.received:
            message = _("{day}: before it came in on {received}; expected that day or a later one")
            raise BadInputError(message.format(day=on, received=self.received))
        if on < self.day:
            message = _("{day}: before {last}, the day of what happened last ({what})")
            raise BadInputError(message.format(day=on, last=self.day, what=self._state()))

    def settle_after(self, accepted: date) -> date | None:
        """The day to settle that accepting sets; an order has its own from the day it came in."""
        return (
            None if self.order else self.limits.after(self.limits.rules.petitions.settle, accepted)
        )

    def _due(self, kind: str, on: date, to: date | None, by: str | None) -> date | None:
        """The day that a step sets, after what its own rules ask for."""
        rules = self.limits.rules.petitions
        if kind == "extend":
            return self._extended(on, to, by)
        if to is not None:
            raise BadInputError(_("--to is for an extension; leave it out"))
        if kind == "accept":
            return self.settle_after(on)
        if kind == "object" and on > self.object_by:
            message = _("{day}: too late to give it back; that was possible until {last}")
            raise BadInputError(message.format(day=on, last=self.object_by))
        if kind == "review":
            if self.review_by is not None and on > self.review_by:
                message = _("{day}: too late to ask for a review; that was possible until {last}")
                raise BadInputError(message.format(day=on, last=self.review_by))
            return self.limits.after(rules.answer_review, on)
        return None

    def _extended(self, on: date, to: date | None, by: str | None) -> date:
        due, latest = self.due, self.extend_to
        assert due is not None  # it is set by accepting, or by coming in
        assert latest is not None
        if to is None or by is None:
            message = _("an extension needs its new day and the unit that approved it (--to, --by)")
            raise BadInputError(message)
        if on > due:
            message = _("{day}: too late for an extension; it had to be approved until {due}")
            raise BadInputError(message.format(day=on, due=due))
        if due >= latest:
            message = _(
                "extended by all of {count} days (until {latest}) by now; no more is granted"
            )
            if self.extension.workdays:
                message = _(
                    "extended by all of {count} working days (until {latest}) by now; no more is "
                    "granted"
                )
            raise BadInputError(message.format(count=self.extension.number, latest=latest))
        if not due < to <= latest:
            message = _("{to}: expected a day after {due}, at the latest {latest}")
            raise BadInputError(message.format(to=to, due=due, latest=latest))
        return to

    def _often(self, kind: str) -> bool:
        done = {"survey": self.surveys, "review": self.reviews}
        return kind in MOST and done[kind] >= MOST[kind]

    def _out_of_order(self, kind: str) -> DubanError:
        if kind == "review" and self._often(kind):
            return ConflictError(_("the answer to a second review is final; no other can follow"))
        may = [k for k in EVENT_NAMES if k in FOLLOWS[self.last][self.order] and not self._often(k)]
        values = {
            "what": self._event(kind),
            "last": self._state(),
            "may": listed([self._event(k) for k in may]),
        }
        message = _("{what}: not possible, for it is {last}; expected next: {may}")
        if not may:
            message = _("{what}: not possible, for it is {last}; nothing can follow")
        return ConflictError(message.format(**values))

    def _state(self) -> str:
        """What the case is after what happened last, as the command line says it."""
        if self.last == RECEIVED:
            return _("received")
        return names_of(self.last, self.order, self.reviews)[not chinese()]

    def _event(self, kind: str) -> str:
        return event_name(kind, self.order, self.reviews + (kind == "review"))


def names_of(kind: str, order: bool, reviews: int) -> tuple[str, str]:
    """The Chinese and English name of an event.

    Args:
        order: of an order of the 12345 line.
        reviews: how many were asked for by then, itself among them.
    """
    if kind == "accept" and order:
        return SIGNED
    return (SECOND if kind in SECOND and reviews > 1 else EVENT_NAMES)[kind]


def event_name(kind: str, order: bool = False, reviews: int = 0) -> str:
    """What a kind of event is called on the command line, as it may be typed."""
    return f"{names_of(kind, order, reviews)[0]} ({kind})" if chinese() else kind


def needs_result(kind: str) -> str:
    """What is told where a result is missing."""
    there = [f"{code} {zh}" if chinese() else code for code, (zh, _en) in RESULTS[kind].items()]
    message = _("{what}: expected its result (--result): {there}")
    return message.format(what=event_name(kind), there=listed(there, len(there)))
