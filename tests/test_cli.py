"""The desk as a whole: exit codes, one line for every error, and a quick start."""

import os
import signal
import sys
from pathlib import Path

import click
import pytest

import cli
from tests.desk import PLAN, duban, ended, fine, modules_of, modules_of_all, process, refused, write

HEAVY = ("alembic", "openpyxl", "pendulum", "prefect", "pydantic")

LOOKING = (
    ("status",),
    ("overdue",),
    ("show", "1"),
    ("explain", "1"),
    ("ledger", "1"),
    ("report",),
    ("plan", "show"),
    ("plans",),
    ("petition", "warn"),
    ("petition", "board"),
    ("sweep", "board"),
)


@pytest.fixture
def plan_loaded(planned_store_url: str) -> str:
    return planned_store_url


@pytest.mark.parametrize("asked", ["--help", "--version", "status --help", "plan --help"])
def test_help_and_version_import_nothing_heavy(asked: str) -> None:
    imported = modules_of(*asked.split())
    assert not imported & {*HEAVY, "sqlalchemy", "rich", "yaml", "jinja2", "chinese_calendar"}


def test_looking_imports_neither_prefect_nor_what_checks_files(plan_loaded: str) -> None:
    imported = modules_of_all((*looking, "--as-of", "2024-10-31") for looking in LOOKING)
    assert not imported & {*HEAVY, "yaml"}


def test_data_for_programs_are_made_without_rich(plan_loaded: str) -> None:
    imported = modules_of_all((*looking, "--json", "--as-of", "2024-10-31") for looking in LOOKING)
    assert not imported & {*HEAVY, "yaml", "rich"}


def test_a_call_without_arguments_shows_the_help_and_is_a_usage_error() -> None:
    ran = duban()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == fine("--help").out


def test_each_kind_of_error_has_its_exit_code(plan_loaded: str, tmp_path: Path) -> None:
    year = ("--year", "2024")
    assert "No such command" in refused(2, "telephone")
    assert "Missing argument 'CODE'" in refused(2, "show")
    assert "No such option" in refused(2, "status", "--colour")
    assert "is no date" in refused(3, "status", "--as-of", "someday")
    assert "no such item" in refused(4, "show", "9", *year)
    assert "is no request" in refused(5, "approve", filed_row(), *year)
    missing = f"sqlite:///{tmp_path / 'nowhere.db'}"
    assert "duban init" in refused(6, "status", "--db", missing)


def filed_row() -> str:
    rows: list[int] = fine("update", "1", "--year", "2024", "--note", "进场", "--json").json["rows"]
    return str(rows[0])


def test_a_usage_error_says_where_help_is_to_be_had() -> None:
    assert refused(2, "plan", "load").endswith("(see: duban plan load --help)")


