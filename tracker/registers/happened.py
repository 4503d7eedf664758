"""All that happened with a case, as it is shown: with who filed it and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from tracker.registers.events import Case, Event
from tracker.registers.look import Look
from tracker.schema import filing, register_event
from tracker.view import iso


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with who filed it and when.

    Attributes:
        reversed: whether a later event took it back.
    """

    event: Event
    author: str
    recorded_at: datetime
    reversed: bool

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        return {
            "number": self.event.number,
            "kind": self.event.kind,
            "on": self.event.effective_on.isoformat(),
            "due": iso(self.event.due),
            "by": self.event.by_whom,
            "result": self.event.result,
            "reverses": self.event.reverses,
            "reversed": self.reversed,
            "author": self.author,
            "recorded_at": self.recorded_at.isoformat(),
        }


def load_happened(connection: Connection, case: Case, look: Look) -> list[Happened]:
    """The events of a case that had come and were known, in order, what was reversed among them."""
    e, f = register_event, filing.c
    rows = connection.execute(
        select(e, f.author, f.recorded_at)
        .join(filing, f.id == e.c.filing_id)
        .where(e.c.case_id == case.id, e.c.effective_on <= look.as_of, look.knows(e))
        .order_by(e.c.number)
    ).all()
    names = e.c.keys()
    events = [Event(**{name: row._mapping[name] for name in names}) for row in rows]
    gone = {event.reverses for event in events}
    return [
        Happened(event, row.author, row.recorded_at, event.number in gone)
        for event, row in zip(events, rows, strict=True)
    ]
