"""The year-end summary (年终总结): built from a plan and its ledger, then rendered.

Every sentence comes from a template (``plans/wording``, or the plan itself), every number in it is
a ``Figure`` with its ledger rows or its place in the plan.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from plans.phrasing import Wording
from plans.workdays import Workdays, load_workdays
from tracker.document import Document
from tracker.history import Entry, entries
from tracker.summary.compose import compose
from tracker.summary.record import Record, load_record
from tracker.versions import PlanRef
from tracker.view import Scope

__all__ = ["Summary", "summarise"]


@dataclass(frozen=True, slots=True)
class Summary:
    """A year's summary.

    Attributes:
        scope: of which plan, as of when, known when, and whether anything in it is simulated.
        document: what it says.
        assumed: how many items, and how many indicators, rest on an assumption.
        sources: the ledger rows that its figures and quotations cite, by id.
        titles: of milestones and occurrences, by item and code, where they have one.
    """

    scope: Scope
    document: Document
    assumed: tuple[int, int]
    sources: dict[int, Entry]
    titles: dict[tuple[int, str | None], str]


def summarise(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays | None = None,
) -> Summary:
    """Sums up a plan's year.

    Args:
        connection: from ``Store.read()``.
        plan: from ``find_plan(..., known_at=known_at)``.
        as_of: what took effect later is not told.
        known_at: what was recorded later is not told; None for all there is.
        workdays: the calendar; by default the one in force.

    Raises:
        BadInputError: a template of the plan is broken; the message says which, and the line.
    """
    record = load_record(connection, plan, as_of, known_at, workdays or load_workdays())
    whose = f"{plan.office} {plan.year}"
    document = compose(record, Wording(plan.language, record.wording, whose))
    sources = _sources(connection, record, document)
    titles: dict[tuple[int, str | None], str] = {
        (account.judged.item_id, step.code): step.title
        for account in record.walk()
        for step in account.steps
        if step.title
    }
    return Summary(record.view.scope, document, record.view.assumed, sources, titles)


def _sources(connection: Connection, record: Record, document: Document) -> dict[int, Entry]:
    """The rows that the document cites; those of the year before are read only when it does."""
    cited = set(document.rows())
    found = {row.id: row for account in record.walk() for row in account.rows if row.id in cited}
    if cited - found.keys() and record.year_before is not None:
        before = entries(connection, record.year_before, known_at=record.view.scope.known_at)
        found |= {row.id: row for row in before if row.id in cited}
    return dict(sorted(found.items()))
