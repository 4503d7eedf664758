"""The office's plan for 2024 and the simulated year: they hold the document's facts, and they fit
each other and the two formats. The document itself is not at hand here; its figures stand below."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plans.load import parse
from plans.model import Indicator, Item, Plan
from plans.typed import MAX_AMOUNT, parse_date, parse_quantity
from plans.workdays import Workdays
from plans.yaml_text import Map, parse_yaml

PLANS = Path(__file__).parents[1] / "plans"
PLAN_TEXT = (PLANS / "library" / "2024.yaml").read_text(encoding="utf-8")
LEDGER_TEXT = (PLANS / "samples" / "2024-simulated.yaml").read_text(encoding="utf-8")

HEADINGS = [
    "聚焦党的建设，持续强化党建引领",
    "聚焦人居环境，努力提高生活品质",
    "聚焦基层治理，筑牢高质量发展根基",
    "聚焦民生福祉，保障社会和谐发展",
    "聚焦项目建设，优化营商环境助推经济发展",
    "聚焦安全意识，全力维护社会稳定",
]

# What the document says itself, (item, indicator): (target, unit); all other targets are assumed.
# An alley and a project of those counted count as one each.
OF_THE_DOCUMENT: dict[tuple[str, str], tuple[int, str]] = {
    ("1.1", "党章集体学习"): (1, "次"),
    ("1.2", "学习党章的支部"): (64, "个"),
    ("1.7", "受监督的环节"): (6, "个"),
    ("2.2", "整修巷道"): (16, "条"),
    ("2.2", "巷道整修投资"): (64, "万元"),
    ("3.1", "规范运行的网格"): (64, "个"),
    ("5.3", "商场拆迁面积"): (11000, "平方米"),
    ("5.3", "商场补偿款"): (8000, "万元"),
    ("5.4", "校区征地"): (75, "亩"),
    ("5.4", "校区拆迁面积"): (1100, "平方米"),
    ("5.4", "校区征迁补偿款"): (1200, "万元"),
    ("5.5", "完成扫尾的项目"): (4, "个"),
    ("6.5", "建成工作平台的社区"): (9, "个"),
    **{(f"2.2.{n:02}", "整修巷道"): (1, "条") for n in range(1, 17)},
    **{(f"5.5.{n}", "完成扫尾的项目"): (1, "个") for n in range(1, 5)},
}

# The indicators of the finished year 2023 that have a successor, with their units.
LAST_YEAR = {
    "4b.2/整修巷道": "条",
    "4b.2/巷道整修投资": "万元",
    "1.1/中心组理论学习": "次",
    "5.3/志愿服务活动": "次",
    "4a.8/养老保险完成率": "%",
    "6.4/申报托育机构": "所",
    "2.1/检查场所": "家",
    "2.1/整改隐患": "处",
    "2.3/办理12345工单": "件",
    "2.3/工单满意率": "%",
}

# A rhythm that the document gives; every other one is assumed.
MONTHLY_BY_THE_DOCUMENT = {"2.8"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    loaded, problems = parse(PLAN_TEXT, "2024.yaml", Workdays())
    assert problems == []
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def items(plan: Plan) -> dict[str, Item]:
    return {item.code: item for _area, _parent, item in plan.walk()}


def indicators(items: dict[str, Item]) -> dict[tuple[str, str], Indicator]:
    return {(code, i.name): i for code, item in items.items() for i in item.indicators}


def children_with(items: dict[str, Item], code: str, name: str) -> list[Decimal | None]:
    return [i.target for child in items[code].children for i in child.indicators if i.name == name]


# --- The plan --------------------------------------------------------------------------------


def test_the_plan_is_the_offices_for_2024_under_six_headings(plan: Plan) -> None:
    assert (plan.office, plan.year, plan.simulated) == ("某街道办事处", 2024, False)
    assert [area.title for area in plan.areas] == HEADINGS
    assert [area.code for area in plan.areas] == list("123456")


def test_the_plan_has_the_size_of_an_offices_plan(plan: Plan, items: dict[str, Item]) -> None:
    assert 45 <= sum(len(area.items) for area in plan.areas) <= 60
    assert 95 <= len(items) <= 120


def test_targets_are_the_documents_or_marked_as_assumed(items: dict[str, Item]) -> None:
    stated = {
        key: (int(i.target), i.unit)
        for key, i in indicators(items).items()
        if i.target is not None and not i.assumed
    }
    assert stated == OF_THE_DOCUMENT


def test_what_has_no_target_assumes_none(items: dict[str, Item]) -> None:
    assert not [key for key, i in indicators(items).items() if i.target is None and i.assumed]


def test_dates_and_steps_that_the_document_does_not_give_are_marked_as_assumed(
    items: dict[str, Item],
) -> None:
    whole_year = (date(2024, 1, 1), date(2024, 12, 31))
    unmarked = {code: item for code, item in items.items() if not item.assumed}
    assert {(i.start, i.due) for i in unmarked.values()} == {whole_year}
    assert {code for code, i in unmarked.items() if i.milestones} == MONTHLY_BY_THE_DOCUMENT


def test_sixteen_alleys_share_640_000_yuan_exactly(items: dict[str, Item]) -> None:
    assert children_with(items, "2.2", "整修巷道") == [1] * 16
    shares = children_with(items, "2.2", "巷道整修投资")
    assert len(shares) == 16
    assert sum(share for share in shares if share is not None) == 64


def test_each_alley_goes_from_survey_to_settled_accounts(items: dict[str, Item]) -> None:
    before_the_work = ["survey", "design", "review", "tender"]
    the_work = ["start", "drains", "surface", "completion", "settlement"]
    for alley in items["2.2"].children:
        assert [step.code for step in alley.milestones] == before_the_work + the_work
        assert sum(step.weight for step in alley.milestones) == 100
        dates = [step.due for step in alley.milestones]
        assert dates == sorted(set(dates))
        assert alley.start < dates[0]
        assert dates[-1] == alley.due
    assert len({alley.due for alley in items["2.2"].children}) >= 4


def test_nine_communities_clean_up_every_month(plan: Plan, items: dict[str, Item]) -> None:
    communities = [unit.code for unit in plan.units if unit.kind == "community"]
    assert communities == [f"c{n}" for n in range(1, 10)]
    cleanups = items["2.4"].children
    assert [child.lead for child in cleanups] == communities
    assert {len(child.milestones) for child in cleanups} == {12}


def test_the_branches_of_the_communities_are_the_64(items: dict[str, Item]) -> None:
    branches = children_with(items, "1.2", "学习党章的支部")
    assert len(branches) == 9
    assert sum(count for count in branches if count is not None) == 64


def test_four_kinds_of_hazards_are_swept(items: dict[str, Item]) -> None:
    kinds = ("飞线充电", "高空坠物", "占用消防通道", "楼道堆放杂物")
    for kind, sweep in zip(kinds, items["6.7"].children, strict=True):
        assert kind in sweep.title
        assert all(i.name.startswith(kind) and i.register for i in sweep.indicators)
        assert len({i.register_kind for i in sweep.indicators}) == 1
        assert not sweep.milestones
    assert not items["6.7"].indicators  # of all kinds it would take in those of the flood season


def test_every_item_says_where_it_comes_from_in_a_short_passage(items: dict[str, Item]) -> None:
    passages = {code: item.source or "" for code, item in items.items()}
    assert not [code for code, text in passages.items() if not 3 < len(text) <= 60]


def test_officials_are_posts_and_every_unit_has_them(plan: Plan, items: dict[str, Item]) -> None:
    posts = ("主任", "书记", "所长", "站长", "大队长", "宣传委员", "政法委员")
    for unit in plan.units:
        assert unit.head is not None
        assert unit.head.endswith(posts)
        assert unit.leader is not None
        assert unit.leader.endswith(posts)
    persons = ("干事", "专干", "文秘", "组长", "主任", "大队长", "综合岗")
    assert not [i.code for i in items.values() if not (i.person or "").endswith(persons)]


@pytest.mark.parametrize("text", [PLAN_TEXT, LEDGER_TEXT], ids=["plan", "ledger"])
@pytest.mark.parametrize("word", ["邪教", "特殊人", "宗教", "重点分子", "密码"])
def test_nobody_is_watched_or_listed(text: str, word: str) -> None:
    assert word not in text


def test_last_years_figures_are_named_with_their_units(items: dict[str, Item]) -> None:
    named = {i.last_year: i.unit for i in indicators(items).values() if i.last_year}
    assert named == LAST_YEAR


def test_last_years_figures_exist_in_the_finished_year() -> None:
    text = (PLANS / "library" / "2023.yaml").read_text(encoding="utf-8")
    before, problems = parse(text, "2023.yaml", Workdays())
    assert problems == []
    assert before is not None
    there = {
        f"{item.code}/{i.name}": i.unit
        for _area, _parent, item in before.walk()
        for i in item.indicators
    }
    assert LAST_YEAR.items() <= there.items()


def test_few_items_bring_a_sentence_of_their_own(items: dict[str, Item]) -> None:
    assert {code for code, item in items.items() if item.summary} == {"2.2", "4.1", "5.3"}


def test_the_mall_keeps_the_order_and_time_of_the_law(items: dict[str, Item]) -> None:
    due = {step.code: step.due for step in items["5.3"].milestones}
    assert due["comments"] - due["scheme"] >= timedelta(30)
    assert due["comments"] < due["risk"] < due["funds"] < due["decision"] < due["survey"]
    assert due["agreement"] < due["payment"] < due["vacate"] < due["demolition"]


def test_the_campus_keeps_the_order_and_time_of_the_law(items: dict[str, Item]) -> None:
    due = {step.code: step.due for step in items["5.4"].milestones}
    workdays = Workdays()
    assert workdays.count(due["notice"], due["notice-end"]) >= 10
    assert due["scheme-end"] - due["scheme"] >= timedelta(30)
    assert workdays.count(due["approval"], due["announcement"]) <= 15
    assert due["notice-end"] < due["survey"] < due["risk"] < due["scheme"] < due["signing"]
    assert due["announcement"] < due["payment"] < due["vacate"] < due["demolition"]


# --- The simulated year ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def ledger() -> Map:
    tree, problems = parse_yaml(LEDGER_TEXT)
    assert problems == []
    assert isinstance(tree, Map)
    return tree


@pytest.fixture(scope="module")
def rows(ledger: Map) -> list[Map]:
    return list(ledger["entries"])


def of_kind(rows: list[Map], key: str) -> list[Map]:
    return [row for row in rows if key in row]


def filed(row: Map) -> datetime:
    return datetime.strptime(row["filed"], "%Y-%m-%d %H:%M")


def undone(rows: list[Map]) -> set[str]:
    return {row["undo"] for row in of_kind(rows, "undo")}


def total(rows: list[Map], code: str, name: str) -> Decimal:
    """The sum of an indicator over the rows of an item and its children, undone rows left out."""
    return sum(
        (
            parse_quantity(row["add"][name])
            for row in of_kind(rows, "add")
            if (row["item"] == code or row["item"].startswith(f"{code}."))
            and name in row["add"]
            and row.get("id") not in undone(rows)
        ),
        Decimal(0),
    )


def test_the_ledger_says_that_it_is_simulated(ledger: Map, plan: Plan) -> None:
    head = {key: value for key, value in ledger.items() if key != "entries"}
    assert head == {
        "duban_ledger": "1",
        "office": plan.office,
        "year": "2024",
        "simulated": "true",
    }


def test_it_is_readable_one_row_a_line_and_not_endless(rows: list[Map]) -> None:
    lines = [line for line in LEDGER_TEXT.splitlines() if line.startswith("  - {")]
    assert len(lines) == len(rows)
    assert 350 <= len(rows) <= 700
    assert max(map(len, lines)) <= 180


def test_rows_stand_in_order_of_filing_and_nothing_is_filed_before_it_happens(
    rows: list[Map],
) -> None:
    moments = [filed(row) for row in rows]
    assert moments == sorted(moments)
    for row in rows:
        on = parse_date(row["on"])
        assert on.year == 2024
        assert timedelta(0) <= filed(row).date() - on <= timedelta(10)


def test_every_row_does_one_thing_with_known_keys(rows: list[Map]) -> None:
    common = {"id", "on", "filed", "by"}
    shapes: list[tuple[set[str], set[str]]] = [  # what it needs, what it may have besides
        ({"item", "extend", "reason"}, {"milestone"}),
        ({"approve"}, set()),
        ({"refuse", "reason"}, set()),
        ({"undo", "reason"}, set()),
        ({"item", "close"}, set()),
        ({"item", "cancel"}, set()),
        ({"item"}, {"add", "set", "milestone", "note", "reason"}),
    ]
    for row in rows:
        keys = set(row) - common
        assert {"on", "filed", "by"} <= set(row)
        assert any(needed <= keys <= needed | extra for needed, extra in shapes), dict(row)
        assert keys != {"item"}


def test_every_row_is_about_something_that_is_in_the_plan(
    rows: list[Map], items: dict[str, Item]
) -> None:
    known = indicators(items)
    for row in of_kind(rows, "item"):
        item = items[row["item"]]
        if "milestone" in row:
            assert row["milestone"] in {step.code for step in item.milestones}
        for key, reading in (("add", "sum"), ("set", "latest")):
            for name, value in row.get(key, {}).items():
                assert known[item.code, name].reading == reading
                assert 0 < parse_quantity(value) < MAX_AMOUNT


def test_figures_of_a_parent_are_filed_on_its_children(
    rows: list[Map], items: dict[str, Item]
) -> None:
    filed_on = {row["item"] for row in of_kind(rows, "item")}
    assert not [code for code in filed_on if items[code].children]


def test_a_step_is_reached_once_and_nothing_follows_the_end_of_an_item(rows: list[Map]) -> None:
    reached = Counter(
        (row["item"], row["milestone"]) for row in of_kind(rows, "milestone") if "extend" not in row
    )
    assert set(reached.values()) == {1}
    ended: set[str] = set()
    for row in of_kind(rows, "item"):
        assert row["item"] not in ended
        if "close" in row or "cancel" in row:
            ended.add(row["item"])


def extended(rows: list[Map]) -> dict[tuple[str, str | None], date]:
    granted = {row["approve"] for row in of_kind(rows, "approve")}
    return {
        (row["item"], row.get("milestone")): parse_date(row["extend"])
        for row in of_kind(rows, "extend")
        if row["id"] in granted
    }


def test_extensions_are_asked_for_in_time_and_answered_once(
    rows: list[Map], items: dict[str, Item]
) -> None:
    asked = {row["id"]: row for row in of_kind(rows, "extend")}
    answers = [row[kind] for kind in ("approve", "refuse") for row in of_kind(rows, kind)]
    assert sorted(answers) == sorted(asked)
    assert len(of_kind(rows, "refuse")) == 1
    for row in asked.values():
        item = items[row["item"]]
        steps = {step.code: step.due for step in item.milestones}
        due = steps[row["milestone"]] if "milestone" in row else item.due
        assert parse_date(row["on"]) <= due < parse_date(row["extend"])


def test_what_came_late_says_why(rows: list[Map], items: dict[str, Item]) -> None:
    later = extended(rows)
    silent = []
    for row in of_kind(rows, "milestone"):
        item = items[row["item"]]
        step = next(step for step in item.milestones if step.code == row["milestone"])
        whole = later.get((item.code, None), step.due) if step.due == item.due else step.due
        due = later.get((item.code, step.code), whole)
        if parse_date(row["on"]) > due and "reason" not in row:
            silent.append((item.code, step.code))
    assert silent == []


def test_a_wrong_figure_is_undone_and_filed_again(rows: list[Map]) -> None:
    (correction,) = of_kind(rows, "undo")
    wrong = next(row for row in rows if row.get("id") == correction["undo"])
    right = rows[rows.index(correction) + 1]
    assert right["item"] == wrong["item"]
    assert right["on"] >= wrong["on"]
    assert right["add"] != wrong["add"]


def test_the_year_ends_with_fifteen_alleys_of_sixteen(
    rows: list[Map], items: dict[str, Item]
) -> None:
    assert total(rows, "2.2", "整修巷道") == 15
    assert total(rows, "2.2", "巷道整修投资") == Decimal("60.3")
    settled = {
        row["item"]: parse_date(row["on"])
        for row in of_kind(rows, "milestone")
        if row["milestone"] == "settlement"
    }
    assert {alley.code for alley in items["2.2"].children} - {*settled} == {"2.2.16"}
    later = extended(rows)
    late = {code for code, on in settled.items() if on > later.get((code, None), items[code].due)}
    assert late == {"2.2.06", "2.2.11"}


def test_money_and_areas_stay_within_what_was_planned(
    rows: list[Map], items: dict[str, Item]
) -> None:
    for (code, name), (target, _unit) in OF_THE_DOCUMENT.items():
        reading = indicators(items)[code, name].reading
        if reading == "sum":
            assert total(rows, code, name) <= target
    assert total(rows, "5.3", "商场补偿款") == 4300
    assert total(rows, "5.4", "校区征迁补偿款") == 1200


def test_one_promise_is_withdrawn(rows: list[Map]) -> None:
    assert [row["item"] for row in of_kind(rows, "cancel")] == ["4.13"]


def test_two_units_fall_silent_and_all_others_file_to_the_end(
    rows: list[Map], plan: Plan, items: dict[str, Item]
) -> None:
    names = {unit.code: unit.name for unit in plan.units}
    last = {row["by"]: row["on"][:7] for row in sorted(rows, key=lambda row: str(row["on"]))}
    to_the_end = {names[item.lead] for item in items.values() if item.due == date(2024, 12, 31)}
    silent = {by: month for by, month in last.items() if by in to_the_end and month < "2024-12"}
    assert silent == {"党群服务中心": "2024-07", "第七社区": "2024-08"}


def held_in_time(rows: list[Map], item: Item) -> int:
    on: dict[str, Any] = {
        row["milestone"]: parse_date(row["on"])
        for row in of_kind(rows, "milestone")
        if row["item"] == item.code
    }
    return sum(step.code in on and on[step.code] <= step.due for step in item.milestones)


def test_recurring_items_are_held_late_and_missed(rows: list[Map], items: dict[str, Item]) -> None:
    held = {i.code: held_in_time(rows, i) for i in items.values() if i.recurring}
    assert held["2.1"] == 12
    assert held["2.4.07"] == 8
    assert held["1.4"] == 11
