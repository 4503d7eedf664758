"""The targets, one function each; every figure is a ratio of two things measured in one run."""

import math
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.data import AS_OF, build
from benchmarks.statements import as_text, roll_up
from benchmarks.timing import DUBAN, PYTHON, Ratio, compare, seconds

Folder = Path
Side = tuple[list[str], dict[str, str]]
"""A command, and what its environment has more."""


def _store(url: str) -> dict[str, str]:
    return {"DUBAN_DB": url, "LC_ALL": "C.UTF-8"}


def _overdue(office: str | None = None) -> list[str]:
    named = ["--office", office] if office else []
    return [DUBAN, "overdue", "--as-of", AS_OF.isoformat(), "--limit", "50", *named]


def overdue(folder: Folder) -> Iterator[Ratio]:
    """1. ``duban overdue`` beside importing SQLAlchemy Core, and as the store grows."""
    core: Side = ([PYTHON, "-c", "import sqlalchemy"], {})
    one = build(folder / "10000.db", 10_000)
    yield compare(
        "overdue, 10,000 items : import of SQLAlchemy", 1.6, (_overdue(), _store(one)), core
    )
    small = build(folder / "100.db", 100)
    city = build(folder / "city.db", 100, offices=1_000)
    yield compare(
        "overdue of an office, 100,000 items in the store : 100 items",
        1.2,
        (_overdue("街道500"), _store(city)),
        (_overdue(), _store(small)),
    )


def start_up(folder: Folder) -> Iterator[Ratio]:
    """2. ``--help`` and ``--version`` beside bare Python."""
    bare: Side = ([PYTHON, "-c", "pass"], {})
    for option in ("--help", "--version"):
        yield compare(f"duban {option} : bare Python", 6, ([DUBAN, option], {}), bare, runs=15)


def piped(folder: Folder) -> Iterator[Ratio]:
    """3. All of 20,000 rows piped beside fetching the same rows with sqlite3."""
    path = folder / "20000.db"
    url = build(path, 20_000)
    from tracker.status import judgement

    sql = folder / "status.sql"
    sql.write_text(as_text(judgement(AS_OF)), encoding="utf-8")
    ours = [DUBAN, "status", "--as-of", AS_OF.isoformat()]
    theirs = [PYTHON, "-m", "benchmarks.sides", "text", str(path), str(sql)]
    yield compare(
        "status of 20,000 items piped : sqlite3 fetch", 4, (ours, _store(url)), (theirs, {})
    )


def judging(folder: Folder) -> Iterator[Ratio]:
    """4. Judging 1,000,000 items beside the same SELECT as text, its memory, and its growth."""
    sql = folder / "roll_up.sql"
    sql.write_text(as_text(roll_up(AS_OF)), encoding="utf-8")
    times = {}
    for items in (10_000, 100_000, 1_000_000):
        path = folder / f"judge{items}.db"
        url = build(path, items)
        ours = [PYTHON, "-m", "benchmarks.sides", "judge", url]
        theirs = [PYTHON, "-m", "benchmarks.sides", "text", str(path), str(sql)]
        ratio = compare(
            f"judging {items:,} items : the SELECT as text", 1.3, (ours, {}), (theirs, {}), runs=3
        )
        times[items] = ratio.ours
        if items == 1_000_000:
            yield ratio
            peak = float(subprocess.run(ours, capture_output=True, check=True).stdout)
            yield Ratio("judging 1,000,000 items, memory : 250 MB", peak / 250, 1, peak, 250, "MB")
    # Start-up is a constant; the exponent is that of what grows.
    grown = math.log10(times[1_000_000] / times[100_000])
    yield Ratio(
        "growth exponent, 100,000 to 1,000,000 items",
        grown,
        1.1,
        times[1_000_000],
        times[100_000],
    )


def loading(folder: Folder) -> Iterator[Ratio]:
    """5. Loading 100,000 items with 5 milestones beside executemany, and its memory."""
    from tracker.migrate import migrate

    items = "100000"

    def fresh(name: str) -> Path:
        path = folder / name
        for leftover in folder.glob(f"{name}*"):
            leftover.unlink()
        migrate(f"sqlite:///{path}")
        return path

    pairs = []
    for _ in range(3):
        ours = [PYTHON, "-m", "benchmarks.sides", "load", f"sqlite:///{fresh('ours.db')}", items]
        theirs = [PYTHON, "-m", "benchmarks.sides", "executemany", str(fresh("theirs.db")), items]
        pairs.append((seconds(ours, {}), seconds(theirs, {})))
    yield Ratio(
        "loading 100,000 items : executemany",
        statistics.median(a / b for a, b in pairs),
        2.5,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
    )
    ours = [PYTHON, "-m", "benchmarks.sides", "load", f"sqlite:///{fresh('ours.db')}", items]
    peak = float(subprocess.run(ours, capture_output=True, check=True).stdout)
    yield Ratio("loading 100,000 items, memory : 100 MB", peak / 100, 1, peak, 100, "MB")


def taskwarrior(folder: Folder) -> Iterator[Ratio]:
    """6. 20,000 items × 5 milestones beside Taskwarrior with 100,000 tasks."""
    if shutil.which("task") is None:
        print("   Taskwarrior is not installed: target 6 is left out", file=sys.stderr)
        return
    from benchmarks.taskwarrior import environment, import_tasks

    env = environment(folder / "task")
    import_tasks(env, 20_000)
    url = build(folder / "tasks.db", 20_000)
    task = ["task", "rc.confirmation=off", "rc.verbose=nothing"]
    yield compare(
        "overdue, 20,000 items × 5 : task overdue",
        0.45,
        (_overdue(), _store(url)),
        ([*task, "overdue", "limit:50"], env),
    )
    yield compare(
        "roll-up by unit and level, 20,000 items × 5 : task summary",
        0.45,
        ([PYTHON, "-m", "benchmarks.sides", "judge", url], {}),
        ([*task, "summary"], env),
    )
    yield compare(
        "one update : one task modified",
        0.85,
        (
            [DUBAN, "update", "i7", "--add", "数量=0.01", "--year", "2024", "--on", "2024-07-31"],
            _store(url),
        ),
        ([*task, "1", "modify", "project:u1"], env),
    )


TARGETS: tuple[Callable[[Folder], Iterator[Ratio]], ...] = (
    start_up,
    overdue,
    piped,
    judging,
    loading,
    taskwarrior,
)
