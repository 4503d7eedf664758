"""Early warning: each sign at its boundaries, topics that rise, the same on both databases."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from plans.registers import Registers
from tests.cases import DAY, FIRST_FILING, Made, ago, case, daily, order, record
from tests.conftest import NewDatabase, NewStore, connected, examples
from tests.office import OFFICE, PLAN, WORKDAYS, load_office
from tracker.migrate import migrate
from tracker.registers.look import Look
from tracker.registers.petition_list import load_petitions
from tracker.registers.standing import petitions
from tracker.registers.warned import CaseWarning, Sign, Warned
from tracker.registers.warnings import asking, find_warnings, incoming
from tracker.store import Store
from tracker.versions import find_plan


def warn(
    url: str, as_of: date = DAY, known_at: datetime | None = None, office: str = OFFICE
) -> Warned:
    """What is warned of."""
    with Store(url) as store, store.read() as connection:
        plan = find_plan(connection, 2024, office)
        return find_warnings(connection, plan, as_of, known_at, WORKDAYS)


def signs(warned: Warned) -> dict[int, list[str]]:
    """The number of each case that is warned of → its signs, in a few words each."""
    return {int(case.number): [told(sign) for sign in case.signs] for case in warned.cases}


def told(sign: Sign) -> str:
    within = "" if sign.within is None else f" within {sign.within}"
    return f"{sign.kind} {sign.step or ''} {sign.days}{within}".replace("  0", "")


@pytest.fixture
def office(store_url: str) -> str:
    load_office(store_url)
    return store_url


def test_each_sign_has_its_boundaries(office: str) -> None:
    accepted: list[tuple[int, int]] = [(-8, 0), (-7, 1), (-4, 2), (-3, 3), (0, 4), (1, 5)]
    cases = [order(ago(30), ago(over)).then("accept", ago(29)) for over, _number in accepted]
    unsigned = [order(DAY, ago(-40)), order(ago(1), ago(-40)), order(ago(2), ago(-40))]
    letters = [case(ago(7)), case(ago(8)), case(ago(15)), case(ago(16))]
    record(office, [*cases, *unsigned, *letters])
    assert signs(warn(office)) == {
        5: ["overdue settle 1"],
        12: ["overdue accept 1"],
        8: ["overdue accept 1"],
        4: ["due settle 0 within 3"],
        11: ["due accept 0 within 3"],
        7: ["due accept 0 within 3"],
        6: ["due accept 1 within 3"],
        3: ["due settle 3 within 3"],
        2: ["due settle 4 within 7"],
        10: ["due accept 7 within 7"],
        1: ["due settle 7 within 7"],
    }


def test_the_time_to_settle_a_petition_runs_from_its_acceptance_and_is_extended(
    office: str,
) -> None:
    accepted, soon = ago(58), ago(-2)
    record(
        office,
        [
            case(ago(70)).then("accept", accepted, due=soon),
            case(ago(70)).then("accept", accepted, due=soon).then("extend", ago(3), due=ago(-20)),
            case(ago(70)).then("accept", accepted, due=soon).then("settle", ago(1)),
            case(ago(70)).then("decline", accepted),
            case(ago(70)).then("object", accepted),
        ],
    )
    found = warn(office)
    assert signs(found) == {0: ["due settle 2 within 3"]}
    assert found.open == 2
    (one,) = found.cases
    assert (one.accepted_on, one.settle_by, one.extensions) == (accepted, soon, 0)
    limit, source = one.rule("settle", found.rules[one.version_id])
    assert (str(limit), source) == ("60 days", "信访工作条例 §34")


def test_what_was_accepted_too_late_or_is_repeated_is_marked_as_long_as_it_is_open(
    office: str,
) -> None:
    came = ago(40)
    record(
        office,
        [
            case(came, repeated=True).then("accept", ago(23), due=ago(-37)),
            case(came, repeated=True).then("accept", ago(25), due=ago(-35)),
            case(came, repeated=True).then("accept", ago(23), due=ago(-37)).then("settle", ago(1)),
            order(came, ago(3), repeated=True).then("accept", ago(30)),
        ],
    )
    found = warn(office)
    assert signs(found) == {
        3: ["overdue settle 3", "late accept 9", "repeated"],
        0: ["late accept 2", "repeated"],
        1: ["repeated"],
    }
    assert found.totals == {
        "overdue": 1,
        "accept_overdue": 0,
        "due_7": 0,
        "due_3": 0,
        "accepted_late": 2,
        "repeated": 3,
        "rises": 0,
    }


def test_a_pending_review_has_to_be_answered(office: str) -> None:
    settled = [
        case(ago(90)).then("accept", ago(80), due=ago(20)).then("settle", ago(50)) for _ in range(4)
    ]
    asked = [one.then("review", ago(35), due=ago(5)) for one in settled[1:]]
    asked[1].then("reviewed", ago(6))
    asked[2].then("undo", ago(35), reverses=3)
    record(office, settled)
    found = warn(office)
    assert signs(found) == {1: ["overdue answer_review 5"]}
    assert found.open == 0
    assert found.totals["overdue"] == 1


def test_an_end_that_is_taken_back_leaves_the_case_open(office: str) -> None:
    one = order(ago(20), ago(10)).then("accept", ago(20)).then("settle", ago(12))
    record(office, [one.then("undo", ago(12), reverses=2)])
    assert signs(warn(office)) == {0: ["overdue settle 10"]}


def test_a_day_is_looked_at_as_it_was_and_as_it_was_known(office: str) -> None:
    one = order(ago(20), ago(10)).then("accept", ago(20)).then("settle", ago(5), filing_id=3)
    hidden = order(ago(20), ago(10), filing=2)
    record(office, [one, hidden], filings=3)
    assert signs(warn(office, ago(6)))[0] == ["overdue settle 4"], "it was settled a day later"
    assert signs(warn(office, ago(10)))[0] == ["due settle 0 within 3"]
    assert set(signs(warn(office))) == {1}
    moment = FIRST_FILING + timedelta(1)
    assert set(signs(warn(office, known_at=moment))) == {0, 1}, "its end was recorded later"
    assert set(signs(warn(office, known_at=moment - timedelta(seconds=1)))) == {0}
    assert signs(warn(office, ago(21))) == {}


def test_days_over_are_counted_in_calendar_and_in_working_days(office: str) -> None:
    record(office, [order(ago(30), date(2024, 6, 28)).then("accept", ago(30))])
    (one,) = warn(office).cases
    assert one.signs == (Sign("overdue", "settle", date(2024, 6, 28), 5, 3),)


def test_cases_of_all_years_of_the_office_and_of_no_other_are_looked_at(office: str) -> None:
    another = "另一街道办事处"
    load_office(office, PLAN.replace(OFFICE, another))
    load_office(office, PLAN.replace("2024", "2023"))
    record(office, [order(ago(300), ago(280))], plan_id=3)
    assert set(signs(warn(office))) == {0}
    assert warn(office, office=another).cases == []


def test_a_topic_that_rises_in_a_community_is_warned_of_with_its_numbers(office: str) -> None:
    quiet = [n for n in range(1, 400) if n % 20 == 0]
    record(
        office,
        [
            *daily("noise", "c1", [*quiet, *range(1, 15)]),
            *daily("parking", "c1", quiet),
            *daily("noise", "c2", quiet),
        ],
    )
    found = warn(office)
    assert [(r.topic, r.community) for r in found.rises] == [("noise", "c1"), ("noise", None)]
    rise = found.rises[0]
    assert (rise.recent, rise.window_days) == (15, 30)
    assert rise.p < rise.limit
    assert len(found.tested) == 5, "three topics of communities, two of the whole office"
    assert found.totals["rises"] == 2
    assert warn(office, ago(15)).rises == []


def test_it_is_said_from_when_on_there_is_history_enough_for_a_test(office: str) -> None:
    first = date(2024, 1, 2)
    days = [first + timedelta(n) for n in (0, *range(1, 150, 4))]
    record(office, [order(day, day + timedelta(5)) for day in days])
    start = first + timedelta(60 + 30 - 1)
    early, there = warn(office, start - timedelta(1)), warn(office, start)
    assert (early.tested_from, early.too_early, early.tested) == (start, True, [])
    assert (there.tested_from, there.too_early) == (start, False)
    assert there.tested


def test_an_old_case_taken_in_when_a_register_is_started_is_no_history(office: str) -> None:
    start = DAY - timedelta(88)
    quiet = daily("noise", "c1", [n for n in range(88) if n % 3 == 1] + [88])
    old = [case(date(2023, 3, 1)), *daily("noise", "c1", [700, 2_000])]
    late = [case(ago(0), filing=2)]  # known only later
    record(office, [*quiet, *old, *late], filings=2)
    tested_from = start + timedelta(60 + 30 - 1)
    for known_at in (None, FIRST_FILING):
        found = warn(office, known_at=known_at)
        assert (found.tested_from, found.tested, found.rises) == (tested_from, [], [])
        assert found.too_early
    assert warn(office, tested_from - timedelta(20)).rises == []


def test_of_a_gap_that_cases_looked_at_begin_with_it_is_known_what_came_before(office: str) -> None:
    record(office, daily("noise", "c1", [900, *range(640, 560, -20), *range(550, 0, -20)]))
    assert warn(office).tested_from == ago(900) + timedelta(60 + 30 - 1), "before all looked at"
    assert warn(office, ago(300)).tested_from == ago(640) + timedelta(60 + 30 - 1)


def test_repeated_cases_make_no_rise(office: str) -> None:
    quiet = daily("noise", "c1", [n for n in range(1, 400) if n % 20 == 0])
    again = daily("noise", "c1", range(1, 15))
    for one in again:
        one.repeated = True
    record(office, quiet + again)
    assert warn(office).rises == []


def test_an_office_without_cases_is_warned_of_nothing(office: str) -> None:
    found = warn(office)
    assert (found.cases, found.rises, found.open, found.tested, found.too_early) == (
        [],
        [],
        0,
        [],
        False,
    )
    assert set(found.totals.values()) == {0}


def test_what_is_due_next_is_the_same_in_lists_and_warnings(office: str) -> None:
    record(office, [order(ago(20), ago(3)), order(ago(1), ago(-2)), case(ago(14))])
    with Store(office) as store, store.read() as connection:
        listed = load_petitions(connection, find_plan(connection, 2024), DAY).rows
    dues = {row.number: row.next_due for row in listed}
    for warned in warn(office).cases:
        assert warned.next_due == dues[warned.number]


def test_programs_read_the_same_numbers(office: str) -> None:
    record(office, [order(ago(20), ago(3)), case(ago(14))])
    said = warn(office).to_json()
    assert said["open"] == 2
    assert [one["number"] for one in said["cases"]] == ["0", "1"]
    assert said["cases"][0] == {
        **{"number": "0", "channel": "12345", "kind": "help", "topic": "noise"},
        **{"community": "c1", "unit": "c1", "received": "2024-06-13", "accept_by": "2024-06-14"},
        **{"accepted_on": None, "settle_by": "2024-06-30"},
        **{"review_on": None, "review_by": None, "reviews": 0},
        **{"extensions": 0, "repeated": False},
        "signs": [
            {
                **{"kind": "overdue", "step": "settle", "due": "2024-06-30", "days": 3},
                **{"workdays": 3, "within": None, "limit": "5 workdays", "source": None},
            },
            {
                **{"kind": "overdue", "step": "accept", "due": "2024-06-14", "days": 19},
                **{"workdays": 13, "within": None, "limit": "1 workday", "source": None},
            },
        ],
    }
    assert said["cases"][1]["signs"][0]["source"] == "信访工作条例 §23"
    assert said["test"] == {
        **{"false_alarms_percent": 5, "window_days": 30, "history_days": 365, "looked": 0},
        **{"tested_from": "2024-09-10", "untested": []},
    }


# Against a plain judge: whatever happens with cases, in whatever order it is recorded.

offsets = st.integers(-12, 25)
EVENT = st.tuples(
    st.sampled_from(["accept", "extend", "settle", "decline", "review", "reviewed", "survey"]),
    st.integers(-2, 25),
    st.integers(-12, 12),
    st.booleans(),
    st.integers(1, 3),
)
CASE = st.tuples(
    st.integers(0, 25),
    st.one_of(st.none(), offsets),
    st.booleans(),
    st.integers(1, 3),
    st.lists(EVENT, max_size=5),
)


def made_of(drawn: Any) -> Made:
    """A case as drawn; every event may be reversed right after it, in the same filing or later."""
    came, settle_by, repeated, filed, events = drawn
    due = None if settle_by is None else ago(settle_by)
    channel = "letter" if due is None else "12345"
    made = Made(ago(came), channel, repeated=repeated, settle_by=due, filing=filed)
    made.accept_by = made.received + timedelta(5)
    for kind, on, by, undone, later in events:
        sets = kind in ("accept", "extend", "review")
        values = {"due": ago(by) if sets else None, "filing_id": max(filed, later)}
        made.then(kind, ago(on), **values)
        if undone:
            made.then("undo", ago(on), reverses=len(made.events), filing_id=3)
    return made


def judged(made: Made, filings: int, number: int) -> list[Sign]:
    """The signs of a case by the rules as they stand in the documentation, in plain Python."""
    if made.received > DAY or made.filing > filings:
        return []
    known = [
        (at, kind, on, values)
        for at, (kind, on, values) in enumerate(made.events, start=1)
        if values.get("filing_id", made.filing) <= filings
    ]
    undone = {values.get("reverses") for _at, _kind, _on, values in known}
    held = [e for e in known if e[1] != "undo" and e[0] not in undone and e[2] <= DAY]
    by_kind = Counter(kind for _at, kind, _on, _values in held)
    accepts = [on for _at, kind, on, _values in held if kind == "accept"]
    accepted = min(accepts, default=None)
    is_open = not any(by_kind[kind] for kind in ("settle", "decline", "object"))
    dues = [v["due"] for _at, kind, _on, v in held if kind in ("accept", "extend")]
    days = [day for day in [made.settle_by, *dues] if day is not None]
    reviews = [v["due"] for _at, kind, _on, v in held if kind == "review"]
    pending = by_kind["review"] > by_kind["reviewed"]
    steps = {
        "settle": max(days, default=None) if is_open else None,
        "answer_review": max(reviews, default=None) if pending else None,
        "accept": made.accept_by if is_open and accepted is None else None,
    }
    found: list[Any] = []
    for step, due in steps.items():
        if due is not None and due < DAY:
            over = sum(WORKDAYS.is_workday(due + timedelta(n + 1)) for n in range((DAY - due).days))
            found.append(Sign("overdue", step, due, (DAY - due).days, over))  # type: ignore[arg-type]
        elif due is not None and due <= ago(-7):
            left = (due - DAY).days
            work = sum(WORKDAYS.is_workday(DAY + timedelta(n + 1)) for n in range(left))
            found.append(Sign("due", step, due, left, work, 3 if left <= 3 else 7))  # type: ignore[arg-type]
    if is_open and accepted is not None and accepted > (made.accept_by or DAY):
        found.append("late")
    if is_open and made.repeated:
        found.append(Sign("repeated"))
    return found


def as_judged(case: CaseWarning) -> list[Any]:
    return ["late" if sign.kind == "late" else sign for sign in case.signs]


def small_office(url: str) -> None:
    migrate(url)
    load_office(url)


@given(drawn=st.lists(CASE, min_size=1, max_size=8))
@hypothesis_settings(max_examples=examples(25))
def test_cases_are_warned_of_as_a_plain_judge_warns_of_them(
    drawn: list[Any], new_store: NewStore
) -> None:
    url = new_store("small-office", small_office)
    cases = [made_of(one) for one in drawn]
    record(url, cases, filings=3)
    for filings in (1, 3):
        moment = FIRST_FILING + timedelta(filings - 1)
        found = warn(url, known_at=moment)
        wanted = {
            str(number): sorted(signs_, key=repr)
            for number, made in enumerate(cases)
            if (signs_ := judged(made, filings, number))
        }
        assert {c.number: sorted(as_judged(c), key=repr) for c in found.cases} == wanted
        order_ = [case.signs[0].urgency for case in found.cases]
        assert order_ == sorted(order_)


def many(count: int) -> list[Made]:
    """Cases of a year, most of them settled, some taken back, reviewed or open."""
    dice = random.Random(3)
    made = []
    for number in range(count):
        received = ago(360 - number * 360 // count)
        one = case(received, repeated=dice.random() < 0.1)
        one.then("accept", received + timedelta(dice.randrange(20)), due=received + timedelta(75))
        if dice.random() < 0.95:
            one.then("settle", received + timedelta(dice.randrange(20, 90)))
            if dice.random() < 0.1:
                one.then("undo", received + timedelta(90), reverses=2)
            elif dice.random() < 0.1:
                one.then("review", received + timedelta(95), due=received + timedelta(125))
        made.append(one)
    return made


def test_looking_only_at_what_may_be_open_finds_all_that_is(office: str) -> None:
    record(office, many(400))
    for as_of in (DAY, ago(100)):
        look = Look(as_of, None, [1])
        with Store(office) as store, store.read() as connection:
            all_of_them = connection.execute(petitions(look)).all()
            found = connection.execute(asking(look)).all()
        wanted = [row for row in all_of_them if row.ended_on is None or row.review_by is not None]
        assert sorted(found) == sorted(wanted)
        assert 0 < len(found) < len(all_of_them)


def test_sqlite_reads_a_million_cases_by_indexes_and_sorts_none_of_them(
    sqlite_store_url: str,
) -> None:
    from benchmarks.statements import as_text

    load_office(sqlite_store_url)
    look = Look(DAY, None, [1, 2, 3])
    with Store(sqlite_store_url) as store, store.read() as connection:

        def steps(statement: Any) -> str:
            rows = connection.execute(text(f"EXPLAIN QUERY PLAN {as_text(statement)}"))
            return "\n".join(row.detail for row in rows)

        opened = steps(asking(look))
        counted = steps(incoming(look, Registers()))
    by_day = "SEARCH register_case USING COVERING INDEX register_case_by_day"
    assert by_day in opened
    assert "SEARCH register_event USING COVERING INDEX register_event_ends (case_id=?" in opened
    assert "SEARCH register_case USING INTEGER PRIMARY KEY" in opened
    assert "SEARCH register_event USING PRIMARY KEY (case_id=?)" in opened
    assert "SCAN register_case" not in opened
    assert "register_event_reviews" in opened
    assert by_day in counted
    assert "TEMP B-TREE" not in counted
    # Which cases were taken back is looked up once, not for each of them.
    assert "CORRELATED" not in counted
    assert "SCAN register_event_1 USING COVERING INDEX register_event_reversals" in counted


def test_postgresql_counts_what_came_in_by_the_index_alone(
    passing_postgres_database: NewDatabase, postgres_template: str
) -> None:
    # A store that no test has used: what was deleted in one changes what its indexes cost.
    url = passing_postgres_database(postgres_template)
    load_office(url)
    record(url, many(400))
    with connected(url) as tidying:
        tidying.execute("VACUUM ANALYZE register_case")
    counting = incoming(Look(DAY, None, [1, 2, 3]), Registers())
    with Store(url) as store, store.read() as connection:
        for other in ("seqscan", "bitmapscan"):  # as with a million cases, not as with none
            connection.execute(text(f"SET LOCAL enable_{other} = off"))
        counted = counting.compile(connection, compile_kwargs={"literal_binds": True})
        steps = "\n".join(connection.execute(text(f"EXPLAIN {counted}")).scalars())
    assert "Index Only Scan using register_case_by_day" in steps
    assert "hashed SubPlan" in steps
    assert "using register_event_reversals" in steps
