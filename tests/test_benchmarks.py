"""What is measured is the same on both sides."""

import ast
import sqlite3
from pathlib import Path

from benchmarks import bare, sides, warning_data
from benchmarks.items import as_file, promised, registers
from plans.load import parse
from plans.workdays import Workdays
from tests.conftest import NewStore
from tracker.migrate import migrate
from tracker.registers.warnings import find_warnings
from tracker.schema import APPEND_ONLY
from tracker.store import Store
from tracker.versions import find_plan

LOADED = {"plan", "plan_version", "unit", "area", "item", "item_version", "milestone", "indicator"}


def test_executemany_inserts_the_rows_that_recording_does(new_store: NewStore) -> None:
    def rows(url: str) -> dict[str, list[tuple[object, ...]]]:
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            found = {
                table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
                for table in APPEND_ONLY
            }
        return {table: sorted(held, key=repr) for table, held in found.items() if held}

    ours, theirs = new_store("migrated", migrate), new_store("migrated", migrate)
    sides.record(ours, "300")
    bare.insert(theirs.removeprefix("sqlite:///"), "300", registers())
    assert rows(ours) == rows(theirs)
    assert rows(ours).keys() == LOADED


def test_the_side_of_sqlite3_needs_nothing_but_python() -> None:
    tree = ast.parse(Path(bare.__file__).read_text(encoding="utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(node) for node in imported] == ["import gc", "import sqlite3", "import sys"]


def test_the_plan_file_that_is_loaded_says_what_is_recorded() -> None:
    plan, problems = parse(as_file(300), "p.yaml", Workdays())
    assert plan is not None, problems
    assert [item for _, _, item in plan.walk()] == [promised(number) for number in range(300)]


def test_the_register_that_is_warned_of_has_open_cases_among_many_settled(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    url = warning_data.build(path, 4_000)
    with sqlite3.connect(path) as connection:
        counted = connection.execute(warning_data.COUNTED).fetchall()
    assert sum(row[-1] for row in counted) == 4_000
    with Store(url) as store, store.read() as connection_:
        plan = find_plan(connection_, 2024)
        found = find_warnings(connection_, plan, warning_data.AS_OF, None, Workdays())
    assert 10 < found.open < 100
    assert 0 < len(found.cases) < found.open
    assert len(found.tested) > 50
