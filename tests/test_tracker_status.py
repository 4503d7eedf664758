"""The rules of status, one sentence each, with numbers that can be checked by hand.

What holds for any plan and ledger is in ``test_tracker_status_oracle.py``.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.dialects import sqlite

from plans.errors import ConflictError
from plans.levels import LEVELS
from plans.model import Area, Indicator, Item, Milestone, Plan, Reporting, Thresholds, Unit
from plans.recurrence import occurrences
from plans.workdays import Workdays
from tracker.judge import Judged, judge, progress, ratio
from tracker.ledger import Assignment, Ledger, Progress
from tracker.schema import FULL, entry, item
from tracker.status import judgement
from tracker.store import Store
from tracker.versions import PlanRef, record_version

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)
NOON = datetime(2024, 1, 1, 4, tzinfo=UTC)
WORKDAYS = Workdays()
STEPS = (
    Milestone("m1", "方案", date(2024, 3, 31), 30),
    Milestone("m2", "开工", date(2024, 6, 30), 50),
    Milestone("m3", "竣工", date(2024, 9, 30), 20),
)


def day(text: str) -> date:
    return date.fromisoformat(f"2024-{text}")


class World:
    """A plan of some items, judged."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.plan: PlanRef | None = None

    def load(self, *items: Item, **settings: Any) -> None:
        plan = Plan("o", 2024, (Unit("u", "u"),), (Area("a", "a", items),), **settings)
        with self.store.write(NOON) as writing:
            self.plan = record_version(writing, plan, "", author="a", on=FIRST)

    def file(self, code: str, on: str, **filed: Any) -> None:
        with self.ledger() as ledger:
            ledger.progress(code, day(on), Progress(**filed))

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        assert self.plan
        with self.store.write(NOON) as writing:
            yield Ledger(writing, self.plan, author="a", today=date(2030, 1, 1))

    def on(self, as_of: str | date, code: str = "1") -> Judged:
        as_of = as_of if isinstance(as_of, date) else day(as_of)
        with self.store.read() as connection:
            found = judge(connection, as_of, workdays=WORKDAYS)
        return next(item for item in found if item.code == code)

    def levels(self, *days: str) -> list[str]:
        return [self.on(one).level.code for one in days]


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    """On SQLite and on PostgreSQL."""
    with Store(store_url) as store:
        yield World(store)


def an_item(code: str = "1", start: date = FIRST, due: date = LAST, **more: Any) -> Item:
    figures = (Indicator("道路", "条", Decimal(16)),)
    more = {"report": "none", "indicators": figures, **more}
    return Item(code, f"事项{code}", "u", start, due, **more)


def percent(part: int) -> float:
    return part * 100 / FULL


# Expected


def test_linear_progress_at_the_end_of_october_is_83_3_percent(world: World) -> None:
    world.load(an_item())
    assert world.on("10-31").expected == 305 * FULL // 366
    assert round(percent(world.on("10-31").expected), 1) == 83.3
    assert world.on(date(2023, 12, 31)).expected == 0
    assert world.on("01-01").expected == FULL // 366
    assert world.on("12-31").expected == FULL


def test_a_milestone_is_expected_from_the_day_after_its_date(world: World) -> None:
    world.load(an_item(pace="milestones", milestones=STEPS))
    days = ("03-31", "04-01", "06-30", "07-01", "10-01")
    assert [percent(world.on(one).expected) for one in days] == [0, 30, 30, 80, 100]


def test_a_table_holds_from_the_last_day_of_its_month(world: World) -> None:
    targets = ((day("03-31"), Decimal("0.25")), (day("12-31"), Decimal(1)))
    world.load(an_item(pace="table", targets=targets))
    days = ("03-30", "03-31", "12-30", "12-31")
    assert [percent(world.on(one).expected) for one in days] == [0, 25, 25, 100]


