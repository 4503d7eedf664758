"""``make bench``: measures every target, prints a table and writes benchmarks/results.json.

``make bench ARGS="overdue piped"`` measures some of them only; ``ARGS=--table`` prints what was
measured last, as the table of the READMEs.
"""

import json
import os
import platform
import sqlite3
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import sqlalchemy
from rich.console import Console
from rich.table import Table

from benchmarks.targets import TARGETS
from benchmarks.timing import Ratio

RESULTS = Path(__file__).with_name("results.json")

HEADS = ("measured", "ratio", "at most", "ours", "theirs")


def machine() -> str:
    """What the figures were measured on."""
    return (
        f"{os.cpu_count()} cores of {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}, SQLAlchemy {sqlalchemy.__version__}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def measure(names: list[str]) -> list[Ratio]:
    """Measures the targets named, or all."""
    results: list[Ratio] = []
    for target in TARGETS:
        if names and target.__name__ not in names:
            continue
        print(f"==> {(target.__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
            for ratio in target(Path(folder)):
                print("    {}: {} ({})".format(*cells(ratio)), file=sys.stderr, flush=True)
                results.append(ratio)
    return results


def cells(ratio: Ratio) -> list[str]:
    """The figures of a target as the table has them."""
    most = "" if ratio.most is None else f"{ratio.most:g}"
    missed = "" if ratio.met else " (not met)"
    digits = 0 if ratio.unit == "MB" else 2
    sides = [f"{side:.{digits}f} {ratio.unit}" for side in (ratio.ours, ratio.theirs)]
    return [ratio.name, f"{ratio.measured:.2f}{missed}", most, *sides]


def markdown(results: list[Ratio]) -> str:
    """The table of the READMEs."""
    rows = [HEADS, ["---"] * len(HEADS), *map(cells, results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(names: list[str]) -> int:
    """Measures, or prints what was measured; returns 1 when a target is not met."""
    if names == ["--table"]:
        found = json.loads(RESULTS.read_text(encoding="utf-8"))
        print(f"{found['machine']}\n\n{markdown([Ratio(**row) for row in found['results']])}")
        return 0
    results = measure(names)
    table = Table(*HEADS)
    for ratio in results:
        table.add_row(*cells(ratio))
    Console(width=130).print(table)
    if not names:
        found = {"machine": machine(), "results": [asdict(ratio) for ratio in results]}
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if all(ratio.met for ratio in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
