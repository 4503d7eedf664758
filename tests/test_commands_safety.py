"""``duban sweep`` and ``duban hazard`` at the desk, as offices type them."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.typed import FORBIDDEN
from tests.conftest import NewStore, examples
from tests.desk import duban, fine, refused
from tests.safety_office import PLAN, SETTINGS, load

YEAR = ("--year", "2024")


def fill(url: str) -> None:
    from tracker.migrate import migrate

    migrate(url)
    load(url)


@pytest.fixture(autouse=True)
def store(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with the plan; its file."""
    url = new_store("safety", fill)
    monkeypatch.setenv("DUBAN_DB", url)
    monkeypatch.setenv("DUBAN_USER", "应急所")
    return Path(url.removeprefix("sqlite:///"))


def add(**given: str) -> str:
    options = {
        "kind": "飞线充电",
        "place": "幸福小区３号楼",
        "community": "第一社区",
        "on": "3月1日",
    }
    typed = [word for key, value in (options | given).items() for word in (f"--{key}", value)]
    number: str = fine("hazard", "add", *typed, *YEAR, "--json").json["hazard"]["number"]
    return number


def show(number: str, *more: str) -> Any:
    return fine("hazard", "show", number, *YEAR, "--json", *more).json


def test_a_year_of_sweeps_is_there_is_held_and_counted() -> None:
    planned = fine("sweep", "plan", "--until", "12月31日", *YEAR)
    assert planned.out == "up to 2024-12-31 still to be held: 0\n"  # they are long missed
    typed = ("--places", "３６", "--people", "8", "--on", "3月28日")
    ran = fine("sweep", "record", "wires-c1-2024-03-29", *typed, *YEAR)
    assert ran.out == ("recorded. wires-c1-2024-03-29: held, due 2024-03-29; places 36, people 8\n")
    other = ("--kind", "飞线充电", "--community", "第二社区", "--places", "5", "--people", "2")
    ran = fine("sweep", "record", *other, "--on", "4月1日", *YEAR, "--json")
    assert (ran.json["number"], ran.json["state"], ran.json["rhythm"]) == (
        "S2024-001",
        "held",
        None,
    )
    found = fine("sweep", "list", *YEAR, "--as-of", "2024-04-10", "--json").json
    assert (found["places"], found["people"]) == (41, 10)
    assert found["held"] == {"numerator": 2, "denominator": 12, "percent": 16.7}
    only = fine("sweep", "list", *YEAR, "--as-of", "2024-04-10", "--state", "按期", "--json").json
    assert [row["number"] for row in only["sweeps"]] == ["S2024-001", "wires-c1-2024-03-29"]
    assert fine("sweep", "undo", "S2024-001", *YEAR).out == (
        "S2024-001, of 2024-04-01: taken back, as if it had never been recorded\n"
    )
    rates = fine("sweep", "rates", *YEAR, "--as-of", "2024-04-10", "--json").json
    assert rates["total"]["rates"]["held"]["numerator"] == 1
    assert [row["key"] for row in rates["by"]["community"]] == ["c1", "c2", None]


def test_a_sweep_of_an_earlier_year_is_recorded_and_shown_without_naming_the_year(
    store: Path,
) -> None:
    load(f"sqlite:///{store}", 2023)
    held = ("--places", "5", "--people", "2", "--on")
    other = ("--kind", "飞线充电", "--community", "第二社区")
    ran = fine("sweep", "record", *other, *held, "2024-09-18")
    assert ran.out == "recorded. S2024-001: held, due 2024-09-18; places 5, people 2\n"
    typed = ("ｗires-c1-2024-03-29", *held, "2024-04-10")
    assert fine("sweep", "record", *typed, "--json").json["state"] == "late"
    for number in ("wires-c1-2024-03-29", "S2024-001"):
        assert fine("sweep", "undo", number).out.startswith(number)
    assert "taken back by" in refused(4, "sweep", "undo", "S2024-001")


