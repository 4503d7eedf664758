"""The targets, one function each; every figure is a ratio of two things measured in one run."""

import math
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from benchmarks.data import AS_OF, EARLY, build
from benchmarks.items import OFFICE, YEAR, as_file, registers
from benchmarks.statements import as_text, roll_up
from benchmarks.timing import (
    DUBAN,
    PYTHON,
    Ratio,
    Side,
    compare,
    median,
    memory,
    output,
    seconds,
)

Folder = Path

BARE: Side = ([PYTHON, "-c", "pass"], {})
CORE: Side = ([PYTHON, "-c", "import sqlalchemy"], {})
YAML = "import gc, sys, yaml; gc.disable(); yaml.load(open(sys.argv[1]), yaml.CSafeLoader)"
READ_XLSX = (
    "import gc, sys; gc.disable(); from python_calamine import CalamineWorkbook;"
    " CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
)
TERMINAL = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "120"}


def _store(url: str) -> dict[str, str]:
    return {"DUBAN_DB": url, "LC_ALL": "C.UTF-8"}


def _overdue(url: str, office: str = f"{OFFICE}0", as_of: date = AS_OF) -> Side:
    named = ["--as-of", as_of.isoformat(), "--office", office]
    return [DUBAN, "overdue", *named], _store(url)


def _side(name: str, *arguments: object) -> Side:
    return [PYTHON, "-m", "benchmarks.sides", name, *map(str, arguments)], {}


def _bare(name: str, *arguments: object) -> Side:
    return [PYTHON, str(Path(__file__).with_name("bare.py")), name, *map(str, arguments)], {}


def start_up(folder: Folder) -> Iterator[Ratio]:
    """2. ``--help`` and ``--version`` beside bare Python."""
    for option in ("--help", "--version"):
        yield compare(f"duban {option} : bare Python", 6, ([DUBAN, option], {}), BARE, runs=15)


def overdue(folder: Folder) -> Iterator[Ratio]:
    """1. ``duban overdue`` beside importing SQLAlchemy Core, and as the store or the plan grows."""
    command, more = _overdue(build(folder / "10000.db", 10_000))
    name = "duban overdue, 10,000 items, 50 rows{} : import sqlalchemy"
    yield compare(name.format(""), 1.6, (command, more), CORE, runs=15)
    on_terminal = (command, {**more, **TERMINAL})
    yield compare(name.format(" on a terminal"), 1.6, on_terminal, CORE, runs=15)
    small = _overdue(build(folder / "100.db", 100))
    city = _overdue(build(folder / "city.db", 100, offices=1_000), f"{OFFICE}500")
    name = "duban overdue of an office of 100 items, 1,000 such offices in the store : one"
    yield compare(name, 1.2, city, small, runs=15)
    large = _overdue(build(folder / "100000.db", 100_000))
    name = (
        "duban overdue of one plan on a terminal, 100,000 items, 50 of 500 rows : 100 items, 1 row"
    )
    large, small = ((command, {**more, **TERMINAL}) for command, more in (large, small))
    yield compare(name, 1.2, large, small)


def piped(folder: Folder) -> Iterator[Ratio]:
    """3. All of 20,000 rows piped beside fetching the same rows with sqlite3."""
    from tracker.status import judgement

    path, sql = folder / "20000.db", folder / "status.sql"
    url = build(path, 20_000)
    sql.write_text(as_text(judgement(AS_OF, registers=())), encoding="utf-8")
    ours: Side = ([DUBAN, "status", "--as-of", AS_OF.isoformat()], _store(url))
    name = "duban status, 20,000 rows piped : fetching them with sqlite3"
    yield compare(name, 4, ours, _bare("fetch", path, sql))


def judging(folder: Folder) -> Iterator[Ratio]:
    """4. Judging 1,000,000 items beside the same SELECT as text, its memory, and its growth."""
    sql = folder / "roll_up.sql"
    sql.write_text(as_text(roll_up(AS_OF)), encoding="utf-8")
    limits = {100_000: None, 1_000_000: 1.3}
    # Made first: the two sizes are then measured one right after the other.
    paths = {items: folder / f"{items}.db" for items in limits}
    sides = {items: _side("judge", build(paths[items], items), AS_OF) for items in limits}
    for items, most in limits.items():
        name = f"process that judges {items:,} items and rolls them up : the same SELECT by sqlite3"
        yield compare(name, most, sides[items], _bare("fetch", paths[items], sql), runs=3)
    yield memory("the same process, 1,000,000 items, memory", 250, 1, sides[1_000_000])
    # Of the statement in Duban's process: a start-up in it would speed the growth down.
    inside = {
        items: statistics.median(float(output(side)) for _ in range(3))
        for items, side in sides.items()
    }
    small, large = inside.values()
    name = "growth exponent of that statement in process, 100,000 → 1,000,000 items"
    yield Ratio(name, math.log10(large / small), 1.1, large, small)


