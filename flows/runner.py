"""Running flows from here: several runs share one Prefect server.

    with session() as prefect:
        prefect.run("daily-check", as_of=date(2024, 10, 31))
        prefect.run("flag-overdue", as_of=date(2024, 10, 31))

The server is the one of ``PREFECT_API_URL``, else that of a ``duban up`` on this machine, else one
that lives as long as the session.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from flows import lock, server
from flows.catalogue import FLOWS
from flows.settings import API_URL, browsed
from plans.errors import NotFoundError
from plans.language import gettext as _


@dataclass(frozen=True, slots=True)
class Session:
    """A server to run flows on.

    Attributes:
        ui: where people see the runs; None when the server goes with the session.
    """

    ui: str | None

    def run(
        self,
        name: str,
        *,
        as_of: date | None = None,
        year: int | None = None,
        office: str | None = None,
    ) -> list[dict[str, Any]]:
        """Runs a flow of ``FLOWS`` in this process on the store of ``DUBAN_DB``.

        Returns:
            For each plan what the flow did, with the Markdown of its "pages" by artifact key.

        Raises:
            NotFoundError: there is no such flow.
            DubanError: what the flow failed with.
        """
        if name not in FLOWS:
            message = _("{name}: no such flow; there are: {there}")
            raise NotFoundError(message.format(name=name, there=", ".join(FLOWS)))
        module, _dot, function = FLOWS[name].point.rpartition(".")
        flow = getattr(import_module(module), function)
        outcome: list[dict[str, Any]] = flow(as_of=as_of, year=year, office=office)
        return outcome


@contextmanager
def session(*, own: bool = False) -> Iterator[Session]:
    """A session on the server that is set, or that is running, or on one of its own.

    Args:
        own: on one of its own, whatever is set or running.

    Raises:
        StoreError: the server cannot be reached, or does not start.
    """
    running = lock.holder() or {}
    if not own and (api := os.environ.get(API_URL) or running.get("api")):
        with _using(server.reachable(api)):
            yield Session(browsed(api))
    else:
        with server.started() as started, _using(started):
            yield Session(None)


@contextmanager
def _using(found: server.Server) -> Iterator[None]:
    """Points Prefect to a server, in this process and all its threads."""
    before = os.environ.get(API_URL)
    os.environ[API_URL] = found.api
    _notice_settings()
    try:
        yield
    finally:
        _drain()
        if before is None:
            del os.environ[API_URL]
        else:
            os.environ[API_URL] = before
        _notice_settings()


def _notice_settings() -> None:
    """Makes Prefect read the environment again, where it has been imported."""
    if "prefect" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


def _drain() -> None:
    """Waits until the server has all logs and events of the runs."""
    if "prefect" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        APILogWorker.drain_all()
        EventsWorker.drain_all()
