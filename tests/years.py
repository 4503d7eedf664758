"""Both years of the office, with all that was filed, in a store, for tests of the summary."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from plans.load import parse
from plans.workdays import Workdays
from tracker import ledger_file
from tracker.imports import import_ledger
from tracker.migrate import migrate
from tracker.registers.filing import Filing
from tracker.registers.importing import Imported, import_table
from tracker.registers.sheet_file import read_table
from tracker.store import Store, Writing
from tracker.summary import Summary, summarise
from tracker.versions import find_plan, record_version

PLANS = Path(__file__).parent.parent / "plans"
YEARS = {2023: "2023-results", 2024: "2024-simulated"}
REGISTERS = {
    2023: {"petition": "2023-totals"},
    2024: {"petition": "2024-petitions", "sweep": "2024-sweeps", "hazard": "2024-hazards"},
}
LOADED_AT = datetime(2023, 1, 1, tzinfo=UTC)
IMPORTED_AT = datetime(2025, 3, 1, tzinfo=UTC)
WORKDAYS = Workdays()


def fill(url: str, *years: int, language: str | None = None) -> None:
    """Makes a store with these years (both by default), perhaps in another language."""
    fill_plans(url, *years, language=language)
    with Store(url) as store:
        for nth, year in enumerate(years or YEARS):
            file_year(store, year, IMPORTED_AT + timedelta(hours=nth))


def fill_plans(url: str, *years: int, language: str | None = None) -> None:
    """Makes a store with the plans of these years, in which nothing is filed."""
    migrate(url)
    with Store(url) as store:
        for nth, year in enumerate(years or YEARS):
            text = plan_text(year)
            if language is not None:
                text = text.replace("language: zh", f"language: {language}")
            load(store, text, LOADED_AT + timedelta(hours=nth))


def plan_text(year: int) -> str:
    """The plan file of a year."""
    return (PLANS / "library" / f"{year}.yaml").read_text(encoding="utf-8")


def load(store: Store, text: str, moment: datetime = LOADED_AT) -> None:
    """Loads a plan file."""
    plan, problems = parse(text, "plan.yaml", WORKDAYS)
    assert plan is not None, problems
    with store.write(moment) as writing:
        record_version(writing, plan, text, author="党政办", on=moment.date())


def file_year(store: Store, year: int, moment: datetime = IMPORTED_AT) -> None:
    """Imports the files of the registers and the ledger of a year."""
    text = (PLANS / "samples" / f"{YEARS[year]}.yaml").read_text(encoding="utf-8")
    filed, problems = ledger_file.parse(text, f"{year}.yaml", moment)
    assert filed is not None, problems
    with store.write(moment) as writing:
        file_registers(writing, year)
        ref = find_plan(writing.connection, year)
        import_ledger(writing, ref, filed, today=moment.date())


def file_registers(writing: Writing, year: int) -> dict[str, Imported]:
    """Imports the files of the registers of a year; what each came to."""
    ref, today = find_plan(writing.connection, year), writing.recorded_at.date()
    return {
        name: import_table(
            Filing(writing, ref, register, "党政办", today, WORKDAYS, simulated=year == 2024),
            read_table(PLANS / "samples" / f"{name}.csv"),
        )
        for register, name in REGISTERS[year].items()
    }


def summary(store: Store, year: int, as_of: date | None = None) -> Summary:
    """The summary of a year, by default as of its last day."""
    with store.read() as connection:
        ref = find_plan(connection, year)
        return summarise(connection, ref, as_of or date(year, 12, 31), workdays=WORKDAYS)
