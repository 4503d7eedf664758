"""What a terminal shows: golden files, widths, no colour, pipes, English, hostile text.

The golden files are written anew by ``GOLDEN=write pytest tests/test_tracker_reports_console.py``;
read the difference before committing it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection

from plans.levels import LEVELS
from plans.model import Area, Indicator, Item, Milestone, Plan, Unit
from plans.numerals import percent_text
from tests import sample
from tests.conftest import NewStore
from tracker.explain import explain
from tracker.late import LateList, load_late
from tracker.ledger import Ledger, Progress
from tracker.report import load_report
from tracker.reports import console as shown
from tracker.reports.console_phrases import PHRASES
from tracker.reports.console_phrases_explain import EXPLANATIONS
from tracker.sheet import load_ledger, load_sheet
from tracker.store import Store
from tracker.versions import PlanRef, find_plan, record_version
from tracker.view import View, load_scope, load_view

GOLDEN = Path(__file__).parent / "golden"

Load = Callable[[Connection, PlanRef, date], Any]
Print = Callable[[Console, Any], None]


def _status(connection: Connection, plan: PlanRef, as_of: date) -> View:
    return load_view(connection, plan, as_of, workdays=sample.workdays())


def _overdue(connection: Connection, plan: PlanRef, as_of: date) -> LateList:
    return load_late(connection, plan, as_of, workdays=sample.workdays())


def _report(unit: str | None = None) -> Load:
    return lambda connection, plan, as_of: load_report(
        connection, plan, as_of, workdays=sample.workdays(), unit=unit
    )


def _sheet(code: str) -> Load:
    return lambda connection, plan, as_of: load_sheet(
        connection, plan, code, as_of, workdays=sample.workdays()
    )


def _explained(code: str) -> Load:
    return lambda connection, plan, as_of: (
        load_scope(connection, plan, as_of, None),
        explain(connection, plan, code, as_of),
    )


def _ledger(code: str) -> Load:
    return lambda connection, plan, as_of: load_ledger(connection, plan, code, as_of)


def _print_explained(console: Console, found: Any) -> None:
    shown.print_explanation(console, *found)


STATUS: tuple[Load, Print] = (_status, shown.print_status)
OVERDUE: tuple[Load, Print] = (_overdue, shown.print_overdue)
REPORT: tuple[Load, Print] = (_report(), shown.print_report)


def show(code: str) -> tuple[Load, Print]:
    return _sheet(code), shown.print_item


def arithmetic(code: str) -> tuple[Load, Print]:
    return _explained(code), _print_explained


def ledger(code: str) -> tuple[Load, Print]:
    return _ledger(code), shown.print_ledger


PRINTED: dict[str, tuple[Load, Print]] = {
    "status": STATUS,
    "overdue": OVERDUE,
    "report": REPORT,
    "report_unit": (_report("第七社区"), shown.print_report),
    "show_milestones": show("5.3"),
    "show_occurrences": show("2.4.03"),
    "show_register": show("6.7.4"),
    "show_children": show("2.2"),
    "explain_milestones": arithmetic("5.3"),
    "explain_indicators": arithmetic("4.11"),
    "explain_children": arithmetic("2.2"),
    "explain_occurrences": arithmetic("2.4.03"),
    "explain_register": arithmetic("6.7.4"),
    "ledger": ledger("5.3"),
    "ledger_extension": ledger("4.8"),
}


class Year:
    """The sample year; what is loaded of it is kept."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.kept: dict[tuple[str, date], Any] = {}

    def load(self, what: str, as_of: date = sample.AS_OF) -> Any:
        if (what, as_of) not in self.kept:
            self.kept[what, as_of] = load(self.store, PRINTED[what][0], as_of)
        return self.kept[what, as_of]

    def printed(self, what: str, console: Console, as_of: date = sample.AS_OF) -> str:
        PRINTED[what][1](console, self.load(what, as_of))
        return sample.text(console)


