"""Where the history begins with which a rise is compared, and how much of it there has to be.

It begins after the last 30 days in a row on which the whole office had no case other than repeated
ones: what stands before such a gap (old petitions taken in when a register is started) does not
show that the days between were recorded. So an office that has such gaps often is tested later, or
never. For a topic or a community that came into the plan's lists later it begins on that day.

The cases choose this start, which the proof takes as given: it begins on a day with a case, and no
gap follows. A case more in the history makes p only larger. That no gap follows tilts the rest in
offices where gaps come by chance. With a case a day one of 30 days comes about once in 30 thousand
million years, with 100 a year once in some 40: there the proof stands. For smaller offices it is
not proven; simulated, with 12 to 75 cases a year, there was an alarm in 3 of 5,000 years.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from plans.registers import Warnings
from tracker.registers.rise import WINDOWS

MIN_HISTORY_DAYS = 60
"""With less history there is no test: a past of some weeks is a season, not a past."""

GAP_DAYS = 30
"""So many days without any case of the office are days on which no register was kept."""


@dataclass(frozen=True, slots=True)
class History:
    """Where the history begins, in whole day numbers.

    Attributes:
        first: the day on which the register begins.
        topics, communities: the day on which those that came into the lists later were listed.
    """

    first: int
    topics: Mapping[str, int] = field(default_factory=dict)
    communities: Mapping[str, int] = field(default_factory=dict)

    def begin(self, topic: str, community: str | None) -> int:
        """The day on which it begins for a topic in a community; None: in the whole office."""
        listed = self.topics.get(topic, self.first)
        return max(self.first, listed, self.communities.get(community or "", self.first))


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
