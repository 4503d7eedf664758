"""The past of an office: what came in of each topic and community, and how each stood on a day."""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import accumulate

from plans.registers import Warnings
from tracker.registers.history import MIN_HISTORY_DAYS
from tracker.registers.rise import WINDOWS, Rise, chance, limit

Pair = tuple[str, str | None]
"""The code of a topic, and that of a community; None for the whole office."""


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