def test_an_extension_stretches_a_table_as_it_stretches_a_line(world: World) -> None:
    shares = {"01-31": "0.25", "02-29": "0.5", "04-30": "1"}
    targets = tuple((day(end), Decimal(share)) for end, share in shares.items())
    world.load(an_item(due=day("04-09"), pace="table", targets=targets))  # 100 days
    with world.ledger() as ledger:
        ledger.approve(ledger.extend("1", FIRST, day("07-18"), "x"), FIRST)  # 200 days
    days = ("01-31", "03-01", "03-02", "04-28", "04-29", "07-18", "07-19")
    # After 31 and 60 of 100 days: after 62 and 120 of 200.
    assert [percent(world.on(one).expected) for one in days] == [0, 0, 25, 25, 50, 50, 100]


def test_children_are_expected_by_their_weights(world: World) -> None:
    children = (
        an_item("1.1", due=day("06-30"), weight=3),
        an_item("1.2", pace="milestones", milestones=STEPS, indicators=(), measure="milestones"),
    )
    world.load(an_item(pace="children", measure="children", indicators=(), children=children))
    assert percent(world.on("07-01").expected) == (3 * 100 + 80) / 4
    with world.ledger() as ledger:
        ledger.cancel("1.1", day("07-01"), "x")
    assert percent(world.on("07-01").expected) == 80
    assert percent(world.on("06-30").expected) == (3 * 100 + 30) / 4
    with world.ledger() as ledger:
        ledger.cancel("1.2", day("07-01"), "x")
    assert world.on("07-01").expected == 183 * FULL // 366


def test_on_its_last_day_a_parent_expects_no_more_than_its_children(world: World) -> None:
    child = an_item("1.1", pace="milestones", milestones=(Milestone("m", "m", LAST),))
    world.load(an_item(pace="children", children=(child,)))
    assert world.on("12-31").expected == 0
    assert world.on(date(2025, 1, 1)).expected == FULL


# Actual


@pytest.mark.parametrize(
    ("sense", "values"),
    [
        ("at_least", {0: 0, 5: 50, 10: 100, 15: 100}),
        ("exactly", {0: 0, 5: 50, 10: 100, 15: 50, 20: 0, 25: 0}),
    ],
)
def test_completion_of_an_indicator_by_its_sense(
    world: World, sense: Any, values: dict[int, int]
) -> None:
    world.load(an_item(indicators=(Indicator("率", "%", Decimal(10), sense, "latest"),)))
    for value, completion in values.items():
        world.file("1", "05-01", set={"率": Decimal(value)})
        assert percent(world.on("05-01").actual) == completion


def test_with_nothing_but_ceilings_as_much_is_done_as_expected_once_it_is_reported_on(
    world: World,
) -> None:
    world.load(an_item(indicators=(Indicator("事故", "起", Decimal(2), "at_most"),)))
    assert world.on("10-31").actual == 0
    assert world.on(date(2025, 1, 1)).level.code == "overdue"
    world.file("1", "05-01", add={"事故": Decimal(2)})
    assert world.on("10-31").actual == world.on("10-31").expected
    assert world.on(date(2025, 1, 1)).level.code == "done"
    world.file("1", "05-02", add={"事故": Decimal("0.0001")})
    assert world.on("10-31").actual == 0


def test_a_ceiling_of_an_item_with_children_follows_what_these_expect(world: World) -> None:
    child = an_item("1.1", pace="milestones", milestones=STEPS, measure="milestones")
    ceiling = (Indicator("事故", "起", Decimal(0), "at_most"),)
    world.load(an_item(pace="children", indicators=ceiling, children=(child,)))
    assert world.on("07-01").actual == 0
    world.file("1", "05-01", note="没有事故")
    found = world.on("07-01")
    assert (percent(found.expected), percent(found.actual)) == (80, 80)


def test_a_ceiling_that_is_kept_does_not_count_beside_a_quantity(world: World) -> None:
    figures = (
        Indicator("道路", "条", Decimal(16)),
        Indicator("投资", "万元", Decimal(64), "at_most"),
    )
    world.load(an_item(indicators=figures))
    assert world.on("10-31").actual == 0
    world.file("1", "05-01", add={"道路": Decimal(8), "投资": Decimal(30)})
    assert percent(world.on("10-31").actual) == 50
    world.file("1", "05-02", add={"投资": Decimal(35)})
    assert percent(world.on("10-31").actual) == 25


