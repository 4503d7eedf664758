"""Petitions and orders put into a store as rows, for the tests of what is made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from tracker.schema import filing, register_case, register_event
from tracker.store import Store

DAY = date(2024, 7, 3)  # a Wednesday
FIRST_FILING = datetime(2024, 1, 3, tzinfo=UTC)


def ago(days: int) -> date:
    """So many days before the day that is looked at; negative: after it."""
    return DAY - timedelta(days)


@dataclass
class Made:
    """A case and its events: (kind, day, what else)."""

    received: date
    channel: str = "letter"
    topic: str = "noise"
    community: str | None = "c1"
    repeated: bool = False
    accept_by: date | None = None
    settle_by: date | None = None
    events: list[tuple[str, date, dict[str, Any]]] = field(default_factory=list)
    filing: int = 1
    plan_id: int | None = None

    def then(self, kind: str, on: date, **values: Any) -> "Made":
        """The case with an event more."""
        self.events.append((kind, on, values))
        return self


def case(received: date, **values: Any) -> Made:
    """A letter, to be accepted within 15 days."""
    return Made(received, **{"accept_by": received + timedelta(15), **values})


def order(received: date, settle_by: date, **values: Any) -> Made:
    """An order of the 12345 line, to be signed for by the next day."""
    by = received + timedelta(1)
    return Made(received, "12345", accept_by=by, settle_by=settle_by, **values)


def record(
    url: str,
    cases: Sequence[Made],
    filings: int = 1,
    plan_id: int = 1,
    *,
    simulated: bool = False,
) -> None:
    """Puts cases into a store, the first with the number 0; filing n was recorded on day n."""
    with Store(url) as store, store.read() as connection:  # of sweeps that the plan asks for
        filed, last = (
            connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
            for table in (filing, register_case)
        )
    rows, events = [], []
    for number, made in enumerate(cases):
        of = made.plan_id or plan_id
        one = {"plan_id": of, "version_id": of, "filing_id": filed + made.filing}
        rows.append(
            {
                **one,
                **{"id": last + number + 1, "register": "petition", "number": str(number)},
                **{"opened_on": made.received, "channel": made.channel, "topic": made.topic},
                **{"kind": "help" if made.channel == "12345" else None, "unit": "c1"},
                **{"community": made.community, "repeated": made.repeated},
                **{"accept_by": made.accept_by, "settle_by": made.settle_by},
            }
        )
        nothing = {"due": None, "result": None, "reverses": None, "filing_id": filed + made.filing}
        events += [
            {"case_id": last + number + 1, "number": at, "kind": kind, "effective_on": on}
            | nothing
            | values
            for at, (kind, on, values) in enumerate(made.events, start=1)
        ]
    with Store(url) as store, store.write() as writing:
        made_up = {"plan_id": plan_id, "register": "petition", "author": "信访办"}
        writing.connection.execute(
            insert(filing),
            [
                {**made_up, "recorded_at": FIRST_FILING + timedelta(n), "simulated": simulated}
                for n in range(filings)
            ],
        )
        writing.connection.execute(insert(register_case), rows)
        if events:
            writing.connection.execute(insert(register_event), events)


def daily(topic: str, community: str | None, days: Iterable[int]) -> list[Made]:
    """Cases that came in so many days ago, settled on the next day."""
    return [
        order(ago(n), ago(n - 3), topic=topic, community=community)
        .then("accept", ago(n))
        .then("settle", ago(n - 1))
        for n in days
    ]
