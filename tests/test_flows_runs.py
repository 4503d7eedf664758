"""One real run of each flow, on a real Prefect server, with what people then see there."""

import json
import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text, update

from cli import desk
from flows.artifacts import _ascii
from flows.catalogue import FLOWS
from flows.runner import Session, session
from flows.settings import API_URL
from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError, StoreError
from plans.registers import Registers, SweepRhythm
from tests import safety_office
from tests.cases import case, order, record
from tests.office import OFFICE, PLAN, TODAY, WORKDAYS, file, load_office, look, rows_of
from tracker.ledger import Assignment, Ledger
from tracker.reports.summary_markdown import render_markdown
from tracker.schema import plan_version
from tracker.store import Store
from tracker.summary import summarise
from tracker.versions import find_plan

T = TypeVar("T")
DAY = date(2024, 7, 8)
SECONDS = 30
WRITTEN = ("snapshot", "snapshot_item", "alert", "slip", "slip_line")


@pytest.fixture(scope="module")
def prefect() -> Iterator[Session]:
    """One server for all runs of this file."""
    with session() as running:
        yield running


@pytest.fixture
def office(store_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store with the small office, in which flows find it."""
    return filled(store_url, monkeypatch)


@pytest.fixture
def sqlite_office(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    return filled(sqlite_store_url, monkeypatch)


@pytest.fixture
def impatient(prefect: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is tried as often as ever, but at once."""
    from flows.daily_check import record
    from flows.look import look_at_unit

    for task in (look_at_unit, record):
        monkeypatch.setattr(task, "retry_delay_seconds", 0)


def filled(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    load_office(url)
    file(url, "1", date(2024, 5, 20), add={"道路": 4}, reason="连续降雨", simulated=True)
    monkeypatch.setenv("DUBAN_DB", url)
    return url


def until(look_up: Callable[[], T | None]) -> T:
    """What is there in the end: the server takes in events of tasks with some delay."""
    give_up = time.monotonic() + SECONDS
    while time.monotonic() < give_up:
        if found := look_up():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not there within {SECONDS} s")


class Seen:
    """What the server has of the newest run.

    Args:
        tasks: how many of them to wait for.
    """

    def __init__(self, tasks: int = 0) -> None:
        from prefect.client.orchestration import get_client
        from prefect.client.schemas.filters import ArtifactFilter, TaskRunFilter
        from prefect.client.schemas.sorting import FlowRunSort

        with get_client(sync_client=True) as client:
            run = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)[0]
            assert run.state is not None
            self.name, self.state, self.parameters = run.name, run.state, run.parameters
            mine = {"flow_run_id": {"any_": [run.id]}}
            published = ArtifactFilter.model_validate({**mine, "key": {"exists_": True}})
            self.pages = {a.key: a.data for a in client.read_artifacts(artifact_filter=published)}
            only = TaskRunFilter.model_validate(mine)

            def ended() -> list[tuple[str, str]] | None:
                found = client.read_task_runs(task_run_filter=only)
                over = [t for t in found if t.state is not None and t.state.is_final()]
                names = [(t.name, str(t.state_name)) for t in over]
                return sorted(names) if len(names) == tasks else None

            self.tasks = dict(until(ended) if tasks else [])


def test_a_daily_check_records_the_day_and_publishes_what_it_found(
    prefect: Session, office: str
) -> None:
    (found,) = prefect.run("daily-check", as_of=DAY)
    pages = found.pop("pages")
    totals = found.pop("totals")
    assert found == {
        "plan": OFFICE,
        "year": 2024,
        "as_of": DAY,
        "simulated": True,
        "late": 3,
        "recorded": True,
        "alerts": {"opened": 3, "escalated": 0, "cleared": 0, "open": 3},
    }
    assert {k: v for k, v in totals.items() if v} == {"overdue": 2, "far_behind": 1}
    rows = rows_of(office)
    assert [len(rows[name]) for name in ("snapshot", "snapshot_item", "alert")] == [1, 3, 3]

    seen = Seen(tasks=4)
    assert seen.name == f"每日检查 {OFFICE} 2024-07-08"
    assert seen.state.is_completed(), "late items are no failure"
    assert seen.parameters == {"as_of": "2024-07-08", "year": None, "office": None}
    assert seen.tasks == {
        "c1 第一社区：核对": "Completed",
        "cj 城建办：核对": "Completed",
        "store 记录快照和预警": "Completed",
        f"判断 {OFFICE} 2024": "Completed",
    }
    assert list(pages) == ["overdue-2024-1", "areas-2024-1", "report-2024-1"]
    assert seen.pages == pages
    late = "| 1 整修道路 | 城建办（已提请城建办主任） | ! 逾期 8天、6个工作日 |"
    assert late in pages["overdue-2024-1"]
    assert "| 环境 | ██░░░░░░░░ 20" in pages["areas-2024-1"]
    assert "40% / 100% | ▁▁▁▁▃▃▃ |" in pages["report-2024-1"]
    assert all("模拟数据" in page for page in pages.values())

    before = rows_of(office)
    (again,) = prefect.run("daily-check", as_of=DAY)
    assert rows_of(office) == before
    assert not again["recorded"]
    assert again["pages"] == pages


def test_urge_slips_are_written_once_and_published_one_a_unit(
    prefect: Session, office: str
) -> None:
    (found,) = prefect.run("flag-overdue", as_of=DAY)
    assert [(s["number"], s["name"], s["late"]) for s in found["slips"]] == [
        (1, "城建办", 2),
        (2, "第一社区", 1),
    ]
    assert found["new"] == 2
    seen = Seen(tasks=4)
    assert seen.name == f"逾期催办 {OFFICE} 2024-07-08"
    assert list(seen.tasks)[:2] == ["c1 第一社区：起草催办单", "cj 城建办：起草催办单"]
    assert seen.pages == found["pages"]
    assert list(found["pages"]) == ["slips-2024-1", "slip-cj-2024-1", "slip-c1-2024-1"]
    assert "责任人：城建专干；单位负责人：城建办主任" in found["pages"]["slip-cj-2024-1"]

    before = rows_of(office)
    (again,) = prefect.run("flag-overdue", as_of=DAY)
    assert rows_of(office) == before
    assert again == {**found, "new": 0}


def test_the_year_end_summary_is_published_with_the_roll_up_by_unit(
    prefect: Session, sqlite_office: str
) -> None:
    before = rows_of(sqlite_office)
    (found,) = prefect.run("year-end-summary", year=2024, office=OFFICE)
    assert rows_of(sqlite_office) == before
    year_end = date(2024, 12, 31)
    assert found["as_of"] == year_end
    seen = Seen()
    assert seen.name == f"年终总结 {OFFICE} 2024-12-31"
    assert seen.pages == found["pages"]
    scope = look(sqlite_office, year_end).scope
    with Store(sqlite_office) as store, store.read() as connection:
        told = summarise(connection, scope.plan, year_end, scope.known_at, workdays=WORKDAYS)
    assert found["pages"]["summary-2024-1"] == render_markdown(told.document)
    assert "| 城建办 | ██░░░░░░░░ 20" in found["pages"]["units-2024-1"]


def test_petition_warnings_are_published_and_nothing_is_recorded(
    prefect: Session, sqlite_office: str
) -> None:
    late, repeated = order(date(2024, 6, 1), date(2024, 7, 3)), case(date(2024, 6, 28))
    repeated.repeated = True
    record(sqlite_office, [late, repeated.then("accept", DAY, due=date(2024, 9, 6))])
    before = rows_of(sqlite_office)
    (found,) = prefect.run("petition-warning", as_of=DAY)
    pages = found.pop("pages")
    assert found == {
        **{"plan": OFFICE, "year": 2024, "as_of": DAY, "simulated": False},
        **{"open": 2, "cases": 2},
        "warnings": {
            **{"overdue": 1, "accept_overdue": 1, "due_7": 0, "due_3": 0},
            **{"accepted_late": 0, "repeated": 1, "rises": 0},
        },
    }
    seen = Seen(tasks=1)
    assert seen.name == f"信访预警 {OFFICE} 2024-07-08"
    assert seen.tasks == {f"预警 {OFFICE} 2024": "Completed"}
    assert seen.pages == pages
    assert list(pages) == ["warnings-2024-1", "heat-2024-1"]
    late_twice = "| 0 | ! 逾期5天未办结 · 逾期36天未签收 | 2024-06-02 | 噪声扰民 · 第一社区 |"
    assert late_twice in pages["warnings-2024-1"]
    assert "| 噪声扰民 | **2** | **2** |" in pages["heat-2024-1"]
    assert not any("模拟数据" in page for page in pages.values())  # what is made up is no case
    (again,) = prefect.run("petition-warning", as_of=DAY)
    assert again["pages"] == pages
    assert rows_of(sqlite_office) == before


def test_sweeps_that_are_due_are_made_and_who_is_told_is_recorded_once(
    prefect: Session, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    safety_office.load(store_url)
    monkeypatch.setenv("DUBAN_DB", store_url)
    with Store(store_url) as store, safety_office.hazards(store) as register:
        late = register.add("wires", "ordinary", "3号楼2单元", date(2024, 1, 8), community="c1")
        register.order(late.number, date(2024, 1, 8), date(2024, 1, 15))
    day = date(2024, 1, 29)
    (found,) = prefect.run("safety-sweep", as_of=day)
    pages = found.pop("pages")
    assert found == {
        **{"plan": OFFICE, "year": 2024, "as_of": day, "simulated": False},
        **{"made": 0, "reminded": 3, "escalated": 1, "held": 0, "due": 0},
        **{"open_hazards": 1, "overdue_hazards": 1},
    }
    seen = Seen(tasks=1)
    assert seen.name == f"安全检查 {OFFICE} 2024-01-29"
    assert seen.tasks == {f"{OFFICE} 记录检查安排、提醒和提级": "Completed"}
    assert seen.pages == pages
    assert list(pages) == ["sweeps-2024-1", "hazards-2024-1"]
    assert (
        "| wires-c1-2024-01-31 | 飞线充电 | 第一社区 | 2024-01-31 | 待开展 |"
        in pages["sweeps-2024-1"]
    )
    assert "| 逾期14天、10个工作日 | 分管领导 |" in pages["hazards-2024-1"]
    assert "3号楼" not in pages["hazards-2024-1"], "nothing that was typed of a hazard"
    told = [(event.kind, event.result) for event in rows_of(store_url)["register_event"]]
    assert Counter(told) == {("order", None): 1, ("escalate", "leader"): 1, ("remind", "due"): 3}

    before = rows_of(store_url)
    (again,) = prefect.run("safety-sweep", as_of=day)
    assert rows_of(store_url) == before
    assert again == {**found, "made": 0, "reminded": 0, "escalated": 0, "pages": pages}


def test_sweeps_of_december_are_looked_after_in_january(
    prefect: Session, sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    for year in (2024, 2025):
        safety_office.load(sqlite_store_url, year)
    (found,) = prefect.run("safety-sweep", as_of=date(2025, 1, 6))
    assert (found["year"], found["made"], found["reminded"]) == (2025, 0, 3)
    assert "| wires-c2-2024-12-31 |" in found["pages"]["sweeps-2025-2"]


def test_what_is_wrong_in_one_office_stops_no_other(
    prefect: Session, sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    safety_office.load(sqlite_store_url, text=safety_office.PLAN.replace(OFFICE, "一街道"))
    safety_office.load(sqlite_store_url)
    broken = Registers().to_json()
    broken["safety"]["rhythms"] = [asdict(SweepRhythm("x", "检查", "exits", "daily", "office"))]
    first = update(plan_version).where(plan_version.c.id == 1)
    with Store(sqlite_store_url) as store, store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER plan_version_no_update"))
        connection.execute(first.values(registers=broken))
    with pytest.raises(BadInputError, match=r"^一街道：'daily': expected weekly"):
        prefect.run("safety-sweep", as_of=date(2024, 1, 29))
    told = [event.result for event in rows_of(sqlite_store_url)["register_event"]]
    assert told == ["due"] * 3


def test_all_offices_of_a_year_are_checked_in_one_run(prefect: Session, sqlite_office: str) -> None:
    load_office(sqlite_office, PLAN.replace(OFFICE, "另一街道办事处"))
    found = prefect.run("daily-check", as_of=DAY)
    assert [plan["plan"] for plan in found] == ["另一街道办事处", OFFICE]
    assert len(rows_of(sqlite_office)["snapshot"]) == 2
    seen = Seen()
    assert seen.name == "每日检查 2个单位 2024-07-08"
    assert len(seen.pages) == 6


def damage(url: str, statement: str) -> None:
    """Does to an SQLite store what Duban itself never does."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute(statement)
    connection.close()


def test_a_unit_that_fails_is_named_and_nothing_is_written(
    prefect: Session, impatient: None, sqlite_office: str
) -> None:
    damage(
        sqlite_office,
        "INSERT INTO entry (plan_id, item_id, kind, effective_on, recorded_at, author, reason, "
        "simulated) SELECT plan_id, 3, 'report', effective_on, recorded_at, author, "
        "CAST(X'ff' AS TEXT), 0 FROM entry LIMIT 1",
    )
    before = rows_of(sqlite_office, WRITTEN)
    with pytest.raises(DubanError, match=r"^c1 第一社区："):
        prefect.run("daily-check", as_of=DAY)
    assert rows_of(sqlite_office, WRITTEN) == before
    seen = Seen(tasks=3)
    assert seen.state.is_failed()
    assert "c1 第一社区：" in str(seen.state.message)
    assert seen.tasks["cj 城建办：核对"] == "Completed"
    assert seen.tasks["c1 第一社区：核对"] == "Failed"
    assert seen.pages == {}


def test_a_failure_half_way_through_writing_leaves_the_store_as_it_was(
    prefect: Session, impatient: None, sqlite_office: str
) -> None:
    damage(
        sqlite_office,
        "CREATE TRIGGER full BEFORE INSERT ON alert WHEN NEW.item_id = 3 "
        "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    before = rows_of(sqlite_office)
    with pytest.raises(StoreError, match="the disk is full; nothing was written"):
        prefect.run("daily-check", as_of=DAY)
    assert rows_of(sqlite_office) == before
    seen = Seen()
    assert "the disk is full" in str(seen.state.message)
    damage(sqlite_office, "DROP TRIGGER full")
    (found,) = prefect.run("daily-check", as_of=DAY)
    assert found["recorded"]
    assert len(rows_of(sqlite_office)["alert"]) == 3


def test_a_year_without_a_plan_is_an_error_that_the_run_shows(
    prefect: Session, sqlite_office: str
) -> None:
    with pytest.raises(NotFoundError, match="2020: no such plan; there are: "):
        prefect.run("daily-check", as_of=date(2020, 1, 1))
    seen = Seen()
    assert seen.name == "每日检查 无计划 2020-01-01"
    assert "2020: no such plan" in str(seen.state.message)


def test_the_desk_runs_a_flow_prints_what_it_did_and_writes_its_pages(
    prefect: Session, sqlite_office: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*options: str) -> str:
        desk().main(
            ["run", "flag-overdue", "--as-of", "2024-07-08", *options], "duban", None, False
        )
        return capsys.readouterr().out

    lines = run("--out", str(tmp_path / "slips")).splitlines()
    assert lines == [
        f"{OFFICE} 2024, 2024-07-08 (simulated)",
        "  2 urge slips, 2 of them new",
        "  1  城建办: 2 late, 0 due, to answer by 2024-07-11",
        "  2  第一社区: 1 late, 0 due, to answer by 2024-07-11",
        f"pages written: 3 in {tmp_path / 'slips'}",
    ]
    written = {path.name for path in (tmp_path / "slips").iterdir()}
    assert written == {"slips-2024-1.md", "slip-cj-2024-1.md", "slip-c1-2024-1.md"}
    found = json.loads(run("--json"))
    assert found["flow"] == "flag-overdue"
    assert found["pages"] == ["slips-2024-1", "slip-cj-2024-1", "slip-c1-2024-1"]
    (plan,) = found["plans"]
    assert plan["as_of"] == "2024-07-08"
    assert plan["new"] == 0


def test_the_desk_lists_the_flows(capsys: pytest.CaptureFixture[str]) -> None:
    desk().main(["run", "--json"], standalone_mode=False)
    assert list(json.loads(capsys.readouterr().out)) == list(FLOWS)
    desk().main(["run"], standalone_mode=False)
    assert len(capsys.readouterr().out.splitlines()) == len(FLOWS)


def test_a_flow_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotFoundError, match="weekly: no such flow; there are: daily-check, "):
        Session(None).run("weekly")


def test_on_new_years_day_what_was_due_on_the_last_day_of_the_year_becomes_an_alert(
    prefect: Session, sqlite_office: str
) -> None:
    file(sqlite_office, "3", date(2024, 12, 30), add={"走访": 98})
    prefect.run("daily-check", as_of=date(2024, 12, 31))
    load_office(sqlite_office, PLAN.replace("2024", "2025"))
    found = prefect.run("daily-check", as_of=date(2025, 1, 1))
    assert [(plan["year"], plan["recorded"]) for plan in found] == [(2024, True), (2025, True)]
    seen = Seen()
    assert seen.name == f"每日检查 {OFFICE} 2025-01-01"
    assert "overdue-2024-1" in seen.pages
    assert found[0]["alerts"]["opened"] == 1
    assert "3 走访困难家庭 | 第一社区 | ! 逾期 1天" in str(seen.pages["overdue-2024-1"])


def test_a_unit_that_has_left_the_plan_still_gets_its_pages_and_its_slip(
    prefect: Session, sqlite_office: str
) -> None:
    with Store(sqlite_office) as store, store.write() as writing:
        plan = find_plan(writing.connection, 2024)
        desk_ = Ledger(writing, plan, author="党政办", today=TODAY)
        desk_.assign("1", date(2024, 6, 1), Assignment(lead="c1"))
    kept = PLAN[: PLAN.index("  - code: B")]
    load_office(sqlite_office, kept.replace("{code: c1, name: 第一社区", "{code: c2, name: 新社区"))
    (found,) = prefect.run("daily-check", as_of=DAY)
    assert "| 1 整修道路 | c1（已提请城建专干） | ! 逾期 8天" in found["pages"]["overdue-2024-1"]
    assert "| 3 走访困难家庭 | c1 |" in found["pages"]["report-2024-1"]
    (slips,) = prefect.run("flag-overdue", as_of=DAY)
    assert [slip["name"] for slip in slips["slips"]] == ["城建办", "c1"]
    (summed,) = prefect.run("year-end-summary", as_of=DAY)
    assert "| c1 |" in summed["pages"]["units-2024-1"]


@pytest.mark.parametrize("flow", ["daily-check", "flag-overdue", "safety-sweep"])
def test_a_day_that_has_not_come_is_refused_and_nothing_is_recorded(
    prefect: Session, sqlite_office: str, flow: str
) -> None:
    before = rows_of(sqlite_office)
    with pytest.raises(BadInputError, match="as of 2999-12-31: that day has not come"):
        prefect.run(flow, as_of=date(2999, 12, 31), year=2024)
    assert rows_of(sqlite_office) == before


def test_only_what_may_pass_is_tried_again(prefect: Session) -> None:
    from flows.look import BOUNDED

    def tried(error: DubanError) -> int:
        times = []

        def work() -> None:
            times.append(1)
            raise error

        from prefect import task

        settings = {**BOUNDED, "retry_delay_seconds": 0}
        task(**settings)(work)(return_state=True)
        return len(times)

    assert [tried(kind("x")) for kind in (BadInputError, NotFoundError, ConflictError)] == [1] * 3
    assert tried(StoreError("x")) == 3


def test_units_whose_codes_differ_have_pages_of_their_own_with_readable_keys() -> None:
    codes = ["a-1", "a.1", "a_1", "A-1", "A.1", "城建办", "综治办", "cj"]
    keys = [_ascii(f"slip-{code}") for code in codes]
    assert len({*keys}) == len(codes)
    assert keys[0] == "slip-a-1"
    assert keys[-1] == "slip-cj"
    for key in keys:
        assert re.fullmatch("slip-[a-z0-9-]{2,24}", key)


def test_a_server_of_ones_own_is_another_than_the_one_that_is_set(prefect: Session) -> None:
    with session(own=True) as own:
        assert own.ui is None
        api = os.environ[API_URL]
        with session() as other:
            assert other.ui == api.removesuffix("/api")
    assert os.environ[API_URL] != api


@pytest.mark.parametrize("flow", ["daily-check", "flag-overdue"])
def test_what_is_recorded_but_could_not_be_published_is_said_and_published_by_the_next_run(
    prefect: Session, sqlite_office: str, monkeypatch: pytest.MonkeyPatch, flow: str
) -> None:
    def refuse(*_page: object, **_named: object) -> None:
        raise ConnectionError("the server is gone")

    with monkeypatch.context() as broken:
        broken.setattr("flows.artifacts.create_markdown_artifact", refuse)
        said = "^recorded, but not published: ConnectionError: the server is gone; run it again"
        with pytest.raises(StoreError, match=said):
            prefect.run(flow, as_of=DAY)
    before = rows_of(sqlite_office)
    assert before["snapshot" if flow == "daily-check" else "slip"]
    (found,) = prefect.run(flow, as_of=DAY)
    assert rows_of(sqlite_office) == before
    assert Seen().pages == found["pages"] != {}
