"""The rule by which alerts open, go up and are cleared, against an oracle that remembers days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.model import Escalation
from tests.office import WORKDAYS, judged
from tracker.alerts import BY_CODE, STAGES, Event, answerable, changes, stage_after
from tracker.judge import Judged
from tracker.view import UnitName

FIRST = date(2024, 1, 1)


def apply(alerts: dict[int, Event], events: list[Event]) -> dict[int, Event]:
    after = alerts | {e.item_id: e for e in events}
    return {key: e for key, e in after.items() if e.event != "cleared"}


days = st.integers(0, 400).map(lambda n: FIRST + timedelta(days=n))
levels = st.sampled_from(["on_track", "done", "cancelled", "behind", "not_reported", "overdue"])
escalations = st.builds(Escalation, st.integers(0, 6), st.integers(0, 15))


@st.composite
def years(draw: st.DrawFn) -> list[tuple[date, list[Judged]]]:
    """Some days of a year, with how two items stood on each."""
    checks = []
    for day in sorted(draw(st.sets(days, max_size=12))):
        items = []
        for item_id in (1, 2):
            level = draw(levels)
            back = draw(st.integers(1, 30))
            broken_on = day - timedelta(days=back) if level == "overdue" else None
            items.append(judged(item_id, level, broken_on=broken_on))
        checks.append((day, items))
    return checks


@given(years(), escalations)
def test_what_is_open_is_what_is_late_and_stands_where_its_working_days_bring_it(
    checks: list[tuple[date, list[Judged]]], escalation: Escalation
) -> None:
    alerts: dict[int, Event] = {}
    since: dict[int, date] = {}  # the oracle's memory: since when each late item is late
    for day, items in checks:
        events = changes(items, alerts, escalation, day, WORKDAYS)
        alerts = apply(alerts, events)
        for item in items:
            if item.level.late:
                since.setdefault(item.item_id, item.broken_on or day)
            else:
                since.pop(item.item_id, None)
        assert {key: e.since for key, e in alerts.items()} == since
        for key, e in alerts.items():
            worked = sum(
                WORKDAYS.is_workday(since[key] + timedelta(days=n + 1))
                for n in range((day - since[key]).days)
            )
            rank = (worked >= escalation.unit_head_after_workdays) + 0
            rank = 2 if worked >= escalation.leader_after_workdays else rank
            assert e.stage.rank == rank
        assert changes(items, alerts, escalation, day, WORKDAYS) == []


@given(years(), escalations)
def test_each_alert_is_opened_once_goes_up_only_and_is_cleared_once(
    checks: list[tuple[date, list[Judged]]], escalation: Escalation
) -> None:
    alerts: dict[int, Event] = {}
    chains: dict[int, list[Event]] = {1: [], 2: []}
    for day, items in checks:
        events = changes(items, alerts, escalation, day, WORKDAYS)
        for e in events:
            chains[e.item_id].append(e)
        alerts = apply(alerts, events)
    for chain in chains.values():
        for before, after in zip([None, *chain], chain, strict=False):
            if after.event == "opened":
                assert before is None or before.event == "cleared"
            else:
                assert before is not None
                assert before.event != "cleared"
                assert after.since == before.since
                assert (after.stage.rank > before.stage.rank) == (after.event == "escalated")


@pytest.mark.parametrize(
    ("workdays", "stage"),
    [(0, "person"), (2, "person"), (3, "head"), (9, "head"), (10, "leader"), (99, "leader")],
)
def test_the_stage_follows_from_the_working_days(workdays: int, stage: str) -> None:
    assert stage_after(workdays, Escalation(3, 10)) == BY_CODE[stage]


@pytest.mark.parametrize(
    ("person", "head", "leader", "posts"),
    [
        ("专干", "主任", "副书记", ["专干", "主任", "副书记"]),
        (None, None, "副书记", ["城建办", "城建办", "副书记"]),
        ("专干", None, None, ["专干", "专干", "专干"]),
    ],
)
def test_a_post_that_the_plan_does_not_name_is_stood_in_for_by_the_one_below(
    person: str | None, head: str | None, leader: str | None, posts: list[str]
) -> None:
    item, unit = judged(1, "overdue", person=person), UnitName("城建办", head, leader)
    assert [answerable(item, unit, stage) for stage in STAGES] == posts


def test_the_leader_of_an_item_goes_before_the_leader_of_its_unit() -> None:
    item = judged(1, "overdue", leader="主任")
    assert answerable(item, UnitName("城建办", None, "副主任"), BY_CODE["leader"]) == "主任"


def test_what_is_settled_opens_no_alert_and_clears_the_one_there_is() -> None:
    late = judged(1, "far_behind")
    (opened,) = changes([late], {}, Escalation(3, 10), FIRST, WORKDAYS)
    settled = replace(late, settled=True)
    assert changes([settled], {}, Escalation(3, 10), FIRST, WORKDAYS) == []
    (cleared,) = changes([settled], {1: opened}, Escalation(3, 10), FIRST, WORKDAYS)
    assert cleared.event == "cleared"
