"""Files of sweeps, of hazards and of totals."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from plans.errors import DubanError
from plans.numerals import percentage
from plans.registers import MEASURE_NAMES, MEASURES
from tests.conftest import examples
from tests.desk import duban
from tests.safety_office import PLAN, SETTINGS, TODAY, hazards, load, sweeps
from tests.tables import take, text
from tracker.registers.findings import FileProblems
from tracker.registers.look import Look
from tracker.registers.period_totals import load_passages, period_totals, standing_totals
from tracker.registers.recorded_totals import RecordedTotals
from tracker.registers.standing import hazards as hazards_stand
from tracker.registers.standing import sweeps as sweeps_stand
from tracker.registers.sweeps import Held
from tracker.registers.total import Total, why_left_out
from tracker.schema import register_event, register_total
from tracker.store import Store

D = date.fromisoformat
SWEEP = "编号 安排 类别 社区 应查日期 检查日期 检查场所 出动人次 牵头单位"
MARCH = "- wires 飞线充电 第一社区 2024-03-29 2024-03-20 36 8 -"
ROUNDS = "整改日期 整改人 复查日期 复查人 复查结果"
HAZARD = (
    "编号 类别 等级 场所 社区 发现日期 责任单位 检查编号 责令日期 整改期限 责任人 完成时限 责任 "
    f"整改标准 整改措施 {ROUNDS} 再次责令日期 再次整改期限 再次整改日期 再次整改人 再次复查日期 "
    "再次复查人 再次复查结果 销号日期"
)
TOTAL = "指标 类别 起 止 数值 原文"
YEAR = "2024-01-01 2024-12-31"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    load(store_url)
    with Store(store_url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_store_url: str) -> Iterator[Store]:
    load(sqlite_store_url)
    with Store(sqlite_store_url) as opened:
        yield opened


def rows(store: Store, statement: Any = hazards_stand) -> list[dict[str, Any]]:
    with store.read() as connection:
        found = connection.execute(statement(Look(TODAY, plans=[1])))
        return sorted((dict(row._mapping) for row in found), key=lambda row: row["number"])


def problems(
    store: Store, register: str, head: str, *lines: str, correct: bool = False
) -> list[str]:
    with pytest.raises(FileProblems) as told:
        take(store, text(head, *lines), register, correct=correct)
    return str(told.value).splitlines()


def hazard(**cells: str) -> str:
    """A line of a hazard, by headings; what is not given is empty."""
    first = {"编号": "H1", "类别": "占用消防通道", "等级": "一般", "场所": "商贸城", "社区": "c1"}
    values = dict.fromkeys(HAZARD.split(), "-") | first | {"发现日期": "2024-03-01"}
    return " ".join((values | cells).values())


# Sweeps


def test_a_sweep_of_a_rhythm_is_the_one_that_the_plan_asks_for(store: Store) -> None:
    other = "检查-7 - 高空坠物 - 2024-04-02 2024-04-02 5 2 应急所"
    found = take(store, text(SWEEP, MARCH, other), "sweep").counts
    assert (found.new, found.added_to, found.events) == (1, 1, 2)
    held = {row["number"]: row for row in rows(store, sweeps_stand) if row["held"]}
    assert {number: row["unit"] for number, row in held.items()} == {
        "wires-c1-2024-03-29": "c1",
        "检查-7": "yj",
    }
    assert (held["wires-c1-2024-03-29"]["places"], held["检查-7"]["people"]) == (36, 2)
    again = take(store, text(SWEEP, MARCH.replace("- wires", "J-1 wires")), "sweep").counts
    assert (again.new, again.there) == (0, 1)


def test_an_imported_sweep_stands_where_one_recorded_by_hand_does(store: Store) -> None:
    take(store, text(SWEEP, MARCH, "S1 - 高空坠物 c1 2024-04-02 2024-04-02 5 2 -"), "sweep")
    with sweeps(store) as book:
        book.hold("wires-c2-2024-03-29", D("2024-03-20"), Held(36, 8))
        book.hold_other("falling", D("2024-04-02"), Held(5, 2), number="S2", community="c2")
    mine = {row["number"]: row for row in rows(store, sweeps_stand)}
    for ours, theirs in (("wires-c1-2024-03-29", "wires-c2-2024-03-29"), ("S1", "S2")):
        differ = ("id", "number", "filing_id", "community", "unit")
        one, other = ({k: v for k, v in mine[n].items() if k not in differ} for n in (ours, theirs))
        assert one == other


def test_a_sweep_of_the_plan_takes_the_number_of_the_file_as_long_as_nothing_happened_on_it(
    store: Store,
) -> None:
    other = MARCH.replace("-", "检查〔2024〕3号", 1)
    april = "检查〔2024〕9号 wires 飞线充电 第一社区 2024-04-30 - - - -"
    before = len(rows(store, sweeps_stand))
    found = take(store, text(SWEEP, other, april), "sweep").counts
    assert (found.new, found.added_to, found.events) == (2, 0, 1)
    there = rows(store, sweeps_stand)
    assert len(there) == before
    numbers = {row["number"] for row in there}
    assert {"检查〔2024〕3号", "检查〔2024〕9号"} <= numbers
    assert not {"wires-c1-2024-03-29", "wires-c1-2024-04-30"} & numbers
    take(store, text(HAZARD, hazard(检查编号="检查〔2024〕3号", 发现日期="2024-03-20")), "hazard")
    exits = "- exits 占用消防通道 - 2024-03-29 - - - -"
    again = take(store, text(SWEEP, other, april, exits), "sweep")
    assert (again.counts.new, again.counts.there, again.counts.events) == (0, 3, 0)
    with sweeps(store) as book:
        assert book.make() == []


def test_a_row_without_a_number_is_the_sweep_on_which_the_same_was_done(store: Store) -> None:
    head = "类别 社区 检查日期 检查场所 出动人次"
    lines = [
        "高空坠物 c1 2024-04-02 5 2",
        "高空坠物 c1 2024-04-02 5 2",
        "飞线充电 c2 2024-04-03 6 3",
    ]
    with sweeps(store) as book:
        book.hold_other("wires", D("2024-04-03"), Held(6, 3), community="c2")
    found = take(store, text(head, *lines), "sweep").counts
    assert (found.new, found.there) == (2, 1)
    own = [row for row in rows(store, sweeps_stand) if row["rhythm"] is None]
    assert [row["number"] for row in own] == ["S2024-001", "S2024-002", "S2024-003"]
    assert {date.fromordinal(row["settle_by"]) for row in own[1:]} == {D("2024-04-02")}
    again = take(store, text(head, *reversed(lines), "飞线充电 c2 2024-04-05 1 1"), "sweep").counts
    assert (again.new, again.there) == (1, 3)


def test_a_sweep_that_a_version_before_asked_for_is_still_taken_in(store: Store) -> None:
    gone = PLAN.replace("{code: wires, title", "{code: cables, title")
    load(store.url.render_as_string(hide_password=False), text=gone, on=D("2024-06-10"))
    found = take(store, text(SWEEP, MARCH), "sweep").counts
    assert (found.new, found.added_to) == (0, 1)


def test_what_is_wrong_with_sweeps_is_told_at_once(sqlite_store: Store) -> None:
    told = problems(
        sqlite_store,
        *("sweep", SWEEP),
        MARCH.replace("03-29", "03-28"),
        MARCH.replace("第一社区", "-"),
        MARCH.replace("飞线充电", "高空坠物"),
        MARCH.replace("03-20", "02-20"),
        MARCH.replace("36", "-").replace("03-29", "04-30").replace("03-20", "04-20"),
        "- - 高空坠物 c1 - - - - -",
        MARCH,
        MARCH.replace("wires", "wirs"),
    )
    for start, part in (
        ("row 2, 应查日期", "the nearest is due on 2024-03-29"),
        ("row 3, 社区", "no such sweep of the whole office"),
        ("row 4, 类别", "a sweep of 飞线充电排查 looks for 飞线充电"),
        ("row 5, 检查日期", "its period begins on 2024-03-01"),
        ("row 6, 检查场所", "left empty"),
        ("row 7, 应查日期", "left empty; expected the day on which it is due, or"),
        ("row 8, 应查日期", "the same sweep stands in row 5 already"),
        ("row 9, 安排", "no such sweep in the plan"),
    ):
        assert any(line.startswith(f"cases.csv, {start}") and part in line for line in told), told


# Hazards


def test_a_hazard_goes_through_all_that_its_row_says(store: Store) -> None:
    take(store, text(SWEEP, MARCH), "sweep")
    line = hazard(
        等级="重大",
        社区="-",
        检查编号="wires-c1-2024-03-29",
        发现日期="2024-03-20",
        责令日期="2024-03-20",
        整改期限="2024-03-27",
        责任人="商贸城项目经理",
        完成时限="一周内",
        责任="主体责任",
        整改标准="净宽4米",
        整改措施="拆除隔断",
        整改日期="2024-03-26",
        整改人="物业项目经理",
        复查日期="2024-03-27",
        复查人="yj",
        复查结果="不合格",
        再次整改日期="2024-03-28",
        再次整改人="物业项目经理",
        再次复查日期="2024-03-29",
        再次复查人="应急所",
        再次复查结果="合格",
        销号日期="2024-03-30",
    )
    take(store, text(HAZARD, line), "hazard")
    (row,) = rows(store)
    assert (row["community"], row["unit"], row["major"], row["fails"]) == ("c1", "c1", 1, 1)
    assert (row["state"], row["put_right"], row["put_right_in_time"]) == (5, 1, 0)
    with store.read() as connection:
        of = select(register_event.c.details, register_event.c.by_whom)
        order, _fix, failed, *_rest = connection.execute(
            of.where(register_event.c.case_id == row["id"]).order_by(register_event.c.number)
        )
    assert order.details == {"settings": SETTINGS}
    assert failed.by_whom == "应急所"


STEPS = st.lists(st.integers(0, 6), min_size=6, max_size=6)


@given(
    st.sampled_from(["一般", "重大"]),
    st.lists(st.booleans(), min_size=4, max_size=4),
    STEPS,
    st.sampled_from(["合格", "不合格"]),
    st.sampled_from(["应急所", "物业经理"]),
)
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_hazard_that_is_imported_stands_where_one_recorded_by_hand_does(
    sqlite_store: Store,
    grade: str,
    has: list[bool],
    after: list[int],
    result: str,
    inspector: str,
) -> None:
    ordered, fixed, inspected, closed = has
    days = [D("2024-03-01") + timedelta(n) for n in after]
    number = str(len(rows(sqlite_store)))
    cells = {"编号": f"甲-{number}", "等级": grade}
    if ordered:
        named = dict(
            zip(
                ("责任人", "完成时限", "责任", "整改标准", "整改措施"),
                SETTINGS.values(),
                strict=True,
            )
        )
        cells |= {"责令日期": str(days[0]), "整改期限": str(days[1])} | named
    if fixed:
        cells |= {"整改日期": str(days[2]), "整改人": "物业经理"}
    if inspected:
        cells |= {"复查日期": str(days[3]), "复查人": inspector, "复查结果": result}
    if closed:
        cells["销号日期"] = str(days[4])
    line = hazard(**cells)
    try:
        with hazards(sqlite_store) as book:
            hand = f"乙-{number}"
            book.add("exits", grade, "商贸城", D("2024-03-01"), number=hand, community="c1")
            if ordered:
                book.order(hand, days[0], days[1], SETTINGS)
            if fixed:
                book.fix(hand, days[2], "物业经理")
            if inspected:
                book.inspect(hand, days[3], inspector, passed=result == "合格")
            if closed:
                book.close(hand, days[4])
    except DubanError:
        with pytest.raises(FileProblems):
            take(sqlite_store, text(HAZARD, line), "hazard")
        return
    take(sqlite_store, text(HAZARD, line), "hazard")
    stand = {row["number"]: row for row in rows(sqlite_store)}
    one, other = (
        {k: v for k, v in stand[n].items() if k not in ("id", "number", "filing_id")}
        for n in (cells["编号"], hand)
    )
    assert one == other


def ledger(*places: str, head: str = "", cells: str = "") -> bytes:
    """Hazards as an office lists them, without numbers."""
    lines = [f"占用消防通道 一般 {place} c1 2024-03-01 {cells}" for place in places]
    return text(f"隐患类别 隐患等级 隐患部位 社区 发现日期 {head}", *lines)


def test_a_ledger_without_numbers_is_numbered_and_known_again(store: Store) -> None:
    with hazards(store) as book:
        book.add("exits", "ordinary", "商贸城", D("2024-03-01"), community="c1")
    found = take(store, ledger("菜市场", "商贸城", "商贸城", "饭店Ａ"), "hazard").counts
    assert (found.new, found.there) == (3, 1)
    assert [(row["number"], row["place"]) for row in rows(store)] == [
        ("H2024-001", "商贸城"),
        ("H2024-002", "菜市场"),
        ("H2024-003", "商贸城"),
        ("H2024-004", "饭店A"),
    ]
    more = ledger("菜市场", "商贸城", "饭店a", head="整改日期 整改人", cells="2024-03-05 物业经理")
    again = take(store, more, "hazard").counts
    assert (again.new, again.added_to, again.events) == (0, 3, 3)
    assert [row["state"] for row in rows(store)] == [2, 2, 0, 2]
    other = take(store, text(HAZARD, hazard(编号="-", 社区="c2")), "hazard").counts
    assert (other.new, rows(store)[-1]["number"]) == (1, "H2024-005")


def test_a_number_of_the_file_is_given_to_no_other_row(store: Store) -> None:
    file = text(HAZARD, hazard(编号="-"), hazard(编号="H2024-001"), hazard(编号="-"))
    assert take(store, file, "hazard").counts.new == 3
    assert [row["number"] for row in rows(store)] == ["H2024-001", "H2024-002", "H2024-003"]
    again = take(store, file + b"\n", "hazard").counts
    assert (again.new, again.there) == (0, 3)


def test_a_day_that_is_set_without_an_order_was_set_when_it_was_found(store: Store) -> None:
    row = ledger("商贸城", head="整改期限", cells="2024-03-09")
    take(store, row, "hazard")
    (one,) = rows(store)
    assert date.fromordinal(one["settle_by"]) == D("2024-03-09")
    with store.read() as connection:
        of = select(register_event.c.kind, register_event.c.effective_on, register_event.c.due)
        assert [tuple(event) for event in connection.execute(of)] == [
            ("order", D("2024-03-01"), D("2024-03-09"))
        ]
    assert not take(store, row + b"\n", "hazard").changed


@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["c1", "c2"]), st.integers(1, 3)),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.integers(0, 8),
)
@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_ledger_that_is_kept_on_is_each_hazard_once(
    store: Store, found: list[tuple[str, str, int]], done: list[bool], first: int
) -> None:
    """The rows so far, then all of them with what was done since, then those again."""
    run = len(rows(store))  # of examples before
    lines = [
        f"占用消防通道 一般 {place}{run} {where} 2024-03-0{day}" for place, where, day in found
    ]
    fixed = [
        f"{line} {'2024-03-05 物业' if so else '- -'}"
        for line, so in zip(lines, done, strict=False)
    ]
    head = "类别 等级 场所 社区 发现日期"
    if lines[:first]:
        take(store, text(head, *lines[:first]), "hazard")
    everything = text(f"{head} 整改日期 整改人", *fixed)
    take(store, everything, "hazard")
    new = sorted(rows(store), key=lambda row: row["id"])[run:]
    states = [row["state"] for row in new]
    assert states == [2 if so else 0 for _line, so in zip(lines, done, strict=False)]
    assert [row["place"][0] for row in new] == [place for place, _where, _day in found]
    again = take(store, everything + b"\n", "hazard")
    assert (again.counts.there, again.changed) == (len(lines), False)


def test_a_row_is_of_a_sweep_where_and_when_that_was(store: Store) -> None:
    take(store, text(SWEEP, MARCH), "sweep")
    march = {"检查编号": "wires-c1-2024-03-29", "发现日期": "2024-03-20"}
    first = "cases.csv, row 2, "
    for wrong, said in (
        ({"社区": "c2"}, "wires-c1-2024-03-29 is a sweep of c1, not of where"),
        ({"发现日期": "2024-03-21"}, "2024-03-21: wires-c1-2024-03-29 was held on 2024-03-20"),
    ):
        told = problems(store, "hazard", HAZARD, hazard(**march | wrong))
        assert told[0].startswith(f"{first}检查编号: {said}")
    take(store, text(HAZARD, hazard(**march)), "hazard")
    told = problems(store, "hazard", HAZARD, hazard(**march | {"社区": "c2"}), correct=True)
    assert told[0].startswith(f"{first}社区: wires-c1-2024-03-29 is a sweep of c1")


def test_what_is_wrong_with_hazards_is_told_at_once(sqlite_store: Store) -> None:
    told = problems(
        sqlite_store,
        *("hazard", HAZARD),
        hazard(整改日期="2024-03-02"),
        hazard(编号="H2", 等级="重大", 整改日期="2024-03-02", 整改人="物业经理"),
        hazard(编号="H3", 责任人="物业经理"),
        hazard(编号="H4", 检查编号="S99"),
        hazard(编号="H5", 销号日期="2024-03-02"),
        hazard(编号="H6", 场所="王先生家13812345678"),
    )
    for start, part in (
        ("row 2, 整改人", "left empty; expected, for 整改日期 is given"),
        ("row 3, 整改日期", "ordered to be put right first"),
        ("row 4, 责令日期", "left empty; expected, for 责任人 is given"),
        ("row 5, 检查编号", "no such sweep in the register"),
        ("row 6, 销号日期", "not possible"),
        ("row 7, 场所", "mobile number"),
    ):
        assert any(line.startswith(f"cases.csv, {start}") and part in line for line in told), told
    assert "13812345678" not in "".join(told)


def test_posts_are_expected_where_hazards_have_them_but_not_names(sqlite_store: Store) -> None:
    people = ("王建国", "李秀英", "张伟民", "刘洋", "陈晓明", "欧阳海燕")
    lines = [
        hazard(编号=f"H{n}", 整改日期="2024-03-02", 整改人=one) for n, one in enumerate(people)
    ]
    told = problems(sqlite_store, "hazard", HAZARD, *lines)
    assert told[1].startswith("cases.csv, row 2, 整改人: the text seems to hold a person's name")
    assert told[0].startswith("cases.csv, row 1, 整改人: the cells look like names")
    assert not any(one in "".join(told) for one in people)


# Totals


def amounts(store: Store) -> dict[tuple[str, str | None], Decimal]:
    t = register_total.c
    with store.read() as connection:
        found = connection.execute(select(t.measure, t.kind, t.amount))
        return {(row.measure, row.kind): row.amount for row in found}


def test_a_rate_that_no_count_gives_is_left_out_and_said_so_and_the_counts_are_kept(
    store: Store,
) -> None:
    imported = take(
        store,
        text(
            TOTAL,
            f"hazards.put_right_rate exits {YEAR} 85％ 整改率85％",
            f"发现隐患数 占用消防通道 {YEAR} 23 -",
            f"hazards.put_right exits {YEAR} 17 -",
            "orders.received - 2024-01-01 2024-10-31 476 -",
            "orders.satisfied - 2024-01-01 2024-10-31 90% -",
        ),
        "hazard",
    )
    assert (imported.totals, imported.changed) == (4, True)
    (warning,) = imported.warnings
    assert "85% of 23: no whole number of 23 gives 85%" in warning
    assert amounts(store) == {
        ("hazards.found", "exits"): 23,
        ("hazards.put_right", "exits"): 17,
        ("orders.received", None): 476,
        ("orders.satisfied", None): 90,
    }


@given(st.integers(1, 300), st.integers(0, 1000), st.booleans())
@settings(max_examples=examples(100))
def test_a_rate_is_kept_when_a_whole_number_gives_it(
    whole: int, tenths: int, in_tenths: bool
) -> None:
    rate = Decimal(tenths) / 10 if in_tenths else Decimal(tenths // 10)
    shares = {percentage(part, whole) for part in range(whole + 1)}
    if rate == rate.to_integral_value():
        shares |= {Decimal((200 * part + whole) // (2 * whole)) for part in range(whole + 1)}
    period = (D("2024-01-01"), D("2024-12-31"))
    known = RecordedTotals([Total(1, "hazards.found", None, *period, Decimal(whole))])
    stated = Total(1, "hazards.reopened", None, *period, rate)
    assert (why_left_out(stated, known.count) is None) == (rate in shares)


def test_totals_that_are_there_are_not_taken_twice_and_others_contradict(store: Store) -> None:
    first = f"orders.received - {YEAR} 476 -"
    take(store, text(TOTAL, first))
    again = take(store, text(TOTAL, first, "petitions.received - 2024-01-01 2024-06-30 9 -"))
    assert (again.totals, again.totals_there) == (1, 1)
    told = problems(
        store,
        *("petition", TOTAL),
        f"orders.received - {YEAR} 477 -",
        "petitions.received - 2024-04-01 2024-09-30 9 -",
        "petitions.settled - 2024-04-01 2025-04-30 9 -",
        "petitions.settled - 2024-03-31 2024-01-01 9 -",
        f"petitions.settled wires {YEAR} 9 -",
        f"petitions.setled - {YEAR} 9 -",
        f"hazards.found wires {YEAR} 1.5 -",
        f"orders.repeated - {YEAR} 0.9 -",
    )
    for start, part in (
        ("row 2, 数值", "in the register it is orders.received 476"),
        ("row 3, 数值", "overlaps with that of petitions.received 9"),
        ("row 4, 止", "within one year"),
        ("row 5, 止", "2024-03-31 to 2024-01-01: the period ends before it begins"),
        ("row 6, 类别", "only sweeps and hazards have kinds"),
        ("row 7, 指标", "petitions.settled"),
        ("row 8, 数值", "whole number"),
        ("row 9, 数值", "a share or a percentage"),
    ):
        assert any(line.startswith(f"cases.csv, {start}") and part in line for line in told), told


def stated(store: Store, known_at: datetime | None = None) -> list[tuple[str, int, int]]:
    """The totals of 2024 that count: figure, sum and how many."""
    with store.read() as connection:
        totals = period_totals(standing_totals(Look(TODAY, known_at, None))).c
        rows = connection.execute(select(totals.measure, totals.amount, totals.periods))
        return sorted((row.measure, row.amount // 10_000, row.periods) for row in rows if row[2])


def test_a_mistyped_total_is_corrected_or_taken_back_and_was_known_as_it_was(store: Store) -> None:
    half = "2024-01-01 2024-06-30"
    take(store, text(TOTAL, f"orders.received - {YEAR} 4760 四千", f"orders.settled - {half} 9 -"))
    first = datetime.now(UTC)
    assert stated(store) == [("orders.received", 4760, 1), ("orders.settled", 9, 1)]
    (told, _end) = problems(store, "petition", TOTAL, f"orders.received - {YEAR} 476 -")
    assert "in the register it is orders.received 4760 from" in told
    assert "--correct replaces it" in told
    mended = text(
        TOTAL,
        f"orders.received - {YEAR} 476 四百七十六件",
        "orders.settled - 2024-01-01 2024-07-31 9 -",  # the period was wrong
        f"orders.settled - {half} - -",
    )
    imported = take(store, mended, correct=True)
    counts = (imported.totals, imported.totals_corrected, imported.totals_taken_back)
    assert (counts, imported.changed) == ((1, 1, 1), True)
    assert stated(store) == [("orders.received", 476, 1), ("orders.settled", 9, 1)]
    assert stated(store, first) == [("orders.received", 4760, 1), ("orders.settled", 9, 1)]
    with store.read() as connection:
        passages = load_passages(connection, Look(TODAY, None, None))
        assert passages["orders.received", ""] == ("四百七十六件",)
    again = take(store, mended, correct=True)
    assert (again.totals_there, again.changed) == (3, False)
    back = take(store, text(TOTAL, f"orders.received - {YEAR} — -"), correct=True)
    assert back.totals_taken_back == 1
    assert stated(store) == [("orders.settled", 9, 1)]
    take(store, text(TOTAL, f"orders.received - {YEAR} 477 -"))  # free again
    assert stated(store) == [("orders.received", 477, 1), ("orders.settled", 9, 1)]


def test_a_correction_that_contradicts_itself_or_nothing_is_refused(sqlite_store: Store) -> None:
    take(sqlite_store, text(TOTAL, f"orders.received - {YEAR} 476 -"))
    told = problems(
        sqlite_store,
        *("petition", TOTAL),
        f"orders.received - {YEAR} 477 -",
        f"orders.received - {YEAR} 478 -",
        f"petitions.received - {YEAR} - -",
        "orders.received - 2024-06-01 2024-06-30 6 -",
        correct=True,
    )
    assert any("row 3" in line and "another row of the file says" in line for line in told)
    assert any("row 4" in line and "nothing to take back" in line for line in told)
    assert not any("row 2" in line or "row 5" in line for line in told)


def test_it_is_said_how_many_cases_are_not_counted_any_more(store: Store) -> None:
    take(store, text(HAZARD, hazard(编号="H1"), hazard(编号="H2", 类别="wires")), "hazard")
    imported = take(
        store,
        text(
            TOTAL,
            f"hazards.found exits {YEAR} 23 -",
            f"hazards.major exits {YEAR} 2 -",
            f"orders.received - {YEAR} 2 -",
            "hazards.put_right - 2024-01-01 2024-01-31 2 -",
        ),
        "hazard",
    )
    (warning,) = imported.warnings
    assert warning == (
        "2024-01-01 to 2024-12-31: totals stand for this period; cases of it that are not counted "
        "for hazards.found, hazards.major (占用消防通道): 1"
    )


def test_every_measure_has_a_name() -> None:
    assert MEASURE_NAMES.keys() == MEASURES.keys()
    assert len(set(MEASURE_NAMES.values())) == len(MEASURES)


def test_the_desk_warns_of_a_rate_that_is_left_out(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "totals.csv"
    lines = (f"hazards.found - {YEAR} 23 -", f"hazards.put_right_rate - {YEAR} 85% -")
    path.write_bytes(text(TOTAL, *lines))
    url = sqlite_store.url.render_as_string(hide_password=False)
    ran = duban("hazard", "import", str(path), "--db", url, "--year", "2024", "--json")
    assert ran.err.startswith("warning: hazards.put_right_rate: 85% of 23: no whole number")
    assert ran.json["totals"] == {"new": 1, "there": 0, "corrected": 0, "taken_back": 0}
    assert len(ran.json["warnings"]) == 1


def test_a_rate_that_a_cell_shows_in_percent_is_read_as_it_is_shown(sqlite_store: Store) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, TOTAL.split())
    cells = {
        "orders.satisfied": (0.9, "0%"),
        "orders.repeated": (0.1276, "#,##0.0%;[Red]-0.0%"),
        "orders.settled_on_time": (1, "0.00%"),
        "petitions.satisfied": (90, "0.00"),
    }
    for number, (measure, (value, shape)) in enumerate(cells.items(), 1):
        sheet.write_row(number, 0, [measure, "", "2024-01-01", "2024-12-31"])
        sheet.write_number(number, 4, value, book.add_format({"num_format": shape}))
    sheet.write_row(5, 0, ["petitions.repeated", "", "2024-01-01", "2024-12-31"])
    sheet.write_formula(5, 4, "=9/15", book.add_format({"num_format": 10}), 0.6)
    book.close()
    take(sqlite_store, content.getvalue())
    assert amounts(sqlite_store) == {
        ("orders.satisfied", None): 90,
        ("orders.repeated", None): Decimal("12.8"),
        ("orders.settled_on_time", None): 100,
        ("petitions.satisfied", None): 90,
        ("petitions.repeated", None): 60,
    }


def test_a_part_that_is_more_than_the_whole_is_taken_in_and_said(sqlite_store: Store) -> None:
    first = take(
        sqlite_store,
        text(
            TOTAL,
            f"orders.received - {YEAR} 100 -",
            f"orders.settled - {YEAR} 120 -",
            f"hazards.found exits {YEAR} 10 -",
            f"hazards.put_right exits {YEAR} 10 -",
            f"hazards.put_right wires {YEAR} 7 -",
        ),
    )
    assert (first.totals, len(first.warnings)) == (5, 1)
    said = "2024-01-01 to 2024-12-31: orders.settled 120 is more than orders.received 100; taken in"
    assert first.warnings[0].startswith(said)
    later = take(sqlite_store, text(TOTAL, f"hazards.found wires {YEAR} 6 -"), "hazard")
    assert "hazards.put_right 飞线充电 7 is more than hazards.found 飞线充电 6" in later.warnings[0]
