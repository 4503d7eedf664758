"""The documentation as a test: each command has help, examples that parse, and a place in it."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from commands.group import Command, LazyGroup
from plans import errors
from plans.levels import LEVELS
from plans.load import parse
from tests.desk import fine

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def walk(group: LazyGroup, path: str) -> Iterator[tuple[str, str, click.Command]]:
    """Every command below a group: how it is called, its line in the list, itself."""
    context = click.Context(group)
    for name, (_where, line) in group.lazy.items():
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", line, command
        if isinstance(command, LazyGroup):
            yield from walk(command, f"{path} {name}")


EVERY = list(walk(cli.desk(), "duban"))
ALONE = [(path, command) for path, _line, command in EVERY if isinstance(command, Command)]


def section(path: str) -> str:
    """What the page says of a command."""
    path = path.removesuffix(" show") if path == "duban ledger show" else path
    found = re.findall(rf"^### `{path}( [A-Z]+)?`\n(.*?)(?=^##)", PAGE + "\n## ", re.M | re.S)
    texts = [text for argument, text in found if path != "duban ledger" or argument]
    assert len(texts) == 1, f"{path}: expected one section, found {len(texts)}"
    return str(texts[0])


def ids(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith("duban") else ""


@pytest.mark.parametrize(("path", "line", "command"), EVERY, ids=ids)
def test_each_command_has_a_line_in_the_list_and_help(
    path: str, line: str, command: click.Command
) -> None:
    assert re.fullmatch(r"[A-Z][^\n]{5,70}\.", line)
    assert command.help
    assert command.help[0].isupper()
    assert command.help.rstrip().endswith((".", ")"))


@pytest.mark.parametrize(("path", "command"), ALONE, ids=ids)
def test_each_option_has_help(path: str, command: Command) -> None:
    options = [param for param in command.params if isinstance(param, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize(("path", "command"), ALONE, ids=ids)
def test_each_example_is_a_call_that_the_command_understands(
    path: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached(*_arguments: object, **_values: object) -> None:
        raise click.exceptions.Exit(99)

    monkeypatch.setattr(command, "callback", reached)
    assert command.examples, path
    for example in command.examples:
        typed = re.search(r"duban[^|>)\"]*(\"[^\"]*\"[^|>)\"]*)*", example)
        assert typed is not None, example
        words = shlex.split(typed[0], comments=True)
        called = path.removesuffix(" show") if path == "duban ledger show" else path
        assert " ".join(words[: len(called.split())]) == called, example
        assert cli.run(words[1:]) == 99, example


@pytest.mark.parametrize(("path", "command"), ALONE, ids=ids)
def test_each_command_has_a_place_in_the_documentation_with_an_example(
    path: str, command: Command
) -> None:
    text = section(path)
    called = path.removesuffix(" show") if path == "duban ledger show" else path
    assert re.search(rf"^```sh\n(.*\n)*.*{called}\b", text, re.M), path


COMMON = {"--db", "--year", "--office", "--as", "--as-of", "--known-at", "--on", "--json"}


@pytest.mark.parametrize(("path", "command"), ALONE, ids=ids)
def test_the_documentation_names_every_option(path: str, command: Command) -> None:
    table = PAGE.split("## Exit codes")[0] + PAGE.partition("## Recording what happens")[2]
    assert all(f"`{option}" in table for option in COMMON)
    named = {option for param in command.params for option in param.opts if option[0] == "-"}
    text = section(path)
    assert {option for option in named - COMMON if f"`{option}" not in text} == set()


def test_the_documentation_has_no_command_that_is_not_there() -> None:
    called = {path for path, _line, _command in EVERY}
    headings = re.findall(r"^### `(duban [a-z ]+?)(?: [A-Z]+)?`$", PAGE, re.M)
    assert set(headings) <= called
    for line in re.findall(r"^(?:eval \"\$\()?(duban .*)$", PAGE, re.M):
        assert any(line.startswith(path) for path in called), line


def test_the_documentation_has_every_exit_code() -> None:
    table = PAGE.partition("## Exit codes")[2].partition("\n## ")[0]
    codes = {
        int(code) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.M) for code in row.split(",")
    }
    kinds = {kind.exit_code for kind in errors.DubanError.__subclasses__()}
    assert codes == {0, 1, 130, 141} | kinds


def test_the_documentation_has_every_level_in_its_order() -> None:
    listed = re.search(r"in the order of judgement:\n((?:`\w+`[,.]\s*)+)", PAGE)
    assert listed is not None
    assert re.findall(r"`(\w+)`", listed[1]) == [level.code for level in LEVELS]


def test_the_example_of_the_registers_fits_into_that_of_the_plan() -> None:
    page = (ROOT / "docs" / "plan-format.md").read_text(encoding="utf-8")
    plan, registers = re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S)
    resolved, problems = parse(plan + registers, "plan-format.md")
    assert problems == []
    assert resolved is not None
    assert len(resolved.registers.safety.rhythms) == 3


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / os.fspath(target)).exists(), target


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_year_of_the_readme_works_as_it_is_typed(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_DB", f"sqlite:///{tmp_path / 'duban.db'}")
    for file in ("library/2024.yaml", "samples/2024-petitions.csv"):
        shutil.copy(ROOT / "plans" / file, tmp_path)
    (block,) = re.findall(r"```sh\nexport DUBAN_DB=.*?\n(.*?)```", (ROOT / page).read_text(), re.S)
    lines = [shlex.split(line, comments=True) for line in block.splitlines() if line]
    typed = [words for words in lines if words[1] not in ("run", "up")]  # tests/test_flows_*.py
    assert len(typed) > 14
    for words in typed:
        fine(*words[1:])
