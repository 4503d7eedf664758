"""Early warning: the test is what it says it is, its false alarms, and what it finds how soon."""

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations, permutations
from math import comb, isclose
from pathlib import Path
from random import Random
from statistics import mean

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plans.registers import Warnings
from tests.conftest import examples, soaking
from tracker.registers.chances import binomial_tail, days_tail
from tracker.registers.history import GAP_DAYS, History, begins, earliest, first_tested
from tracker.registers.past import Pair, Past, Place, Span, find_rises
from tracker.registers.rise import MIN_RECENT, WINDOWS, Rise, chance, limit, needed

DEFAULTS = Warnings()
START = History(0)
HISTORY = DEFAULTS.history_days + max(WINDOWS) * DEFAULTS.window_days
PAGE = Path(__file__).parent.parent / "docs" / "registers.md"

# In a soak without end, and on other chances each time.
pytestmark = pytest.mark.timeout(0 if soaking() else 180)

Row = tuple[str, str | None, int, int]


def chances(seed: int) -> Random:
    return Random() if soaking() else Random(seed)


# The two distributions, against whole numbers


def exact_binomial_tail(n: int, total: int, share: Fraction) -> Fraction:
    part, whole = share.numerator, share.denominator
    ways = (comb(total, x) * part**x * (whole - part) ** (total - x) for x in range(n, total + 1))
    return Fraction(sum(ways), whole**total)


@settings(max_examples=examples(150))
@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 1023))
def test_the_binomial_tail_is_that_of_exact_sums(n: int, total: int, of_1024: int) -> None:
    share = Fraction(of_1024, 1024)
    exact = exact_binomial_tail(max(n, 0), total, share)
    found = binomial_tail(n, total, float(share))
    assert isclose(found, float(exact), rel_tol=1e-9, abs_tol=1e-300)


@pytest.mark.parametrize(
    ("n", "total"), [(80, 1_000), (130, 30_000), (4_000, 1_000_000), (7_000, 1_000_000)]
)
def test_the_binomial_tail_keeps_its_digits_where_totals_are_large(n: int, total: int) -> None:
    with localcontext(prec=50):
        share = Decimal(1) / 256
        term = comb(total, n) * share**n * (1 - share) ** (total - n)
        exact = Decimal(0)
        for x in range(n, total):
            exact += term
            term *= Decimal(total - x) / (x + 1) * share / (1 - share)
            if term < exact * Decimal("1e-30"):
                break
    assert isclose(binomial_tail(n, total, 1 / 256), float(exact), rel_tol=1e-9)


@given(st.integers(0, 6), st.integers(0, 8), st.data())
def test_the_chance_of_days_in_a_window_is_that_of_all_ways_to_draw_them(
    window: int, history: int, data: st.DataObject
) -> None:
    total = data.draw(st.integers(0, window + history))
    n = data.draw(st.integers(0, total))
    drawn = list(combinations(range(window + history), total))
    within = [sum(day < window for day in days) >= n for days in drawn]
    assert isclose(days_tail(n, total, window, history), mean(within), rel_tol=1e-12)


@settings(max_examples=examples(60))
@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(1, 30), st.integers(40, 90)
)
def test_for_the_whole_office_the_binomial_chance_is_never_too_small(
    marks: list[int], window: int, history: int
) -> None:
    """Days with a case of several communities, each drawn for itself, against what is used."""
    days = window + history
    weights = [1]
    for total in marks:
        ways = [comb(window, x) * comb(history, total - x) for x in range(total + 1)]
        weights = [
            sum(weights[n - x] * ways[x] for x in range(len(ways)) if 0 <= n - x < len(weights))
            for n in range(len(weights) + total)
        ]
    total, every = sum(marks), sum(weights)
    for n in range(total + 1):
        p = binomial_tail(n, total, window / days)
        if n >= total * window / days + 1 and p <= 0.25:
            assert sum(weights[n:]) / every <= p * (1 + 1e-9)


