"""Whether cases of a topic in a community have become more than their own past explains.

A pair (topic and community, or topic in the whole office) is looked at on its busy days, at the end
of the day. A **busy day** is one with a case, however many came in on it: ten calls about one burst
pipe are one. Where most days have one, that says nothing: there it is a day with two or more,
three or more, and so on, the fewest that at most half of the days of window and history have. For
the whole office the busy days of its communities add up, each by its own measure. The other busy
days in the window (the last 30, 90 and 180 days, each for itself) are held against those of the
history before it:

- in a community by Fisher's exact test: if nothing has changed, any of the days may have been the
  busy ones, so how many of them lie in the window is hypergeometric;
- in the whole office by the conditional binomial test (Przyborowski and Wilenski 1940), each with
  the chance window ÷ (window + history). A sum of hypergeometric numbers is one of independent
  events of unlike chances, and for such a sum as many as that are never likelier than for a
  binomial one where they are at least one more than their mean (Hoeffding 1956).

**The limit.** A rise is an alarm where ``p <= limit``, and the limit is the chance of false alarms
that the plan allows within a year, shared out equally among the looks of a year at the present
pace: ``alpha / (6 * days with a case in a year)``, as each day with a case of a topic in a
community is looked at up to six times: for the community and for the whole office, in three
windows. How many topics and communities the lists have does not matter.

**Proof** that the chance of any false alarm within 365 days is at most alpha, if how many cases
each topic has in each community on a day is drawn with chances of its own that stay as they are,
independently of other days, topics and communities. Take a day and a window. For each topic in
each community let d be the days of window and history, and n those of them with a case; R, the
pace, is the sum of all n / d, and ``limit = alpha / (6 * 365 * R)``. Let all be given but the
order: how many days had how many cases. Then R is given, and what a busy day is, and every order
is equally likely.

1. Today is a busy day of a topic in a community with at most the chance n / d. Given that, its
   other busy days lie anywhere: p <= limit has at most the probability limit. So the chance of an
   alarm is at most ``n / d * limit``, and all of them add up to at most ``R * limit``, which is
   ``alpha / (6 * 365)``.
2. There is an alarm of the whole office only where one of its communities has a busy day. Given
   that one, p <= limit has at most the probability limit, too; so these add up to as much again.
3. On 365 days, in three windows, both are at most alpha. That holds for any order, so always. The
   chance of any alarm is no greater than the expected number.

What a busy day is may differ from day to day and from window to window: each is a look of its own.
A Bonferroni correction for every pair on every day (11 topics in 10 communities: 44,165 looks) asks
for one or two cases more, in one window. The proof allows for a history that grows day by day, and
for one that begins later for some pairs.
``tests/test_tracker_registers_rise.py`` simulates it; docs/registers.md has what it finds.

Cases flagged as repeated are the same matter: whoever counts leaves them out. Days are whole day
numbers, as in ``tracker/stored.py``.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from tracker.registers.chances import binomial_tail, days_tail

MIN_RECENT = 3
"""Fewer busy days are never a rise."""

WINDOWS = (1, 3, 6)
"""A sudden rise shows in the window of the plan, a slow one in so many times its length."""

LOOKS = 2 * len(WINDOWS)
"""How often a busy day is looked at: for its community, and for the whole office."""

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Rise:
    """How a pair stood on a busy day.

    Attributes:
        topic: code of the topic.
        community: code of the community; None for the whole office.
        on: the busy day, which is the day of the look.
        at_least: so many cases make a day a busy one; in the whole office the most of any
            community.
        recent: busy days in the window, that day included; in the whole office those of all
            communities.
        before: busy days in the history.
        cases: how many cases came in within the window.
        window_days: length of the window.
        history_days: length of the history before it.
        p: how likely so many or more are if nothing has changed.
        limit: how small ``p`` must be for an alarm.
    """

    topic: str
    community: str | None
    on: date
    at_least: int
    recent: int
    before: int
    cases: int
    window_days: int
    history_days: int
    p: float
    limit: float

    @property
    def alarm(self) -> bool:
        """Whether the past does not explain so many."""
        return self.recent >= MIN_RECENT and self.p <= self.limit

    @property
    def history_last(self) -> date:
        """The last day of the history; the window begins on the next."""
        return self.on - timedelta(self.window_days)

    @property
    def history_first(self) -> date:
        """The first day of the history."""
        return self.history_last - timedelta(self.history_days - 1)

    @property
    def expected(self) -> float:
        """How many busy days a window has at the pace of the history."""
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


def limit(alpha: float, pace: float) -> float:
    """How small the chance of one look must be for an alarm.

    Args:
        alpha: how likely a false alarm may be within a year, 0..1.
        pace: on how many days a day there is a case, of all topics in all communities.
    """
    return alpha / (LOOKS * YEAR_DAYS * pace)


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
