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

Cases flagged as repeated are the same matter: whoever counts leaves them out. Days are whole day
numbers, as in ``tracker/stored.py``.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tracker.registers.chances import binomial_tail, days_tail

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
