"""What is past a date, the latest first, with why and which step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from plans.workdays import Workdays
from tracker.explain import Explanation, explain_item
from tracker.history import Entry
from tracker.judge import Judged
from tracker.particulars import load_particulars
from tracker.schema import REPORTS, item_version
from tracker.versions import PlanRef
from tracker.view import Scope, UnitName, View, item_json, load_view

DETAILED = 200
"""As many of the latest items come with their reason and milestones; nobody reads those of more."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Why an item is where it is.

    Attributes:
        steps: titles of the milestones that are past and not reached, with their dates in force.
        reason: the row that gives the reason filed last.
    """

    steps: tuple[tuple[str, date], ...]
    reason: Entry | None


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
) -> LateList:
    """The items that are past a date; arguments as in ``tracker.view.load_view``.

    Raises:
        NotFoundError: there is no such unit.
    """
    view = load_view(
        connection, plan, as_of, known_at, workdays=workdays, unit=unit, levels=["overdue"]
    )
    items = sorted(view.items, key=lambda item: -item.overdue_days)
    first = [item.item_id for item in items[:DETAILED]]
    count = select(func.count()).where(item_version.c.version_id == plan.version_id)
    return LateList(
        view,
        items,
        load_details(connection, plan, as_of, known_at, first),
        connection.execute(count).scalar_one(),
    )


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
    found = load_particulars(connection, plan, known_at, items=items)
    return {key: detail_of(explain_item(found[key], as_of)) for key in items}


def detail_of(explained: Explanation) -> Detail:
    """The milestones that an item is late with, and the reason filed last."""
    steps = [(s.step.title, s.due) for s in explained.steps if s.state == "broken"]
    reasons = [
        row for row in explained.facts.held if row.reason and row.kind in (*REPORTS, "extend")
    ]
    last = max(reasons, key=lambda row: (row.effective_on, row.id), default=None)
    return Detail(tuple(sorted(steps, key=lambda step: step[1])), last)
