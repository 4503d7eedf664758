"""What registers say of indicators once more, in plain Python: case by case, obvious and slow.

Written from what is documented (``tracker/registers/standing.py``, ``measures.py`` and
``period_totals.py``), not from the statements, so that they can be held against each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

from plans.registers import MEASURES

ENDS = ("settle", "decline", "object")


@dataclass(frozen=True)
class Case:
    """A case; ``number`` is its place among all."""

    number: int
    register: str
    opened_on: date
    recorded_at: datetime
    channel: str | None = None
    kind: str | None = None
    grade: str | None = None
    repeated: bool = False
    accept_by: date | None = None
    settle_by: date | None = None
    lapses_on: date | None = None
    rhythm: str | None = None


@dataclass(frozen=True)
class Event:
    """An event of a case; ``number`` is its place among those of the case, from 1."""

    case: int
    number: int
    kind: str
    on: date
    recorded_at: datetime
    due: date | None = None
    result: str | None = None
    places: int | None = None
    people: int | None = None
    reverses: int | None = None


@dataclass(frozen=True)
class Total:
    """A total; ``number`` gives the order in which they were recorded. Without an amount it takes
    back the one of the same period."""

    number: int
    measure: str
    kind: str | None
    first: date
    last: date
    amount: Decimal | None
    recorded_at: datetime


@dataclass
class Register:
    """All that was recorded in the registers of an office's year."""

    cases: list[Case] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)

    def days(self) -> set[date]:
        """The days on which something happens or is due."""
        of_cases = [
            day for c in self.cases for day in (c.opened_on, c.accept_by, c.settle_by, c.lapses_on)
        ]
        of_events = [day for e in self.events for day in (e.on, e.due)]
        of_totals = [day for t in self.totals for day in (t.first, t.last)]
        return {day for day in (*of_cases, *of_events, *of_totals) if day is not None}


@dataclass(frozen=True)
class Said:
    """What an indicator stands at, and the latest day of its register."""

    value: Decimal | None
    last_on: date | None


def said(
    register: Register,
    year: int,
    measure: str,
    kind: str | None,
    as_of: date,
    known_at: datetime | None,
) -> Said:
    """What the register says of an indicator."""
    known = _Known(register, as_of, known_at)
    of, _dot, name = measure.partition(".")
    found = [
        case
        for case in known.cases
        if _is_of(case, of) and kind in (None, case.kind) and _day(case).year == year
    ]
    totals = _Totals(register.totals, year, as_of, known_at)
    given = totals.that_count(measure, kind)
    part_of = totals.that_count(PARTS.get(measure, (None, None, None))[0], kind)
    there = totals.that_count(PARTS.get(measure, (None, None, None))[1], kind)
    among = totals.that_count(PARTS.get(measure, (None, None, None))[2], kind)
    all_of_them = [*given, *part_of, *there, *among]
    days = [day for case in found for day in known.days(case)]
    days += [total.last for total in all_of_them]
    last_on = max(days, default=None)
    counted = [case for case in found if not any(_stands_for(t, case) for t in all_of_them)]
    count = known.counters[name]
    part = sum(count(case)[0] for case in counted)
    whole = sum(count(case)[1] for case in counted)
    if MEASURES[measure][0] == "sum":
        return Said(part + _sum(given), last_on)
    weigh = [*given, *(total for total in [*part_of, *there, *among] if total.amount)]
    stated_only = [
        *(total for total in given if not _is_within(total, there)),
        *(total for total in part_of if total.amount and not _is_within(total, there)),
        *(total for total in there if total.amount and not _is_within(total, part_of)),
        *(total for total in among if total.amount),
    ]
    if stated_only:
        if len(given) == 1 and not whole and all(_covers(given[0], other) for other in weigh):
            return Said(given[0].amount, last_on)
        return Said(None, last_on)
    part += floor(_sum(part_of))
    whole += floor(_sum(there))
    return Said(_percent(part, whole) if whole else None, last_on)


PARTS: dict[str, tuple[str | None, str | None, str | None]] = {
    **{f"{of}.repeated": (None, f"{of}.received", None) for of in ("petitions", "orders")},
    **{
        f"{of}.{name}": (None, None, f"{of}.received")
        for of in ("petitions", "orders")
        for name in ("accepted_in_time", "settled_on_time", "satisfied")
    },
    "sweeps.held_rate": (None, None, "sweeps.held"),
    "hazards.put_right_rate": ("hazards.put_right", "hazards.found", None),
    "hazards.put_right_in_time": (None, "hazards.found", None),
    "hazards.reopened": (None, "hazards.found", None),
}
"""Rate → the totals that are its numerator and its denominator, and that say how many there were
without saying how many were due."""


def _sum(totals: Iterable[Total]) -> Decimal:
    return sum((total.amount or Decimal(0) for total in totals), Decimal(0))


def _is_within(total: Total, others: Iterable[Total]) -> bool:
    return any(other.kind == total.kind and _covers(other, total) for other in others)


def _stands_for(total: Total, case: Case) -> bool:
    return total.kind in (None, case.kind) and total.first <= _day(case) <= total.last


def _day(case: Case) -> date:
    """When it came in, or a sweep is due."""
    day = case.settle_by if case.register == "sweep" else case.opened_on
    assert day is not None
    return day


def _is_of(case: Case, of: str) -> bool:
    if case.register == "petition":
        return of == ("orders" if case.channel == "12345" else "petitions")
    return of == case.register + "s"


def _percent(part: int, whole: int) -> Decimal:
    """To a tenth, half a tenth upwards; 0 and 100 only where it is so."""
    tenths = floor(Fraction(part * 1000, whole) + Fraction(1, 2))
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return Decimal(tenths) / 10


