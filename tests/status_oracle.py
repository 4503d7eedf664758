"""The judge once more, in plain Python: item by item and fact by fact, obvious and slow.

Written from what is documented (``tracker/status.py``, ``plans/model.py``, ``plans/levels.py``),
not from the statement, so that the two can be held against each other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from plans.model import Indicator, Item, Milestone, Plan
from plans.registers import MEASURES
from tests.register_oracle import Register, Said, said

FULL = 100_000
DAY = timedelta(days=1)
REPORTS = ("add", "set", "reach", "report")


@dataclass(frozen=True)
class Load:
    """A plan file that was loaded."""

    plan: Plan
    recorded_at: datetime


@dataclass(frozen=True)
class Fact:
    """A row of the ledger. ``number`` gives the order in which the rows were written."""

    number: int
    kind: str
    code: str
    on: date
    recorded_at: datetime
    part: str | None = None
    amount: Decimal | None = None
    due: date | None = None
    answers: int | None = None
    reverses: int | None = None
    lead: str | None = None
    person: str | None = None
    leader: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What is said of an item."""

    code: str
    parent: str | None
    title: str
    area: str
    lead: str
    person: str | None
    leader: str | None
    weight: int
    assumed: bool
    recurring: bool
    level: str
    expected: int
    actual: int
    start: date
    due: date
    original_due: date
    broken_on: date | None
    next_due: date | None
    last_reported: date | None
    settled: bool
    computed: bool
    extensions: int
    held: int
    late: int
    missed: int
    steps: int
    overdue_days: int


@dataclass(frozen=True)
class Promised:
    """An item as the newest plan has it, with dates that did not move later by loading."""

    item: Item
    area: str
    parent: str | None
    original_due: date


def promises(plans: Iterable[Plan]) -> list[Promised]:
    """What all these versions together promise: the newest first, then what it no longer has."""
    first_due: dict[str, date] = {}
    last_due: dict[tuple[str, str | None], date] = {}
    standing: list[Promised] = []
    for plan in plans:
        newest = []
        for area, parent, item in plan.walk():
            original = first_due.setdefault(item.code, item.due)
            dates = [(None, item.due), *((step.code, step.due) for step in item.milestones)]
            for part, due in dates:
                last_due[item.code, part] = min(due, last_due.get((item.code, part), due))
            steps = tuple(
                replace(step, due=last_due[item.code, step.code]) for step in item.milestones
            )
            due = last_due[item.code, None]
            held = replace(item, start=min(item.start, due), due=due, milestones=steps)
            newest.append(Promised(held, area.code, parent.code if parent else None, original))
        codes = {promise.item.code for promise in newest}
        below = {promise.item.code for promise in newest if promise.parent}
        dropped = [old for old in standing if old.item.code not in codes]
        # Children have none: what was below an item that is now a child stands alone.
        standing = newest + [
            replace(old, parent=None) if old.parent in below else old for old in dropped
        ]
    return standing


NOTHING = Register()


def judge(
    loads: Sequence[Load],
    facts: Sequence[Fact],
    as_of: date,
    known_at: datetime | None = None,
    register: Register = NOTHING,
) -> list[Verdict]:
    """Every item of the newest plan known, in plan order, then the dropped ones."""

    def known(thing: Load | Fact) -> bool:
        return known_at is None or thing.recorded_at <= known_at

    plans = [load.plan for load in loads if known(load)]
    if not plans:
        return []
    reversed_ones = {fact.reverses for fact in facts if known(fact) and fact.reverses is not None}
    requests = {fact.number: fact for fact in facts if fact.kind == "extend"}
    holding = [
        fact
        for fact in facts
        if known(fact) and fact.on <= as_of and fact.number not in reversed_ones
    ]
    judgement = _Judgement(plans[-1], promises(plans), holding, requests, as_of, known_at, register)
    return [judgement.verdict(promise) for promise in judgement.promised]


