"""Prefect's settings for Duban: nothing leaves the machine, nothing is shared with other uses.

What the user has set wins. The settings reach Prefect, its server and the processes of flow runs
through the environment, so they have to stand there before Prefect is imported.
"""

import os
import re
from pathlib import Path

API_URL = "PREFECT_API_URL"

SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The second user interface makes the browser ask an analytics host; the first asks nobody.
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    # A run that was killed is found dead after a few missed heartbeats.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # Old runs go; what they found stays in the store.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    # The terminal gets what a flow says, not how Prefect runs it; tracebacks stay in Prefect.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS": "flows.logs.Terminal",
}


def configure() -> None:
    """Sets what the user has not set, in this process and those it starts."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("PREFECT_HOME", str(_own_home()))
    if not os.environ.get(API_URL, "").strip():
        os.environ.pop(API_URL, None)  # set to nothing it breaks events


def home() -> Path:
    """The directory in which Prefect keeps its database, and Duban the files about its server."""
    return Path(os.environ["PREFECT_HOME"])


def shown(api: str) -> str:
    """A server's URL for people: a name and password in it are nobody else's business."""
    return re.sub("//.*@", "//", api)


def browsed(api: str) -> str:
    """The address of a server's pages, as ``shown``."""
    return shown(api).removesuffix("/api")


def _own_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("duban", appauthor=False) / "prefect"
