"""Rates of petitions and of orders of the 12345 line: added up in one statement a year."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select

from plans.registers import HOTLINE
from tracker.loaded import PlanRef, list_plans
from tracker.registers.filing import registers_of
from tracker.registers.look import Look, count_others
from tracker.registers.named import Named, load_named
from tracker.registers.rate_rows import GROUPS, NAMES, Counts, Figure, RateRow, Rates, Year
from tracker.registers.scope import register_scope
from tracker.registers.standing import petitions
from tracker.registers.year_figures import load_figures
from tracker.sight import number, whole


def load_rates(
    connection: Connection,
    plan: PlanRef,
    as_of: date,
    known_at: datetime | None = None,
    *,
    by: Sequence[str] = ("topic", "community", "month"),
) -> Rates:
    """The rates of the cases of a plan.

    Args:
        by: the dimensions to be divided by.
    """
    there = {one.year: one for one in list_plans(connection, known_at, office=plan.office)}
    earlier = there.get(plan.year - 1)
    now = _YearCells(connection, plan, Look(as_of, known_at, [plan.id], counted=True))
    before, last_day = None, None
    if earlier is not None:
        last_day = year_before(as_of)
        look = Look(last_day, known_at, [earlier.id], counted=True)
        before = _YearCells(connection, earlier, look)
        end = min(date(earlier.year, 12, 31), as_of)
        before.of_all = _figures(connection, earlier, Look(end, known_at, [earlier.id]))
    named = load_named(connection, plan.version_id, registers_of(connection, plan))
    plans = [plan.id, *([earlier.id] if earlier is not None else [])]
    shown = Look(as_of, known_at, plans, counted=True)
    return Rates(
        register_scope(connection, plan, shown, "petition", totals=True),
        named,
        list(_wholes(now, before)),
        {dimension: list(_parts(dimension, named, now, before)) for dimension in by},
        last_day,
        count_others(connection, Look(as_of, known_at, [plan.id]), "petition"),
    )


def year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


class _YearCells:
    """The counts of a year, by all dimensions at once."""

    def __init__(self, connection: Connection, plan: PlanRef, look: Look) -> None:
        self.plan_year = plan.year
        self.cells = connection.execute(_statement(look, plan.year)).all()
        self.figures = _figures(connection, plan, look)
        self.of_all: dict[str, dict[str, Figure]] = {}

    def year(self, group: str, counts: Counts) -> Year:
        """A group; where nothing is known of it but totals of more of the year, these."""
        there = Year(counts, self.figures.get(group, {}))
        whole = Year(counts, self.of_all.get(group, {}))
        if there.received or there.has_totals or whole.through is None:
            return there
        return whole

    def sums(self, key: Callable[[Row[Any]], Any]) -> dict[Any, Counts]:
        """Counts added up by (group, key)."""
        found: dict[Any, Counts] = {}
        for cell in self.cells:
            group = GROUPS[cell.channel == HOTLINE]
            place = (group, key(cell))
            found[place] = found.get(place, Counts()) + Counts(*map(int, cell[-len(NAMES) :]))
        return found


def _statement(look: Look, year: int) -> Select[Any]:
    """Counts by channel, topic, community, unit and month."""
    c = petitions(look).subquery("cases").c
    firsts = [date(year, month, 1).toordinal() for month in range(1, 13)]
    ends = [*firsts[1:], date(year + 1, 1, 1).toordinal()]
    spans = enumerate(zip(firsts, ends, strict=True), 1)
    months = [(c.opened_on.between(first, end - 1), number(n)) for n, (first, end) in spans]
    keys = [c.channel, c.topic, c.community, c.unit, case(*months).label("month")]
    flags = [case((c.repeated, 1), else_=0) if n == "repeated" else c[n] for n in NAMES[1:]]
    sums = [whole(func.sum(flag)).label(n) for n, flag in zip(NAMES[1:], flags, strict=True)]
    return select(*keys, func.count().label("cases"), *sums).group_by(*keys)


def _figures(connection: Connection, plan: PlanRef, look: Look) -> dict[str, dict[str, Figure]]:
    """The figures of each group, of a year with totals."""
    found: dict[str, dict[str, Figure]] = {}
    for (measure, _all), figure in load_figures(connection, plan, look, "petition").items():
        group, _dot, name = measure.partition(".")
        found.setdefault(group, {})[name] = figure
    return found


def _wholes(now: _YearCells, before: _YearCells | None) -> Iterator[RateRow]:
    counted = {side: side.sums(lambda _cell: None) for side in (now, before) if side is not None}
    for group in GROUPS:
        years = [
            side.year(group, sums.get((group, None), Counts())) for side, sums in counted.items()
        ]
        if any(year.received or year.has_totals for year in years):
            yield RateRow(group, None, years[0], years[1] if before is not None else None)


def _parts(
    dimension: str, named: Named, now: _YearCells, before: _YearCells | None
) -> Iterator[RateRow]:
    def key(cell: Row[Any]) -> Any:
        return getattr(cell, dimension)

    this, last = now.sums(key), {} if before is None else before.sums(key)
    places = dict.fromkeys([*this, *last])
    for group in GROUPS:
        here = [one for of, one in places if of == group]
        for one in sorted(here, key=_order(dimension, named)):
            place = (group, one)
            yield RateRow(
                group,
                _key(dimension, one, now.plan_year),
                Year(this.get(place, Counts())),
                None if before is None else Year(last.get(place, Counts())),
            )


def _order(dimension: str, named: Named) -> Callable[[Any], tuple[Any, ...]]:
    """Months in their order, all else as the plan has it; what the plan has dropped comes last."""
    if dimension == "month":
        return lambda one: (one,)
    there: Mapping[str, str] = {
        "topic": named.topics,
        "community": named.communities,
        "unit": named.units,
    }.get(dimension, {})
    place = {code: n for n, code in enumerate(there)}
    return lambda one: (one is None, place.get(one, len(place)), one or "")


def _key(dimension: str, one: Any, year: int) -> str | None:
    if dimension != "month":
        return None if one is None else str(one)
    return f"{year}-{one:02d}"
