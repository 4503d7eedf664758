"""The judge: one statement that gives every item of every plan its status.

``judgement(...)`` builds one SELECT, alike on SQLite and PostgreSQL. It judges **as of** a date
(what took effect up to the end of that day) and **as known at** a moment (what had been recorded
by then, under the plan version of that moment). Nothing it finds is stored.

All arithmetic is on whole numbers (days, ten-thousandths, hundred-thousandths of the whole) and
every division rounds down, so both databases and the oracle in the tests agree to the last digit.
Whatever was said several times (a value set, a person assigned) stands as it was said last: by the
day it took effect, and on one day by the order of filing.

**Dates in force.** The latest of the planned date and those granted by approved extensions; an
extension of an item takes those of its milestones along that are planned for the item's own last
day and have none of their own. A date is missed from the day after. An occurrence can be made good
until it lapses (or until its date in force, if that is later); reached after that, or never, it is
missed.

**Settled** is an item of which nothing is left that could still be done: it is complete; or it is
measured by milestones of which each was reached or has lapsed; or by children of which each that
is not cancelled is closed or settled, and there is one; or its date in force has passed and all
that is left of its indicators are rates of a register that are not kept: what the register says of
a time that is over can no longer be made good. 'Held 10 of 12, 2 missed' is judged by its gap and
can be closed out. Cancelled, closed and settled items have neither a date that is broken
nor a next one, and nobody waits for a report on them.

**Expected** progress, 0..FULL: nothing before the start, everything after the date in force, and
in between by the item's pace:

- ``linear``: days gone, today included, of the days from start to the date in force
  (end of October of a year = 83.3 %: 序时进度);
- ``milestones``: weights of the milestones whose date in force has passed;
- ``table``: the target of the last month that has ended (its last day included). Where the item's
  date was extended the table is stretched as the line is: a target falls on the day by which as
  large a share of the days from start to the date in force has gone as was planned;
- ``children``: weighted mean of the children's expected progress, cancelled ones left out; linear
  when none is left.

**Actual** progress, 0..FULL, is the weighted mean of what the item's ``measure`` names: the
completion of its indicators with a target, of its milestones (reached or not), or of its children
that are not cancelled. Completion of an indicator with value v and target t:

- at least: v/t, at most 1;
- exactly: v/t up to t, then as far short of 1 as v is beyond: 2 - v/t, not below 0;
- at most: 0 once v > t; while v ≤ t the indicator is left out of the mean, so that staying below
  a ceiling is no progress by itself (an item with nothing but ceilings, all kept, has done as much
  as is expected of it once it was reported on, and nothing before: silence is not green; but of a
  computed item, on which nobody can report, from the start).

An indicator of a register is computed (``tracker/registers/measures.py``) and never filed. A count
is as complete as any other quantity. A rate is a level that has to hold, and holding it is no
progress: while it meets its target (at least: v ≥ t; at most: v ≤ t; exactly: v = t), or nothing is
due yet, it is left out of the mean like a ceiling that is kept; while it does not, it counts as
above.

An item is **computed** of which all that is measured comes from registers (it has indicators with
a target, none that is filed, and no milestones), or one without such parts of its own that is
measured by children of which each that is not cancelled is computed.

An item with nothing to measure is complete when it is closed.

**Levels.** An item has the first of these that holds:

- ``cancelled``, ``closed_out``: a row says so;
- ``done``: everything is complete;
- ``overdue``: its date in force is missed, or that of a milestone which can still be reached;
- ``far_behind``, ``behind``: actual is more than the plan's points below expected; or nothing is
  done and nothing was reported though something is expected, so many days after the start;
- ``not_reported``: nothing was reported since the last period of the item's rhythm began that has
  been over for more than ``grace_days`` days, and the item had started in or before that period
  and is neither settled nor computed;
- ``due_soon``: the next date in force is at most so many days away;
- ``not_started``: not reported on, and nothing is expected yet;
- ``on_track``: otherwise.

A report on a child that is not cancelled is a report on its parent. What happens in a register, up
to its latest day, is a report on the items that are computed from it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, false, func, or_, select

from plans.levels import BY_CODE
from tracker.progress import own_facts, progress
from tracker.schema import FULL, POINT
from tracker.schema_registers import REGISTERS
from tracker.sight import Column, Sight, least
from tracker.stored import item, plan_version

MAX_GRACE_DAYS = 31  # what a plan file may say


def judgement(
    as_of: date,
    known_at: datetime | None = None,
    *,
    plans: Sequence[int] | None = None,
    items: Sequence[int] | None = None,
    registers: Sequence[str] = REGISTERS,
) -> Select[Any]:
    """The statement that judges.

    Args:
        as_of: the date whose end is judged.
        known_at: the moment whose knowledge is used; None for all there is.
        plans: ids of the plans to judge; None for all.
        items: ids of the items to judge (children of these are judged too); None for all.
        registers: at least those from which an indicator is computed
            (``tracker.registers.measures.drawn_on``): where there is none, which is so in most
            plans, the statement is a third as long.

    Returns:
        A SELECT with one row an item, in plan order: plan_id, item_id, parent_id, position, code,
        title, area, lead, person, leader, weight, assumed, recurring, level (rank in
        ``plans.levels``), expected, actual (of FULL), start, due (in force), original_due,
        broken_on (the earliest date in force that was missed), next_due, last_reported (dates as
        day numbers), settled, computed, extensions, held, late, missed, steps (numbers of
        milestones).
    """
    sight = Sight(as_of, known_at, plans, items, registers)
    return _levels(sight, progress(sight, own_facts(sight)).subquery("judged"))


def _levels(sight: Sight, judged: Subquery) -> Select[Any]:
    """The judged rows with their level: the first in the order of ``plans.levels`` that holds."""
    j, v, today = judged.c, plan_version.c, sight.day
    settled = or_(j.actual >= FULL, j.passed)
    over = or_(j.cancelled, j.closed, settled)
    broken_on = case((~over, least(j.broken_on, case((j.due < today, j.due)))))
    next_due = case((~over, least(j.next_due, case((j.due >= today, j.due)))))
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
        "not_reported": and_(~or_(settled, j.computed), _silent(sight, j, v.grace_days)),
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
            settled.label("settled"),
            j.computed,
            *[j[n] for n in ("last_reported", *counts)],
        )
        .select_from(judged)
        .join(plan_version, v.id == j.version_id)
        .join(item, item.c.id == j.item_id)
        .order_by(v.plan_id, j.position)
    )


def _silent(sight: Sight, j: Any, grace_days: Column) -> Column:
    """Whether nothing was reported since the period began that has to be reported by now."""
    conditions = []
    for rhythm, starts in _period_starts(sight.as_of).items():
        # Newest first: the first end that lies far enough back is that of the period asked for.
        silent = [
            (
                sight.day - end >= grace_days,
                and_(j.start < end, func.coalesce(j.last_reported, 0) < begin),
            )
            for end, begin in pairwise(starts)
        ]
        conditions.append(and_(j.report == rhythm, case(*silent, else_=false())))
    return or_(*conditions)


def _period_starts(as_of: date) -> dict[str, list[int]]:
    """Per rhythm the first days of the period that holds ``as_of`` and of those before it, newest
    first, as day numbers: as many as ``MAX_GRACE_DAYS`` reach back, and one more."""
    today = as_of.toordinal()
    monday = today - as_of.weekday()
    month = as_of.year * 12 + as_of.month - 1
    quarter = month - month % 3
    return {
        "weekly": [monday - 7 * back for back in range(MAX_GRACE_DAYS // 7 + 3)],
        "monthly": [_first_of(month - back) for back in range(4)],
        "quarterly": [_first_of(quarter - 3 * back) for back in range(3)],
    }


def _first_of(month: int) -> int:
    """The first day of a month counted from the year 0; the first of all days before the year 1."""
    return date(month // 12, month % 12 + 1, 1).toordinal() if month >= 12 else 1
