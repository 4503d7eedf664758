"""Requests for a later date that were written down after the deadline (补录).

An extension is asked for before the deadline; one asked for on paper may be registered later. Then
it counts, but whoever looks at the ledger has to see it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from plans.zone import OFFICE_ZONE
from tracker.explain import explain_item
from tracker.history import Entry
from tracker.particulars import Particulars


def with_late_requests(item: Particulars) -> Particulars:
    """The item; those of its requests that were recorded after the deadline say so."""
    return replace(item, entries=tuple(_marked(item)))


def _marked(item: Particulars) -> Iterator[Entry]:
    for place, row in enumerate(item.entries):
        late = row.kind == "extend" and _recorded_on(row) > _deadline(item, row, place)
        yield replace(row, recorded_late=True) if late else row


def _recorded_on(row: Entry) -> date:
    return row.recorded_at.astimezone(ZoneInfo(OFFICE_ZONE)).date()


def _deadline(item: Particulars, request: Entry, place: int) -> date:
    """The date in force that the request was about, by what had been filed before it."""
    before = replace(item, entries=item.entries[:place])
    found = explain_item(before, request.effective_on)
    steps = {seen.step.code: seen.due for seen in found.steps}
    return steps.get(request.part or "", found.due)
