"""The project as a whole: its architecture, its version, and what its files may not say."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ROOMS = ("cli", "commands", "flows", "plans", "tracker")

# Written so that this file does not contain what it forbids.
REGISTRY = re.compile(
    rb"(?i)py" rb"pi\.(org|tuna)|python" rb"hosted|(index|extra)-" rb"url|\bfind-" rb"links"
)
MACHINE_PATH = re.compile(rb"(?<![\w.~}/-])/(" rb"root|home|work|tmp|Users)/")


def tracked_files() -> list[Path]:
    # A checkout may belong to someone else, and the home that would allow it is not this one.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def product_files() -> list[Path]:
    return [
        ROOT / "cli.py",
        *chain.from_iterable((ROOT / room).rglob("*.py") for room in ROOMS[1:]),
    ]


def imported_names(path: Path) -> set[str]:
    """The top-level names that a file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes(), filename=str(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def normalised(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


def test_imports_run_one_way_from_the_desk_to_the_plan() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_desk_leaves_prefect_and_sqlalchemy_to_the_rooms() -> None:
    assert not imported_names(ROOT / "cli.py") & {"prefect", "sqlalchemy", "alembic"}


def test_everything_that_the_product_imports_is_a_declared_dependency() -> None:
    extras = PROJECT["optional-dependencies"]
    declared = {normalised(r) for r in (*PROJECT["dependencies"], *extras["postgres"])}
    distributions = packages_distributions()
    for path in product_files():
        for name in imported_names(path) - set(ROOMS) - sys.stdlib_module_names:
            owners = {normalised(owner) for owner in distributions.get(name, [name])}
            assert owners & declared, f"{path.relative_to(ROOT)} imports {name}: not declared"


def test_the_command_line_reports_the_version_of_the_project() -> None:
    command = [sys.executable, "-c", "from cli import main; main()", "--version"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert PROJECT["version"] in shown.stdout.split()


def test_the_changelog_has_an_entry_for_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", changelog, re.MULTILINE)


def test_both_readmes_have_the_same_sections_and_the_same_commands() -> None:
    def skeleton(name: str) -> tuple[list[str], list[str]]:
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        commands = [re.sub(r" +# .*", "", line) for line in "".join(blocks).splitlines()]
        headings = re.findall(r"^(#+) ", re.sub(r"(?s)```.*?```", "", text), re.MULTILINE)
        return headings, commands

    assert skeleton("README.md") == skeleton("README.zh-CN.md")


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE_PATH], ids=["registry", "machine path"])
def test_no_file_names_a_package_registry_or_a_path_of_one_machine(
    pattern: re.Pattern[bytes],
) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.decode(errors='replace').strip()}"
        for path in tracked_files()
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_every_dependency_is_pinned_for_every_python() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = {normalised(line) for line in text.splitlines() if re.match(r"[\w.-]+==\S+$", line)}
    extras = chain.from_iterable(PROJECT["optional-dependencies"].values())
    wanted = {normalised(requirement) for requirement in (*PROJECT["dependencies"], *extras)}
    assert wanted - {"duban"} <= pinned
