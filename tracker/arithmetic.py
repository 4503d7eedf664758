"""The rules of status for one item, in plain Python: whole numbers, divisions that round down.

``tracker/status.py`` says what the rules are and judges all items in one statement. Here each rule
is worked out from an item's rows, so that ``tracker/explain.py`` can show every step of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from tracker.history import Entry
from tracker.measured import MeasureSeen
from tracker.particulars import Particulars, Step
from tracker.schema import FULL, REPORTS

State = Literal["held", "late", "missed", "broken", "open"]


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A milestone as of a date.

    Attributes:
        due: the date in force.
        reached: the row that says so.
        past: its date is over, so its weight is expected.
        state: reached in time or late; lapsed ("missed"); past and not reached ("broken"); "open".
    """

    step: Step
    due: date
    reached: Entry | None
    past: bool
    state: State

    @property
    def code(self) -> str:
        """The milestone's code."""
        return self.step.code

    @property
    def title(self) -> str:
        """The milestone's title."""
        return self.step.title


@dataclass(frozen=True, slots=True)
class Answerable:
    """Who is answerable for an item; units by code."""

    lead: str
    support: tuple[str, ...]
    person: str | None
    leader: str | None


def granted_extensions(
    rows: Sequence[Entry], held: Iterable[Entry]
) -> tuple[tuple[Entry, Entry], ...]:
    """(request, approval) of all extensions, the one granted last at the end."""
    requests = {row.id: row for row in rows if row.kind == "extend"}
    approvals = sorted((row for row in held if row.kind == "approve"), key=_order)
    return tuple((requests[row.answers or 0], row) for row in approvals)


def _order(row: Entry) -> tuple[date, int]:
    """What was said last stands: by the day it took effect, then by the order of filing."""
    return row.effective_on, row.id


def pending_requests(rows: Sequence[Entry], held: Iterable[Entry]) -> tuple[Entry, ...]:
    """Requests for a later date that nobody has answered."""
    answered = {r.answers for r in rows if r.kind in ("approve", "refuse") and not r.reversed_by}
    return tuple(row for row in held if row.kind == "extend" and row.id not in answered)


def granted_dates(
    item: Particulars, extensions: Iterable[tuple[Entry, Entry]]
) -> dict[str | None, date]:
    """Milestone code, or None for the item → the latest date that was granted.

    Args:
        extensions: from ``granted_extensions``.
    """
    latest = sorted(extensions, key=lambda pair: pair[0].due or item.due)
    return {request.part: request.due or item.due for request, _approval in latest}


def due_in_force(
    item: Particulars, granted: Mapping[str | None, date], step: Step | None = None
) -> date:
    """The last day of an item that counts, or of one of its milestones: its own extension, its
    item's where it falls on the item's last day, or as planned.

    Args:
        granted: from ``granted_dates``.
    """
    if step is None:
        return max(granted.get(None, item.due), item.due)
    moves_along = None in granted and step.due == item.due
    due = granted.get(step.code, granted[None] if moves_along else step.due)
    return max(due, step.due)


def see_steps(item: Particulars, held: Sequence[Entry], as_of: date) -> tuple[StepSeen, ...]:
    """An item's milestones with their dates in force.

    Args:
        held: the item's rows that hold as of the date.
    """
    granted = granted_dates(item, granted_extensions(item.entries, held))
    reached = {row.part: row for row in reversed(held) if row.kind == "reach"}
    return tuple(
        _see_step(step, due_in_force(item, granted, step), reached.get(step.code), as_of)
        for step in item.steps
    )


def _see_step(step: Step, due: date, reached: Entry | None, as_of: date) -> StepSeen:
    last_chance = None if step.lapses_on is None else max(step.lapses_on, due)
    if reached is not None and last_chance is not None and reached.effective_on > last_chance:
        reached = None
    state: State
    if reached is not None:
        state = "held" if reached.effective_on <= due else "late"
    elif last_chance is not None and last_chance < as_of:
        state = "missed"
    else:
        state = "broken" if due < as_of else "open"
    return StepSeen(step, due, reached, due < as_of, state)


def expected_of(item: Particulars, due: date, steps: Sequence[StepSeen], as_of: date) -> int:
    """Expected progress by the item's own dates."""
    if as_of > due:
        return FULL
    if as_of < item.start:
        return 0
    if item.pace == "milestones":
        past = sum(seen.step.weight for seen in steps if seen.past)
        return past * FULL // sum(seen.step.weight for seen in steps)
    if item.pace == "table":
        return max((share for _end, share in targets_past(item, due, as_of)), default=0)
    return ((as_of - item.start).days + 1) * FULL // ((due - item.start).days + 1)


def targets_past(item: Particulars, due: date, as_of: date) -> list[tuple[date, int]]:
    """The targets of a table that are asked for by now; an extended date stretches the table."""
    gone, whole = (as_of - item.start).days + 1, (due - item.start).days + 1
    planned = (item.due - item.start).days + 1
    return [
        (end, share)
        for end, share in item.targets
        if ((end - item.start).days + 1) * whole <= gone * planned
    ]


def actual_of(
    item: Particulars,
    steps: Sequence[StepSeen],
    measures: Sequence[MeasureSeen],
    expected: int,
    held: Sequence[Entry],
) -> int:
    """Actual progress by the item's own rows and by what registers say of it."""
    judged = [seen for seen in measures if seen.measure.target is not None]
    if item.measure == "indicators" and judged:
        counted = [
            (seen.measure.weight, seen.completion) for seen in judged if seen.completion is not None
        ]
        if counted:
            return mean(counted)
        return expected if item.computed or reported_on(item, held) else 0
    if item.measure == "milestones":
        reached = sum(seen.step.weight for seen in steps if seen.reached)
        return reached * FULL // sum(seen.step.weight for seen in steps)
    return FULL if any(row.kind == "close" for row in held) else 0


def reported_on(item: Particulars, held: Iterable[Entry]) -> date | None:
    """The day of the last report on an item: filed, or of what happened in its registers."""
    days = [row.effective_on for row in held if row.kind in REPORTS]
    fed = [measure.fed.last_on for measure in item.measures if measure.fed is not None]
    return max([*days, *(day for day in fed if day is not None)], default=None)


def mean(weighted: Iterable[tuple[int, int]]) -> int:
    """Weighted mean, rounded down, of (weight, value) pairs."""
    pairs = list(weighted)
    return sum(weight * part for weight, part in pairs) // sum(weight for weight, _part in pairs)


def answerable(item: Particulars, held: Iterable[Entry]) -> Answerable:
    """Whom the assignments name, each post as named last; whom the plan names otherwise.

    The unit that leads does not support: assignments of other days can have named it as both.
    """
    named: dict[str, Any] = {}
    for row in sorted((row for row in held if row.kind == "assign"), key=_order):
        named |= {post: who for post, who in (row.assignment or {}).items() if who is not None}
    lead = named.get("lead", item.lead)
    return Answerable(
        lead=lead,
        support=tuple(unit for unit in named.get("support", item.support) if unit != lead),
        person=named.get("person", item.person),
        leader=named.get("leader", item.leader),
    )
