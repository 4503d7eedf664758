"""Whether cases of a topic in a community have become more than their own past explains.

A pair (topic and community, or topic in the whole office) is looked at when a case of it comes in,
at the end of that day. What is counted are **days with a case**, however many came in on a day:
ten calls about one burst pipe are one. For the whole office those of its communities add up.
The other days with a case in the window (the last 30, 90 and 180 days, each for itself) are held
against those of the history before it:

- in a community by Fisher's exact test: if nothing has changed, any of the days may have been one
  with a case, so how many of them lie in the window is hypergeometric;
- in the whole office by the conditional binomial test (Przyborowski and Wilenski 1940), each with
  the chance window ÷ (window + history). A sum of hypergeometric numbers is one of independent
  events of unlike chances, and for such a sum as many as that are never likelier than for a
  binomial one where they are at least one more than their mean (Hoeffding 1956).

**The limit.** A rise is an alarm where ``p <= limit``, and the limit is the chance of false alarms
that the plan allows within a year, shared out equally among the looks of a year at the present
pace: ``alpha / (6 * days with a case in a year)``, as each day with a case of a topic in a
community is looked at six times: for the community and for the whole office, in three windows.
How many topics and communities the lists have does not matter.

**Proof** that the chance of any false alarm within 365 days is at most alpha, if each topic has a
case in each community on a day with a chance of its own that stays as it is, independently of other
days, topics and communities. Let X be 1 if there is such a case on a day, else 0, and S the sum of
all X of the office over the ``d = window + history`` days up to that day.

1. An alarm of a pair on that day needs X = 1. Given that, S, and how many other days of the pair
   have a case, these lie anywhere: p <= limit has at most the probability limit. So the expected
   number of alarms is at most that of ``X * limit``, where ``limit = alpha / 6 * d / (365 * S)``.
2. All X of the d days divided by S add up to 1 (or there are none). As days are alike, those of a
   single day, of all pairs, have an expected sum of at most ``1 / d``.
3. So the expected number of alarms of communities in one window is at most ``alpha / (6 * 365)`` a
   day; for the whole office, with the X that make it up, as much again; for both, in three windows
   and 365 days, at most alpha. The chance of any is no greater than the expected number.

A Bonferroni correction for every pair on every day (11 topics in 10 communities: 44,165 looks) asks
for one or two cases more, in one window. The proof allows for a history that grows day by day.
``tests/test_tracker_registers_rise.py`` simulates it; docs/registers.md has what it finds.

**Where history begins.** After the last 30 days in a row on which the whole office had no case
other than repeated ones: what stands before such a gap (old petitions taken in when a
register is started) does not show that the days between were recorded. So an office that has such
gaps often is tested later, or never.

The cases choose this start, which the proof takes as given: it begins on a day with a case, and no
gap follows. A case more in the history makes p only larger. That no gap follows tilts the rest in
offices where gaps come by chance. With a case a day one of 30 days comes about once in 30 thousand
million years, with 100 a year once in some 40: there the proof stands. For smaller offices it is
not proven; simulated, with 12 to 75 cases a year, there was an alarm in 3 of 5,000 years.

Cases flagged as repeated are the same matter: whoever counts leaves them out. Days are whole day
numbers, as in ``tracker/stored.py``.
"""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise

from plans.registers import Warnings
from tracker.registers.chances import binomial_tail, days_tail

Pair = tuple[str, str | None]
"""The code of a topic, and that of a community; None for the whole office."""

MIN_HISTORY_DAYS = 60
"""With less history there is no test: a past of some weeks is a season, not a past."""

GAP_DAYS = 30
"""So many days without any case of the office are days on which no register was kept."""

MIN_RECENT = 3
"""Fewer days with a case are never a rise."""

WINDOWS = (1, 3, 6)
"""A sudden rise shows in the window of the plan, a slow one in so many times its length."""

