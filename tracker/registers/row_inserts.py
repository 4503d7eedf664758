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
    columns: dict[str, Sequence[Any]] = dict(zip(Happened._fields, by_column, strict=False))
    if not columns:
        return 0
    days = [*chain.from_iterable(map(repeat, [day.toordinal() for day in opened], lengths))]
    before = last or repeat(0)
    numbers = [range(n + 1, n + 1 + more) for n, more in zip(before, lengths, strict=False)]
    columns |= {
        "case_id": [*chain.from_iterable(map(repeat, cases, lengths))],
        "number": [*chain.from_iterable(numbers)],
        "effective_on": [*map(int.__add__, days, columns["effective_on"])],
    }
    if columns["due"].count(None) < len(days):
        dues = zip(days, columns["due"], strict=True)
        columns["due"] = [due if due is None else day + due for day, due in dues]
    if any(columns["details"]):
        columns["details"] = [d if d is None else json.dumps(d) for d in columns["details"]]
    stored = ("effective_on", "due", "details")
    connection, same = filing.connection, {"filing_id": filing.id, "reverses": None}
    insert_rows(connection, register_event, columns, stored, **same)
    return len(days)
