"""Sheets as offices send them: nothing of them gets lost unsaid."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from plans.typed import TypedError
from tests.desk import Ran, duban
from tests.petition_office import load, register
from tests.tables import Rows, take, workbook
from tracker.registers.cells import read_count
from tracker.registers.days import read_day
from tracker.registers.events import find_case
from tracker.registers.findings import FileProblems
from tracker.registers.importing import Imported
from tracker.registers.satisfaction import read_survey
from tracker.schema import register_case, register_event
from tracker.store import Store

D = date.fromisoformat
HEAD = ["编号", "渠道", "主题", "社区", "收到日期", "受理日期", "办结日期", "办结结果"]
CASE = ["1", "来信", "噪声扰民", "第一社区", D("2024-03-01"), D("2024-03-02"), "", ""]


@pytest.fixture
def store(sqlite_store_url: str) -> Iterator[Store]:
    load(sqlite_store_url)
    with Store(sqlite_store_url) as opened:
        yield opened


def case(number: str, **cells: Any) -> list[Any]:
    values = dict(zip(HEAD, CASE, strict=True)) | {"编号": number} | cells
    return list(values.values())


def sheet(rows: Rows, more: Callable[[Any], object] = lambda sheet: None) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"})
    made = book.add_worksheet("工单")
    for number, row in enumerate(rows):
        made.write_row(number, 0, row)
    more(made)
    book.close()
    return content.getvalue()


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with another XML of its sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as archive:
        for name in packed.namelist():
            part = packed.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert re.search(old, part), part
                part = re.sub(old, new, part)
            archive.writestr(name, part)
    return out.getvalue()


def imported(store: Store, content: bytes, name: str = "a.xlsx", **settings: Any) -> Imported:
    return take(store, content, path=Path(name), **settings)


def refused(store: Store, content: bytes, name: str = "a.xlsx", **settings: Any) -> list[str]:
    with pytest.raises(FileProblems) as told:
        take(store, content, path=Path(name), **settings)
    return str(told.value).splitlines()[:-1]


# Formulas


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
@pytest.mark.parametrize("column", ["受理日期", "主题", "社区"])
def test_an_error_of_a_formula_is_no_empty_cell(store: Store, error: str, column: str) -> None:
    place = HEAD.index(column)

    def more(sheet: Any) -> None:
        sheet.write_formula(1, place, "=VLOOKUP(1,A1:B2,2)", None, error)

    told = refused(store, sheet([HEAD, CASE], more))
    assert told == [
        f"a.xlsx, sheet 工单, row 2, {column}: {error}: an error of a formula; expected a value, or"
        " an empty cell"
    ]


def test_an_error_that_was_exported_as_text_is_no_empty_cell_either(store: Store) -> None:
    lines = ",".join(HEAD) + "\n1,来信,噪声扰民,第一社区,2024-03-01,#N/A,,\n"
    (told,) = refused(store, lines.encode(), "a.csv")
    assert "row 2, 受理日期: #N/A: an error" in told


@pytest.mark.parametrize(
    "cell",
    [
        b"<c r='F2'><f>TODAY()</f></c>",
        b'<c r="F2" s="1"><f>TODAY()</f><v/></c>',
        b'<c r="F2"><f>TODAY()</f><v></v></c>',
        b'<c r="F2"><f t="shared" si="0"/></c>',
        b'<c r="F2" t="str"><f>TODAY()</f></c>',
    ],
)
def test_a_formula_whose_result_was_not_saved_is_no_empty_cell(store: Store, cell: bytes) -> None:
    content = changed(sheet([HEAD, CASE]), rb'<c r="F2".*?</c>', cell)
    (told,) = refused(store, content)
    assert "row 2, 受理日期: a formula without its result" in told


def test_a_formula_that_comes_to_an_empty_text_is_an_empty_cell(store: Store) -> None:
    empty = b'<c r="F2" t="str"><f>IF(A1="x","","")</f><v></v></c>'
    assert (
        imported(store, changed(sheet([HEAD, CASE]), rb'<c r="F2".*?</c>', empty)).counts.new == 1
    )


def test_formulas_beside_the_columns_that_are_read_do_not_matter(store: Store) -> None:
    def more(sheet: Any) -> None:
        sheet.write_formula(1, len(HEAD), "=NA()", None, "#N/A")

    rows: Rows = [[*HEAD, "备注"], CASE]
    assert imported(store, sheet(rows, more)).counts.new == 1


# Merged cells


def test_merged_rows_are_refused_with_their_range(store: Store) -> None:
    def more(sheet: Any) -> None:
        sheet.merge_range("F2:F4", "2024-03-02")
        sheet.merge_range("C4:D4", "噪声扰民")

    rows = [HEAD, *(case(str(n), 受理日期="") for n in range(3))]
    told = refused(store, sheet(rows, more))
    assert "row 2, 受理日期: rows 2 to 4 are merged" in told[0]
    assert "row 4, 主题: merged with: 社区" in told[1]


def test_merged_titles_and_cells_that_are_not_read_do_not_matter(store: Store) -> None:
    def more(sheet: Any) -> None:
        sheet.merge_range("A1:H1", "工单台账")
        sheet.merge_range("I3:I4", "x")
        sheet.merge_range("A5:C5", "合计")

    rows = [[], [*HEAD, "备注"], case("1"), case("2"), ["", "", "", "", 2]]
    assert imported(store, sheet(rows, more)).counts.new == 2


# Rows that are no cases


@pytest.mark.parametrize("word", ["合计", "小 计", "总计：2件", "本页合计", "合计2", "Total"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_row_of_totals_is_left_out_and_said(store: Store, word: str, place: int) -> None:
    heads = ["序号", *HEAD]
    total: list[Any] = ["", "", "", "", "", 2]
    total[place] = word
    rows = [heads, [1, *case("1")], [2, *case("2")], total, ["  ", "\u3000", " "]]
    if place == 1:
        total[0] = 3
    done = imported(store, workbook({"工单": rows}))
    assert done.counts.new == 2
    assert done.warnings == ["sheet 工单: rows of totals, not taken in: 4"]


def test_what_only_begins_like_a_total_is_a_case_like_others(store: Store) -> None:
    rows = [HEAD, case("总2024-1"), case("T1"), case("合计划2")]
    told = refused(store, workbook({"工单": rows}))
    assert [re.search(r"row \d", line)[0] for line in told] == ["row 2", "row 4"]  # type: ignore[index]


def test_rows_of_spaces_are_empty(store: Store) -> None:
    lines = f"{','.join(HEAD)}\n \n,\u3000, \n1,来信,噪声扰民,第一社区,2024-03-01,,,\n\n"
    done = imported(store, lines.encode(), "a.csv")
    assert (done.counts.new, done.warnings) == (1, [])


# Headings


def test_all_that_is_wrong_with_headings_is_told_at_once(store: Store) -> None:
    heads = ["编 号：", "来源渠道1", "姓名", "社区", "收到日", "办结日期", "办结时间"]
    heads += ["受理时限", "序号", "备注"]
    told = refused(store, workbook({"说明": [["x"]], "工单": [[], heads, ["1"] * 10]}))
    there = [
        f"a.xlsx, sheet 工单: {note}"
        for note in (
            "columns not taken in: 来源渠道1, 收到日, 受理时限, 序号, 备注",
            "column 来源渠道1, not taken in: is 来源渠道 meant? Name it so",
            "column 收到日, not taken in: is 收到日期 meant? Name it so",
        )
    ]
    assert [line.removeprefix("a.xlsx, sheet 工单, row 2, ") for line in told] == [
        "渠道: there is no such column; expected this heading, or one of: 来源, 来源渠道, 受理渠道,"
        " 信访形式, 信访渠道, 诉求渠道, 诉求来源, channel; where all came in on one way,"
        " --channel may say which",
        "主题: there is no such column; expected this heading, or one of: 问题类别, 问题类型,"
        " 事项类别, 内容分类, 诉求主题, 信访内容分类, topic",
        "收到日期: there is no such column; expected this heading, or one of: 收件日期, 来件日期,"
        " 登记日期, 派单日期, 派单时间, 收到时间, 接收日期, received",
        "姓名: a person's name: delete this column; no register may say who a person is",
        "办结时间: a second column for the same; delete one or name it otherwise",
        *there,
    ]


def test_where_a_column_is_missing_what_is_personal_is_told_at_once_too(store: Store) -> None:
    heads = ["编号", "收到日期", "主题", "备注"]
    rows: Rows = [
        heads,
        ["1", D("2024-03-01"), "噪声扰民", "13912345678"],
        ["2", "", "13912345678", ""],
    ]
    with pytest.raises(FileProblems) as told:
        take(store, workbook({"工单": rows}), path=Path("a.xlsx"))
    lines = str(told.value).splitlines()
    assert "13912345678" not in str(told.value)
    for start in ("row 1, 渠道: there is no", "row 2, 备注: looks like", "row 3, 主题: looks like"):
        assert any(line.startswith(f"a.xlsx, sheet 工单, {start}") for line in lines), lines
    assert lines[-1].endswith("problems: 3")


def test_a_column_that_is_not_known_but_nearly_is_named_with_what_may_be_meant(
    store: Store,
) -> None:
    heads = [*HEAD[:-2], "办结日", "备注"]
    done = imported(store, workbook({"工单": [heads, CASE[:-2]]}))
    assert done.warnings == [
        "sheet 工单: column 办结日, not taken in: is 办结日期 meant? Name it so"
    ]
    assert done.columns_left_out == ["办结日", "备注"]


@pytest.mark.parametrize("above", [["编号", "渠道"], ["编号", "渠道", "主题", "社区", "收到日期"]])
def test_headings_may_take_two_rows(store: Store, above: list[str]) -> None:
    top = [*above, *[""] * (5 - len(above)), "受理", "办结", ""]
    below = [*[""] * len(above), *HEAD[len(above) : 5], "日期", "办结日期", "结果"]
    end = {"办结日期": D("2024-03-09"), "办结结果": "已解决"}

    def more(sheet: Any) -> None:
        sheet.merge_range("A1:H1", "台账")
        sheet.merge_range("A2:A3", "编号")

    done = imported(store, sheet([["台账"], top, below, case("1", **end)], more))
    assert (done.counts.new, done.counts.events, done.columns_left_out) == (1, 2, [])


def test_a_first_row_with_the_word_of_a_heading_is_no_heading(store: Store) -> None:
    rows = [[*HEAD, "标签"], [*case("1"), "重复"], [*case("2"), "受理日期"]]
    done = imported(store, workbook({"工单": rows}))
    assert (done.counts.new, done.columns_left_out) == (2, ["标签"])


# Days


@pytest.mark.parametrize(
    "typed",
    [
        *("2024-05-11", "2024/5/11", "2024.5.11", "20240511", "2024年5月11日", "5月11日", "5-11"),
        *("5.11", "２０２４／５／１１　１４：３０", "2024/5/11 14:30", "2024-05-11T14:30:00+08:00"),
        *(
            "2024年5月11日14时30分",
            "2024-5-11 下午2:30",
            "2024/5/11 2:30 PM",
            "2024-05-11 14:30:05.0",
        ),
        *("45423", "45423.6"),
    ],
)
def test_a_day_is_read_as_offices_type_it(typed: str) -> None:
    assert read_day(typed, 2024) == D("2024-05-11")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("5.1", "which day"),
        ("12.3", "which day"),
        ("99999", "is no date"),
        ("1234", "is no date"),
        ("2024-05-11 25", "is no date"),
        ("2024-02-30", "no such day"),
    ],
)
def test_what_may_be_two_days_or_none_is_no_day(typed: str, said: str) -> None:
    with pytest.raises(TypedError, match=said):
        read_day(typed, 2024)


@given(st.dates(D("2000-01-01"), D("2099-12-31")), st.data())
def test_every_way_to_write_a_day_gives_that_day(day: date, data: st.DataObject) -> None:
    y, m, d = day.year, day.month, day.day
    ways = [f"{y}-{m}-{d}", f"{y}年{m}月{d}日", f"{y}.{m:02}.{d:02}", f"{y}{m:02}{d:02}"]
    ways += [f"{m}月{d}日", f"{m}-{d}", f"{m:02}/{d:02}", str((day - date(1899, 12, 30)).days)]
    clock = data.draw(st.sampled_from(["", " 9:05", " 23:59:59", "T00:00"]))
    assert read_day(data.draw(st.sampled_from(ways)) + clock, y) == day


@given(st.text(st.sampled_from("0123456789-/.年月日 :T时分"), max_size=20))
def test_whatever_else_stands_there_is_a_day_or_refused(typed: str) -> None:
    with suppress(TypedError):
        assert 1900 <= read_day(typed).year <= 2200


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_that_stand_as_numbers_are_days(store: Store, from_1904: bool) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"date_1904": from_1904})
    made = book.add_worksheet("工单")
    made.write_row(0, 0, HEAD)
    shown = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    for row, format in ((1, None), (2, shown)):
        made.write_row(row, 0, case(str(row), 收到日期="", 受理日期=""))
        made.write_datetime(row, 4, datetime(2024, 5, 11, 14), format)
        made.write_datetime(row, 5, datetime(2024, 5, 12), format)
    book.close()
    assert imported(store, content.getvalue()).counts.new == 2
    with store.read() as connection:
        found = connection.execute(
            select(register_case.c.opened_on, register_event.c.effective_on).join(
                register_event, register_event.c.case_id == register_case.c.id
            )
        )
        assert {*map(tuple, found)} == {(D("2024-05-11"), D("2024-05-12"))}


def test_the_days_of_a_file_say_which_plan_takes_a_case(store: Store, tmp_path: Path) -> None:
    url = store.url.render_as_string(hide_password=False)
    load(url, 2025)
    path = tmp_path / "a.csv"

    def run(*days: str, more: tuple[str, ...] = ()) -> Ran:
        lines = [
            ",".join(HEAD),
            *(f"{len(more)}-{n},来信,噪声扰民,c1,{day},,," for n, day in enumerate(days)),
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return duban("petition", "import", str(path), "--db", url, *more)

    assert "2023-05-01: the office has no plan of that year" in run("2024-05-01", "2023-05-01").err
    assert "names no year" in run("5-1").err
    assert "new 2" in run("2024-05-01", "2025-05-01").out
    assert "new 3" in run("2024-05-02", "2023-05-01", "5-3", more=("--year", "2024")).out


def test_until_the_plan_of_a_year_is_loaded_a_file_goes_where_recording_does(
    store: Store,
) -> None:
    def january(day: str) -> Imported:
        rows = [HEAD, ["1", "来信", "噪声扰民", "c1", day, "", "", ""]]
        content = "\n".join(map(",".join, rows)).encode()
        return imported(store, content, "a.csv", named=False, today=D("2025-01-08"))

    assert january("2025-01-06").counts.new == 1
    with register(store) as book:
        book.add("2", "letter", "noise", D("2025-01-06"), community="c1")
    with store.read() as connection:
        one, two = (find_case(connection, [1], "petition", number) for number in ("1", "2"))
    assert (one.plan_id, one.accept_by) == (two.plan_id, two.accept_by)
    for day in ("2023-12-29", "2025-01-09"):  # of a year before it, or ahead
        with pytest.raises(FileProblems):
            january(day)


# Words of platforms


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("非常满意", "satisfied"), ("基本满意", "satisfied"), ("很不满意", "dissatisfied")),
        *(("未评价", None), ("未回访", None), ("未接通", None), (" 满意 ", "satisfied")),
    ],
)
def test_how_satisfied_people_were_is_read_as_platforms_say_it(
    typed: str, meant: str | None
) -> None:
    assert read_survey(typed) == meant


def test_a_file_without_results_and_days_of_asking_is_taken_in(store: Store) -> None:
    rows = [[*HEAD[:-1], "满意度"], [*case("1", 办结日期=D("2024-03-09"))[:-1], "非常满意"]]
    assert imported(store, workbook({"工单": rows})).counts.events == 3
    with store.read() as connection:
        e = register_event.c
        found = connection.execute(select(e.kind, e.effective_on, e.result).order_by(e.number))
        assert [tuple(row) for row in found][1:] == [
            ("settle", D("2024-03-09"), "unstated"),
            ("survey", D("2024-03-09"), "satisfied"),
        ]
    again = [[*HEAD, "满意度"], [*case("1"), "满意"], [*case("2"), "一般"]]
    (told,) = refused(store, workbook({"工单": again}))
    assert "row 3, 满意度: '一般': satisfied or not?" in told


def test_a_result_that_is_missing_in_its_column_is_told(store: Store) -> None:
    rows = [HEAD, case("1", 办结日期=D("2024-03-09"))]
    without = [HEAD[:-1], case("2", 办结日期=D("2024-03-09"))[:-1]]
    (told,) = refused(store, workbook({"无结果": without, "有结果": rows}))
    assert "有结果, row 2, 办结结果: " in told


MORE = """\
registers:
  topics:
    - {code: noise, name: 噪声扰民, also: [噪音污染, 生活噪声]}
  orders:
    kinds: [{code: help, name: 求助, settle: 5 days, also: [求决类]}]
  safety:
    kinds: [{code: exits, name: 占用消防通道, also: [消防通道堵塞]}]
  units:
    - {code: c1, also: [第一社区居委会]}
