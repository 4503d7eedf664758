"""Warnings and boards as people see them: golden files, widths, no colour, English, hostile text.

The golden files are written anew by ``GOLDEN=write pytest tests/test_tracker_reports_boards.py``;
read the difference before committing it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from string import Formatter
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tests import safety_office, sample
from tests.cases import DAY, Made, ago, case, daily, order, record
from tests.conftest import NewStore
from tests.goldens import check_golden
from tracker.migrate import migrate
from tracker.registers.petition_board import Heat, PetitionBoard, load_petition_board
from tracker.registers.safety_board import SafetyBoard, age_of, load_safety_board
from tracker.registers.sweep_plan import planned
from tracker.registers.sweeps import Held
from tracker.registers.warned import Warned
from tracker.reports.console_boards import print_petition_board, print_safety_board
from tracker.reports.console_phrases_warnings import WARNINGS
from tracker.reports.console_warnings import print_warnings
from tracker.reports.register_pages import hazards_page, heat_page, sweeps_page, warnings_page
from tracker.reports.sparks import sparks
from tracker.store import Store

ENGLISH = safety_office.PLAN.replace("year: 2024", "year: 2024\nlanguage: en")
TOPICS = ("noise", "noise", "noise", "property", "property", "parking", "drains")


def petitions() -> list[Made]:
    """Two years of cases, some of them late, accepted late, repeated; and a topic that rises."""
    dice = random.Random(5)
    made: list[Made] = []
    for days in range(540, 0, -4):
        topic, community = dice.choice(TOPICS), dice.choice(("c1", "c2", "c2", None))
        what: dict[str, Any] = {"topic": topic, "community": community}
        came = ago(days)
        if dice.random() < 0.2:
            one = case(came, **what).then("accept", ago(days - 9), due=came + timedelta(69))
            length = dice.choice((50, 80))
        else:
            one = order(came, came + timedelta(7), **what).then("accept", ago(days - 1))
            length = dice.choice((3, 5, 6, 9))
        if length < days - 1 and dice.random() < 0.97:
            one.then("settle", came + timedelta(length), result="resolved")
            if length + 10 < days:
                said = dice.choice(("satisfied", "satisfied", "dissatisfied"))
                one.then("survey", came + timedelta(length + 5), result=said)
        made.append(one)
    made += daily("drains", "c1", range(12, 2, -1))
    made += [
        order(ago(9), ago(-2)),
        order(ago(0), ago(-7), topic="parking", repeated=True),
        case(ago(14), topic="property"),
        case(ago(20)).then("accept", ago(3), due=ago(-57)),
        case(ago(95)).then("accept", ago(90), due=ago(30)).then("settle", ago(40))
        .then("review", ago(28), due=ago(-2)),
    ]  # fmt: skip
    for one in made:
        one.plan_id = one.received.year - 2022
    return sorted(made, key=lambda one: one.received)


def fill(url: str, text: str = safety_office.PLAN) -> None:
    """A store with two years of both registers."""
    migrate(url)
    for year in (2023, 2024):
        safety_office.load(url, year, text)
    record(url, petitions(), simulated=True)
    dice = random.Random(2)
    with Store(url) as store:
        for year in (2023, 2024):
            last = date(2023, 12, 31) if year == 2023 else DAY
            with safety_office.sweeps(store, year=year) as register:
                filing = register.filing
                for one in planned(filing.connection, filing.plan, filing.workdays):
                    if one.begins > last:
                        continue
                    done = Held(dice.randrange(5, 40), dice.randrange(2, 9))
                    if one.due < ago(3) and dice.random() < 0.85:
                        register.hold(one.number, one.due - timedelta(dice.randrange(2)), done)
            with safety_office.hazards(store, year=year) as hazards:
                for n in range(12):
                    found = date(year, 1, 8) + timedelta(n * 15)
                    grade = "major" if n % 5 == 3 else "ordinary"
                    community = ("c1", "c2")[n % 2]
                    kind = ("wires", "exits", "clutter")[n % 3]
                    place = f"{n % 4 + 1}号楼{n % 2 + 1}单元"
                    made = hazards.add(kind, grade, place, found, community=community)
                    if found > ago(10):
                        continue
                    settings = safety_office.SETTINGS if grade == "major" else {}
                    hazards.order(made.number, found, found + timedelta(7), settings)
                    if n % 3 != 2 or year == 2023:
                        fixed = found + timedelta(4 + n % 5)
                        hazards.fix(made.number, fixed, "物业项目经理")
                        passed = n % 4 != 1
                        hazards.inspect(made.number, fixed, "应急所所长", passed=passed)


@dataclass
class Boards:
    """What is printed."""

    petition: PetitionBoard
    safety: SafetyBoard

    def printed(self, what: str, console: Console) -> str:
        PRINTED[what](self, console)
        return sample.text(console)


def _warnings(boards: Boards, console: Console, explain: bool = False) -> None:
    print_warnings(console, boards.petition.warned, explain=explain)


PRINTED: dict[str, Callable[[Boards, Console], None]] = {
    "warn": _warnings,
    "warn_explain": partial(_warnings, explain=True),
    "petition_board": lambda boards, console: print_petition_board(console, boards.petition),
    "sweep_board": lambda boards, console: print_safety_board(console, boards.safety),
}


def load(url: str) -> Boards:
    with Store(url) as store, store.read() as connection:
        plan = safety_office.plan_of(store)
        arguments = (connection, plan, DAY, None, safety_office.WORKDAYS)
        return Boards(load_petition_board(*arguments), load_safety_board(*arguments))


@pytest.fixture(scope="module")
def boards(new_store: NewStore) -> Boards:
    return load(new_store("boards", fill))


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("what", PRINTED)
def test_it_looks_as_it_was_judged_to_look_well(boards: Boards, what: str, width: int) -> None:
    check_golden(f"{what}_{width}.txt", boards.printed(what, sample.terminal(width)))


@pytest.mark.parametrize("what", ["warn", "warn_explain"])
def test_warnings_are_plain_lines_in_a_pipe(boards: Boards, what: str) -> None:
    check_golden(f"{what}_pipe.txt", boards.printed(what, sample.pipe()))


@pytest.mark.parametrize("what", PRINTED)
def test_in_a_pipe_no_line_ends_in_blanks_and_nothing_is_coloured(
    boards: Boards, what: str
) -> None:
    text = boards.printed(what, sample.pipe(100))
    assert not set(text) & set("\t\x1b\r")
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("what", PRINTED)
def test_colour_adds_nothing_that_is_not_said_without_it(boards: Boards, what: str) -> None:
    plain = boards.printed(what, sample.terminal(80))
    coloured = boards.printed(what, sample.terminal(80, colour=True))
    assert "\x1b[" in coloured
    lines = [Text.from_ansi(line).plain.rstrip() for line in coloured.splitlines()]
    assert lines == [line.rstrip() for line in plain.splitlines()]


@pytest.mark.parametrize("what", PRINTED)
def test_no_line_is_wider_than_the_terminal(boards: Boards, what: str) -> None:
    for width in (60, 66, 79, 80, 81, 99, 100, 110, 140, 213):
        text = boards.printed(what, sample.terminal(width))
        widest = max(text.splitlines(), key=cell_len)
        assert cell_len(widest) <= width, widest


@pytest.mark.parametrize("what", ["warn", "petition_board"])
def test_simulated_data_are_marked_as_such_in_the_first_lines(boards: Boards, what: str) -> None:
    for console in (sample.terminal(80), sample.pipe()):
        assert "【模拟数据】" in "".join(boards.printed(what, console).splitlines()[:2])


def test_a_limited_list_says_how_many_cases_it_leaves_out(boards: Boards) -> None:
    warned = boards.petition.warned
    console = sample.terminal(80)
    print_warnings(console, warned, limit=2)
    assert f"另有{len(warned.cases) - 2}件未列出" in sample.text(console)
    piped = sample.pipe()
    print_warnings(piped, warned, limit=2)
    assert len(sample.text(piped).splitlines()) > len(warned.cases)


def test_pages_say_the_same_in_numbers_topics_and_units_only(boards: Boards) -> None:
    warned = boards.petition.warned
    pages = {
        "page_warnings.md": warnings_page(warned),
        "page_heat.md": heat_page(boards.petition.heat, warned),
        "page_sweeps.md": sweeps_page(boards.safety),
        "page_hazards.md": hazards_page(boards.safety),
    }
    for name, page in pages.items():
        check_golden(name, page)
        assert "单元" not in page, "a place is a text that was typed"


def test_a_page_has_no_column_for_a_year_without_anything(boards: Boards) -> None:
    safety = replace(boards.safety, months={"hazards": ([1, 2], [0, 0])})
    assert "2023" not in hazards_page(safety).partition("## 逐月")[2]


def test_an_office_that_works_in_english_reads_english(sqlite_store_url: str) -> None:
    fill(sqlite_store_url, ENGLISH)
    found = load(sqlite_store_url)
    for what in ("warn_explain", "petition_board", "sweep_board"):
        check_golden(f"english_{what}_80.txt", found.printed(what, sample.terminal(80)))


def test_a_board_without_any_cases_says_so(sqlite_store_url: str) -> None:
    safety_office.load(sqlite_store_url)
    found = load(sqlite_store_url)
    said = "".join(found.printed(what, sample.terminal(80)) for what in PRINTED)
    assert "没有需要预警的案件和主题" in said
    assert "没有未整改到位的隐患" in said
    assert found.petition.to_json()["heat"] == []
    assert found.safety.to_json()["open"] == 0


def test_what_people_typed_is_data(boards: Boards) -> None:
    hostile = "\x1b[31m[bold]x\u202e\n|<b>"
    warned = boards.petition.warned
    named = replace(warned.named, topics={"noise": hostile}, units={"c1": hostile})
    cases = [replace(one, number=hostile) for one in warned.cases]
    found = replace(warned, named=named, cases=cases)
    page = warnings_page(found)
    for text in (told(found, sample.terminal(100)), told(found, sample.pipe()), page):
        assert not set(text) & set("\x1b\u202e\r")
        assert "[bold]x" in text or "\\[bold\\]x" in text
    assert "<b>" not in page


def told(warned: Warned, console: Console) -> str:
    print_warnings(console, warned)
    return sample.text(console)


def test_programs_read_the_same_numbers(boards: Boards) -> None:
    said = boards.petition.to_json()
    heat = boards.petition.heat
    assert sum(cell["cases"] for cell in said["heat"]) == sum(heat.counts.values())
    assert [c["topic"] for c in said["heat"] if c["rises"]] == ["drains"]
    received = sum(group["received"] for group in said["groups"].values())
    assert received == sum(heat.counts.values())
    months = [sum(curves["2024"]) for curves in said["months"].values()]
    assert sum(months) == received
    assert all(len(curves["2024"]) == DAY.month for curves in said["months"].values())
    assert all(len(curves["2023"]) == 12 for curves in said["months"].values())
    safety = boards.safety.to_json()
    ages = safety["ages"]
    assert sum(ages["ordinary"]) + sum(ages["major"]) == safety["open"] == len(boards.safety.open)
    assert {one["stage"] for one in safety["overdue"]} <= {"person", "head", "leader"}
    assert all(one["again"] for one in safety["again"])


def test_sums_of_topics_and_of_communities_are_all_cases(boards: Boards) -> None:
    heat: Heat = boards.petition.heat
    total = sum(heat.counts.values())
    assert sum(map(heat.of_topic, heat.topics)) == total
    assert sum(map(heat.of_community, heat.communities)) == total
    assert heat.communities == ["c1", "c2", None]


def test_ages_have_their_boundaries() -> None:
    assert [age_of(days) for days in (0, 7, 8, 30, 31, 90, 91)] == [0, 0, 1, 1, 2, 2, 3]


def test_counts_become_characters_of_which_only_the_most_is_full() -> None:
    assert sparks([0, 1, 4, 7, 8], 8) == "·▁▄▇█"
    assert sparks([1, 99, 100], 100) == "▁▇█"


def test_every_phrase_has_the_same_places_in_both_languages() -> None:
    for key, both in WARNINGS.items():
        places = [{name for _t, name, _f, _c in Formatter().parse(text) if name} for text in both]
        assert places[0] == places[1], key
