"""``duban plan …`` and ``duban plans``: files checked, loaded, compared and printed."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.desk import PLAN, duban, ended, fine, process, refused, write
from tests.safety_office import PLAN as SAFETY

YEAR = ("--year", "2024")


@pytest.fixture(autouse=True)
def store(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    return sqlite_store_url


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """The path of a plan file that is loaded."""
    path = write(tmp_path, PLAN)
    fine("plan", "load", path)
    return path


def changed(folder: Path, *changes: tuple[str, str]) -> str:
    text = PLAN
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return write(folder, text, "changed.yaml")


def test_check_says_what_is_in_a_file_and_how_much_of_it_is_assumed(tmp_path: Path) -> None:
    path = write(tmp_path, PLAN)
    assert fine("plan", "check", path).out == (
        f"{path}: fine. 测试街道办事处 2024: areas 2, units 2, items 3, child items 0, "
        "milestones 14, indicators 3; assumed: dates of items 1, targets 1\n"
    )
    assert fine("plan", "check", path, "--json").json == {
        "office": "测试街道办事处",
        "year": 2024,
        "simulated": False,
        "areas": 2,
        "units": 2,
        "items": 3,
        "children": 0,
        "milestones": 14,
        "indicators": 3,
        "assumed_dates": 1,
        "assumed_targets": 1,
    }


def test_check_stores_nothing_and_needs_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", f"sqlite:///{tmp_path / 'nowhere.db'}")
    fine("plan", "check", write(tmp_path, PLAN))
    assert not (tmp_path / "nowhere.db").exists()


def test_check_and_load_list_every_problem_with_its_line_and_store_nothing(
    tmp_path: Path,
) -> None:
    broken = PLAN.replace("lead: c1", "lead: nobody").replace("due: 2024-11-30", "due: 2023-11-30")
    path = write(tmp_path, broken)
    for verb in ("check", "load"):
        ran = duban("plan", verb, path)
        assert (ran.code, ran.out) == (3, "")
        lines = ran.err.splitlines()
        assert len(lines) == 3
        assert all(line.startswith(f"{path}:") for line in lines)
        assert "is after due 2023-11-30" in lines[0]
        assert "2023-11-30" in lines[1]
        assert "lead 'nobody' is no unit" in lines[2]
    assert fine("plans", "--json").json == []


@pytest.mark.parametrize("verb", ["check", "load"])
def test_a_file_that_is_not_there_is_bad_input(verb: str, tmp_path: Path) -> None:
    assert "there is no such file" in refused(3, "plan", verb, str(tmp_path / "none.yaml"))
    assert "is a directory" in refused(3, "plan", verb, str(tmp_path))


def test_the_first_file_of_a_year_is_the_baseline(tmp_path: Path) -> None:
    loaded = fine("plan", "load", write(tmp_path, PLAN))
    assert loaded.out.startswith("loaded as the baseline. 测试街道办事处 2024: areas 2")


def test_the_same_file_again_changes_nothing(plan: str, tmp_path: Path) -> None:
    said = "测试街道办事处 2024: nothing changed; version 1 stays\n"
    assert fine("plan", "load", plan).out == said
    commented = write(tmp_path, "# read again\n" + PLAN, "commented.yaml")
    assert fine("plan", "load", commented).out == said
    assert fine("plans", "--json").json[0]["version"] == 1


def test_a_changed_file_is_not_loaded_before_somebody_agrees(plan: str, tmp_path: Path) -> None:
    ran = duban("plan", "load", changed(tmp_path, ("target: 10", "target: 12")))
    assert ran.code == 2
    assert ran.out == ("~ 1 indicators/道路/target: 10 → 12\nadded 0, dropped 0, changed 1\n")
    assert "give --yes" in ran.err
    assert fine("plan", "show", *YEAR).out == PLAN


def test_a_changed_file_shows_added_dropped_and_changed(plan: str, tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        ("title: 公园绿化", "title: 口袋公园"),
        ('code: "3", title: 走访慰问', 'code: "4", title: 夜间巡查'),
    )
    assert fine("plan", "load", path, "--yes").out == (
        "+ 4 夜间巡查, lead c1, due 2024-12-31\n"
        "- 3 走访慰问: no longer in the file, will be cancelled\n"
        "~ 2 title: 公园绿化 → 口袋公园\n"
        "added 1, dropped 1, changed 1\n"
        "loaded as version 2. 测试街道办事处 2024: areas 2, units 2, items 3, child items 0, "
        "milestones 14, indicators 3; assumed: dates of items 1, targets 1\n"
    )
    items = fine("status", "--as-of", "2030-01-01", *YEAR, "--json").json["items"]
    assert {item["code"]: item["status"] for item in items}["3"] == "cancelled"


def test_what_has_ended_and_is_no_longer_in_the_file_is_said_to_stay_so(
    plan: str, tmp_path: Path
) -> None:
    gone = ('code: "2"', 'code: "4"'), ('code: "3"', 'code: "5"')
    path = changed(tmp_path, *gone)
    for step in ("plan", "done"):
        fine("update", "2", "--milestone", step, "--on", "2024-06-01", *YEAR)
    fine("close", "2", *YEAR)
    (row,) = fine("cancel", "3", "--reason", "x", *YEAR, "--json").json["rows"]
    said = duban("plan", "load", path).out
    assert "- 2 公园绿化: no longer in the file, stays closed\n" in said
    assert "- 3 走访慰问: no longer in the file, stays cancelled\n" in said
    fine("undo", str(row), *YEAR)
    said = duban("plan", "load", path).out
    assert "- 3 走访慰问: no longer in the file, will be cancelled\n" in said


def test_a_date_that_a_file_moves_later_stays_and_the_way_to_move_it_is_named(
    plan: str, tmp_path: Path
) -> None:
    path = changed(
        tmp_path,
        ("due: 2024-11-30", "due: 2024-12-20"),
        ("title: 方案评审, due: 2024-06-30", "title: 方案评审, due: 2024-07-31"),
    )
    stays = "  does not move the date, which stays {}; ask for an extension: duban extend\n"
    loaded = fine("plan", "load", path, "--yes").out
    assert "~ 1 due: 2024-11-30 → 2024-12-20\n" + stays.format("2024-11-30") in loaded
    assert (
        "~ 2 milestones/plan/due: 2024-06-30 → 2024-07-31\n" + stays.format("2024-06-30") in loaded
    )
    item = fine("show", "1", *YEAR, "--json").json
    assert (item["due"], item["original_due"]) == ("2024-11-30", "2024-11-30")


def test_a_date_that_a_file_moves_earlier_moves(plan: str, tmp_path: Path) -> None:
    path = changed(tmp_path, ("due: 2024-11-30", "due: 2024-10-31"))
    assert "stays" not in fine("plan", "load", path, "--yes").out
    item = fine("show", "1", *YEAR, "--json").json
    assert (item["due"], item["original_due"]) == ("2024-10-31", "2024-11-30")


def test_the_difference_as_data_is_the_same(plan: str, tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        ("due: 2024-11-30", "due: 2024-12-20"),
        ("target: 10", "target: 12.5"),
        ('code: "3", title: 走访慰问', 'code: "4", title: 夜间巡查'),
    )
    loaded = fine("plan", "load", path, "--yes", "--json").json
    assert (loaded["version"], loaded["loaded"]) == (2, True)
    listed = {"lead": "c1", "due": "2024-12-31"}
    assert loaded["added"] == [{"code": "4", "title": "夜间巡查", **listed, "held": None}]
    assert loaded["dropped"] == [{"code": "3", "title": "走访慰问", **listed}]
    assert loaded["changed"] == [
        {
            "code": "1",
            "field": "due",
            "old": "2024-11-30",
            "new": "2024-12-20",
            "held": "2024-11-30",
        },
        {
            "code": "1",
            "field": "indicators/道路/target",
            "old": 10,
            "new": 12.5,
            "held": None,
        },
    ]
    again = fine("plan", "load", path, "--json").json
    assert (again["version"], again["loaded"], again["changed"]) == (2, False, [])


def test_rows_and_missed_milestones_that_a_file_leaves_behind_are_told_before_anybody_agrees(
    plan: str, tmp_path: Path
) -> None:
    on = ("--on", "2024-05-31", *YEAR)
    for amount in ("1", "2", "3"):
        fine("update", "1", "--add", f"道路={amount}", *on)
    fine("ledger", "1", *YEAR)
    fine("undo", "3", "--reason", "误录", *YEAR)
    fine("update", "2", "--milestone", "plan", *on)
    path = changed(
        tmp_path,
        ("name: 道路", "name: 街巷"),
        ("code: plan,", "code: review,"),
        ("code: done,", "code: finish,"),
    )
    ran = duban("plan", "load", path)
    assert ran.code == 2
    assert [line for line in ran.out.splitlines() if line.startswith("!")] == [
        "! 1 道路: 2 filed rows would no longer count",
        "! 2 plan: 1 filed rows would no longer count",
        "! 2 done: 竣工, due 2024-09-30 and not reached, would no longer be seen",
    ]
    loaded = fine("plan", "load", path, "--yes", "--json").json
    assert loaded["no_longer_counted"] == [
        {"code": "1", "part": "道路", "rows": 2},
        {"code": "2", "part": "plan", "rows": 1},
    ]
    assert loaded["missed_and_gone"] == [
        {"code": "2", "part": "done", "title": "竣工", "due": "2024-09-30"}
    ]


def test_what_changes_in_the_registers_is_told_as_it_is_typed(plan: str, tmp_path: Path) -> None:
    registers = """\
