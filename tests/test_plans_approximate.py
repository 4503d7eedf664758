"""Numbers that a document gives only roughly."""

import re
from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.approximate import BEHIND, BETWEEN, approximation, of_sum, roughly
from plans.load import parse
from plans.numerals import plain_number
from plans.workdays import Workdays
from plans.yaml_text import parse_yaml

PLANS = Path(__file__).parent.parent / "plans"


@pytest.mark.parametrize(
    ("passage", "amount", "unit", "mark"),
    [
        ("受众4541余人", "4541", "人", "余"),
        ("30余名爱心妈妈", "30", "人", "余"),
        ("完成投资57亿元以上", "57", "亿元", "以上"),
        ("解决率在90％以上", "90", "%", "以上"),
        ("居民400户左右", "400", "户", "左右"),
        ("约30户", "30", "户", "约"),
        ("资金近3.5万元", "3.5", "万元", "近"),
        ("出动超过200人次", "200", "人次", "超过"),
        ("about 30 households", "30", "households", "about"),
        ("整修巷道24条", "24", "条", ""),
        ("50周岁以上老人", "50", "人", ""),
        ("节约30万元", "30", "万元", ""),
        ("附近30户", "30", "户", ""),
        ("就近30户", "30", "户", ""),
        *[(f"{word}约30户", "30", "户", "") for word in "签邀相特履邮预失赴租解续"],
        ("本年度征收签约30户", "30", "户", ""),
        ("已签约 30户", "30", "户", ""),
        *[(f"{word}约30户", "30", "户", "约") for word in ("大", "共有", "走访", "惠及", "，")],
        *[(f"{word}约30户", "30", "户", "约") for word in ("帮扶", "需", "征集", "化解", "24条")],
        ("历时约30天", "30", "天", "约"),
        ("需约30人", "30", "人", "约"),
        ("为期约3个月", "3", "个月", "约"),
        ("培育约30人", "30", "人", "约"),
        ("人民币约64万元", "64", "万元", "约"),
        ("春节约30户", "30", "户", "约"),
        ("制定居民公约30份", "30", "份", ""),
        ("订立条约3项", "3", "项", ""),
        *[(f"{word}30户", "30", "户", "") for word in ("邻近", "最近", "赶超")],
        ("接近30户", "30", "户", "近"),
        ("约 30人", "30", "人", "约"),
        ("约1,200人", "1200", "人", "约"),
        ("1,200余人", "1200", "人", "余"),
        ("1,200余人", "200", "人", ""),
        ("签约3户、走访约30户", "30", "户", "约"),
        ("完成投资57亿元以上", "570000", "万元", "以上"),
        ("投资57亿元", "570000", "万元", ""),
        ("资金30余万元", "30", "万元", "余"),
        ("资金30余万元", "300000", "元", "余"),
        ("资金30余元", "30", "万元", ""),
        ("发放传单1.2万余", "12000", "份", "余"),
        ("发放传单1.2万余份", "12000", "份", "余"),
        ("受众1.2万人", "12000", "人", ""),
        ("受众3万多人次", "3", "万人次", "多"),
        ("清理4541余人", "541", "人", ""),
        ("清理4541余人", "454", "人", ""),
        ("1.5余吨", "1", "吨", ""),
        ("张贴海报200余张，电子屏宣传200处", "200", "处", ""),
        ("张贴海报200余张，电子屏宣传200处", "200", "张", "余"),
        ("七项制度", "7", "项", ""),
    ],
)
def test_a_passage_says_whether_it_is_rough(
    passage: str, amount: str, unit: str, mark: str
) -> None:
    assert approximation(passage, Decimal(amount), unit) == mark


def test_every_rough_number_of_the_document_on_2023_is_known_as_such() -> None:
    plan, _problems = parse(
        (PLANS / "library" / "2023.yaml").read_text(encoding="utf-8"), "2023.yaml", Workdays()
    )
    assert plan is not None
    units = {(i.code, m.name): m.unit for _a, _p, i in plan.walk() for m in i.indicators}
    text = (PLANS / "samples" / "2023-results.yaml").read_text(encoding="utf-8")
    tree, _found = parse_yaml(text)
    seen = 0
    for filed in tree["entries"]:
        for name, amount in {**filed.get("add", {}), **filed.get("set", {})}.items():
            noted = re.search("原文带“(.+?)”", filed.get("note", ""))
            unit = units[filed["item"], name]
            found = approximation(filed["source"], Decimal(amount), unit)
            assert found == (noted[1] if noted else ""), filed
            seen += bool(found)
    assert seen == 20


amounts = st.decimals(Decimal("0.01"), 100_000, places=2)


@given(amounts, st.sampled_from([*BETWEEN, *BEHIND, "约", "近", "超过", ""]))
def test_what_is_written_as_rough_is_read_as_rough(amount: Decimal, mark: str) -> None:
    written = roughly(plain_number(amount), "平方米", mark, "zh")
    assert approximation(f"面积{written}，共3处", amount, "平方米") == mark


def test_four_times_the_passage_takes_hardly_more_than_four_times_as_long() -> None:
    def seconds(numbers: int) -> float:
        passage = "约1 " * numbers
        began = process_time()
        assert approximation(passage, Decimal(1), "人") == "约"
        return process_time() - began

    # With the square of the length it would be sixteen times.
    pairs = [(seconds(8_000), seconds(2_000)) for _ in range(5)]
    assert min(long for long, _ in pairs) < 10 * min(short for _, short in pairs)


def test_a_sum_is_as_rough_as_its_parts() -> None:
    assert of_sum(["", ""]) == ""
    assert of_sum(["余", "", "余"]) == "余"
    assert of_sum(["余", "左右"]) == "约"


def test_in_english_the_mark_is_a_word_before_the_number() -> None:
    assert roughly("100", "t", "余", "en") == "over 100 t"
    assert roughly("400", "", "左右", "en") == "about 400"
    assert roughly("90", "%", "以上", "en") == "over 90%"
