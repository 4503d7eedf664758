"""Cases and their events, recorded one at a time: what every register checks.

What may follow what in which register say ``petitions.py``, ``sweeps.py`` and ``hazards.py``; files
of many cases come in through ``importing.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select

from plans.case_number import kept_number, normal_number, parse_number
from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.places import compared
from plans.registers import Registers
from tracker.loaded import PlanRef
from tracker.registers.filing import Filing, office_plans, registers_of
from tracker.registers.look import Look, stands_now
from tracker.registers.named import words_of
from tracker.registers.taken_back import check_not_taken_back
from tracker.schema import register_case, register_event
from tracker.schema_registers import NOTICES, REGISTRATION


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a register as it was recorded; see ``tracker/schema_registers.py``."""

    id: int
    plan_id: int
    version_id: int
    filing_id: int
    register: str
    number: str
    opened_on: date
    channel: str | None
    kind: str | None
    grade: str | None
    topic: str | None
    community: str | None
    place: str | None
    place_key: str | None
    unit: str
    repeated: bool
    accept_by: date | None
    settle_by: date | None
    lapses_on: date | None
    rhythm: str | None
    sweep_id: int | None
    details: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened with a case, on a day."""

    case_id: int
    number: int
    filing_id: int
    kind: str
    effective_on: date
    due: date | None
    by_whom: str | None
    result: str | None
    places: int | None
    people: int | None
    details: Mapping[str, Any] | None
    reverses: int | None


def find_case(
    connection: Connection,
    plans: Sequence[int],
    register: str,
    number: str,
    known_at: datetime | None = None,
) -> Case:
    """A case of an office by its number.

    Args:
        plans: ids of the office's plans.
        known_at: the moment whose knowledge is used; None for all there is. A case that was
            recorded later is found, too: who looks says that it was not known.

    Raises:
        NotFoundError: there is none; the nearest numbers are named. Or it was taken back by then.
    """
    c, look = register_case.c, Look(date.max, known_at)
    number = kept_number(register, normal_number(number))
    of_office = and_(c.plan_id.in_(plans), c.register == register)
    there = and_(of_office, look.stands(register_case))
    # Of several with this number all but the last were taken back, one after the other.
    named = select(register_case).where(there, c.number == number).order_by(c.id)
    row = connection.execute(named).first()
    if row is not None:
        return Case(**row._mapping)
    check_not_taken_back(connection, look, of_office, number)
    # Numbers that begin alike, or the latest: of a million, not all can be compared.
    like = select(c.number).where(there, c.number.startswith(number[:4], autoescape=True))
    numbers = connection.execute(like.order_by(c.id.desc()).limit(500)).scalars().all()
    nearest = get_close_matches(number, numbers, 3)
    message = _("{number}: no such case in the register")
    if nearest:
        message = _("{number}: no such case in the register; there are: {nearest}")
    raise NotFoundError(message.format(number=number, nearest=listed(nearest)))


def events_of(connection: Connection, case_id: int) -> list[Event]:
    """All events of a case, those reversed and the reversals among them, in order."""
    e = register_event.c
    rows = connection.execute(select(register_event).where(e.case_id == case_id).order_by(e.number))
    return [Event(**row._mapping) for row in rows]


def standing(events: Sequence[Event]) -> list[Event]:
    """The events that hold, in order; notices are none of them."""
    return [event for event in unreversed(events) if event.kind not in NOTICES]


def unreversed(events: Sequence[Event]) -> list[Event]:
    """The events that hold, in order, notices among them."""
    reversed_ones = {event.reverses for event in events}
    return [e for e in events if e.kind != "undo" and e.number not in reversed_ones]


@contextmanager
def about(number: str) -> Iterator[None]:
    """Says of which case an error is."""
    try:
        yield
    except DubanError as error:
        raise type(error)(f"{number}: {error}") from None


class Book:
    """A register that is open for recording.

    Args:
        filing: the transaction.
    """

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.connection = filing.connection
        self._rules: dict[int, Registers] = {}

    @cached_property
    def plans(self) -> dict[int, PlanRef]:
        """The office's plans by year."""
        return office_plans(self.connection, self.filing.plan)

    def plan_of(self, day: date) -> PlanRef:
        """The plan that a case which came in on a day belongs to."""
        return self.plans.get(day.year, self.filing.plan)

    def number(self, typed: str) -> str:
        """The number of a new case, see ``plans.case_number.parse_number``; raises TypedError."""
        return kept_number(self.filing.register, parse_number(typed, self._words))

    @cached_property
    def _words(self) -> frozenset[str]:
        return words_of(self.connection, self.plans.values())

    def rules(self, plan: PlanRef) -> Registers:
        """The rules of a plan's newest version."""
        if plan.version_id not in self._rules:
            self._rules[plan.version_id] = registers_of(self.connection, plan)
        return self._rules[plan.version_id]

    def rules_of(self, case: Case) -> Registers:
        """The rules under which a case was registered: later ones do not move it."""
        plan = next(plan for plan in self.plans.values() if plan.id == case.plan_id)
        if case.version_id == plan.version_id:
            return self.rules(plan)
        return self.rules(replace(plan, version_id=case.version_id))

    def find(self, number: str) -> Case:
        """A case by its number.

        Raises:
            NotFoundError: there is none.
        """
        ids = [plan.id for plan in self.plans.values()]
        return find_case(self.connection, ids, self.filing.register, number)

    def not_ahead(self, day: date) -> None:
        """Raises BadInputError for a day that has not come."""
        if day > self.filing.today:
            message = _("{day}: lies ahead, today is {today}; expected a day that has come")
            raise BadInputError(message.format(day=day, today=self.filing.today))

    def open(self, number: str, on: date, unit: str, **columns: Any) -> Case:
        """Records a new case.

        Args:
            on: the day on which it came in.
            columns: what else is known of it; see ``tracker/schema_registers.py``.

        Raises:
            ConflictError: the office has a case with this number that was not taken back.
        """
        c = register_case.c
        plan, register = self.plan_of(on), self.filing.register
        ids = [plan.id for plan in self.plans.values()]
        same = (c.plan_id.in_(ids), c.register == register, c.number == number)
        stands = stands_now(register_case)
        there = self.connection.execute(select(c.opened_on).where(*same, stands)).scalar()
        if there is not None:
            message = _("{number}: in the register already, of {day}; expected a new number")
            raise ConflictError(message.format(number=number, day=there))
        values = {
            "id": next_case_id(self.connection),
            "plan_id": plan.id,
            "version_id": plan.version_id,
            "filing_id": self.filing.id,
            "register": register,
            "number": number,
            "opened_on": on,
            "unit": unit,
            "repeated": False,
            **columns,
        }
        if place := columns.get("place"):
            values["place_key"] = compared(place)
        self.connection.execute(insert(register_case).values(**values))
        return Case(**{**dict.fromkeys(c.keys()), **values})

    def record(self, case: Case, kind: str, on: date, **values: Any) -> int:
        """Records an event after all others of a case; returns its number within the case.

        Raises:
            BadInputError: the day has not come, or lies before the case or its last event.
        """
        self.not_ahead(on)
        events = events_of(self.connection, case.id)
        last = max([case.opened_on, *(event.effective_on for event in standing(events))])
        if on < last:
            message = _("{day}: before {last}, the day of what happened last with {number}")
            raise BadInputError(message.format(day=on, last=last, number=case.number))
        return self._insert(case, events, kind, on, **values)

    def undo(self, case: Case) -> Event | None:
        """Reverses the last event of a case that stands; where none is left, takes the case back.

        Returns:
            The event; None where the case itself was taken back: it never was.
        """
        events = events_of(self.connection, case.id)
        left = standing(events)
        on = left[-1].effective_on if left else case.opened_on
        wrong = left[-1].number if left else REGISTRATION
        self._insert(case, events, "undo", on, reverses=wrong)
        return left[-1] if left else None

    def _insert(
        self, case: Case, events: Sequence[Event], kind: str, on: date, **values: Any
    ) -> int:
        number = 1 + max((event.number for event in events), default=0)
        self.connection.execute(
            insert(register_event).values(
                case_id=case.id,
                number=number,
                filing_id=self.filing.id,
                kind=kind,
                effective_on=on,
                **values,
            )
        )
        return number


def next_case_id(connection: Connection) -> int:
    """The id of the next case; to be given under the writers' lock."""
    last = connection.execute(select(func.max(register_case.c.id))).scalar()
    return 1 + (last or 0)
