"""Files with cases that the register has already: the same, more, less, or otherwise."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.errors import ConflictError
from tests import petition_office, safety_office
from tests.conftest import examples
from tests.tables import take
from tracker.registers.correcting import correct_petition
from tracker.registers.findings import FileProblems
from tracker.registers.importing import Imported
from tracker.registers.known import find_known
from tracker.store import Store

D = date.fromisoformat
CASE = {
    "编号": "12345-1",
    "渠道": "12345热线",
    "工单类型": "咨询",
    "主题": "物业管理",
    "社区": "第一社区",
    "收到日期": "2024-03-01",
    "承办单位": "第二社区",
    "重复": "是",
    "受理日期": "2024-03-01",
    "延期至": "2024-03-12",
    "延期批准日期": "2024-03-04",
    "延期批准单位": "第二社区",
    "办结日期": "2024-03-06",
    "办结结果": "已解决",
    "回访日期": "2024-03-08",
    "满意度": "满意",
}
SWEEP = {
    "编号": "wires-c1-2024-03-29",
    "安排": "wires",
    "类别": "飞线充电",
    "社区": "第一社区",
    "应查日期": "2024-03-29",
    "检查日期": "2024-03-20",
    "检查场所": "36",
    "出动人次": "8",
    "牵头单位": "第一社区",
}
HAZARD = {
    "编号": "隐患-1",
    "类别": "占用消防通道",
    "等级": "重大",
    "场所": "商贸城",
    "社区": "第一社区",
    "发现日期": "2024-03-20",
    "责任单位": "应急所",
    "检查编号": "wires-c1-2024-03-29",
    "责令日期": "2024-03-20",
    "整改期限": "2024-03-27",
    "责任人": "商贸城项目经理",
    "完成时限": "一周内",
    "责任": "主体责任",
    "整改标准": "净宽4米",
    "整改措施": "拆除隔断",
    "整改日期": "2024-03-25",
    "整改人": "物业项目经理",
    "复查日期": "2024-03-26",
    "复查人": "应急所",
    "复查结果": "不合格",
    "再次责令日期": "2024-03-26",
    "再次整改期限": "2024-04-02",
    "再次整改日期": "2024-04-01",
    "再次整改人": "物业项目经理",
    "再次复查日期": "2024-04-02",
    "再次复查人": "第二社区",
    "再次复查结果": "合格",
    "销号日期": "2024-04-03",
}


@pytest.fixture
def everything(sqlite_store_url: str) -> Iterator[Store]:
    """A store that has the one case of each register."""
    safety_office.load(sqlite_store_url)
    with Store(sqlite_store_url) as store:
        for register, case in CASES.items():
            assert come(store, register, case).changed
        yield store


CASES = {"petition": CASE, "sweep": SWEEP, "hazard": HAZARD}


def come(store: Store, register: str, *cases: dict[str, str], **options: Any) -> Imported:
    """Imports cases, each given by its cells; those that are left out are empty."""
    head = list(dict.fromkeys(heading for case in cases for heading in case))
    rows = [head, *([case.get(heading) or "" for heading in head] for case in cases)]
    content = "\n".join(map(",".join, rows)).encode()
    return take(store, content, register, **options)


# What is left empty


@given(st.data())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_row_leaves_empty_contradicts_nothing(
    everything: Store, data: st.DataObject
) -> None:
    register = data.draw(st.sampled_from(list(CASES)))
    case = CASES[register]
    empty = data.draw(st.sets(st.sampled_from([heading for heading in case if heading != "编号"])))
    imported = come(everything, register, case | dict.fromkeys(empty, ""))
    assert imported.again or (imported.counts.there, imported.changed) == (1, False)


def test_what_a_row_says_is_held_against_the_register_though_the_rest_of_it_is_empty(
    everything: Store,
) -> None:
    for register, heading, other in (
        ("petition", "重复", "否"),
        ("petition", "承办单位", "第一社区"),
        ("petition", "延期至", "2024-03-11"),
        ("petition", "满意度", "不满意"),
        ("sweep", "检查场所", "35"),
        ("hazard", "场所", "另一商贸城"),
        ("hazard", "再次复查日期", "2024-04-01"),
    ):
        case = dict.fromkeys(CASES[register], "") | {"编号": CASES[register]["编号"]}
        with pytest.raises(FileProblems, match=r"in the register it is|left empty; expected, for"):
            come(everything, register, case | {heading: other})


def test_of_two_extensions_a_row_may_give_either(petitions: Store) -> None:
    come(petitions, "petition", CASE)
    letter = {
        **{"编号": "2", "渠道": "来信", "主题": "噪声扰民", "社区": "第二社区"},
        **{"收到日期": "2024-03-01", "受理日期": "2024-03-04"},
    }
    come(petitions, "petition", letter)
    with petition_office.register(petitions) as book:
        book.record("2", "extend", D("2024-04-01"), to=D("2024-05-10"), by="c2")
        book.record("2", "extend", D("2024-05-08"), to=D("2024-05-20"), by="c2")
    for to in ("2024-05-10", "2024-05-20"):
        assert not come(petitions, "petition", letter | {"延期至": to}).changed


# What was taken back since


def test_the_same_file_brings_in_again_what_was_taken_back_since(petitions: Store) -> None:
    assert come(petitions, "petition", CASE).counts.new == 1
    assert come(petitions, "petition", CASE).again == "cases.csv"
    with petition_office.register(petitions) as book:
        book.undo("12345-1")
    assert come(petitions, "petition", CASE).counts.events == 1
    with petition_office.register(petitions) as book:
        while book.undo("12345-1")[1] is not None:
            pass
    again = come(petitions, "petition", CASE)
    assert (again.again, again.counts.new, again.counts.events) == (None, 1, 4)
    assert come(petitions, "petition", CASE).again == "cases.csv"


def test_the_same_file_contradicts_no_correction(petitions: Store) -> None:
    come(petitions, "petition", CASE)
    with petition_office.register(petitions) as book:
        correct_petition(book, "12345-1", topic="noise")
    assert come(petitions, "petition", CASE).again == "cases.csv"
    assert come(petitions, "petition", CASE, correct=True).counts.corrected == 1


# What the file does not say


def test_a_file_without_channels_is_taken_in_when_the_channel_is_named(petitions: Store) -> None:
    export = {heading: cell for heading, cell in CASE.items() if heading != "渠道"}
    with pytest.raises(FileProblems, match=r"渠道: there is no such column; .* --channel may say"):
        come(petitions, "petition", export)
    assert come(petitions, "petition", export, channel="12345").counts.new == 1
    assert come(petitions, "petition", CASE).counts.there == 1
    mixed = [{"编号": "2", "渠道": "来信", "工单类型": ""}, {"编号": "3", "渠道": ""}]
    asked = {"受理日期": "", "延期至": "", "延期批准日期": "", "延期批准单位": "", "办结日期": ""}
    asked |= {"办结结果": "", "回访日期": "", "满意度": ""}
    cases = [CASE | asked | one for one in mixed]
    assert come(petitions, "petition", *cases, channel="12345").counts.new == 2
    with petitions.read() as connection:
        known = find_known(connection, [1], "petition", ["2", "3"])
    assert [known[number].case.channel for number in ("2", "3")] == ["letter", "12345"]


# However a number is typed

WIDE = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}
BRACKETS = ("〔〕", "()", "（）", "[]", "［］", "【】")


@given(st.sampled_from(BRACKETS), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_number_is_the_same_however_it_is_typed(
    everything: Store, brackets: str, small: bool, wide: bool, spaced: bool
) -> None:
    for register in ("petition", "hazard"):
        come(everything, register, CASES[register] | {"编号": "XF〔2024〕1号"}, correct=True)
        typed = f"XF{brackets[0]}2024{brackets[1]}1号"
        typed = typed.lower() if small else typed
        typed = typed.translate(WIDE) if wide else typed
        typed = " ".join(typed) if spaced else typed
        again = come(everything, register, CASES[register] | {"编号": typed}, correct=True)
        assert (again.counts.there, again.counts.new) == (1, 0)
    with petition_office.register(everything) as book:
        assert book.book.find(typed).number == "XF〔2024〕1号"
        with pytest.raises(ConflictError, match="in the register already"):
            book.add(typed, "visit", "noise", D("2024-03-01"), community="c1")


def test_numbers_that_differ_in_how_they_are_typed_only_stand_twice_in_a_file(
    petitions: Store,
) -> None:
    with pytest.raises(FileProblems, match="1号: stands in row 2 already"):
        come(petitions, "petition", CASE | {"编号": "x(1)1号"}, CASE | {"编号": "X[1]1号"})
