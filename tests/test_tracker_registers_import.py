"""Files of petitions and orders: what comes in, what is refused, and that it is as recorded."""

import csv
import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from plans.case_number import kept_number, parse_number
from plans.errors import DubanError
from plans.register_words import RESULTS
from tests.conftest import examples
from tests.desk import duban, ended, process
from tests.petition_office import TODAY, load, register
from tests.tables import take, text, workbook
from tracker.registers.cells import plain_numbers
from tracker.registers.findings import FileProblems
from tracker.registers.look import Look
from tracker.registers.standing import petitions
from tracker.schema import filing, register_case, register_event
from tracker.store import Store

D = date.fromisoformat
HEAD = (
    "编号 渠道 工单类型 主题 社区 收到日期 承办单位 重复 受理日期 延期至 延期批准日期 延期批准单位 "
    "办结日期 办结结果 回访日期 满意度"
)
ORDER = "12345-1 12345热线 咨询 物业管理 第一社区 2024-03-01 党政办 否 2024-03-01 - - - "
FORMULA = "a formula without its result; open the file, save it, and import it again"
SETTLED = f"{ORDER} 2024-03-04 已解决 2024-03-08 满意"
LETTER = "信访〔2024〕1号 来信 - 噪声扰民 第二社区 2024年3月5日 - 是 2024/3/8 - - - - - - -"


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


def rows(store: Store, as_of: date = TODAY) -> list[dict[str, Any]]:
    """Where all petitions stand, by number."""
    with store.read() as connection:
        found = connection.execute(petitions(Look(as_of, plans=[1, 2])))
        return sorted((dict(row._mapping) for row in found), key=lambda row: row["number"])


def counts(store: Store) -> tuple[int, ...]:
    with store.read() as connection:
        tables = (filing, register_case, register_event)
        of = (select(func.count()).select_from(table) for table in tables)
        return tuple(connection.execute(one).scalar_one() for one in of)


def problems(store: Store, *lines: str, head: str = HEAD, **settings: Any) -> list[str]:
    """What is told of a file that is refused; nothing of it is in."""
    before = counts(store)
    with pytest.raises(FileProblems) as told:
        take(store, text(head, *lines), **settings)
    assert counts(store) == before
    return str(told.value).splitlines()


def changed(line: str, **cells: str) -> str:
    """A line with other cells, by heading."""
    values = dict(zip(HEAD.split(), line.split(), strict=True))
    return " ".join((values | cells).values())


# What comes in


def test_cases_come_in_with_their_days_and_what_has_happened(store: Store) -> None:
    imported = take(store, text(HEAD, SETTLED, LETTER))
    assert (imported.counts.new, imported.counts.events) == (2, 4)
    order, letter = rows(store)
    assert (order["number"], order["channel"], order["kind"]) == ("12345-1", "12345", "enquiry")
    assert (order["topic"], order["community"], order["unit"]) == ("property", "c1", "dz")
    days = ("opened_on", "accept_by", "settle_by", "accepted_on", "ended_on")
    assert [date.fromordinal(order[day]).isoformat() for day in days] == [
        *("2024-03-01", "2024-03-04", "2024-03-05", "2024-03-01", "2024-03-04")
    ]
    assert (order["settled_on_time"], order["survey"]) == (1, "satisfied")
    assert (letter["unit"], letter["repeated"]) == ("c2", True)
    assert date.fromordinal(letter["settle_by"]) == D("2024-03-08") + timedelta(60)


def test_a_case_belongs_to_the_plan_of_the_year_in_which_it_came_in(store: Store) -> None:
    load(
        store.url.render_as_string(hide_password=False),
        2025,
        "registers: {topics: [{code: t, name: 新主题}]}\n",
    )
    late = changed(
        ORDER + "- - - -", 编号="12345-2", 收到日期="2025-02-03", 受理日期="-", 主题="新主题"
    )
    take(store, text(HEAD, SETTLED, late))
    assert [(row["plan_id"], row["topic"]) for row in rows(store)] == [(1, "property"), (2, "t")]
    told, *_end = problems(store, changed(late, 编号="12345-3", 主题="物业管理"))
    assert "no such topic" in told


def test_what_stands_above_the_headings_is_skipped_and_sheets_without_them_are_named(
    store: Store,
) -> None:
    table = [["2024年工单台账"], [], [f" {name}＊ " for name in HEAD.split()], SETTLED.split()]
    table[3] = ["" if cell == "-" else cell for cell in table[3]]
    content = workbook({"说明": [["填表说明"]], "工单": table, "旧": [["姓名"]]}, hidden=["旧"])
    imported = take(store, content, path=Path("cases.xlsx"))
    assert (imported.counts.new, imported.sheets_left_out) == (1, ["说明"])


