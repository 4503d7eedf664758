"""The office's finished year: the plan of 2023, the ledger of what was done, and the totals."""

import csv
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plans.load import load
from plans.model import Item, Plan
from plans.registers import MEASURE_NAMES
from plans.yaml_text import parse_yaml

PLANS = Path(__file__).parent.parent / "plans"
PLAN_FILE = PLANS / "library" / "2023.yaml"
LEDGER_FILE = PLANS / "samples" / "2023-results.yaml"
TOTALS_FILE = PLANS / "samples" / "2023-totals.csv"

# Read off the document, part by part; not made from the files under test.
FACTS = [
    ("1.1", "中心组理论学习", "22", "次"),
    ("1.1", "专题研讨", "9", "次"),
    ("1.1", "主题宣讲", "1232", "场次"),
    ("1.1", "宣讲受众", "4541", "人"),
    ("1.2", "监督检查", "31", "次"),
    ("1.2", "监督检查发现问题", "45", "个"),
    ("1.2", "督查通报", "15", "期"),
    ("1.3", "处置问题线索", "19", "件"),
    ("1.4", "入党积极分子", "14", "人"),
    ("2.1", "安全生产工作会议", "12", "次"),
    ("2.1", "火灾排查出动", "87", "人次"),
    ("2.1", "检查场所", "145", "家"),
    ("2.1", "整改隐患", "17", "处"),
    ("2.1", "重大风险隐患场所隐患", "6", "处"),
    ("2.2", "汛期排查出动", "100", "人次"),
    ("2.2", "汛期整改隐患", "11", "处"),
    ("2.3", "信访件", "16", "件"),
    ("2.3", "信访件处理完毕", "9", "件"),
    ("2.3", "信访件息诉", "7", "件"),
    ("2.3", "办理12345工单", "476", "件"),
    ("2.3", "工单满意率", "90", "%"),
    ("2.4", "经济普查人员", "58", "人"),
    ("2.5", "兵役登记", "328", "人"),
    ("2.5", "输送新兵", "19", "人"),
    ("2.6", "代表反馈信息", "28", "条"),
    ("2.6", "小街巷治理", "24", "条"),
    ("4a.2", "雨露计划资助资金", "4.2", "万元"),
    ("4a.4", "小额信贷资金", "153", "万元"),
    ("4a.5", "防贫保保费", "20574", "元"),
    ("4a.6", "脱贫人口就业", "305", "人"),
    ("4a.6", "就业目标完成率", "109.18", "%"),
    ("4a.7", "低保人口", "1291", "人"),
    ("4a.7", "发放救助金", "293512", "元"),
    ("4a.8", "养老保险完成率", "100", "%"),
    ("4a.8", "养老保险人均缴费", "887.78", "元"),
    ("4a.9", "市外就医手工报补", "628", "人"),
    ("4a.10", "失业帮扶再就业", "452", "人"),
    ("4a.10", "技能培训班", "14", "期"),
    ("4a.11", "新农合代缴金额", "870960", "元"),
    ("4b.1", "清理杂物", "650", "处"),
    ("4b.1", "投放鼠药", "120", "千克"),
    ("4b.2", "整修巷道", "24", "条"),
    ("4b.2", "巷道整修投资", "104", "万元"),
    ("4b.3", "清理流动摊点", "100", "个"),
    ("4b.4", "创建志愿服务", "8000", "人次"),
    ("5.2", "好媳妇好婆婆", "24", "人"),
    ("5.3", "百姓故事汇宣讲", "45", "场次"),
    ("5.3", "志愿服务活动", "60", "次"),
    ("5.4", "未成年人活动", "60", "场"),
    ("6.1", "征集微心愿", "13", "个"),
    ("6.2", "化解婚姻家庭纠纷", "26", "起"),
    ("6.3", "健康宣传资料", "20000", "份"),
    ("6.4", "申报托育机构", "5", "所"),
    ("6.5", "老年学校教师", "33", "人"),
    ("e1.1", "划分网格", "64", "个"),
    ("e1.1", "网格员", "326", "人"),
    ("e1.2", "网格党支部", "64", "个"),
    ("e2.1", "红色物业", "2", "个"),
    ("e3.3", "小程序反映问题", "547", "条"),
    ("e4.1", "警示教育", "37", "场次"),
    ("e4.1", "警示教育参加", "732", "人次"),
    ("e4.1", "撰写心得体会", "186", "篇"),
    ("e4.2", "重点项目", "43", "个"),
    ("e4.2", "项目完成投资", "57", "亿元"),
    ("e4.3", "涉及住宅面积", "4780.21", "平方米"),
    ("e4.3", "拆迁补偿资金", "772.515", "万元"),
    ("e4.4", "完成整改项目", "11", "个"),
]

