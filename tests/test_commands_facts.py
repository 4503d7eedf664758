"""Recording at the desk: progress, assignments, extensions, closing, cancelling, reversal."""

import hashlib
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import commands.options
from commands.options import now
from tests.desk import PLAN, duban, fine, modules_of, refused, write
from tracker.registers.evidence import MAX_EVIDENCE_BYTES

YEAR = ("--year", "2024")


@pytest.fixture(autouse=True)
def plan(planned_store_url: str) -> str:
    return planned_store_url


def rows(code: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = fine("ledger", code, *YEAR, "--json").json["ledger"]
    return found


def kept(code: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows(code)]


def recorded(*arguments: str) -> int:
    """Records one row; returns its number."""
    (row,) = fine(*arguments, *YEAR, "--json").json["rows"]
    return int(row)


def test_an_update_says_which_rows_it_wrote_and_where_the_item_stands_now() -> None:
    ran = fine("update", "2", "--milestone", "plan", "--on", "6月20日", *YEAR)
    assert ran.out == (
        "recorded row 1. 2 公园绿化: ! overdue, 40% done, 100% expected, due 2024-09-30\n"
    )
    ran = fine("update", "1", "--add", "道路=2", "--add", "投资=8", "--set", "满意率=88", *YEAR)
    assert ran.out.startswith("recorded row 2, 3, 4. 1 整修道路: ")


def test_an_update_as_data_has_rows_and_item() -> None:
    data = fine("update", "2", "--milestone", "done", *YEAR, "--json").json
    assert data["rows"] == [1]
    assert data["item"]["code"] == "2"
    assert data["item"]["actual"] == 0.6


def test_an_update_keeps_all_that_was_given(tmp_path: Path) -> None:
    evidence = tmp_path / "照片.jpg"
    evidence.write_bytes(b"\xff\xd8 a picture")
    texts = {"--note": "雨季停工", "--reason": "管线迁改", "--source": "六月工作月报"}
    given_texts = [part for pair in texts.items() for part in pair]
    fine("update", "1", *YEAR, "--add", "道路=2", *given_texts, "--evidence", str(evidence))
    (row,) = rows("1")
    assert (row["kind"], row["part"], row["amount"]) == ("add", "道路", 2)
    assert (row["note"], row["reason"], row["source"]) == tuple(texts.values())
    digest = hashlib.sha256(b"\xff\xd8 a picture").hexdigest()
    assert row["evidence"] == {"name": "照片.jpg", "sha256": digest}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("投资=64", 64),
        ("投资=６４万元", 64),
        ("投资＝640,000元", 64),
        (" 投资 = 6.4万 ", 6.4),
        ("投资=0.0064亿元", 64),
        ("道路=２条", 2),
    ],
)
def test_amounts_are_read_as_offices_type_them(typed: str, amount: float) -> None:
    fine("update", "1", "--add", typed, *YEAR)
    assert kept("1", "amount") == [(amount,)]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-06-30", "2024-06-30"),
        ("2024/6/30", "2024-06-30"),
        ("2024年6月30日", "2024-06-30"),
        ("6月30日", "2024-06-30"),
        ("６月底", "2024-06-30"),
        ("6-30", "2024-06-30"),
        ("6.30", "2024-06-30"),
        ("2025.1.5", "2025-01-05"),
    ],
)
def test_dates_are_read_as_offices_type_them_in_the_plans_year(typed: str, day: str) -> None:
    fine("update", "1", "--note", "进场", "--on", typed, *YEAR)
    assert kept("1", "effective_on") == [(day,)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("update 9 --note x", 4, "9: no such item"),
        ("update 1 --add 街道=1", 4, "街道: no such indicator of 1; there are: 道路 (条)"),
        ("update 2 --milestone start", 4, "start: no such milestone of 2"),
        ("update 1", 3, "nothing to file"),
        ("update 1 --add 道路=-2", 3, "expected a number above 0"),
        ("update 1 --add 道路=0", 3, "expected a number above 0"),
        ("update 1 --set 满意率=-1", 3, "expected a number, 0 or above"),
        ("update 1 --add 道路=NaN", 3, "is no number"),
        ("update 1 --add 道路=inf", 3, "is no number"),
        ("update 1 --add 道路=1e9", 3, "is no"),
        ("update 1 --add 道路=1000000000", 3, "too large"),
        ("update 1 --add 道路=" + "9" * 400, 3, "is no number"),
        ("update 1 --add 道路=0.00001", 3, "at most 4 decimals"),
        ("update 1 --add 道路=2万元", 3, "expected '条'"),
        ("update 1 --add 道路", 3, "expected NAME=AMOUNT"),
        ("update 1 --add =2", 3, "expected NAME=AMOUNT"),
        ("update 1 --add 道路=", 3, "expected NAME=AMOUNT"),
        ("update 1 --add 道路=1 --add 道路=2", 3, "given twice"),
        ("update 1 --set 道路=2", 3, "use --add"),
        ("update 1 --add 满意率=2", 3, "use --set"),
        ("update 1 --note x --on 2月30日", 3, "there is no such day"),
        ("update 1 --note x --on 2999-01-01", 3, "2999"),
        ("update 1 --note x --on 2030-01-01", 3, "is in the future"),
        ("update 1 --note x --on 2023-12-31", 3, "before the plan's year"),
        ("update 1 --note " + "长" * 2001, 3, "2001 characters"),
        ("update 1 --note x --as " + "名" * 201, 3, "too long"),
        ("update 1 --note x --evidence nowhere.jpg", 3, "cannot be read"),
        ("update 1 --note x --evidence /", 3, "expected a file"),
        ("update 1 --note x --evidence /dev/zero", 3, "expected a file"),
        ("update a/b --note x", 3, "is no code"),
        ("assign 1", 3, "nobody to assign"),
        ("assign 1 --lead 没有的单位", 4, "没有的单位: no such unit; there are: cj 城建办"),
        ("assign 1 --support cj --support nobody", 4, "no such unit"),
        ("assign 1 --lead c1 --support 第一社区", 5, "c1 would lead and support at once"),
        ("assign 1 --support c1 --support cj", 5, "cj would lead and support at once"),
        ("extend 1 --to 2024-12-31", 2, "Missing option '--reason'"),
        ("extend 1 --to 2024-12-31 --reason x", 5, "was due on 2024-11-30"),
        ("extend 1 --to 2024-11-30 --reason x --on 6-1", 3, "is not later than"),
        ("extend 1 --to 2099-01-01 --reason x --on 6-1", 3, "out of range"),
        ("extend 1 --to 2024-12-31 --reason　 --on 6-1", 3, "a reason is needed"),
        ("approve 1", 4, "row 1: no such row"),
        ("approve x", 2, "expected the number of a ledger row"),
        ("approve 0", 2, "expected the number of a ledger row"),
        ("approve 99999999999999999999", 2, "expected the number of a ledger row"),
        ("return 1 --reason x", 4, "no such row"),
        ("close 1", 5, " complete on "),
        ("cancel 1 --reason　", 3, "a reason is needed"),
        ("undo 1", 4, "no such row"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(
    arguments: str, code: int, said: str
) -> None:
    # An ideographic space stands for an argument that holds nothing but one.
    typed = arguments.replace("--reason　", "--reason 　").split(" ")
    assert said in refused(code, *typed, *YEAR)
    assert rows("1") == rows("2") == []


@given(st.text(st.characters(exclude_characters="\x00"), max_size=12))
def test_any_amount_at_all_is_recorded_or_refused_in_one_line(amount: str) -> None:
    ran = duban("update", "1", "--add", f"道路={amount}", *YEAR)
    assert ran.code in (0, 3)
    assert (ran.out or ran.err).count("\n") == 1
    if ran.code == 0:
        assert bool(ran.err) == ("is beyond 10条 by" in ran.err)
        fine("undo", re.findall(r"row (\d+)", ran.out)[0], *YEAR)


def test_evidence_is_bounded(tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(MAX_EVIDENCE_BYTES + 1)
    line = refused(3, "update", "1", "--note", "x", "--evidence", str(large), *YEAR)
    assert "larger than 100 MB" in line


def test_evidence_from_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    line = refused(3, "update", "1", "--note", "x", "--evidence", str(pipe), *YEAR)
    assert "expected a file" in line


def test_an_assignment_holds_from_its_day_and_leaves_the_rest() -> None:
    on = ("--on", "3月1日")
    fine("assign", "1", "--lead", "第一社区", "--leader", "分管副主任", *on, *YEAR)
    fine("assign", "1", "--support", "cj", "--person", "城建专干", *on, *YEAR)
    before = fine("show", "1", "--as-of", "2024-02-29", "--json").json
    after = fine("show", "1", "--as-of", "2024-03-01", "--json").json
    assert (before["lead"], before["person"]) == ("cj", None)
    assert (after["lead"], after["support"]) == ("c1", ["cj"])
    assert (after["person"], after["leader"]) == ("城建专干", "分管副主任")


def test_who_leads_is_held_against_who_supports_on_that_day() -> None:
    fine("assign", "1", "--support", "c1", "--on", "6月1日", *YEAR)
    assert "at once" in refused(5, "assign", "1", "--lead", "c1", "--on", "7月1日", *YEAR)
    fine("assign", "1", "--lead", "c1", "--support", "cj", "--on", "7月1日", *YEAR)
    assert "at once" in refused(5, "assign", "1", "--lead", "cj", "--on", "8月1日", *YEAR)


def test_who_leads_is_left_out_of_those_who_support_whatever_was_filed_later_of_earlier_days() -> (
    None
):
    fine("assign", "1", "--support", "c1", "--on", "6月1日", *YEAR)
    fine("assign", "1", "--lead", "c1", "--on", "5月1日", *YEAR)
    item = fine("show", "1", "--as-of", "2024-06-30", "--json").json
    assert (item["lead"], item["support"]) == ("c1", [])
    fine("assign", "1", "--person", "城建专干", "--on", "7月1日", *YEAR)
    fine("assign", "1", "--lead", "cj", "--on", "8月1日", *YEAR)
    item = fine("show", "1", "--as-of", "2024-08-31", "--json").json
    assert (item["lead"], item["support"]) == ("cj", ["c1"])


def test_an_extension_counts_when_it_is_approved() -> None:
    asked = recorded("extend", "1", "--to", "12月20日", "--reason", "雨季", "--on", "11月1日")
    assert fine("show", "1", *YEAR, "--json").json["due"] == "2024-11-30"
    recorded("approve", str(asked), "--on", "11月5日", "--note", "同意", "--as", "分管副主任")
    item = fine("show", "1", *YEAR, "--json").json
    assert (item["due"], item["original_due"], item["extensions"]) == (
        *("2024-12-20", "2024-11-30"),
        1,
    )
    assert f"by row {asked + 1}" in refused(5, "return", str(asked), "--reason", "x", *YEAR)


def test_a_request_keyed_in_after_the_deadline_is_said_to_be() -> None:
    ran = fine("extend", "1", *YEAR, "--to", "12月20日", "--reason", "雨季", "--on", "11月1日")
    recorded_row, remark, then = ran.out.splitlines()
    assert then == "awaits its answer: duban approve 1, or duban return 1 --reason TEXT"
    assert recorded_row.startswith("recorded row 1. ")
    said = "recorded after the deadline, 2024-11-30: asked for on 2024-11-01, registered "
    assert remark.startswith(said)


def test_an_extension_of_a_milestone_moves_that_one() -> None:
    step = ("--milestone", "plan")
    asked = recorded("extend", "2", *step, "--to", "7月31日", "--reason", "评审", "--on", "6-1")
    recorded("approve", str(asked), "--on", "6-2")
    due = {s["code"]: s["due"] for s in fine("show", "2", *YEAR, "--json").json["steps"]}
    assert due == {"plan": "2024-07-31", "done": "2024-09-30"}


def test_an_extension_that_is_returned_does_not_count() -> None:
    asked = recorded("extend", "1", "--to", "12月20日", "--reason", "雨季", "--on", "11月1日")
    recorded("return", str(asked), "--reason", "不具备延期条件", "--on", "11月5日")
    assert fine("show", "1", *YEAR, "--json").json["due"] == "2024-11-30"
    assert kept("1", "kind", "answers") == [("extend", None), ("refuse", asked)]


def test_a_finished_item_is_closed_and_takes_nothing_more() -> None:
    for step in ("plan", "done"):
        recorded("update", "2", "--milestone", step, "--on", "6月20日")
    ran = fine("close", "2", "--note", "已验收", *YEAR)
    assert ran.out.startswith("recorded row 3. 2 公园绿化: ■ closed out, 100% done")
    assert "undo that row first" in refused(5, "update", "2", "--note", "x", *YEAR)
    assert "undo its closing first: row 3" in refused(5, "undo", "1", *YEAR)


def test_an_item_is_cancelled_with_its_open_children_by_hand_or_by_a_file(tmp_path: Path) -> None:
    dates = "start: 2024-01-01, due: 2024-12-31, indicators: [{name: 户, unit: 户, target: 9}]"
    below = ", ".join(f'{{code: "3.{n}", title: 组, lead: c1, {dates}}}' for n in (1, 2))
    text = PLAN.replace("every: monthly}", f"children: [{below}]}}")
    fine("plan", "load", write(tmp_path, text), "--yes")
    said = refused(5, "cancel", "3", "--reason", "x", *YEAR)
    assert "with --with-children (with_children: true in a ledger file)" in said
    assert "3.1, 3.2" in said
    ran = fine("cancel", "3", "--reason", "x", "--with-children", *YEAR, "--json")
    assert len(ran.json["rows"]) == 3
    assert kept("3.2", "kind", "reason") == [("cancel", "x")]
    for row in ran.json["rows"]:
        recorded("undo", str(row))
    recorded("update", "3.1", "--add", "户=9")
    said = fine("cancel", "3", "--reason", "x", "--with-children", *YEAR).out
    assert said.splitlines()[1:] == ["closed with it: 3.1", "cancelled with it: 3.2"]
    numbers = re.search(r"row ([\d, ]+)\.", said)
    assert numbers is not None
    first, *others = numbers[1].split(", ")
    said = fine("undo", first, *YEAR).out
    assert said.splitlines()[1:] == ["still closed: 3.1", "still cancelled: 3.2"]
    for number in others:
        assert "still" not in fine("undo", number, *YEAR).out
    recorded("undo", "7")
    file = tmp_path / "ledger.yaml"
    entry = 'on: 2024-06-30, by: 甲, item: "3", cancel: y, with_children: true'
    head = "duban_ledger: 1\noffice: 测试街道办事处\nyear: 2024\nsimulated: false\nentries:\n"
    file.write_text(f"{head}  - {{{entry}}}\n", encoding="utf-8")
    assert fine("ledger", "import", str(file), "--json").json["rows"] == 3
    assert kept("3.1", "kind", "reason")[-1] == ("cancel", "y")


def test_a_cancelled_item_stays_to_be_seen_and_can_be_taken_up_again() -> None:
    row = recorded("cancel", "3", "--reason", "由市级统一组织")
    assert fine("show", "3", *YEAR, "--json").json["status"] == "cancelled"
    recorded("undo", str(row), "--reason", "仍由街道组织")
    assert fine("show", "3", *YEAR, "--json").json["status"] != "cancelled"
    assert kept("3", "kind", "reversed_by") == [("cancel", row + 1), ("undo", None)]


def test_a_wrong_row_is_reversed_and_both_stay_to_be_seen() -> None:
    wrong = recorded("update", "1", "--add", "道路=51")
    recorded("undo", str(wrong), "--reason", "15误录为51")
    recorded("update", "1", "--add", "道路=1.5")
    indicators = fine("show", "1", *YEAR, "--json").json["indicators"]
    assert {i["name"]: i["value"] for i in indicators}["道路"] == 1.5
    assert kept("1", "kind", "amount", "reversed_by") == [
        ("add", 51, 2),
        ("undo", None, None),
        ("add", 1.5, None),
    ]
    assert "reversed already" in refused(5, "undo", str(wrong), *YEAR)


def test_a_milestone_is_reached_once() -> None:
    recorded("update", "3", "--milestone", "2024-05", "--on", "5月20日")
    line = refused(5, "update", "3", "--milestone", "2024-05", *YEAR)
    assert "reached on 2024-05-20 already, by row 1" in line


def test_a_milestone_is_named_by_code_or_by_title(tmp_path: Path) -> None:
    fine("update", "3", "--milestone", "３月", "--on", "3月20日")
    fine("update", "3", "--milestone", "2024年4月", "--on", "4月20日")
    fine("update", "2", "--milestone", "竣工")
    asked = ("--to", "7月20日", "--reason", "雨季", "--on", "6.20")
    fine("extend", "2", "--milestone", "方案评审", *asked)
    assert kept("3", "part") == [("2024-03",), ("2024-04",)]
    assert kept("2", "part", "effective_on")[1] == ("plan", "2024-06-20")
    assert [part for part, _on in kept("2", "part", "effective_on")] == ["done", "plan"]
    twice = PLAN.replace("title: 竣工", "title: 方案评审")
    fine("plan", "load", write(tmp_path, twice, "twice.yaml"), "--yes")
    line = refused(3, "update", "2", "--milestone", "方案评审")
    assert line.endswith("several have this title; give the code: plan, done")
    assert "no such milestone" in refused(4, "update", "2", "--milestone", "十三月")


def test_recording_imports_neither_prefect_nor_what_checks_files() -> None:
    imported = modules_of("update", "1", "--add", "道路=1", *YEAR)
    assert not {"prefect", "pydantic", "alembic", "pendulum", "yaml", "rich"} & imported


def plan_of_year(folder: Path, year: int) -> None:
    """Loads the plan of another year."""
    fine("plan", "load", write(folder, PLAN.replace("2024", str(year)), f"{year}.yaml"))


def years_of(code: str) -> dict[int, int]:
    """How many rows of an item there are in the plans of 2023, 2024 and of this year."""
    years = [plan["year"] for plan in fine("plans", "--json").json]
    shown = (fine("ledger", code, "--year", str(year), "--json").json for year in years)
    return {sheet["year"]: len(sheet["ledger"]) for sheet in shown if sheet["ledger"]}


def test_the_only_plan_there_is_needs_no_year() -> None:
    fine("update", "1", "--note", "一", "--on", "8月20日")
    fine("assign", "1", "--person", "城建专干")
    assert kept("1", "kind", "effective_on")[0] == ("report", "2024-08-20")
    assert years_of("1") == {2024: 2}


def test_a_day_that_names_its_year_is_of_the_plan_of_that_year(tmp_path: Path) -> None:
    this = now().year
    for year in (2023, this):
        plan_of_year(tmp_path, year)
    fine("update", "1", "--note", "一", "--on", "2023年8月20日")
    fine("update", "1", "--note", "二", "--on", "2024-12-30")
    fine("update", "1", "--note", "三", "--on", "1月1日")
    fine("update", "1", "--note", "四")
    assert years_of("1") == {2023: 1, 2024: 1, this: 2}


def test_where_several_plans_are_none_of_them_of_this_year_it_has_to_be_said(
    tmp_path: Path,
) -> None:
    plan_of_year(tmp_path, 2023)
    line = refused(4, "update", "1", "--note", "一")
    assert "测试街道办事处 2023, 测试街道办事处 2024 (choose with --year)" in line
    assert years_of("1") == {}


def test_a_row_that_is_answered_or_reversed_names_its_plan(tmp_path: Path) -> None:
    plan_of_year(tmp_path, 2023)
    asked = recorded("extend", "1", "--to", "12月20日", "--reason", "雨季", "--on", "10月8日")
    fine("approve", str(asked), "--on", "10月9日")
    fine("undo", str(asked + 1))
    fine("return", str(asked), "--reason", "不具备条件", "--on", "10月10日")
    assert years_of("1") == {2024: 4}
    assert "no such row" in refused(4, "undo", "99", *YEAR)
    assert refused(4, "undo", "99") == "row 99: there is no such row"


def test_what_took_effect_before_the_period_that_is_asked_for_is_said_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    october = datetime(2024, 10, 31, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(commands.options, "now", lambda: october)
    figures = ("--add", "道路=10", "--set", "满意率=85")
    stands, remark = fine("update", "1", *figures, "--on", "4月20日").out.splitlines()
    assert "? not reported" in stands
    assert remark == "this period has no report yet: the row counts as of its day, 2024-04-20"
    assert len(fine("update", "1", "--note", "二").out.splitlines()) == 1


def test_an_occurrence_whose_period_has_not_begun_is_recorded_and_said_to_be_early() -> None:
    ran = fine("update", "3", "--milestone", "12月", "--on", "11月24日")
    assert ran.out.splitlines()[1] == (
        "2024-12: due on 2024-12-31, its period has not begun; recorded as done early"
    )
    assert len(fine("update", "3", "--milestone", "10月", "--on", "10月2日").out.splitlines()) == 1
    assert len(fine("update", "3", "--milestone", "1月", "--on", "1月1日").out.splitlines()) == 1