def test_cells_of_a_workbook_are_taken_as_they_are_meant(store: Store) -> None:
    head = ["工单编号", "来源", "工单类型", "主题", "社区", "派单时间", "是否重复", "签收时间"]
    row = [20240001, "热线", "complaint", "property", "c1", D("2024-03-01"), True, "2024/3/1 10:30"]
    take(store, workbook({"工单": [head, row]}), path=Path("cases.xlsx"))
    (case,) = rows(store)
    assert (case["number"], case["repeated"], case["kind"]) == ("20240001", True, "complaint")
    assert case["accepted_on"] == D("2024-03-01").toordinal()


def test_text_of_old_programs_is_read_too(store: Store) -> None:
    take(store, text(HEAD, SETTLED).decode().encode("gb18030"))
    assert len(rows(store)) == 1


def test_the_same_file_again_changes_nothing_and_says_so(store: Store) -> None:
    take(store, text(HEAD, SETTLED, LETTER))
    before = counts(store)
    again = take(store, text(HEAD, SETTLED, LETTER), path=Path("other.csv"))
    assert (again.again, again.counts.new, again.changed) == ("cases.csv", 0, False)
    assert counts(store) == before


def test_of_a_whole_export_only_what_is_new_is_recorded(store: Store) -> None:
    take(store, text(HEAD, ORDER + "- - - -", LETTER))
    more = changed(LETTER, 编号="信访〔2024〕2号")
    imported = take(store, text(HEAD, SETTLED, LETTER, more))
    found = imported.counts
    assert (found.new, found.added_to, found.there, found.events) == (1, 1, 1, 3)
    assert rows(store)[0]["settled"] == 1
    before = counts(store)
    assert take(store, text(HEAD, LETTER, SETTLED, more)).counts.there == 3
    assert counts(store) == before


def test_what_was_recorded_by_hand_stays_and_what_the_file_leaves_open_is_no_contradiction(
    store: Store,
) -> None:
    take(store, text(HEAD, ORDER + "- - - -"))
    with register(store) as book:
        book.record("12345-1", "settle", D("2024-03-04"), result="已解决")
    assert take(store, text(HEAD, ORDER + "- - - -", LETTER)).counts.there == 1
    assert take(store, text(HEAD, SETTLED)).counts.events == 1
    assert rows(store)[0]["asked"] == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"收到日期": "2024-02-29"}, "收到日期: 2024-02-29: in the register it is 2024-03-01"),
        ({"主题": "噪声扰民"}, "主题: 噪声扰民: in the register it is 物业管理"),
        ({"办结日期": "2024-03-05"}, "办结日期: 2024-03-05: in the register it is 2024-03-04"),
        ({"办结结果": "部分解决"}, "办结结果: partly resolved: in the register it is resolved"),
        ({"办结结果": "不属于本机关职责"}, "办结结果: declined: in the register it is settled"),
        ({"满意度": "不满意"}, "满意度: dissatisfied: in the register it is satisfied"),
        ({"回访日期": "2024-03-09"}, "回访日期: 2024-03-09: in the register it is 2024-03-08"),
        ({"承办单位": "第二社区"}, "承办单位: 第二社区: in the register it is 党政办"),
    ],
)
def test_what_contradicts_the_register_is_refused(
    sqlite_store: Store, cells: dict[str, str], said: str
) -> None:
    take(sqlite_store, text(HEAD, SETTLED))
    first, _last = problems(sqlite_store, changed(SETTLED, **cells))
    assert first.startswith(f"cases.csv, row 2, {said}"), first


# What is refused