def test_a_hazard_of_an_earlier_year_is_found_by_its_number(store: Path) -> None:
    load(f"sqlite:///{store}", 2023)
    number = add()
    on = ("--on", "2024-03-02")
    fine("hazard", "order", number, "--days", "7", *on)
    fine("hazard", "fix", number, "--by", "物业项目经理", *on)
    fine("hazard", "inspect", number, "--result", "合格", "--by", "应急所安全专干", *on)
    fine("hazard", "close", number, "--on", "2025-01-03")
    shown = fine("hazard", "show", number, "--json").json
    assert (shown["year"], shown["hazard"]["state"]) == (2024, "closed")
    assert "closed" in fine("hazard", "show", number, *YEAR, "--json").out
    assert fine("hazard", "undo", number, "--json").json["hazard"]["state"] == "passed"


def test_a_hazard_goes_its_way_and_says_where_it_stands(store: Path, tmp_path: Path) -> None:
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(b"photo")
    digest = hashlib.sha256(b"photo").hexdigest()
    typed = ("--kind", "exits", "--grade", "重大", "--place", "商贸城南门", "--community", "c1")
    ran = fine("hazard", "add", *typed, "--on", "3月1日", "--evidence", str(photo), *YEAR)
    assert ran.out == "recorded. H2024-001 商贸城南门: found, due 2024-03-02\n"
    said = [word for key, text in SETTINGS.items() for word in (f"--{key}", text)]
    ran = fine("hazard", "order", "H2024-001", "--days", "7", "--on", "3月1日", *said, *YEAR)
    assert ran.out == "recorded. H2024-001 商贸城南门: ordered, due 2024-03-08\n"
    fixed = ("hazard", "fix", "H2024-001", "--by", "物业项目经理", "--on", "3月5日")
    fine(*fixed, "--evidence", str(photo), *YEAR)
    inspected = ("hazard", "inspect", "H2024-001", "--by", "yj", "--on", "3月6日")
    fine(*inspected, "--result", "不合格", *YEAR)
    fine("hazard", "undo", "H2024-001", *YEAR)
    fine(*inspected, "--result", "合格", *YEAR)
    ran = fine("hazard", "close", "Ｈ2024-001", "--on", "3月7日", *YEAR)
    assert ran.out == "recorded. H2024-001 商贸城南门: closed\n"
    data = show("H2024-001")
    kept = [{"name": "现场.jpg", "sha256": digest, "bytes": 5}]
    assert data["hazard"]["evidence"] == kept
    assert data["events"][1]["evidence"] == kept
    assert data["events"][0]["settings"] == SETTINGS
    assert [(one["kind"], one["reversed"]) for one in data["events"]] == [
        *(("order", False), ("fix", False), ("fail", True), ("undo", False)),
        *(("pass", False), ("close", False)),
    ]
    assert data["events"][4]["by"] == "应急所"
    folder = store.with_name(f"{store.name}.evidence")
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [digest]
    text = fine("hazard", "show", "H2024-001", *YEAR).out
    assert "整改标准：净宽4米" in text
    assert f"佐证：现场.jpg ({digest[:12]}…)" in text
    rates = fine("hazard", "rates", *YEAR, "--json").json["total"]["rates"]
    assert rates["put_right_in_time"] == {"numerator": 1, "denominator": 1, "percent": 100.0}


def test_what_is_overdue_is_listed_and_what_of_it_waits_for_re_inspection() -> None:
    waiting, late = add(), add()
    fine("hazard", "fix", waiting, "--by", "物业", "--on", "3月1日", *YEAR)
    for state, numbers in (
        ("逾期", [late, waiting]),
        ("overdue", [late, waiting]),
        ("复查逾期", [waiting]),
        ("待复查", [waiting]),
    ):
        day = ("--as-of", "2024-03-20", "--json")
        found = fine("hazard", "list", "--state", state, *YEAR, *day).json["hazards"]
        assert [one["number"] for one in found] == numbers
    said = fine("hazard", "list", *YEAR, "--as-of", "2024-03-20").out
    assert "逾期2处（其中复查逾期1处）" in said


