"""A Prefect server on this machine only, as a process of its own that cannot outlive its parent.

Run as a module this file is that process: it ends when the pipe to its parent is closed, by the
parent or by its death, whatever killed it. It has a session of its own, so that Ctrl-C in the
terminal reaches the parent, which then ends things in their order.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flows.settings import API_URL, home, shown
from plans.errors import ConflictError, StoreError
from plans.language import gettext as _
from plans.language import why

HOST = "127.0.0.1"
USUAL_PORT = 4200
START_SECONDS = 120  # a few on an idle machine
STOP_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers.

    Attributes:
        api: the URL of its API; without the ``/api`` it is what people open in a browser.
        alive: tells whether it is still there.
    """

    api: str
    alive: Callable[[], bool] = lambda: True


def reachable(api: str) -> Server:
    """The server at a URL that the user has set.

    Raises:
        StoreError: nothing answers there.
    """
    try:
        with urllib.request.urlopen(f"{shown(api)}/health", timeout=10):
            return Server(api)
    except urllib.error.HTTPError:
        return Server(api)  # it answers; what it says to a run is clearer than this
    except (OSError, ValueError):
        message = _("{api}: no Prefect server answers there; start it, or unset PREFECT_API_URL")
        raise StoreError(message.format(api=shown(api))) from None


@contextmanager
def started(port: int | None = None, *, schedules: bool = False) -> Iterator[Server]:
    """Starts a server, yields it once it answers, and ends it afterwards.

    Args:
        port: where it listens; None for the usual port, or any that is free.
        schedules: with user interface and scheduler, for ``duban up``; without them it starts
            faster and does nothing by itself.

    Raises:
        ConflictError: the port is taken.
        StoreError: the server does not start.
    """
    log = home() / "server.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("wb")
    except OSError as error:
        message = _("{path}: cannot be written: {why}")
        raise StoreError(message.format(path=log, why=why(error))) from None
    with output, _listening(port, usual=schedules) as listening:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.server", str(listening.fileno())],
            pass_fds=[listening.fileno()],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=_environment(port, schedules),
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, port, str(log))
        yield Server(f"http://{HOST}:{port}/api", lambda: process.poll() is None)
    finally:
        _stop(process)


def _environment(port: int, schedules: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != API_URL}
    if not schedules:
        return {**kept, "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT_UI_ENABLED": "false"}
    own = f"http://{HOST}:{port}"
    return {
        # By default the pages are copied into the installed package, which may be read-only.
        "PREFECT_UI_STATIC_DIRECTORY": str(home() / "ui"),
        # By default every page that a browser here has open may ask the server.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{own},http://localhost:{port}",
        **kept,
        "PREFECT_UI_API_URL": f"{own}/api",
    }


def _listening(wanted: int | None, *, usual: bool) -> socket.socket:
    """A socket that holds the port from now on.

    Were the port only found free, another server might take it while ours starts, and would be
    taken for ours.
    """
    for port in [wanted] if wanted is not None else [USUAL_PORT, 0] if usual else [0]:
        try:
            return socket.create_server((HOST, port), backlog=2048)
        except OSError:
            continue
    message = _("port {port} is taken by another program; name another with --port")
    raise ConflictError(message.format(port=wanted))


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: str) -> None:
    # Whatever proxy is set, this server is on this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            with direct.open(f"http://{HOST}:{port}/api/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    message = _("the Prefect server did not start; {log} says why")
    raise StoreError(message.format(log=log))


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _serve(listening: int) -> None:
    """Serves on a socket that listens already, by its number."""
    import uvicorn

    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening)])


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _serve(int(sys.argv[1]))