def test_all_that_is_wrong_is_told_at_once_with_row_column_and_what_was_expected(
    sqlite_store: Store,
) -> None:
    told = problems(
        sqlite_store,
        changed(SETTLED, 主题="物业管里", 社区="第一杜区", 办结日期="2024-02-27"),
        changed(SETTLED, 编号="12345-2", 主题="物业管里", 收到日期="2030-01-01"),
        changed(SETTLED, 编号="12345-3", 办结日期="2024-02-28"),
        changed(SETTLED, 编号="12345-4", 收到日期="-"),
        changed(SETTLED, 编号="12345-5", 收到日期="2024-13-01"),
        changed(SETTLED, 编号="12345-6", 工单类型="-"),
        changed(SETTLED, 编号="12345-6"),
        changed(LETTER, 办结日期="2024-03-20"),
        changed(LETTER, 编号="信1", 延期至="2024-06-01"),
        changed(LETTER, 编号="信2", 社区="-"),
        changed(LETTER, 编号="信3", 办结日期="2024-02-01", 办结结果="已解决"),
    )
    assert told[-1] == "cases.csv: nothing was recorded; problems: 14"
    assert "may be listed in the plan (also)" in told[-2]
    places = [int(re.findall(r"row (\d+)", line)[0]) for line in told[:-2]]
    assert places == sorted(places)
    for start, part in (
        ("row 2, 主题", "nearest: property 物业管理 (rows: 2, the first: 2, 3)"),
        ("row 2, 社区", "no such community; the nearest: c1 第一社区"),
        ("row 2, 办结日期", "2024-02-27: before"),
        ("row 3, 收到日期", "lies ahead, today is 2025-06-30"),
        ("row 4, 办结日期", "2024-02-28: before"),
        ("row 5, 收到日期", "left empty"),
        ("row 6, 收到日期", "there is no such month"),
        ("row 7, 工单类型", "an order of the 12345 line needs its kind"),
        ("row 8, 编号", "12345-6: stands in row 7 already"),
        ("row 9, 办结结果", "for 办结日期 is given: one of 已解决"),
        ("row 10, 延期批准日期", "left empty; expected, for 延期至 is given"),
        ("row 11, 承办单位", "expected the unit that leads"),
        ("row 12, 办结日期", "before"),
    ):
        assert any(line.startswith(f"cases.csv, {start}") and part in line for line in told), start


def test_a_letter_that_is_settled_needs_the_day_of_its_acceptance(sqlite_store: Store) -> None:
    line = changed(LETTER, 受理日期="-", 办结日期="2024-03-20", 办结结果="已答复")
    first, _last = problems(sqlite_store, line)
    assert first == "cases.csv, row 2, 受理日期: left empty; expected, for 办结日期 is given"


@pytest.mark.parametrize("heading", ["姓名", "联系电话", "身份证号", "来电人"])
def test_a_column_about_a_person_is_refused_by_its_heading(
    sqlite_store: Store, heading: str
) -> None:
    told = problems(sqlite_store, f"{SETTLED} -", head=f"{HEAD} {heading}")
    assert told[0].startswith(f"cases.csv, row 1, {heading}: ")


@pytest.mark.parametrize("column", ["备注", "主题", "编号", "承办单位"])
def test_a_cell_with_a_mobile_number_is_refused_wherever_it_stands_and_not_shown(
    sqlite_store: Store, column: str
) -> None:
    cells = dict(zip([*HEAD.split(), "备注"], [*SETTLED.split(), "急"], strict=True))
    line = " ".join((cells | {column: "13812345678"}).values())
    told = problems(sqlite_store, line, head=f"{HEAD} 备注")
    assert told[0].startswith(f"cases.csv, row 2, {column}: ")
    assert "mobile" in told[0]
    assert "13812345678" not in "".join(told)


def test_a_column_of_names_is_refused_whatever_it_is_called(sqlite_store: Store) -> None:
    people = ("王建国", "李秀英", "张伟民", "刘洋", "陈晓明", "欧阳海燕")
    lines = [changed(SETTLED, 编号=f"12345-{n}") + f" {one}" for n, one in enumerate(people)]
    told = problems(sqlite_store, *lines, head=f"{HEAD} 对象")
    assert told[0].startswith("cases.csv, row 1, 对象: ")
    assert not any(one in "".join(told) for one in people)


def test_other_columns_are_not_taken_in_and_named(sqlite_store: Store) -> None:
    imported = take(sqlite_store, text(f"{HEAD} 备注 办理时长", f"{SETTLED} 急 3天"))
    assert imported.columns_left_out == ["备注", "办理时长"]


def test_of_very_many_problems_one_line_tells_the_first_and_all_stand_in_a_file(
    sqlite_store: Store, tmp_path: Path
) -> None:
    lines = [changed(SETTLED, 编号=f"12345-{n}", 收到日期="=1+1") for n in range(20_000)]
    path = tmp_path / "cases.csv"
    began = time.process_time()
    told = problems(sqlite_store, *lines, path=path)
    assert time.process_time() - began < 10
    said = f"row 2, 收到日期: {FORMULA} (rows: 20000, the first: 2, 3, 4)"
    assert told[:-1] == [f"cases.csv, {said}"]
    rest = tmp_path / "cases.csv.problems.csv"
    assert told[-1].endswith(f"problems: 20000, all of them in {rest}")
    with rest.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert len(found) == 20_001
    assert found[-1][1:4] == ["20001", "收到日期", "'=1+1"]


