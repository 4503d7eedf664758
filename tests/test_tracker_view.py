"""The view of a plan: its JSON to the letter, units and areas, what is simulated and assumed."""

from datetime import UTC, date, datetime

import pytest

from plans.errors import NotFoundError
from plans.levels import LEVELS
from plans.model import Area, Item, Milestone, Plan, Unit
from tests import office
from tracker.history import Months, entries, find_item, load_months, month_ends
from tracker.judge import judge
from tracker.late import load_late
from tracker.report import load_report
from tracker.reports.console_frame import counts
from tracker.reports.console_item import item_lines
from tracker.reports.console_overdue import overdue_lines
from tracker.reports.pages import notice
from tracker.schema import FULL
from tracker.sheet import load_sheet
from tracker.store import Store
from tracker.versions import find_plan, record_version
from tracker.view import View, load_view, span


@pytest.fixture
def url(sqlite_store_url: str) -> str:
    office.load_office(sqlite_store_url)
    return sqlite_store_url


def view(url: str, as_of: date, known_at: datetime | None = None, unit: str | None = None) -> View:
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024, known_at=known_at)
        return load_view(connection, plan, as_of, known_at, workdays=office.WORKDAYS, unit=unit)


def test_working_days_of_a_year_that_is_not_published_are_called_provisional(url: str) -> None:
    late = view(url, date(2099, 1, 5))
    assert late.provisional[-1] == 2099
    assert late.to_json()["workdays_provisional"]
    assert view(url, date(2024, 12, 31)).provisional == ()
    words = "年放假安排未公布，工作日为暂定"
    assert f"{span(late.provisional)}{words}" in counts(late)
    assert words in notice(late)
    with Store(url) as store, store.read() as connection:
        plan, day, workdays = find_plan(connection, 2024), date(2099, 1, 5), office.WORKDAYS
        sheet = load_sheet(connection, plan, "1", day, workdays=workdays)
        overdue = load_late(connection, plan, day, workdays=workdays)
    assert sheet.to_json()["workdays_provisional"]
    assert overdue.to_json()["workdays_provisional"]
    for lines in (item_lines(sheet, 140), overdue_lines(overdue, 140)):
        assert words in "\n".join(one.plain for one in lines)


def test_status_as_data_has_these_keys_and_values(url: str) -> None:
    office.file(url, "1", date(2024, 5, 20), add={"道路": 4}, reason="连续降雨")
    found = view(url, date(2024, 7, 10)).to_json()
    first, second, third = found.pop("items")
    assert found == {
        "plan": "测试街道办事处",
        "title": None,
        "year": 2024,
        "version": 1,
        "as_of": "2024-07-10",
        "known_at": None,
        "simulated": False,
        "unit": None,
        "assumed_items": 0,
        "assumed_indicators": 0,
        "workdays_provisional": False,
        "totals": {
            **dict.fromkeys([level.code for level in LEVELS], 0),
            "overdue": 2,
            "far_behind": 1,
        },
    }
    assert list(found["totals"]) == [level.code for level in LEVELS]
    assert first == {
        "code": "1",
        "title": "整修道路",
        "area": "A",
        "lead": "cj",
        "status": "overdue",
        "expected": 1.0,
        "actual": 0.4,
        "start": "2024-01-01",
        "due": "2024-06-30",
        "original_due": "2024-06-30",
        "extensions": 0,
        "overdue_days": 10,
        "overdue_workdays": 8,
        "last_reported": "2024-05-20",
        "overdue_since": "2024-06-30",
        "next_due": None,
        "assumed": False,
        "milestones": {"all": 0, "held": 0, "late": 0, "missed": 0},
        "parent": None,
    }
    assert (second["overdue_since"], second["next_due"]) == ("2024-07-05", "2024-09-30")
    assert (third["status"], third["overdue_days"], third["last_reported"]) == (
        "far_behind",
        0,
        None,
    )


@pytest.mark.parametrize("named", ["c1", "第一社区"])
def test_a_unit_is_found_by_code_and_by_name(url: str, named: str) -> None:
    found = view(url, date(2024, 7, 10), unit=named)
    assert ([item.code for item in found.items], found.unit) == (["3"], "c1")
    assert sum(found.totals.values()) == 1


def test_an_unknown_unit_is_told_with_those_that_there_are(url: str) -> None:
    with pytest.raises(
        NotFoundError, match=r"人武部: no such unit; there are: cj 城建办, c1 第一社区"
    ):
        view(url, date(2024, 7, 10), unit="人武部")


def test_one_simulated_row_makes_all_that_knows_of_it_simulated(url: str) -> None:
    before = datetime.now(UTC)
    assert not view(url, date(2024, 7, 10)).scope.simulated
    office.file(url, "1", date(2024, 5, 20), add={"道路": 4}, simulated=True)
    assert view(url, date(2024, 7, 10)).scope.simulated
    assert not view(url, date(2024, 7, 10), before).scope.simulated


def test_months_end_with_the_day_that_is_looked_at() -> None:
    assert month_ends(2024, date(2024, 3, 15)) == (
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 15),
    )
    assert month_ends(2024, date(2025, 6, 1))[-1] == date(2024, 12, 31)
    assert len(month_ends(2024, date(2025, 6, 1))) == 12
    assert month_ends(2024, date(2023, 12, 31)) == ()


