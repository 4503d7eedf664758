"""What is new in a plan's lists has no past: from when on it is tested for a rise."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plans.load import parse
from plans.registers import Registers
from tests.cases import FIRST_FILING, ago, daily, record
from tests.office import OFFICE, PLAN, WORKDAYS, load_office
from tracker.registers.filing import office_plans
from tracker.registers.listed import listed_since
from tracker.registers.look import Look
from tracker.registers.warned import NewlyListed, Warned
from tracker.registers.warnings import find_warnings
from tracker.store import Store
from tracker.versions import find_plan, record_version

COMMUNITY = "  - {code: c1, name: 第一社区, kind: community, leader: 党工委副书记}\n"
LISTED = ago(40)
TESTED = LISTED + timedelta(60 + 30 - 1)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def plan_with(*topics: str, year: int = 2024) -> str:
    """The plan with the usual topics and these, and with a second community."""
    usual = [*(topic.code for topic in Registers().topics), *topics]
    listed = ", ".join(f"{{code: {code}, name: {code}}}" for code in usual)
    text = PLAN.replace("2024", str(year)) + f"registers: {{topics: [{listed}]}}\n"
    return text.replace(COMMUNITY, COMMUNITY + COMMUNITY.replace("c1", "c2").replace("一", "二"))


def load(url: str, text: str, on: date) -> None:
    plan, problems = parse(text, "plan.yaml", WORKDAYS)
    assert plan is not None, problems
    with Store(url) as store, store.write(moment(on)) as writing:
        record_version(writing, plan, text, author="党政办", on=on)


def warn(url: str, as_of: date, known_at: datetime | None = None) -> Warned:
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024, known_at=known_at)
        return find_warnings(connection, plan, as_of, known_at, WORKDAYS)


def since(url: str, known_at: datetime | None = None) -> tuple[dict[str, int], dict[str, int]]:
    with Store(url) as store, store.read() as connection:
        plans = office_plans(connection, find_plan(connection, 2024, OFFICE))
        look = Look(ago(0), known_at, [plan.id for plan in plans.values()])
        return listed_since(connection, look, plans[2024])


def file_cases(url: str) -> None:
    """Quiet cases, and some of a topic and a community that have none before."""
    quiet = daily("noise", "c1", [n for n in range(1, 500) if n % 9 == 0])
    new = [("lifts", "c1"), ("noise", "c2"), ("lifts", None)]
    often = [one for at in new for one in daily(*at, range(39, 0, -2))]
    record(url, quiet + often)


@pytest.fixture
def office(store_url: str) -> str:
    """An office whose register was begun with one plan."""
    load_office(store_url)
    file_cases(store_url)
    return store_url


def test_a_topic_and_a_community_that_are_new_in_the_lists_do_not_rise(office: str) -> None:
    told = {(rise.topic, rise.community) for rise in warn(office, ago(0)).rises}
    assert told == {("lifts", "c1"), ("lifts", None), ("noise", "c2"), ("noise", None)}
    load(office, plan_with("lifts"), LISTED)
    found = warn(office, ago(0))
    assert found.rises == []
    assert found.untested == (
        NewlyListed("topic", "lifts", LISTED, TESTED),
        NewlyListed("community", "c2", LISTED, TESTED),
    )
    tested = {(rise.topic, rise.community): rise for rise in found.tested}
    assert set(tested) == {("noise", "c1"), ("noise", None)}
    assert tested["noise", None].recent == tested["noise", "c1"].recent, "without the new one"
    assert found.to_json()["test"]["untested"][0] == {
        **{"kind": "topic", "code": "lifts"},
        **{"since": LISTED.isoformat(), "tested_from": TESTED.isoformat()},
    }
    earlier = moment(LISTED) - timedelta(seconds=1)
    assert len(warn(office, ago(0), earlier).rises) == 4, "as it was known before"


def test_what_is_new_is_tested_when_it_has_history_enough(office: str) -> None:
    load(office, plan_with("lifts"), LISTED)
    early, there = warn(office, TESTED - timedelta(1)), warn(office, TESTED)
    assert [one.code for one in early.untested] == ["lifts", "c2"]
    assert there.untested == ()
    assert warn(office, LISTED - timedelta(1)).untested == (), "not yet listed"


def test_what_the_lists_had_when_the_register_was_begun_is_not_new(store_url: str) -> None:
    office = store_url
    load_office(office)
    load(office, plan_with("lifts"), (FIRST_FILING - timedelta(1)).date())
    file_cases(office)
    assert since(office) == ({}, {})
    load(office, plan_with("lifts", "wells"), LISTED)
    assert since(office) == ({"wells": LISTED.toordinal()}, {})
    load(office, plan_with("wells"), ago(9))
    load(office, plan_with("lifts", "wells"), ago(3))
    assert since(office) == ({"wells": LISTED.toordinal()}, {}), "the first day counts"


def test_plans_of_other_years_say_what_is_new_from_the_first_day_of_theirs(office: str) -> None:
    load(office, plan_with("lifts", year=2025), date(2024, 12, 20))
    begin = date(2025, 1, 1).toordinal()
    assert since(office) == ({"lifts": begin}, {"c2": begin})
    load(office, PLAN.replace("2024", "2023"), ago(20))
    assert since(office) == ({"lifts": begin}, {"c2": begin})
    text = PLAN.replace("2024", "2022") + "registers: {topics: [{code: noise, name: noise}]}\n"
    load(office, text, ago(10))
    assert since(office)[0]["parking"] == date(2023, 1, 1).toordinal()
    assert "noise" not in since(office)[0]
