"""One item with all that belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from plans.workdays import Workdays
from tracker.explain import Explanation, explain_item, measure_json
from tracker.history import Entry, Months, find_item, load_months
from tracker.judge import Judged, judge, ratio
from tracker.late import Detail, detail_of
from tracker.late_requests import with_late_requests
from tracker.particulars import load_particulars
from tracker.versions import PlanRef
from tracker.view import (
    Scope,
    UnitName,
    item_json,
    load_areas,
    load_scope,
    load_units,
    names_of,
    provisional_years,
)


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """One item: what was promised, who is answerable, what was filed, where it stands.

    Attributes:
        area: title of the heading it stands under.
        parent: (code, title) of the item above it.
        explained: the arithmetic; holds the item's milestones, indicators and rows.
        children, after: the items below it, and those that have to be finished first.
        months: how it stood at the end of each month.
        provisional: the years in which working days overdue were counted by a provisional calendar.
    """

    scope: Scope
    units: dict[str, UnitName]
    area: str
    parent: tuple[str, str] | None
    item: Judged
    explained: Explanation
    children: Sequence[Judged]
    after: Sequence[Judged]
    months: Months
    provisional: tuple[int, ...]

    @property
    def detail(self) -> Detail:
        """The milestones that it is late with, and the reason filed last."""
        return detail_of(self.explained)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows of the ledger that had been filed and taken effect, in the order of filing."""
        rows = self.explained.item.entries
        return tuple(row for row in rows if row.effective_on <= self.scope.as_of)

    def to_json(self) -> dict[str, Any]:
        """What ``duban show CODE --json`` prints."""
        explained, who = self.explained, self.explained.who
        arithmetic = explained.to_json()
        marks = self.months.marks[self.item.item_id]
        return {
            **self.scope.to_json(),
            **item_json(self.item),
            "workdays_provisional": bool(self.provisional),
            "area_title": self.area,
            "parent": self.parent[0] if self.parent else None,
            "lead_name": unit_name(self.units, who.lead),
            "support": list(who.support),
            "person": who.person,
            "leader": who.leader,
            "source": explained.item.source,
            "steps": arithmetic["milestones"],
            "indicators": [measure_json(seen) for seen in explained.summed],
            "children": [item_json(child) for child in self.children],
            "after": [item_json(before) for before in self.after],
            "months": [
                {"end": end.isoformat(), "status": mark.level.code, "actual": ratio(mark.actual)}
                for end, mark in zip(self.months.ends, marks, strict=True)
            ],
            "ledger": [row.to_json() for row in self.entries],
        }


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """The rows of one item's ledger up to a date, in the order of filing.

    Attributes:
        titles: milestone code → title.
        units: the names of the plan's units by code.
    """

    scope: Scope
    code: str
    title: str
    entries: tuple[Entry, ...]
    titles: Mapping[str, str]
    units: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """What ``duban ledger CODE --json`` prints."""
        return {
            **self.scope.to_json(),
            "code": self.code,
            "item_title": self.title,
            "ledger": [row.to_json() for row in self.entries],
        }


def unit_name(units: Mapping[str, UnitName], code: str) -> str:
    """The name of a unit; its code where the plan's version has dropped it."""
    return names_of(units, code).name


def load_sheet(
    connection: Connection,
    plan: PlanRef,
    code: str,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
) -> ItemSheet:
    """Everything about one item; arguments as in ``tracker.view.load_view``.

    Raises:
        NotFoundError: there is no such item.
    """
    item_id = find_item(connection, plan, code)
    found = load_particulars(connection, plan, as_of, known_at, items=[item_id])[item_id]
    promised = with_late_requests(found)
    after = [find_item(connection, plan, before) for before in promised.after]
    judged = judge(
        connection, as_of, known_at, plans=[plan.id], items=[item_id, *after], workdays=workdays
    )
    by_id = {item.item_id: item for item in judged}
    return ItemSheet(
        scope=load_scope(connection, plan, as_of, known_at),
        units=load_units(connection, plan),
        area=load_areas(connection, plan).get(promised.area, promised.area),
        parent=promised.parent,
        item=by_id[item_id],
        explained=explain_item(promised, as_of),
        children=[item for item in judged if item.parent_id == item_id],
        after=[by_id[before] for before in after],
        months=load_months(connection, plan, as_of, known_at, items=[item_id]),
        provisional=provisional_years(judged, as_of, workdays),
    )


def load_ledger(
    connection: Connection,
    plan: PlanRef,
    code: str,
    as_of: date,
    known_at: datetime | None = None,
) -> LedgerSheet:
    """The ledger of one item; arguments as in ``tracker.view.load_view``.

    Raises:
        NotFoundError: there is no such item.
    """
    item_id = find_item(connection, plan, code)
    found = load_particulars(connection, plan, as_of, known_at, items=[item_id])[item_id]
    found = with_late_requests(found)
    return LedgerSheet(
        load_scope(connection, plan, as_of, known_at),
        found.code,
        found.title,
        tuple(row for row in found.entries if row.effective_on <= as_of),
        {step.code: step.title for step in found.steps},
        {code: unit.name for code, unit in load_units(connection, plan).items()},
    )
