"""Looking at the desk: the right plan, date and moment; filters; data whose keys are stable."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

import commands.options
from commands.options import typed_moment
from tests import sample
from tests.conftest import NewStore
from tests.desk import PLAN, duban, ended, fine, process, refused, write

YEAR = ("--year", "2024")
AS_OF = ("--as-of", "2024-10-31")
OFFICE = "测试街道办事处"


@pytest.fixture
def plan(planned_store_url: str) -> str:
    """A plan with a few rows, filed in an order that is not that of their dates."""
    for arguments in (
        ("1", "--add", "道路=6", "--on", "2024-06-30", "--reason", "雨季"),
        ("2", "--milestone", "plan", "--on", "2024-06-20"),
        ("3", "--milestone", "2024-01", "--on", "2024-01-15"),
    ):
        fine("update", *arguments, *YEAR)
    return planned_store_url


@pytest.fixture(scope="module")
def year(new_store: NewStore) -> str:
    """The URL of a store with the office's plan for 2024 and its simulated year."""
    return new_store("sample", sample.fill)


@pytest.fixture
def simulated(year: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DUBAN_DB", year)
    return year


def codes(*arguments: str) -> list[str]:
    return [item["code"] for item in fine(*arguments, "--json").json["items"]]


def test_status_as_data_has_exactly_these_keys_and_values(plan: str) -> None:
    data = fine("status", *AS_OF, "--json").json
    items = data.pop("items")
    assert data == {
        "plan": OFFICE,
        "title": None,
        "year": 2024,
        "version": 1,
        "as_of": "2024-10-31",
        "known_at": None,
        "simulated": False,
        "unit": None,
        "assumed_items": 1,
        "assumed_indicators": 1,
        "workdays_provisional": False,
        "totals": {
            "cancelled": 0,
            "closed_out": 0,
            "done": 0,
            "overdue": 2,
            "far_behind": 1,
            "behind": 0,
            "not_reported": 0,
            "due_soon": 0,
            "not_started": 0,
            "on_track": 0,
        },
    }
    assert items[1] == {
        "code": "2",
        "title": "公园绿化",
        "area": "A",
        "lead": "cj",
        "status": "overdue",
        "expected": 1.0,
        "actual": 0.4,
        "start": "2024-01-01",
        "due": "2024-09-30",
        "original_due": "2024-09-30",
        "extensions": 0,
        "overdue_days": 31,
        "overdue_workdays": 19,
        "last_reported": "2024-06-20",
        "overdue_since": "2024-09-30",
        "next_due": None,
        "assumed": False,
        "milestones": {"all": 2, "held": 1, "late": 0, "missed": 0},
        "parent": None,
    }
    # 305 of 335 days are gone.
    assert (items[0]["code"], items[0]["expected"]) == ("1", 0.9104)


def test_status_narrows_down_by_unit_area_and_level(plan: str) -> None:
    assert codes("status", *AS_OF) == ["1", "2", "3"]
    assert codes("status", *AS_OF, "--unit", "cj") == ["1", "2"]
    assert codes("status", *AS_OF, "--unit", "第一社区") == ["3"]
    assert codes("status", *AS_OF, "--area", "A") == ["1", "2"]
    assert codes("status", *AS_OF, "--area", "民生") == ["3"]
    assert codes("status", *AS_OF, "--level", "far_behind") == ["1"]
    assert codes("status", *AS_OF, "--level", "overdue", "--level", "far_behind") == ["1", "2", "3"]
    assert codes("status", *AS_OF, "--level", "far_behind", "--unit", "c1") == []
    assert codes("status", *AS_OF, "--level", "逾期", "--level", "严重滞后") == ["1", "2", "3"]
    assert codes("status", *AS_OF, "--level", "far behind") == ["1"]
    assert "there are: cj 城建办, c1 第一社区" in refused(4, "status", *AS_OF, "--unit", "no")
    assert "there are: A 环境, B 民生" in refused(4, "status", *AS_OF, "--area", "no")


def test_overdue_lists_what_is_late_with_the_step_and_the_reason(plan: str) -> None:
    data = fine("overdue", *AS_OF, "--json").json
    found = [(i["code"], i["overdue_days"], i["overdue_milestones"]) for i in data["items"]]
    assert found == [("2", 31, ["竣工"]), ("3", 31, ["2024年9月"])]
    assert data["of"] == 3
    shown = fine("overdue", *AS_OF).out
    assert "公园绿化" in shown
    assert "31" in shown


def test_at_a_terminal_overdue_says_which_step_is_late_and_why(
    plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine("update", "2", "--note", "x", "--reason", "苗木未到", "--on", "2024-10-20", *YEAR)
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = fine("overdue", *AS_OF).out
    assert "竣工" in shown
    assert "苗木未到" in shown


def test_the_plan_is_that_of_the_year_looked_at(plan: str, tmp_path: Path) -> None:
    later = write(tmp_path, PLAN.replace("2024", "2025"), "later.yaml")
    fine("plan", "load", later)
    assert fine("status", *AS_OF, "--json").json["year"] == 2024
    assert fine("status", "--as-of", "2025-01-01", "--json").json["year"] == 2025
    assert fine("status", "--as-of", "2025-01-01", *YEAR, "--json").json["year"] == 2024
    line = refused(4, "status", "--as-of", "2023-06-30")
    assert (
        line == f"2023: no such plan; there are: {OFFICE} 2024, {OFFICE} 2025 (choose with --year)"
    )


def test_without_a_date_it_is_today_in_the_offices_time_zone(
    plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        commands.options,
        "now",
        lambda: datetime(2024, 7, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    )
    assert fine("status", "--json").json["as_of"] == "2024-07-01"
    assert fine("status", "--as-of", "2月底", "--json").json["as_of"] == "2024-02-29"


def test_today_is_the_offices_although_the_machine_is_elsewhere() -> None:
    here = datetime.now(ZoneInfo("Asia/Shanghai"))
    assert abs(commands.options.now() - here).total_seconds() < 60
    assert commands.options.now().utcoffset() == here.utcoffset()


def test_as_of_a_date_only_what_had_taken_effect_counts(plan: str) -> None:
    def reported(day: str) -> list[Any]:
        items = fine("status", "--as-of", day, "--json").json["items"]
        return [item["last_reported"] for item in items]

    assert reported("2024-01-14") == [None, None, None]
    assert reported("2024-06-29") == [None, "2024-06-20", "2024-01-15"]
    assert reported("2024-06-30") == ["2024-06-30", "2024-06-20", "2024-01-15"]


def test_a_past_bulletin_comes_out_again_to_the_letter(plan: str) -> None:
    moment = fine("ledger", "3", *YEAR, "--json").json["ledger"][-1]["recorded_at"]
    looks = [
        ("status", *AS_OF, "--known-at", moment),
        ("overdue", *AS_OF, "--known-at", moment),
        ("show", "1", *AS_OF, "--known-at", moment),
        ("explain", "1", *AS_OF, "--known-at", moment),
        ("ledger", "1", *AS_OF, "--known-at", moment),
        ("report", *AS_OF, "--known-at", moment),
    ]
    before = [(fine(*look).out, fine(*look, "--json").out) for look in looks]
    fine("update", "1", "--add", "道路=4", "--on", "2024-08-01", *YEAR)
    fine("update", "2", "--milestone", "done", "--on", "2024-08-01", *YEAR)
    fine("undo", "1", *YEAR)
    assert [(fine(*look).out, fine(*look, "--json").out) for look in looks] == before
    assert fine("status", *AS_OF, "--json").json["totals"]["done"] == 1


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2024-06-30", "2024-06-30T23:59:59.999999+08:00"),
        ("6月底", "2024-06-30T23:59:59.999999+08:00"),
        ("2024-06-30 17:00", "2024-06-30T17:00:00+08:00"),
        ("２０２４-06-30 17：00", "2024-06-30T17:00:00+08:00"),
        ("2024-06-30T17:00:30.5", "2024-06-30T17:00:30.500000+08:00"),
        ("2024-06-30T09:00:00+00:00", "2024-06-30T09:00:00+00:00"),
    ],
)
def test_moments_are_read_in_the_offices_time_zone(typed: str, moment: str) -> None:
    assert typed_moment("--known-at", typed, 2024) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("typed", ["17:00", "2024-06-30 25:00", "2024-13-01 10:00", "never", ""])
def test_what_is_no_moment_is_bad_input(plan: str, typed: str) -> None:
    assert refused(3, "status", *AS_OF, "--known-at", typed).startswith("--known-at: ")


def test_the_report_of_a_month_is_as_of_its_end(plan: str) -> None:
    by_date = fine("report", *AS_OF)
    for month in ("2024-10", "2024年10月"):
        assert fine("report", "--month", month).out == by_date.out
    assert fine("report", "--month", "10月", *YEAR).out == by_date.out
    assert fine("report", "--month", "2024-10", "--json").json["as_of"] == "2024-10-31"


def test_the_report_of_a_month_that_is_not_over_is_as_of_today(
    plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    monkeypatch.setattr(commands.options, "now", lambda: datetime(2024, 10, 15, tzinfo=zone))
    assert fine("report", "--month", "10月", "--json").json["as_of"] == "2024-10-15"
    assert "has not come yet" in refused(3, "report", "--month", "11月")


def test_month_and_date_exclude_each_other(plan: str) -> None:
    assert "give one of them" in refused(2, "report", "--month", "2024-10", *AS_OF)
    assert "is no month" in refused(3, "report", "--month", "2024-10-31")


def test_a_short_report_leaves_the_list_of_items_out(plan: str) -> None:
    whole, short = fine("report", *AS_OF).out, fine("report", *AS_OF, "--short").out
    assert len(short) < len(whole)


def test_a_report_of_a_unit_has_its_items_only(plan: str) -> None:
    data = fine("report", *AS_OF, "--unit", "c1", "--json").json
    assert [item["code"] for item in data["items"]] == ["3"]


def test_the_ledger_of_an_item_needs_no_word_more(plan: str) -> None:
    rows = fine("ledger", "1", *YEAR, "--json").out
    assert fine("ledger", "--json", *YEAR, "1").out == rows
    assert fine("ledger", "show", "1", *YEAR, "--json").out == rows
    assert fine("ledger", "１", *YEAR, "--json").out == rows
    assert "Missing argument 'CODE'" in refused(2, "ledger", "--json")
    assert "no such item" in refused(4, "ledger", "imports", *YEAR)
    assert duban("ledger").code == 2


def test_explain_ends_in_the_numbers_of_status(plan: str) -> None:
    items = {i["code"]: i for i in fine("status", *AS_OF, "--json").json["items"]}
    for code in ("1", "2", "3"):
        explained = fine("explain", code, *AS_OF, "--json").json
        assert explained["status"] == items[code]["status"]
        assert round(explained["expected"] / explained["whole"], 4) == items[code]["expected"]
        assert round(explained["actual"] / explained["whole"], 4) == items[code]["actual"]


@pytest.mark.parametrize("looking", ["status", "overdue", "report", "show 2.2", "ledger 2.2.14"])
def test_simulated_data_are_called_so_in_text_and_data(simulated: str, looking: str) -> None:
    assert "模拟" in fine(*looking.split(), *AS_OF).out
    assert fine(*looking.split(), *AS_OF, "--json").json["simulated"] is True


LOOKS = [
    *("status", "overdue", "report", "report --short", "show 2.2", "show 2.2.14", "explain 2.2"),
    *("explain 2.2.14", "ledger 2.2.14", "plans", "plan show"),
]


@pytest.mark.parametrize("looking", LOOKS)
def test_piped_output_has_no_colour_and_nothing_that_moves_a_cursor(
    simulated: str, looking: str
) -> None:
    out = fine(*looking.split(), *AS_OF).out
    assert out
    assert all(line.isprintable() for line in out.split("\n"))


@pytest.mark.parametrize("looking", ["overdue", "status"])
def test_on_a_terminal_a_long_list_is_cut_and_says_what_is_left_out(
    simulated: str, looking: str
) -> None:
    def at_terminal(*more: str) -> list[str]:
        here, there = os.openpty()
        env = {"TERM": "xterm-256color", "COLUMNS": "100"}
        started = process(looking, *AS_OF, *more, stdout=there, env=env)
        os.close(there)
        shown = b""
        while True:
            try:
                part = os.read(here, 65536)
            except OSError:
                part = b""
            if not part:
                break
            shown += part
        os.close(here)
        assert ended(started).code == 0
        return shown.decode().splitlines()

    cut, whole = at_terminal("--limit", "3"), at_terminal("--all")
    assert len(cut) < len(whole)
    assert any("另有" in line or "未列" in line or "其余" in line for line in cut[-8:])
    assert any("\x1b[" in line for line in whole)


@pytest.mark.parametrize("looking", ["status", "overdue"])
def test_piped_lines_are_aligned_by_cells_and_never_wrapped(
    sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looking: str
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = PLAN.replace('code: "2"', "code: 巷道-01").replace(
        "office:", f"title: {'长' * 60}\noffice:"
    )
    text = text.replace("name: 城建办", "name: 甲").replace("name: 第一社区", "name: 乙")
    fine("plan", "load", write(tmp_path, text), "--db", sqlite_store_url)
    lines = fine(looking, "--db", sqlite_store_url, *AS_OF).out.splitlines()
    (top,) = (n for n, one in enumerate(lines) if one.startswith("  编号"))
    assert top == (2 if looking == "status" else 3)
    assert lines[0].startswith("长" * 60)
    assert "  牵头单位  " in lines[top]
    assert len({cell_len(one[: one.index("2024-")]) for one in lines[top + 1 :]}) == 1


def test_where_no_plan_is_of_this_year_and_no_day_is_named_the_only_one_is_looked_at(
    plan: str, tmp_path: Path
) -> None:
    today = str(commands.options.now().date())
    found = fine("status", "--json").json
    assert (found["year"], found["as_of"]) == (2024, today)
    assert "no such plan" in refused(4, "show", "1", "--as-of", "2025-03-01")
    assert "no such plan" in refused(4, "status", "--year", "2025")
    assert "no such plan" in refused(4, "status", "--office", "别的单位")
    fine("plan", "load", write(tmp_path, PLAN.replace("2024", "2023"), "earlier.yaml"))
    assert f"{OFFICE} 2023, {OFFICE} 2024 (choose with --year)" in refused(4, "status")
