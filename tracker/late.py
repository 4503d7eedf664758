"""What is past a date, the latest first, with why and which step."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Select, exists, func, or_, select

from plans.workdays import Workdays
from tracker.dates import extended, milestones
from tracker.judge import Judged
from tracker.progress import assigned
from tracker.schema import REPORTS
from tracker.sight import Sight
from tracker.stored import entry, item_version, milestone
from tracker.versions import PlanRef
from tracker.view import Scope, UnitName, View, item_json, load_view

if TYPE_CHECKING:
    from tracker.explain import Explanation

SIEVED = 2_000  # more are not judged one by one

GIVE_REASONS = (*REPORTS, "extend")
"""The kinds of rows whose reason says why an item is late."""

DETAILED = 200
"""As many of the latest items come with their reason and milestones; nobody reads those of more."""


class Reason(NamedTuple):
    """Why an item is late, as filed by a row of the ledger."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Detail:
    """Why an item is where it is.

    Attributes:
        steps: titles of the milestones that are past and not reached, with their dates in force,
            the earliest first.
        reason: the one filed last.
    """

    steps: tuple[tuple[str, date], ...]
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class LateList:
    """The overdue items of a plan, or of one unit of it.

    Attributes:
        items: the longest overdue first.
        details: by item id, of the first ``DETAILED``.
        of: number of items of the plan (or unit) that these are among.
    """

    view: View
    items: list[Judged]
    details: Mapping[int, Detail]
    of: int

    @property
    def scope(self) -> Scope:
        """What is looked at."""
        return self.view.scope

    @property
    def units(self) -> dict[str, UnitName]:
        """The plan's units by code."""
        return self.view.units

    def to_json(self) -> dict[str, Any]:
        """What ``duban overdue --json`` prints: as ``duban status``, the longest overdue first."""
        return {
            **self.view.to_json(),
            "of": self.of,
            "items": [{**item_json(item), **self._detail(item)} for item in self.items],
        }

    def _detail(self, item: Judged) -> dict[str, Any]:
        detail = self.details.get(item.item_id, Detail((), None))
        return {
            "overdue_milestones": [title for title, _due in detail.steps],
            "reason": detail.reason.reason if detail.reason else None,
        }


def load_late(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
    unit: str | None = None,
    details: bool = True,
) -> LateList:
    """The items that are past a date; arguments as in ``tracker.view.load_view``.

    Args:
        details: whether it matters why; for a list without reasons they are not looked up.

    Raises:
        NotFoundError: there is no such unit.
    """
    view = load_view(
        connection,
        plan,
        as_of,
        known_at,
        workdays=workdays,
        unit=unit,
        levels=["overdue"],
        items=_past_a_date(connection, plan, as_of, known_at),
    )
    items = sorted(view.items, key=lambda item: -item.overdue_days)
    first = [item.item_id for item in items[:DETAILED]]
    count = select(func.count()).where(item_version.c.version_id == plan.version_id)
    if view.unit is not None:
        lead = assigned(Sight(as_of, known_at), item_version, "lead")
        count = count.where(lead == view.unit)
    return LateList(
        view,
        items,
        load_details(connection, plan, as_of, known_at, first) if details else {},
        connection.execute(count).scalar_one(),
    )


def _past_a_date(
    connection: Connection, plan: PlanRef, as_of: date, known_at: datetime | None
) -> list[int] | None:
    """Ids of the items of which a planned date has passed, of their own or of a milestone that
    nobody reached; None when that is so many that the plan is as well judged as a whole.

    A sieve, not a rule: extensions only make dates later, so no item that is overdue is missing,
    and judging what is left takes a fraction of the time.
    """
    sight, reached = Sight(as_of, known_at), entry.alias("reached")
    i, m = item_version.c, milestone.c
    by_milestone = select(m.item_id).where(
        m.version_id == plan.version_id,
        m.due < sight.day,
        ~exists().where(
            reached.c.kind == "reach",
            reached.c.item_id == m.item_id,
            reached.c.part == m.code,
            sight.holds(reached),
        ),
    )
    by_itself = select(i.item_id).where(i.version_id == plan.version_id, i.due < sight.day)
    found = connection.execute(by_milestone.union(by_itself).limit(SIEVED + 1)).scalars().all()
    return None if len(found) > SIEVED else list(found)


def load_details(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    items: Sequence[int],
) -> dict[int, Detail]:
    """Milestones and reasons of a few items, by id."""
    if not items:
        return {}
    sight = Sight(as_of, known_at, [plan.id], items)
    steps: dict[int, list[tuple[str, date]]] = {}
    codes: dict[int, set[str]] = {}
    for row in connection.execute(_late_steps(sight)):
        steps.setdefault(row.item_id, []).append((row.title, date.fromordinal(row.due)))
        codes.setdefault(row.item_id, set()).add(row.code)
    filed = entry.alias("filed")
    reasons = connection.execute(
        select(filed.c.item_id, filed.c.id, filed.c.kind, filed.c.part, filed.c.reason)
        .where(filed.c.kind.in_(GIVE_REASONS), filed.c.item_id.in_(items), sight.holds(filed))
        .where(filed.c.reason.isnot(None))
        .order_by(filed.c.effective_on, filed.c.id)
    )
    last = {
        row.item_id: Reason(row.id, row.reason)
        for row in reasons
        if _says_why(row, codes.get(row.item_id, ()))
    }
    return {key: Detail(tuple(steps.get(key, ())), last.get(key)) for key in items}


def _says_why(row: Any, late: Collection[str]) -> bool:
    """Whether a row's reason is about what is late: a later date asked for another milestone is
    not."""
    return row.kind != "extend" or row.part is None or row.part in late


def _late_steps(sight: Sight) -> Select[Any]:
    """Milestones that are past and not reached, and can still be: the earliest first."""
    m = milestones(sight, extended(sight)).subquery("step").c
    still = or_(m.last_chance.is_(None), m.last_chance >= sight.day)
    return (
        select(m.item_id, m.code, m.title, m.due)
        .where(m.reached_on.is_(None), m.due < sight.day, still)
        .order_by(m.due, m.position)
    )


def detail_of(explained: "Explanation") -> Detail:
    """The same from an explanation, where there is one."""
    broken = [step for step in explained.steps if step.state == "broken"]
    steps = [(step.title, step.due) for step in broken]
    codes = {step.code for step in broken}
    reasons = [
        row
        for row in explained.facts.held
        if row.reason and row.kind in GIVE_REASONS and _says_why(row, codes)
    ]
    last = max(reasons, key=lambda row: (row.effective_on, row.id), default=None)
    return Detail(
        tuple(sorted(steps, key=lambda step: step[1])),
        None if last is None else Reason(last.id, last.reason or ""),
    )
