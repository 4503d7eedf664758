"""``duban up``: a Prefect server where none is set, the schedules, and an orderly end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows import lock, server
from flows.settings import API_URL, browsed, shown
from plans.errors import UsageError
from plans.language import gettext as _


def up(port: int | None, ready: Callable[[str], None]) -> None:
    """Carries out the schedules on the store of ``DUBAN_DB`` until SIGINT or SIGTERM.

    Args:
        port: where a server of its own listens; None for the usual port, or any that is free.
        ready: called with the address for browsers when everything runs.

    Raises:
        ConflictError: it is running already, or the port is taken.
        StoreError: the server cannot be reached, does not start, or has ended.
        UsageError: a port is given, but the server is set.
    """
    with lock.held() as note, _server(port) as found:
        os.environ[API_URL] = found.api
        note(found.api)
        from flows.serve import serve  # it imports Prefect, which now finds its server

        serve(lambda: ready(browsed(found.api)), found.alive)


@contextmanager
def _server(port: int | None) -> Iterator[server.Server]:
    api = os.environ.get(API_URL)
    if api is None:
        with server.started(port, schedules=True) as own:
            yield own
    elif port is not None:
        message = _("PREFECT_API_URL names a server already, {api}; --port is for one of its own")
        raise UsageError(message.format(api=shown(api)))
    else:
        yield server.reachable(api)
