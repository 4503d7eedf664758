"""What a terminal shows of flow runs: the lines that flows write themselves, and errors."""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from plans.typed import FORBIDDEN
from plans.zone import OFFICE_ZONE

_HERE = str(Path(__file__).parent)


class Terminal(logging.StreamHandler[TextIO]):
    """Prints one plain line a record, never a traceback: Prefect keeps the whole story.

    Prefect makes it in place of its own handler (see ``flows.settings``) and hands over that one's
    ``styles``, which are of no use here.
    """

    def __init__(self, stream: TextIO | None = None, styles: Mapping[str, Any] | None = None):
        super().__init__(stream)
        self.addFilter(_is_for_people)

    def format(self, record: logging.LogRecord) -> str:
        """The time in the office's zone, and the message, harmless to a terminal."""
        clock = datetime.fromtimestamp(record.created, ZoneInfo(OFFICE_ZONE)).strftime("%H:%M:%S")
        return f"{clock} {FORBIDDEN.sub('�', record.getMessage())}"


def _is_for_people(record: logging.LogRecord) -> bool:
    return record.pathname.startswith(_HERE) or record.levelno >= logging.CRITICAL