def test_an_unexpected_exception_is_called_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command
    def broken() -> None:
        raise ZeroDivisionError("a\x1b[31mnumber\nby nothing")

    monkeypatch.setattr(sys.modules[__name__], "BROKEN", broken, raising=False)
    monkeypatch.setitem(cli.COMMANDS, "broken", (f"{__name__}:BROKEN", "Break."))
    line = refused(1, "broken")
    assert "this is a bug in duban (ZeroDivisionError: a\\x1b[31mnumber by nothing)" in line
    assert "report" in line
    monkeypatch.setenv("DUBAN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        duban("broken")


HOSTILE = ("\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "\u202etxt", "\udcff\udcfe")

FIELDS = {
    "command": (2, "{}"),
    "option": (2, "status --{}"),
    "choice": (2, "status --level {}"),
    "number": (2, "undo {}"),
    "date": (3, "status --as-of {}"),
    "moment": (3, "status --known-at {}"),
    "month": (3, "report --month {}"),
    "store": (3, "status --db {}"),
    "file": (3, "plan load {}"),
    "ledger file": (3, "ledger import {}"),
    "code": (3, "show {}"),
    "office": (4, "status --office {}"),
    "unit": (4, "status --year 2024 --unit {}"),
    "area": (4, "status --year 2024 --area {}"),
    "author": (3, "update 1 --year 2024 --note x --as {}"),
    "note": (3, "update 1 --year 2024 --note {}"),
    "reason": (3, "update 1 --year 2024 --reason {}"),
    "source": (3, "update 1 --year 2024 --source {}"),
    "amount": (3, "update 1 --year 2024 --add 道路={}"),
    "value": (3, "update 1 --year 2024 --set 满意率={}"),
    "indicator": (4, "update 1 --year 2024 --add {}=1"),
    "milestone": (3, "update 2 --year 2024 --milestone {}"),
    "evidence": (3, "update 2 --year 2024 --note x --evidence {}"),
    "lead": (4, "assign 1 --year 2024 --lead {}"),
    "person": (3, "assign 1 --year 2024 --person {}"),
    "leader": (3, "assign 1 --year 2024 --leader {}"),
    "day": (3, "update 1 --year 2024 --note x --on {}"),
    "later date": (3, "extend 1 --year 2024 --reason x --to {}"),
    "cancelling": (3, "cancel 1 --year 2024 --reason {}"),
}


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
@pytest.mark.parametrize("field", FIELDS)
def test_nothing_typed_reaches_the_terminal_alive(
    plan_loaded: str, field: str, hostile: str
) -> None:
    code, line = FIELDS[field]
    arguments = [part.replace("{}", hostile) for part in line.split()]
    refused(code, *arguments)
    assert fine("ledger", "1", "--year", "2024", "--json").json["ledger"] == []


FILES = {key: FIELDS[key] for key in ("file", "ledger file", "evidence")}
FILES |= {"plan file": (3, "plan check {}"), "summary": (3, "summary 2024 -o {}")}


@pytest.mark.parametrize("field", FILES)
def test_a_file_that_cannot_be_used_is_bad_input_whatever_it_is_called(
    plan_loaded: str, field: str, tmp_path: Path
) -> None:
    folder = tmp_path / "a\nplan\x1b[31m.md"
    folder.mkdir()
    code, line = FILES[field]
    for path in (folder, folder / "none" / "missing.md"):
        said = refused(code, *(part.replace("{}", str(path)) for part in line.split()))
        assert "a\\nplan\\x1b[31m.md" in said


@pytest.mark.parametrize("field", ["file", "ledger file", "plan file", "evidence", "summary"])
def test_a_file_that_may_not_be_read_is_no_wrong_usage(
    plan_loaded: str, field: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a file without any permission is to click, for root too.
    monkeypatch.setattr(os, "access", lambda *_: False)
    path = write(tmp_path, "not: right", "locked.md")
    line = FILES[field][1]
    ran = duban(*(part.replace("{}", path) for part in line.split()))
    assert ran.code != 2, ran


def test_each_problem_of_a_file_is_a_line_though_its_name_has_two(
    plan_loaded: str, tmp_path: Path
) -> None:
    path = write(tmp_path, PLAN.replace("lead: c1", "lead: nobody"), "a\nplan.yaml")
    assert refused(3, "plan", "check", path).startswith(f"{tmp_path}/a\\nplan.yaml:")
    fine_file = write(tmp_path, PLAN, "b\nplan.yaml")
    assert fine("plan", "check", fine_file).out.count("\n") == 1


def test_markup_that_is_typed_is_shown_as_it_stands(plan_loaded: str) -> None:
    typed = "[bold red]急[/bold red] [link=x]点[/link] {{ 7*7 }} :warning:"
    fine("update", "1", "--year", "2024", "--note", typed, "--as", "[red]城建办[/red]")
    shown = fine("ledger", "1", "--year", "2024").out
    assert "[bold red]急[/bold red]" in shown
    assert ":warning:" in shown
    assert fine("ledger", "1", "--year", "2024", "--json").json["ledger"][0]["note"] == typed


def test_a_reader_that_leaves_early_ends_the_command_quietly(plan_loaded: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    started = process("status", "--as-of", "2024-10-31", stdout=writer)
    os.close(writer)
    ran = ended(started)
    assert (ran.code, ran.err) == (141, "")


def test_output_that_cannot_be_written_is_one_line(plan_loaded: str) -> None:
    with Path("/dev/full").open("w") as full:
        ran = ended(process("status", "--as-of", "2024-10-31", stdout=full))
    assert ran.code == 6
    assert ran.err.startswith("cannot read or write: ")
    assert ran.err.count("\n") == 1


def test_ctrl_c_stops_a_command_with_one_word(plan_loaded: str, tmp_path: Path) -> None:
    here, there = os.openpty()
    changed = write(tmp_path, PLAN.replace("target: 10", "target: 12"), "changed.yaml")
    started = process("plan", "load", changed, stdin=there)
    assert started.stderr is not None
    assert started.stderr.read(len("Load this")) == "Load this"
    # Between the question and the wait for an answer Python keeps a signal until there is one.
    while Path(f"/proc/{started.pid}/stat").read_text().rpartition(") ")[2][0] != "S":
        pass
    started.send_signal(signal.SIGINT)
    ran = ended(started)
    os.close(here)
    os.close(there)
    assert ran.code == 130
    assert ran.err.splitlines()[-1] == "stopped"


def test_output_in_an_encoding_without_chinese_is_no_error(plan_loaded: str) -> None:
    ran = ended(process("status", "--as-of", "2024-10-31", env={"PYTHONIOENCODING": "ascii"}))
    assert (ran.code, ran.err) == (0, "")
    assert "2024-11-30" in ran.out


def test_the_author_is_the_option_then_the_variable_then_the_login(
    plan_loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = ("--year", "2024")
    fine("update", "1", *year, "--note", "一")
    monkeypatch.setenv("DUBAN_USER", "城建办")
    fine("update", "1", *year, "--note", "二")
    fine("update", "1", *year, "--note", "三", "--as", "城建办主任")
    rows = fine("ledger", "1", *year, "--json").json["ledger"]
    assert [row["author"] for row in rows] == ["tester", "城建办", "城建办主任"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("completion", "zsh|fish}'. Choose from: bash, zsh, fish (see: duban completion"),
        ("upate 2", "No such command 'upate'. Did you mean 'update'? (see: duban"),
        ("undo abc", "'abc': expected the number of a ledger row; duban ledger CODE shows it"),
        ("undo 0", "'0': expected the number of a ledger row"),
        ("summary abc", "'abc' is not a valid whole number (see: duban summary --help)"),
    ],
)
def test_a_wrong_call_is_told_in_words_and_one_line(typed: str, told: str) -> None:
    assert told in refused(2, *typed.split())


def test_a_wrong_call_is_told_in_chinese_alike() -> None:
    def told(*arguments: str) -> str:
        return ended(process(*arguments, env={"LC_ALL": "zh_CN.UTF-8"})).err

    assert told("show") == "缺少参数 'CODE'（用法见：duban show --help）\n"
    assert "zsh|fish}'。可选值：bash, zsh, fish（用法见" in told("completion")
    assert "'abc'不是有效的整数（用法见" in told("summary", "abc")
    assert told("upate") == "没有命令'upate'。是否为'update'？（用法见：duban --help）\n"
    assert "逾：没有这种状态；现有：已取消, 已销号, " in told("status", "--level", "逾")
