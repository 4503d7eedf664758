"""The past of an office: what came in of each topic and community, and how each stood on a day."""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from plans.registers import Warnings
from tracker.registers.history import MIN_HISTORY_DAYS, History
from tracker.registers.rise import WINDOWS, Rise, chance, limit

Pair = tuple[str, str | None]
"""The code of a topic, and that of a community; None for the whole office."""


class Span(NamedTuple):
    """A window and the history before it: days after ``first``, split by ``start``, to ``end``."""

    first: int
    start: int
    end: int

    @property
    def window(self) -> int:
        """Its length in days."""
        return self.end - self.start

    @property
    def history(self) -> int:
        """Its length in days."""
        return self.start - self.first


class Past:
    """What came in of each pair, to be looked at on any day.

    Args:
        counts: topic, community (None: of no single one), day, and how many cases came in on it,
            those flagged as repeated left out. A pair may have several rows for a day.
        history: where it begins.
        warnings: the window, the history, and how likely a false alarm may be.
    """

    def __init__(
        self,
        counts: Iterable[tuple[str, str | None, int, int]],
        history: History,
        warnings: Warnings,
    ) -> None:
        self.history = history
        self.warnings = warnings
        by_place: defaultdict[Pair, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for topic, community, day, number in counts:
            by_place[topic, community][day] += number
        # What makes up a pair: for the whole office what came in in each community and in none.
        self._parts: defaultdict[Pair, list[Place]] = defaultdict(list)
        looks: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for (topic, community), days in by_place.items():
            place = Place(days, history.begin(topic, community))
            looks[place.begin].update(place.days)
            for pair in {(topic, community), (topic, None)}:
                self._parts[pair].append(place)
        self._looks = {begin: _Sums(days) for begin, days in looks.items()}
        self._spans_of: dict[tuple[int, int], list[Span]] = {}
        self._paces: dict[tuple[int, int], float] = {}

    def look(self, pair: Pair, on: int) -> Rise | None:
        """How a pair stood on a day that was a busy one; None if it was not, or history is short.

        Of the windows that which is nearest to an alarm, or the farthest beyond.
        """
        looks = (self._look(pair, span) for span in self._spans(self.history.begin(*pair), on))
        return min((rise for rise in looks if rise is not None), key=_nearness, default=None)

    def _spans(self, begin: int, on: int) -> list[Span]:
        """Each window that has enough history before it."""
        spans = self._spans_of.get((begin, on))
        if spans is None:
            spans = self._spans_of[begin, on] = []
            for window in (times * self.warnings.window_days for times in WINDOWS):
                history = min(self.warnings.history_days, on - window - begin + 1)
                if history >= MIN_HISTORY_DAYS:
                    spans.append(Span(on - window - history, on - window, on))
        return spans

    def _look(self, pair: Pair, span: Span) -> Rise | None:
        # A community newer than the history has nothing to be compared with.
        places = [place for place in self._parts[pair] if place.begin <= span.first + 1]
        found = [place.busy(span) for place in places]
        if not any(busy.today for busy in found):
            return None
        recent, before = sum(busy.recent for busy in found), sum(busy.before for busy in found)
        alpha = self.warnings.false_alarms_percent / 100
        return Rise(
            topic=pair[0],
            community=pair[1],
            on=date.fromordinal(span.end),
            at_least=max(busy.at_least for busy in found),
            recent=recent,
            before=before,
            cases=sum(place.cases.within(span.start, span.end) for place in places),
            window_days=span.window,
            history_days=span.history,
            p=chance(recent, before, span.window, span.history, office=pair[1] is None),
            limit=limit(alpha, self._pace(span.end, span.window)),
        )

    def _pace(self, on: int, window: int) -> float:
        """Days with a case a day, of all topics in all communities that have enough history."""
        found = self._paces.get((on, window))
        if found is None:
            found = sum(
                looks.within(span.first, on) / (on - span.first)
                for begin, looks in self._looks.items()
                for span in self._spans(begin, on)
                if span.window == window
            )
            self._paces[on, window] = found
        return found

    def rises(self, as_of: int) -> list[Rise]:
        """How each pair stands, alarms first, the clearest first.

        An alarm stands for the length of the (shortest) window, also where cases that came in later
        would not raise it; of a pair without one it is told how it stood on its latest busy day.
        A pair that had none within that window is left out.
        """
        standing = (self._standing(pair, as_of) for pair in self._parts)
        return sorted((rise for rise in standing if rise is not None), key=_nearness)

    def _standing(self, pair: Pair, as_of: int) -> Rise | None:
        start = as_of - self.warnings.window_days
        there = {day for place in self._parts[pair] for day in place.between(start, as_of)}
        days = iter(sorted(there, reverse=True))
        looks = (self.look(pair, day) for day in days)
        latest = next((rise for rise in looks if rise is not None), None)
        if latest is None or latest.alarm:
            return latest
        unusual = (day for day in days if self._unusual(pair, day))
        earlier = (self.look(pair, day) for day in unusual)
        return next((rise for rise in earlier if rise is not None and rise.alarm), latest)

    def _unusual(self, pair: Pair, on: int) -> bool:
        """Whether there may be an alarm: most days are told at once to be nowhere near one."""
        for span in self._spans(self.history.begin(*pair), on):
            recent = total = 0
            for place in self._parts[pair]:
                if place.begin <= span.first + 1:
                    within, before, _at_least, _today = place.busy(span)
                    recent += within
                    total += within + before
            share = span.window / (span.end - span.first)
            mean = total * share
            # At most half of the days are busy: of such numbers the standard deviation is no less.
            if recent - mean > 2 * math.sqrt(mean * (1 - share) / 2):
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


class Busy(NamedTuple):
    """The busy days of a span: those with ``at_least`` so many cases."""

    recent: int
    before: int
    at_least: int
    today: bool


class Place:
    """What came in of a topic in a community, and where its history begins."""

    def __init__(self, by_day: Mapping[int, int], begin: int) -> None:
        self.begin = begin
        self._by_day = by_day
        self.cases = _Sums(by_day)
        self.days = sorted(by_day)
        self._levels = [self.days]  # the days with at least 1, 2, ... cases
        self._at_least = 1  # as found last: it hardly changes from day to day
        self._found: dict[Span, Busy] = {}

    def between(self, after: int, last: int) -> list[int]:
        """The days with a case after a day, up to and including another."""
        return self.days[bisect_right(self.days, after) : bisect_right(self.days, last)]

    def busy(self, span: Span) -> Busy:
        """The busy days of a span: with the fewest cases that at most half of its days have."""
        found = self._found.get(span)
        if found is None:
            half, n = (span.end - span.first) // 2, self._at_least
            while n > 1 and self._count(n - 1, span.first, span.end) <= half:
                n -= 1
            while self._count(n, span.first, span.end) > half:
                n += 1
            self._at_least = n
            recent = self._count(n, span.start, span.end)
            before = self._count(n, span.first, span.start)
            today = self._by_day.get(span.end, 0) >= n
            found = self._found[span] = Busy(recent, before, n, today)
        return found

    def _count(self, at_least: int, after: int, last: int) -> int:
        while len(self._levels) < at_least:
            more = len(self._levels) + 1
            self._levels.append([day for day in self._levels[-1] if self._by_day[day] >= more])
        days = self._levels[at_least - 1]
        return bisect_right(days, last) - bisect_right(days, after)


def find_rises(
    counts: Iterable[tuple[str, str | None, int, int]],
    as_of: int,
    history: History,
    warnings: Warnings,
) -> list[Rise]:
    """How each pair with a busy day in the last window stands, alarms first; see ``Past.rises``.

    Of ``counts`` the days from ``earliest(as_of, warnings)`` to ``as_of`` are needed.
    """
    return Past(counts, history, warnings).rises(as_of)