class _Known:
    """What had happened and was known."""

    def __init__(self, register: Register, as_of: date, known_at: datetime | None) -> None:
        self.as_of = as_of
        events = [e for e in register.events if known_at is None or e.recorded_at <= known_at]
        void = {(e.case, e.reverses) for e in events}
        taken_back = {e.case for e in events if e.reverses == 0}
        self.events = [
            e
            for e in events
            if e.on <= as_of and e.kind != "undo" and (e.case, e.number) not in void
        ]
        self.cases = [
            case
            for case in register.cases
            if case.opened_on <= as_of
            and (known_at is None or case.recorded_at <= known_at)
            and case.number not in taken_back
        ]
        self.counters: dict[str, Callable[[Case], tuple[int, int]]] = {
            "received": lambda case: (1, 0),
            "found": lambda case: (1, 0),
            "settled": lambda case: (self.ended_by(case) == "settle", 0),
            "accepted_in_time": self.accepted,
            "settled_on_time": self.settled,
            "satisfied": self.satisfied,
            "repeated": lambda case: (case.repeated, 1),
            "held": lambda case: (self.held(case)[0], 0),
            "held_rate": self.held,
            "places": lambda case: (sum(e.places or 0 for e in self.of(case, "hold")), 0),
            "people": lambda case: (sum(e.people or 0 for e in self.of(case, "hold")), 0),
            "major": lambda case: (case.grade == "major", 0),
            "put_right": lambda case: (self.is_right(case), 0),
            "put_right_rate": lambda case: (self.is_right(case), 1),
            "put_right_in_time": self.right_in_time,
            "reopened": lambda case: (bool(self.of(case, "fail")), 1),
        }

    def of(self, case: Case, *kinds: str) -> list[Event]:
        return [e for e in self.events if e.case == case.number and e.kind in kinds]

    def days(self, case: Case) -> Iterable[date]:
        if case.register != "sweep":
            yield case.opened_on
        for e in self.events:
            if e.case == case.number and e.kind not in ("remind", "escalate"):
                yield e.on

    def ended_by(self, case: Case) -> str | None:
        ends = self.of(case, *ENDS)
        return ends[0].kind if ends else None

    def is_over(self, day: date | None) -> bool:
        return day is not None and day < self.as_of

    def accepted(self, case: Case) -> tuple[int, int]:
        answers = [e.on for e in self.of(case, "accept")] or [e.on for e in self.of(case, *ENDS)]
        assert case.accept_by is not None
        in_time = bool(answers) and answers[0] <= case.accept_by
        return in_time, bool(answers) or self.is_over(case.accept_by)

    def settled(self, case: Case) -> tuple[int, int]:
        dates = [case.settle_by, *(e.due for e in self.of(case, "accept", "extend"))]
        due = max((day for day in dates if day is not None), default=None)
        ended = self.of(case, *ENDS)
        if ended:
            settled = ended[0].kind == "settle"
            return settled and due is not None and ended[0].on <= due, settled
        return 0, self.is_over(due or case.accept_by)

    def satisfied(self, case: Case) -> tuple[int, int]:
        asked = self.of(case, "survey")
        return bool(asked) and asked[0].result == "satisfied", bool(asked)

    def held(self, case: Case) -> tuple[int, int]:
        held = self.of(case, "hold")
        last_chance = case.lapses_on or case.settle_by
        assert last_chance is not None
        return bool(held) and held[0].on <= last_chance, bool(held) or self.is_over(case.settle_by)

    def is_right(self, case: Case) -> bool:
        course = self.of(case, "order", "fix", "fail", "pass", "close")
        return bool(course) and course[-1].kind in ("pass", "close")

    def right_in_time(self, case: Case) -> tuple[int, int]:
        orders, fixes = self.of(case, "order"), self.of(case, "fix")
        assert case.accept_by is not None
        in_order = bool(orders) and orders[0].on <= case.accept_by
        due = orders[0].due if in_order else case.accept_by
        assert due is not None
        return self.is_right(case) and fixes[-1].on <= due, 1


class _Totals:
    """The totals that are known, of periods that lie in the year and are over: of each period the
    one that was recorded last, unless it takes the figure back."""

    def __init__(
        self, totals: Iterable[Total], year: int, as_of: date, known_at: datetime | None
    ) -> None:
        latest = {
            (total.measure, total.kind, total.first, total.last): total
            for total in sorted(totals, key=lambda total: total.number)
            if (known_at is None or total.recorded_at <= known_at)
            and total.first.year == total.last.year == year
            and total.last <= as_of
        }
        self.there = [total for total in latest.values() if total.amount is not None]

    def of_kind(self, measure: str, kind: str | None) -> list[Total]:
        """Those of exactly this kind that lie in no other."""
        same = [t for t in self.there if (t.measure, t.kind) == (measure, kind)]
        return [
            total
            for total in same
            if not any(other is not total and _covers(other, total) for other in same)
        ]

    def that_count(self, measure: str | None, kind: str | None) -> list[Total]:
        """Those that count; of all kinds also what is known of single ones only, but for rates."""
        if measure is None:
            return []
        found = self.of_kind(measure, kind)
        if kind is not None or MEASURES[measure][0] == "rate":
            return found
        wholes = [t for t in self.there if t.measure == measure and t.kind is None]
        kinds = {t.kind for t in self.there if t.measure == measure and t.kind is not None}
        return found + [
            total
            for one in kinds
            for total in self.of_kind(measure, one)
            if not any(_covers(whole, total) for whole in wholes)
        ]


def _covers(wide: Total, narrow: Total) -> bool:
    return wide.first <= narrow.first and narrow.last <= wide.last
