"""The demo, run once as a process of its own: it is what people see first."""

import json
import os
from pathlib import Path

from tests.desk import ended, process

LEFT = ("2023.md", "2024.json", "2024.md", "duban-demo.txt", "duban.db", "prefect")


def test_the_demo_shows_the_whole_product_and_leaves_it_to_be_looked_at(tmp_path: Path) -> None:
    own = tmp_path / "own.db"
    env = {
        "DUBAN_DB": f"sqlite:///{own}",
        # Nobody answers on the server that is set: the demo has one of its own.
        "PREFECT_API_URL": "http://127.0.0.1:9/api",
        "PREFECT_HOME": str(tmp_path / "home"),
    }
    out = tmp_path / "demo"
    ran = ended(process("demo", "--out", str(out), env=env), seconds=180)
    assert ran.code == 0, ran.err
    assert not own.exists(), "the user's own store is not touched"
    assert "Traceback" not in ran.err

    steps = [line.removeprefix("==> ") for line in ran.err.splitlines() if line[:4] == "==> "]
    flows = (
        *("daily check", "daily check", "urge slips"),
        *("warnings of petitions", "safety sweeps", "year-end summary"),
    )
    assert [s for s in steps if s.startswith("Prefect: ")] == [
        f"Prefect: {flow} as of {day}"
        for flow, day in zip(
            flows,
            ("2024-09-30", "2024-10-31", "2024-10-31", "2024-07-15", "2024-10-31", "2024-12-31"),
            strict=True,
        )
    ]
    assert "2024-petitions.csv: cases 531, totals 0 (simulated)" in ran.err
    assert "2023-totals.csv: cases 0, totals 12\n" in ran.err
    assert "85% of 23: no whole number of 23 gives 85%" in ran.err
    assert "【模拟数据】" in ran.out
    assert "预警 【模拟数据】" in ran.out
    assert f"The year-end summary is in {out / '2024.md'}" in ran.out

    assert set(LEFT) <= set(os.listdir(out))
    assert "模拟数据" in (out / "2024.md").read_text(encoding="utf-8")
    assert "模拟数据" not in (out / "2023.md").read_text(encoding="utf-8")
    assert json.loads((out / "2024.json").read_text(encoding="utf-8"))["simulated"] is True

    store = ("--db", f"sqlite:///{out / 'duban.db'}", "--as-of", "2024-10-31")
    looked = ended(process("overdue", *store, "--json"))
    assert looked.code == 0, looked.err
    assert json.loads(looked.out)["items"]
    warned = ended(process("petition", "warn", *store[:2], "--as-of", "2024-07-15"))
    assert warned.code == 0, warned.err
    assert "排水积水 · 第四社区" in warned.out

    refused = ended(process("demo", "--out", str(tmp_path)))
    assert refused.code == 5
    assert "holds other files" in refused.err
