"""Recording petitions and orders of the 12345 line, one case at a time.

What may follow what, and by when, says ``petition_course.py``. Nothing here takes free
text: who has petitioned is nobody's business.
"""

from collections.abc import Sequence
from datetime import date

from plans.errors import BadInputError, NotFoundError
from plans.language import gettext as _
from plans.register_words import RESULTS, parse_channel, parse_result
from plans.registers import HOTLINE, Registers
from plans.workdays import Workdays
from tracker.registers.events import Book, Case, Event, about, events_of, standing
from tracker.registers.filing import Filing
from tracker.registers.named import Named, load_named
from tracker.registers.petition_course import NEEDS_RESULT, Course, needs_result
from tracker.registers.petition_limits import Limits

USUAL_REASON = "complex"  # of an extension: the case for which §34 grants it


class Petitions:
    """The register of petitions, open for recording.

    Args:
        filing: the transaction; its register is ``petition``.
    """

    def __init__(self, filing: Filing) -> None:
        self.filing = filing
        self.book = Book(filing)

    def add(
        self,
        number: str,
        channel: str,
        topic: str,
        received: date,
        *,
        kind: str | None = None,
        community: str | None = None,
        unit: str | None = None,
        repeated: bool = False,
    ) -> Case:
        """Records that a case has come in. All but the day as people type it: codes or named.

        Args:
            kind: of an order of the 12345 line.
            community: where it is about; None where it concerns the whole office.
            unit: that leads; by default the community.
            repeated: as the case came in: it is never inferred.

        Raises:
            BadInputError: a value that cannot be, or the kind does not fit the channel.
            NotFoundError: an unknown topic, community, unit or kind.
            ConflictError: the office has a case with this number.
        """
        number = self.book.number(number)
        with about(number):
            self.book.not_ahead(received)
            plan = self.book.plan_of(received)
            rules = self.book.rules(plan)
            named = load_named(self.filing.connection, plan.version_id, rules)
            way = parse_channel(channel)
            subject = named.topic(topic)
            where = None if community is None else named.community(community)
            leads = _lead(named, where, unit)
            sort = named.kind(kind) if kind is not None and way == HOTLINE else kind
            course = Course.begin(Limits(rules, self.filing.workdays), way, sort, received)
        return self.book.open(
            number,
            received,
            leads,
            channel=way,
            kind=sort,
            topic=subject,
            community=where,
            repeated=repeated,
            accept_by=course.accept_by,
            settle_by=course.due,
        )

    def record(
        self,
        number: str,
        kind: str,
        on: date,
        *,
        to: date | None = None,
        by: str | None = None,
        result: str | None = None,
    ) -> Case:
        """Records what happened with a case on a day.

        Args:
            kind: see ``tracker.schema_registers.EVENTS``; all but ``undo``.
            to: the new day of an extension.
            by: the unit that did or approved it; code or name.
            result: or reason, by code or name; see ``plans.register_words.RESULTS``.

        Raises:
            NotFoundError: there is no such case or unit.
            ConflictError: it cannot follow what happened last.
            BadInputError: a day or result that cannot be, or is missing.
        """
        case = self.book.find(number)
        with about(case.number):
            self.book.not_ahead(on)
            rules = self.book.rules_of(case)
            course = course_of(
                case, events_of(self.filing.connection, case.id), rules, self.filing.workdays
            )
            whose = None if by is None else self._whose(by)
            steps = course.take(kind, on, to, whose)
            code = _result(kind, result)
        for step in steps:
            last = step is steps[-1]
            self.book.record(
                case,
                step.kind,
                step.on,
                due=step.due,
                by_whom=whose,
                result=code if last else None,
            )
        return case

    def undo(self, number: str) -> tuple[Case, Event | None]:
        """Reverses the last event of a case that stands; where none is left, takes the case back.

        Returns:
            The case, and the event; None where the case itself was taken back: it never was.

        Raises:
            NotFoundError: there is no such case.
        """
        case = self.book.find(number)
        return case, self.book.undo(case)

    def _whose(self, typed: str) -> str:
        """The unit that did or approved something."""
        plan = self.filing.plan
        named = load_named(self.filing.connection, plan.version_id, self.book.rules(plan))
        try:
            return named.unit(typed)
        except NotFoundError as error:
            message = _(
                "--by {error}; who is outside the office, such as the district, is first listed "
                "under units: in the plan"
            )
            raise NotFoundError(message.format(error=error)) from None


def course_of(case: Case, events: Sequence[Event], rules: Registers, workdays: Workdays) -> Course:
    """How far a recorded case has come.

    Args:
        events: all of it; those that are reversed do not count.
        rules: those under which it was registered.
    """
    assert case.channel is not None
    assert case.accept_by is not None
    course = Course(
        Limits(rules, workdays),
        case.channel,
        case.opened_on,
        case.accept_by,
        case.settle_by,
        case.settle_by,
    )
    for event in standing(events):
        course.note(event.kind, event.effective_on, event.due)
    return course


def _lead(named: Named, community: str | None, unit: str | None) -> str:
    if unit is not None:
        return named.unit(unit)
    if community is None:
        message = _("no community is given (--community), so say which unit leads (--unit)")
        raise BadInputError(message)
    return community


def _result(kind: str, typed: str | None) -> str | None:
    if typed is not None:
        if kind not in RESULTS:
            raise BadInputError(_("--result: nothing results from this step; leave it out"))
        return parse_result(kind, typed)
    if kind in NEEDS_RESULT:
        raise BadInputError(needs_result(kind))
    return USUAL_REASON if kind == "extend" else None
