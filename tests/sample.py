"""The office's plan for 2024 with its simulated year and registers, for tests of what is shown."""

import io
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from rich.console import Console

from plans.load import parse
from plans.workdays import Workdays
from tests.years import file_registers
from tracker import ledger_file
from tracker.imports import import_ledger
from tracker.migrate import migrate
from tracker.store import Store
from tracker.versions import record_version

PLANS = Path(__file__).parent.parent / "plans"
AS_OF = date(2024, 10, 31)
LOADED_AT = datetime(2024, 1, 1, tzinfo=UTC)
IMPORTED_AT = datetime(2025, 3, 1, tzinfo=UTC)


@cache
def workdays() -> Workdays:
    """The state's calendar alone."""
    return Workdays()


def fill(url: str) -> None:
    """Makes a store, loads the plan and files the year with its registers."""
    migrate(url)
    text = (PLANS / "library" / "2024.yaml").read_text(encoding="utf-8")
    plan, problems = parse(text, "2024.yaml", workdays())
    assert plan is not None, problems
    filed = (PLANS / "samples" / "2024-simulated.yaml").read_text(encoding="utf-8")
    year, problems = ledger_file.parse(filed, "2024-simulated.yaml", IMPORTED_AT)
    assert year is not None, problems
    with Store(url) as store:
        with store.write(LOADED_AT) as writing:
            ref = record_version(writing, plan, text, author="党政办", on=LOADED_AT.date())
        with store.write(IMPORTED_AT) as writing:
            file_registers(writing, 2024)
            import_ledger(writing, ref, year, today=IMPORTED_AT.date())


def terminal(width: int, *, colour: bool = False) -> Console:
    """A terminal of so many columns; its text is kept."""
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        color_system="standard" if colour else None,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


def pipe(width: int = 80) -> Console:
    """Something that is no terminal; its text is kept."""
    return Console(file=io.StringIO(), width=width, force_terminal=False, _environ={})


def text(console: Console) -> str:
    """What was printed."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
