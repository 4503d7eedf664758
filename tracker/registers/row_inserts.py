"""Very many cases and events into the store."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, repeat
from typing import Any

from tracker.bulk import insert_rows
from tracker.loaded import PlanRef
from tracker.registers.chunk import Happened
from tracker.registers.filing import Filing
from tracker.schema import register_case, register_event

Columns = Mapping[str, Sequence[Any]]
"""Name of a column → its values, one for each case."""


def insert_cases(
    filing: Filing, ids: Sequence[int], plans: Sequence[PlanRef], columns: Columns
) -> None:
    """Inserts cases.

    Args:
        plans: of each the plan whose newest version it is registered under.
        columns: all that are known of them; the others are NULL.
    """
    given: dict[str, Sequence[Any]] = {
        **columns,
        "id": ids,
        "plan_id": [plan.id for plan in plans],
        "version_id": [plan.version_id for plan in plans],
    }
    same: dict[str, Any] = dict.fromkeys(register_case.columns.keys() - given.keys())
    same |= {"filing_id": filing.id, "register": filing.register}
    insert_rows(filing.connection, register_case, given, (), **same)


def insert_events(
    filing: Filing,
    cases: Sequence[int],
    opened: Sequence[date],
    stories: Sequence[Sequence[Happened]],
    last: Sequence[int] | None = None,
) -> int:
    """Inserts what has happened with cases.

    Args:
        opened: the day on which each came in.
        stories: of each its new events, in order.
        last: of each the number of its last event by now; none has any by default.

    Returns:
        How many events that were.
    """
    lengths = [*map(len, stories)]
    by_column = zip(*chain.from_iterable(stories), strict=True)
    columns = dict(zip(Happened._fields, by_column, strict=False))
    if not columns:
        return 0
    days = [*chain.from_iterable(map(repeat, [day.toordinal() for day in opened], lengths))]
    after, due = columns["effective_on"], columns["due"]
    before = last or repeat(0)
    numbers = [range(n + 1, n + 1 + more) for n, more in zip(before, lengths, strict=False)]
    insert_rows(
        filing.connection,
        register_event,
        {
            **columns,
            "details": [d if d is None else json.dumps(d) for d in columns["details"]],
            "case_id": [*chain.from_iterable(map(repeat, cases, lengths))],
            "number": [*chain.from_iterable(numbers)],
            "effective_on": [*map(int.__add__, days, after)],
            "due": [n if n is None else d + n for d, n in zip(days, due, strict=True)],
        },
        stored=("effective_on", "due", "details"),
        filing_id=filing.id,
        reverses=None,
    )
    return len(days)