registers:
  petitions: {settle: 45日}
  safety:
    rhythms: [{code: week, title: 周巡查, kind: exits, every: weekly, unit: cj}]
    order_days: [3, 7]
areas:
"""
    on = ("--on", "2024-05-31", *YEAR)
    fine("update", "1", "--set", "满意率=91", *on)
    rate = ('"%", target: 90, reading: latest', '"%", target: 90, register: orders.satisfied')
    path = changed(tmp_path, ("areas:\n", registers), rate)
    ran = duban("plan", "load", path)
    assert ran.out == (
        "~ registers/petitions/settle: 60 days → 45 days\n"
        "~ registers/safety/rhythms/week: — → 周巡查\n"
        "~ registers/safety/order_days: 1, 3, 7, 15, 30 → 3, 7\n"
        "~ 1 indicators/满意率/register: — → orders.satisfied\n"
        "limits that change hold for cases registered from now on; others keep their days\n"
        "! 1 满意率: 1 filed rows would no longer count\n"
        "added 0, dropped 0, changed 4\n"
    )
    loaded = fine("plan", "load", path, "--yes", "--json").json
    assert loaded["changed"][0] == {
        "code": None,
        "field": "registers/petitions/settle",
        "old": "60 days",
        "new": "45 days",
        "held": None,
    }
    assert loaded["no_longer_counted"] == [{"code": "1", "part": "满意率", "rows": 1}]
    assert fine("plan", "load", path, "--json").json["changed"] == []


def test_cases_of_a_topic_that_a_file_no_longer_names_are_told(plan: str, tmp_path: Path) -> None:
    case = ("--channel", "visit", "--community", "c1", "--received", "2024-03-01")
    for number, topic in (("1", "noise"), ("2", "noise"), ("3", "drains")):
        fine("petition", "add", f"XF-{number}", "--topic", topic, *case, *YEAR)
    topics = "registers: {topics: [{code: drains, name: 排水}, {code: parking, name: 停车}]}\n"
    path = changed(
        tmp_path,
        ("areas:\n", f"{topics}areas:\n"),
        ("code: c1", "code: c2"),
        ("lead: c1", "lead: c2"),
    )
    ran = duban("plan", "load", path)
    assert [line for line in ran.out.splitlines() if line.startswith("!")] == [
        "! units/c1: 3 cases are of it, and would be shown by the code alone",
        "! registers/topics/noise: 2 cases are of it, and would be shown by the code alone",
    ]
    assert fine("plan", "load", path, "--yes", "--json").json["cases_without_a_name"] == [
        {"field": "units/c1", "cases": 3},
        {"field": "registers/topics/noise", "cases": 2},
    ]


def answered(answer: str, path: str) -> tuple[int, str]:
    """Loads a file at a terminal, where somebody types the answer."""
    here, there = os.openpty()
    started = process("plan", "load", path, stdin=there, stderr=subprocess.STDOUT)
    os.write(here, f"{answer}\n".encode())
    ran = ended(started)
    os.close(here)
    os.close(there)
    return ran.code, ran.out


def test_at_a_terminal_it_asks_and_no_is_the_answer_that_changes_nothing(
    plan: str, tmp_path: Path
) -> None:
    path = changed(tmp_path, ("target: 10", "target: 12"))
    code, out = answered("n", path)
    assert code == 0
    assert "Load this as version 2 of 测试街道办事处 2024? [y/N]" in out
    assert out.endswith("nothing was loaded\n")
    code, out = answered("nein\n否", path)
    assert (code, out.count("[y/N]")) == (0, 2)
    assert out.endswith("nothing was loaded\n")
    assert "nothing was loaded\n" in answered("", path)[1]
    code, out = answered("是", path)
    assert code == 0
    assert "loaded as version 2." in out
    assert "loaded as version 3." in answered("y", plan)[1]


def test_what_contradicts_a_closing_is_refused_before_it_asks(plan: str, tmp_path: Path) -> None:
    fine("update", "1", "--add", "道路=10", "--set", "满意率=95", "--on", "2024-06-20", *YEAR)
    fine("close", "1", "--on", "2024-06-30", *YEAR)
    path = changed(tmp_path, ("target: 10", "target: 20"))
    code, out = answered("y", path)
    assert code == 5
    assert "[y/N]" not in out
    ran = duban("plan", "load", path, "--yes")
    assert ran.code == 5
    assert "1, closed on 2024-06-30 by row 3, would not be finished on 2024-06-30" in ran.err
    assert "nothing changed; version 1 stays" in fine("plan", "load", plan).out


def test_a_version_that_somebody_else_loads_while_it_asks_is_a_conflict(
    plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write(tmp_path, PLAN.replace("target: 10", "target: 11"), "other.yaml")
    mine = changed(tmp_path, ("target: 10", "target: 12"))

    def meanwhile(*_question: object, **_settings: object) -> bool:
        fine("plan", "load", other, "--yes")
        return True

    monkeypatch.setattr("commands.plan.agreed", meanwhile)
    monkeypatch.setattr("commands.plan.on_keyboard", lambda: True)
    ran = duban("plan", "load", mine)
    assert ran.code == 5
    assert ran.err == "测试街道办事处 2024: somebody else loaded a version meanwhile; look again\n"
    assert "target: 11" in fine("plan", "show", *YEAR).out


def test_show_prints_any_version_to_the_letter(plan: str, tmp_path: Path) -> None:
    path = changed(tmp_path, ("target: 10", "target: 12"))
    fine("plan", "load", path, "--yes", "--as", "党政办")
    assert fine("plan", "show", *YEAR).out == Path(path).read_text(encoding="utf-8")
    assert fine("plan", "show", *YEAR, "--version", "1").out == PLAN
    assert fine("plan", "show", *YEAR, "--version", "1", "--json").json == {
        "plan": "测试街道办事处",
        "year": 2024,
        "title": None,
        "simulated": False,
        "version": 1,
        "text": PLAN,
    }
    assert refused(4, "plan", "show", *YEAR, "--version", "3") == "version 3: no such version"


def test_a_plan_that_nobody_had_loaded_yet_is_not_known(plan: str) -> None:
    assert "no plan" in refused(4, "plan", "show", *YEAR, "--known-at", "2020-01-01")


def test_plans_lists_office_year_and_version(plan: str, tmp_path: Path) -> None:
    other = PLAN.replace("测试街道", "另一街道").replace(
        "year: 2024", "year: 2024\nsimulated: true"
    )
    fine("plan", "load", write(tmp_path, other, "other.yaml"))
    assert fine("plans").out == (
        "2024  另一街道办事处  version 1  (simulated)\n2024  测试街道办事处  version 1\n"
    )
    assert fine("plans", "--json").json == [
        {"plan": "另一街道办事处", "year": 2024, "title": None, "simulated": True, "version": 1},
        {"plan": "测试街道办事处", "year": 2024, "title": None, "simulated": False, "version": 1},
    ]
    assert fine("plans", "--office", "测试街道办事处").out.count("\n") == 1
    assert fine("plans", "--year", "2023").out.startswith("no plan yet")


def test_several_offices_in_a_store_have_to_be_told_apart(plan: str, tmp_path: Path) -> None:
    fine("plan", "load", write(tmp_path, PLAN.replace("测试街道", "另一街道"), "other.yaml"))
    line = refused(2, "status", *YEAR)
    assert "say which with --office: 另一街道办事处, 测试街道办事处" in line
    assert (
        fine("status", *YEAR, "--office", "另一街道办事处", "--json").json["plan"]
        == "另一街道办事处"
    )


def test_the_schema_is_printed_as_json() -> None:
    schema = fine("plan", "schema").json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"duban", "office", "year", "units", "areas"} <= set(schema["required"])


def test_a_plan_file_and_a_ledger_file_that_are_taken_for_each_other_are_told_so(
    plan: str, tmp_path: Path
) -> None:
    ledger = "# 台账\nduban_ledger: 1\noffice: 测试街道办事处\nyear: 2024\nentries: []\n"
    ledger_file, plan_file = write(tmp_path, ledger, "l.yaml"), write(tmp_path, PLAN, "p.yaml")
    said = f"{ledger_file}:2: this is a ledger file; record it with: duban ledger import FILE"
    assert refused(3, "plan", "check", ledger_file) == said
    assert refused(3, "plan", "load", ledger_file) == said
    assert refused(3, "ledger", "import", plan_file) == (
        f"{plan_file}:1: this is a plan file; load it with: duban plan load FILE"
    )


def test_loading_says_what_it_did_in_the_registers(tmp_path: Path) -> None:
    ahead = SAFETY.replace("2024", "2099")
    first = fine("plan", "load", write(tmp_path, ahead), "--json").json
    assert (first["sweeps_made"] > 12, first["sweeps_taken_back"]) == (True, 0)
    fewer = ahead.replace("every: monthly}", "every: quarterly}")
    loaded = fine("plan", "load", write(tmp_path, fewer), "--yes").out
    assert "sweeps made 4, taken back 12; cases taken over from other years' plans 0" in loaded