def test_exactly_none_is_complete_until_there_is_one(world: World) -> None:
    world.load(an_item(indicators=(Indicator("事故", "起", Decimal(0), "exactly"),)))
    assert world.on("05-01").actual == FULL
    world.file("1", "05-01", add={"事故": Decimal(1)})
    assert world.on("05-01").actual == 0


def test_indicators_count_by_weight_and_those_without_a_target_do_not(world: World) -> None:
    figures = (
        Indicator("道路", "条", Decimal(16), weight=3),
        Indicator("满意率", "%", Decimal(80), reading="latest"),
        Indicator("接待", "人次", None, weight=9),
    )
    world.load(an_item(indicators=figures))
    world.file("1", "05-01", add={"道路": Decimal(8), "接待": Decimal(500)})
    world.file("1", "05-02", set={"满意率": Decimal(90)})
    assert percent(world.on("05-01").actual) == 3 * 50 / 4
    assert percent(world.on("05-02").actual) == (3 * 50 + 100) / 4


def test_the_value_set_last_counts_by_the_day_it_took_effect(world: World) -> None:
    world.load(an_item(indicators=(Indicator("率", "%", Decimal(100), reading="latest"),)))
    for on, value in (("05-01", 50), ("05-03", 70), ("05-02", 60), ("05-03", 65)):
        world.file("1", on, set={"率": Decimal(value)})
    days = ("04-30", "05-01", "05-02", "05-03")
    assert [percent(world.on(one).actual) for one in days] == [0, 50, 60, 65]


def test_milestones_count_by_weight(world: World) -> None:
    world.load(an_item(measure="milestones", milestones=STEPS))
    world.file("1", "03-31", milestone="m1")
    world.file("1", "08-01", milestone="m2")
    found = world.on("08-01")
    assert percent(found.actual) == 80
    assert (found.held, found.late, found.missed, found.steps) == (1, 1, 0, 3)


# Occurrences


def test_occurrences_are_held_late_or_missed(world: World) -> None:
    months = tuple(
        Milestone(f"2024-{n:02}", f"{n}月", day(f"{n:02}-28"), 1, day(f"{n + 1:02}-28"))
        for n in range(1, 5)
    )
    world.load(an_item(measure="milestones", milestones=months, recurring=True))
    world.file("1", "01-28", milestone="2024-01")
    world.file("1", "03-28", milestone="2024-02")
    assert world.levels("03-29", "04-28", "04-29") == ["overdue", "overdue", "overdue"]
    found = world.on("04-29")
    assert (found.held, found.late, found.missed, found.steps) == (1, 1, 1, 4)
    assert found.broken_on == day("04-28")


# Settled: nothing is left that could still be done

NEXT_YEAR = date(2025, 3, 1)
"Long after every date, and after the report on December was due."


def monthly_work(code: str = "1", **more: Any) -> Item:
    """An item of twelve occurrences."""
    times = occurrences("monthly", FIRST, LAST)
    named = {"indicators": (), "measure": "milestones", "pace": "milestones", **more}
    return an_item(code, milestones=times, recurring=True, **named)


def hold(world: World, *missed: int, code: str = "1") -> None:
    """Every occurrence on its day, but for those of some months."""
    for time in occurrences("monthly", FIRST, LAST):
        if time.due.month not in missed:
            world.file(code, f"{time.due:%m-%d}", milestone=time.code)


def test_held_ten_of_twelve_is_judged_by_its_gap_and_can_be_closed_out(world: World) -> None:
    world.load(monthly_work())
    hold(world, 3, 7)
    found = world.on(NEXT_YEAR)
    assert (found.held, found.missed, found.level.code) == (10, 2, "behind")
    assert (found.settled, found.broken_on, found.next_due) == (True, None, None)
    assert world.on("12-30").next_due == LAST
    with world.ledger() as ledger:
        ledger.close("1", LAST, "两次未开展，予以销号")
    assert world.on(NEXT_YEAR).level.code == "closed_out"


