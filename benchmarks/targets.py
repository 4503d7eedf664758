"""The targets, one function each; every figure is a ratio of two things measured in one run."""

import math
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from benchmarks.data import AS_OF, EARLY, OFFICE, build
from benchmarks.statements import as_text, roll_up
from benchmarks.timing import DUBAN, PYTHON, Ratio, Side, compare, median, memory, seconds

Folder = Path

BARE: Side = ([PYTHON, "-c", "pass"], {})
CORE: Side = ([PYTHON, "-c", "import sqlalchemy"], {})
TERMINAL = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "120"}


def _store(url: str) -> dict[str, str]:
    return {"DUBAN_DB": url, "LC_ALL": "C.UTF-8"}


def _overdue(url: str, office: str = f"{OFFICE}0", as_of: date = AS_OF) -> Side:
    named = ["--as-of", as_of.isoformat(), "--office", office]
    return [DUBAN, "overdue", *named], _store(url)


def _side(name: str, *arguments: object) -> Side:
    return [PYTHON, "-m", "benchmarks.sides", name, *map(str, arguments)], {}


def start_up(folder: Folder) -> Iterator[Ratio]:
    """2. ``--help`` and ``--version`` beside bare Python."""
    for option in ("--help", "--version"):
        yield compare(f"duban {option} : bare Python", 6, ([DUBAN, option], {}), BARE, runs=15)


def overdue(folder: Folder) -> Iterator[Ratio]:
    """1. ``duban overdue`` beside importing SQLAlchemy Core, and as the store grows."""
    command, more = _overdue(build(folder / "10000.db", 10_000))
    name = "overdue, 10,000 items, 50 rows{} : import of SQLAlchemy"
    yield compare(name.format(""), 1.6, (command, more), CORE, runs=15)
    on_terminal = (command, {**more, **TERMINAL})
    yield compare(name.format(" on a terminal"), 1.6, on_terminal, CORE, runs=15)
    small = _overdue(build(folder / "100.db", 100))
    city = build(folder / "city.db", 100, offices=1_000)
    grown = _overdue(city, f"{OFFICE}500")
    yield compare("overdue of 100 items, 100,000 in the store : 100", 1.2, grown, small, runs=15)
    large = _overdue(build(folder / "100000.db", 100_000))
    yield compare("overdue of one plan, 100,000 items : 100", None, large, small)


def piped(folder: Folder) -> Iterator[Ratio]:
    """3. All of 20,000 rows piped beside fetching the same rows with sqlite3."""
    from tracker.status import judgement

    path, sql = folder / "20000.db", folder / "status.sql"
    url = build(path, 20_000)
    sql.write_text(as_text(judgement(AS_OF)), encoding="utf-8")
    ours: Side = ([DUBAN, "status", "--as-of", AS_OF.isoformat()], _store(url))
    name = "status of 20,000 items piped : sqlite3 fetch"
    yield compare(name, 4, ours, _side("text", path, sql))


def judging(folder: Folder) -> Iterator[Ratio]:
    """4. Judging 1,000,000 items beside the same SELECT as text, its memory, and its growth."""
    sql = folder / "roll_up.sql"
    sql.write_text(as_text(roll_up(AS_OF)), encoding="utf-8")
    found: dict[int, Ratio] = {}
    limits = {100_000: None, 1_000_000: 1.3}
    # Made first: the two sizes are then measured one right after the other.
    paths = {items: folder / f"{items}.db" for items in limits}
    urls = {items: build(path, items) for items, path in paths.items()}
    for items, most in limits.items():
        path = paths[items]
        ours = _side("judge", urls[items], AS_OF)
        name = f"judging {items:,} items : the SELECT as text"
        found[items] = compare(name, most, ours, _side("text", path, sql), runs=3)
        yield found[items]
    yield memory("judging 1,000,000 items, memory", 250, ours)
    small, large = found[100_000], found[1_000_000]
    # Of the SELECT as text: it has no start-up to speed its growth down.
    grown = math.log10(large.theirs / small.theirs)
    yield Ratio("growth exponent, 1,000,000 : 100,000", grown, 1.1, large.theirs, small.theirs)


def loading(folder: Folder) -> Iterator[Ratio]:
    """5. Loading 100,000 items with 5 milestones beside executemany, and its memory."""
    from tracker.migrate import migrate

    def fresh(name: str) -> Path:
        path = folder / name
        for leftover in folder.glob(f"{name}*"):
            leftover.unlink()
        migrate(f"sqlite:///{path}")
        return path

    def ours() -> Side:
        return _side("load", f"sqlite:///{fresh('ours.db')}", 100_000)

    def theirs() -> Side:
        return _side("executemany", fresh("theirs.db"), 100_000)

    pairs = [(seconds(ours()), seconds(theirs())) for _ in range(5)]
    yield median("loading 100,000 items : executemany", 2.5, pairs)
    yield memory("loading 100,000 items, memory", 100, ours())


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
            f"overdue : task overdue, {are}",
            late,
            _overdue(url, as_of=as_of),
            task("overdue", "limit:50"),
        )
        yield compare(
            f"roll-up by unit and level : task summary, {are}",
            rolled_up,
            _side("judge", url, as_of),
            task("summary"),
        )
        update = ["update", "i7", "--add", "数量=0.01", "--year", "2024", "--on", "2024-07-31"]
        yield compare(
            f"one update : one task modified, {are}",
            written,
            ([DUBAN, *update], _store(url)),
            task("1", "modify", "project:u1"),
        )


TARGETS: tuple[Callable[[Folder], Iterator[Ratio]], ...] = (
    start_up,
    overdue,
    piped,
    judging,
    loading,
    taskwarrior,
)
