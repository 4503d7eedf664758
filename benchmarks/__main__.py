"""``make bench``: measures every target, prints a table and writes benchmarks/results.json."""

import json
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.targets import TARGETS
from benchmarks.timing import Ratio

RESULTS = Path(__file__).with_name("results.json")


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    import os
    import sqlite3

    import sqlalchemy

    return {
        "cores": str(os.cpu_count()),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sqlalchemy": sqlalchemy.__version__,
        "sqlite": sqlite3.sqlite_version,
        "system": platform.system(),
    }


def main(names: list[str]) -> int:
    """Measures the targets named, or all; returns 1 when one is not met."""
    results: list[Ratio] = []
    for target in TARGETS:
        if names and target.__name__ not in names:
            continue
        print(f"==> {(target.__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
            for ratio in target(Path(folder)):
                print(f"    {ratio.name}: {ratio.measured:.2f} (≤ {ratio.most})", file=sys.stderr)
                results.append(ratio)
    table = Table("measured", "ratio", "at most", "ours", "theirs", "")
    for r in results:
        sides = [f"{value:.3f} {r.unit}" for value in (r.ours, r.theirs)]
        table.add_row(
            r.name, f"{r.measured:.2f}", f"{r.most:g}", *sides, "met" if r.met else "NOT met"
        )
    Console(width=130).print(table)
    if not names:
        found = {"machine": machine(), "results": [{**asdict(r), "met": r.met} for r in results]}
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if all(r.met for r in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