def test_a_file_that_is_named_like_that_of_the_problems_stays(
    sqlite_store: Store, tmp_path: Path
) -> None:
    lines = [changed(SETTLED, 编号=f"12345-{n}", 收到日期="?") for n in range(60)]
    theirs = tmp_path / "cases.csv.problems.csv"
    theirs.write_text("not ours", encoding="utf-8")
    told = problems(sqlite_store, *lines, path=tmp_path / "cases.csv")
    assert theirs.read_text(encoding="utf-8") == "not ours"
    assert told[-1].endswith("cases.csv.problems.2.csv")


def test_a_number_so_long_that_a_spreadsheet_rounds_it_is_refused(sqlite_store: Store) -> None:
    typed = ["" if cell == "-" else cell for cell in SETTLED.split()]
    cells: dict[str, Any] = dict(zip(HEAD.split(), typed, strict=True))
    for number in (1e15, 110101199003078000.0):
        table = [list(cells), list((cells | {"编号": number}).values())]
        with pytest.raises(FileProblems, match=r"row 2, 编号: .* format it as text") as told:
            take(sqlite_store, workbook({"工单": table}))
        assert "1101" not in str(told.value)
    table = [list(cells), list((cells | {"编号": 999_999_999_999_999.0}).values())]
    assert take(sqlite_store, workbook({"工单": table})).counts.new == 1


def test_names_that_are_not_known_do_not_hide_what_else_is_wrong(
    sqlite_store: Store, tmp_path: Path
) -> None:
    lines = [
        changed(SETTLED, 编号=f"12345-{n}", 主题=f"主题{n}", 办结日期="2024-02-27")
        for n in range(60)
    ]
    told = problems(sqlite_store, *lines, path=tmp_path / "cases.csv")
    assert [sum(column in line for line in told) for column in ("主题", "办结日期")] == [49, 1]
    (line,) = (line for line in told if "办结日期" in line)
    assert line.endswith("(rows: 60, the first: 2, 3, 4)")


def test_where_no_file_can_be_written_the_problems_stand_in_the_temporary_directory(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lines = [changed(SETTLED, 编号=f"12345-{n}", 收到日期="?") for n in range(60)]
    told = problems(sqlite_store, *lines, path=tmp_path / "not there" / "cases.csv")
    rest = Path(told[-1].rpartition("all of them in ")[2])
    assert rest.is_relative_to(tmp_path)
    assert len(rest.read_text(encoding="utf-8-sig").splitlines()) == 61


# As recorded by hand

DAYS = st.one_of(st.none(), st.integers(-1, 100))
ROW = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["letter", "12345", "12345"]),
        "kind": st.sampled_from([None, "enquiry", "complaint"]),
        "accept": DAYS,
        "extend": st.one_of(st.none(), st.tuples(st.integers(0, 70), st.integers(1, 120))),
        "end": st.one_of(
            st.none(),
            st.tuples(
                st.integers(0, 100), st.sampled_from(["settle", "settle", "decline", "object"])
            ),
        ),
        "survey": st.one_of(st.none(), st.integers(0, 120)),
    }
)
SOON = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["letter", "12345"]),
        "kind": st.just("complaint"),
        "accept": st.integers(0, 2),
        "extend": st.one_of(st.none(), st.just((3, 20)), st.just((3, 65))),
        "end": st.one_of(st.none(), st.tuples(st.integers(3, 9), st.just("settle"))),
        "survey": st.one_of(st.none(), st.integers(9, 12)),
    }
)
FIRST = D("2024-04-29")


def as_line(number: str, row: dict[str, Any]) -> str:
    day = {n: (FIRST + timedelta(n)).isoformat() for n in range(-1, 121)} | {None: "-"}
    extend_on, extend_to = row["extend"] or (None, None)
    end, kind = row["end"] or (None, None)
    result = "-" if kind is None else next(iter(RESULTS[kind].values()))[0]
    channel = "12345热线" if row["channel"] == "12345" else "来信"
    way = f"{number} {channel} {row['kind'] or '-'} noise c1 {FIRST} - 否 {day[row['accept']]} "
    by = "-" if row["extend"] is None else "党政办"
    survey = "-" if row["survey"] is None else "满意"
    extended = f"{day[extend_to]} {day[extend_on]} {by}"
    return f"{way}{extended} {day[end]} {result} {day[row['survey']]} {survey}"