def test_an_occurrence_that_can_still_be_made_good_keeps_an_item_open(world: World) -> None:
    world.load(monthly_work())
    hold(world, 3, 12)
    found = world.on(NEXT_YEAR)
    assert (found.level.code, found.broken_on, found.settled) == ("overdue", LAST, False)
    with world.ledger() as ledger, pytest.raises(ConflictError, match=r"only 83\.3% complete"):
        ledger.close("1", LAST)


def test_nobody_waits_for_a_report_on_what_is_settled(world: World) -> None:
    world.load(monthly_work(report="monthly"), monthly_work("2", report="monthly"))
    hold(world, 3)
    assert world.on("03-06").level.code == "on_track"
    assert (world.on(NEXT_YEAR).level.code, world.on(NEXT_YEAR).settled) == ("on_track", True)
    assert world.on("03-06", "2").level.code == "overdue"


def test_an_item_of_children_is_settled_with_the_last_of_them(world: World) -> None:
    children = (monthly_work("1.1"), monthly_work("1.2"), an_item("1.3"), an_item("1.4"))
    world.load(an_item(indicators=(), measure="children", pace="children", children=children))
    hold(world, 3, 7, code="1.1")
    hold(world, 5, code="1.2")
    world.file("1.3", "12-01", add={"道路": Decimal(16)})
    assert world.on(NEXT_YEAR).level.code == "overdue"
    with world.ledger() as ledger, pytest.raises(ConflictError, match=r"only 68\.7% complete"):
        ledger.close("1", LAST)
    with world.ledger() as ledger:
        ledger.cancel("1.4", LAST, "x")
        ledger.close("1.1", LAST)
    found = world.on(NEXT_YEAR)
    assert (found.level.code, found.settled, found.broken_on) == ("on_track", True, None)
    with world.ledger() as ledger:
        ledger.close("1", LAST)
    assert world.on(NEXT_YEAR).level.code == "closed_out"


def test_an_item_whose_children_are_all_cancelled_is_not_settled_by_that(world: World) -> None:
    children = (an_item("1.1"),)
    world.load(an_item(indicators=(), measure="children", pace="children", children=children))
    with world.ledger() as ledger:
        ledger.cancel("1.1", FIRST, "x")
    found = world.on(NEXT_YEAR)
    assert (found.level.code, found.settled, found.broken_on) == ("overdue", False, LAST)


def test_an_item_is_not_closed_before_its_children_whatever_measures_it(world: World) -> None:
    world.load(an_item(children=(an_item("1.1"), an_item("1.2"))))
    world.file("1", "05-01", add={"道路": Decimal(16)})
    world.file("1.2", "05-01", add={"道路": Decimal(16)})
    said = "1: not all of it was finished on 2024-05-01; close or cancel first: 1.1"
    with world.ledger() as ledger, pytest.raises(ConflictError, match=said):
        ledger.close("1", day("05-01"))
    with world.ledger() as ledger:
        ledger.cancel("1.1", day("05-01"), "x")
        ledger.close("1", day("05-01"))


# Levels


def test_the_first_level_that_holds_is_taken(world: World) -> None:
    world.load(an_item(due=day("06-30")), an_item("2"))
    world.file("1", "01-01", note="x")
    assert world.levels("01-05", "06-30", "07-01") == ["on_track", "far_behind", "overdue"]
    world.file("1", "07-02", add={"道路": Decimal(16)})
    assert world.levels("07-01", "07-02") == ["overdue", "done"]
    with world.ledger() as ledger:
        (closed,) = ledger.close("1", day("07-03"))
    assert world.levels("07-02", "07-03") == ["done", "closed_out"]
    with world.ledger() as ledger:
        ledger.undo(closed)
        ledger.cancel("1", day("07-03"), "x")
    assert world.levels("07-02", "07-03") == ["done", "cancelled"]


