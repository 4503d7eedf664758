"""Hazards: no step is left out, by when each has to be put right, who is told, places again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.registers import Limit, Safety
from tests.conftest import examples
from tests.safety_office import (
    PLAN,
    SETTINGS,
    TODAY,
    WORKDAYS,
    filing,
    hazards,
    load,
    plan_of,
    sweeps,
)
from tracker.registers.correcting import correct_hazard
from tracker.registers.hazard_course import HazardCourse
from tracker.registers.hazard_list import HazardFilters, HazardList, load_hazards
from tracker.registers.hazard_sheet import HazardSheet, load_hazard
from tracker.registers.notices import STAGES, Notice, before_whom, record_escalations
from tracker.registers.safety_rates import HazardCounts, load_hazard_rates
from tracker.registers.sweeps import Held
from tracker.store import Store
from tracker.view import UnitName

D = date.fromisoformat
FOUND = D("2024-03-01")  # a Friday
POSTS = ("物业项目经理", "物业 项目经理", "应急所安全专干", "yj", "应急所")
SAME = {0: 0, 1: 0, 2: 2, 3: 3, 4: 3}
"""Post → the first one of ``POSTS`` that is the same: spaces are none of a name, nor are codes."""

LETTERS = {"order": "o", "fix": "x", "fail": "f", "pass": "p", "close": "c"}
GRAMMAR = {
    "ordinary": re.compile("o?(x(fo?x)*(f|fo|p|pc)?)?"),
    "major": re.compile("(o(x(fo?x)*(f|fo|p|pc)?)?)?"),
}
"""All that can have happened with a hazard, as letters."""

LAST = {"": "found", "o": "ordered", "x": "fixed", "f": "failed", "p": "passed", "c": "closed"}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    load(store_url)
    with Store(store_url) as opened:
        yield opened


def add(store: Store, found: date = FOUND, place: str = "幸福小区3号楼", **given: Any) -> str:
    with hazards(store) as register:
        values = {"kind": "wires", "grade": "ordinary", "community": "c1", **given}
        return register.add(place=place, found=found, **values).number


def sheet(store: Store, number: str, as_of: date = TODAY) -> HazardSheet:
    with store.read() as connection:
        return load_hazard(connection, plan_of(store), number, as_of, workdays=WORKDAYS)


def listed(store: Store, as_of: date = TODAY, known_at: Any = None, **only: Any) -> HazardList:
    with store.read() as connection:
        return load_hazards(
            connection,
            plan_of(store),
            as_of,
            known_at,
            workdays=WORKDAYS,
            filters=HazardFilters(**only),
        )


# Random commands against a grammar and plain arithmetic


class Command(NamedTuple):
    step: str  # or one of those that may come next
    after: int  # days after the last one that was accepted
    due: int  # days after that
    by: int
    told: bool  # with all five settings
    pick: int


@dataclass(eq=False)
class Oracle:
    """What is known of a hazard: the steps that stand, each with its day, new date and post."""

    grade: str
    steps: list[tuple[str, date, date, int]] = field(default_factory=list)

    def step(self, command: Command) -> Command:
        """The command with a step of its own."""
        history = "".join(LETTERS[step] for step, *_rest in self.steps)
        fits = [s for s in LETTERS if GRAMMAR[self.grade].fullmatch(history + LETTERS[s])]
        if command.step != "next":
            return command
        return command._replace(step=fits[command.pick % len(fits)] if fits else "undo")

    def allows(self, command: Command, on: date, due: date) -> bool:
        history = "".join(LETTERS[step] for step, *_rest in self.steps)
        letter = LETTERS[command.step]
        dues = [d for step, _on, d, _by in self.steps if step == "order"]
        fixers = [by for step, _on, _due, by in self.steps if step == "fix"]
        return (
            GRAMMAR[self.grade].fullmatch(history + letter) is not None
            and on >= max([FOUND, *(day for _step, day, *_rest in self.steps)])
            and not (letter == "o" and (due < on or bool(dues and due <= dues[-1])))
            and not (letter == "o" and self.grade == "major" and not dues and not command.told)
            and not (letter in "pf" and SAME[fixers[-1]] == SAME[command.by])
        )

    def counts(self, as_of: date) -> tuple[str, date, int, HazardCounts]:
        """State, day in force, failed inspections, and what it adds to the rates."""
        past = [step for step in self.steps if step[1] <= as_of]
        due = next((d for s, _o, d, _b in reversed(past) if s == "order"), FOUND + timedelta(1))
        fails = sum(step == "fail" for step, *_rest in past)
        state = LAST[LETTERS[past[-1][0]] if past else ""]
        right = state in ("passed", "closed")
        fixed = [on for step, on, *_rest in past if step == "fix"]
        if state == "fixed":
            due = Limit(5, workdays=True).after(fixed[-1], WORKDAYS)
        overdue = not right and due < as_of
        first = next(((on, d) for s, on, d, _b in past if s == "order"), None)
        by = FOUND + timedelta(1)
        timely = right and fixed[-1] <= (first[1] if first and first[0] <= by else by)
        major = self.grade == "major"
        return state, due, fails, HazardCounts(1, major, right, timely, fails > 0, overdue)


COMMANDS = st.builds(
    Command,
    st.sampled_from([*LETTERS, "undo", *["next"] * 12]),
    st.sampled_from([0, 1, 3, 1, 2, -1]),
    st.sampled_from([*range(10), 20, 30, -1]),
    st.integers(0, len(POSTS) - 1),
    st.sampled_from([True, True, False]),
    st.integers(0, 99),
)
made = count(1)
seen_in: dict[str, list[Oracle]] = {}  # store → the hazards of the examples before


@given(
    grade=st.sampled_from(["ordinary", "major"]),
    commands=st.lists(COMMANDS, min_size=8, max_size=14),
    later=st.integers(0, 40),
)
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_commands_leave_what_the_grammar_and_plain_arithmetic_say(
    store: Store, grade: str, commands: list[Command], later: int
) -> None:
    number, oracle = f"隐患〔2024〕{next(made)}号", Oracle(grade)
    oracles = seen_in.setdefault(str(store.url), [])
    with hazards(store) as register:
        register.add("wires", grade, "幸福小区", FOUND, number=number, community="c1")
        oracles.append(oracle)
        for command in map(oracle.step, commands):
            day = max([FOUND, *(on for _step, on, *_rest in oracle.steps)])
            on = day + timedelta(command.after)
            due = on + timedelta(command.due)
            if command.step == "undo":
                assert (register.undo(number)[1] is None) == (not oracle.steps)
                if not oracle.steps:
                    oracles.remove(oracle)
                    break
                oracle.steps.pop()
                continue
            accepted = True
            try:
                if command.step == "order":
                    register.order(number, on, due, SETTINGS if command.told else {})
                elif command.step == "fix":
                    register.fix(number, on, POSTS[command.by])
                elif command.step == "close":
                    register.close(number, on)
                else:
                    passed = command.step == "pass"
                    register.inspect(number, on, POSTS[command.by], passed=passed)
            except (BadInputError, ConflictError):
                accepted = False
            assert accepted == oracle.allows(command, on, due), (oracle, command)
            if accepted:
                oracle.steps.append((command.step, on, due, command.by))
    as_of = FOUND + timedelta(later)
    if oracle in oracles:
        row = sheet(store, number, as_of).row
        state, due, fails, counts = oracle.counts(as_of)
        assert (row.state, row.due, row.fails, row.overdue_days > 0) == (
            *(state, due, fails),
            bool(counts.overdue),
        )
    else:
        with pytest.raises(NotFoundError, match="taken back"):
            sheet(store, number, as_of)
    with store.read() as connection:
        rates = load_hazard_rates(connection, plan_of(store), as_of)
    every = [one.counts(as_of)[3] for one in oracles]
    for name in HazardCounts.__dataclass_fields__:
        assert getattr(rates.total, name) == sum(getattr(one, name) for one in every), name


def test_the_end_of_a_day_and_what_was_known_decide_where_it_stands(store: Store) -> None:
    number = add(store)
    with hazards(store) as register:
        register.fix(number, D("2024-03-02"), "物业项目经理")
        register.inspect(number, D("2024-03-04"), "yj", passed=True)
        before = register.filing.writing.recorded_at
    with hazards(store) as register:
        register.undo(number)
        register.inspect(number, D("2024-03-05"), "yj", passed=False)
    states = [listed(store, D(f"2024-03-0{day}")).rows[0].state for day in range(1, 6)]
    assert states == ["found", "fixed", "fixed", "fixed", "failed"]
    assert listed(store, known_at=before).rows[0].state == "passed"
    assert listed(store, D("2024-02-29")).rows == []


@pytest.mark.parametrize(
    ("steps", "in_time"),
    [
        ("o1-10 x9 p", 1),
        ("o1-10 x11 p", 0),
        ("o2-10 x9 p", 0),  # only to be ordered by the 2nd
        ("x1 p", 1),
        ("x2 f3 o4-9 x5 p", 0),
        ("o1-10 x9 f10 o10-20 x15 p", 0),
        ("o1-10 x5 f6 o7-20 x10 p", 1),
        ("o1-10 x9 f10", 0),
    ],
)
def test_a_late_or_later_order_does_not_put_right_in_time(
    store: Store, steps: str, in_time: int
) -> None:
    number = add(store)
    with hazards(store) as register:
        day = FOUND
        for step in steps.split():
            after, _dash, due = step[1:].partition("-")
            day = FOUND + timedelta(int(after)) if after else day
            if step[0] == "o":
                register.order(number, day, FOUND + timedelta(int(due)))
            elif step[0] == "x":
                register.fix(number, day, "物业项目经理")
            else:
                register.inspect(number, day, "应急所", passed=step[0] == "p")
    with store.read() as connection:
        total = load_hazard_rates(connection, plan_of(store), TODAY).total
    assert total.put_right_in_time == in_time


def test_each_refusal_says_where_it_stands_and_what_comes_next(store: Store) -> None:
    number = add(store)
    with hazards(store) as register:
        with pytest.raises(
            ConflictError,
            match=r"H2024-001: close: not possible; it is found since 2024-03-01; expected next: "
            "order, fix",
        ):
            register.close(number, FOUND)
        with pytest.raises(NotFoundError, match="H2024-002: no such case"):
            register.fix("H2024-002", FOUND, "物业")
        with pytest.raises(BadInputError, match="lies ahead"):
            register.fix(number, TODAY + timedelta(1), "物业")
        with pytest.raises(BadInputError, match="at most 365 days; expected 2025-03-01 or before"):
            register.order(number, FOUND, D("2025-12-31"))
        register.order_for(number, FOUND, 7, {})
        with pytest.raises(BadInputError, match="an order gives one of 1, 3, 7, 15, 30"):
            register.order_for(number, FOUND, 8, {})
        register.fix(number, D("2024-03-02"), "物业项目经理")
        with pytest.raises(BadInputError, match="物业项目经理 put it right; expected that"):
            register.inspect(number, D("2024-03-02"), "物业项目经理 ", passed=True)
        register.inspect(number, D("2024-03-02"), "应急所", passed=False)
        with pytest.raises(BadInputError, match="than that of the order before, 2024-03-08"):
            register.order(number, D("2024-03-03"), D("2024-03-08"))
    major = add(store, grade="重大")
    with hazards(store) as register:
        with pytest.raises(ConflictError, match="a major hazard is ordered to be put right first"):
            register.fix(major, FOUND, "物业")
        told = {key: SETTINGS[key] for key in ("who", "when", "duty")}
        with pytest.raises(BadInputError, match="its five settings; missing: standard, measures"):
            register.order(major, FOUND, D("2024-03-08"), told)
        register.order(major, FOUND, D("2024-03-08"), SETTINGS)
    assert sheet(store, major).to_json()["events"][0]["settings"] == SETTINGS


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"kind": "fire"}, NotFoundError, "no such kind of hazard"),
        ({"community": "第三社区"}, NotFoundError, "no such community; the nearest: "),
        ({"community": "yj"}, NotFoundError, "no such community"),
        ({"community": None}, BadInputError, "say which unit leads"),
        ({"unit": "没有"}, NotFoundError, "no such unit"),
        ({"sweep": "S1"}, NotFoundError, "S1: no such case"),
        ({"grade": "特大"}, BadInputError, "expected one of: ordinary, major"),
        ({"place": " "}, BadInputError, "left empty"),
        ({"place": "3号楼 13812345678"}, BadInputError, "mobile"),
        ({"found": TODAY + timedelta(1)}, BadInputError, "lies ahead"),
        ({"number": "H2024-001"}, ConflictError, "in the register already, of 2024-03-01"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    sqlite_store_url: str, given: dict[str, Any], error: type[DubanError], said: str
) -> None:
    load(sqlite_store_url)
    with Store(sqlite_store_url) as store:
        add(store)
        with pytest.raises(error, match=said):
            add(store, **given)
        assert listed(store).counts["all"] == 1


def test_a_number_is_made_after_the_largest_of_its_kind_and_texts_name_nobody(
    store: Store,
) -> None:
    for number in (None, "H2024-099", "H2024-X", "隐患〔2024〕7号", None, None):
        add(store, number=number)
    numbers = [row.number for row in listed(store).rows]
    assert numbers == [
        *("H2024-001", "H2024-099", "H2024-X", "隐患〔2024〕7号", "H2024-100", "H2024-101")
    ]
    with hazards(store) as register:
        with pytest.raises(BadInputError, match="mobile"):
            register.fix("H2024-001", FOUND, "物业13812345678")
        with pytest.raises(BadInputError, match="too long"):
            register.fix("H2024-001", FOUND, "物" * 61)
        with pytest.raises(BadInputError, match="mobile"):
            register.order("H2024-001", FOUND, FOUND, {**SETTINGS, "duty": "13812345678"})


def test_a_hazard_found_on_a_sweep_is_where_that_was(store: Store) -> None:
    with sweeps(store) as register:
        held = register.hold_other("exits", FOUND, Held(3, 2), community="c2").number
    number = add(store, community=None, sweep=held)
    row = sheet(store, number).row
    assert (row.community, row.unit, row.sweep) == ("c2", "c2", held)


def test_a_hazard_was_found_where_and_when_its_sweep_was(store: Store) -> None:
    with sweeps(store) as register:
        one = register.hold_other("exits", FOUND, Held(3, 2), community="c2").number
        whole = register.hold_other("exits", FOUND, Held(3, 2), unit="yj").number
        register.make()
    later, march = FOUND + timedelta(1), "wires-c1-2024-03-29"
    for wrong, said in (
        ({"sweep": one, "community": "c1"}, f"{one} is a sweep of c2, not of where the hazard is"),
        ({"sweep": one, "community": "c2", "found": later}, f"{later}: {one} was held on {FOUND}"),
        ({"sweep": whole, "found": later}, f"{later}: {whole} was held on {FOUND}"),
        ({"sweep": march, "found": D("2024-02-29")}, f"{march} begins on 2024-03-01"),
        ({"sweep": march, "found": D("2024-06-01")}, f"{march} could be held until 2024-04-30"),
    ):
        with pytest.raises(BadInputError, match=said):
            add(store, **wrong)
    number = add(store, sweep=one, community="c2")
    assert add(store, sweep=whole, community="c1")
    assert add(store, sweep=march, found=later, kind="falling")
    with hazards(store) as register:
        for other in ({"community": "c1"}, {"community": ""}, {"found": later}):
            with pytest.raises(BadInputError, match=one):
                correct_hazard(register, number, **other)
        assert correct_hazard(register, number, place="乙").sweep_id


# The same place again


class Found(NamedTuple):
    day: int
    place: str
    community: str | None


PLACES = {
    "幸福小区3号楼": 1,
    "幸福小区３号楼": 1,
    "幸福小区 3号楼": 1,
    "商贸城A座": 2,
    "商贸城a座": 2,
    "商贸城Ａ座": 2,
    "商贸城B座": 3,
    "CAFÉ": 4,
    "café": 4,
    "cafe\u0301": 4,
    "cafe": 5,
    "三期Ⅲ区": 6,
    "三期iii区": 6,
    "İzmir": 7,
    "i\u0307zmir": 7,
    "Izmir": 8,
    "izmir": 8,
    "\u0131zmir": 9,
    "STRASSE 5": 10,
    "straße5": 10,
}
"""Place → which one it is, however it is written."""
COMMUNITIES = ("c1", "c2", None)


@given(
    finds=st.lists(
        st.builds(
            Found, st.integers(0, 200), st.sampled_from([*PLACES]), st.sampled_from(COMMUNITIES)
        ),
        max_size=14,
    ),
    year=st.booleans(),
)
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_place_is_the_same_again_where_looking_through_all_pairs_finds_it(
    store_url: str, finds: list[Found], year: bool
) -> None:
    office = f"街道{next(made)}"  # a fresh one each time, in the same store
    load(store_url, text=PLAN.replace("测试街道办事处", office))
    first = D("2023-10-01") if year else D("2024-01-01")
    with Store(store_url) as store:
        with hazards(store, office=office) as register:
            days = [first + timedelta(find.day) for find in finds]
            numbers = [
                register.add(
                    *("wires", "一般", find.place, day),
                    community=find.community,
                    unit="yj",
                ).number
                for find, day in zip(finds, days, strict=True)
            ]
        with store.read() as connection:
            plan = plan_of(store, office=office)
            found = load_hazards(connection, plan, TODAY, workdays=WORKDAYS)
    again = {row.number: row.again for row in found.rows}
    assert again == {
        n: _before(find, finds, numbers) for n, find in zip(numbers, finds, strict=True)
    }


def _before(find: Found, finds: list[Found], numbers: list[str]) -> str | None:
    earlier = [
        (one.day, n)
        for n, one in enumerate(finds)
        if (PLACES[one.place], one.community) == (PLACES[find.place], find.community)
        and 0 < find.day - one.day <= 90
    ]
    return numbers[max(earlier)[1]] if earlier else None


# Who is told


def told(store: Store, day: date) -> list[tuple[str, str]]:
    with filing(store, "hazard") as opened:
        return [(one.number, one.stage) for one in record_escalations(opened, day)]


def test_a_hazard_past_its_day_goes_up_by_working_days_each_step_once(store: Store) -> None:
    number = add(store)  # to be ordered or put right by Saturday 2024-03-02
    seen: dict[str, date] = {}
    for n in range(30):
        day = FOUND + timedelta(n)
        for _twice in range(2):
            for one, stage in told(store, day):
                assert one == number
                assert stage not in seen
                seen[stage] = day
    late = {day: WORKDAYS.count(D("2024-03-02"), day) for day in seen.values()}
    assert {stage: (str(day), late[day]) for stage, day in seen.items()} == {
        "due": ("2024-03-01", 0),
        "late": ("2024-03-03", 0),
        "head": ("2024-03-06", 3),
        "leader": ("2024-03-15", 10),
    }


def test_the_post_is_the_next_one_down_where_the_plan_names_none() -> None:
    def told_at(stage: str, unit: UnitName) -> str:
        notice = Notice(1, "1", "wires", "major", "c1", "x", "c1", FOUND, 0, stage)
        return before_whom(notice, unit)

    full, bare = UnitName("应急所", "所长", "副主任"), UnitName("第二社区", None, None)
    assert [told_at(stage, full) for stage in STAGES] == ["应急所", "应急所", "所长", "副主任"]
    assert {told_at(stage, bare) for stage in STAGES} == {"第二社区"}


def test_what_was_not_looked_at_for_long_goes_up_at_once_and_an_order_begins_anew(
    store: Store,
) -> None:
    number = add(store)
    assert told(store, D("2024-04-01")) == [(number, "leader")]
    assert told(store, D("2024-03-06")) == []  # a day that is looked at later lowers nothing
    with hazards(store) as register:  # what happened before that was told is not in the way
        register.order(number, D("2024-03-11"), D("2024-03-20"))
    assert told(store, D("2024-03-15")) == []
    assert told(store, D("2024-03-17")) == [(number, "due")]
    assert told(store, D("2024-03-25")) == [(number, "head")]
    with hazards(store) as register:
        register.fix(number, D("2024-03-25"), "物业项目经理")
    assert told(store, D("2024-03-28")) == []
    assert told(store, D("2024-03-29")) == [(number, "due")]  # to be inspected by 2024-04-01
    assert sheet(store, number, D("2024-04-01")).row.overdue_days == 0
    assert told(store, D("2024-04-02")) == [(number, "late")]
    row = sheet(store, number, D("2024-04-03")).row
    assert (row.state, row.due, row.overdue_days, row.overdue_workdays) == (
        *("fixed", D("2024-04-01")),
        *(2, 2),
    )
    with hazards(store) as register:
        register.inspect(number, D("2024-03-26"), "应急所", passed=False)
    assert told(store, D("2024-06-01")) == [(number, "leader")]
    kinds = [(step.event.kind, step.event.result) for step in sheet(store, number).steps]
    assert kinds == [
        *(("escalate", "leader"), ("order", None), ("remind", "due"), ("escalate", "head")),
        *(("fix", None), ("remind", "due"), ("remind", "late")),
        *(("fail", None), ("escalate", "leader")),
    ]


def test_a_notice_is_nothing_that_can_be_undone(store: Store) -> None:
    number = add(store)
    with hazards(store) as register:
        register.fix(number, FOUND, "物业项目经理")
        register.inspect(number, FOUND, "应急所", passed=False)
    told(store, D("2024-03-20"))
    with hazards(store) as register:
        undone = register.undo(number)[1]
        assert undone is not None
        assert undone.kind == "fail"
    assert sheet(store, number).row.state == "fixed"


def test_a_course_can_be_followed_without_a_store() -> None:
    course = HazardCourse("ordinary", FOUND, D("2024-03-02"), Safety().inspect_within)
    course.take("fix", FOUND, by="物业")
    course.take("fail", FOUND, by="应急所")
    course.take("order", FOUND, due=D("2024-03-01"))
    assert (course.state, course.due, course.may) == ("ordered", D("2024-03-01"), ("fix",))
    with pytest.raises(BadInputError, match="expected a later day"):
        course.take("fix", D("2024-02-29"), by="物业")
