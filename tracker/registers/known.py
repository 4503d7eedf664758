"""The cases that a register has already, looked up for many rows at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, exists, select

from tracker.registers.events import Case, Event, standing
from tracker.registers.look import stands_now
from tracker.schema import register_case, register_event

AT_ONCE = 500  # values in one statement

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Known:
    """A case of the register.

    Attributes:
        events: all of it, in order; those that are reversed and the reversals among them.
        standing: the events that hold.
    """

    case: Case
    events: Sequence[Event]

    @property
    def standing(self) -> list[Event]:
        """The events that hold, in order."""
        return standing(self.events)

    @property
    def last_number(self) -> int:
        """The number of its last event; 0 where it has none."""
        return self.events[-1].number if self.events else 0


def portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Values by as many as one statement may look for at once: SQLite takes 32,766 of them."""
    left = iter(values)
    while some := list(islice(left, AT_ONCE)):
        yield some


def any_case(connection: Connection, plans: Sequence[int], register: str) -> bool:
    """Whether an office's register has a case."""
    c = register_case.c
    there = exists().where(c.plan_id.in_(plans), c.register == register)
    return bool(connection.execute(select(there)).scalar())


def find_known(
    connection: Connection, plans: Sequence[int], register: str, numbers: Iterable[str]
) -> Mapping[str, Known]:
    """The cases of an office that have one of these numbers, by number; not those taken back."""
    c, e = register_case.c, register_event.c
    found: dict[str, Known] = {}
    for some in portions(numbers):
        ours = (c.plan_id.in_(plans), c.register == register, c.number.in_(some))
        named = select(register_case).where(*ours, stands_now(register_case))
        cases = [Case(**row._mapping) for row in connection.execute(named)]
        events: dict[int, list[Event]] = {case.id: [] for case in cases}
        if events:
            of_these = select(register_event).where(e.case_id.in_(events)).order_by(e.number)
            for row in connection.execute(of_these):
                events[row.case_id].append(Event(**row._mapping))
        found.update((case.number, Known(case, events[case.id])) for case in cases)
    return found
