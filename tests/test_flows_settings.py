"""How Prefect is set up before it is imported: settings, lock, server, terminal."""

import json
import logging
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import lock, server
from flows.logs import Terminal
from flows.settings import API_URL, SETTINGS, browsed, configure, shown
from flows.up import up
from plans.errors import ConflictError, StoreError, UsageError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def prefect_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    return tmp_path / "prefect"


def test_what_the_user_has_set_wins_and_an_empty_server_counts_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (*SETTINGS, "PREFECT_HOME", API_URL):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_SERVER_UI_V2_ENABLED", "true")
    monkeypatch.setenv(API_URL, " ")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    before = dict(os.environ)
    configure()
    added = {k: v for k, v in os.environ.items() if before.get(k) != v}
    assert added == {
        **{k: v for k, v in SETTINGS.items() if k != "PREFECT_SERVER_UI_V2_ENABLED"},
        "PREFECT_HOME": "/data/duban/prefect",
    }
    assert API_URL not in os.environ
    for name in added:
        monkeypatch.delenv(name)


def test_nothing_is_sent_anywhere_unless_the_user_says_so() -> None:
    assert SETTINGS["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert SETTINGS["DO_NOT_TRACK"] == "1"
    assert SETTINGS["PREFECT_SERVER_UI_V2_ENABLED"] == "false"


def test_starting_and_finding_servers_does_without_prefect() -> None:
    code = "import sys, flows.up, flows.runner; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_lock_is_held_once_and_says_by_whom_and_where(prefect_home: Path) -> None:
    assert lock.holder() is None
    with lock.held() as note:
        assert lock.holder() == {}
        with pytest.raises(ConflictError, match="is starting already"), lock.held():
            pass
        note("http://127.0.0.1:4300/api")
        assert lock.holder() == {"pid": os.getpid(), "api": "http://127.0.0.1:4300/api"}
        said = rf"already: process {os.getpid()}, http://127.0.0.1:4300; stop"
        with pytest.raises(ConflictError, match=said), lock.held():
            pass
    assert lock.holder() is None
    with lock.held():
        pass


def test_a_lock_file_that_was_left_behind_is_no_lock(prefect_home: Path) -> None:
    prefect_home.mkdir()
    (prefect_home / "up.json").write_text(json.dumps({"pid": 1, "api": "http://x/api"}))
    assert lock.holder() is None
    with lock.held():
        assert lock.holder() == {}


def test_a_folder_that_cannot_be_made_is_one_clear_line(prefect_home: Path) -> None:
    prefect_home.write_text("a file")
    with pytest.raises(StoreError, match=r"up\.json: cannot be written: "), lock.held():
        pass
    with pytest.raises(StoreError, match=r"server\.log: cannot be written: "), server.started():
        pass


def test_a_password_in_the_servers_url_is_never_shown(
    prefect_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = "http://office:s3/c@ret@127.0.0.1:1/api"
    assert browsed(api) == "http://127.0.0.1:1"
    assert shown("http://127.0.0.1:4200/api") == "http://127.0.0.1:4200/api"
    monkeypatch.setenv(API_URL, api)
    with pytest.raises(StoreError, match=r"^http://127.0.0.1:1/api: no Prefect server"):
        server.reachable(api)
    with pytest.raises(UsageError, match=r"already, http://127.0.0.1:1/api;"):
        up(4300, print)
    with lock.held() as note:
        note(api)
        with pytest.raises(ConflictError, match=r", http://127.0.0.1:1; stop"), lock.held():
            pass


def test_the_note_of_a_running_server_can_be_read_by_this_user_only(prefect_home: Path) -> None:
    file = prefect_home / "up.json"
    for _made_or_found in range(2):
        with lock.held():
            assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o644)


def test_a_port_that_is_taken_is_refused(prefect_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind((server.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConflictError, match=f"port {port} is taken"), server.started(port):
            pass


def test_servers_that_start_at_the_same_time_do_not_choose_the_same_port() -> None:
    with (
        server._listening(None, usual=True) as one,
        server._listening(None, usual=True) as another,
    ):
        assert one.getsockname() != another.getsockname()


def test_a_server_that_does_not_answer_is_one_clear_line() -> None:
    for api in ("http://127.0.0.1:1/api", "nonsense"):
        with pytest.raises(StoreError, match=f"{api}: no Prefect server answers there"):
            server.reachable(api)


def test_a_server_that_does_not_start_says_where_it_is_written_why(
    prefect_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", "nonsense")
    said = r"did not start; .*server\.log says why"
    with pytest.raises(StoreError, match=said), server.started():
        pass
    written = (prefect_home / "server.log").read_text()
    assert written.splitlines()[-1].startswith("sqlalchemy.exc.ArgumentError: ")


def test_the_terminal_shows_what_flows_say_in_plain_lines(tmp_path: Path) -> None:
    def record(path: str, text: str, level: int = logging.INFO) -> logging.LogRecord:
        failed = (ValueError, ValueError("x"), None)
        made = logging.LogRecord("prefect.flow_runs", level, path, 1, text, (), failed)
        made.created = datetime(2024, 10, 31, 22, 30, 15, tzinfo=UTC).timestamp()
        return made

    with (tmp_path / "out").open("w+") as stream:
        terminal = Terminal(stream, styles={"log.info_level": "cyan"})
        ours = str(ROOT / "flows" / "daily_check.py")
        for one in (
            record(ours, "快照已记录 [red]x[/red] \x1b[31m"),
            record("/prefect/flow_engine.py", "Beginning flow run"),
            record("/prefect/flow_engine.py", "Encountered exception", logging.ERROR),
        ):
            terminal.handle(one)
        stream.seek(0)
        (line,) = stream.read().splitlines()
    assert line == "06:30:15 快照已记录 [red]x[/red] �[31m"  # in the office's zone
