"""Petitions and orders: what may follow what, by when, and where each case stands afterwards."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.registers import HOTLINE, Registers
from tests.conftest import examples
from tests.petition_office import WORKDAYS, load, moment, plan_of, register
from tracker.registers.petition_course import Course
from tracker.registers.petition_limits import Limits
from tracker.registers.petition_list import load_petitions
from tracker.registers.petition_rows import STATES, Filters, PetitionList
from tracker.registers.petition_sheet import PetitionSheet, load_petition
from tracker.registers.warnings import find_warnings
from tracker.reports.console_petition_sheet import sheet_lines
from tracker.reports.console_petitions import state_of
from tracker.reports.console_warnings import reasons, sign_text
from tracker.reports.console_words import Words
from tracker.store import Store

KINDS = ("accept", "decline", "object", "extend", "settle", "survey", "review", "reviewed")
LETTERS = dict(zip(KINDS, "adoesvrR", strict=True))
D = date.fromisoformat
RECEIVED = D("2024-03-01")
LIMITS = Limits(Registers(), WORKDAYS)


def listed(store: Store, as_of: date, known_at: Any = None, **only: Any) -> PetitionList:
    with store.read() as connection:
        plan = plan_of(store)
        return load_petitions(connection, plan, as_of, known_at, filters=Filters(**only))


def sheet(store: Store, number: str, as_of: date) -> PetitionSheet:
    with store.read() as connection:
        return load_petition(connection, plan_of(store), number, as_of, workdays=WORKDAYS)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    load(store_url)
    with Store(store_url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_store_url: str) -> Iterator[Store]:
    load(sqlite_store_url)
    with Store(sqlite_store_url) as opened:
        yield opened


# The order of events and their days, against a grammar and plain arithmetic

PETITION = re.compile(r"(d|o|a?|ae*|ae*s(r|rR|rRr|rRrR)?)")
ORDER = re.compile(r"(d|o|a?|ae*|ae*o|(ae*)?s)")


class Oracle:
    """What may happen, said once more: a sequence of letters that a grammar takes, and days."""

    def __init__(self, order: bool, first_due: date | None) -> None:
        self.order, self.done, self.days = order, "", [RECEIVED]
        self.first = self.due = first_due

    def takes(self, kind: str, on: date, to: date | None) -> bool:
        sequence = self.done + LETTERS[kind]
        bare = sequence.replace("v", "", 1)
        surveyed_too_early = "v" in sequence and "s" not in sequence[: sequence.index("v")]
        grammar = ORDER if self.order else PETITION
        if not grammar.fullmatch(bare) or surveyed_too_early or on < self.days[-1]:
            return False
        if kind == "object":
            last = WORKDAYS.add(RECEIVED, 5)
            return on <= (min(last, self.due) if self.order and self.due else last)
        if kind == "review":
            places = [n for n, letter in enumerate(self.done, 1) if letter in "sR"]
            return on <= self.days[places[-1]] + timedelta(30)
        if kind == "extend":
            assert self.first is not None
            assert self.due is not None
            latest = WORKDAYS.add(self.first, 10) if self.order else self.first + timedelta(30)
            return to is not None and on <= self.due < to <= latest
        return True

    def does(self, kind: str, on: date, to: date | None) -> date | None:
        """Takes it in; returns the day that it sets."""
        self.done += LETTERS[kind]
        self.days.append(on)
        if kind == "accept" and not self.order:
            self.first = self.due = on + timedelta(60)
            return self.due
        if kind == "extend":
            self.due = to
            return to
        return on + timedelta(30) if kind == "review" else None


attempts = st.lists(
    st.tuples(
        st.sampled_from([*KINDS, "accept", "extend", "settle", "review"]),
        st.sampled_from([*range(-1, 13), 29, 30, 31, 59, 61]),
        st.integers(-3, 33),
    ),
    max_size=12,
)


@settings(max_examples=examples(300))
@given(attempts, st.sampled_from([None, "enquiry", "help", "complaint"]))
def test_what_may_follow_what_and_by_when_is_as_the_grammar_says(
    tried: Sequence[tuple[str, int, int]], kind: str | None
) -> None:
    channel = HOTLINE if kind else "letter"
    course = Course.begin(LIMITS, channel, kind, RECEIVED)
    oracle = Oracle(bool(kind), course.due)
    for step, gap, beyond in tried:
        on = max(oracle.days) + timedelta(gap)
        to = oracle.due + timedelta(beyond) if step == "extend" and oracle.due else None
        if not oracle.takes(step, on, to):
            with pytest.raises((BadInputError, ConflictError)):
                course.take(step, on, to, "dz")
            continue
        steps = course.take(step, on, to, "dz")
        assert (steps[-1].kind, steps[-1].on) == (step, on)
        assert steps[-1].due == oracle.does(step, on, to)
        signed_with_it = step == "settle" and oracle.done == "s"
        assert [one.kind for one in steps[:-1]] == ["accept"] * signed_with_it
        oracle.done = "as" if signed_with_it else oracle.done
        oracle.days = [*oracle.days, on] if signed_with_it else oracle.days
        assert course.due == oracle.due


def test_the_days_of_the_regulation_and_of_orders() -> None:
    friday = D("2024-05-31")
    letter = Course.begin(LIMITS, "letter", None, friday)
    assert (letter.accept_by, letter.due) == (D("2024-06-15"), None)
    assert letter.object_by == D("2024-06-07")
    assert letter.take("accept", D("2024-06-03"))[0].due == D("2024-08-02")
    assert letter.extend_to == D("2024-09-01")
    due = {
        kind: Course.begin(LIMITS, HOTLINE, kind, friday).due
        for kind in ("enquiry", "help", "complaint")
    }
    # 10 June 2024 is the Dragon Boat Festival.
    assert due == {
        "enquiry": D("2024-06-04"),
        "help": D("2024-06-07"),
        "complaint": D("2024-06-20"),
    }
    assert Course.begin(LIMITS, HOTLINE, "help", friday).accept_by == D("2024-06-03")


def test_extensions_together_are_no_longer_than_one_may_be() -> None:
    course = Course.begin(LIMITS, "visit", None, RECEIVED)
    course.take("accept", RECEIVED)
    assert course.due == D("2024-04-30")
    course.take("extend", D("2024-04-30"), D("2024-05-20"), "dz")
    with pytest.raises(BadInputError, match="at the latest 2024-05-30"):
        course.take("extend", D("2024-05-20"), D("2024-05-31"), "dz")
    course.take("extend", D("2024-05-20"), D("2024-05-30"), "dz")


@pytest.mark.parametrize(
    ("channel", "kind", "said"),
    [
        (HOTLINE, None, "an order of the 12345 line needs its kind; there are: enquiry"),
        (HOTLINE, "praise", "'praise': no such kind of order"),
        ("letter", "help", "'help': only orders of the 12345 line have a kind"),
    ],
)
def test_orders_and_only_orders_have_a_kind(channel: str, kind: str | None, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        Course.begin(LIMITS, channel, kind, RECEIVED)


# Recording


def test_a_second_review_is_named_so_and_the_last(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with register(store) as book:
        book.add("2024-1", "来信", "物业管理", D("2024-03-01"), community="第一社区")
        book.record("2024-1", "accept", D("2024-03-02"))
        book.record("2024-1", "settle", D("2024-03-10"), result="resolved")
        book.record("2024-1", "review", D("2024-03-20"))
        book.record("2024-1", "reviewed", D("2024-04-01"), result="upheld")
        book.record("2024-1", "review", D("2024-04-11"))
        with pytest.raises(ConflictError, match="不能再申请"):
            book.record("2024-1", "review", D("2024-04-12"))
    (row,) = listed(store, D("2024-04-30")).rows
    words = Words("zh", 2024)
    assert state_of(row, listed(store, D("2024-04-30")).scope, words, 0) == "待答复复核"
    seen = sheet(store, "2024-1", D("2024-04-30"))
    told = [(d.due, d.source) for d in seen.deadlines if d.second]
    assert told == [(D(day), "信访工作条例 §36") for day in ("2024-05-01", "2024-05-11")]
    shown = "\n".join(line.plain for line in sheet_lines(seen, 100))
    for once in ("可申请复核", "答复复核", "申请复查 ", "申请复核 ", "复查答复", "待答复复核"):
        assert once in shown
    with register(store) as book:
        book.record("2024-1", "reviewed", D("2024-05-08"), result="upheld")
        with pytest.raises(ConflictError, match="复核意见为终结意见，不能再申请"):
            book.record("2024-1", "review", D("2024-05-09"))
    with store.read() as connection:
        plan = plan_of(store)
        warned = find_warnings(connection, plan, D("2024-05-07"), None, WORKDAYS)
    (case,) = warned.cases
    assert sign_text(case.signs[0], case, words) == "还有4天应答复复核"
    assert "信访工作条例 §36：30天" in reasons(case.signs[0], case, warned, words)


@pytest.mark.parametrize(("channel", "said"), [("visit", "30天（"), ("12345", "10个工作日（")])
def test_an_extension_that_is_used_up_is_said_to_be(
    store: Store, monkeypatch: pytest.MonkeyPatch, channel: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    kind = "help" if channel == "12345" else None
    with register(store) as book:
        book.add("1", channel, "noise", RECEIVED, kind=kind, community="c1")
        book.record("1", "accept", RECEIVED)
        with pytest.raises(BadInputError) as told:
            book.record("1", "extend", RECEIVED, to=D("2025-01-01"), by="dz")
        latest = re.findall(r"\d{4}-\d\d-\d\d", str(told.value))[-1]
        book.record("1", "extend", RECEIVED, to=D(latest), by="dz")
        with pytest.raises(BadInputError, match=f"延期已用满{said}最迟{latest}），不能再延"):
            book.record("1", "extend", RECEIVED, to=D(latest), by="dz")


def test_a_petition_goes_its_way(store: Store) -> None:
    with register(store) as book:
        case = book.add("2024-1", "来信", "物业管理", RECEIVED, community="第一社区")
        assert (case.unit, case.topic, case.accept_by) == ("c1", "property", D("2024-03-16"))
        book.record("2024-1", "accept", D("2024-03-18"))
        book.record("2024-1", "extend", D("2024-05-17"), to=D("2024-06-10"), by="党政办")
        book.record("2024-1", "settle", D("2024-06-11"), result="部分解决")
        book.record("2024-1", "survey", D("2024-06-12"), result="不满意")
        book.record("2024-1", "review", D("2024-07-01"))
    (row,) = listed(store, D("2024-07-31")).rows
    assert (row.accepted_on, row.settle_by) == (D("2024-03-18"), D("2024-06-10"))
    assert (row.ended, row.settled_late, row.extensions) == ("settle", True, 1)
    assert (row.survey, row.awaits, row.next_due) == ("dissatisfied", "reviewed", D("2024-07-31"))
    assert row.overdue_days(D("2024-08-02")) == 2
    seen = sheet(store, "2024-1", D("2024-08-02"))
    assert [(d.step, d.due, d.state) for d in seen.deadlines] == [
        ("pass_on", D("2024-03-16"), "late"),
        ("accept", D("2024-03-16"), "late"),
        ("settle", D("2024-06-10"), "late"),
        ("review", D("2024-07-11"), "met"),
        ("answer_review", D("2024-07-31"), "over"),
    ]
    assert {d.source for d in seen.deadlines} == {f"信访工作条例 §{n}" for n in (22, 23, 34, 35)}
    events = {(one.event.kind, one.event.result, one.event.by_whom) for one in seen.events}
    assert ("extend", "complex", "dz") in events
    earlier = sheet(store, "2024-1", D("2024-03-10"))
    assert [(d.step, d.state) for d in earlier.deadlines] == [
        ("pass_on", "open"),
        ("accept", "open"),
        ("object", "lapsed"),
    ]


def test_an_order_settled_without_a_signature_is_signed_for_on_that_day(store: Store) -> None:
    with register(store) as book:
        book.add("W1", HOTLINE, "噪声扰民", RECEIVED, kind="咨询", community="c2", unit="党政办")
        book.record("W1", "settle", D("2024-03-05"), result="explained")
    (row,) = listed(store, D("2024-03-05")).rows
    assert (row.accepted_on, row.ended_on, row.settled_late) == (
        *(D("2024-03-05"), D("2024-03-05")),
        False,
    )
    assert (row.unit, row.community, row.kind) == ("dz", "c2", "enquiry")
    steps = [(d.step, d.due, d.state) for d in sheet(store, "W1", D("2024-03-05")).deadlines]
    assert steps == [("accept", D("2024-03-04"), "late"), ("settle", D("2024-03-05"), "met")]


def test_undoing_goes_back_step_by_step_and_what_was_known_stays(store: Store) -> None:
    with register(store, at=moment(2024, 4, 1)) as book:
        book.add("1", "visit", "other", RECEIVED, unit="dz")
        book.record("1", "accept", D("2024-03-05"))
        book.record("1", "settle", D("2024-03-08"), result="resolved")
    with register(store, at=moment(2024, 4, 2)) as book:
        undone = [book.undo("1")[1] for _step in range(2)]
        assert [one and one.kind for one in undone] == ["settle", "accept"]
        book.record("1", "decline", D("2024-03-04"), result="不属于本机关职责")
    (row,) = listed(store, D("2024-04-30")).rows
    assert (row.ended, row.ended_on, row.accepted_on) == ("decline", D("2024-03-04"), None)
    (row,) = listed(store, D("2024-04-30"), moment(2024, 4, 1)).rows
    assert (row.ended, row.ended_on) == ("settle", D("2024-03-08"))
    reversed_ones = [one.reversed for one in sheet(store, "1", D("2024-04-30")).events]
    assert reversed_ones == [True, True, False, False, False]


def test_a_later_version_with_other_limits_does_not_move_past_cases(store: Store) -> None:
    with register(store) as book:
        book.add("OLD-1", "online", "noise", RECEIVED, unit="dz")
        book.add("W1", HOTLINE, "noise", RECEIVED, kind="help", unit="dz")
    more = (
        "registers: {petitions: {accept: 3日, settle: 10日, extend: 2日, review: 1日},\n"
        "  orders: {kinds: [{code: help, name: 求助, settle: 1个工作日}]}}\n"
    )
    load(store.engine.url.render_as_string(hide_password=False), more=more)
    with register(store) as book:
        book.record("OLD-1", "accept", D("2024-03-16"))
        book.record("OLD-1", "extend", D("2024-05-15"), to=D("2024-06-14"), by="dz")
        book.record("OLD-1", "settle", D("2024-05-20"), result="resolved")
        book.record("OLD-1", "review", D("2024-06-19"))
        new = book.add("NEW-1", "online", "noise", RECEIVED, unit="dz")
        assert book.add("W2", HOTLINE, "noise", RECEIVED, kind="help", unit="dz").settle_by == D(
            "2024-03-04"
        )
        assert new.accept_by == D("2024-03-04")
        book.record("NEW-1", "accept", D("2024-03-04"))
    rows = {row.number: row for row in listed(store, D("2024-06-30")).rows}
    assert (rows["OLD-1"].accept_by, rows["OLD-1"].settle_by) == (D("2024-03-16"), D("2024-06-14"))
    assert rows["W1"].settle_by == D("2024-03-08")
    assert rows["NEW-1"].settle_by == D("2024-03-14")
    sources = {d.step: d.source for d in sheet(store, "NEW-1", D("2024-03-05")).deadlines}
    assert sources == {"pass_on": "信访工作条例 §22", "accept": None, "settle": None}


def test_a_case_belongs_to_the_plan_of_the_year_in_which_it_came_in(store: Store) -> None:
    load(store.engine.url.render_as_string(hide_password=False), 2025)
    with register(store) as book:
        for number, day in (("A1", "2024-12-31"), ("B1", "2025-01-01"), ("C1", "2023-12-31")):
            book.add(number, "letter", "other", D(day), unit="dz")
    plans = {year: plan_of(store, year).id for year in (2024, 2025)}
    today = D("2025-06-30")
    assert [row.number for row in listed(store, today).rows] == ["C1", "A1", "B1"]
    assert [r.number for r in listed(store, today, plan_id=plans[2025]).rows] == ["B1"]
    assert [r.number for r in listed(store, today, plan_id=plans[2024]).rows] == ["C1", "A1"]


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        (
            {"topic": "物业管里"},
            NotFoundError,
            "1: '物业管里': no such topic; the nearest: property",
        ),
        ({"community": "第1社区"}, NotFoundError, "no such community; the nearest: c"),
        ({"community": "党政办"}, NotFoundError, "no such community"),
        ({"unit": "xx办"}, NotFoundError, "no such unit"),
        ({"channel": "电话"}, BadInputError, "'电话': no such channel; there are: letter"),
        ({"channel": HOTLINE}, BadInputError, "needs its kind"),
        ({"unit": None}, BadInputError, r"say which unit leads \(--unit\)"),
        ({"received": D("2025-07-01")}, BadInputError, "lies ahead, today is 2025-06-30"),
        ({"number": "0"}, ConflictError, "0: in the register already, of 2024-03-01"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    sqlite_store: Store, values: dict[str, Any], kind: type[DubanError], said: str
) -> None:
    given = {
        **{"number": "1", "channel": "letter", "topic": "other", "received": RECEIVED},
        **{"unit": "dz", **values},
    }
    with register(sqlite_store) as book:
        book.add("0", "letter", "other", RECEIVED, unit="dz")
    with pytest.raises(kind, match=said), register(sqlite_store) as book:
        book.add(**given)
    assert [row.number for row in listed(sqlite_store, D("2025-06-30")).rows] == ["0"]


@pytest.mark.parametrize(
    ("step", "values", "kind", "said"),
    [
        (
            "settle",
            {"result": "resolved"},
            ConflictError,
            "1: settle: not possible, for it is received",
        ),
        ("accept", {"on": D("2024-02-29")}, BadInputError, "before it came in on 2024-03-01"),
        ("accept", {"on": D("2025-07-01")}, BadInputError, "lies ahead"),
        ("accept", {"to": D("2024-04-01")}, BadInputError, "--to is for an extension"),
        ("accept", {"result": "resolved"}, BadInputError, "nothing results from this step"),
        ("decline", {}, BadInputError, "expected its result .*lawsuit"),
        (
            "decline",
            {"result": "累了"},
            BadInputError,
            "'累了': no such result; there are: lawsuit",
        ),
        ("object", {"on": D("2024-03-11")}, BadInputError, "possible until 2024-03-08"),
        ("extend", {}, ConflictError, "expected next: accept, decline, object"),
        ("review", {}, ConflictError, "expected next"),
    ],
)
def test_a_step_that_cannot_be_is_refused(
    sqlite_store: Store, step: str, values: dict[str, Any], kind: type[DubanError], said: str
) -> None:
    with register(sqlite_store) as book:
        book.add("1", "letter", "other", RECEIVED, unit="dz")
    given = {"on": D("2024-03-05"), **values}
    with pytest.raises(kind, match=said), register(sqlite_store) as book:
        book.record("1", step, **given)
    assert sheet(sqlite_store, "1", D("2025-06-30")).events == []


def test_of_a_number_that_is_not_there_the_nearest_are_named(sqlite_store: Store) -> None:
    with register(sqlite_store) as book:
        book.add("信访〔2024〕12号", "letter", "other", RECEIVED, unit="dz")
    with (
        pytest.raises(NotFoundError, match="there are: 信访〔2024〕12号"),
        register(sqlite_store) as book,
    ):
        book.record("信访〔2024〕13号", "accept", RECEIVED)


# Where cases stand, on both databases, against a few lines of Python

WAYS = ("letter", "visit", HOTLINE)
histories = st.lists(
    st.tuples(st.sampled_from(WAYS), st.integers(0, 40), attempts, st.booleans()),
    min_size=1,
    max_size=5,
)
NUMBERS = count()


def stands(row: dict[str, Any], as_of: date) -> tuple[Any, ...]:
    """What a list has to say of a case, from its events alone."""
    held = [(kind, on, due) for kind, on, due in row["events"] if on <= as_of]
    days = {kind: on for kind, on, _due in held}
    dues = [row["due"], *(due for kind, _on, due in held if kind in ("accept", "extend"))]
    due = max((one for one in dues if one), default=None)
    ended = next((kind for kind in ("settle", "decline", "object") if kind in days), None)
    reviews = [due for kind, _on, due in held if kind == "review"]
    pending = len(reviews) > sum(kind == "reviewed" for kind, _on, _due in held)
    if ended:
        awaits = max(reviews) if pending else None
    elif "accept" in days:
        awaits = due
    else:
        awaits = min(one for one in (row["accept_by"], row["due"]) if one)
    return days.get("accept"), due, ended, days.get(ended or ""), awaits


@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories, st.integers(0, 200))
def test_both_databases_know_where_each_case_stands(
    store: Store, cases: Sequence[tuple[str, int, Any, bool]], after: int
) -> None:
    told: dict[str, dict[str, Any]] = {}
    with register(store) as book:
        for channel, offset, tried, undone in cases:
            number, received = f"N{next(NUMBERS)}", RECEIVED + timedelta(offset)
            kind = "help" if channel == HOTLINE else None
            case = book.add(number, channel, "other", received, kind=kind, unit="dz")
            events: list[tuple[str, date, date | None]] = []
            course = Course.begin(LIMITS, channel, kind, received)
            for step, gap, beyond in tried:
                on = max([received, *(on for _kind, on, _due in events)]) + timedelta(gap)
                to = course.due + timedelta(beyond) if step == "extend" and course.due else None
                result = {"settle": "resolved", "decline": "unclear", "survey": "satisfied"}
                result |= {"reviewed": "upheld"}
                try:
                    steps = course.take(step, on, to, "dz")
                except DubanError:
                    with pytest.raises(DubanError):
                        book.record(number, step, on, to=to, by="dz", result=result.get(step))
                    continue
                book.record(number, step, on, to=to, by="dz", result=result.get(step))
                events += steps
            if undone and events:
                book.undo(number)
                events.pop()
            told[number] = {"accept_by": case.accept_by, "due": case.settle_by, "events": events}
    as_of = RECEIVED + timedelta(40 + after)
    rows = {row.number: row for row in listed(store, as_of).rows if row.number in told}
    assert rows.keys() == told.keys()
    for number, row in rows.items():
        seen = (row.accepted_on, row.settle_by, row.ended, row.ended_on, row.next_due)
        assert seen == stands(told[number], as_of)
        assert (row.next_due is None) == (row.awaits is None)
    due = {number: row.next_due for number, row in rows.items() if row.next_due is not None}
    opened = {number: rows[number].next_due for number in rows if rows[number].ended is None}
    soon = as_of + timedelta(7)
    wanted = {
        "open": opened.keys(),
        "within": {n for n, day in opened.items() if day is not None and day > soon},
        "due": {n for n, day in opened.items() if day is not None and as_of <= day <= soon},
        "overdue": {n for n, day in opened.items() if day is not None and day < as_of},
        "settled": {number for number, row in rows.items() if row.ended == "settle"},
        "declined": {n for n, row in rows.items() if row.ended in ("decline", "object")},
        "reviewing": due.keys() - opened.keys(),
    }
    assert len(opened) == sum(len(wanted[state]) for state in ("within", "due", "overdue"))
    for state in STATES:
        narrowed = listed(store, as_of, state=state)
        assert {row.number for row in narrowed.rows} & told.keys() == wanted[state]
        assert narrowed.total == len(narrowed.rows)
    whole = listed(store, as_of)
    for limit in (1, len(due), len(due) + 1):
        with store.read() as connection:
            first = load_petitions(connection, plan_of(store), as_of, limit=limit or 1)
        assert (first.rows, first.counts) == (whole.rows[: limit or 1], whole.counts)
