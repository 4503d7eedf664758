"""``duban petition …`` as it is typed: recording, lists, cards, rates, and what is refused."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from rich.cells import cell_len
from rich.console import Console

from plans.register_words import EVENT_NAMES, RESULTS
from plans.registers import CHANNELS
from tests.desk import duban, fine, refused
from tests.petition_office import load, plan_of, plan_text
from tracker.registers.petition_list import load_petitions
from tracker.registers.petition_rows import Filters
from tracker.registers.petition_sheet import load_petition
from tracker.registers.rate_rows import DIMENSIONS
from tracker.registers.rates import load_rates
from tracker.reports.console_petition_rates import print_rates
from tracker.reports.console_petition_sheet import print_petition
from tracker.reports.console_petitions import print_petitions
from tracker.reports.console_phrases import PHRASES
from tracker.reports.console_phrases_explain import EXPLANATIONS
from tracker.reports.console_phrases_petitions import PETITIONS
from tracker.schema_registers import ENDS, EVENTS
from tracker.store import Store

DAY = date(2024, 6, 20)
AS_OF = ("--as-of", "2024-06-20")


@pytest.fixture(autouse=True)
def office(sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    load(sqlite_store_url)
    return sqlite_store_url


def add(number: str, received: str, *more: str, topic: str = "物业管理") -> None:
    fine("petition", "add", number, "--topic", topic, "--received", received, *more)


@pytest.fixture
def cases() -> None:
    letter = ("--channel", "来信", "--community", "第一社区")
    add("信访〔2024〕1号", "2024年3月1日", *letter)
    fine("petition", "event", "信访〔2024〕1号", "受理", "--on", "2024.3.5")
    extension = ("--to", "2024-05-20", "--by", "党政办", "--result", "情况复杂")
    fine("petition", "event", "信访〔2024〕1号", "延期", "--on", "2024-04-30", *extension)
    add("信访〔2024〕2号", "2024-06-10", *letter, "--repeated", topic="noise")
    order = ("--channel", "热线", "--unit", "党政办", "--kind")
    add("W240618001", "2024-06-18", *order, "投诉", topic="noise")
    fine("petition", "event", "W240618001", "签收", "--on", "2024-06-18")
    add("W240603001", "2024-06-03", *order, "咨询")
    fine("petition", "settle", "W240603001", "--on", "2024-06-05", "--result", "已解决")
    fine("petition", "event", "W240603001", "survey", "--on", "2024-06-06", "--result", "满意")


def test_a_case_is_recorded_and_told_where_it_stands() -> None:
    typed = ("--channel", "visit", "--topic", "noise", "--community", "c1", "--received")
    ran = fine("petition", "add", "１号", *typed, "2024-03-01")
    assert ran.out.startswith("recorded. 1号: ")
    assert ran.out.endswith("to accept, due 2024-03-16\n")
    shown = fine("petition", "show", "1号", "--as-of", "2024-03-01", "--json").json
    assert shown["case"] == {
        "number": "1号",
        "channel": "visit",
        "kind": None,
        "topic": "noise",
        "community": "c1",
        "unit": "c1",
        "repeated": False,
        "received": "2024-03-01",
        "accept_by": "2024-03-16",
        "accepted_on": None,
        "settle_by": None,
        "extensions": 0,
        "ended_on": None,
        "ended": None,
        "survey": None,
        "review_by": None,
        "reviews": 0,
        "awaits": "accept",
        "next_due": "2024-03-16",
        "overdue_days": 0,
    }
    assert [one["step"] for one in shown["deadlines"]] == ["pass_on", "accept", "object"]
    ran = fine("petition", "event", "1号", "accept", "--on", "3月20日", "--year", "2024", "--json")
    (event,) = ran.json["events"]
    assert (event["kind"], event["on"], event["due"]) == ("accept", "2024-03-20", "2024-05-19")


@pytest.mark.usefixtures("cases")
def test_the_list_begins_with_what_is_due_first_and_can_be_narrowed() -> None:
    def numbers(*options: str) -> list[str]:
        return [
            c["number"] for c in fine("petition", "list", *AS_OF, *options, "--json").json["cases"]
        ]

    letters = ["信访〔2024〕1号", "信访〔2024〕2号"]
    assert numbers() == [letters[0], letters[1], "W240618001", "W240603001"]
    assert numbers("--state", "overdue") == numbers("--state", "逾期") == letters[:1]
    assert numbers("--state", "due") == letters[1:]
    assert numbers("--state", "办结") == ["W240603001"]
    assert numbers("--state", "期限内") == ["W240618001"]
    assert numbers("--state", "在办") == [*letters, "W240618001"]
    assert numbers("--topic", "噪声扰民") == [letters[1], "W240618001"]
    assert numbers("--community", "第一社区", "--channel", "来信") == letters
    assert numbers("--unit", "党政办") == ["W240618001", "W240603001"]
    assert numbers("--month", "3月") == letters[:1]
    assert numbers("--year", "2024", "--month", "2024-06", "--channel", "12345") == [
        "W240618001",
        "W240603001",
    ]
    counts = fine("petition", "list", *AS_OF, "--json").json["counts"]
    assert counts["all"] == counts["open"] + counts["settled"] + counts["declined"] == 4
    assert counts["open"] == counts["within"] + counts["due"] + counts["overdue"] == 3
    assert (counts["due"], counts["overdue"], counts["settled"]) == (1, 1, 1)


@pytest.mark.usefixtures("cases")
def test_a_second_review_may_be_called_by_its_own_name() -> None:
    number = "W240603001"
    assert "not possible, for it is" in refused(5, "petition", "event", number, "复核")
    add("5号", "2024-03-01", "--channel", "visit", "--community", "c1")
    for step in ("受理", "settle --result resolved", "复查", "复查意见 --result upheld", "复核"):
        command = (
            ("event", "5号", *step.split())
            if "settle" not in step
            else ("settle", "5号", *step.split()[1:])
        )
        fine("petition", *command, "--on", "2024-03-05")
    kinds = [one["kind"] for one in fine("petition", "show", "5号", "--json").json["events"]]
    assert kinds == ["accept", "settle", "review", "reviewed", "review"]


@pytest.mark.usefixtures("cases")
def test_the_counts_of_a_list_add_up_and_each_state_lists_what_it_counts() -> None:
    add("3号", "2024-05-06", "--channel", "visit", "--community", "c1")
    fine("petition", "event", "3号", "decline", "--on", "2024-05-08", "--result", "not_ours")
    add("4号", "2024-05-06", "--channel", "visit", "--community", "c1")
    fine("petition", "event", "4号", "accept", "--on", "2024-05-08")
    fine("petition", "settle", "4号", "--on", "2024-05-09", "--result", "resolved")
    fine("petition", "event", "4号", "review", "--on", "2024-05-10")
    said = fine("petition", "list", *AS_OF).out.splitlines()[2]
    assert said == (
        "各年度共6件：在办3件（期限内1、7天内到期1、逾期1），已办结2件（其中正在复查1件），"
        "不予受理或退回1件"
    )
    counts = fine("petition", "list", *AS_OF, "--json").json["counts"]
    for state, count in counts.items():
        if state != "all":
            assert (
                len(fine("petition", "list", *AS_OF, "--state", state, "--json").json["cases"])
                == count
            )


@pytest.mark.usefixtures("cases")
def test_a_pipe_gets_aligned_lines_under_the_names_of_the_columns() -> None:
    lines = fine("petition", "list", *AS_OF).out.splitlines()
    assert lines[2] == "各年度共4件：在办3件（期限内1、7天内到期1、逾期1），已办结1件"
    heading, *rows = lines[3:]
    assert len(rows) == 4
    for name in ("编号", "收到", "渠道", "主题", "社区", "承办单位", "期限", "重复", "状况"):
        cells = cell_len(heading[: heading.index(name)])
        assert all(row.isprintable() and _cell(row, cells - 1) == " " for row in rows)
    assert rows[0].split()[0] == "!"
    assert rows[0].endswith("逾期31天 · 待办结")
    assert rows[3].endswith("已办结 · 满意")
    assert "没有案件" in fine("petition", "list", *AS_OF, "--topic", "other").out


def _cell(text: str, place: int) -> str:
    """The character that takes a cell."""
    cells = [char for char in text for _n in range(cell_len(char))]
    return cells[place]


Print = Callable[[Console], None]


def on_terminal(url: str, what: str, width: int) -> str:
    """What a terminal of a width shows."""
    with Store(url) as store, store.read() as connection:
        plan = plan_of(store)
        console = Console(
            file=io.StringIO(), width=width, force_terminal=True, color_system=None, markup=False
        )
        if what == "list":
            print_petitions(console, load_petitions(connection, plan, DAY, limit=2))
        elif what == "overdue":
            only = Filters(state="overdue")
            print_petitions(console, load_petitions(connection, plan, DAY, filters=only))
        elif what == "rates":
            print_rates(console, load_rates(connection, plan, DAY, by=DIMENSIONS))
        else:
            from plans.workdays import Workdays

            sheet = load_petition(connection, plan, what, DAY, workdays=Workdays())
            print_petition(console, sheet)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("list", ["逾期31天 · 待办结", "5天后到期 · 待受理 · 重复", "另有2件未列出"]),
        ("overdue", ["逾期1件", "信访〔2024〕1号"]),
        (
            "信访〔2024〕1号",
            ["03-05 → 05-20", "已超31天", "信访工作条例 §34", "情况复杂 · 至05-20 · 党政办批准"],
        ),
        ("W240603001", ["签收", "满意", "本单位规定"]),
        ("rates", ["1/1  100%", "按主题", "噪声扰民", "2024-06", "来信"]),
    ],
)
def test_a_terminal_shows_it_within_its_width(
    office: str, what: str, said: list[str], width: int
) -> None:
    text = on_terminal(office, what, width)
    assert max(map(cell_len, text.splitlines())) <= width
    for one in said:
        assert one in text


@pytest.mark.parametrize("width", [80, 140])
def test_long_names_and_numbers_give_room_to_where_a_case_stands(office: str, width: int) -> None:
    topics = "registers: {topics: [{code: long, name: 一个特别长的主题名称用来占满整列}]}\n"
    load(office, more=topics)
    number = "信访〔2023〕第000000123456789号"
    fine(
        *("petition", "add", number, "--channel", "handed_down", "--topic", "long", "--repeated"),
        *("--community", "c1", "--received", "2021-03-01"),
    )
    text = on_terminal(office, "list", width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "逾期1192天 · 待受理 · 重复" in text


@pytest.mark.usefixtures("cases")
def test_a_plan_in_english_speaks_english(office: str) -> None:
    load(office, more="language: en\n")
    for arguments in (("list",), ("show", "信访〔2024〕1号"), ("rates", "--by", "channel")):
        out = fine("petition", *arguments, *AS_OF).out
        for word in ("逾期", "期限", "受理", "办结", "来信"):
            assert word not in out
    assert "31 d late · to settle" in fine("petition", "list", *AS_OF).out


@pytest.mark.usefixtures("cases")
def test_rates_have_their_counts() -> None:
    found = fine("petition", "rates", *AS_OF, "--by", "主题", "--by", "community", "--json").json
    orders = found["groups"]["orders"]
    assert orders["received"] == 2
    rate = {"numerator": 1, "denominator": 1, "percent": 100, "unknown": None}
    assert orders["settled_on_time"] == rate
    assert orders["last_year"] is None
    assert [(row["key"], row["received"]) for row in orders["by"]["topic"]] == [
        ("property", 1),
        ("noise", 1),
    ]
    assert [row["key"] for row in found["groups"]["petitions"]["by"]["community"]] == ["c1"]
    assert "按期受理" in fine("petition", "rates", *AS_OF).out


@pytest.mark.usefixtures("cases")
def test_undo_takes_back_the_last_event_and_says_where_the_case_stands_now() -> None:
    first = fine("petition", "undo", "W240603001").out
    assert re.match(r"reversed: 2024-\d\d-\d\d surveyed\. W240603001: settled", first)
    second = fine("petition", "undo", "W240603001").out
    assert re.match(r"reversed: 2024-\d\d-\d\d settled\. W240603001: .*to settle", second)
    events = fine("petition", "show", "W240603001", "--json").json["events"]
    assert [one["reversed"] for one in events] == [False, True, True, False, False]


@pytest.mark.usefixtures("cases")
def test_undo_takes_back_a_case_of_which_nothing_is_left_and_says_so() -> None:
    number = "信访〔2024〕2号"
    said = f"{number}, of 2024-06-10: taken back, as if it had never been recorded\n"
    assert fine("petition", "undo", number).out == said
    gone = refused(4, "petition", "show", number)
    assert gone.startswith(f"{number}: taken back by tester on 20")
    assert refused(4, "petition", "undo", number) == gone
    add(number, "2024-06-11", "--channel", "来信", "--community", "第一社区")
    assert fine("petition", "show", number, "--json").json["case"]["received"] == "2024-06-11"
    assert fine("petition", "undo", number, "--json").json == {
        "number": number,
        "undone": "registration",
        "on": "2024-06-11",
    }


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    ("code", "typed", "said"),
    [
        (
            5,
            "add 信访〔2024〕1号 --channel visit --topic noise --unit dz",
            "in the register already",
        ),
        (
            4,
            "add 9 --channel visit --topic 物业 --unit dz",
            "'物业': no such topic; the nearest: prop",
        ),
        (3, "add 9 --channel 12345 --topic noise --unit dz", "needs its kind; there are: enquiry"),
        (3, "add 9 --channel visit --topic noise", "say which unit leads (--unit)"),
        (2, "event 9 办结", "办结: has a command of its own: duban petition settle NUMBER"),
        (
            4,
            "event W240618001 extend --on 2024-06-19 --to 2024-07-08 --by 区政府",
            "--by '区政府': no such unit; there are: dz 党政办",
        ),
        (
            3,
            "add 9 --channel visit --topic noise --unit dz --received 2099-01-03",
            "9: 2099-01-03: lies ahead",
        ),
        (
            3,
            "add 9 --channel visit --topic noise --unit dz --received 明天",
            "--received: '明天' is no",
        ),
        (4, "event 9号 accept", "9号: no such case in the register"),
        (2, "event W240618001 受理了", "受理了: no such event; there are: accept, decline"),
        (3, "event W240618001 extend --on 2024-06-20", "(--to, --by)"),
        (5, "settle W240603001 --result 已解决", "for it is settled; nothing can follow"),
        (3, "settle W240618001", "expected its result (--result): resolved, partly"),
        (3, "settle W240618001 --result 好了", "'好了': no such result; there are: resolved"),
        (3, "settle W240618001 --result 已解决 --on 2024-06-17", "before it came in on 2024-06-18"),
        (4, "show 信访〔2024〕7号", "no such case in the register; there are: 信访〔2024〕"),
        (4, "show W240618001 --as-of 2024-06-17 --year 2024", "had not come in"),
        (4, "list --as-of 2024-06-20 --community 第三社区", "no such community; the nearest"),
        (2, "list --state 忘记", "忘记: expected one of: open, within, due, overdue, settled"),
        (3, "list --as-of 2024-06-20 --month 13月", "--month: "),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(code: int, typed: str, said: str) -> None:
    assert said in refused(code, "petition", *typed.split())


def test_nothing_that_was_refused_is_written(office: str) -> None:
    assert duban("petition", "add", "1", "--channel", "x", "--topic", "noise").code == 3
    assert fine("petition", "list", *AS_OF, "--json").json["cases"] == []


def test_every_step_and_result_has_its_words() -> None:
    assert set(EVENTS["petition"]) == EVENT_NAMES.keys()
    assert set(ENDS) <= RESULTS.keys() <= EVENT_NAMES.keys()
    names = [CHANNELS, EVENT_NAMES, *RESULTS.values()]
    for both in (both for one in names for both in one.values()):
        assert all(both)
    for kind, results in RESULTS.items():
        texts = [text for code, both in results.items() for text in {code, *both}]
        assert len(set(texts)) == len(texts), kind


def test_every_phrase_has_the_same_values_in_both_languages() -> None:
    for key, both in PETITIONS.items():
        first, second = ({name for _t, name, _s, _c in Formatter().parse(one)} for one in both)
        assert first - {None} == second - {None}, key
    assert not PETITIONS.keys() & (PHRASES | EXPLANATIONS).keys()


def test_the_commands_are_quick_to_start(tmp_path: Path) -> None:
    from tests.desk import modules_of, write

    assert write(tmp_path, plan_text())
    loaded = modules_of("petition", "list", *AS_OF)
    assert not loaded & {"prefect", "pydantic", "alembic", "openpyxl", "pendulum", "yaml"}