@given(st.integers(2, 300), st.integers(0, 500), st.sampled_from([7, 30, 90, 180]))
def test_where_the_binomial_chance_might_be_too_small_it_is_far_from_an_alarm(
    others: int, more: int, window: int
) -> None:
    days = window + 365
    before = (others - 1) * days // window - others + 1 + more
    assert others < (others + before) * window / days + 1
    least_limit = limit(1.0, (others + before) / days)
    assert binomial_tail(others, others + before, window / days) > max(0.25, least_limit)


# The test


@settings(max_examples=examples(60))
@given(
    st.integers(0, 150),
    st.sampled_from([30, 90]),
    st.sampled_from([60, 365]),
    st.floats(1e-8, 0.01),
    st.booleans(),
)
def test_needed_is_the_smallest_number_that_is_an_alarm(
    before: int, window: int, history: int, limit: float, office: bool
) -> None:
    assume(office or before <= history)
    least = needed(before, window, history, limit, office)
    if least is None:
        assert chance(window, before, window, history, office) > limit
        return
    assert least >= MIN_RECENT
    assert chance(least, before, window, history, office) <= limit
    if least > MIN_RECENT:
        assert chance(least - 1, before, window, history, office) > limit


def rows_of(pair: Pair, days: list[int]) -> list[Row]:
    return [(*pair, day, 1) for day in days]


