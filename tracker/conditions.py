"""The conditions of the levels for one item, tried in the order of ``plans.levels``.

What the levels mean says ``tracker/status.py``; see ``tracker/arithmetic.py``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from plans.levels import BY_CODE, Level
from tracker.history import Entry
from tracker.particulars import Particulars
from tracker.schema import FULL, POINT


def asked_period(rhythm: str, as_of: date, grace_days: int) -> tuple[date, date] | None:
    """The last period of a rhythm that was over, days of grace included, as [first, end)."""
    if rhythm == "none":
        return None
    end = _period_start(rhythm, as_of)
    while (as_of - end).days < grace_days:
        end = _period_start(rhythm, end - timedelta(days=1))
    return _period_start(rhythm, end - timedelta(days=1)), end


def _period_start(rhythm: str, day: date) -> date:
    if rhythm == "weekly":
        return day - timedelta(days=day.weekday())
    if rhythm == "monthly":
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the conditions of the levels are about.

    Attributes:
        broken_on, next_due: None where the item is settled, whatever its level.
        settled: nothing is left that could still be done.
        computed: all that is measured comes from registers, of its children, too.
        asked: first day, and day after the last, of the period that had to be reported on by now;
            None where nobody waits for a report.
    """

    item: Particulars
    as_of: date
    held: Sequence[Entry]
    expected: int
    actual: int
    last_reported: date | None
    broken_on: date | None
    next_due: date | None
    settled: bool
    computed: bool
    asked: tuple[date, date] | None

    def has(self, kind: str) -> bool:
        """Whether a row of this kind holds."""
        return any(row.kind == kind for row in self.held)

    @property
    def unstarted(self) -> bool:
        """Whether something is expected of the item and nothing was done or reported."""
        return self.last_reported is None and self.actual == 0 and self.expected > 0

    @property
    def silent(self) -> bool:
        """Whether the item should have been reported on in the last period, and was not."""
        if self.asked is None or self.item.start >= self.asked[1]:
            return False
        return self.last_reported is None or self.last_reported < self.asked[0]

    def behind(self, points: int, unstarted_days: int) -> bool:
        """Whether it is more than so many points behind, or unstarted for so many days."""
        waited = (self.as_of - self.item.start).days
        return self.expected - self.actual > points * POINT or (
            self.unstarted and waited >= unstarted_days
        )


def try_levels(facts: Facts) -> tuple[tuple[Level, bool], ...]:
    """The levels in the order in which they are tried, up to the first that holds."""
    tried: list[tuple[Level, bool]] = []
    for code, held in _conditions(facts):
        tried.append((BY_CODE[code], held))
        if held:
            break
    return tuple(tried)


def _conditions(facts: Facts) -> Iterator[tuple[str, bool]]:
    limits, last = facts.item.terms.thresholds, facts.last_reported
    soon = facts.as_of + timedelta(days=limits.due_soon_days)
    yield "cancelled", facts.has("cancel")
    yield "closed_out", facts.has("close")
    yield "done", facts.actual >= FULL
    yield "overdue", facts.broken_on is not None
    far, near = limits.unstarted_far_behind_days, limits.unstarted_behind_days
    yield "far_behind", facts.behind(limits.far_behind_points, far)
    yield "behind", facts.behind(limits.behind_points, near)
    yield "not_reported", facts.silent
    yield "due_soon", facts.next_due is not None and facts.next_due <= soon
    begun = facts.item.start <= facts.as_of and facts.expected > 0
    yield "not_started", last is None and not begun
    yield "on_track", True