def by_hand(store: Store, number: str, row: dict[str, Any]) -> None:
    """Records a case in single steps; raises a DubanError where one may not be taken."""
    with register(store) as book:
        book.add(number, row["channel"], "noise", FIRST, kind=row["kind"], community="c1")
        if row["accept"] is not None:
            book.record(number, "accept", FIRST + timedelta(row["accept"]))
        if row["extend"] is not None:
            on, to = (FIRST + timedelta(n) for n in row["extend"])
            book.record(number, "extend", on, to=to, by="dz")
        if row["end"] is not None:
            after, kind = row["end"]
            result = next(iter(RESULTS[kind]))
            book.record(number, kind, FIRST + timedelta(after), result=result)
        if row["survey"] is not None:
            day = FIRST + timedelta(row["survey"])
            book.record(number, "survey", day, result="satisfied")


NUMBERS = count()


@given(st.lists(st.one_of(ROW, SOON), min_size=1, max_size=6))
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_case_that_is_imported_stands_where_one_recorded_by_hand_does(
    sqlite_store: Store, cases: list[dict[str, Any]]
) -> None:
    good = []
    for n, row in zip(NUMBERS, cases, strict=False):
        try:
            by_hand(sqlite_store, f"HAND-{n}", row)
        except DubanError:
            with pytest.raises(FileProblems):
                take(sqlite_store, text(HEAD, as_line(f"FILE-{n}", row)))
        else:
            good.append(as_line(f"FILE-{n}", row))
    if good:
        take(sqlite_store, text(HEAD, *good))
    theirs = ("id", "filing_id", "number", "place", "version_id")
    stand = {
        r["number"]: {k: v for k, v in r.items() if k not in theirs} for r in rows(sqlite_store)
    }
    for line in good:
        number = line.split()[0]
        assert stand[number] == stand[number.replace("FILE", "HAND")], line


@given(
    st.lists(st.from_regex(r"[A-Za-z0-9_./#()\[\]-]{1,20}", fullmatch=True), min_size=1, max_size=4)
)
@settings(max_examples=examples(60))
def test_numbers_that_are_seen_to_be_plain_are_those_that_are_read_unchanged(
    cells: list[str],
) -> None:
    def plain(cell: str) -> bool:
        try:
            return kept_number("petition", parse_number(cell)) == cell
        except DubanError:
            return False

    assert plain_numbers(cells) == all(map(plain, cells))


# Whole or not at all


def test_of_an_import_that_dies_nothing_is_in(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(text(HEAD, *(changed(SETTLED, 编号=f"12345-{n}") for n in range(20_000))))
    url = store.url.render_as_string(hide_password=False)
    code = (
        "import os, signal\n"
        "from tracker.registers import importing\n"
        "take = importing.Petitions.take_in\n"
        "def last(self, chunk, cells):\n"
        "    take(self, chunk, cells)\n"
        "    if self.counts.new > 10_000:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "importing.Petitions.take_in = last\n"
    )
    (tmp_path / "sitecustomize.py").write_text(code, encoding="utf-8")
    here = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    arguments = ("petition", "import", str(path), "--db", url, "--year", "2024")
    died = ended(process(*arguments, env={"PYTHONPATH": here}))
    assert died.code == -signal.SIGKILL
    assert counts(store) == (0, 0, 0)
    assert take(store, path.read_bytes()).counts.new == 20_000


def test_the_desk_says_what_came_in_and_what_did_not(sqlite_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(text(f"{HEAD} 备注", f"{SETTLED} 急"))
    url = sqlite_store.url.render_as_string(hide_password=False)
    arguments = ("petition", "import", str(path), "--db", url, "--year", "2024")
    ran = duban(*arguments, "--simulated")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{path}: cases new 1, added to 0, there already 0; events 3 (simulated)",
        "columns not taken in: 备注",
    ]
    assert "nothing has changed" in duban(*arguments).out
    assert duban(*arguments, "--json").json == {
        **{"plan": "测试街道办事处", "year": 2024, "simulated": False},
        **{"imported_before": "cases.csv", "new": 0, "corrected": 0, "added_to": 0, "there": 0},
        "events": 0,
        "totals": dict.fromkeys(("new", "there", "corrected", "taken_back"), 0),
        "left_out": {"sheets": [], "columns": []},
        "warnings": [],
    }
