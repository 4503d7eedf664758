"""Requests for a later date that were written down after the deadline (补录).

An extension is asked for before the deadline; one asked for on paper may be registered later. Then
it counts, but whoever looks at the ledger has to see it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from plans.zone import OFFICE_ZONE
from tracker.arithmetic import due_in_force, granted_dates, granted_extensions
from tracker.history import Entry
from tracker.particulars import Particulars


def with_late_requests(item: Particulars) -> Particulars:
    """The item; those of its requests that were recorded after the deadline say so."""
    return replace(item, entries=tuple(_marked(item)))


def _marked(item: Particulars) -> Iterator[Entry]:
    for row in item.entries:
        late = row.kind == "extend" and _recorded_on(row) > deadline(item, row)
        yield replace(row, recorded_late=True) if late else row


def _recorded_on(row: Entry) -> date:
    return row.recorded_at.astimezone(ZoneInfo(OFFICE_ZONE)).date()


def deadline(item: Particulars, request: Entry) -> date:
    """The date in force that a request was about, by what had been filed before it."""
    before = [row for row in item.entries if row.id < request.id]
    held = [row for row in before if row.held_on(request.effective_on)]
    granted = granted_dates(item, granted_extensions(before, held))
    step = next((step for step in item.steps if step.code == request.part), None)
    return due_in_force(item, granted, step)