def test_up_to_ten_points_are_on_pace_and_up_to_thirty_are_behind(world: World) -> None:
    figure = Indicator("率", "%", Decimal(100), reading="latest")
    targets = ((day("05-31"), Decimal("0.5")), (LAST, Decimal(1)))
    world.load(an_item(pace="table", targets=targets, indicators=(figure,)))
    levels = {}
    for value in ("40", "39.99", "20", "19.99"):
        world.file("1", "05-31", set={"率": Decimal(value)})
        levels[value] = world.on("05-31").level.code
    assert levels == {"40": "on_track", "39.99": "behind", "20": "behind", "19.99": "far_behind"}


def test_what_has_not_been_begun_is_behind_at_once_and_far_behind_later(world: World) -> None:
    world.load(an_item(start=day("02-01")))
    days = ("01-31", "02-01", "04-30", "05-01")
    assert world.levels(*days) == ["not_started", "behind", "behind", "far_behind"]
    world.file("1", "02-01", note="已部署")
    assert world.levels("02-01", "03-01") == ["on_track", "on_track"]


def test_thresholds_are_the_plans(world: World) -> None:
    world.load(an_item(), thresholds=Thresholds(90, 95, 3, 20, 40))
    days = ("01-20", "01-21", "02-09", "02-10")
    assert world.levels(*days) == ["on_track", "behind", "behind", "far_behind"]
    world.file("1", "01-01", note="x")
    assert world.levels("02-10", "12-01", "12-31") == ["on_track", "behind", "far_behind"]


def test_silence_is_not_green(world: World) -> None:
    world.load(an_item(report="monthly"), thresholds=Thresholds(100, 100))
    world.file("1", "01-31", note="x")
    # February is asked for five days after its end, and not before.
    assert world.levels("02-01", "03-05", "03-06") == ["on_track", "on_track", "not_reported"]
    world.file("1", "03-07", note="y")
    assert world.levels("03-06", "03-07", "04-06", "05-06") == [
        "not_reported", "on_track", "on_track", "not_reported"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "grace_days", "first_missed"),
    [
        ("weekly", 0, "01-15"),
        ("weekly", 3, "01-18"),
        ("weekly", 10, "01-25"),
        ("monthly", 0, "03-01"),
        ("monthly", 31, "04-01"),
        ("quarterly", 5, "07-06"),
    ],
)
def test_days_of_grace_may_be_longer_than_a_period(
    world: World, rhythm: Any, grace_days: int, first_missed: str
) -> None:
    settings = {"thresholds": Thresholds(100, 100), "reporting": Reporting(rhythm, grace_days)}
    world.load(an_item(report=rhythm), **settings)
    world.file("1", "01-01", note="x")  # a Monday, in the first period
    missed = day(first_missed)
    assert world.on(missed - timedelta(days=1)).level.code == "on_track"
    assert world.on(missed).level.code == "not_reported"


def test_a_report_on_a_child_is_a_report_on_its_parent(world: World) -> None:
    world.load(an_item(children=(an_item("1.1"), an_item("1.2"))))
    world.file("1.1", "02-01", note="x")
    world.file("1.2", "03-01", note="x")
    assert world.on("04-01").last_reported == day("03-01")
    with world.ledger() as ledger:
        ledger.cancel("1.2", day("03-02"), "x")
    assert world.on("04-01").last_reported == day("02-01")
    assert world.on("04-01", "1.2").last_reported == day("03-01")


def test_what_is_due_within_a_week_is_due_soon(world: World) -> None:
    world.load(an_item(due=day("06-30")), thresholds=Thresholds(100, 100))
    world.file("1", "01-01", note="x")
    assert world.levels("06-22", "06-23", "06-30") == ["on_track", "due_soon", "due_soon"]
    assert world.on("06-30").next_due == day("06-30")


def test_days_overdue_are_counted_from_the_date_in_both_ways(world: World) -> None:
    world.load(an_item(due=day("09-30")))
    found = world.on("10-10")
    # 1 to 7 October are holidays; 8, 9 and 10 are worked.
    assert (found.broken_on, found.overdue_days, found.overdue_workdays) == (day("09-30"), 10, 3)