LOOKS = 2 * len(WINDOWS)
"""How often a day with a case is looked at: for its community, and for the whole office."""

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Rise:
    """How a pair stood when its latest case came in.

    Attributes:
        topic: code of the topic.
        community: code of the community; None for the whole office.
        on: the day on which the latest case came in, and of the look.
        recent: days with a case in the window, that day included; in the whole office such days
            of all communities.
        before: days with a case in the history.
        cases: how many cases came in within the window.
        window_days: length of the window.
        history_days: length of the history before it.
        looks: days with a case of all topics in all communities within both.
        p: how likely so many or more are if nothing has changed.
        limit: how small ``p`` must be for an alarm.
    """

    topic: str
    community: str | None
    on: date
    recent: int
    before: int
    cases: int
    window_days: int
    history_days: int
    looks: int
    p: float
    limit: float

    @property
    def alarm(self) -> bool:
        """Whether the past does not explain so many."""
        return self.recent >= MIN_RECENT and self.p <= self.limit

    @property
    def expected(self) -> float:
        """How many days with a case a window has at the pace of the history."""
        return self.before * self.window_days / self.history_days

    @property
    def ratio(self) -> float | None:
        """How many times as many as expected there are; None if there were none before."""
        return self.recent / self.expected if self.before else None

    @property
    def needed(self) -> int | None:
        """From how many in the window on there is an alarm; None if the window is too short."""
        office = self.community is None
        return needed(self.before, self.window_days, self.history_days, self.limit, office)


def chance(recent: int, before: int, window_days: int, history_days: int, office: bool) -> float:
    """How likely ``recent`` or more are in the window if nothing has changed, 0..1.

    The day of the look does not count: it is why there is a look.
    """
    others = recent - 1
    if office:
        return binomial_tail(others, others + before, window_days / (window_days + history_days))
    return days_tail(others, others + before, window_days - 1, history_days)


def limit(alpha: float, looks: int, days: int) -> float:
    """How small the chance of one look must be for an alarm.

    Args:
        alpha: how likely a false alarm may be within a year, 0..1.
        looks: days with a case of all topics in all communities, the one looked at included.
        days: within how many days.
    """
    return alpha / (LOOKS * looks * YEAR_DAYS / days)


