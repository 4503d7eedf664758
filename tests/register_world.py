"""What happens in the registers of a random office: cases and their courses, as they may go.

Rows go straight into the stores: what the registers take, and what they refuse, is tested where
they record it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection, func, insert, select

from plans.registers import MEASURES
from tests.register_oracle import ENDS, Case, Event, Register, Total
from tracker.schema import filing, register_case, register_event, register_total
from tracker.schema_registers import REGISTRATION
from tracker.store import Writing
from tracker.versions import PlanRef

KINDS = ("k1", "k2")
CHANNELS = ("letter", "12345")
MEASURE_NAMES = tuple(MEASURES)

AFTER: dict[str, dict[str, tuple[str, ...]]] = {
    "petition": {
        "": ("accept", "accept", "accept", "decline", "object"),
        "accept": ("settle", "settle", "extend"),
        "extend": ("settle",),
        "settle": ("survey",),
    },
    "sweep": {"": ("hold",), "hold": ("remind",)},
    "hazard": {
        "": ("order", "fix", "fix"),
        "order": ("fix", "fix", "escalate"),
        "escalate": ("fix",),
        "fix": ("pass", "pass", "fail"),
        "fail": ("order", "fix"),
        "pass": ("close",),
    },
}
"""Register → the event that happened last → what may come next."""


class Recorder:
    """Records in the registers of one office, in all its stores, within one transaction.

    Args:
        register: the same for the oracle; what is recorded is added to it.
        ids: the ids of the cases in each store.
    """

    def __init__(
        self,
        writings: Sequence[Writing],
        plans: Sequence[PlanRef],
        register: Register,
        ids: list[list[int]],
        moment: datetime,
    ) -> None:
        self.connections = [writing.connection for writing in writings]
        self.plans = plans
        self.register = register
        self.ids = ids
        self.moment = moment
        self.filings: list[int] = []

    def open(self, register: str, on: date, part: int, days: int) -> None:
        """A case comes in; numbers choose what it is like."""
        case = Case(
            len(self.register.cases),
            register,
            on,
            self.moment,
            channel=CHANNELS[part % 2] if register == "petition" else None,
            kind=KINDS[days % 2] if register != "petition" else None,
            grade=("ordinary", "major")[part % 2] if register == "hazard" else None,
            repeated=register == "petition" and part % 3 == 0,
            accept_by=None if register == "sweep" else on + timedelta(15),
            settle_by=on + timedelta(20) if register == "sweep" or part % 2 else None,
            lapses_on=on + timedelta(40) if register == "sweep" and part % 3 else None,
            rhythm="r" if register == "sweep" and part % 2 else None,
        )
        self.register.cases.append(case)
        for ids, connection in zip(self.ids, self.connections, strict=True):
            last = connection.execute(select(func.max(register_case.c.id))).scalar()
            ids.append((last or 0) + 1)
        self._insert_case(case)
        if register == "sweep" and case.rhythm is None:  # it is there because it was held
            self._add(case, "hold", on, places=part, people=days + 1)

    def _insert_case(self, case: Case) -> None:
        columns = {name: getattr(case, name) for name in _OF_CASE}
        for place, (plan, connection) in enumerate(zip(self.plans, self.connections, strict=True)):
            connection.execute(
                insert(register_case).values(
                    **columns,
                    id=self.ids[place][-1],
                    plan_id=plan.id,
                    version_id=plan.version_id,
                    filing_id=self._filing(place),
                    number=str(case.number),
                    unit="u0",
                )
            )

    def move(self, which: int, part: int, days: int) -> None:
        """Something happens with a case, some days after what happened last."""
        if not self.register.cases:
            return
        case = self.register.cases[which % len(self.register.cases)]
        if self._is_gone(case):
            return
        course = self._course(case)
        before = course[-1].kind if course else ""
        following = AFTER[case.register].get(before, ())
        if not following:
            return
        kind = following[part % len(following)]
        last = course[-1].on if course else case.opened_on
        on = last + timedelta(max(days, 0))
        due = None
        if kind in ("accept", "extend", "order"):
            dates = [on, *(e.due for e in course if e.due is not None)]
            due = max(dates) + timedelta(days % 20 + 1)
        held = kind == "hold"
        self._add(
            case,
            kind,
            on,
            due=due,
            result=("satisfied", "dissatisfied")[days % 2] if kind == "survey" else None,
            places=part if held else None,
            people=which if held else None,
        )

    def take_back(self, which: int) -> None:
        """The last event of a case that stands never held; where there is none, the case never
        was, but for a sweep that a rhythm asks for."""
        left = [case for case in self.register.cases if not self._is_gone(case)]
        left = [case for case in left if case.rhythm is None or self._course(case)]
        if not left:
            return
        case = left[which % len(left)]
        course = self._course(case)
        if course:
            self._add(case, "undo", course[-1].on, reverses=course[-1].number)
        its_own = case.register == "sweep" and case.rhythm is None
        if not course or (its_own and course[-1].kind == "hold"):
            self._add(case, "undo", case.opened_on, reverses=REGISTRATION)

    def total(
        self, measure: str, kind: str | None, months: tuple[int, int], amount: int | None
    ) -> None:
        """A total of the months from one to before another; from 13 on they are of next year.

        Without an amount it takes that of the period back.
        """
        year = self.plans[0].year
        first, end = (date(year + n // 12, n % 12 + 1, 1) for n in months)
        total = Total(
            len(self.register.totals),
            measure,
            kind,
            first,
            end - timedelta(1),
            None if amount is None else Decimal(amount),
            self.moment,
        )
        self.register.totals.append(total)
        for place, (plan, connection) in enumerate(zip(self.plans, self.connections, strict=True)):
            connection.execute(
                insert(register_total).values(
                    filing_id=self._filing(place),
                    number=total.number,
                    plan_id=plan.id,
                    measure=measure,
                    kind=kind,
                    first_on=total.first,
                    last_on=total.last,
                    amount=total.amount,
                )
            )

    def _course(self, case: Case) -> list[Event]:
        """The events of a case that stand, whenever they took effect."""
        events = [e for e in self.register.events if e.case == case.number]
        void = {e.reverses for e in events}
        return [e for e in events if e.kind != "undo" and e.number not in void]

    def _is_gone(self, case: Case) -> bool:
        """Whether a case was taken back."""
        events = self.register.events
        return any((e.case, e.reverses) == (case.number, REGISTRATION) for e in events)

    def _add(
        self,
        case: Case,
        kind: str,
        on: date,
        *,
        due: date | None = None,
        result: str | None = None,
        places: int | None = None,
        people: int | None = None,
        reverses: int | None = None,
    ) -> None:
        number = 1 + sum(e.case == case.number for e in self.register.events)
        event = Event(
            case.number, number, kind, on, self.moment, due, result, places, people, reverses
        )
        self.register.events.append(event)
        columns = {name: getattr(event, name) for name in _OF_EVENT}
        for place, connection in enumerate(self.connections):
            connection.execute(
                insert(register_event).values(
                    **columns,
                    case_id=self.ids[place][case.number],
                    effective_on=on,
                    filing_id=self._filing(place),
                )
            )

    def _filing(self, place: int) -> int:
        """The filing of the transaction in a store."""
        if not self.filings:
            for plan, connection in zip(self.plans, self.connections, strict=True):
                self.filings.append(_file(connection, plan, self.moment))
        return self.filings[place]


_OF_CASE = (
    *("register", "opened_on", "channel", "kind", "grade", "repeated", "accept_by", "settle_by"),
    *("lapses_on", "rhythm"),
)
_OF_EVENT = ("number", "kind", "due", "result", "places", "people", "reverses")

assert set(ENDS) < {"settle", "decline", "object", "hold"}


def _file(connection: Connection, plan: PlanRef, moment: datetime) -> int:
    made = connection.execute(
        insert(filing).values(
            plan_id=plan.id, register="petition", recorded_at=moment, author="a", simulated=False
        )
    ).inserted_primary_key
    assert made is not None
    return int(made[0])
