"""The register of petitions at a glance: warnings, rates, topic × community, month by month."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from plans.registers import HOTLINE
from plans.workdays import Workdays
from tracker.loaded import PlanRef, list_plans
from tracker.registers.look import Look
from tracker.registers.named import Named
from tracker.registers.rate_rows import GROUPS, Rates
from tracker.registers.rates import load_rates
from tracker.registers.warned import Warned
from tracker.registers.warnings import find_warnings
from tracker.view import Scope

Place = tuple[str, str | None]
"""The codes of a topic and of a community; None for what concerns the whole office."""

Months = Sequence[int]
"""How many came in in each month of a year, January first; those that have not begun are left
out."""


@dataclass(frozen=True, slots=True)
class Heat:
    """How many cases of a plan came in of each topic in each community.

    Attributes:
        counts: only where there are any.
        topics, communities: that have any, in plan order, what the plan has dropped after those.
        rising: where the topic is warned of; with None in all the office.
    """

    counts: Mapping[Place, int]
    topics: Sequence[str]
    communities: Sequence[str | None]
    rising: frozenset[Place]

    def rises(self, topic: str, community: str | None) -> bool:
        """Whether a topic is warned of in a community; what is of no single one has none."""
        return community is not None and (topic, community) in self.rising

    def of_topic(self, topic: str) -> int:
        """How many in all communities."""
        return sum(self.counts.get((topic, community), 0) for community in self.communities)

    def of_community(self, community: str | None) -> int:
        """How many of all topics."""
        return sum(self.counts.get((topic, community), 0) for topic in self.topics)


@dataclass(frozen=True, slots=True)
class PetitionBoard:
    """What ``duban petition board`` shows.

    Attributes:
        warned: today's warnings.
        rates: of petitions, and of orders, beside last year's.
        months: ``petitions`` and ``orders`` → this year's months, and last year's, up to its end;
            only what has any.
    """

    warned: Warned
    rates: Rates
    heat: Heat
    months: Mapping[str, tuple[Months, Months]]

    @property
    def scope(self) -> Scope:
        """Of the plan whose year is shown."""
        simulated = self.warned.scope.simulated or self.rates.scope.simulated
        return replace(self.warned.scope, simulated=simulated)

    def to_json(self) -> dict[str, Any]:
        """What ``duban petition board --json`` prints."""
        heat, year = self.heat, self.scope.plan.year
        return {
            **self.scope.to_json(),
            "open": self.warned.open,
            "warnings": self.warned.totals,
            "groups": {
                group: {name: value for name, value in found.items() if name not in ("by", "key")}
                for group, found in self.rates.to_json()["groups"].items()
            },
            "months": {
                group: {str(year): list(now), str(year - 1): list(before)}
                for group, (now, before) in self.months.items()
            },
            "heat": [
                {
                    "topic": topic,
                    "community": community,
                    "cases": heat.counts[topic, community],
                    "rises": heat.rises(topic, community),
                }
                for topic in heat.topics
                for community in heat.communities
                if (topic, community) in heat.counts
            ],
        }


def load_petition_board(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None,
    workdays: Workdays,
) -> PetitionBoard:
    """The board of a plan's year; its warnings are of all years of the office."""
    warned = find_warnings(connection, plan, as_of, known_at, workdays)
    now = _arrivals(connection, Look(as_of, known_at, [plan.id], counted=True))
    earlier = list_plans(connection, known_at, office=plan.office, year=plan.year - 1)
    look = Look(as_of, known_at, [one.id for one in earlier], counted=True)
    before = _arrivals(connection, look)
    months = {
        group: (_months(now, group, plan.year, as_of), _months(before, group, plan.year - 1, as_of))
        for group in GROUPS
    }
    return PetitionBoard(
        warned,
        load_rates(connection, plan, as_of, known_at, by=[]),
        _heat(now, warned.named, warned),
        {group: curves for group, curves in months.items() if any(map(any, curves))},
    )


def load_heat(connection: Connection, warned: Warned) -> Heat:
    """Topic × community of the plan whose warnings these are."""
    scope = warned.scope
    look = Look(scope.as_of, scope.known_at, [scope.plan.id], counted=True)
    return _heat(_arrivals(connection, look), warned.named, warned)


def _arrivals(connection: Connection, look: Look) -> Sequence[Row[Any]]:
    """Topic, community, channel, day and number of the cases that came in."""
    c = look.cases("petition").c
    keys = (c.topic, c.community, c.channel, c.opened_on)
    return connection.execute(select(*keys, func.count().label("cases")).group_by(*keys)).all()


def _heat(arrivals: Sequence[Row[Any]], named: Named, warned: Warned) -> Heat:
    counts: Counter[Place] = Counter()
    for row in arrivals:
        counts[row.topic, row.community] += row.cases
    topics = {topic for topic, _community in counts}
    places = {community for _topic, community in counts if community is not None}
    last: list[str | None] = [None] if any(place is None for _topic, place in counts) else []
    return Heat(
        counts,
        _in_order(topics, named.topics),
        [*_in_order(places, named.communities), *last],
        frozenset((rise.topic, rise.community) for rise in warned.rises),
    )


def _in_order(codes: set[str], named: Mapping[str, str]) -> list[str]:
    return [*(code for code in named if code in codes), *sorted(codes - named.keys())]


def _months(arrivals: Sequence[Row[Any]], group: str, year: int, as_of: date) -> Months:
    """How many petitions, or orders, came in in each month of a year that has begun."""
    counts: Counter[int] = Counter()
    for row in arrivals:
        if (row.channel == HOTLINE) == (group == "orders"):
            counts[date.fromordinal(row.opened_on).month] += row.cases
    last = min(12, (as_of.year - year) * 12 + as_of.month)
    return [counts[month] for month in range(1, last + 1)]
