"""Where petitions and orders stand, as a list has them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from tracker.registers.named import Named
from tracker.view import Scope, iso

State = Literal["open", "within", "due", "overdue", "settled", "declined", "reviewing"]
STATES: tuple[State, ...] = get_args(State)
"""What a list can be narrowed down to. Each case is either

- ``open``, not ended, and then exactly one of: ``within`` its time, ``due`` within so many days as
  the plan warns of first, or ``overdue``: the day of its next step is over;
- or ``settled``: of these some are ``reviewing``, a review is asked for and not answered;
- or ``declined``, or given back."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed down to, by codes; None for all.

    Attributes:
        months: first and last day of receipt.
        plan_id: only cases of this plan.
    """

    state: State | None = None
    topic: str | None = None
    community: str | None = None
    unit: str | None = None
    channel: str | None = None
    months: tuple[date, date] | None = None
    plan_id: int | None = None


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """Where a petition or an order stands.

    Attributes:
        settle_by: the day in force; None as long as a petition is not accepted.
        ended: the kind of event with which it ended: settle, decline or object.
        next_due: by when what comes next has to be done; None where nothing has to.
        review_by: by when a review has to be answered that is pending.
        reviews: how many were asked for; the second is a 复核.
    """

    number: str
    channel: str
    kind: str | None
    topic: str
    community: str | None
    unit: str
    repeated: bool
    received: date
    accept_by: date
    settle_by: date | None
    accepted_on: date | None
    ended_on: date | None
    ended: str | None
    extensions: int
    survey: str | None
    next_due: date | None
    review_by: date | None
    reviews: int = 0

    @property
    def awaits(self) -> str | None:
        """The next step that has to be taken: accept, settle or reviewed."""
        if self.ended is not None:
            return "reviewed" if self.review_by else None
        return "settle" if self.accepted_on else "accept"

    @property
    def settled_late(self) -> bool:
        """Whether it was settled after its day."""
        if self.ended != "settle" or self.ended_on is None or self.settle_by is None:
            return False
        return self.ended_on > self.settle_by

    def overdue_days(self, as_of: date) -> int:
        """Calendar days since the day of what has to be done next; 0 where it is not over."""
        return max(0, (as_of - self.next_due).days) if self.next_due else 0

    def to_json(self, as_of: date) -> dict[str, Any]:
        """As programs read it."""
        return {
            "number": self.number,
            "channel": self.channel,
            "kind": self.kind,
            "topic": self.topic,
            "community": self.community,
            "unit": self.unit,
            "repeated": self.repeated,
            "received": self.received.isoformat(),
            "accept_by": self.accept_by.isoformat(),
            "accepted_on": iso(self.accepted_on),
            "settle_by": iso(self.settle_by),
            "extensions": self.extensions,
            "ended_on": iso(self.ended_on),
            "ended": self.ended,
            "survey": self.survey,
            "review_by": iso(self.review_by),
            "reviews": self.reviews,
            "awaits": self.awaits,
            "next_due": iso(self.next_due),
            "overdue_days": self.overdue_days(as_of),
        }


@dataclass(frozen=True, slots=True)
class PetitionList:
    """Cases of an office.

    Attributes:
        rows: what has to be done first comes first; then what has ended, the latest first.
        counts: how many there are, "all" and of each of ``STATES``; or only of the state that the
            list is narrowed down to.
        soon: within how many days what is due counts as due soon.
    """

    scope: Scope
    named: Named
    filters: Filters
    rows: list[PetitionRow]
    counts: dict[str, int]
    soon: int

    @property
    def total(self) -> int:
        """How many the list has, of which ``rows`` may be the first."""
        return self.counts[self.filters.state or "all"]

    def to_json(self) -> dict[str, Any]:
        """What ``duban petition list --json`` prints."""
        return {
            **self.scope.to_json(),
            "counts": self.counts,
            "cases": [row.to_json(self.scope.as_of) for row in self.rows],
        }