# The plan of 2024 compares itself with these, or a summary quotes them.
RELIED_ON: dict[tuple[str, str], tuple[str, str, Decimal | int]] = {
    ("4b.2", "整修巷道"): ("条", "sum", 24),
    ("4b.2", "巷道整修投资"): ("万元", "sum", 104),
    ("1.1", "中心组理论学习"): ("次", "sum", 22),
    ("5.3", "志愿服务活动"): ("次", "sum", 60),
    ("4a.8", "养老保险完成率"): ("%", "latest", 100),
    ("6.4", "申报托育机构"): ("所", "sum", 5),
    ("2.1", "检查场所"): ("家", "sum", 145),
    ("2.1", "整改隐患"): ("处", "sum", 17),
    ("2.3", "办理12345工单"): ("件", "sum", 476),
    ("2.3", "工单满意率"): ("%", "latest", 90),
    ("2.3", "信访件"): ("件", "sum", 16),
}

FORBIDDEN = (
    *("邪教", "轮功", "宗教", "信教", "民族", "清真", "寺", "统战", "非法组织"),
    *("重点分子", "特殊人群", "特殊人员", "在册", "劝戒", "管控", "智慧政法", "扫黑", "台账18"),
    *("立案", "开除", "留党察看", "警告", "解聘", "批评教育", "处分", "酒驾", "任命", "部长”"),
    *("密码", "阜阳", "中原社区", "解放社区", "凤凰", "XXX", "集体上访", "聚众"),
)

CHINESE_NUMBERS = {"1": "一", "2": "两", "7": "七", "11": "十一"}

Figure = tuple[str, str, Decimal, dict[str, str]]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load(PLAN_FILE)


@pytest.fixture(scope="module")
def items(plan: Plan) -> dict[str, Item]:
    return {item.code: item for _area, _parent, item in plan.walk()}


@pytest.fixture(scope="module")
def ledger() -> dict[str, Any]:
    document, found = parse_yaml(LEDGER_FILE.read_text("utf-8"))
    assert found == []
    assert isinstance(document, dict)
    return document


def computed(plan: Plan) -> list[dict[str, Any]]:
    """What the totals give to indicators that are computed, in the shape of ledger entries."""
    names = {kind.code: kind.name for kind in plan.registers.safety.kinds}
    with TOTALS_FILE.open(encoding="utf-8", newline="") as file:
        totals = {(row["指标"], row["类别"]): row for row in csv.DictReader(file)}
    found = []
    for _area, _parent, item in plan.walk():
        for i in item.indicators:
            if i.register is not None:
                row = totals[MEASURE_NAMES[i.register], names.get(i.register_kind or "", "")]
                verb = {"sum": "add", "latest": "set"}[i.reading]
                entry = {"item": item.code, "on": row["止"], "source": row["原文"]}
                found.append({**entry, verb: {i.name: row["数值"]}})
    return found


@pytest.fixture(scope="module")
def figures(plan: Plan, ledger: dict[str, Any]) -> list[Figure]:
    """(item code, indicator name, value, entry) of each figure, filed or computed from totals."""
    return [
        (entry["item"], name, Decimal(amount), entry)
        for entry in [*ledger["entries"], *computed(plan)]
        for verb in ("add", "set")
        for name, amount in entry.get(verb, {}).items()
    ]