def months(url: str, as_of: date) -> Months:
    with Store(url) as store, store.read() as connection:
        return load_months(connection, find_plan(connection, 2024), as_of)


def test_each_month_stands_as_the_judge_says_of_its_last_day(url: str) -> None:
    office.file(url, "1", date(2024, 3, 20), add={"道路": 4})
    office.file(url, "2", date(2024, 7, 20), milestone="plan")
    found = months(url, date(2024, 8, 10))
    assert len(found.ends) == 8
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024)
        for n, end in enumerate(found.ends):
            for item in judge(connection, end, plans=[plan.id], workdays=office.WORKDAYS):
                mark = found.marks[item.item_id][n]
                assert mark == (item.level, item.expected, item.actual)


def test_in_a_later_year_news_is_what_came_after_the_end_of_the_plans_year(url: str) -> None:
    office.file(url, "2", date(2024, 12, 20), milestone="plan")
    office.file(url, "2", date(2024, 12, 20), milestone="done")
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024)
        told = {
            day: load_report(connection, plan, day, workdays=office.WORKDAYS).to_json()
            for day in (date(2024, 12, 31), date(2025, 2, 10))
        }
    this, later = (report["finished_this_month"] for report in told.values())
    assert "2" in this
    assert later == []


def test_progress_of_several_items_is_their_weighted_mean(url: str) -> None:
    office.file(url, "1", date(2024, 3, 20), add={"道路": 4})
    found = months(url, date(2024, 3, 31))
    expected, actual = found.progress(found.marks)[-1]
    assert actual == 40 * FULL // 100 // 3
    assert expected == sum(found.marks[key][-1].expected for key in found.marks) // 3
    assert found.progress([]) == [(0, 0)] * 3


def test_a_row_that_was_taken_back_says_by_which_and_since_when_it_is_known(url: str) -> None:
    office.file(url, "1", date(2024, 3, 20), add={"道路": 4}, note="误报")
    between = datetime.now(UTC)
    with Store(url) as store, store.write() as writing:
        from tracker.ledger import Ledger

        plan = find_plan(writing.connection, 2024)
        one = find_item(writing.connection, plan, "1")
        [filed] = entries(writing.connection, plan, [one])
        ledger = Ledger(writing, plan, author="城建办", today=office.TODAY)
        undone = ledger.undo(filed.id, "误报")
    with Store(url) as store, store.read() as connection:
        now, then = (
            entries(connection, plan, [one], known_at=moment) for moment in (None, between)
        )
    assert [(row.kind, row.reversed_by) for row in now] == [("add", undone), ("undo", None)]
    assert [(row.kind, row.reversed_by) for row in then] == [("add", None)]
    assert not now[0].held_on(date(2024, 12, 31))
    assert then[0].held_on(date(2024, 3, 20))
    assert not then[0].held_on(date(2024, 3, 19))


def test_what_is_late_comes_with_its_milestone_and_the_reason_filed_last(url: str) -> None:
    office.file(url, "1", date(2024, 4, 20), add={"道路": 1}, reason="材料未到")
    office.file(url, "1", date(2024, 5, 20), add={"道路": 4}, reason="连续降雨")
    office.file(url, "1", date(2024, 5, 30), note="继续施工")
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024)
        late = load_late(connection, plan, date(2024, 7, 10), workdays=office.WORKDAYS)
        none = load_late(connection, plan, date(2024, 6, 30), workdays=office.WORKDAYS)
    assert [item.code for item in late.items] == ["1", "2"]
    details = [late.details[item.item_id] for item in late.items]
    assert details[0].steps == ()
    assert details[0].reason is not None
    assert details[0].reason.reason == "连续降雨"
    assert (details[1].steps, details[1].reason) == ((("方案评审", date(2024, 7, 5)),), None)
    found = late.to_json()
    assert (found["of"], found["totals"]["overdue"]) == (3, 2)
    assert [(i["code"], i["reason"], i["overdue_milestones"]) for i in found["items"]] == [
        ("1", "连续降雨", []),
        ("2", None, ["方案评审"]),
    ]
    assert (none.items, none.of) == ([], 3)


def test_nothing_is_asked_of_what_is_only_to_be_closed_out(store_url: str) -> None:
    first, day = date(2024, 1, 1), date(2024, 12, 31)
    held = (Milestone("q1", "一", date(2024, 3, 31), lapses_on=date(2024, 6, 30)),)
    item = Item("1", "例会", "u", first, day, measure="milestones", milestones=held)
    plan = Plan("甲", 2024, (Unit("u", "u"),), (Area("a", "a", (item,)),))
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    with Store(store_url) as store:
        with store.write(moment) as writing:
            ref = record_version(writing, plan, "duban: 1", author="a", on=first)
        with store.read() as connection:
            asked = {
                month: [
                    (item.level.code, item.settled)
                    for item in load_report(
                        connection, ref, date(2024, month, 1), workdays=office.WORKDAYS
                    ).attention
                ]
                for month in (4, 8)
            }
    assert asked == {4: [("overdue", False)], 8: []}
