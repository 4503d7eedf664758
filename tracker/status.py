"""The judge: one statement that gives every item of every plan its status.

``judgement(...)`` builds one SELECT, alike on SQLite and PostgreSQL. It judges **as of** a date
(what took effect up to the end of that day) and **as known at** a moment (what had been recorded
by then, under the plan version of that moment). Nothing it finds is stored.

All arithmetic is on whole numbers (days, ten-thousandths, hundred-thousandths of the whole) and
every division rounds down, so both databases and the oracle in the tests agree to the last digit.

Expected progress, 0..FULL:

- ``linear``: days gone, today included, of the days from start to the due date in force
  (end of October of a year = 83.3 %: 序时进度);
- ``milestones``: weights of the milestones whose date in force has passed;
- ``table``: the target of the last month that has ended (its last day included);
- ``children``: weighted mean of the children's expected progress, cancelled ones left out.

After the due date in force everything is expected.

Actual progress, 0..FULL, is the weighted mean of what the item's ``measure`` names: the completion
of its indicators with a target, of its milestones (reached or not), or of its children. Completion
of an indicator with value v and target t:

- at least: v/t, at most 1;
- exactly: v/t up to t, then as far short of 1 as v is beyond: 2 - v/t, not below 0;
- at most: as much as is expected while v ≤ t, and nothing once v > t.

An item with nothing to measure is complete when it is closed.

The date in force is the one approved last, otherwise the planned one; an extension of an item
takes those of its milestones along that are planned for the item's own last day.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Alias,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    Table,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from plans.levels import BY_CODE
from tracker.schema import (
    FULL,
    REPORTS,
    entry,
    indicator,
    item,
    item_version,
    milestone,
    moment_to_int,
    pace_target,
    plan_version,
)

FOREVER = 2**62
POINT = FULL // 100  # one percentage point

Column = ColumnElement[Any]


def judgement(
    as_of: date,
    known_at: datetime | None = None,
    *,
    plans: Sequence[int] | None = None,
    items: Sequence[int] | None = None,
) -> Select[Any]:
    """The statement that judges.

    Args:
        as_of: the date whose end is judged.
        known_at: the moment whose knowledge is used; None for all there is.
        plans: ids of the plans to judge; None for all.
        items: ids of the items to judge (children of these are judged too); None for all.

    Returns:
        A SELECT with one row an item, in plan order: plan_id, item_id, parent_id, position, code,
        title, area, lead, person, leader, weight, assumed, recurring, level (rank in
        ``plans.levels``), expected, actual (of FULL), start, due (in force), original_due,
        broken_on (the earliest date in force that was missed), next_due, last_reported (dates as
        day numbers), extensions, held, late, missed, steps (numbers of milestones).
    """
    sight = Sight(as_of, known_at, plans, items)
    own = _own(sight).cte("own")
    judged = _with_children(own)
    return _levels(sight, judged)


class Sight:
    """What is looked at: the date, the moment, and which plans and items."""

    def __init__(
        self,
        as_of: date,
        known_at: datetime | None,
        plans: Sequence[int] | None,
        items: Sequence[int] | None,
    ) -> None:
        self.as_of = as_of
        self.day = as_of.toordinal()
        self.known = FOREVER if known_at is None else moment_to_int(known_at)
        newest = (
            select(func.max(plan_version.c.id))
            .where(_moment(plan_version.c.recorded_at) <= self.known)
            .group_by(plan_version.c.plan_id)
        )
        self.versions = newest if plans is None else newest.where(plan_version.c.plan_id.in_(plans))
        self.wanted = None
        if items is not None:
            self.wanted = select(item_version.c.item_id).where(
                or_(item_version.c.item_id.in_(items), item_version.c.parent_id.in_(items)),
            )
        voiding = entry.alias("voiding")
        self.void = select(voiding.c.reverses).where(
            voiding.c.reverses.isnot(None), _moment(voiding.c.recorded_at) <= self.known
        )

    def holds(self, row: Alias) -> Column:
        """Whether a ledger row had taken effect, was known, and has not been reversed."""
        return and_(
            day(row.c.effective_on) <= self.day,
            _moment(row.c.recorded_at) <= self.known,
            row.c.id.not_in(self.void),
        )

    def covers(self, table: Table) -> Column:
        """Whether a row of a plan version is among those to judge."""
        current = table.c.version_id.in_(self.versions)
        return current if self.wanted is None else and_(current, table.c.item_id.in_(self.wanted))


def day(column: Column) -> Column:
    """A date column as its day number, for arithmetic."""
    return type_coerce(column, Integer)


def _moment(column: Column) -> Column:
    return type_coerce(column, BigInteger)


def _whole(total: Column) -> Column:
    """A sum as a 64-bit integer; PostgreSQL makes sums of bigint numeric."""
    return cast(total, BigInteger)


def _least(a: Column, b: Column) -> Column:
    """The smaller of two values of which either may be NULL."""
    return case((a.is_(None), b), (b.is_(None), a), (a <= b, a), else_=b)


def _granted(sight: Sight) -> CTE:
    """Approved extensions: per item and milestone (part NULL: the item) the date approved last."""
    request, approval = entry.alias("request"), entry.alias("approval")
    same = {"partition_by": [request.c.item_id, request.c.part]}
    ranked = (
        select(
            request.c.item_id,
            request.c.part,
            day(request.c.due).label("due"),
            func.row_number().over(order_by=approval.c.id.desc(), **same).label("nth"),
            func.count().over(partition_by=request.c.item_id).label("times"),
        )
        .where(
            approval.c.kind == "approve",
            approval.c.answers == request.c.id,
            sight.holds(approval),
        )
        .subquery("ranked")
    )
    return (
        select(*[ranked.c[n] for n in ("item_id", "part", "due", "times")])
        .where(ranked.c.nth == 1)
        .cte("granted")
    )


def _steps(sight: Sight, granted: CTE) -> Subquery:
    """Per item: its milestones' weights and dates.

    A milestone is reached at most once at any moment (the ledger sees to it), so the join with
    its row does not multiply.
    """
    m, i, reached = milestone, item_version, entry.alias("reached")
    own, whole = granted.alias("granted_step"), granted.alias("granted_item")
    moved = case((day(m.c.due) == day(i.c.due), whole.c.due))
    due = func.coalesce(own.c.due, moved, day(m.c.due))
    is_open = reached.c.id.is_(None)
    past, lapsed = due < sight.day, and_(m.c.lapses_on.isnot(None), day(m.c.lapses_on) < sight.day)
    one = literal(1, Integer)
    return (
        select(
            m.c.item_id,
            func.sum(m.c.weight).label("weight"),
            func.sum(case((is_open, 0), else_=m.c.weight)).label("reached"),
            func.sum(case((past, m.c.weight), else_=0)).label("expected"),
            func.min(case((and_(is_open, past, ~lapsed), due))).label("broken_on"),
            func.min(case((and_(is_open, ~past), due))).label("next_due"),
            func.count(m.c.code).label("steps"),
            func.sum(case((day(reached.c.effective_on) <= due, one), else_=0)).label("held"),
            func.sum(case((day(reached.c.effective_on) > due, one), else_=0)).label("late"),
            func.sum(case((and_(is_open, lapsed), one), else_=0)).label("missed"),
        )
        .select_from(m)
        .join(i, and_(i.c.version_id == m.c.version_id, i.c.item_id == m.c.item_id))
        .outerjoin(
            reached,
            and_(
                reached.c.kind == "reach",
                reached.c.item_id == m.c.item_id,
                reached.c.part == m.c.code,
                sight.holds(reached),
            ),
        )
        .outerjoin(own, and_(own.c.item_id == m.c.item_id, own.c.part == m.c.code))
        .outerjoin(whole, and_(whole.c.item_id == m.c.item_id, whole.c.part.is_(None)))
        .where(sight.covers(m))
        .group_by(m.c.version_id, m.c.item_id)
        .subquery("steps")
    )


def value_of(sight: Sight, item_id: Column, name: Column, reading: Column) -> Column:
    """What an indicator stands at, in ten-thousandths, as a scalar subquery."""
    added, latest = entry.alias("added"), entry.alias("latest")
    total = (
        select(_whole(func.coalesce(func.sum(_amount(added)), 0)))
        .where(
            added.c.kind == "add",
            added.c.item_id == item_id,
            added.c.part == name,
            sight.holds(added),
        )
        .scalar_subquery()
    )
    last = (
        select(_amount(latest))
        .where(
            latest.c.kind == "set",
            latest.c.item_id == item_id,
            latest.c.part == name,
            sight.holds(latest),
        )
        .order_by(latest.c.effective_on.desc(), latest.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((reading == "sum", total), else_=func.coalesce(last, 0))


def _amount(row: Alias | Subquery) -> Column:
    return type_coerce(row.c.amount, BigInteger)


def _measures(sight: Sight) -> Subquery:
    """Per item: the completion of its indicators with a target.

    ``sum`` adds weight × completion; ``following`` is the weight of the ceilings that are kept,
    whose completion is what is expected of the item.
    """
    i = indicator
    # OFFSET 0 fences the subquery: without it SQLite works out each value several times over.
    values = (
        select(
            i.c.version_id,
            i.c.item_id,
            i.c.sense,
            i.c.weight,
            type_coerce(i.c.target, BigInteger).label("target"),
            value_of(sight, i.c.item_id, i.c.name, i.c.reading).label("value"),
        )
        .where(i.c.target.isnot(None), sight.covers(i))
        .order_by(i.c.version_id, i.c.item_id)
        .offset(0)
        .subquery("valued")
    )
    v, t = values.c.value, values.c.target
    completion = case(
        (values.c.sense == "at_most", 0),
        (v < t, v * FULL // t),
        (values.c.sense == "at_least", FULL),
        (v >= 2 * t, 0),
        else_=(2 * t - v) * FULL // t,
    )
    kept = and_(values.c.sense == "at_most", v <= t)
    return (
        select(
            values.c.item_id,
            func.sum(values.c.weight).label("weight"),
            _whole(func.sum(values.c.weight * completion)).label("sum"),
            func.sum(case((kept, values.c.weight), else_=0)).label("following"),
        )
        .group_by(values.c.version_id, values.c.item_id)
        .subquery("measures")
    )


def _marked(sight: Sight, kind: str) -> Subquery:
    """Items with a ledger row of a kind that holds."""
    row = entry.alias(kind)
    return (
        select(row.c.item_id, func.min(row.c.id).label("id"))
        .where(row.c.kind == kind, sight.holds(row))
        .group_by(row.c.item_id)
        .subquery(f"{kind}_marks")
    )


def _assigned(sight: Sight) -> Subquery:
    """Per item: the assignment made last."""
    row = entry.alias("assigned")
    nth = func.row_number().over(
        partition_by=row.c.item_id, order_by=(row.c.effective_on.desc(), row.c.id.desc())
    )
    ranked = (
        select(row.c.item_id, row.c.assignment, nth.label("nth"))
        .where(row.c.kind == "assign", sight.holds(row))
        .subquery("assignments")
    )
    return (
        select(ranked.c.item_id, ranked.c.assignment)
        .where(ranked.c.nth == 1)
        .subquery("assignment")
    )


def _last_reported(sight: Sight, item_id: Column) -> Column:
    row = entry.alias("reported")
    return (
        select(func.max(day(row.c.effective_on)))
        .where(row.c.kind.in_(REPORTS), row.c.item_id == item_id, sight.holds(row))
        .scalar_subquery()
    )


def _expected(sight: Sight, due: Column, steps: Subquery) -> Column:
    i, today = item_version, sight.day
    share = (
        select(func.max(pace_target.c.share))
        .where(
            pace_target.c.version_id == i.c.version_id,
            pace_target.c.item_id == i.c.item_id,
            day(pace_target.c.month_end) <= today,
        )
        .scalar_subquery()
    )
    return case(
        (today > due, FULL),
        (today < day(i.c.start), 0),
        (i.c.pace == "milestones", steps.c.expected * FULL // steps.c.weight),
        (i.c.pace == "table", func.coalesce(share, 0)),
        else_=(today - day(i.c.start) + 1) * FULL // (due - day(i.c.start) + 1),
    )


def _own(sight: Sight) -> Select[Any]:
    """Each item with all that its own rows say; children come in afterwards."""
    i, granted = item_version, _granted(sight)
    steps, measures = _steps(sight, granted), _measures(sight)
    closed, cancelled, assigned = (
        _marked(sight, "close"),
        _marked(sight, "cancel"),
        _assigned(sight),
    )
    own_date = granted.alias("granted_date")
    times = (
        select(granted.c.item_id, func.max(granted.c.times).label("times"))
        .group_by(granted.c.item_id)
        .subquery("extended")
    )
    due = func.coalesce(own_date.c.due, day(i.c.due))
    assigned_to = {
        name: func.coalesce(assigned.c.assignment[name].as_string(), i.c[name])
        for name in ("lead", "person", "leader")
    }
    joined = i
    for part in (steps, measures, closed, cancelled, assigned, times):
        joined = joined.outerjoin(part, part.c.item_id == i.c.item_id)
    joined = joined.outerjoin(
        own_date, and_(own_date.c.item_id == i.c.item_id, own_date.c.part.is_(None))
    )
    return (
        select(
            *[i.c[n] for n in ("version_id", "item_id", "parent_id", "position", "area", "title")],
            *[i.c[n] for n in ("weight", "assumed", "recurring", "measure", "pace", "report")],
            *[column.label(name) for name, column in assigned_to.items()],
            day(i.c.start).label("start"),
            due.label("due"),
            day(i.c.original_due).label("original_due"),
            cancelled.c.id.isnot(None).label("cancelled"),
            closed.c.id.isnot(None).label("closed"),
            _expected(sight, due, steps).label("expected"),
            measures.c.weight.label("measured"),
            measures.c.sum.label("complete"),
            measures.c.following,
            steps.c.weight.label("stepped"),
            *[steps.c[n] for n in ("reached", "broken_on", "next_due")],
            *[func.coalesce(steps.c[n], 0).label(n) for n in ("steps", "held", "late", "missed")],
            func.coalesce(times.c.times, 0).label("extensions"),
            _last_reported(sight, i.c.item_id).label("last_reported"),
        )
        .select_from(joined)
        .where(sight.covers(i))
        .offset(0)
    )


def _progress(own: FromClause) -> Select[Any]:
    """The rows of ``_own`` with the actual progress that does not come from children."""
    o = own.c
    accepted = case((o.closed, FULL), else_=0)
    actual = case(
        (
            and_(o.measure == "indicators", o.measured.isnot(None)),
            (o.complete + o.following * o.expected) // o.measured,
        ),
        (o.measure == "milestones", o.reached * FULL // o.stepped),
        else_=accepted,
    )
    return select(own, actual.label("actual"))


def _with_children(own: CTE) -> Subquery:
    """The rows of ``_own`` with expected and actual progress, from children where these count."""
    child = _progress(own.alias("child_own")).subquery("child")
    weight = func.sum(child.c.weight)
    family = (
        select(
            child.c.parent_id,
            (_whole(func.sum(child.c.weight * child.c.expected)) // weight).label("expected"),
            (_whole(func.sum(child.c.weight * child.c.actual)) // weight).label("actual"),
            func.max(child.c.last_reported).label("last_reported"),
        )
        .where(child.c.parent_id.isnot(None), ~child.c.cancelled)
        .group_by(child.c.parent_id)
        .subquery("family")
    )
    parent = _progress(own).subquery("parent")
    replaced = ("expected", "actual", "last_reported")
    children_pace = and_(parent.c.pace == "children", parent.c.expected < FULL)
    return (
        select(
            *[c for c in parent.c if c.name not in replaced],
            case(
                (children_pace, func.coalesce(family.c.expected, parent.c.expected)),
                else_=parent.c.expected,
            ).label("expected"),
            case(
                (
                    parent.c.measure == "children",
                    func.coalesce(family.c.actual, parent.c.actual),
                ),
                else_=parent.c.actual,
            ).label("actual"),
            _greatest(parent.c.last_reported, family.c.last_reported).label("last_reported"),
        )
        .select_from(parent)
        .outerjoin(family, family.c.parent_id == parent.c.item_id)
        .subquery("judged")
    )


def _levels(sight: Sight, judged: Subquery) -> Select[Any]:
    """The judged rows with their level: the first in the order of ``plans.levels`` that holds."""
    j, v, today = judged.c, plan_version.c, sight.day
    broken_on = _least(j.broken_on, case((j.due < today, j.due)))
    next_due = _least(j.next_due, case((j.due >= today, j.due)))
    gap = j.expected - j.actual
    unstarted = and_(j.last_reported.is_(None), j.actual == 0, j.expected > 0)
    waited = today - j.start
    conditions = {
        "cancelled": j.cancelled,
        "closed_out": j.closed,
        "done": j.actual >= FULL,
        "overdue": broken_on.isnot(None),
        "far_behind": or_(
            gap > v.far_behind_points * POINT,
            and_(unstarted, waited >= v.unstarted_far_behind_days),
        ),
        "behind": or_(
            gap > v.behind_points * POINT,
            and_(unstarted, waited >= v.unstarted_behind_days),
        ),
        "not_reported": _silent(sight, j, v.grace_days),
        "due_soon": next_due <= today + v.due_soon_days,
        "not_started": and_(j.last_reported.is_(None), or_(j.start > today, j.expected == 0)),
    }
    level = case(
        *[(condition, BY_CODE[code].rank) for code, condition in conditions.items()],
        else_=BY_CODE["on_track"].rank,
    )
    plain = ("item_id", "parent_id", "position", "title", "area", "lead", "person", "leader")
    counts = ("extensions", "held", "late", "missed", "steps")
    return (
        select(
            v.plan_id,
            item.c.code,
            *[j[n] for n in (*plain, "weight", "assumed", "recurring")],
            level.label("level"),
            *[j[n] for n in ("expected", "actual", "start", "due", "original_due")],
            broken_on.label("broken_on"),
            next_due.label("next_due"),
            *[j[n] for n in ("last_reported", *counts)],
        )
        .select_from(judged)
        .join(plan_version, v.id == j.version_id)
        .join(item, item.c.id == j.item_id)
        .order_by(v.plan_id, j.position)
    )


def _greatest(a: Column, b: Column) -> Column:
    """The larger of two values of which either may be NULL."""
    return case((a.is_(None), b), (b.is_(None), a), (a >= b, a), else_=b)


def _silent(sight: Sight, j: Any, grace_days: Column) -> Column:
    """Whether the item should have been reported on in its last period that is over, and was not.

    A period is over ``grace_days`` after its end; only items that had begun by then are asked for.
    """
    conditions = []
    for rhythm, starts in _period_starts(sight.as_of).items():
        this, last, before = (start.toordinal() for start in starts)
        over = sight.day - this >= grace_days
        since, until = case((over, last), else_=before), case((over, this), else_=last)
        conditions.append(
            and_(
                j.report == rhythm,
                j.start < until,
                func.coalesce(j.last_reported, 0) < since,
            )
        )
    return or_(*conditions)


def _period_starts(as_of: date) -> dict[str, tuple[date, date, date]]:
    """Per rhythm the first days of the period that holds ``as_of`` and of the two before it."""
    week = as_of - timedelta(days=as_of.weekday())
    months = as_of.year * 12 + as_of.month - 1
    quarters = months - months % 3

    def first(month: int) -> date:
        return date(month // 12, month % 12 + 1, 1)

    return {
        "weekly": (week, week - timedelta(days=7), week - timedelta(days=14)),
        "monthly": (first(months), first(months - 1), first(months - 2)),
        "quarterly": (first(quarters), first(quarters - 3), first(quarters - 6)),
    }