def rest_of_an_office(cases_a_year: int, days: int) -> list[Row]:
    """Cases of other topics, as many each day as on any other."""
    count = cases_a_year * days // 365
    return [(f"o{i % 9}", f"c{i % 10}", i * days // count, 1) for i in range(count)]


def of_pair(rises: list[Rise], topic: str, community: str | None) -> Rise:
    (found,) = (rise for rise in rises if (rise.topic, rise.community) == (topic, community))
    return found


def test_a_rise_is_told_with_the_numbers_behind_it() -> None:
    days = [100, 180, 250, 390, 401, 405, 411, 415, 419, 421, 424]
    rows = [*rows_of(("noise", "east"), days), ("noise", "east", 424, 9), ("noise", None, 420, 1)]
    rises = find_rises([*rows, *rest_of_an_office(365, 425)], 424, START, DEFAULTS)
    assert rises[0].alarm
    east = of_pair(rises, "noise", "east")
    assert east.on.toordinal() == 424
    assert (east.recent, east.before, east.cases) == (7, 4, 16)
    assert (east.window_days, east.history_days) == (30, 365)
    assert east.expected == pytest.approx(4 * 30 / 365)
    assert east.ratio == pytest.approx(7 / east.expected)
    assert east.p == pytest.approx(days_tail(6, 10, 29, 365))
    assert east.limit == limit(0.05, (395 + len(days) + 1) / 395)
    assert east.alarm
    assert east.needed is not None
    assert east.needed <= east.recent
    office = of_pair(rises, "noise", None)
    assert (office.recent, office.before) == (8, 4)
    assert office.p == pytest.approx(binomial_tail(7, 11, 30 / 395))


def test_many_cases_on_one_day_are_one_event() -> None:
    rows = [("noise", "east", 420, 50), *rest_of_an_office(365, 425)]
    rises = find_rises(rows, 424, START, DEFAULTS)
    assert of_pair(rises, "noise", "east").recent == 1
    assert not any(rise.alarm for rise in rises)


def test_where_most_days_have_a_case_those_with_more_count() -> None:
    """A case a day, two on every third: more days with a case cannot come, more of those can."""
    busy = [day for day in range(425) if day % 3 == 0 or day > 404]
    rows = [*rows_of(("noise", "east"), [*range(425), *busy])]
    east = of_pair(find_rises(rows, 424, START, DEFAULTS), "noise", "east")
    assert (east.at_least, east.window_days, east.alarm) == (2, 30, True)
    assert (east.recent, east.before) == (20 + 3, 122)
    assert east.p == pytest.approx(days_tail(22, 22 + 122, 29, 365))
    office = of_pair(find_rises(rows, 424, START, DEFAULTS), "noise", None)
    assert (office.at_least, office.recent, office.before) == (2, 23, 122)
    steady = rows_of(("noise", "east"), list(range(425)))
    assert find_rises(steady, 424, START, DEFAULTS) == [], "no day is a busy one"


@settings(max_examples=examples(100))
@given(st.lists(st.integers(0, 4), min_size=90, max_size=150))
def test_a_busy_day_has_the_fewest_cases_that_at_most_half_of_the_days_have(
    counts: list[int],
) -> None:
    days, last = len(counts), len(counts) - 1
    rows: list[Row] = [("noise", "east", day, count) for day, count in enumerate(counts) if count]
    rise = Past(rows, START, DEFAULTS).look(("noise", "east"), last)
    least = next(n for n in range(1, 9) if sum(count >= n for count in counts) <= days / 2)
    assert (rise is None) == (counts[last] < least)
    if rise is not None:
        assert rise.at_least == least
        assert rise.recent == sum(count >= least for count in counts[-30:])
        assert rise.before == sum(count >= least for count in counts[:-30])
        assert rise.cases == sum(counts[-30:])


@settings(max_examples=examples(25))
@given(st.lists(st.integers(0, 3), min_size=7, max_size=7), st.integers(2, 4))
def test_in_whatever_order_days_come_small_chances_are_as_rare_as_they_say(
    counts: list[int], window: int
) -> None:
    """The first step of the proof, on all orders of the days of a history and a window."""
    span = Span(0, 7 - window, 7)
    orders = sorted(set(permutations(counts)))
    found = [Place(dict(enumerate(order, start=1)), 1).busy(span) for order in orders]
    assert len({busy.at_least for busy in found}) == 1, "the order does not matter to it"
    chances = [
        chance(busy.recent, busy.before, span.window, span.history, office=False)
        for busy in found
        if busy.today
    ]
    with_a_case = sum(count > 0 for count in counts)
    assert len(chances) * 7 <= len(orders) * with_a_case
    for p in set(chances):
        assert sum(other <= p for other in chances) <= p * len(chances) * (1 + 1e-9)


def test_nothing_is_tested_before_there_are_two_months_of_history() -> None:
    day = first_tested(1_000, DEFAULTS)
    assert day == 1_000 + 60 + 30 - 1
    often = rows_of(("noise", "east"), list(range(day - 20, day + 1)))
    assert find_rises(often, day - 1, History(1_000), DEFAULTS) == []
    rises = find_rises(often, day, History(1_000), DEFAULTS)
    assert {rise.history_days for rise in rises} == {60}
    assert all(rise.alarm for rise in rises)


@given(st.lists(st.integers(0, 200), min_size=1))
def test_a_register_begins_after_the_last_gap(days: list[int]) -> None:
    gap = [day for day in days if day > GAP_DAYS and not {*days} & {*range(day - GAP_DAYS, day)}]
    late = [day for day in gap if min(days) < day]
    assert begins(days, min(days)) == max([min(days), *late])


def test_an_alarm_stands_for_a_window_whatever_comes_in_later() -> None:
    rows = [*rows_of(("noise", "east"), list(range(420, 426))), *rest_of_an_office(365, 500)]
    later = [*rows, ("noise", "east", 454, 1)]
    alone = Past(later, START, DEFAULTS).look(("noise", "east"), 454)
    assert alone is not None
    assert not alone.alarm
    for as_of in (425, 440, 454):
        for known in (rows, later):
            east = of_pair(find_rises(known, as_of, START, DEFAULTS), "noise", "east")
            assert (east.alarm, east.on.toordinal()) == (True, 425)
    assert all(rise.topic != "noise" for rise in find_rises(rows, 455, START, DEFAULTS))
    assert of_pair(find_rises(later, 455, START, DEFAULTS), "noise", "east") == alone


# Under no change


def steady(chance: Random, rate: float, days: int, weekdays: list[float] | None) -> Iterator[int]:
    """The days of cases that come in independently at a rate a day, or one by weekdays."""
    pattern = weekdays or [1.0] * 7
    at = 0.0
    while rate and (at := at + chance.expovariate(rate * max(pattern))) < days:
        day = int(at)
        if chance.random() * max(pattern) < pattern[day % 7]:
            yield day


def an_office(
    chance: Random,
    cases: int,
    days: int,
    weekdays: list[float] | None = None,
    calls: float = 0.0,
    spread: int = 1,
) -> list[Row]:
    """An office where nothing changes: 11 topics in 10 communities, each at a rate of its own.

    Args:
        cases: how many events there are in a year.
        weekdays: how likely an event is on each day of the week, 1 on average.
        calls: how likely it is that there is one call more about an event, again and again.
        spread: within how many days these come in.
    """
    rates = {(f"t{i}", f"c{j}"): chance.gammavariate(0.7, 1) for i in range(11) for j in range(10)}
    scale = cases / 365 / sum(rates.values())
    rows: list[Row] = []
    for pair, rate in rates.items():
        for day in steady(chance, rate * scale, days, weekdays):
            rows.append((*pair, day, 1))
            while chance.random() < calls:
                rows.append((*pair, day + chance.randrange(spread), 1))
    return rows


def any_alarm(rows: list[Row], first: int, begin: int = 0) -> bool:
    """Whether an office whose register begins on a day has an alarm in the year from ``first``.

    A new one comes up only on a day on which a case came in: those are all that is looked at.
    """
    past = Past(rows, History(begin), DEFAULTS)
    pairs = {(topic, place) for topic, at, _day, _cases in rows for place in (at, None)}
    days: dict[Pair, set[int]] = {pair: set() for pair in pairs}
    for topic, community, day, _cases in rows:
        if first <= day < first + 365:
            days[topic, community].add(day)
            days[topic, None].add(day)
    looks = (past.look(pair, day) for pair, its in days.items() for day in its)
    return any(rise is not None and rise.alarm for rise in looks)


WEEK = [1.3, 1.25, 1.2, 1.2, 1.25, 0.4, 0.4]
STEADY = {
    "at a steady rate": {},
    "by weekdays": {"weekdays": WEEK},
    "on workdays only": {"weekdays": [1.4] * 5 + [0.0] * 2},
    "several calls about an event": {"calls": 0.5},
}


@pytest.mark.soak
@pytest.mark.parametrize("kind", STEADY)
@pytest.mark.parametrize("first", [HISTORY, first_tested(0, DEFAULTS)], ids=["later", "first year"])
def test_under_no_change_years_with_a_false_alarm_are_no_more_than_allowed(
    kind: str, first: int
) -> None:
    chance = chances(first + len(kind))
    years, cases = (1_500, 500) if soaking() else (100, 150)
    offices = (an_office(chance, cases, first + 365, **STEADY[kind]) for _ in range(years))  # type: ignore[arg-type]  # of a table
    alarmed = sum(any_alarm(rows, first) for rows in offices)
    # Were they 5% or more, so few would be seen in less than one in 20 such trials.
    assert 1 - binomial_tail(alarmed + 1, years, 0.05) < 0.05, f"{alarmed} of {years} years"


@pytest.mark.soak
def test_under_no_change_topics_with_cases_on_most_days_raise_no_more_false_alarms() -> None:
    chance = chances(4)
    years = 1_000 if soaking() else 60
    rates = {("t0", "c0"): 700, ("t0", "c1"): 250, ("t1", "c0"): 20}
    alarmed = 0
    for year in range(years):
        rows: list[Row] = [
            (*pair, day, 1)
            for pair, a_year in rates.items()
            for day in steady(chance, a_year / 365, HISTORY + 365, WEEK if year % 2 else None)
        ]
        alarmed += any_alarm(rows, HISTORY)
    assert 1 - binomial_tail(alarmed + 1, years, 0.05) < 0.05, f"{alarmed} of {years} years"


def test_an_old_case_taken_in_at_the_start_makes_no_false_alarms() -> None:
    chance = chances(8)
    years = 100 if soaking() else 12
    stray = ("t0", "c0", -300, 1)
    offices = [[stray, *an_office(chance, 500, 200)] for _ in range(years)]
    found = [begins([day for _t, _c, day, _n in rows], -300) for rows in offices]
    assert all(0 <= begin < 10 for begin in found)
    alarmed = sum(any_alarm(rows, 1, begin) for rows, begin in zip(offices, found, strict=True))
    assert 1 - binomial_tail(alarmed + 1, years, 0.05) < 0.55, f"{alarmed} of {years} years"
    assert sum(any_alarm(rows, 1, -300) for rows in offices) > years / 2


def test_calls_about_one_event_on_several_days_are_taken_for_a_rise_as_documented() -> None:
    chance = chances(3)
    years = 300 if soaking() else 40
    offices = (an_office(chance, 333, HISTORY + 365, calls=1 / 3, spread=7) for _ in range(years))
    alarmed = sum(any_alarm(rows, HISTORY) for rows in offices) / years
    (documented,) = re.findall(r"spread over a week[^.]*?(\d+) % of the years", PAGE.read_text())
    assert alarmed == pytest.approx(int(documented) / 100, abs=0.2)


def test_a_look_every_day_sees_what_the_simulation_looks_at() -> None:
    chance = Random(5)
    rows = an_office(chance, 400, 300, calls=0.4, spread=20)
    rows += [("t0", "c0", day, 1 + chance.randrange(3) + 2 * (day > 270)) for day in range(300)]
    past = Past(rows, START, DEFAULTS)
    seen = set()
    for day in range(300):
        start = earliest(day, DEFAULTS)
        known = [row for row in rows if start <= row[2] <= day]
        rises = find_rises(known, day, START, DEFAULTS)
        new = {rise for rise in rises if rise.alarm and rise.on.toordinal() == day}
        seen |= new
        for rise in rises:
            assert rise == past.look((rise.topic, rise.community), rise.on.toordinal())
        shown = {(rise.topic, rise.community) for rise in rises if rise.alarm}
        recent = {rise for rise in seen if rise.on.toordinal() > day - DEFAULTS.window_days}
        assert shown == {(rise.topic, rise.community) for rise in recent}
    assert len(seen) > 2
    assert {rise.at_least for rise in seen} > {1}


# What is found, and how soon


def found_after(chance: Random, a_year: int, times: int, office: bool) -> int | None:
    """After how many days a rise is found in a year from it; None if it is not.

    Those that rise come in ``a_year`` and then so many times that; the office has 500 cases a year,
    or thrice as many as they are.
    """
    days = [*steady(chance, a_year / 365, HISTORY, None)]
    days += [HISTORY + day for day in steady(chance, times * a_year / 365, 365, None)]
    rows: list[Row] = [("t", f"c{chance.randrange(10) if office else 0}", day, 1) for day in days]
    past = Past(
        rows + rest_of_an_office(max(500 - a_year, 2 * a_year), HISTORY + 365), START, DEFAULTS
    )
    pair = ("t", None if office else "c0")
    for day in sorted({day for day in days if day >= HISTORY}):
        rise = past.look(pair, day)
        if rise is not None and rise.alarm:
            return day - HISTORY + 1
    return None


def documented() -> Iterator[tuple[str, int, int, int | None, int | None]]:
    """Where, cases a year, how many times as many, and the days until half and 80 % are found."""
    text = PAGE.read_text(encoding="utf-8")
    for where, a_year, cells in re.findall(
        r"^\| (one community|whole office) \| (\d+) \| (.*) \|$", text, re.M
    ):
        for times, cell in zip((2, 3, 5, 10), cells.split(" | "), strict=True):
            half, most = (None if part == "–" else int(part) for part in cell.split(" / "))
            yield where, int(a_year), times, half, most


@pytest.mark.soak
@pytest.mark.parametrize(("where", "a_year", "times", "half", "most"), list(documented()))
def test_rises_are_found_as_soon_as_documented(
    where: str, a_year: int, times: int, half: int | None, most: int | None
) -> None:
    chance = chances(a_year * times)
    few = (30, 0.23) if a_year < 200 else (12, 0.45)  # many cases take time
    trials, off = (400, 0.15) if soaking() else few
    found = [found_after(chance, a_year, times, where == "whole office") for _ in range(trials)]
    for days, share in ((half, 0.5), (most, 0.8)):
        # Where all are found within few days, a day more or less is much.
        earlier = mean(day is not None and day < (days or 366) for day in found)
        assert earlier < share + off
        assert days is None or mean(day is not None and day <= days for day in found) > share - off
