"""Recording hazards, one at a time: found, ordered to be put right, put right, inspected, closed.

What may follow what says ``hazard_course.py``. A hazard is about a place: whoever orders, puts
right or inspects appears as a post or unit, and its texts are held against what names a person.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from plans.case_number import normal_number
from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import listed
from plans.registers import Registers
from plans.safety_words import GRADES, SETTINGS, parse_name
from plans.typed import parse_line
from plans.workdays import Workdays
from tracker.loaded import PlanRef
from tracker.registers.events import Book, Case, Event, about, events_of, find_case, standing
from tracker.registers.filing import Filing
from tracker.registers.found_on import FoundOn, load_found_on
from tracker.registers.hazard_course import HazardCourse
from tracker.registers.hazard_texts import checked_place, checked_post, checked_setting
from tracker.registers.look import stands_now
from tracker.registers.named import find, named, units_of
from tracker.schema import register_case

Evidence = Sequence[Mapping[str, Any]]
"""What ``evidence.keep`` gave back."""


class Hazards:
    """The register of hazards, open for recording.

    Args:
        filing: the transaction; its register is ``hazard``.
    """

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.book = Book(filing)

    def add(
        self,
        kind: str,
        grade: str,
        place: str,
        found: date,
        *,
        number: str | None = None,
        community: str | None = None,
        unit: str | None = None,
        sweep: str | None = None,
        evidence: Evidence = (),
    ) -> Case:
        """Records that a hazard was found. All but the day as people type it: codes or names.

        Args:
            number: by default the next one of the year, such as H2024-007.
            community: where it is; by default that of the sweep.
            unit: that has to see to it; by default the community.
            sweep: the number of the sweep on which it was found; None where it was reported.

        Raises:
            BadInputError: a value that cannot be, or it cannot have been found on that sweep.
            NotFoundError: an unknown kind, community, unit or sweep.
            ConflictError: the office has a hazard with this number.
        """
        self.book.not_ahead(found)
        plan = self.book.plan_of(found)
        rules = self.book.rules(plan)
        on_sweep = None if sweep is None else self._sweep(typed_number(sweep))
        where = community_of(self.filing.connection, plan, community)
        if on_sweep is not None:
            where = where or on_sweep.community
            on_sweep.check(where, found)
        given = self._next_number(found) if number is None else self.book.number(number)
        with about(given):
            values = {
                "kind": find_kind(rules, kind),
                "grade": parse_name(GRADES, grade),
                "place": checked_place(place),
                "community": where,
                "accept_by": accept_by(rules, found, self.filing.workdays),
                "sweep_id": on_sweep and on_sweep.id,
                "details": _shown(evidence),
            }
            leads = lead_of(self.filing.connection, plan, where, unit)
        return self.book.open(given, found, leads, **values)

    def order(
        self, number: str, on: date, due: date, settings: Mapping[str, str] | None = None
    ) -> Case:
        """Records that it was ordered to be put right.

        Args:
            due: the last day to do so.
            settings: code → text; see ``plans.safety_words.SETTINGS``.

        Raises:
            NotFoundError: there is no such hazard.
            ConflictError: it cannot be ordered where it stands.
            BadInputError: a day that cannot be, a setting is missing or names a person.
        """
        units = units_of(self.filing.connection, self.filing.plan)
        given = (settings or {}).items()
        said = {code: checked_setting(units, code, text) for code, text in given}
        in_order = {code: said[code] for code in SETTINGS if code in said}
        details = {"settings": in_order} if in_order else None
        return self._record(number, "order", on, due=due, settings=in_order, details=details)

    def order_for(self, number: str, on: date, days: int, settings: Mapping[str, str]) -> Case:
        """The same with a number of days that the plan gives."""
        possible = self.book.rules_of(self.book.find(typed_number(number))).safety.order_days
        if days not in possible:
            message = _("{days} days: an order gives one of {possible}; or name its last day")
            there = listed([str(n) for n in possible], len(possible))
            raise BadInputError(message.format(days=days, possible=there))
        return self.order(number, on, date.fromordinal(on.toordinal() + days), settings)

    def fix(self, number: str, on: date, by: str, evidence: Evidence = ()) -> Case:
        """Records that it was put right, by which post or unit; raises what ``order`` does."""
        return self._record(number, "fix", on, by=self._post(by), details=_shown(evidence))

    def inspect(
        self, number: str, on: date, by: str, *, passed: bool, evidence: Evidence = ()
    ) -> Case:
        """Records a re-inspection by somebody else than who put it right; raises what ``order``
        does."""
        step = "pass" if passed else "fail"
        return self._record(number, step, on, by=self._post(by), details=_shown(evidence))

    def close(self, number: str, on: date, by: str | None = None) -> Case:
        """Records that it was closed out; raises what ``order`` does."""
        return self._record(number, "close", on, by=None if by is None else self._post(by))

    def undo(self, number: str) -> tuple[Case, Event | None]:
        """Reverses the last event of a hazard that stands; where none is left, takes it back.

        Notices are left out.

        Returns:
            The hazard, and the event; None where it was itself taken back: it never was.

        Raises:
            NotFoundError: there is no such hazard.
        """
        case = self.book.find(typed_number(number))
        return case, self.book.undo(case)

    def _record(
        self,
        number: str,
        step: str,
        on: date,
        *,
        due: date | None = None,
        by: str | None = None,
        settings: Mapping[str, str] | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Case:
        case = self.book.find(typed_number(number))
        with about(case.number):
            self.book.not_ahead(on)
            events = events_of(self.filing.connection, case.id)
            course = course_of(case, events, self.book.rules_of(case))
            course.take(step, on, due=due, by=by, settings=settings)
            due = course.sets(step, on, due, self.filing.workdays)
        self.book.record(case, step, on, due=due, by_whom=by, details=details)
        return case

    def _post(self, typed: str) -> str:
        """A post as it was typed, or the name of a unit that was given by its code."""
        return checked_post(units_of(self.filing.connection, self.filing.plan), typed)

    def _sweep(self, number: str) -> FoundOn:
        ids = [plan.id for plan in self.book.plans.values()]
        case = find_case(self.filing.connection, ids, "sweep", number)
        return load_found_on(self.filing.connection, ids, case.id)[0]

    def _next_number(self, found: date) -> str:
        ids = [plan.id for plan in self.book.plans.values()]
        return next_number(self.filing.connection, ids, "hazard", f"H{found.year}-")


def accept_by(rules: Registers, found: date, workdays: Workdays) -> date:
    """By when a hazard has to be put right, or ordered to be."""
    return rules.safety.order_within.after(found, workdays)


def course_of(case: Case, events: Sequence[Event], rules: Registers) -> HazardCourse:
    """How far a recorded hazard has come.

    Args:
        events: all of it; those that are reversed do not count.
        rules: under which it was registered.
    """
    assert case.grade is not None
    assert case.accept_by is not None
    within = rules.safety.inspect_within
    course = HazardCourse(case.grade, case.opened_on, case.accept_by, within)
    for event in standing(events):
        course.note(event.kind, event.effective_on, event.due, event.by_whom)
    return course


def find_kind(rules: Registers, typed: str) -> str:
    """The code of a kind of hazards and sweeps.

    Raises:
        NotFoundError: the plan has no such kind.
    """
    return find(named(rules.safety.kinds), typed, _("{text}: no such kind of hazard"))


def next_number(connection: Connection, plans: Sequence[int], register: str, prefix: str) -> str:
    """The number after the largest one that begins like this: H2024-007."""
    c = register_case.c
    alike = (
        select(c.number)
        .where(c.plan_id.in_(plans), c.register == register, stands_now(register_case))
        .where(c.number.startswith(prefix, autoescape=True))
        .order_by(func.length(c.number).desc(), c.number.desc())
    )
    used = (number.removeprefix(prefix) for number in connection.execute(alike).scalars())
    last = next((int(rest) for rest in used if rest.isascii() and rest.isdecimal()), 0)
    return f"{prefix}{last + 1:03}"


def _shown(evidence: Evidence) -> dict[str, Any] | None:
    return {"evidence": list(evidence)} if evidence else None


def community_of(connection: Connection, plan: PlanRef, typed: str | None) -> str | None:
    """The code of a community, where one is given.

    Raises:
        NotFoundError: there is no such community.
    """
    if typed is None:
        return None
    return find(units_of(connection, plan, "community"), typed, _("{text}: no such community"))


def lead_of(connection: Connection, plan: PlanRef, community: str | None, unit: str | None) -> str:
    """The code of the unit that is named; by default the community.

    Raises:
        BadInputError: neither is.
        NotFoundError: there is no such unit.
    """
    if unit is not None:
        return find(units_of(connection, plan), unit, _("{text}: no such unit"))
    if community is None:
        raise BadInputError(
            _("no community is given (--community), so say which unit leads (--unit)")
        )
    return community


def typed_number(typed: str) -> str:
    """The number of a case that is looked for, see ``plans.case_number.normal_number``.

    Raises:
        BadInputError: it cannot be one.
    """
    return parse_line(normal_number(typed) or typed, 60)
