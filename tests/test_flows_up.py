"""``duban up``, as a process: its schedules, its runs, its end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from tests.office import OFFICE, load_office, rows_of

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
DUBAN = [sys.executable, "-c", "from cli import main; main()"]
SCHEDULED_WITHIN_SECONDS = 75
END_WITHIN_SECONDS = 10


def until(look_up: Callable[[], T | None], seconds: float) -> T:
    """What is there in the end."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if found := look_up():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not there within {seconds} s")


@dataclass
class Office:
    """A store and a home of Prefect's of its own, and what runs there."""

    folder: Path
    store: str

    @property
    def environment(self) -> dict[str, str]:
        own = {"DUBAN_DB": self.store, "PREFECT_HOME": str(self.folder / "prefect")}
        kept = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
        return {**kept, "HOME": str(self.folder), **own}

    def duban(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*DUBAN, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )

    def up(self) -> "Up":
        return Up(self)

    def processes(self) -> list[int]:
        """All that run with this home: whatever was started here, and by whom."""
        mark = f"PREFECT_HOME={self.folder / 'prefect'}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
            except OSError:
                continue  # it has ended meanwhile
        return found


class Up:
    """A running ``duban up``."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.log = (office.folder / "up.log").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [*DUBAN, "up"], cwd=ROOT, env=office.environment, stdout=self.log, stderr=self.log
        )
        ready = until(self._ready, 120)
        self.ui = ready.split()[1]

    def said(self) -> str:
        return (self.office.folder / "up.log").read_text(encoding="utf-8")

    def _ready(self) -> str | None:
        assert self.process.poll() is None, self.said()
        return next((x for x in self.said().splitlines() if x.startswith("ready: http")), None)

    def ask(self, path: str, **body: Any) -> Any:
        """What the API answers."""
        request = urllib.request.Request(
            f"{self.ui}/api/{path}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def allows(self, origin: str) -> bool:
        """Whether a page from elsewhere, open in a browser here, may read what the API says."""
        asked = urllib.request.Request(f"{self.ui}/api/health", headers={"origin": origin})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.headers["access-control-allow-origin"] in (origin, "*")

    def runs(self, state: str) -> list[dict[str, Any]]:
        only = {"state": {"type": {"any_": [state]}}}
        return list(self.ask("flow_runs/filter", flow_runs=only))

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {found["name"]: found for found in self.ask("deployments/filter")}

    def end(self, how: signal.Signals) -> tuple[int, float]:
        """Exit code and seconds."""
        asked = time.monotonic()
        self.process.send_signal(how)
        try:
            return self.process.wait(30), time.monotonic() - asked
        finally:
            self.log.close()


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Office:
    """One for all tests: to fill a new database of Prefect's takes longer than a start."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copyfile(sqlite_template, folder / "duban.db")
    made = Office(folder, f"sqlite:///{folder / 'duban.db'}")
    load_office(made.store)
    return made


@pytest.fixture
def office(shared_office: Office) -> Iterator[Office]:
    yield shared_office
    for process in shared_office.processes():
        os.kill(process, signal.SIGKILL)


@pytest.mark.timeout(400)  # on a busy machine; half a minute on an idle one
def test_up_schedules_runs_and_ends_leaving_nothing_behind(office: Office) -> None:
    up = office.up()
    names = {d["id"]: name for name, d in up.deployments().items()}
    assert sorted(names.values()) == [
        *("12月25日和31日", "每周一8时30分", "每日18时", "每日7时30分", "每日8时"),
    ]

    def all_scheduled() -> dict[str, list[datetime]] | None:
        times: dict[str, list[datetime]] = {}
        for run in up.runs("SCHEDULED"):
            moment = datetime.fromisoformat(run["expected_start_time"])
            times.setdefault(names[run["deployment_id"]], []).append(
                moment.astimezone(ZoneInfo("Asia/Shanghai"))
            )
        return times if len(times) == len(names) else None

    times = until(all_scheduled, SCHEDULED_WITHIN_SECONDS)
    assert {(t.hour, t.minute) for t in times["每日18时"]} == {(18, 0)}
    assert {(t.hour, t.minute) for t in times["每日7时30分"]} == {(7, 30)}
    assert {(t.hour, t.minute) for t in times["每日8时"]} == {(8, 0)}
    assert {(t.weekday(), t.hour, t.minute) for t in times["每周一8时30分"]} == {(0, 8, 30)}
    assert {(t.month, t.hour) for t in times["12月25日和31日"]} == {(12, 17)}

    assert up.allows(up.ui)
    assert not up.allows("http://elsewhere.example")

    # Started twice it says so; a run by hand goes to the server that is there.
    again = office.duban("up")
    assert again.returncode == 5
    assert f"already: process {up.process.pid}, {up.ui}" in again.stderr
    by_hand = office.duban("run", "daily-check", "--as-of", "2024-07-08")
    assert by_hand.returncode == 0, by_hand.stderr
    assert f"pages: {up.ui}/artifacts" in by_hand.stdout

    # A run of a deployment is a process of its own, which finds the flow by its dotted name.
    daily = up.deployments()["每日18时"]
    assert daily["entrypoint"] == "flows.daily_check.daily_check"
    for year in (2024, 2020):
        asked = {"as_of": "2024-07-09", "year": year}
        up.ask(f"deployments/{daily['id']}/create_flow_run", parameters=asked)
    (failed,) = until(lambda: up.runs("FAILED"), 60)
    assert failed["name"] == "每日检查 无计划 2024-07-09"
    until(lambda: len(up.runs("COMPLETED")) == 2, 60)
    assert len(rows_of(office.store)["snapshot"]) == 2
    until(lambda: "失败：" in up.said(), 10)
    assert "2020: no such plan; there are: " + OFFICE in up.said()
    assert "Traceback" not in up.said()

    code, seconds = up.end(signal.SIGTERM)
    assert code == 0
    assert seconds < END_WITHIN_SECONDS
    assert up.said().splitlines()[-1] == "ended"
    assert office.processes() == []

    # The next one starts with the schedules active again, and Ctrl-C ends it as well.
    up = office.up()
    assert not any(found["paused"] for found in up.deployments().values())
    assert len(up.ask("automations/filter")) == 1
    code, seconds = up.end(signal.SIGINT)
    assert code == 0
    assert seconds < END_WITHIN_SECONDS
    assert office.processes() == []


def test_up_that_is_killed_takes_its_server_along_and_a_server_that_dies_ends_up(
    office: Office,
) -> None:
    up = office.up()
    assert len(office.processes()) == 2
    up.end(signal.SIGKILL)
    until(lambda: office.processes() == [], END_WITHIN_SECONDS)

    up = office.up()
    (server,) = set(office.processes()) - {up.process.pid}
    os.kill(server, signal.SIGKILL)
    assert up.process.wait(30) == 6
    assert "the Prefect server has ended" in up.said()
    assert "Traceback" not in up.said()
    assert office.processes() == []


def test_what_is_wrong_is_said_before_a_server_starts(office: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = office.duban("up", "--port", port)
    assert refused.returncode == 5
    assert refused.stderr == f"port {port} is taken by another program; name another with --port\n"
    missing = office.duban("up", "--db", f"sqlite:///{office.folder}/none.db")
    assert missing.returncode == 6
    assert "there is no store here yet; make one with: duban init" in missing.stderr
    assert "Prefect" not in missing.stderr + missing.stdout
