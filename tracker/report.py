"""The progress report: where a plan stands, what needs attention first, what is due next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from plans.workdays import Workdays
from tracker.explain import Explanation, explain_item
from tracker.history import Months, load_months
from tracker.judge import Judged, progress, ratio
from tracker.late import Detail, detail_of
from tracker.particulars import load_particulars
from tracker.versions import PlanRef
from tracker.view import Scope, UnitName, View, item_json, load_view

DETAILED = 100
"""As many of the late items, and of those due next, come with reason and milestones."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due next.

    Attributes:
        steps: titles of the milestones due that day; empty where the item itself is.
    """

    item: Judged
    on: date
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one area or one lead unit.

    Attributes:
        expected, actual: weighted mean of FULL over the items that are not below another.
    """

    code: str
    name: str
    items: Sequence[Judged]
    expected: int
    actual: int

    @property
    def late(self) -> int:
        """Items that somebody has to act on."""
        return sum(item.level.late for item in self.items)

    def at(self, *levels: str) -> int:
        """Items at one of these levels."""
        return sum(item.level.code in levels for item in self.items)


@dataclass(frozen=True, slots=True)
class Report:
    """A plan, or one unit's part of it, as of a date.

    Attributes:
        months: how the items stood at the end of each month.
        attention: late and silent items, the worst first.
        details: by item id, of the first of these.
        upcoming: what is due in the next 30 days, the next first.
        areas, groups: by area; by lead unit, those with most to act on first.
        finished, newly_late: items that reached such a level since the last month's end.
    """

    view: View
    months: Months
    attention: Sequence[Judged]
    details: Mapping[int, Detail]
    upcoming: Sequence[Due]
    areas: Sequence[Group]
    groups: Sequence[Group]
    finished: Sequence[Judged]
    newly_late: Sequence[Judged]

    @property
    def scope(self) -> Scope:
        """What is looked at."""
        return self.view.scope

    @property
    def units(self) -> dict[str, UnitName]:
        """The plan's units by code."""
        return self.view.units

    @property
    def overall(self) -> tuple[int, int]:
        """Expected and actual progress of everything in the report, of FULL."""
        return progress(self.view.roots)

    @property
    def trend(self) -> list[tuple[int, int]]:
        """The same at the end of each month."""
        return self.months.progress(item.item_id for item in self.view.roots)

    def to_json(self) -> dict[str, Any]:
        """What ``duban report --json`` prints: ``duban status --json`` and what it adds up to."""
        expected, actual = self.overall
        return {
            **self.view.to_json(),
            "expected": ratio(expected),
            "actual": ratio(actual),
            "months": [
                {"end": end.isoformat(), "expected": ratio(planned), "actual": ratio(reached)}
                for end, (planned, reached) in zip(self.months.ends, self.trend, strict=True)
            ],
            "attention": [
                {**item_json(i), "reason": _reason(self.details.get(i.item_id))}
                for i in self.attention
            ],
            "upcoming": [
                {"on": due.on.isoformat(), "code": due.item.code, "milestones": list(due.steps)}
                for due in self.upcoming
            ],
            "areas": [_group_json(group) for group in self.areas],
            "units": [_group_json(group) for group in self.groups],
            "finished_this_month": [item.code for item in self.finished],
            "newly_late_this_month": [item.code for item in self.newly_late],
        }


def load_report(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    workdays: Workdays,
    unit: str | None = None,
) -> Report:
    """The report of a plan; arguments as in ``tracker.view.load_view``.

    Raises:
        NotFoundError: there is no such unit.
    """
    view = load_view(connection, plan, as_of, known_at, workdays=workdays, unit=unit)
    only = None if view.unit is None else [item.item_id for item in view.items]
    months = load_months(connection, plan, as_of, known_at, items=only)
    late = (item for item in view.items if item.level.late and not item.settled)
    attention = sorted(late, key=worst_first)
    last = as_of + timedelta(days=30)
    ahead = [i for i in view.items if not i.level.finished and i.next_due is not None]
    ahead = sorted((i for i in ahead if (i.next_due or last) <= last), key=_by_date)
    explained = _explain(connection, plan, view.scope, attention[:DETAILED] + ahead[:DETAILED])
    finished, newly_late = _changed(view, months)
    return Report(
        view,
        months,
        attention,
        {i.item_id: detail_of(explained[i.item_id]) for i in attention[:DETAILED]},
        [_due(item, explained.get(item.item_id)) for item in ahead],
        _groups(view, "area", view.areas),
        sorted(
            _groups(view, "lead", {code: names.name for code, names in view.units.items()}),
            key=lambda group: -group.late,
        ),
        finished,
        newly_late,
    )


def worst_first(item: Judged) -> tuple[int, int, int]:
    """Sort key: by level in their order, then the longest overdue, then the farthest behind."""
    return item.level.rank, -item.overdue_days, -item.gap


def _by_date(item: Judged) -> tuple[date, str]:
    return item.next_due or date.max, item.code


def _explain(
    connection: Connection, plan: PlanRef, scope: Scope, items: Iterable[Judged]
) -> dict[int, Explanation]:
    ids = sorted({item.item_id for item in items})
    if not ids:
        return {}
    found = load_particulars(connection, plan, scope.as_of, scope.known_at, items=ids)
    return {key: explain_item(found[key], scope.as_of) for key in ids}


def _due(item: Judged, explained: Explanation | None) -> Due:
    on = item.next_due or item.due
    steps = explained.steps if explained else ()
    titles = [s.step.title for s in steps if s.reached is None and s.due == on]
    return Due(item, on, tuple(titles))


def _groups(view: View, by: str, names: Mapping[str, str]) -> list[Group]:
    """The items by area or lead; groups without items are left out."""
    roots = {item.item_id for item in view.roots}
    groups: dict[str, list[Judged]] = {code: [] for code in names}
    for item in view.items:
        groups.setdefault(getattr(item, by), []).append(item)
    made = []
    for code, items in groups.items():
        if items:
            counted = (
                [i for i in items if i.item_id in roots] if by == "area" else _own_roots(items)
            )
            made.append(Group(code, names.get(code, code), items, *progress(counted)))
    return made


def _own_roots(items: Sequence[Judged]) -> list[Judged]:
    here = {item.item_id for item in items}
    return [item for item in items if item.parent_id not in here]


def _changed(view: View, months: Months) -> tuple[list[Judged], list[Judged]]:
    """Items that were finished, or became late, after the end of the month before."""
    finished, newly_late = [], []
    # The last of the ends is as_of itself, or, in a later year, the end of the plan's.
    last = -2 if months.ends and months.ends[-1] == view.scope.as_of else -1
    for item in view.items:
        marks = months.marks.get(item.item_id, ())
        before = marks[last].level if len(marks) >= -last else None
        was_finished = before is not None and before.code in ("closed_out", "done")
        if item.level.code in ("closed_out", "done") and not was_finished:
            finished.append(item)
        if item.level.late and not (before is not None and before.late):
            newly_late.append(item)
    return finished, newly_late


def _reason(detail: Detail | None) -> str | None:
    return detail.reason.reason if detail is not None and detail.reason else None


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "code": group.code,
        "name": group.name,
        "items": len(group.items),
        "done": group.at("closed_out", "done"),
        "late": group.late,
        "not_reported": group.at("not_reported"),
        "expected": ratio(group.expected),
        "actual": ratio(group.actual),
    }