@lru_cache(10_000)
def needed(
    before: int, window_days: int, history_days: int, limit: float, office: bool
) -> int | None:
    """The smallest number in the window that is an alarm; None if there cannot be so many."""
    recent = max(MIN_RECENT, before * window_days // history_days)  # up to there nothing is unusual
    while office or recent <= window_days:
        if chance(recent, before, window_days, history_days, office) <= limit:
            return recent
        recent += 1
    return None


class Past:
    """What came in of each pair, to be looked at on any day.

    Args:
        counts: topic, community (None: of no single one), day, and how many cases came in on it,
            those flagged as repeated left out. A pair may have several rows for a day.
        first: the day on which the register begins.
        warnings: the window, the history, and how likely a false alarm may be.
    """

    def __init__(
        self, counts: Iterable[tuple[str, str | None, int, int]], first: int, warnings: Warnings
    ) -> None:
        self.first = first
        self.warnings = warnings
        by_place: defaultdict[Pair, Counter[int]] = defaultdict(Counter)
        for topic, community, day, number in counts:
            by_place[topic, community][day] += number
        marks: defaultdict[Pair, Counter[int]] = defaultdict(Counter)
        cases: defaultdict[Pair, Counter[int]] = defaultdict(Counter)
        looks: Counter[int] = Counter()
        for (topic, community), days in by_place.items():
            looks.update(days.keys())
            for pair in {(topic, community), (topic, None)}:
                marks[pair].update(days.keys())
                cases[pair].update(days)
        self._marks = {pair: _Sums(days) for pair, days in marks.items()}
        self._cases = {pair: _Sums(days) for pair, days in cases.items()}
        self._looks = _Sums(looks)

    def look(self, pair: Pair, on: int) -> Rise | None:
        """How a pair stood on a day on which a case of it came in; None if history is short.

        Of the windows that which is nearest to an alarm, or the farthest beyond.
        """
        looks = [self._look(pair, *spans) for spans in self._spans(on)]
        return min(looks, key=_nearness, default=None)

    def _spans(self, on: int) -> Iterator[tuple[int, int, int]]:
        """Where each window with enough history before it ends, and how long both are."""
        for times in WINDOWS:
            window = times * self.warnings.window_days
            history = min(self.warnings.history_days, on - window - self.first + 1)
            if history >= MIN_HISTORY_DAYS:
                yield on, window, history

    def _look(self, pair: Pair, on: int, window: int, history: int) -> Rise:
        start = on - window
        recent, before = self._marks[pair].around(start - history, start, on)
        looks = self._looks.within(start - history, on)
        return Rise(
            topic=pair[0],
            community=pair[1],
            on=date.fromordinal(on),
            recent=recent,
            before=before,
            cases=self._cases[pair].within(start, on),
            window_days=window,
            history_days=history,
            looks=looks,
            p=chance(recent, before, window, history, office=pair[1] is None),
            limit=limit(self.warnings.false_alarms_percent / 100, looks, window + history),
        )

    def rises(self, as_of: int) -> list[Rise]:
        """How each pair stands, alarms first, the clearest first.

        An alarm stands for the length of the (shortest) window, also where cases that came in later
        would not raise it; of a pair without one it is told how it stood when its latest case came
        in. A pair of which none came in within that window is left out.
        """
        standing = (self._standing(pair, as_of) for pair in self._marks)
        return sorted((rise for rise in standing if rise is not None), key=_nearness)

    def _standing(self, pair: Pair, as_of: int) -> Rise | None:
        days = self._marks[pair].days(as_of - self.warnings.window_days, as_of)
        latest = self.look(pair, days[-1]) if days else None
        if latest is None or latest.alarm:
            return latest
        unusual = (day for day in reversed(days[:-1]) if self._unusual(pair, day))
        earlier = (self.look(pair, day) for day in unusual)
        return next((rise for rise in earlier if rise is not None and rise.alarm), latest)

    def _unusual(self, pair: Pair, on: int) -> bool:
        """Whether there may be an alarm: most days are told at once to be nowhere near one."""
        for end, window, history in self._spans(on):
            start = end - window
            recent, before = self._marks[pair].around(start - history, start, end)
            mean = (recent + before) * window / (window + history)
            if recent - mean > 2 * math.sqrt(mean):
                return True
        return False


def _nearness(rise: Rise) -> tuple[bool, float, str, str]:
    return not rise.alarm, rise.p / rise.limit, rise.topic, rise.community or ""


class _Sums:
    """How many there are up to each day."""

    def __init__(self, by_day: Mapping[int, int]) -> None:
        self._days = sorted(by_day)
        self._sums = [0, *accumulate(by_day[day] for day in self._days)]

    def within(self, after: int, last: int) -> int:
        """How many there are after a day, up to and including another."""
        days, sums = self._days, self._sums
        return sums[bisect_right(days, last)] - sums[bisect_right(days, after)]

    def around(self, first: int, start: int, end: int) -> tuple[int, int]:
        """How many there are in a window after ``start``, and in the history before it."""
        return self.within(start, end), self.within(first, start)

    def days(self, after: int, last: int) -> list[int]:
        """The days that have any, after a day, up to and including another."""
        days = self._days
        return days[bisect_right(days, after) : bisect_right(days, last)]


def find_rises(
    counts: Iterable[tuple[str, str | None, int, int]],
    as_of: int,
    first: int,
    warnings: Warnings,
) -> list[Rise]:
    """How each pair with cases in the last window stands, alarms first; see ``Past.rises``.

    Of ``counts`` the days from ``earliest(as_of, warnings)`` to ``as_of`` are needed.
    """
    return Past(counts, first, warnings).rises(as_of)


def earliest(as_of: int, warnings: Warnings) -> int:
    """The first day whose cases may count in what is seen on ``as_of``."""
    longest = max(WINDOWS) * warnings.window_days
    return as_of - warnings.window_days - longest - warnings.history_days + 2


def begins(days: Iterable[int], first: int) -> int:
    """The day on which the register begins: the one after the last gap, else ``first``.

    Args:
        days: those on which the whole office has a case, in any order.
        first: the first day of all, where there is no gap within ``days``.
    """
    after = (day for before, day in pairwise(sorted(set(days))) if day - before > GAP_DAYS)
    return max(after, default=first)


def first_tested(first: int, warnings: Warnings) -> int:
    """The first day with enough history for a test, if the register begins on ``first``."""
    return first + MIN_HISTORY_DAYS + warnings.window_days - 1
