"""Urge slips: what they say, their numbers, and that a written slip stays as it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from plans.workdays import Workdays
from tests.office import PLAN, WORKDAYS, file, judged, load_office, look, rows_of
from tracker.alerts import open_alerts, record_check
from tracker.reports.slip_pages import slip_page
from tracker.slips import Slip, draft_slip, load_slips, record_slips
from tracker.store import Store

DAY = date(2024, 7, 8)


def urge(url: str, as_of: date) -> list[str]:
    view = look(url, as_of)
    with Store(url) as store, store.write() as writing:
        alerts = open_alerts(writing.connection, view.scope.plan.id)
        drafts = {
            code: draft_slip([i for i in view.items if i.lead == code], alerts, as_of)
            for code in view.units
        }
        return record_slips(writing, view, drafts, WORKDAYS)


def slips(url: str, as_of: date) -> list[Slip]:
    plan = look(url, as_of).scope.plan
    with Store(url) as store, store.read() as connection:
        return load_slips(connection, plan, as_of, workdays=WORKDAYS)


def test_a_slip_says_what_is_late_since_when_why_and_what_comes(store_url: str) -> None:
    load_office(store_url)
    file(store_url, "1", date(2024, 5, 20), add={"道路": 4}, reason="连续降雨")
    file(store_url, "2", date(2024, 6, 20), note="方案已成稿")
    assert urge(store_url, date(2024, 7, 3)) == ["cj", "c1"]
    slip, other = slips(store_url, date(2024, 7, 3))
    assert (slip.number, slip.unit, slip.names.name) == (1, "cj", "城建办")
    (late,) = slip.late
    assert (late.item.code, late.level.code, late.reason) == ("1", "overdue", "连续降雨")
    assert (late.since, late.days, late.workdays) == (date(2024, 6, 30), 3, 3)
    assert (late.original_due, late.due) == (date(2024, 6, 30), date(2024, 6, 30))
    (coming,) = slip.ahead
    assert (coming.item.code, coming.next_due) == ("2", date(2024, 7, 5))
    assert coming.coming == ("方案评审",)
    assert (other.number, other.unit, [line.level.code for line in other.late]) == (
        *(2, "c1"),
        ["far_behind"],
    )
    assert other.ahead == ()


def test_a_missed_milestone_is_named(store_url: str) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    lines = {line.item.code: line for line in slips(store_url, DAY)[0].late}
    assert lines["2"].missed == (("方案评审", date(2024, 7, 5)),)
    assert lines["1"].missed == ()


def test_an_item_behind_its_pace_is_late_since_a_check_found_it_so(store_url: str) -> None:
    load_office(store_url)
    earlier = date(2024, 5, 6)
    view = look(store_url, earlier)
    with Store(store_url) as store, store.write() as writing:
        record_check(writing, view, WORKDAYS)
    urge(store_url, DAY)
    line = slips(store_url, DAY)[1].late[0]
    assert (line.level.code, line.since, line.workdays) == ("far_behind", earlier, 45)


def test_a_second_time_on_a_day_gives_the_same_slips_and_writes_nothing(store_url: str) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    before, written = rows_of(store_url), slips(store_url, DAY)
    assert urge(store_url, DAY) == []
    assert rows_of(store_url) == before
    assert slips(store_url, DAY) == written


def test_a_written_slip_does_not_change_with_what_is_filed_or_loaded_later(store_url: str) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    written = slips(store_url, DAY)
    file(store_url, "1", date(2024, 7, 8), add={"道路": 10}, reason="迟报")
    load_office(store_url, PLAN.replace("整修道路", "另一个名称").replace("城建办主任", "新任"))
    assert urge(store_url, DAY) == []
    assert slips(store_url, DAY) == written


def test_a_slip_is_to_be_answered_within_the_working_days_that_the_plan_gives(
    store_url: str,
) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    assert {slip.reply_by for slip in slips(store_url, DAY)} == {date(2024, 7, 11)}
    load_office(store_url, PLAN.replace("units:", "reporting: {reply_workdays: 5}\nunits:", 1))
    assert {slip.reply_by for slip in slips(store_url, DAY)} == {date(2024, 7, 11)}
    urge(store_url, date(2024, 7, 9))
    assert {slip.reply_by for slip in slips(store_url, date(2024, 7, 9))} == {date(2024, 7, 16)}


def test_a_slip_whose_working_days_rest_on_an_unpublished_year_says_so(store_url: str) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    assert {slip.provisional for slip in slips(store_url, DAY)} == {()}
    late = date(2099, 1, 5)
    urge(store_url, late)
    (slip, *_others) = slips(store_url, late)
    assert slip.provisional[-1] == late.year
    assert "放假安排未公布，工作日为暂定。" in slip_page(slip, look(store_url, late).scope)
    published = Workdays(published=range(2024, 2100))
    plan = look(store_url, late).scope.plan
    with Store(store_url) as store, store.read() as connection:
        (again, *_others) = load_slips(connection, plan, late, workdays=published)
    assert again.provisional == slip.provisional


def test_a_later_change_of_the_calendar_does_not_change_a_written_slip(store_url: str) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    view = look(store_url, DAY)
    off = Workdays({date(2024, 7, day): False for day in range(1, 31)})
    with Store(store_url) as store, store.read() as connection:
        found = load_slips(connection, view.scope.plan, DAY, workdays=off)
    written = slips(store_url, DAY)
    assert [slip_page(slip, view.scope) for slip in found] == [
        slip_page(slip, view.scope) for slip in written
    ]
    assert found[0].late[0].workdays == 6


def test_numbers_go_on_over_the_days_and_a_unit_with_nothing_to_say_gets_no_slip(
    store_url: str,
) -> None:
    load_office(store_url)
    urge(store_url, DAY)
    for code, add in (("1", {"道路": 10}), ("3", {"走访": 100})):
        file(store_url, code, DAY, add=add)
    assert urge(store_url, date(2024, 7, 15)) == ["cj"]
    assert [s.number for s in slips(store_url, date(2024, 7, 15))] == [3]
    file(store_url, "2", date(2024, 7, 15), milestone="plan")
    assert urge(store_url, date(2024, 7, 22)) == []
    assert slips(store_url, date(2024, 7, 22)) == []


@pytest.mark.parametrize(
    ("level", "days_ahead", "drafted"),
    [
        ("on_track", 0, True),
        ("due_soon", 7, True),
        ("due_soon", 8, False),
        ("done", 1, False),
        ("closed_out", 1, False),
        ("cancelled", 1, False),
        ("behind", 60, True),
    ],
)
def test_a_draft_holds_what_is_late_and_what_is_due_within_seven_days(
    level: str, days_ahead: int, drafted: bool
) -> None:
    item = judged(1, level, next_due=DAY + timedelta(days=days_ahead))
    assert [d.item_id for d in draft_slip([item], {}, DAY)] == [1] * drafted


def test_what_is_settled_is_not_urged() -> None:
    settled = replace(judged(1, "behind"), settled=True)
    assert draft_slip([settled], {}, DAY) == []
