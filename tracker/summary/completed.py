"""When an item became complete, and how late that was: worked out from its rows, here alone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from tracker.figures import Measured
from tracker.history import Entry
from tracker.measured import completion_of
from tracker.schema import FULL, REPORTS
from tracker.summary.account import Account

FILED_AS = {"sum": "add", "latest": "set"}  # reading → kind of the rows that count


def completed_by(account: Account) -> Entry | None:
    """The row by which a finished item became complete by its measure, and has been since.

    None for an item that is not finished, or is told by its children, and where no row made it
    complete: a ceiling was kept, it was closed with occurrences that were missed, or a register
    made it complete.
    """
    if not account.finished or account.by_children:
        return None
    if account.measure == "milestones":
        rows = [step.reached for step in account.steps]
        there = [row for row in rows if row is not None]
        whole = len(there) == len(rows) and not account.judged.missed
        return max(there, key=_order) if whole else None
    judged = [measured for measured in account.measured if measured.target is not None]
    if not judged or account.measure != "indicators":
        return _accepted(account)
    filed = [measured for measured in judged if measured.register is None]
    if len(filed) < len(judged) and not _are_rates_kept(judged):
        return None  # a register says what stands, not since when
    return _by_amounts(filed, tuple(account.of_kind(*FILED_AS.values())))


def _are_rates_kept(judged: Sequence[Measured]) -> bool:
    """Whether what registers say are rates alone, and all of them are kept."""
    return all(m.fed is None or (m.fed.is_rate and m.completion is None) for m in judged)


def _accepted(account: Account) -> Entry | None:
    """What has nothing to measure was complete by the last report that its closing accepted."""
    closing = next(account.of_kind("close"), None)
    if closing is None:
        return None
    before = [row for row in account.of_kind(*REPORTS) if _order(row) < _order(closing)]
    return max(before, key=_order, default=closing)


def days_late(account: Account) -> int:
    """Days from the date in force to the one on which the item became complete; 0 for in time."""
    row = completed_by(account)
    return 0 if row is None else max(0, (row.effective_on - account.judged.due).days)


def _order(row: Entry) -> tuple[date, int]:
    return row.effective_on, row.id


def _by_amounts(judged: Sequence[Measured], rows: Sequence[Entry]) -> Entry | None:
    """The last row of the day on which all indicators had reached their targets, to stay there."""
    stands = {measured.name: Decimal(0) for measured in judged}
    reading = {measured.name: FILED_AS[measured.reading] for measured in judged}
    found, before = None, _is_complete(judged, stands)
    for _day, filed in groupby(rows, lambda row: row.effective_on):
        for row in filed:
            if row.part in stands and row.kind == reading[row.part]:
                earlier = stands[row.part] if row.kind == "add" else Decimal(0)
                stands[row.part] = earlier + (row.amount or Decimal(0))
        now = _is_complete(judged, stands)
        if now != before:
            found, before = (row if now else None), now
    return found


def _is_complete(judged: Sequence[Measured], stands: dict[str, Decimal]) -> bool:
    parts = [completion_of(m.sense, stands[m.name], m.target or Decimal(0)) for m in judged]
    return FULL in parts and all(part in (FULL, None) for part in parts)
