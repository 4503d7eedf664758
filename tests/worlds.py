"""Random offices: plans, what is filed on them, and the stores that hold both."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import select

from plans.errors import ConflictError, DubanError
from plans.model import (
    Area,
    Indicator,
    Item,
    Measure,
    Milestone,
    Pace,
    Plan,
    Reading,
    Reporting,
    Rhythm,
    Sense,
    Thresholds,
    Unit,
)
from plans.recurrence import occurrences
from plans.registers import MEASURES
from plans.workdays import Workdays
from tests.register_oracle import Register
from tests.register_world import KINDS as SWEPT
from tests.register_world import Recorder
from tests.status_oracle import Fact, Load, Verdict, promises
from tests.status_oracle import judge as oracle
from tracker.judge import Judged, judge
from tracker.ledger import Assignment, Ledger, Progress
from tracker.ledger_stops import MOVING
from tracker.loaded import LOADED
from tracker.schema import entry, item
from tracker.store import Store, Writing
from tracker.versions import PlanRef, record_version

YEAR = 2024
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
TODAY = date(YEAR + 3, 1, 1)
UNITS = ("u0", "u1", "u2")
CODES = ("1", "2", "3", "4", "5", "6")
# Per area, per item: how many children it has.
SHAPES = (
    ((0,),),
    ((2, 0),),
    ((3,),),
    ((0, 0), (1, 0)),
    ((0, 2), (1,)),
    ((), (2, 1)),
    ((1, 0, 0),),
)
STEPS = ("m1", "m2", "m3")
NAMES = ("甲", "乙", "丙")
WORKDAYS = Workdays()

rhythms: st.SearchStrategy[Rhythm] = st.sampled_from(["weekly", "monthly", "quarterly", "none"])
senses: st.SearchStrategy[Sense] = st.sampled_from(["at_least", "at_most", "exactly"])
readings: st.SearchStrategy[Reading] = st.sampled_from(["sum", "latest"])
weights = st.one_of(st.just(1), st.integers(1, 1000))
amounts = st.one_of(
    st.sampled_from([Decimal(n) for n in ("0.0001", "1", "2.5", "3", "10", "899999999")]),
    st.integers(1, 200_000).map(lambda n: Decimal(n) / 10_000),
)
posts = st.sampled_from([None, "p0", "p1"])


def days_between(first: date, last: date) -> st.SearchStrategy[date]:
    """Days, the ends more often than the others."""
    span = (last - first).days
    numbers = st.one_of(st.sampled_from([0, span]), *[st.sampled_from(range(span + 1))] * 2)
    return numbers.map(lambda n: first + timedelta(days=n))


@st.composite
def indicators(draw: st.DrawFn, fed: bool = False) -> tuple[Indicator, ...]:
    """Indicators of every sense and reading, with and without a target; some of registers."""
    made = []
    for name in NAMES[: draw(st.sampled_from([1, 0, 2, 3]))]:
        sense = draw(senses)
        zero = [] if sense == "at_least" else [st.just(Decimal(0))]
        target = draw(st.one_of(st.none(), amounts, *zero))
        one = Indicator(name, "个", target, sense, draw(readings), draw(weights))
        made.append(draw(computed(one)) if fed and draw(st.integers(0, 3)) else one)
    return tuple(made)


@st.composite
def computed(draw: st.DrawFn, indicator: Indicator) -> Indicator:
    """The same, computed from a register."""
    measure = draw(st.sampled_from(list(MEASURES)))
    reading: Reading = "latest"
    if MEASURES[measure][0] == "sum":
        reading = "sum"
    elif indicator.target is not None:
        least = 1 if indicator.sense == "at_least" else 0
        indicator = replace(indicator, target=Decimal(draw(st.integers(least, 1000))) / 10)
    narrowed = st.none() if MEASURES[measure][1] == "petition" else st.sampled_from([None, *SWEPT])
    return replace(indicator, reading=reading, register=measure, register_kind=draw(narrowed))


@st.composite
def milestones(draw: st.DrawFn, start: date, due: date) -> tuple[Milestone, ...]:
    """Dated steps, or the occurrences of a recurrence."""
    if draw(st.booleans()):
        every = draw(st.sampled_from(["monthly", "quarterly", "yearly", "1 week", "5 weeks"]))
        day = draw(st.one_of(st.none(), st.integers(1, 31))) if every.endswith("ly") else None
        return occurrences(every, start, due, day)
    steps = STEPS[: draw(st.integers(0, 3))]
    return tuple(Milestone(s, s, draw(days_between(start, due)), draw(weights)) for s in steps)


@st.composite
def items(
    draw: st.DrawFn,
    codes: Iterator[str],
    children: int = 0,
    first: date = FIRST,
    last: date = LAST,
    fed: bool = False,
) -> Item:
    """An item as a plan file could hold it."""
    code = next(codes)
    start = draw(days_between(first, last))
    due = draw(days_between(start, last))
    family = tuple(draw(items(codes, 0, start, due, fed)) for _child in range(children))
    steps = () if family else draw(milestones(start, due))
    paces: list[Pace] = ["linear", "table"]
    measures: list[Measure] = ["indicators"]
    if steps:
        paces.append("milestones")
        measures.append("milestones")
    if family:
        paces.append("children")
        measures.append("children")
    pace = draw(st.sampled_from(paces))
    return Item(
        code,
        f"事项{code}",
        draw(st.sampled_from(UNITS)),
        start,
        due,
        person=draw(posts),
        leader=draw(posts),
        weight=draw(weights),
        pace=pace,
        targets=draw(tables()) if pace == "table" else (),
        measure=draw(st.sampled_from(measures)),
        report=draw(rhythms),
        indicators=draw(indicators(fed)),
        milestones=steps,
        recurring=bool(steps) and steps[0].code not in STEPS,
        assumed=draw(st.booleans()),
        children=family,
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[date, Decimal], ...]:
    """Shares by month, rising to 1."""
    months = sorted(draw(st.sets(st.integers(1, 11), max_size=3)))
    shares = sorted(draw(st.integers(0, 10_000)) for _month in months)
    ends = [date(YEAR, month + 1, 1) - timedelta(days=1) for month in months]
    return tuple(
        zip([*ends, LAST], [*(Decimal(s) / 10_000 for s in shares), Decimal(1)], strict=True)
    )


@st.composite
def plans(draw: st.DrawFn, fed: bool = False) -> Plan:
    """A plan of at most six items; another one has the same codes in other places."""
    codes = iter(draw(st.permutations(CODES)))
    areas = tuple(
        Area(
            f"a{n}", f"板块{n}", tuple(draw(items(codes, children, fed=fed)) for children in shape)
        )
        for n, shape in enumerate(draw(st.sampled_from(SHAPES)))
    )
    behind, unstarted = draw(st.integers(0, 40)), draw(st.integers(0, 30))
    thresholds = Thresholds(
        behind_points=behind,
        far_behind_points=behind + draw(st.integers(0, 40)),
        due_soon_days=draw(st.integers(0, 40)),
        unstarted_behind_days=unstarted,
        unstarted_far_behind_days=unstarted + draw(st.integers(0, 90)),
    )
    return Plan(
        "office",
        YEAR,
        tuple(Unit(code, code) for code in UNITS),
        areas,
        thresholds=thresholds,
        reporting=Reporting(grace_days=draw(st.one_of(st.just(5), st.integers(0, 31)))),
    )


@st.composite
def families(draw: st.DrawFn) -> Plan:
    """A plan of one item with children, each complete as soon as little is filed, or closed."""
    least = Decimal("0.0001")
    figures = [(), (Indicator(NAMES[0], "个", least),), (Indicator(NAMES[0], "个", 3 * least),)]
    made = []
    for code in CODES[: draw(st.sampled_from([2, 3]))]:
        item = Item(code, f"事项{code}", UNITS[0], FIRST, LAST)
        if draw(st.booleans()):
            made.append(replace(item, indicators=draw(st.sampled_from(figures))))
        else:
            lapses = draw(st.sampled_from([None, date(YEAR, 7, 31)]))
            step = Milestone("m1", "m1", draw(days_between(FIRST, date(YEAR, 6, 30))), 1, lapses)
            made.append(replace(item, milestones=(step,), measure="milestones"))
    measures: list[Measure] = ["children", "children", "indicators"]
    measure = draw(st.sampled_from(measures))
    if made[0].milestones or measure == "children":
        made[0] = replace(made[0], milestones=(), measure=measure)
    if draw(st.sampled_from([False, False, True])):  # nothing is below another item
        areas = Area("a", "板块", (replace(made[0], measure="indicators"), *made[1:]))
    else:
        areas = Area("a", "板块", (replace(made[0], measure=measure, children=tuple(made[1:])),))
    return Plan("office", YEAR, (Unit(UNITS[0], UNITS[0]),), (areas,))


@dataclass(frozen=True)
class Deed:
    """Something that somebody tries to file; numbers choose among what there is to choose."""

    kind: str
    which: int
    part: int
    amount: Decimal
    on: date
    days: int


def deeds_of(*kinds: str) -> st.SearchStrategy[Deed]:
    """Deeds of these kinds; one that is named twice comes twice as often."""
    return st.builds(
        Deed,
        kind=st.sampled_from(kinds),
        which=st.sampled_from(range(40)),
        part=st.sampled_from(range(12)),
        amount=amounts,
        on=days_between(FIRST, LAST + timedelta(days=60)),
        days=st.sampled_from(range(-1, 90)),
    )


deeds = deeds_of(
    *("figure", "figure", "figure", "figure", "reach", "reach", "reach", "report"),
    *("assign", "assign", "extend", "grant", "grant", "grant", "approve", "refuse"),
    *("close", "cancel", "undo", "undo"),
)
Step = tuple[Plan, date] | list[Deed]
"""A plan that is loaded on a day, or deeds that are filed together."""


def steps_of(deeds: st.SearchStrategy[Deed], fed: bool = False) -> st.SearchStrategy[Step]:
    """Deeds mostly, and now and then another plan."""
    filed = st.lists(deeds, min_size=4, max_size=12)
    return st.one_of(*[filed] * 5, st.tuples(plans(fed), days_between(FIRST, LAST)))


def histories_of(
    deeds: st.SearchStrategy[Deed], fed: bool = False
) -> st.SearchStrategy[list[Step]]:
    """A plan, and what comes after it."""
    later = st.lists(steps_of(deeds, fed), min_size=2, max_size=4)
    first = st.tuples(plans(fed), st.just(FIRST))
    return st.tuples(first, later).map(lambda parts: [parts[0], *parts[1]])


steps = steps_of(deeds)
histories = histories_of(deeds)

in_registers = deeds_of(
    *["petition"] * 3,
    *["sweep"] * 2,
    *["hazard"] * 2,
    *["move"] * 8,
    "take_back",
    "total",
    *("figure", "report", "grant", "close", "undo"),
)
"""Deeds in registers mostly."""

fed_histories = histories_of(in_registers, fed=True)
"""Plans with indicators that are computed from registers, and what happens in these."""


Act = Callable[[Ledger, list[int]], int | list[int]]
"""Files something, given the ids that a store gave to all facts so far."""

ENDS, ENDED = ("close", "cancel"), ("closed_out", "cancelled")

_KINDS = {"sum": "add", "latest": "set"}


@dataclass(frozen=True)
class Look:
    """As of when, and as known when: numbers choose among what there is."""

    number: int
    later: int
    moment: int


looks = st.builds(
    Look,
    number=st.sampled_from(range(60)),
    later=st.sampled_from([0, 0, 0, 1, -1, 6, 35, 100]),
    moment=st.sampled_from(range(12)),
)


class World:
    """One office and year in several stores at once, and the same in plain Python.

    Attributes:
        loads, facts, register: what has been loaded, filed and recorded, for the oracle.
        moments: of recording, in order.
    """

    def __init__(self, stores: Sequence[Store], clock: Callable[[], datetime], office: str) -> None:
        self.stores = stores
        self.clock = clock
        self.office = office
        self.refs: list[PlanRef] = []
        self.loads: list[Load] = []
        self.facts: list[Fact] = []
        self.rows: list[list[int]] = [[] for _store in stores]
        self.register = Register()
        self.cases: list[list[int]] = [[] for _store in stores]
        self.moments: list[datetime] = []

    def live(self, history: Sequence[Step]) -> None:
        """Everything in order, one transaction a step."""
        for step in history:
            if isinstance(step, list):
                self.file(step)
            else:
                self.load(*step)

    def load(self, plan: Plan, on: date) -> None:
        """Loads a plan, and expects the rows that are said to follow from loading."""
        plan = replace(plan, office=self.office)
        moment = self.clock()
        expected = list(self._follow_from(plan, on, moment))
        facts, loads = [*self.facts, *expected], [*self.loads, Load(plan, moment)]
        refused = bool(contradicted(loads, facts))
        refs = []
        for rows, store in zip(self.rows, self.stores, strict=True):
            try:
                with store.write(moment) as writing:
                    assert writing.recorded_at == moment
                    ref = record_version(writing, plan, "duban: 1", author="a", on=on)
                    found = writing.connection.execute(
                        select(entry.c.id, entry.c.kind, item.c.code, entry.c.reverses)
                        .join(item, item.c.id == entry.c.item_id)
                        .where(entry.c.version_id == ref.version_id)
                    ).all()
            except ConflictError:
                assert refused
                continue
            assert not refused
            refs.append(ref)
            ids = {(row.kind, row.code, row.reverses): row.id for row in found}
            wanted = [
                (f.kind, f.code, None if f.reverses is None else rows[f.reverses]) for f in expected
            ]
            assert ids.keys() == set(wanted)
            rows.extend(ids[key] for key in wanted)
        if refused:
            return
        self.refs, self.facts, self.loads = refs, facts, loads
        self.moments.append(moment)

    def _follow_from(self, plan: Plan, on: date, moment: datetime) -> Iterator[Fact]:
        """Items that are gone are cancelled, unless they have ended; the cancelling of those that
        are back is undone."""
        before = [load.plan for load in self.loads]
        latest = {i.code for _area, _parent, i in before[-1].walk()} if before else set()
        codes = {i.code for _area, _parent, i in plan.walk()}
        number = len(self.facts)
        undone = {fact.reverses for fact in self.facts}
        for promise in promises(before):
            code = promise.item.code
            ended = any(
                fact.code == code and fact.kind in ENDS and fact.number not in undone
                for fact in self.facts
            )
            if code in latest and code not in codes and not ended:
                yield Fact(number, "cancel", code, on, moment, part=LOADED)
                number += 1
            for fact in self.facts if code in codes else ():
                loaded = fact.kind == "cancel" and fact.part == LOADED and fact.code == code
                if loaded and fact.number not in undone:
                    yield Fact(number, "undo", code, fact.on, moment, reverses=fact.number)
                    number += 1

    def file(self, deeds: Sequence[Deed]) -> None:
        """Tries deeds in one transaction; all stores have to take, or refuse, the same ones."""
        moment = self.clock()
        with ExitStack() as stack:
            writings = [stack.enter_context(store.write(moment)) for store in self.stores]
            ledgers = self._ledgers(writings)
            recorder = Recorder(writings, self.refs, self.register, self.cases, moment)
            for deed in deeds:
                if not record(deed, recorder):
                    self._try(deed, ledgers, moment)
        self.moments.append(moment)

    def day(self, look: Look) -> date:
        """A day on or near which something happens in this world."""
        days = {fact.on for fact in self.facts} | {fact.due for fact in self.facts if fact.due}
        days |= self.register.days()
        for load in self.loads:
            for _area, _parent, there in load.plan.walk():
                days |= {there.start, there.due, *(end for end, _share in there.targets)}
                days |= {step.due for step in there.milestones}
                days |= {step.lapses_on for step in there.milestones if step.lapses_on}
        there_are = sorted(days) or [FIRST]
        return there_are[look.number % len(there_are)] + timedelta(look.later)

    def known(self, look: Look) -> datetime | None:
        """A moment at which something was recorded, or (as often) whatever is known."""
        before = self.moments[0] - timedelta(microseconds=1)
        moments = [before, *self.moments, *[None] * len(self.moments)]
        return moments[look.moment % len(moments)]

    def file_one(self, deed: Deed) -> list[Fact]:
        """Tries one deed; the facts if it is taken."""
        before = len(self.facts)
        self.file([deed])
        return self.facts[before:]

    def undo(self, numbers: Sequence[int]) -> None:
        """Reverses facts, in this order."""
        moment = self.clock()
        with ExitStack() as stack:
            writings = [stack.enter_context(store.write(moment)) for store in self.stores]
            ledgers = self._ledgers(writings)
            for number in numbers:
                self._undo(number, ledgers, moment)
        self.moments.append(moment)

    def _ledgers(self, writings: Sequence[Writing]) -> list[Ledger]:
        pairs = zip(writings, self.refs, strict=True)
        return [Ledger(writing, ref, author="a", today=TODAY) for writing, ref in pairs]

    def _undo(self, number: int, ledgers: list[Ledger], moment: datetime) -> None:
        wrong = self.facts[number]
        fact = Fact(-1, "undo", wrong.code, wrong.on, moment, reverses=number)
        facts = [fact]
        if wrong.kind in ENDS and wrong.code not in self._codes():
            # What the plan file no longer has is cancelled in the same breath, in the next row.
            facts.append(replace(fact, kind="cancel", part=LOADED, reverses=None))

        def undo(ledger: Ledger, rows: list[int]) -> list[int]:
            first = ledger.undo(rows[number])
            return [first + n for n in range(len(facts))]

        self._record(ledgers, facts, undo)

    def _codes(self) -> set[str]:
        """What is in the plan file that was loaded last."""
        return {there.code for _area, _parent, there in self.loads[-1].plan.walk()}

    def _try(self, deed: Deed, ledgers: list[Ledger], moment: datetime) -> None:
        promised = promises(load.plan for load in self.loads)
        fitting = [p for p in promised if _has(p.item, deed)] or promised
        there = fitting[deed.which % len(fitting)].item
        code, on = there.code, deed.on
        figure = _chosen(there.indicators, deed.part)
        step = _chosen(there.milestones, deed.part)
        fact = Fact(-1, deed.kind, code, on, moment)
        match deed.kind:
            case "figure" if figure:
                self._figure(figure, fact, deed.amount, ledgers)
                if deed.days % 2:  # something else, later, about an earlier day
                    earlier = replace(fact, on=max(FIRST, on - timedelta(deed.days)))
                    self._figure(figure, earlier, deed.amount + 1, ledgers)
            case "reach" if step:
                if deed.days % 2:  # about when it is due, or lapses
                    on = max(FIRST, step.due + timedelta(deed.days - 20))
                filed = Progress(milestone=step.code)
                fact = replace(fact, on=on, part=step.code)
                self._record(ledgers, [fact], lambda ledger, _row: ledger.progress(code, on, filed))
            case "figure" | "reach" | "report":
                filed = Progress(note="x")
                fact = replace(fact, kind="report")
                self._record(ledgers, [fact], lambda ledger, _row: ledger.progress(code, on, filed))
            case "assign":
                lead, person, leader = (
                    name if deed.part >> bit & 1 else None
                    for bit, name in enumerate([UNITS[deed.days % 3], f"p{deed.days}", "p1"])
                )
                named = Assignment(lead, None, person, leader)
                fact = replace(fact, lead=lead, person=person, leader=leader)
                self._record(ledgers, [fact], lambda ledger, _row: ledger.assign(code, on, named))
            case "extend" | "grant":
                part = step.code if step and deed.part % 2 else None
                planned = step.due if part and step else there.due
                before, to = min(on, planned), planned + timedelta(deed.days + 1)
                asked = replace(fact, kind="extend", on=before, part=part, due=to)
                number = self._record(
                    ledgers,
                    [asked],
                    lambda ledger, _row: ledger.extend(code, before, to, "x", part),
                )
                if number is not None and deed.kind == "grant":
                    self._answer("approve", number, on, ledgers, moment)
            case "approve" | "refuse":
                requests = [f.number for f in self.facts if f.kind == "extend"]
                if requests:
                    number = requests[deed.which % len(requests)]
                    self._answer(deed.kind, number, on, ledgers, moment)
            case "close":
                facts = [fact, *self._ended_with(fact)]
                self._record(ledgers, facts, lambda ledger, _row: ledger.close(code, on))
            case "cancel":
                below = bool(deed.part % 2)
                self._record(
                    ledgers,
                    [fact, *self._ended_with(fact)],
                    lambda ledger, _row: ledger.cancel(code, on, "x", with_children=below),
                )
            case "undo" if self.facts:
                number = len(self.facts) - 1 - deed.which % len(self.facts)
                self._undo(number, ledgers, moment)

    def _ended_with(self, end: Fact) -> list[Fact]:
        """What else is recorded where an item comes to an end: what is settled below it on every
        day from then on is closed, what is not is cancelled; in plan order."""
        undone = {fact.reverses for fact in self.facts}
        standing = [fact for fact in self.facts if fact.number not in undone]
        ended = {fact.code for fact in standing if fact.kind in ENDS}
        promised = promises(load.plan for load in self.loads)
        family = {end.code, *(one.item.code for one in promised if one.parent == end.code)}
        moved = [fact for fact in standing if fact.code in family and fact.kind in MOVING]
        days = {end.on, *(fact.on for fact in moved if fact.on > end.on)}
        judged = [oracle(self.loads, self.facts, day, None, self.register) for day in days]
        settled: dict[str, bool] = {}
        for verdict in (v for verdicts in judged for v in verdicts if v.parent == end.code):
            settled[verdict.code] = settled.get(verdict.code, True) and verdict.settled
        return [
            replace(end, code=code, kind="close" if over else "cancel")
            for code, over in settled.items()
            if code not in ended
        ]

    def _figure(
        self, figure: Indicator, fact: Fact, amount: Decimal, ledgers: list[Ledger]
    ) -> None:
        kind = _KINDS[figure.reading]
        made = {figure.name: amount}
        filed = Progress(made if kind == "add" else {}, made if kind == "set" else {})
        fact = replace(fact, kind=kind, part=figure.name, amount=amount)
        code, on = fact.code, fact.on
        self._record(ledgers, [fact], lambda ledger, _row: ledger.progress(code, on, filed))

    def _answer(
        self, kind: str, number: int, on: date, ledgers: list[Ledger], moment: datetime
    ) -> None:
        fact = Fact(-1, kind, self.facts[number].code, on, moment, answers=number)
        if kind == "approve":
            self._record(ledgers, [fact], lambda ledger, row: ledger.approve(row[number], on))
        else:
            self._record(ledgers, [fact], lambda ledger, row: ledger.refuse(row[number], on, "x"))

    def _record(self, ledgers: list[Ledger], facts: list[Fact], act: Act) -> int | None:
        """Lets every store take the same; the number of the first fact, or None if refused."""
        outcomes: list[int | type[DubanError]] = []
        for rows, ledger in zip(self.rows, ledgers, strict=True):
            try:
                made = act(ledger, rows)
            except DubanError as error:
                outcomes.append(type(error))
            else:
                ids = made if isinstance(made, list) else [made]
                outcomes.append(len(ids))
                rows.extend(ids)
        assert len(set(outcomes)) == 1, outcomes
        if isinstance(outcomes[0], type):
            return None
        first = len(self.facts)
        self.facts += [replace(fact, number=first + n) for n, fact in enumerate(facts)]
        assert all(len(rows) == len(self.facts) for rows in self.rows)
        return first

    def judged(
        self, index: int, as_of: date, known_at: datetime | None = None, code: str | None = None
    ) -> list[Verdict]:
        """What a store says, of all items or of one and its children."""
        plan_id = self.refs[index].id
        with self.stores[index].read() as connection:
            codes: dict[int | None, str | None] = {None: None}
            of_plan = select(item.c.id, item.c.code).where(item.c.plan_id == plan_id)
            codes |= {row.id: row.code for row in connection.execute(of_plan)}
            wanted = None if code is None else [n for n, c in codes.items() if c == code and n]
            found = judge(
                connection, as_of, known_at, plans=[plan_id], items=wanted, workdays=WORKDAYS
            )
        return [_verdict(judged, codes) for judged in found]


def contradicted(loads: Sequence[Load], facts: Sequence[Fact]) -> set[str]:
    """Codes of items that are closed and not settled, or open below what has ended, on any day on
    which something happens. Registers go on whatever is closed: what they say is left aside."""
    found = set()
    computed = {
        there.code
        for _area, _parent, there in (loads[-1].plan.walk() if loads else ())
        if any(indicator.register for indicator in there.indicators)
    }
    for day in {fact.on for fact in facts}:
        verdicts = {v.code: v for v in oracle(loads, facts, day)}
        for code, one in verdicts.items():
            above = verdicts.get(one.parent or "")
            open_below = above is not None and above.level in ENDED and one.level not in ENDED
            left_open = one.level == "closed_out" and not one.settled and code not in computed
            if open_below or left_open:
                found.add(code)
    return found


TOTALLED = (
    *("hazards.found", "hazards.put_right", "hazards.put_right_rate", "hazards.reopened"),
    *("orders.received", "orders.satisfied", "sweeps.places", "sweeps.held"),
)
"""Measures of which totals are recorded: few, so that some are of overlapping periods."""


def record(deed: Deed, recorder: Recorder) -> bool:
    """Records a deed in the registers, if it is one of these."""
    match deed.kind:
        case "petition" | "sweep" | "hazard":
            recorder.open(deed.kind, deed.on, deed.part, deed.days)
        case "move":
            recorder.move(deed.which, deed.part, deed.days)
        case "take_back":
            recorder.take_back(deed.which)
        case "total":
            kind = (None, None, *SWEPT)[deed.which % 4]
            first, length = deed.part % 3 * 3, (3, 3, 6, 12)[deed.part // 3]
            measure = TOTALLED[deed.days % len(TOTALLED)]
            amount = None if deed.days % 8 == 7 else deed.which  # taken back, now and then
            recorder.total(measure, kind, (first, first + length), amount)
        case _:
            return False
    return True


def _has(item: Item, deed: Deed) -> bool:
    """Whether an item has what a deed is about."""
    if deed.kind == "figure":
        return bool(item.indicators)
    of_milestone = deed.kind == "reach" or (deed.kind in ("extend", "grant") and deed.part % 2)
    return bool(item.milestones) or not of_milestone


def _chosen(among: Sequence[Any], number: int) -> Any:
    return among[number % len(among)] if among else None


def _verdict(judged: Judged, codes: dict[int | None, str | None]) -> Verdict:
    values = {f.name: getattr(judged, f.name) for f in fields(Verdict) if f.name != "parent"}
    return Verdict(**values | {"level": judged.level.code}, parent=codes[judged.parent_id])