"""


def test_names_of_other_systems_are_taken_for_those_of_the_plan(sqlite_store_url: str) -> None:
    load(sqlite_store_url, more=MORE)
    with Store(sqlite_store_url) as store:
        heads = ["编号", "渠道", "工单类型", "主题", "社区", "收到日期"]
        order = ["1", "热线", "求决类", "生活噪声", "第一社区居委会", D("2024-03-01")]
        imported(store, workbook({"工单": [heads, order]}))
        heads = ["编号", "类别", "等级", "场所", "社区", "发现日期", "责任单位"]
        found = ["H1", "消防通道堵塞", "一般", "3栋", "第一社区居委会", D("2024-03-01"), "党政办"]
        imported(store, workbook({"隐患": [heads, found]}), register="hazard")
        with store.read() as connection:
            c = register_case.c
            cases = connection.execute(select(c.topic, c.kind, c.community, c.unit).order_by(c.id))
            assert [tuple(case) for case in cases] == [
                ("noise", "help", "c1", "c1"),
                (None, "exits", "c1", "dz"),
            ]


def test_words_of_other_systems_are_read_as_they_are_meant(store: Store) -> None:
    heads = ["编号", "诉求来源", "工单类型", "主题", "社区", "收到日期", "办结日期", "办结结果"]
    rows = [
        [str(n), way, "投诉", "噪声扰民", "第一社区", D("2024-03-01"), D("2024-03-04"), end]
        for n, (way, end) in enumerate(
            zip(
                ["市长热线", "政务服务热线", "12345", "热线"],
                ["已办结", "已回复", "已答复", "已处理"],
                strict=True,
            )
        )
    ]
    assert imported(store, workbook({"工单": [heads, *rows]})).counts.new == 4
    with store.read() as connection:
        settled = select(register_event.c.result).where(register_event.c.kind == "settle")
        assert {*connection.execute(settled).scalars()} == {"unstated"}
    heads = ["类别", "等级", "场所", "社区", "发现日期"]
    grades = ["一般隐患", "重大隐患", "重大事故隐患"]
    found = [
        ["占用消防通道", grade, f"{n}栋", "第一社区", D("2024-03-01")]
        for n, grade in enumerate(grades)
    ]
    imported(store, workbook({"隐患": [heads, *found]}), register="hazard")
    totals = [["指标", "起", "止", "数值"], ["工单受理数", "2024-01-01", "2024-12-31", "476件"]]
    assert imported(store, workbook({"汇总": totals})).totals == 1
    assert (read_count("145家"), read_count("1,017处")) == (145, 1017)
    assert read_survey("不太满意") == "dissatisfied"
