"""Files that say who somebody is, in every way that could be thought of: none of it is taken in."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import select

from plans.errors import BadInputError
from tests import petition_office, safety_office
from tests.tables import Rows, take, workbook
from tracker.registers.findings import FileProblems
from tracker.schema import metadata
from tracker.store import Store

D = date.fromisoformat
HEAD = ["编号", "渠道", "主题", "社区", "收到日期"]
CASE = ["1", "来信", "噪声扰民", "第一社区", D("2024-03-01")]
HAZARD = ["编号", "类别", "等级", "场所", "社区", "发现日期", "责任单位", "整改日期", "整改人"]
FOUND = [
    "H1",
    "飞线充电",
    "一般",
    "3号楼",
    "第一社区",
    D("2024-03-01"),
    "yj",
    D("2024-03-01"),
    "物业",
]
TOTALS = ["指标", "起", "止", "数值", "原文"]
TOTAL = ["hazards.found", D("2023-01-01"), D("2023-12-31"), 476, "办理工单476件"]
MOBILE, IDENTITY = "13812345678", "11010519491231002X"
PEOPLE = ["王建国", "李秀英", "张伟民", "刘洋", "陈晓明", "欧阳海燕"]


@pytest.fixture
def store(sqlite_store_url: str) -> Iterator[Store]:
    petition_office.load(sqlite_store_url)
    with Store(sqlite_store_url) as opened:
        yield opened


@pytest.fixture
def safe(sqlite_store_url: str) -> Iterator[Store]:
    safety_office.load(sqlite_store_url)
    with Store(sqlite_store_url) as opened:
        yield opened


def csv(rows: Rows) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def beside(heading: str, *cells: Any) -> list[list[Any]]:
    """Petitions with one more column."""
    return [[*HEAD, heading], *([f"{n}", *CASE[1:], cell] for n, cell in enumerate(cells, 1))]


def instead(head: list[str], row: list[Any], **cells: Any) -> list[list[Any]]:
    """One row with other cells."""
    return [head, [*(dict(zip(head, row, strict=True)) | cells).values()]]


def refused(store: Store, content: bytes, register: str, *secret: str) -> str:
    """What is said; nothing of what was refused is in it, nor in the store."""
    with pytest.raises(FileProblems) as told:
        take(store, content, register)
    said = str(told.value)
    assert not [one for one in (MOBILE, IDENTITY, *PEOPLE, *secret) if one in said]
    assert not [one for one in (MOBILE, IDENTITY, *PEOPLE) if one in everything(store)]
    return said


def everything(store: Store) -> str:
    with store.read() as connection:
        return "".join(
            str(row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        )


PETITIONS: dict[str, tuple[Rows, str]] = {
    "a heading of a name": (beside("来电人", "x"), "row 1, 来电人: a person's name"),
    "a heading with spaces": (beside("联 系 电 话", "x"), "a telephone number"),
    "a heading in full width": (beside("ＰＨＯＮＥ", "x"), "a telephone number"),
    "a heading in two lines": (beside("身份证\n号码", "x"), "an identity number"),
    "a number as heading": (beside(f"王 {MOBILE}", "x"), "row 1, column F: a mobile number"),
    "a number stored as a number": (
        beside("备注", float(MOBILE)),
        "row 2, 备注: looks like a mobile",
    ),
    "a number in scientific form": (beside("备注", "1.3812345678E+10"), "row 2, 备注: looks like"),
    "an old identity number": (
        beside("备注", 110105491231002.0),
        "row 2, 备注: looks like an ident",
    ),
    "an identity number": (
        beside("备注", "x", IDENTITY.lower()),
        "row 3, 备注: looks like an ident",
    ),
    "full width": (beside("备注", "１３８１２３４５６７８"), "row 2, 备注: looks like a mobile"),
    "Chinese digits": (
        beside("备注", "一三八一二三四五六七八"),
        "row 2, 备注: looks like a mobile",
    ),
    "marks between": (beside("备注", "138_1234/5678"), "row 2, 备注: looks like a mobile"),
    "letters for digits": (beside("备注", "I38O2345678"), "row 2, 备注: looks like a mobile"),
    "within a text": (beside("备注", f"请回电{MOBILE}谢谢"), "row 2, 备注: looks like a mobile"),
    "two lines in a cell": (beside("备注", "电话\n138 1234 5678"), "row 2, 备注: looks like a mob"),
    "no heading": (beside("", "x", MOBILE), "row 3, column F: looks like a mobile"),
    "beyond the headings": (
        [HEAD, [*CASE, "", "", MOBILE]],
        "row 2, column H: looks like a mobile",
    ),
    "names without a heading": (beside("", *PEOPLE), "row 1, column F: the cells look like names"),
    "names under another heading": (
        beside("备注", *PEOPLE),
        "row 1, 备注: the cells look like names",
    ),
    "a mobile number as number": (
        instead(HEAD, CASE, 编号=MOBILE),
        "row 2, 编号: looks like a mob",
    ),
    "the same as a number": (instead(HEAD, CASE, 编号=float(MOBILE)), "row 2, 编号: looks like"),
    "a rounded number": (
        instead(HEAD, CASE, 编号=110105194912310020.0),
        "row 2, 编号: a number of m",
    ),
    "as topic": (instead(HEAD, CASE, 主题=MOBILE), "row 2, 主题: looks like a mobile"),
    "as day": (instead(HEAD, CASE, 收到日期=MOBILE), "row 2, 收到日期: looks like a mobile"),
    "as community": (
        instead(HEAD, CASE, 社区=f"x{IDENTITY}"),
        "row 2, 社区: looks like an identity",
    ),
}


@pytest.mark.parametrize("what", PETITIONS)
def test_no_file_of_petitions_brings_in_who_somebody_is(store: Store, what: str) -> None:
    rows, said = PETITIONS[what]
    assert said in refused(store, workbook({"工单": rows}), "petition")
    if not any("\n" in str(cell) or isinstance(cell, float) for row in rows for cell in row):
        assert said in refused(store, csv(rows), "petition")


def test_a_column_of_units_or_places_that_is_not_taken_in_holds_no_names(store: Store) -> None:
    places = ("白云海", "田光明", "江南宁", "龙海华", "黄海平", "马家兴", "石玉林")
    rows = beside("所属小区", *places)
    take(store, workbook({"工单": rows}), "petition")
    assert not [one for one in places if one in everything(store)]
    assert "look like names" in refused(
        store, workbook({"工单": beside("小区备注", *places)}), "petition"
    )


SAFETY: dict[str, tuple[Rows, str]] = {
    "a post": (
        instead(HAZARD, FOUND, 整改人="王建国"),
        "row 2, 整改人: the text seems to hold a pers",
    ),
    "a post with a name": (
        instead(HAZARD, FOUND, 整改人="物业经理 李秀英"),
        "row 2, 整改人: the text",
    ),
    "a home": (
        instead(HAZARD, FOUND, 场所="3号楼王建国家"),
        "row 2, 场所: the text seems to say whose",
    ),
    "a telephone": (
        instead(HAZARD, FOUND, 场所="3号楼010-62345678"),
        "row 2, 场所: the text seems to",
    ),
    "a name as number": (
        instead(HAZARD, FOUND, 编号="张三社区1"),
        "row 2, 编号: '张三社区1' is no num",
    ),
    "a number of totals": (instead(TOTALS, TOTAL, 数值=MOBILE), "row 2, 数值: looks like a mobile"),
    "a passage": (instead(TOTALS, TOTAL, 原文=f"见{MOBILE}"), "row 2, 原文: looks like a mobile"),
}


@pytest.mark.parametrize("what", SAFETY)
def test_no_file_of_hazards_brings_in_who_somebody_is(safe: Store, what: str) -> None:
    rows, said = SAFETY[what]
    assert said in refused(safe, csv(rows), "hazard", "010-62345678")


def test_a_hidden_column_is_looked_at_as_any_other(store: Store) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(beside("备注", MOBILE)):
        sheet.write_row(number, 0, row)
    sheet.set_column("F:F", None, None, {"hidden": True})
    book.close()
    assert "备注: looks like a mobile" in refused(store, content.getvalue(), "petition")


def test_hidden_sheets_and_comments_are_not_read(store: Store) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate([HEAD, CASE]):
        sheet.write_row(number, 0, row)
    sheet.write_comment("A2", f"王建国 {MOBILE}")
    other = book.add_worksheet(MOBILE)
    other.write_row(0, 0, ["王建国", IDENTITY])
    other.hide()
    book.close()
    assert take(store, content.getvalue()).counts.new == 1
    found = everything(store)
    assert MOBILE not in found
    assert IDENTITY not in found


@pytest.mark.parametrize(
    ("name", "sheet", "said"),
    [
        (f"王建国{IDENTITY}.xlsx", "工单", "name of the file: the text seems to hold an identity"),
        ("投诉138-1234-5678.xlsx", "工单", "name of the file: the text seems to hold a mobile"),
        ("王建国身份证.xlsx", "工单", "name of the file: the text seems to hold a document"),
        ("cases.xlsx", MOBILE, "the name of a sheet seems to hold a mobile number"),
    ],
)
def test_names_of_files_and_sheets_are_looked_at(
    store: Store, name: str, sheet: str, said: str
) -> None:
    with pytest.raises(BadInputError, match=said) as told:
        take(store, workbook({sheet: [HEAD, CASE]}), path=Path(name))
    assert not [
        one for one in (MOBILE, IDENTITY, "138-1234-5678", "王建国") if one in str(told.value)
    ]


def test_a_number_that_is_split_over_two_columns_is_not_seen_but_not_taken_in_either(
    store: Store,
) -> None:
    rows: Rows = [[*HEAD, "备注1", "备注2"], [*CASE, "1381234", "5678"]]
    imported = take(store, workbook({"工单": rows}))
    assert imported.columns_left_out == ["备注1", "备注2"]
    assert "1381234" not in everything(store)
