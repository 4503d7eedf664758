"""The sample registers: the simulated cases of 2024 and what the document says of 2023.

They go by the rules of the plan and fit the simulated year; the document itself is not at hand
here, its figures stand below.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from plans.case_number import parse_number
from plans.load import load
from plans.personal_headings import personal_heading
from plans.privacy import personal_text
from plans.register_words import parse_channel, parse_result
from plans.registers import MEASURE_NAMES, Registers, Safety
from plans.safety_words import GRADES, SETTINGS, parse_name
from plans.sweep_calendar import occurrences
from plans.workdays import Workdays
from tests import years
from tests.conftest import NewStore
from tracker.registers.filing import Filing
from tracker.registers.hazard_course import HazardCourse
from tracker.registers.history import History
from tracker.registers.look import Look
from tracker.registers.past import Past, find_rises
from tracker.registers.petition_course import Course
from tracker.registers.petition_limits import Limits
from tracker.registers.petitions import Petitions
from tracker.registers.scope import plan_ids
from tracker.registers.warnings import find_warnings, incoming
from tracker.store import Store
from tracker.versions import find_plan

SAMPLES = Path(__file__).parents[1] / "plans" / "samples"
YEAR_END = date(2024, 12, 31)
WORKDAYS = Workdays()

RISE = ("排水积水", "第四社区")
RISES_ON, SETTLES_ON = date(2024, 6, 10), date(2024, 8, 19)

FIXED = ("整改日期", "整改人", "复查日期", "复查人", "复查结果")

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """The rows of a sample by their headings."""
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(row: Row, heading: str) -> date:
    """A day that a row has."""
    return date.fromisoformat(row[heading])


@pytest.fixture(scope="module")
def rules() -> Registers:
    """What the plan says of its registers."""
    return load(SAMPLES.parent / "library" / "2024.yaml").registers


@pytest.fixture(scope="module")
def petitions() -> list[Row]:
    return rows("2024-petitions.csv")


@pytest.fixture(scope="module")
def sweeps() -> list[Row]:
    return rows("2024-sweeps.csv")


@pytest.fixture(scope="module")
def hazards() -> list[Row]:
    return rows("2024-hazards.csv")


@pytest.fixture(scope="module")
def orders(petitions: list[Row]) -> list[Row]:
    return [row for row in petitions if row["渠道"] == "12345热线"]


def test_the_orders_of_each_quarter_are_as_many_as_the_simulated_year_filed(
    orders: list[Row],
) -> None:
    assert len(orders) == 508
    quarters = Counter((day(row, "收到日期").month + 2) // 3 for row in orders)
    assert quarters == {1: 111, 2: 141, 3: 140, 4: 116}


def test_as_many_of_the_orders_asked_about_satisfied_as_the_simulated_year_said(
    orders: list[Row],
) -> None:
    asked = [row for row in orders if row["满意度"]]
    rates = []
    for ends in (date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), YEAR_END):
        by_then = [row["满意度"] for row in asked if day(row, "回访日期") <= ends]
        rates.append(round(100 * by_then.count("满意") / len(by_then), 1))
    assert rates == [90.8, 91.4, 92.8, 93.6]


def test_petitions_were_settled_in_the_months_in_which_the_simulated_year_settled_them(
    petitions: list[Row], orders: list[Row]
) -> None:
    others = [row for row in petitions if row not in orders]
    settled = Counter(day(row, "办结日期").month for row in others if row["办结日期"])
    assert settled == dict(enumerate((2, 1, 2, 3, 1, 2, 2, 1, 3, 1, 2, 1), 1))
    assert len(others) == 23
    assert {row["渠道"] for row in others} == {"来信", "来访", "网上", "上级交办"}


def test_every_petition_goes_by_the_rules(petitions: list[Row], rules: Registers) -> None:
    limits = Limits(rules, WORKDAYS)
    kinds = {kind.name: kind.code for kind in limits.rules.orders.kinds}
    late = due = 0
    for row in petitions:
        channel = parse_channel(row["渠道"])
        course = Course.begin(limits, channel, kinds.get(row["工单类型"]), day(row, "收到日期"))
        if row["受理日期"]:
            course.take("accept", day(row, "受理日期"))
        if row["延期至"]:
            by = row["延期批准单位"]
            course.take("extend", day(row, "延期批准日期"), day(row, "延期至"), by)
        if row["办结日期"]:
            parse_result("settle", row["办结结果"])
            course.take("settle", day(row, "办结日期"))
        if row["满意度"]:
            parse_result("survey", row["满意度"])
            course.take("survey", day(row, "回访日期"))
        ended = day(row, "办结日期") if row["办结日期"] else YEAR_END
        assert course.due is not None
        late += ended > course.due
        due += bool(row["办结日期"]) or ended > course.due
        assert max(course.received, course.day) <= YEAR_END
    assert (late, due) == (19, 520)


def test_all_topics_and_communities_occur_and_some_cases_repeat(
    petitions: list[Row], rules: Registers
) -> None:
    assert {row["主题"] for row in petitions} == {topic.name for topic in rules.topics}
    assert {row["社区"] for row in petitions} == {f"第{n}社区" for n in "一二三四五六七八九"}
    assert Counter(row["重复"] for row in petitions) == {"是": 32, "否": 499}


def test_the_topic_rises_where_and_when_it_is_said_to(petitions: list[Row]) -> None:
    came = [day(row, "收到日期") for row in petitions if (row["主题"], row["社区"]) == RISE]
    within = [on for on in came if RISES_ON <= on < SETTLES_ON]
    before = [on for on in came if on < RISES_ON]
    after = [on for on in came if on >= SETTLES_ON]
    assert [len(before), len(within), len(after)] == [3, 22, 3]
    assert min(within) == date(2024, 6, 11)
    months = (SETTLES_ON - RISES_ON).days / 30.44
    assert 8 < len(within) / months < 10


def test_nothing_else_rises_beyond_what_its_past_explains(
    petitions: list[Row], rules: Registers
) -> None:
    counts = [
        (row["主题"], row["社区"], day(row, "收到日期").toordinal(), 1)
        for row in petitions
        if row["重复"] == "否"
    ]
    first = date(2024, 1, 1).toordinal()
    past = Past(counts, History(first), rules.warnings)
    alarms = {
        ((rise.topic, rise.community), rise.on)
        for on in range(first, first + 366)
        for rise in past.rises(on)
        if rise.alarm
    }
    assert {topic for (topic, _community), _on in alarms} == {RISE[0]}
    assert {community for (_topic, community), _on in alarms} <= {RISE[1], None}
    first_alarm = min(on for pair, on in alarms if pair == RISE)
    assert timedelta(7) < first_alarm - RISES_ON <= timedelta(30)


def test_an_old_case_beside_the_sample_makes_no_rise_of_the_empty_months_between(
    new_store: NewStore,
) -> None:
    """One case of March 2023, and the register of 2024: looked at on each of its first days."""
    url, days = new_store("years", years.fill), [date(2024, 1, 1) + timedelta(n) for n in range(46)]
    with Store(url) as store:
        with store.write() as writing:
            plan = find_plan(writing.connection, 2023)
            filing = Filing(writing, plan, "petition", "党政办", YEAR_END, WORKDAYS)
            Petitions(filing).add("W-9999", "letter", "drains", date(2023, 3, 1), community="c4")
        with store.read() as connection:
            plan = find_plan(connection, 2024)
            found = [find_warnings(connection, plan, day, None, WORKDAYS) for day in days]
            look = Look(days[-1], None, plan_ids(connection, plan))
            counts = connection.execute(incoming(look, Registers())).tuples().all()
    assert days[-1] == date(2024, 2, 15)
    assert not any(warned.rises or warned.tested for warned in found)
    assert all(
        warned.tested_from is not None and warned.tested_from > date(2024, 3, 29)
        for warned in found
        if warned.scope.as_of > date(2024, 1, 9)
    ), "60 days of history, which begin in 2024, and a window"
    empty_months = find_rises(
        counts, days[-1].toordinal(), History(date(2023, 3, 1).toordinal()), Registers().warnings
    )
    assert any(rise.alarm for rise in empty_months), "without a gap they would be a history"


def test_the_sweeps_are_those_that_the_plan_makes_and_six_in_the_flood_season(
    sweeps: list[Row], rules: Registers
) -> None:
    names = {kind.code: kind.name for kind in rules.safety.kinds}
    expected = {
        (o.number, o.rhythm, names[o.kind], o.due)
        for rhythm in rules.safety.rhythms
        for o in occurrences(rhythm, (), date(2024, 1, 1), YEAR_END, WORKDAYS)
    }
    recurring = [row for row in sweeps if row["安排"]]
    assert {
        (row["编号"], row["安排"], row["类别"], day(row, "应查日期")) for row in recurring
    } == expected
    assert len(recurring) == len(expected) == 54
    others = [row for row in sweeps if not row["安排"]]
    assert [row["编号"] for row in others] == [f"排查〔2024〕{n}号" for n in range(1, 7)]
    assert {row["类别"] for row in sweeps} == {*names.values()}


def test_three_sweeps_were_missed_and_three_held_late(sweeps: list[Row]) -> None:
    missed = [row["编号"] for row in sweeps if not row["检查日期"]]
    assert missed == [
        "clutter-office-2024-02-29",
        "holiday-office-2024-06-07",
        "clutter-office-2024-07-31",
    ]
    held = [row for row in sweeps if row["检查日期"]]
    late = [row["编号"] for row in held if day(row, "检查日期") > day(row, "应查日期")]
    assert late == [
        "exits-office-2024-05-31",
        "falling-office-2024-06-28",
        "wires-office-2024-11-29",
    ]
    assert all(WORKDAYS.is_workday(day(row, "检查日期")) for row in held)
    assert all(int(row["检查场所"]) > int(row["出动人次"]) > 0 for row in held)


def test_the_sweeps_checked_as_many_places_as_the_simulated_year_filed(
    sweeps: list[Row],
) -> None:
    places: Counter[str] = Counter()
    for row in sweeps:
        places[row["类别"]] += int(row["检查场所"] or 0)
    assert places["飞线充电"] == 594
    assert places["高空坠物"] == 369
    assert places["占用消防通道"] == 721
    assert places["楼道堆放杂物"] == 660


def steps(row: Row) -> Iterator[tuple[str, date, dict[str, object]]]:
    """What happened with a hazard, in order."""
    if row["责令日期"]:
        settings = {code: row[zh] for code, (zh, _en) in SETTINGS.items() if row[zh]}
        yield "order", day(row, "责令日期"), {"due": day(row, "整改期限"), "settings": settings}
    for again in ("", "再次"):
        if again and row["再次责令日期"]:
            yield "order", day(row, "再次责令日期"), {"due": day(row, "再次整改期限")}
        fixed, fixer, inspected, inspector, result = (row[again + name] for name in FIXED)
        if fixed:
            yield "fix", date.fromisoformat(fixed), {"by": fixer}
        if inspected:
            step = {"合格": "pass", "不合格": "fail"}[result]
            yield step, date.fromisoformat(inspected), {"by": inspector}
    if row["销号日期"]:
        yield "close", day(row, "销号日期"), {}


def test_every_hazard_goes_by_the_rules(hazards: list[Row]) -> None:
    courses = []
    for row in hazards:
        found = day(row, "发现日期")
        within = Safety().inspect_within
        grade = parse_name(GRADES, row["等级"])
        course = HazardCourse(grade, found, found + timedelta(1), within)
        for step, on, values in steps(row):
            assert on <= YEAR_END
            course.take(step, on, **values)  # type: ignore[arg-type]  # as the step takes them
        courses.append(course)
    assert len(courses) == 40
    assert sum(course.grade == "major" for course in courses) == 6
    assert Counter(course.state for course in courses) == {"closed": 36, "ordered": 3, "fixed": 1}
    open_ones = [course for course in courses if course.state != "closed"]
    assert sum(course.due < YEAR_END for course in open_ones) == 3
    assert sum(row["复查结果"] == "不合格" for row in hazards) == 4
    assert sum(not course.ordered for course in courses) == 9  # put right on the spot


def test_hazards_were_found_on_the_sweep_that_they_name(
    hazards: list[Row], sweeps: list[Row]
) -> None:
    held = {row["编号"]: row["检查日期"] for row in sweeps}
    named = [row for row in hazards if row["检查编号"]]
    assert len(named) == 36
    for row in named:
        assert held[row["检查编号"]] == row["发现日期"]


def test_two_places_were_found_again_within_90_days(hazards: list[Row]) -> None:
    by_place: dict[str, list[date]] = {}
    for row in hazards:
        by_place.setdefault(row["场所"], []).append(day(row, "发现日期"))
    again = [
        place
        for place, found in by_place.items()
        if any((later - earlier).days <= 90 for earlier, later in pairwise(found))
    ]
    assert again == ["第三社区甲小区2号楼单元门口", "第一社区老农贸市场东侧通道"]


def test_the_totals_of_2023_are_what_the_document_says() -> None:
    totals = rows("2023-totals.csv")
    codes = {name: code for code, name in MEASURE_NAMES.items()}
    assert {(codes[row["指标"]], row["类别"]): row["数值"] for row in totals} == {
        ("orders.received", ""): "476",
        ("orders.satisfied", ""): "90",
        ("petitions.received", ""): "16",
        ("petitions.settled", ""): "16",  # 7 + 9
        ("sweeps.people", "火灾隐患"): "87",
        ("sweeps.places", "火灾隐患"): "145",
        ("hazards.found", "火灾隐患"): "23",  # 17 + 6
        ("hazards.put_right", "火灾隐患"): "17",
        ("hazards.major", "火灾隐患"): "6",
        ("hazards.put_right_rate", "火灾隐患"): "85",  # which follows from none of them
        ("sweeps.people", "汛期隐患"): "100",
        ("hazards.found", "汛期隐患"): "11",
        ("hazards.put_right", "汛期隐患"): "11",
    }
    for row in totals:
        last = "2023-10-31" if row["指标"].startswith("工单") else "2023-12-31"
        assert (row["起"], row["止"]) == ("2023-01-01", last)
        # Each figure stands in the passage that it comes from, or adds up from those in it.
        figures = [int(n) for n in re.findall(r"(?<![0-9])[0-9]{1,3}(?=[件处家人％])", row["原文"])]
        assert int(row["数值"]) in [*figures, sum(figures)]


@pytest.mark.parametrize(
    "name", ["2024-petitions.csv", "2024-sweeps.csv", "2024-hazards.csv", "2023-totals.csv"]
)
def test_nothing_in_a_sample_tells_who_somebody_is(name: str) -> None:
    table = rows(name)
    numbers = [row["编号"] for row in table if "编号" in row]
    assert [*map(parse_number, numbers)] == numbers
    assert len(set(numbers)) == len(numbers)
    for row in table:
        for heading, text in row.items():
            assert personal_heading(heading, posts="hazards" in name) is None
            assert personal_text(text) is None
            assert text == text.strip()


def test_the_samples_are_taken_in_as_they_are_and_once(new_store: NewStore) -> None:
    with Store(new_store("years", years.fill)) as store, store.write() as writing:
        again = years.file_registers(writing, 2024) | years.file_registers(writing, 2023)
        assert {name: imported.again for name, imported in again.items()} == {
            name: f"{name}.csv" for name in again
        }
        assert not any(imported.changed for imported in again.values())


def test_a_rate_of_the_document_that_follows_from_no_count_is_told(new_store: NewStore) -> None:
    with Store(new_store("years-empty", years.fill_plans)) as store, store.write() as writing:
        totals = years.file_registers(writing, 2023)["2023-totals"]
        cases = years.file_registers(writing, 2024)
    assert totals.totals == 12
    assert len(totals.warnings) == 1
    assert "85% of 23" in totals.warnings[0]
    counts = {name: (i.counts.new, i.counts.events) for name, i in cases.items()}
    assert counts == {
        "2024-petitions": (531, 1481),
        "2024-sweeps": (6, 57),  # the others are there, for the plan asks for them
        "2024-hazards": (40, 152),
    }
