"""The arithmetic behind an item's status, worked out a second time, step by step.

``tracker/status.py`` judges all items in one statement; here one item is judged from its rows in
plain Python, and every intermediate result is kept to be printed. Both follow the same rules (see
there) with whole numbers and divisions that round down, so they end in the same numbers; a test
holds them together for every item of the sample plans.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from plans.levels import Level
from tracker.arithmetic import (
    Answerable,
    StepSeen,
    actual_of,
    answerable,
    due_in_force,
    expected_of,
    granted_dates,
    granted_extensions,
    mean,
    pending_requests,
    reported_on,
    see_steps,
)
from tracker.conditions import Facts, asked_period, try_levels
from tracker.history import Entry, find_item
from tracker.measured import MeasureSeen, made_of, only_rates_are_short, see_measure
from tracker.particulars import Particulars, load_particulars
from tracker.schema import FULL, int_to_amount
from tracker.summing import rows_below
from tracker.versions import PlanRef


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an item got its status; progress of ``tracker.schema.FULL``.

    Attributes:
        due: the date in force.
        extensions: (request, approval) of all that were granted, in the order of granting.
        pending: requests that nobody has answered yet.
        children: the explanations of the items below, cancelled ones among them.
        own_expected, own_actual: what the item's own dates and rows say, before its children's.
        facts: what the conditions of the levels are about, children's progress included.
        conditions: the levels tried in their order, the last of them the one that held.
    """

    item: Particulars
    as_of: date
    who: Answerable
    due: date
    extensions: tuple[tuple[Entry, Entry], ...]
    pending: tuple[Entry, ...]
    steps: tuple[StepSeen, ...]
    measures: tuple[MeasureSeen, ...]
    children: tuple["Explanation", ...]
    own_expected: int
    own_actual: int
    facts: Facts
    conditions: tuple[tuple[Level, bool], ...]

    @property
    def level(self) -> Level:
        """The level of the item: the first whose condition holds."""
        return self.conditions[-1][0]

    @property
    def expected(self) -> int:
        """Expected progress, children's included where these count."""
        return self.facts.expected

    @property
    def actual(self) -> int:
        """Actual progress, children's included where these count."""
        return self.facts.actual

    @property
    def gap(self) -> int:
        """How far the actual progress is below the expected one; negative when it is above."""
        return self.expected - self.actual

    @property
    def counted(self) -> tuple["Explanation", ...]:
        """The children that count: those not cancelled."""
        return tuple(child for child in self.children if child.level.code != "cancelled")

    @property
    def summed(self) -> tuple[MeasureSeen, ...]:
        """The indicators; those of an item that is measured by its children with their amounts."""
        if self.item.measure != "children":
            return self.measures
        return tuple(self._with_children(seen) for seen in self.measures)

    def _with_children(self, seen: MeasureSeen) -> MeasureSeen:
        theirs = [(one.measure, one.rows) for child in self.children for one in child.summed]
        added = rows_below(seen.measure, theirs)
        return made_of(seen.measure, (*seen.rows, *added)) if added else seen

    @property
    def over(self) -> bool:
        """Whether it is closed or settled, as its parent sees it."""
        return self.facts.has("close") or self.facts.settled

    def row(self, kind: str) -> Entry | None:
        """The first row of a kind that holds."""
        return next(
            (r for r in self.item.entries if r.kind == kind and r.held_on(self.as_of)), None
        )

    def to_json(self) -> dict[str, Any]:
        """The steps for programs; progress in hundred-thousandths, as it is worked out."""
        return {
            "code": self.item.code,
            "title": self.item.title,
            "as_of": self.as_of.isoformat(),
            "status": self.level.code,
            "expected": self.expected,
            "actual": self.actual,
            "gap": self.gap,
            "whole": FULL,
            "start": self.item.start.isoformat(),
            "due": self.due.isoformat(),
            "pace": self.item.pace,
            "measure": self.item.measure,
            "own_expected": self.own_expected,
            "own_actual": self.own_actual,
            "milestones": [_step_json(step) for step in self.steps],
            "indicators": [measure_json(one) for one in self.measures],
            "children": [
                {
                    "code": child.item.code,
                    "weight": child.item.weight,
                    "status": child.level.code,
                    "expected": child.own_expected,
                    "actual": child.own_actual,
                }
                for child in self.children
            ],
            "extensions": [
                {"request": request.id, "approval": approval.id, "due": str(request.due)}
                for request, approval in self.extensions
            ],
            "conditions": [{"level": level.code, "held": held} for level, held in self.conditions],
        }


