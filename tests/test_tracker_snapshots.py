"""What a daily check writes down, once per day and plan."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy import select

from plans.model import Escalation
from tests.office import WORKDAYS, file, load_office, look, plan_of, rows_of
from tracker.alerts import Checked, escalation_of, open_alerts, record_check
from tracker.schema import snapshot
from tracker.snapshots import all_known, last_checked
from tracker.store import Store

DAY = date(2024, 7, 8)


def check(url: str, as_of: date) -> Checked:
    view = look(url, as_of)
    with Store(url) as store, store.write() as writing:
        return record_check(writing, view, WORKDAYS)


def test_a_check_records_the_level_and_the_progress_of_every_item(store_url: str) -> None:
    load_office(store_url)
    file(store_url, "1", date(2024, 7, 1), add={"道路": 10})
    assert check(store_url, DAY).recorded
    rows = rows_of(store_url, ["snapshot_item"])["snapshot_item"]
    assert [(r.item_id, r.level, r.expected, r.actual) for r in rows] == [
        (1, "done", 100_000, 100_000),
        (2, "overdue", 50_000, 0),
        (3, "far_behind", 51_912, 0),
    ]


def test_a_second_check_of_a_day_changes_nothing_even_when_more_is_known(store_url: str) -> None:
    load_office(store_url)
    check(store_url, DAY)
    before = rows_of(store_url)
    assert check(store_url, DAY) == Checked(False, ())
    assert rows_of(store_url) == before
    file(store_url, "2", DAY, milestone="plan")
    before = rows_of(store_url)
    assert check(store_url, DAY) == Checked(False, ())
    assert rows_of(store_url) == before


def test_a_day_before_one_that_was_checked_gets_its_snapshot_and_moves_no_alert(
    store_url: str,
) -> None:
    load_office(store_url)
    check(store_url, DAY)
    alerts = rows_of(store_url, ["alert"])
    assert check(store_url, DAY - timedelta(days=30)) == Checked(True, ())
    assert rows_of(store_url, ["alert"]) == alerts
    assert len(rows_of(store_url)["snapshot"]) == 2


def test_two_checks_of_a_day_at_once_record_it_once(store_url: str) -> None:
    load_office(store_url)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(check, [store_url] * 2, [DAY] * 2))
    assert sorted(checked.recorded for checked in found) == [False, True]
    assert len(rows_of(store_url)["alert"]) == 3


def test_the_knowledge_that_a_snapshot_names_gives_the_same_view_again(store_url: str) -> None:
    load_office(store_url)
    file(store_url, "3", date(2024, 3, 1), add={"走访": 20})
    check(store_url, DAY)
    seen = look(store_url, DAY)
    file(store_url, "3", date(2024, 3, 2), add={"走访": 20})
    with Store(store_url) as store, store.read() as connection:
        known_at = connection.execute(select(snapshot.c.known_at)).scalar_one()
        assert known_at == seen.scope.known_at
        assert known_at < all_known(connection, seen.scope.plan)
        assert last_checked(connection, seen.scope.plan.id) == DAY


def test_alerts_open_go_up_by_working_days_and_are_cleared(store_url: str) -> None:
    load_office(store_url)
    file(store_url, "3", date(2024, 6, 28), add={"走访": 100})
    file(store_url, "1", date(2024, 6, 28), add={"道路": 10})
    file(store_url, "2", date(2024, 6, 28), note="方案已成稿")
    events = {}
    # 2024-07-05 is a Friday, the last day of the milestone.
    for day in (5, 6, 9, 10, 18, 19, 20):
        if day == 20:
            file(store_url, "2", date(2024, 7, 20), milestone="plan")
        checked = check(store_url, date(2024, 7, day))
        events[day] = [(e.event, e.level, e.stage.code, e.since.day) for e in checked.events]
    assert events == {
        5: [],
        6: [("opened", "overdue", "person", 5)],
        9: [],
        10: [("escalated", "overdue", "head", 5)],
        18: [],
        19: [("escalated", "overdue", "leader", 5)],
        20: [("cleared", "on_track", "leader", 5)],
    }
    with Store(store_url) as store, store.read() as connection:
        plan = plan_of(store_url)
        assert escalation_of(connection, plan) == Escalation(3, 10)
        assert open_alerts(connection, plan.id) == {}
        there = open_alerts(connection, plan.id, date(2024, 7, 12))
        assert [(e.event, e.stage.code) for e in there.values()] == [("escalated", "head")]