def load(store: Store, loader: Load, as_of: date = sample.AS_OF) -> Any:
    with store.read() as connection:
        return loader(connection, find_plan(connection, 2024), as_of)


def printed(store: Store, of: tuple[Load, Print], console: Console) -> str:
    of[1](console, load(store, of[0]))
    return sample.text(console)


@pytest.fixture(scope="module")
def year(new_store: NewStore) -> Iterator[Year]:
    """The sample year."""
    with Store(new_store("sample", sample.fill)) as store:
        yield Year(store)


def check_golden(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("what", PRINTED)
def test_it_looks_as_it_was_judged_to_look_well(year: Year, what: str, width: int) -> None:
    check_golden(f"console_{what}_{width}", year.printed(what, sample.terminal(width)))


@pytest.mark.parametrize("what", ["status", "overdue"])
def test_lists_are_plain_lines_in_a_pipe(year: Year, what: str) -> None:
    text = year.printed(what, sample.pipe())
    check_golden(f"console_{what}_pipe", text)
    assert "\t" not in text
    assert "\x1b" not in text
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("what", ["status", "overdue"])
def test_in_a_pipe_the_names_of_the_columns_stand_above_them(year: Year, what: str) -> None:
    lines = year.printed(what, sample.pipe()).splitlines()
    (place,) = (n for n, one in enumerate(lines) if one.split()[:1] == ["编号"])
    heading, rows = lines[place], lines[place + 1 :]
    assert len(rows) > 5
    for name in ("编号", "期限" if what == "status" else "原定", "牵头单位", "事项"):
        cells = cell_len(heading[: heading.index(name)])
        assert all(set_cell_size(row, cells)[-1] == " " != row[len(set_cell_size(row, cells))]
                   for row in rows)  # fmt: skip


@pytest.mark.parametrize("what", PRINTED)
def test_in_a_pipe_no_line_ends_in_blanks_and_nothing_is_coloured(year: Year, what: str) -> None:
    text = year.printed(what, sample.pipe(100))
    assert not set(text) & set("\t\x1b\r")
    assert not any(line.endswith(" ") for line in text.splitlines())


@pytest.mark.parametrize("what", PRINTED)
def test_colour_adds_nothing_that_is_not_said_without_it(year: Year, what: str) -> None:
    plain = year.printed(what, sample.terminal(80))
    coloured = year.printed(what, sample.terminal(80, colour=True))
    assert "\x1b[" in coloured
    assert "\n".join(Text.from_ansi(line).plain for line in coloured.splitlines()) == "\n".join(
        plain.splitlines()
    )


@pytest.mark.parametrize("as_of", [date(2024, 1, 5), date(2024, 8, 20), date(2025, 2, 14)])
@pytest.mark.parametrize("what", PRINTED)
def test_no_line_is_wider_than_the_terminal(year: Year, what: str, as_of: date) -> None:
    for width in (60, 66, 79, 80, 81, 99, 100, 109, 110, 140, 213):
        text = year.printed(what, sample.terminal(width), as_of)
        widest = max(text.splitlines(), key=cell_len)
        assert cell_len(widest) <= width, widest


@pytest.mark.parametrize("what", PRINTED)
def test_simulated_data_are_marked_as_such_in_the_first_lines(year: Year, what: str) -> None:
    for console in (sample.terminal(80), sample.pipe()):
        assert "【模拟数据】" in "".join(year.printed(what, console).splitlines()[:2])


@pytest.mark.parametrize("what", ["status", "report"])
def test_it_is_said_how_many_dates_and_targets_are_assumed(year: Year, what: str) -> None:
    view = year.load("status")
    said = f"其中{view.assumed[0]}个事项的日期、{view.assumed[1]}个指标的数量为暂定"
    assert min(view.assumed) > 0
    assert said in year.printed(what, sample.terminal(80))


def test_every_item_is_a_line_of_the_tree_with_the_mark_of_its_level(year: Year) -> None:
    lines = year.printed("status", sample.terminal(120)).splitlines()
    view = year.load("status")
    for item in view.items:
        [line] = [text for text in lines if f" {item.code} " in text[:14]]
        assert line[0] == item.level.mark
        assert item.title[:10] in line
        assert f" {percent_text(item.actual, 100_000)} " in line


def test_a_limited_list_says_how_many_items_it_leaves_out(year: Year) -> None:
    view, late = year.load("status"), year.load("overdue")
    console = sample.terminal(80)
    shown.print_status(console, view, limit=10)
    assert f"另有{len(view.items) - 10}个未列出" in sample.text(console)
    console = sample.terminal(80)
    shown.print_overdue(console, late, limit=2)
    assert f"另有{len(late.items) - 2}个未列出" in sample.text(console)
    piped = sample.pipe()
    shown.print_status(piped, view, limit=10)
    assert len(sample.text(piped).splitlines()) > len(view.items)


def test_the_panel_begins_with_what_is_overdue_longest(year: Year) -> None:
    text = year.printed("report", sample.terminal(80))
    panel = text[text.index("╭") : text.index("╰")]
    late = year.load("overdue")
    first = panel.splitlines()[1]
    assert late.items[0].code in first
    assert f"逾期{late.items[0].overdue_days}天 · {late.items[0].overdue_workdays}个工作日" in first


@pytest.fixture
def english(sqlite_store_url: str) -> Iterator[Store]:
    """A small office that works in English."""
    plan = Plan(
        "Harbour District",
        2024,
        (Unit("works", "Works"), Unit("parks", "Parks and Gardens", head="Head of Parks")),
        (
            Area(
                "A",
                "Streets",
                (
                    Item(
                        *("A1", "Resurface ten streets", "works", date(2024, 1, 1)),
                        date(2024, 12, 31),
                        indicators=(
                            Indicator("streets", "streets", Decimal(10)),
                            Indicator("cost", "k€"),
                        ),
                        person="engineer",
                        source="Ten streets are resurfaced this year.",
                    ),
                    Item(
                        *("A2", "New bridge", "works", date(2024, 1, 1), date(2024, 9, 30)),
                        pace="milestones",
                        measure="milestones",
                        milestones=(
                            Milestone("design", "Design approved", date(2024, 3, 31), 40),
                            Milestone("open", "Open to traffic", date(2024, 9, 30), 60),
                        ),
                        after=("A1",),
                    ),
                ),
            ),
            Area(
                "B",
                "Parks",
                (Item("B1", "Plant trees", "parks", date(2024, 11, 1), date(2024, 12, 1)),),
            ),
        ),
        language="en",
    )
    with Store(sqlite_store_url) as store:
        with store.write(sample.LOADED_AT) as writing:
            ref = record_version(writing, plan, "duban: 1", author="clerk", on=date(2024, 1, 1))
        with store.write(sample.LOADED_AT) as writing:
            filing = Ledger(writing, ref, author="engineer", today=date(2024, 12, 31))
            filing.progress("A1", date(2024, 3, 1), Progress(add={"streets": Decimal(3)}))
            filing.progress(
                "A2", date(2024, 4, 10), Progress(milestone="design", reason="late tender")
            )
            asked = filing.extend("A2", date(2024, 9, 1), date(2024, 10, 15), "flood")
            filing.refuse(asked, date(2024, 9, 10), "no reserve")
        yield store


@pytest.mark.parametrize(
    ("name", "prints"),
    [
        *(("status", STATUS), ("overdue", OVERDUE), ("report", REPORT)),
        *(("show", show("A2")), ("explain", arithmetic("A1")), ("ledger", ledger("A2"))),
    ],
)
def test_a_plan_in_english_is_shown_in_english(
    english: Store, name: str, prints: tuple[Load, Print]
) -> None:
    text = printed(english, prints, sample.terminal(80))
    check_golden(f"console_english_{name}_80", text)
    assert not any("\u4e00" <= char <= "\u9fff" for char in text)
    assert max(map(cell_len, text.splitlines())) <= 80


HOSTILE = [
    "[bold red]危险[/bold red] [link=file:///etc]x[/link]",
    "\x1b[31m红\x1b[0m\x1b]0;title\x07",
    "换\r\n行\t表\x08\x7f\x9b31m",
    "\u202e反向\u200b零宽\u2066隔离",
    "超长" * 100,
    "e\u0301👩‍👩‍👧🏴" * 20,
    ":warning: {not} %s \\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_typed_text_is_shown_as_text_and_never_obeyed(sqlite_store_url: str, text: str) -> None:
    text = text[:200]
    item = Item(
        *("X.1", text, "u", date(2024, 1, 1), date(2024, 3, 1)),
        person=text,
        source=text,
        indicators=(Indicator(text[:60], text[:20], Decimal(3)),),
        milestones=(Milestone("m", text, date(2024, 2, 1)),),
    )
    child = replace(item, code="X.2", milestones=(), indicators=())
    plan = Plan(
        text,
        2024,
        (Unit("u", text, head=text),),
        (Area("a", text, (replace(item, children=(child,)),)),),
    )
    with Store(sqlite_store_url) as store:
        with store.write(sample.LOADED_AT) as writing:
            record_version(writing, plan, "duban: 1", author="a", on=date(2024, 1, 1))
        prints = [STATUS, OVERDUE, REPORT, show("X.1"), arithmetic("X.1"), ledger("X.1")]
        for make in (sample.terminal, sample.pipe):
            for one in prints:
                out = printed(store, one, make(80))
                assert all(
                    char.isprintable() for char in out.replace("\n", "").replace("\u200d", "")
                )
                if make is sample.terminal or one not in (STATUS, OVERDUE):
                    assert max(map(cell_len, out.splitlines())) <= 80
                assert "[bold red]" in out or "[bold red]" not in text


def test_markup_in_a_title_is_shown_as_it_was_typed(sqlite_store_url: str) -> None:
    plan = Plan(
        "office",
        2024,
        (Unit("u", "[b]u[/b]"),),
        (Area("a", "[i]", (Item("1", "[red]x[/red]", "u", date(2024, 1, 1), date(2024, 3, 1)),)),),
    )
    with Store(sqlite_store_url) as store:
        with store.write(sample.LOADED_AT) as writing:
            record_version(writing, plan, "duban: 1", author="a", on=date(2024, 1, 1))
        for one in (STATUS, OVERDUE, REPORT, show("1")):
            assert "[red]x[/red]" in printed(store, one, sample.terminal(100))


def test_an_office_without_items_is_told_so(sqlite_store_url: str) -> None:
    plan = Plan("office", 2024, (Unit("u", "u"),), (Area("a", "A"),))
    with Store(sqlite_store_url) as store:
        with store.write(sample.LOADED_AT) as writing:
            record_version(writing, plan, "duban: 1", author="a", on=date(2024, 1, 1))
        for one, said in ((STATUS, "没有事项"), (OVERDUE, "没有逾期事项"), (REPORT, "没有事项")):
            assert said in printed(store, one, sample.terminal(80))


def test_all_levels_have_their_own_mark_of_one_cell() -> None:
    marks = [level.mark for level in LEVELS]
    assert len(set(marks)) == len(marks)
    assert all(cell_len(mark) == 1 for mark in marks)


def test_every_phrase_has_the_same_values_in_both_languages() -> None:
    def values(phrase: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in Formatter().parse(phrase) if name}

    for key, (chinese, english) in (PHRASES | EXPLANATIONS).items():
        assert values(chinese) == values(english), key
    assert not PHRASES.keys() & EXPLANATIONS.keys()