def test_an_overdue_milestone_makes_the_item_overdue(world: World) -> None:
    world.load(an_item(milestones=STEPS))
    found = world.on("04-01")
    assert (found.level.code, found.broken_on) == ("overdue", day("03-31"))
    assert (found.next_due, found.due) == (day("06-30"), LAST)


def test_a_finished_item_has_no_date_that_is_broken_or_to_come(world: World) -> None:
    world.load(an_item(due=day("06-30"), milestones=STEPS))
    world.file("1", "04-01", add={"道路": Decimal(16)})
    for as_of in ("04-01", "12-31"):
        found = world.on(as_of)
        assert (found.level.code, found.broken_on, found.next_due) == ("done", None, None)


def test_an_assignment_names_who_is_answerable_from_its_day_on(world: World) -> None:
    world.load(an_item(person="甲岗"))
    with world.ledger() as ledger:
        ledger.assign("1", day("03-01"), Assignment(person="乙岗"))
    assert (world.on("02-29").person, world.on("03-01").person) == ("甲岗", "乙岗")


def test_an_extension_takes_the_milestones_of_the_last_day_along(world: World) -> None:
    world.load(an_item(due=day("09-30"), milestones=STEPS, measure="milestones"))
    world.file("1", "06-01", milestone="m1")
    world.file("1", "06-01", milestone="m2")
    with world.ledger() as ledger:
        asked = ledger.extend("1", day("09-01"), day("11-30"), "x")
        ledger.approve(asked, day("09-02"))
    found = world.on("10-15")
    assert (found.due, found.original_due) == (day("11-30"), day("09-30"))
    assert (found.broken_on, found.next_due, found.extensions) == (None, day("11-30"), 1)


# The calendar's ends, other plans, means


@pytest.mark.parametrize("as_of", [date.min, date(1, 12, 31), date.max])
def test_any_date_of_the_calendar_can_be_judged(world: World, as_of: date) -> None:
    for rhythm in ("weekly", "monthly", "quarterly"):
        world.load(an_item(report=rhythm))
        wanted = "not_started" if as_of < FIRST else "overdue"
        assert world.on(as_of).level.code == wanted


def test_items_come_in_plan_order_each_plan_by_itself(world: World) -> None:
    for office in ("b", "a"):
        items = (an_item("2", children=(an_item("1"),)), an_item("0"))
        plan = Plan(office, 2024, (Unit("u", "u"),), (Area("a", "a", items),))
        with world.store.write(NOON) as writing:
            record_version(writing, plan, "", author="a", on=FIRST)
    with world.store.read() as connection:
        found = judge(connection, FIRST, workdays=WORKDAYS)
    assert [(one.plan_id, one.code) for one in found] == [
        (plan, code) for plan in (1, 2) for code in ("2", "1", "0")
    ]