def test_the_plan_loads_and_is_the_finished_year_of_the_office(plan: Plan) -> None:
    assert (plan.office, plan.year, plan.simulated) == ("某街道办事处", 2023, False)
    assert [area.code for area in plan.areas] == [
        *("1", "2", "4a", "4b", "5", "6"),
        *("e1", "e2", "e3", "e4"),
    ]


def test_every_department_leads_and_has_a_post_to_escalate_to(plan: Plan) -> None:
    departments = {u.code for u in plan.units if u.kind == "department"}
    assert departments == {
        *("dzb", "djb", "jgw", "cjb", "zzb", "yjb", "mzb", "sbs"),
        *("wjb", "zqb", "xcb", "dqzx", "flh", "wzb", "tjz"),
    }
    assert {item.lead for _area, _parent, item in plan.walk()} == departments
    assert [u.code for u in plan.units if u.kind == "community"] == [f"c{n}" for n in range(1, 10)]
    assert all(unit.head and unit.leader for unit in plan.units)


def test_the_ledger_belongs_to_the_plan_and_is_no_simulation(
    plan: Plan, ledger: dict[str, Any]
) -> None:
    head = {key: value for key, value in ledger.items() if key != "entries"}
    assert head == {
        "duban_ledger": "1",
        "office": plan.office,
        "year": str(plan.year),
        "simulated": "false",
    }


def test_at_least_120_figures_are_recorded_one_a_row(figures: list[Figure]) -> None:
    assert len(figures) >= 120
    assert len({id(entry) for *_, entry in figures}) == len(figures)


@pytest.mark.parametrize(("code", "name", "value", "unit"), FACTS)
def test_a_figure_of_the_document_is_recorded(
    code: str, name: str, value: str, unit: str, figures: list[Figure], items: dict[str, Item]
) -> None:
    assert [v for c, n, v, _ in figures if (c, n) == (code, name)] == [Decimal(value)]
    assert [i.unit for i in items[code].indicators if i.name == name] == [unit]


@pytest.mark.parametrize(("code", "name"), RELIED_ON)
def test_a_figure_that_others_refer_to_stays_as_it_is(
    code: str, name: str, figures: list[Figure], items: dict[str, Item]
) -> None:
    indicator = next(i for i in items[code].indicators if i.name == name)
    value = next(v for c, n, v, _ in figures if (c, n) == (code, name))
    assert (indicator.unit, indicator.reading, value) == RELIED_ON[code, name]


def test_every_indicator_has_its_one_figure_and_every_figure_its_indicator(
    figures: list[Figure], items: dict[str, Item]
) -> None:
    planned = {
        (item.code, i.name): {"sum": "add", "latest": "set"}[i.reading]
        for item in items.values()
        for i in item.indicators
    }
    filed = {(c, n): next(v for v in ("add", "set") if v in entry) for c, n, _, entry in figures}
    assert filed == planned
    assert len(figures) == len(planned)


def test_no_target_is_made_up(items: dict[str, Item]) -> None:
    assert [i for item in items.values() for i in item.indicators if i.target is not None] == []


def test_each_item_says_in_at_most_80_characters_where_it_comes_from(
    items: dict[str, Item],
) -> None:
    assert [i.code for i in items.values() if not i.source or len(i.source) > 80] == []


def test_each_figure_stands_in_its_own_source_passage(figures: list[Figure]) -> None:
    for code, name, value, entry in figures:
        source = entry["source"]
        spelled = CHINESE_NUMBERS.get(str(value), "-")
        found = re.search(rf"(?<![\d.]){re.escape(str(value))}(?![\d.]*\d)", source)
        assert found or spelled in source, (code, name)
        assert len(source) <= 80, (code, name)


def test_an_approximation_is_said_in_the_note_and_nowhere_else(figures: list[Figure]) -> None:
    for code, name, value, entry in figures:
        about = re.search(rf"{value}\D{{0,2}}?(余|左右|以上)", entry["source"])
        said = re.search("原文带“(.+?)”", entry.get("note", ""))
        assert (about and about[1]) == (said and said[1]), (code, name)