def explain(
    connection: Connection,
    plan: PlanRef,
    code: str,
    as_of: date,
    known_at: datetime | None = None,
) -> Explanation:
    """Explains the status of one item.

    Raises:
        NotFoundError: there is no such item.
    """
    item_id = find_item(connection, plan, code)
    items = load_particulars(connection, plan, as_of, known_at, items=[item_id])
    return explain_item(items[item_id], as_of)


def explain_item(item: Particulars, as_of: date) -> Explanation:
    """Works out the status of an item as of a date from what is promised and filed of it."""
    held = [row for row in item.entries if row.held_on(as_of)]
    extensions = granted_extensions(item.entries, held)
    due = due_in_force(item, granted_dates(item, extensions))
    steps = see_steps(item, held, as_of)
    measures = tuple(see_measure(measure, held) for measure in item.measures)
    children = tuple(explain_item(child, as_of) for child in item.children)
    counted = [child for child in children if child.level.code != "cancelled"]
    own_expected = expected_of(item, due, steps, as_of)
    expected = own_expected
    if counted and item.pace == "children" and item.start <= as_of <= due:
        expected = mean((child.item.weight, child.own_expected) for child in counted)
    own_actual = actual_of(item, steps, measures, expected, held)
    actual = own_actual
    if counted and item.measure == "children":
        actual = mean((child.item.weight, child.own_actual) for child in counted)
    facts = _facts(item, as_of, held, (expected, actual), due, steps, measures, counted)
    return Explanation(
        item=item,
        as_of=as_of,
        who=answerable(item, held),
        due=due,
        extensions=extensions,
        pending=pending_requests(item.entries, held),
        steps=steps,
        measures=measures,
        children=children,
        own_expected=own_expected,
        own_actual=own_actual,
        facts=facts,
        conditions=try_levels(facts),
    )


def _facts(
    item: Particulars,
    as_of: date,
    held: Sequence[Entry],
    progress: tuple[int, int],
    due: date,
    steps: Sequence[StepSeen],
    measures: Sequence[MeasureSeen],
    counted: Sequence[Explanation],
) -> Facts:
    reports = [reported_on(item, held), *(child.facts.last_reported for child in counted)]
    broken = [step.due for step in steps if step.state == "broken"]
    ahead = [step.due for step in steps if step.reached is None and not step.past]
    (broken if due < as_of else ahead).append(due)
    expected, actual = progress
    settled = actual >= FULL or _all_passed(item, steps, counted)
    if item.measure == "indicators" and due < as_of:
        settled |= only_rates_are_short(measures)
    computed = item.computed or _all_computed(item, counted)
    return Facts(
        item=item,
        as_of=as_of,
        held=held,
        expected=expected,
        actual=actual,
        last_reported=max((day for day in reports if day is not None), default=None),
        broken_on=None if settled else min(broken, default=None),
        next_due=None if settled else min(ahead, default=None),
        settled=settled,
        computed=computed,
        asked=None
        if settled or computed
        else asked_period(item.report, as_of, item.terms.grace_days),
    )


def _all_passed(
    item: Particulars, steps: Sequence[StepSeen], counted: Sequence[Explanation]
) -> bool:
    """Whether each of an item's milestones, or of its children, is over, complete or not."""
    if item.measure == "milestones":
        return all(step.state in ("held", "late", "missed") for step in steps)
    return item.measure == "children" and bool(counted) and all(child.over for child in counted)


def _all_computed(item: Particulars, counted: Sequence[Explanation]) -> bool:
    """Whether an item has nothing of its own to be filed, and children that are all computed."""
    if item.measure != "children" or not item.unfiled:
        return False
    return bool(counted) and all(child.facts.computed for child in counted)


def _step_json(seen: StepSeen) -> dict[str, Any]:
    return {
        "code": seen.step.code,
        "title": seen.step.title,
        "weight": seen.step.weight,
        "due": seen.due.isoformat(),
        "original_due": seen.step.original_due.isoformat(),
        "state": seen.state,
        "reached_on": None if seen.reached is None else seen.reached.effective_on.isoformat(),
        "row": None if seen.reached is None else seen.reached.id,
    }


def measure_json(seen: MeasureSeen) -> dict[str, Any]:
    """An indicator for programs."""
    measure = seen.measure
    return {
        "name": measure.name,
        "unit": measure.unit,
        "target": None if measure.target is None else float(measure.target),
        "sense": measure.sense,
        "reading": measure.reading,
        "weight": measure.weight,
        "value": None if seen.unknown else float(int_to_amount(seen.value)),
        "completion": seen.completion,
        "ceiling_kept": seen.kept,
        "rows": [row.id for row in seen.rows],
        "register": None if measure.fed is None else measure.fed.to_json(),
    }