def test_progress_of_several_items_is_their_weighted_mean_without_the_cancelled(
    world: World,
) -> None:
    world.load(an_item("1", weight=3), an_item("2", due=day("06-30")), an_item("3", weight=9))
    world.file("1", "07-01", add={"道路": Decimal(8)})
    with world.ledger() as ledger:
        ledger.cancel("3", day("07-01"), "x")
    with world.store.read() as connection:
        found = judge(connection, day("07-01"), workdays=WORKDAYS)
    expected, actual = progress(found)
    assert expected == (3 * (183 * FULL // 366) + FULL) // 4
    assert actual == 3 * FULL // 2 // 4
    assert progress([]) == progress(found[2:]) == (0, 0)
    assert ratio(actual) == 0.375


def test_how_far_an_item_is_behind_is_never_negative(world: World) -> None:
    world.load(an_item(due=day("06-30")))
    world.file("1", "01-01", add={"道路": Decimal(8)})
    assert (world.on("01-01").gap, world.on("06-30").gap) == (0, FULL // 2)


def test_levels_have_their_place_in_the_order() -> None:
    assert [level.rank for level in LEVELS] == list(range(len(LEVELS)))


# What it costs


def build(path: Path, items: int) -> sqlite3.Connection:
    """A store of so many items with milestones, figures, extensions and reversals."""
    with Store(f"sqlite:///{path}") as store:
        ref = _load_many(store, items)
        with store.write(NOON) as writing:
            ids = writing.connection.execute(select(item.c.id).order_by(item.c.id)).scalars().all()
            common = {"plan_id": ref.id, "recorded_at": writing.recorded_at, "author": "a"}
            common |= {"effective_on": day("03-01"), "simulated": False}
            row_id, rows = 0, []
            for number, item_id in enumerate(ids):
                for kind, more in _filed(number, row_id):
                    row_id += 1
                    empty = dict.fromkeys(("part", "amount", "due", "answers", "reverses"))
                    row = {**common, **empty, "assignment": None, **more}
                    rows.append({**row, "id": row_id, "item_id": item_id, "kind": kind})
            writing.connection.execute(insert(entry), rows)
    return sqlite3.connect(path)


def _load_many(store: Store, items: int) -> PlanRef:
    many = tuple(an_item(f"i{n}", milestones=STEPS) for n in range(items))
    plan = Plan("o", 2024, (Unit("u", "u"),), (Area("a", "a", many),))
    with store.write(NOON) as writing:
        return record_version(writing, plan, "", author="a", on=FIRST)


def _filed(number: int, before: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every item has rows; every fourth was extended, corrected and assigned."""
    yield "add", {"part": "道路", "amount": Decimal(2)}
    yield "reach", {"part": "m1"}
    if number % 4 == 0:
        part = "m2" if number % 8 else None
        yield "extend", {"part": part, "due": date(2025, 1, 31)}
        yield "approve", {"answers": before + 3}
        yield "undo", {"reverses": before + 1}
        yield "assign", {"assignment": {"lead": "u"}}


def as_text(as_of: date) -> str:
    """The statement as SQLite gets it."""
    compiled = judgement(as_of).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    return str(compiled).replace("LIMIT ? OFFSET", "LIMIT -1 OFFSET")


OF_THE_LEDGER = {"entry", "request", "voiding"}
ASKED = 12  # times that the statement looks for ledger rows of an item that hold
INDEXES = ("USING INDEX entry_by_kind (kind=? AND item_id=?",
           "USING COVERING INDEX entry_by_kind (kind=? AND item_id=?",
           "USING COVERING INDEX entry_reversals",
           "USING INTEGER PRIMARY KEY (rowid=?)")  # fmt: skip


def test_the_ledger_is_read_by_its_indexes_only(sqlite_store_url: str) -> None:
    path = Path(sqlite_store_url.removeprefix("sqlite:///"))
    connection = build(path, 3_000)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {as_text(day('07-31'))}")]
    connection.close()
    read = [line.split() for line in plan if line.startswith(("SCAN", "SEARCH"))]
    ledger = [words for words in read if words[1] in OF_THE_LEDGER]
    assert {words[1] for words in ledger} == OF_THE_LEDGER
    assert [words[1] for words in ledger].count("entry") >= ASKED
    for words in ledger:
        line = " ".join(words)
        assert words[0] == "SEARCH", line
        assert any(index in line for index in INDEXES), line
    # What the statement worked out itself is looked up, not gone through again for every item.
    for line in plan:
        assert "LEFT-JOIN" not in line or line.startswith("SEARCH"), line


def steps_of(connection: sqlite3.Connection) -> int:
    """How much SQLite does for the statement, in hundreds of its own steps."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    connection.set_progress_handler(count, 100)
    connection.execute(as_text(day("07-31"))).fetchall()
    connection.close()
    return counted


def test_judging_four_times_as_many_items_is_four_times_the_work(
    sqlite_template: Path, tmp_path: Path
) -> None:
    work = {}
    for items in (500, 2_000):
        path = tmp_path / f"{items}.db"
        path.write_bytes(sqlite_template.read_bytes())
        work[items] = steps_of(build(path, items))
    assert work[2_000] < 4.4 * work[500]