def loading(folder: Folder) -> Iterator[Ratio]:
    """5. Recording 100,000 items with 5 milestones beside executemany; a plan file of 10,000."""
    from tracker.migrate import migrate

    def fresh(name: str) -> Path:
        path = folder / name
        for leftover in folder.glob(f"{name}*"):
            leftover.unlink()
        migrate(f"sqlite:///{path}")
        return path

    def ours() -> Side:
        return _side("record", f"sqlite:///{fresh('ours.db')}", 100_000)

    def theirs() -> Side:
        return _bare("insert", fresh("theirs.db"), 100_000, registers())

    def load() -> Side:
        return [DUBAN, "plan", "load", str(file)], _store(f"sqlite:///{fresh('file.db')}")

    pairs = [(seconds(ours()), seconds(theirs())) for _ in range(5)]
    name = "recording a plan of 100,000 items, already read"
    yield median(f"{name} : executemany of the same rows", 2.5, pairs)
    yield memory(f"{name}, memory", 100, 1, ours())
    file = folder / "10000.yaml"
    file.write_text(as_file(10_000), encoding="utf-8")
    yaml: Side = ([PYTHON, "-X", "utf8", "-c", YAML, str(file)], {})
    pairs = [(seconds(load()), seconds(yaml)) for _ in range(3)]
    name = "duban plan load of a YAML file of 10,000 items"
    yield median(f"{name} : the YAML alone by libyaml", None, pairs)
    yield memory(f"{name}, memory", 100, None, load())


def warning(folder: Folder) -> Iterator[Ratio]:
    """7. Warning of 1,000,000 cases beside counting them by topic, community and day."""
    from benchmarks.warning_data import AS_OF, COUNTED, build

    path, sql = folder / "cases.db", folder / "counted.sql"
    url = build(path, 1_000_000)
    sql.write_text(COUNTED, encoding="utf-8")
    ours: Side = ([DUBAN, "petition", "warn", "--as-of", AS_OF.isoformat()], _store(url))
    name = "duban petition warn, 1,000,000 cases : counting them by topic, community and day"
    yield compare(name, 1.5, ours, _bare("fetch", path, sql))


def taskwarrior(folder: Folder) -> Iterator[Ratio]:
    """6. 20,000 items × 5 milestones beside Taskwarrior with 100,000 tasks."""
    if shutil.which("task") is None:
        print("    Taskwarrior is not installed: target 6 is left out", file=sys.stderr)
        return
    from benchmarks.taskwarrior import import_tasks

    path = folder / "tasks.db"
    url = build(path, 20_000)
    for as_of, are, limits in (
        (EARLY, "100,000 open tasks", (0.45, 0.45, 0.85)),
        (AS_OF, "40,000 open of 100,000 tasks", (None, None, None)),
    ):
        env = import_tasks(folder / as_of.isoformat(), 20_000, as_of)

        def task(*arguments: str, env: dict[str, str] = env) -> Side:
            return ["task", "rc.verbose=nothing", *arguments], env

        late, rolled_up, written = limits
        yield compare(
            f"duban overdue : task overdue, {are}",
            late,
            _overdue(url, as_of=as_of),
            task("overdue", "limit:50"),
        )
        yield compare(
            f"process that judges all and rolls up by unit and level : task summary, {are}",
            rolled_up,
            _side("judge", url, as_of),
            task("summary"),
        )
        update = ["update", "i7", "--add", "数量=0.01", "--year", "2024", "--on", "2024-07-31"]
        yield compare(
            f"duban update of one item : task modify of one task, {are}",
            written,
            ([DUBAN, *update], _store(url)),
            task("1", "modify", "project:u1"),
        )


def importing(folder: Folder) -> Iterator[Ratio]:
    """8. Importing 100,000 cases from .xlsx beside only reading that file, by calamine."""
    from benchmarks import cases

    file, empty, store = (folder / name for name in ("cases.xlsx", "empty.db", "cases.db"))
    cases.workbook(file, 100_000)
    cases.store(empty)

    def ours() -> Side:
        for leftover in folder.glob(f"{store.name}*"):
            leftover.unlink()
        shutil.copyfile(empty, store)
        command = [DUBAN, "petition", "import", str(file), "--year", str(YEAR)]
        return command, _store(f"sqlite:///{store}")

    read: Side = ([PYTHON, "-c", READ_XLSX, str(file)], {})
    seconds(ours())
    seconds(read)
    pairs = [(seconds(ours()), seconds(read)) for _ in range(5)]
    name = "duban petition import of 100,000 cases from .xlsx"
    yield median(f"{name} : reading the file with calamine", 3, pairs)
    yield memory(f"{name}, memory", 250, None, ours())


TARGETS: tuple[Callable[[Folder], Iterator[Ratio]], ...] = (
    start_up,
    overdue,
    piped,
    judging,
    loading,
    taskwarrior,
    warning,
    importing,
)