def test_a_hazard_that_was_recorded_by_mistake_is_taken_back() -> None:
    number = add()
    fine("hazard", "fix", number, "--by", "物业", "--on", "3月1日", *YEAR)
    assert fine("hazard", "undo", number, *YEAR).out.startswith(f"recorded. {number} ")
    said = f"{number}, of 2024-03-01: taken back, as if it had never been recorded\n"
    assert fine("hazard", "undo", number, *YEAR).out == said
    assert "taken back by 应急所 on " in refused(4, "hazard", "show", number, *YEAR)
    assert fine("hazard", "list", *YEAR, "--json").json["hazards"] == []


def test_the_same_place_is_said_when_it_is_found_again_and_can_be_listed() -> None:
    first = add()
    ran = fine(
        *("hazard", "add", "--kind", "wires", "--place", "幸福小区 3号楼", "--community", "c1"),
        *("--on", "5月30日", *YEAR),
    )
    assert ran.out.splitlines()[1] == f"the same place: {first} was found there on 2024-03-01"
    add(on="5月30日", community="c2")
    listed = fine("hazard", "list", *YEAR, "--again", "--json").json
    assert [(row["number"], row["again"]) for row in listed["hazards"]] == [("H2024-002", first)]
    lines = fine("hazard", "list", *YEAR, "--as-of", "2024-06-10", "--overdue").out.splitlines()
    assert lines[2:4] == [
        "共3处（重大0处）：待整改3、限期整改0、待复查0、复查不合格0、待销号0、已销号0",
        "逾期3处，同一场所90天内再次发现1处",
    ]
    assert lines[4].split() == [
        *("编号", "发现", "期限", "状况", "等级", "类别", "社区", "责任单位", "场所")
    ]
    assert lines[6].endswith("幸福小区 3号楼  逾期10天 · 再次：H2024-001（03-01）")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ("hazard show H2024-009", 4, "H2024-009: no such case in the register; there are: H2024"),
        ("hazard fix H2024-001 --by 物业13912345678", 3, "seems to hold a mobile number"),
        ("hazard fix H2024-001 --by 物业 --on 2024-02-01", 3, "H2024-001: 2024-02-01: before"),
        ("hazard fix H2024-001 --by 物业 --evidence nowhere.jpg", 3, "cannot be read"),
        ("hazard inspect H2024-001 --by 物业 --result 合格", 5, "expected next: order, fix"),
        ("hazard inspect H2024-001 --by 物业 --result 好", 2, "expected one of: pass, fail"),
        ("hazard order H2024-001 --on 3月1日", 2, "either --due DATE or --days N"),
        ("hazard order H2024-001 --days 5 --on 3月1日", 3, "one of 1, 3, 7, 15, 30"),
        ("hazard order H2024-001 --due 2月1日 --on 3月1日", 3, "2024-03-01 or later"),
        ("hazard add --kind 火灾 --place x --community c1", 4, "no such kind of hazard"),
        ("hazard list --state 好", 2, "expected one of: found, ordered"),
        ("hazard list --unit 没有", 4, "no such unit"),
        ("hazard close H2024-001 --on 2199-01-01", 3, "lies ahead"),
        ("sweep record --places 1 --people 1", 2, "expected the number of a sweep that is due"),
        ("sweep record x --unit c1 --places 1 --people 1", 2, "or --kind"),
        ("sweep record x --places 1 --people 1", 4, "x: no such case in the register"),
        ("sweep record x --places -1 --people 1", 2, "'--places'"),
        ("sweep record --kind wires --places 1 --people 1", 3, "say which unit leads (--unit)"),
        ("sweep record --kind wires --unit yj --number 王某 --places 1 --people 1", 2, "--number"),
        ("sweep plan --until 13月1日", 3, "--until: "),
        ("sweep undo nothing", 4, "nothing: no such case"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(
    arguments: str, code: int, said: str
) -> None:
    number = add()
    assert said in refused(code, *arguments.split(), *YEAR)
    assert show(number)["events"] == []
    assert fine("hazard", "list", *YEAR, "--json").json["counts"]["all"] == 1
    counts = fine("sweep", "list", *YEAR, "--json").json["counts"]
    assert counts["missed"] == counts["all"]


def test_evidence_of_what_is_refused_is_left_unreferenced_at_most(
    store: Path, tmp_path: Path
) -> None:
    number = add()
    file = tmp_path / "a.jpg"
    file.write_bytes(b"x")
    refused(5, "hazard", "inspect", number, "--by", "yj", "--result", "pass", *YEAR)
    typed = ("--by", "yj", "--result", "pass", "--evidence", str(file))
    refused(5, "hazard", "inspect", number, *typed, *YEAR)
    assert show(number)["events"] == []
    kept = store.with_name(f"{store.name}.evidence")
    assert [path.name[:4] for path in kept.rglob("*") if path.is_file()] == ["2d71"]


def test_a_store_that_is_not_there_is_told_before_anything_is_copied(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(b"x")
    typed = ("--by", "x", "--evidence", str(file), "--db", f"sqlite:///{tmp_path}/no.db")
    assert "no store here" in refused(6, "hazard", "fix", "H1", *typed)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jpg"]


def test_nothing_that_was_typed_moves_the_cursor_or_is_markup() -> None:
    assert "expected one line" in refused(
        *(3, "hazard", "add", "--kind", "wires", "--community", "c1"),
        *("--place", "3号楼\x1b[31m", *YEAR),
    )
    number = add(place="[red]3号楼[/red]")
    assert "[red]3号楼[/red]" in fine("hazard", "list", *YEAR).out
    assert "[red]3号楼[/red]" in fine("hazard", "show", number, *YEAR).out


@given(st.text(st.characters(exclude_characters="\x00"), min_size=1, max_size=8))
@settings(max_examples=examples(25))
def test_whatever_is_typed_is_answered_in_one_line(text: str) -> None:
    for arguments in (
        ("hazard", "show", f"x{text}"),
        ("hazard", "fix", "H2024-001", f"--by={text}"),
        ("sweep", "undo", f"x{text}"),
        ("hazard", "add", "--kind=wires", f"--place={text}", f"--number={text}", f"--unit={text}"),
        ("hazard", "list", f"--community=x{text}"),
        ("sweep", "list", f"--state=x{text}"),
    ):
        ran = duban(*arguments, *YEAR)
        assert ran.code in (2, 3, 4, 5), ran
        assert ran.err.count("\n") == 1
        assert not FORBIDDEN.search(ran.err.replace("\ufffd", ""))  # which stands for such


def test_help_and_lists_of_nothing_say_so() -> None:
    before = (*YEAR, "--as-of", "2023-12-01")
    assert fine("sweep", "list", *before).out.endswith("没有检查安排\n")
    assert fine("hazard", "list", *YEAR).out.endswith("没有隐患\n")
    for group in ("sweep", "hazard"):
        assert fine(group, "rates", *before).out.endswith("没有可统计的数据\n")
        assert duban(group).code in (0, 2)


def test_while_the_plan_of_a_year_is_not_loaded_the_newest_takes_what_is_recorded(
    store: Path,
) -> None:
    url = f"sqlite:///{store}"
    load(url, 2023)
    assert fine("sweep", "plan", "--json").json["year"] == 2024
    held = ("--kind", "wires", "--community", "c1", "--places", "5", "--people", "2")
    ran = fine("sweep", "record", *held, "--on", "2025-01-05", "--json")
    assert (ran.json["number"], ran.json["state"]) == ("S2025-001", "held")
    load(url, text=PLAN.replace("测试街道办事处", "另一街道办事处"))
    said = refused(2, "sweep", "plan")
    assert "--office" in said
    assert "另一街道办事处" in said