def test_figures_take_effect_at_the_end_of_the_year_unless_the_document_says_otherwise(
    figures: list[Figure],
) -> None:
    other = {(c, n): e["on"] for c, n, _, e in figures if e["on"] != "2023-12-31"}
    assert other == {
        ("1.3", "处置问题线索"): "2023-10-31",
        ("2.3", "办理12345工单"): "2023-10-31",
        ("2.3", "工单满意率"): "2023-10-31",
        ("2.4", "经济普查试点社区"): "2023-07-31",
        ("4a.6", "脱贫人口就业"): "2023-10-30",
        ("4a.6", "就业目标完成率"): "2023-10-30",
    }


def test_progress_is_filed_by_the_unit_that_leads(
    plan: Plan, items: dict[str, Item], ledger: dict[str, Any]
) -> None:
    names = {unit.code: unit.name for unit in plan.units}
    rows = [e for e in ledger["entries"] if "close" not in e]
    assert [e for e in rows if e["by"] != names[items[e["item"]].lead]] == []


UNFINISHED = "e4.3"  # the document says that this work goes on


def test_every_step_is_reached_and_what_is_finished_is_closed_once_and_last(
    items: dict[str, Item], ledger: dict[str, Any]
) -> None:
    entries = ledger["entries"]
    reached = Counter((e["item"], e["milestone"]) for e in entries if "milestone" in e)
    assert reached == Counter((i.code, m.code) for i in items.values() for m in i.milestones)
    finished = [code for code in items if code != UNFINISHED]
    closes = entries[-len(finished) :]
    assert [e["item"] for e in closes] == finished
    assert all(e["close"] and date.fromisoformat(e["on"]) == date(2023, 12, 31) for e in closes)
    assert not any("close" in e for e in entries[: -len(finished)])


def test_an_item_without_figures_has_steps(items: dict[str, Item]) -> None:
    assert [i.code for i in items.values() if not i.indicators and not i.milestones] == []


@pytest.mark.parametrize(
    ("code", "whole", "parts"),
    [
        (
            "e4.2",
            "重点项目",
            ["攻坚开工项目", "攻坚竣工项目", "加快建设进度项目", "重大前期推进项目"],
        ),
        ("2.3", "信访件", ["信访件处理完毕", "信访件息诉"]),
    ],
)
def test_a_total_of_the_document_is_the_sum_of_its_parts(
    code: str, whole: str, parts: list[str], figures: list[Figure]
) -> None:
    values = {name: value for c, name, value, _ in figures if c == code}
    assert values[whole] == sum(values[part] for part in parts)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *(("2.6", "代表反馈信息"), ("2.6", "小街巷治理")),
        *(("4b.2", "整修巷道"), ("e4.2", "重点项目")),
    ],
)
def test_what_does_not_add_up_or_looks_alike_has_a_note(
    code: str, name: str, figures: list[Figure]
) -> None:
    assert next(e for c, n, _, e in figures if (c, n) == (code, name)).get("note")


def test_a_rate_that_follows_from_no_count_is_told_and_not_counted(
    ledger: dict[str, Any], items: dict[str, Item]
) -> None:
    (row,) = [e for e in ledger["entries"] if "85％" in e.get("source", "")]
    assert {"add", "set"}.isdisjoint(row)
    assert "整改率85％" in row["note"]
    assert not [i for i in items["2.1"].indicators if i.unit == "%"]


@pytest.mark.parametrize("path", [PLAN_FILE, LEDGER_FILE, TOTALS_FILE], ids=lambda path: path.name)
def test_nobody_is_listed_watched_or_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert [word for word in FORBIDDEN if word in text] == []
    assert re.findall(r"(?<![\d.])(?:1\d{10}|\d{17}[\dXx])(?!\d)", text) == []


def test_no_figure_counts_a_single_person(figures: list[Figure], items: dict[str, Item]) -> None:
    people = {
        (item.code, i.name)
        for item in items.values()
        for i in item.indicators
        if i.unit in ("人", "名")
    }
    assert len(people) > 20
    assert [(c, n) for c, n, value, _ in figures if (c, n) in people and value <= 1] == []
