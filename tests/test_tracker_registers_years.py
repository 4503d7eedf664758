"""Plans of several years: files that come in again, and the sweeps and totals of each year."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests import petition_office, safety_office
from tests.safety_office import PLAN, plan_of, sweeps
from tests.tables import take, text
from tracker.registers.findings import FileProblems
from tracker.registers.look import Look
from tracker.registers.standing import sweeps as sweeps_stand
from tracker.registers.sweeps import Held
from tracker.registers.taken_back import undone_since
from tracker.store import Store

D = date.fromisoformat
TOTAL = "指标 起 止 数值"


@pytest.fixture
def empty(store_url: str) -> Iterator[Store]:
    """A store without any plan."""
    with Store(store_url) as opened:
        yield opened


def url(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def due(store: Store, year: int) -> list[tuple[str, date]]:
    """The sweeps that stand in the plan of a year: number, and by when they were due."""
    look = Look(D("2025-12-31"), plans=[plan_of(store, year).id])
    with store.read() as connection:
        found = connection.execute(sweeps_stand(look)).all()
    return sorted((row.number, date.fromordinal(row.settle_by)) for row in found)


# Files that come in again


def test_the_file_of_cases_that_were_taken_over_is_known_again(petitions: Store) -> None:
    lines = [f"A{n} letter noise c1 2025-01-06" for n in range(600)]
    content = text("编号 渠道 主题 社区 收到日期", *lines)
    assert take(petitions, content).counts.new == 600
    petition_office.load(url(petitions), 2025)
    assert take(petitions, content, year=2025).again == "cases.csv"
    if petitions.url.get_backend_name() == "sqlite":
        with petitions.read() as connection:
            steps: list[None] = []
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(lambda: steps.append(None), 1_000)
            assert not undone_since(connection, [1, 2], "petition", 1)
            driver.set_progress_handler(None, 0)
        assert len(steps) < 100  # not each of those taken back held against all that came in


def test_the_same_file_brings_in_again_a_total_that_was_taken_back_since(petitions: Store) -> None:
    first, half = text(TOTAL, "orders.received 2024-01-01 2024-06-30 100"), "2024-01-01 2024-06-30"
    assert take(petitions, first).totals == 1
    corrected = text(TOTAL, f"orders.received {half} 90")
    assert take(petitions, corrected, correct=True).totals_corrected == 1
    assert take(petitions, first).again == "cases.csv"  # it contradicts no correction
    taken_back = text(TOTAL, f"orders.received {half} -")
    assert take(petitions, taken_back, correct=True).totals_taken_back == 1
    again = take(petitions, first)
    assert (again.again, again.totals) == (None, 1)
    assert take(petitions, first).again == "cases.csv"


# A year whose plan is not loaded, or later than the next one


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("year", [2023, 2025])
def test_a_total_counts_in_no_plan_but_that_of_its_year(
    petitions: Store, year: int, named: bool
) -> None:
    content = text(TOTAL, f"orders.received {year}-01-01 {year}-06-30 100")
    with pytest.raises(FileProblems, match=r"no plan of that year, and a total .* plan load"):
        take(petitions, content, named=named)
    petition_office.load(url(petitions), year)
    assert take(petitions, content, named=named).totals == 1


WEEKLY = PLAN.replace("every: monthly", "every: weekly")


def test_the_plan_of_a_year_that_is_loaded_late_leaves_the_sweeps_of_the_next_where_they_are(
    empty: Store,
) -> None:
    safety_office.load(url(empty), 2025, WEEKLY)
    asked = due(empty, 2025)
    with sweeps(empty, year=2025) as book:
        early = book.book.find("wires-c1-2025-01-03")
        assert early.opened_on.year == 2024
        book.hold(early.number, D("2025-01-02"), Held(3, 2))
        other = book.hold_other("wires", D("2024-12-20"), Held(3, 2), community="c1").number
    assert other in dict(due(empty, 2025))
    safety_office.load(url(empty), 2024, WEEKLY, on=D("2025-02-01"))
    assert due(empty, 2025) == asked
    assert due(empty, 2024)[0] == (other, D("2024-12-20"))
    with sweeps(empty, year=2025) as book:
        assert book.make() == []


# A year whose rhythms change

SWEEP = "编号 安排 类别 社区 应查日期 检查日期 检查场所 出动人次"
GONE = "- wires wires {place} 2024-07-31 {done}"


@pytest.mark.parametrize(
    "later", [PLAN.replace("monthly", "weekly", 1), PLAN.replace("code: wires", "code: cables")]
)
def test_a_file_goes_on_with_what_the_plan_has_taken_back(empty: Store, later: str) -> None:
    safety_office.load(url(empty))
    there = [number for number, _day in due(empty, 2024) if number.startswith("wires")]
    rows = [f"{n} wires wires {n[6:8]} {n[9:]} - - -" for n in there]
    rows += ["- exits exits - 2024-02-29 2024-02-28 3 2", GONE.format(place="c2", done="- - -")]
    safety_office.load(url(empty), text=later, on=D("2024-02-10"))
    stand = due(empty, 2024)
    gone = {*there} - dict(stand).keys()
    passed = take(empty, text(SWEEP, *rows[:-1]), "sweep")
    lines = [str(line) for line, number in enumerate(there, 2) if number in gone]
    assert (passed.counts.new, passed.counts.events) == (0, 1)
    assert [", ".join(lines[:10]) in warning for warning in passed.warnings] == [True]
    assert due(empty, 2024) == stand
    held = take(
        empty, text(SWEEP, GONE.format(place="c1", done="2024-07-20 36 8"), rows[-1]), "sweep"
    )
    assert (held.counts.new, held.counts.events, len(held.warnings)) == (1, 1, 1)
    assert {*due(empty, 2024)} - {*stand} == {("wires-c1-2024-07-31", D("2024-07-31"))}
    safety_office.load(url(empty), text=later + "# \n", on=D("2024-02-11"))
    assert ("wires-c1-2024-07-31", D("2024-07-31")) in due(empty, 2024)


def test_a_sweep_of_the_office_that_the_plan_has_taken_back_keeps_its_unit(empty: Store) -> None:
    safety_office.load(url(empty))
    safety_office.load(
        url(empty), text=PLAN.replace("code: exits", "code: doors"), on=D("2024-02-10")
    )
    row = "E-1 exits exits - {day} {held} 3 2"
    rows = (
        row.format(day="2024-02-29", held="2024-02-20"),
        row.format(day="2024-03-29", held="2024-03-20"),
    )
    for line in rows:
        assert take(empty, text(SWEEP, line.replace("E-1", "-")), "sweep").counts.events == 1
    with sweeps(empty) as book:
        cases = [book.book.find(f"exits-office-2024-0{day}") for day in ("2-29", "3-29")]
    assert {case.unit for case in cases} == {"yj"}


def test_of_another_sweep_than_the_register_has_both_are_told_by_their_numbers(
    empty: Store,
) -> None:
    safety_office.load(url(empty))
    rows = [f"{n} - wires c1 2024-03-20 2024-03-20 3 2" for n in ("S-1", "S-2")]
    take(empty, text(SWEEP, *rows), "sweep")
    head, row = "编号 类别 等级 场所 社区 发现日期 检查编号", "H1 wires 一般 甲 c1 2024-03-20 {}"
    take(empty, text(head, row.format("S-1")), "hazard")
    with pytest.raises(FileProblems, match="S-2: in the register it is S-1;"):
        take(empty, text(head, row.format("S-2")), "hazard")
