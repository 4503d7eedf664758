"""A case that came in otherwise than was recorded: taken back, and recorded afresh as it was.

Nothing is changed in place: its registration is reversed, and under its number a new case stands
with all that has happened with the first, filed by whom and when it was. What the registration set
(by when) is worked out anew where it follows from what was wrong, by the rules under which the case
was registered: ``correcting.py`` says what follows from what.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select

from plans.errors import ConflictError
from plans.language import gettext as _
from plans.places import compared
from tracker.registers.events import Case, next_case_id, unreversed
from tracker.registers.filing import Filing
from tracker.registers.known import Known
from tracker.schema import filing, register_case, register_event
from tracker.schema_registers import REGISTRATION

SHOWN = (
    *("opened_on", "channel", "kind", "grade", "topic", "community", "place", "unit", "repeated"),
    "sweep_id",
)
"""The columns that say how a case came in; the others follow from them, or from the plan."""


@dataclass(frozen=True, slots=True)
class Correction:
    """That a case was corrected.

    Attributes:
        was: column of ``SHOWN`` → what it was before, of those that were changed.
        plan_id: of the plan that it was in before, where that changed; else None.
    """

    author: str
    recorded_at: datetime
    was: Mapping[str, Any]
    plan_id: int | None

    def to_json(self) -> dict[str, Any]:
        """As programs read it."""
        was = {k: v.isoformat() if isinstance(v, date) else v for k, v in self.was.items()}
        said = {"author": self.author, "recorded_at": self.recorded_at.isoformat()}
        return {**said, "was": was, "other_year": self.plan_id is not None}


def differing(case: Case, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the columns that a case does not have so."""
    return {name: value for name, value in columns.items() if getattr(case, name) != value}


def check_differs(columns: Mapping[str, Any]) -> None:
    """Raises ConflictError where nothing would be corrected."""
    if not columns:
        raise ConflictError(_("nothing to correct: the register has it so already"))


def unit_with(case: Case, community: str | None) -> str | None:
    """The unit that leads when a case is moved to a community, as far as that says so.

    It is the community where that led; None where it is for nobody to say.
    """
    return community if case.unit == case.community else case.unit


def afresh(
    known: Known,
    case_id: int,
    filing_id: int,
    columns: Mapping[str, Any],
    due: Mapping[int, date | None] | None = None,
) -> Known:
    """A case as it is recorded afresh, with all that stands of what has happened.

    The case is of the new filing, its events of those in which they were recorded: events of a case
    that was not known at a moment are never looked at.

    Args:
        case_id: of the new one.
        columns: those that are changed, with what follows from them.
        due: the number of an event → the day that it sets, where that changes.
    """
    changed = due or {}
    events = [
        replace(
            event,
            case_id=case_id,
            number=number,
            due=changed.get(event.number, event.due),
        )
        for number, event in enumerate(unreversed(known.events), 1)
    ]
    case = replace(known.case, id=case_id, filing_id=filing_id, **columns)
    key = None if case.place is None else compared(case.place)
    return Known(replace(case, place_key=key), events)


def record_afresh(connection: Connection, pairs: Sequence[tuple[Known, Known]]) -> None:
    """Takes cases back and records what ``afresh`` made of them."""
    if not pairs:
        return
    cases = [asdict(after.case) for _before, after in pairs]
    empty = dict.fromkeys(register_event.c.keys())
    undone = [
        {
            **empty,
            "case_id": before.case.id,
            "number": before.last_number + 1,
            "filing_id": after.case.filing_id,
            "kind": "undo",
            "effective_on": before.case.opened_on,
            "reverses": REGISTRATION,
        }
        for before, after in pairs
    ]
    happened = [asdict(event) for _before, after in pairs for event in after.events]
    connection.execute(insert(register_case), cases)
    connection.execute(insert(register_event), undone + happened)


def correct(
    of: Filing,
    known: Known,
    columns: Mapping[str, Any],
    due: Mapping[int, date | None] | None = None,
) -> Case:
    """Corrects one case, made up if it was; the arguments are those of ``afresh``."""
    made_up = select(filing.c.simulated).where(filing.c.id == known.case.filing_id)
    as_it_was = replace(of, simulated=of.connection.execute(made_up).scalar_one())
    after = afresh(known, next_case_id(of.connection), as_it_was.id, columns, due)
    record_afresh(of.connection, [(known, after)])
    return after.case


def corrections_of(connection: Connection, case: Case) -> list[Correction]:
    """How a case was corrected, the first time first."""
    found: list[Correction] = []
    for was, author, recorded_at in _before(connection, case):
        changed = differing(case, {name: getattr(was, name) for name in SHOWN})
        moved = was.plan_id if was.plan_id != case.plan_id else None
        if "sweep_id" in changed and _same_sweep(connection, case, was):
            del changed["sweep_id"]  # it was taken over
        if changed or moved is not None:
            found.append(Correction(author, recorded_at, changed, moved))
        case = was
    return found[::-1]


def first_filing(connection: Connection, case: Case) -> int:
    """The number of the filing in which a case was recorded before it was ever recorded afresh."""
    filings = [was.filing_id for was, _author, _at in _before(connection, case)]
    return filings[-1] if filings else case.filing_id


def _before(connection: Connection, case: Case) -> Iterator[tuple[Case, str, datetime]]:
    """What a case was before it was recorded afresh, the last first; and by whom it was, and when.

    Only what records afresh takes back and records a case of one number in one filing.
    """
    c, e, f = register_case.c, register_event.c, filing.c
    while True:
        row = connection.execute(
            select(register_case, f.author, f.recorded_at)
            .join(register_event, and_(e.case_id == c.id, e.reverses == REGISTRATION))
            .join(filing, f.id == e.filing_id)
            .where(e.filing_id == case.filing_id, c.number == case.number, c.id != case.id)
        ).first()
        if row is None:
            return
        case = Case(**{name: row._mapping[name] for name in Case.__slots__})
        yield case, row.author, row.recorded_at


def _same_sweep(connection: Connection, one: Case, other: Case) -> bool:
    """Whether two hazards were found on one sweep, which may have been recorded afresh."""
    ids = (one.sweep_id, other.sweep_id)
    named = select(register_case.c.number).where(register_case.c.id.in_(ids))
    numbers = connection.execute(named).scalars().all()
    return None not in ids and len({*numbers}) == 1
