"""Recording sweeps: those that are due are made from the plan's rhythms, then held, or missed.

A sweep that no rhythm asks for (one that was ordered from above, say) is recorded with its holding.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from plans.errors import BadInputError, ConflictError, NotFoundError
from plans.language import gettext as _
from plans.language import listed
from plans.sweep_calendar import Occurrence
from tracker.registers.correction import first_filing
from tracker.registers.events import Book, Case, Event, about, events_of, standing
from tracker.registers.filing import Filing
from tracker.registers.hazards import community_of, find_kind, lead_of, next_number, typed_number
from tracker.registers.look import stands_now
from tracker.registers.sweep_course import check_hold
from tracker.registers.sweep_making import make_asked
from tracker.schema import register_case

MOST = 10_000_000
"""More places or people than that are a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was done on a sweep.

    Attributes:
        places: so many were checked.
        people: so many were sent.
    """

    places: int
    people: int


class Sweeps:
    """The register of sweeps, open for recording.

    Args:
        filing: the transaction; its register is ``sweep``.
    """

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.book = Book(filing)

    def make(self) -> list[Occurrence]:
        """Makes all sweeps that the plan asks for and the register has not; see ``sweep_making``.

        Returns:
            The new ones, by the day on which they are due.

        Raises:
            BadInputError: it cannot be told who holds a sweep.
        """
        return make_asked(self.filing)

    def hold(self, number: str, on: date, done: Held) -> Case:
        """Records that a sweep was held; one that was not made yet is made.

        Raises:
            NotFoundError: there is no such sweep.
            ConflictError: it was held already, or can no longer be made good.
            BadInputError: a day or number that cannot be.
        """
        self.book.not_ahead(on)
        try:
            found = self.book.find(typed_number(number))
        except NotFoundError:
            self.make()
            found = self.book.find(typed_number(number))
        with about(found.number):
            self._check_hold(found, on)
            self._record(found, on, done)
        return found

    def hold_other(
        self,
        kind: str,
        on: date,
        done: Held,
        *,
        number: str | None = None,
        community: str | None = None,
        unit: str | None = None,
    ) -> Case:
        """Records a sweep that no rhythm asks for, and that it was held; names as people type them.

        Args:
            number: by default the next one of the year, such as S2024-007.
            community: where; None for the whole office.
            unit: that held it; by default the community.

        Raises:
            NotFoundError: an unknown kind, community or unit.
            ConflictError: the office has a sweep with this number.
            BadInputError: a day or number that cannot be.
        """
        self.book.not_ahead(on)
        plan = self.book.plan_of(on)
        rules = self.book.rules(plan)
        where = community_of(self.filing.connection, plan, community)
        leads = lead_of(self.filing.connection, plan, where, unit)
        ids = [one.id for one in self.book.plans.values()]
        made = number and self.book.number(number)
        made = made or next_number(self.filing.connection, ids, "sweep", f"S{on.year}-")
        code = find_kind(rules, kind)
        opened = self.book.open(made, on, leads, kind=code, community=where, settle_by=on)
        with about(made):
            self._record(opened, on, done)
        return opened

    def undo(self, number: str) -> tuple[Case, Event | None]:
        """Reverses that a sweep was held; one that no rhythm asks for is itself taken back.

        Returns:
            The sweep, and its holding; None where the sweep itself was taken back: it never was.

        Raises:
            NotFoundError: there is no such sweep.
            ConflictError: it was not held, and comes from the plan; or hazards that were found on
                it stand.
        """
        found = self.book.find(typed_number(number))
        held = standing(events_of(self.filing.connection, found.id))
        if found.rhythm is not None and not held:
            message = _(
                "{number}: not held, so there is nothing to reverse; it comes from the plan, and "
                "is never taken back"
            )
            raise ConflictError(message.format(number=found.number))
        self._check_nothing_found(found)
        # Recorded together with its holding, it is taken back with it.
        first = first_filing(self.filing.connection, found)
        its_own = found.rhythm is None and all(e.filing_id == first for e in held)
        event = self.book.undo(found)
        if event is not None and its_own:
            event = self.book.undo(found)
        return found, event

    def _check_nothing_found(self, sweep: Case) -> None:
        """Raises ConflictError where hazards stand that were found on a sweep."""
        c = register_case.c
        ids = [one.id for one in self.book.plans.values()]
        of_office = (c.plan_id.in_(ids), c.register == "hazard", stands_now(register_case))
        on_it = select(c.number).where(*of_office, c.sweep_id == sweep.id).order_by(c.id)
        hazards = self.filing.connection.execute(on_it).scalars().all()
        if hazards:
            message = _(
                "{number}: hazards were found on it: {hazards}; if they are wrong, too, take them "
                "back first (duban hazard undo)"
            )
            raise ConflictError(message.format(number=sweep.number, hazards=listed(hazards)))

    def _check_hold(self, sweep: Case, on: date) -> None:
        held = standing(events_of(self.filing.connection, sweep.id))
        if held:
            message = _("held on {day} already; if that is wrong, undo it first")
            raise ConflictError(message.format(day=held[-1].effective_on))
        check_hold(sweep.opened_on, sweep.lapses_on, on)

    def _record(self, sweep: Case, on: date, done: Held) -> None:
        if not (0 <= done.places <= MOST and 0 <= done.people <= MOST):
            raise BadInputError(_("places and people: expected whole numbers, not below 0"))
        self.book.record(sweep, "hold", on, places=done.places, people=done.people)