class _Judgement:
    def __init__(
        self,
        plan: Plan,
        promised: list[Promised],
        holding: list[Fact],
        requests: dict[int, Fact],
        as_of: date,
        known_at: datetime | None,
        register: Register,
    ) -> None:
        self.known_at = known_at
        self.register = register
        self.plan = plan
        self.promised = promised
        self.holding = holding
        self.requests = requests
        self.as_of = as_of

    def verdict(self, promise: Promised) -> Verdict:
        item = promise.item
        over = self.is_over(item)
        level = self.level(promise)
        broken_on = min(self.broken_dates(item), default=None)
        overdue = broken_on is not None and level == "overdue"
        return Verdict(
            code=item.code,
            parent=promise.parent,
            title=item.title,
            area=promise.area,
            lead=self.assigned(item, lambda fact: fact.lead) or item.lead,
            person=self.assigned(item, lambda fact: fact.person) or item.person,
            leader=self.assigned(item, lambda fact: fact.leader) or item.leader,
            weight=item.weight,
            assumed=item.assumed,
            recurring=item.recurring,
            level=level,
            expected=self.expected(item),
            actual=self.actual(item),
            start=item.start,
            due=self.due(item),
            original_due=promise.original_due,
            broken_on=None if over else broken_on,
            next_due=None if over else min(self.open_dates(item), default=None),
            last_reported=self.last_reported(item),
            settled=self.is_settled(item),
            computed=self.is_computed(item),
            extensions=len(self.approvals(item.code)),
            held=self.count_steps(item, "held"),
            late=self.count_steps(item, "late"),
            missed=self.count_steps(item, "missed"),
            steps=len(item.milestones),
            overdue_days=(self.as_of - broken_on).days if overdue and broken_on else 0,
        )

    # Facts of an item

    def of(self, code: str, *kinds: str, part: str | None = None) -> list[Fact]:
        return [
            fact
            for fact in self.holding
            if fact.code == code and fact.kind in kinds and part in (None, fact.part)
        ]

    def children(self, code: str) -> list[Item]:
        """Those that count: not cancelled."""
        return [
            promise.item
            for promise in self.promised
            if promise.parent == code and not self.of(promise.item.code, "cancel")
        ]

    def assigned(self, item: Item, to: Callable[[Fact], str | None]) -> str | None:
        named = [fact for fact in self.of(item.code, "assign") if to(fact) is not None]
        return to(max(named, key=_last)) if named else None

    def last_reported(self, item: Item) -> date | None:
        codes = [item.code, *(child.code for child in self.children(item.code))]
        filed = [fact.on for code in codes for fact in self.of(code, *REPORTS)]
        fed = [self.fed_on(one) for one in (item, *self.children(item.code))]
        return max([*filed, *(day for day in fed if day is not None)], default=None)

    def fed_on(self, item: Item) -> date | None:
        """The latest day of the registers that an item's indicators are computed from."""
        days = [self.said(one).last_on for one in item.indicators if one.register]
        return max((day for day in days if day is not None), default=None)

    def said(self, indicator: Indicator) -> Said:
        """What its register says of an indicator."""
        measure, kind = indicator.register, indicator.register_kind
        assert measure is not None
        return said(self.register, self.plan.year, measure, kind, self.as_of, self.known_at)

    # Dates

    def approvals(self, code: str) -> list[Fact]:
        return self.of(code, "approve")

    def granted(self, code: str, part: str | None) -> date | None:
        requests = [self.requests[fact.answers or 0] for fact in self.approvals(code)]
        return max((r.due for r in requests if r.part == part and r.due), default=None)

    def due(self, item: Item) -> date:
        return max(self.granted(item.code, None) or item.due, item.due)

    def step_due(self, item: Item, step: Milestone) -> date:
        planned = self.due(item) if step.due == item.due else step.due
        return max(self.granted(item.code, step.code) or planned, step.due)

    def is_past(self, day: date) -> bool:
        return day < self.as_of

    def broken_dates(self, item: Item) -> list[date]:
        steps = [self.step_due(item, s) for s in item.milestones if self.step(item, s) == "open"]
        return [day for day in (*steps, self.due(item)) if self.is_past(day)]

    def open_dates(self, item: Item) -> list[date]:
        steps = [self.step_due(item, s) for s in item.milestones if self.step(item, s) == "open"]
        return [day for day in (*steps, self.due(item)) if not self.is_past(day)]

    def step(self, item: Item, step: Milestone) -> str:
        """Whether a milestone is held, late, missed or still open."""
        due = self.step_due(item, step)
        last_chance = None if step.lapses_on is None else max(step.lapses_on, due)
        for fact in self.of(item.code, "reach", part=step.code):
            if last_chance is None or fact.on <= last_chance:
                return "held" if fact.on <= due else "late"
        return "missed" if last_chance and self.is_past(last_chance) else "open"

    def count_steps(self, item: Item, outcome: str) -> int:
        return sum(self.step(item, step) == outcome for step in item.milestones)

    # Progress

    def expected(self, item: Item) -> int:
        due = self.due(item)
        children = self.children(item.code)
        if self.is_past(due):
            return FULL
        if self.as_of < item.start:
            return 0
        if item.pace == "milestones":
            past = [s for s in item.milestones if self.is_past(self.step_due(item, s))]
            return _mean((step.weight, FULL if step in past else 0) for step in item.milestones)
        if item.pace == "table":
            planned, gone = _days(item.start, item.due), _days(item.start, self.as_of)
            stretch = Fraction(_days(item.start, due), planned)
            ended = [s for end, s in item.targets if _days(item.start, end) * stretch <= gone]
            return floor(ended[-1] * FULL) if ended else 0
        if item.pace == "children" and children:
            return _mean((child.weight, self.expected(child)) for child in children)
        return _share((self.as_of - item.start).days + 1, (due - item.start).days + 1)

    def actual(self, item: Item) -> int:
        children = self.children(item.code)
        if item.measure == "milestones":
            reached = [s for s in item.milestones if self.step(item, s) in ("held", "late")]
            return _mean((step.weight, FULL if step in reached else 0) for step in item.milestones)
        if item.measure == "children" and children:
            return _mean((child.weight, self.actual(child)) for child in children)
        judged = [i for i in item.indicators if i.target is not None]
        if item.measure == "indicators" and judged:
            counted = [i for i in judged if not self.is_kept(item, i)]
            if not counted:
                reported = self.of(item.code, *REPORTS) or self.fed_on(item)
                return self.expected(item) if reported or self.is_computed(item) else 0
            return _mean((i.weight, self.completion(item, i)) for i in counted)
        return FULL if self.of(item.code, "close") else 0

    def is_computed(self, item: Item) -> bool:
        """Whether nobody can report on it: registers say all there is to measure."""
        if item.milestones or any(one.register is None for one in item.indicators):
            return False
        if item.measure == "children":
            children = self.children(item.code)
            return bool(children) and all(map(self.is_computed, children))
        return item.measure == "indicators" and any(
            one.target is not None for one in item.indicators
        )

    def is_kept(self, item: Item, indicator: Indicator) -> bool:
        """Whether it is a ceiling that is kept; or a rate of a register that meets its target, or
        of which nothing is due yet."""
        assert indicator.target is not None
        if _is_rate(indicator):
            value = self.said(indicator).value
            if value is None or value == indicator.target:
                return True
            return (value > indicator.target) == (indicator.sense == "at_least") and (
                indicator.sense != "exactly"
            )
        return indicator.sense == "at_most" and self.value(item, indicator) <= indicator.target

    def completion(self, item: Item, indicator: Indicator) -> int:
        value, target = self.value(item, indicator), indicator.target
        assert target is not None
        if indicator.sense == "at_most":
            return 0  # exceeded: one that is kept is not counted
        if value == target:
            return FULL
        if value < target:
            return _share(value, target)
        if indicator.sense == "at_least":
            return FULL
        return _share(max(2 * target - value, Decimal(0)), target) if target else 0

    def value(self, item: Item, indicator: Indicator) -> Decimal:
        if indicator.register:
            return self.said(indicator).value or Decimal(0)
        if indicator.reading == "sum":
            added = self.of(item.code, "add", part=indicator.name)
            return sum((fact.amount or Decimal(0) for fact in added), Decimal(0))
        values = self.of(item.code, "set", part=indicator.name)
        return max(values, key=_last).amount or Decimal(0) if values else Decimal(0)

    # Levels

    def is_over(self, item: Item) -> bool:
        return bool(self.of(item.code, "cancel", "close")) or self.is_settled(item)

    def is_settled(self, item: Item) -> bool:
        """Whether nothing is left that could still be done."""
        if self.actual(item) == FULL:
            return True
        if item.measure == "milestones":
            return not any(self.step(item, step) == "open" for step in item.milestones)
        if item.measure == "indicators":
            return self.is_past(self.due(item)) and self.only_rates_are_short(item)
        children = self.children(item.code)
        return bool(children) and all(map(self.is_over, children))

    def only_rates_are_short(self, item: Item) -> bool:
        """What a register says of a year that is over can no longer be made good."""
        short = [
            i
            for i in item.indicators
            if i.target is not None
            and not self.is_kept(item, i)
            and self.completion(item, i) < FULL
        ]
        return bool(short) and all(map(_is_rate, short))

    def level(self, promise: Promised) -> str:
        item, limits = promise.item, self.plan.thresholds
        expected, actual = self.expected(item), self.actual(item)
        points_behind = Fraction(100 * (expected - actual), FULL)
        unreported = self.last_reported(item) is None
        unstarted = unreported and actual == 0 and expected > 0
        waited = (self.as_of - item.start).days
        soon = self.as_of + timedelta(days=limits.due_soon_days)
        if self.of(item.code, "cancel"):
            return "cancelled"
        if self.of(item.code, "close"):
            return "closed_out"
        if actual == FULL:
            return "done"
        if self.broken_dates(item) and not self.is_settled(item):
            return "overdue"
        if points_behind > limits.far_behind_points:
            return "far_behind"
        if unstarted and waited >= limits.unstarted_far_behind_days:
            return "far_behind"
        if points_behind > limits.behind_points:
            return "behind"
        if unstarted and waited >= limits.unstarted_behind_days:
            return "behind"
        if self.is_silent(item) and not self.is_settled(item):
            return "not_reported"
        if any(day <= soon for day in self.open_dates(item)) and not self.is_settled(item):
            return "due_soon"
        if unreported and (item.start > self.as_of or expected == 0):
            return "not_started"
        return "on_track"

    def is_silent(self, item: Item) -> bool:
        if item.report == "none" or self.is_computed(item):
            return False
        first_day, last_day = self.last_period_over(item.report)
        reported = self.last_reported(item)
        return item.start <= last_day and (reported is None or reported < first_day)

    def last_period_over(self, rhythm: str) -> tuple[date, date]:
        """First and last day of the last period that ended more than ``grace_days`` ago."""
        last_day = self.as_of - timedelta(days=self.plan.reporting.grace_days) - DAY
        while not _ends_period(last_day, rhythm):
            last_day -= DAY
        first_day = last_day
        while not _ends_period(first_day - DAY, rhythm):
            first_day -= DAY
        return first_day, last_day


def _ends_period(day: date, rhythm: str) -> bool:
    if rhythm == "weekly":
        return day.weekday() == 6
    next_day = day + DAY
    return next_day.day == 1 and (rhythm == "monthly" or next_day.month in (1, 4, 7, 10))


def _is_rate(indicator: Indicator) -> bool:
    return indicator.register is not None and MEASURES[indicator.register][0] == "rate"


def _last(fact: Fact) -> tuple[date, int]:
    """What took effect last; of one day, what was written last."""
    return fact.on, fact.number


def _days(first: date, last: date) -> int:
    return (last - first).days + 1


def _share(part: int | Decimal, whole: int | Decimal) -> int:
    return floor(Fraction(part) / Fraction(whole) * FULL)


def _mean(weighted: Iterable[tuple[int, int]]) -> int:
    pairs = list(weighted)
    return floor(Fraction(sum(w * value for w, value in pairs), sum(w for w, _value in pairs)))
