"""A file of cases, or of totals, into a register: whole or not at all, and once.

The transaction is the caller's: it is rolled back when anything is raised here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select

from plans.errors import BadInputError
from plans.language import gettext as _
from plans.language import listed
from plans.privacy import PersonalError, personal_text, refuse_personal_file
from plans.typed import FORBIDDEN
from tracker.bulk import keep_pages
from tracker.registers.filing import Filing, office_plans
from tracker.registers.findings import Findings
from tracker.registers.layout import HEAD_ROWS, LAYOUTS, TOTALS, Layout, recognise
from tracker.registers.sheet_file import Cell, Sheet, TableFile
from tracker.registers.sheet_rows import Progress, SheetRows
from tracker.registers.taken_back import undone_since
from tracker.registers.taking import Counts, Taking
from tracker.registers.taking_hazards import TEXTS, Hazards
from tracker.registers.taking_petitions import Petitions
from tracker.registers.taking_sweeps import Sweeps
from tracker.registers.totals import Totals
from tracker.schema import filing as filing_table

TAKINGS: Mapping[str, Callable[[Filing, Findings, bool], Taking[Any]]] = {
    "petition": Petitions,
    "sweep": Sweeps,
    "hazard": Hazards,
}


@dataclass(slots=True)
class Imported:
    """What an import came to.

    Attributes:
        again: the name under which the same file was imported before; nothing was recorded.
        counts: of cases and events.
        totals, totals_there: how many totals are new, and how many the register had.
        totals_corrected, totals_taken_back: how many it had otherwise, or should not have had.
        sheets_left_out: the names of those without the headings of a register.
        columns_left_out: the headings of columns that were not taken in.
        warnings: what was not recorded as it stands in the file, and why.
    """

    again: str | None = None
    counts: Counts = field(default_factory=Counts)
    totals: int = 0
    totals_there: int = 0
    totals_corrected: int = 0
    totals_taken_back: int = 0
    sheets_left_out: list[str] = field(default_factory=list)
    columns_left_out: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was recorded."""
        counts = self.counts
        totals = self.totals or self.totals_corrected or self.totals_taken_back
        return bool(counts.new or counts.corrected or counts.added_to or totals)

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "imported_before": self.again,
            **asdict(self.counts),
            "totals": {
                "new": self.totals,
                "there": self.totals_there,
                "corrected": self.totals_corrected,
                "taken_back": self.totals_taken_back,
            },
            "left_out": {"sheets": self.sheets_left_out, "columns": self.columns_left_out},
            "warnings": self.warnings,
        }


def import_table(
    filing: Filing,
    table: TableFile,
    progress: Progress = lambda done, total: None,
    *,
    correct: bool = False,
    channel: str | None = None,
) -> Imported:
    """Takes a file in.

    Args:
        filing: the transaction; its register says which cases the file has.
        progress: is told how many rows were read.
        correct: what the file says otherwise than the register is corrected there, not refused.
        channel: how petitions came in of which the file does not say it.

    Raises:
        FileProblems: something is wrong with what stands in the file; all of it is told.
        BadInputError: it cannot be read, or has no heading row.
    """
    try:
        refuse_personal_file(table.path.name)
    except PersonalError as error:
        raise BadInputError(_("name of the file: {error}").format(error=error)) from None
    filing.name = FORBIDDEN.sub("�", table.path.name)[:255]
    filing.digest = table.digest
    again = None if correct else _imported_before(filing)
    if again is not None:
        return Imported(again=again)
    keep_pages(filing.connection)
    with Findings(table.path) as findings:
        given = {} if channel is None else {"channel": channel}
        imported = _take_in(filing, table, findings, progress, correct, given)
        findings.check()
    return imported


def _take_in(
    filing: Filing,
    table: TableFile,
    findings: Findings,
    progress: Progress,
    correct: bool,
    given: Mapping[str, str],
) -> Imported:
    imported = Imported()
    taking = TAKINGS[filing.register](filing, findings, correct)
    totals = Totals(filing, findings, correct)
    nearest: tuple[Sheet, list[Sequence[Cell]], Layout] | None = None
    taken = 0
    for sheet in table.sheets():
        if sheet.name and (what := personal_text(sheet.name)):
            message = _("the name of a sheet seems to hold {what}; rename it")
            raise BadInputError(f"{table.path}: {message.format(what=what)}")
        head = list(islice(sheet.rows, HEAD_ROWS))
        layout = recognise(head, filing.register, given)
        if layout is None or layout.missing:
            if layout and (not nearest or len(layout.columns) > len(nearest[2].columns)):
                nearest = sheet, head, layout
            imported.sheets_left_out += [sheet.name] if sheet.name and any(map(any, head)) else []
            continue
        taken += 1
        texts = TEXTS if _names_posts(filing.register, layout) else ()
        rows = SheetRows(table.path, sheet, head, layout, findings, texts)
        imported.columns_left_out += rows.left_out
        into = totals if layout.fields is TOTALS else taking
        for chunk, cells in rows.chunks(progress):
            if into is taking:
                cells |= {code: [c or value for c in cells[code]] for code, value in given.items()}
            into.take_in(chunk, cells)
        rows.refuse_names()
        imported.warnings += rows.warnings
    if not taken:
        if nearest is None:
            raise BadInputError(f"{table.path}: {_no_headings(filing.register)}")
        texts = TEXTS if _names_posts(filing.register, nearest[2]) else ()
        SheetRows(table.path, *nearest, findings, texts).look_through(progress)
    taking.finish()
    totals.finish()
    imported.counts = taking.counts
    imported.totals, imported.totals_there = totals.new, totals.there
    imported.totals_corrected, imported.totals_taken_back = totals.corrected, totals.taken_back
    imported.warnings += taking.warnings + totals.warnings
    return imported


def _imported_before(filing: Filing) -> str | None:
    """The name under which a file with this content was imported; None if it was not.

    Nor where anything was taken back since: what the file says of that is to come in again.
    """
    f = filing_table.c
    plans = [plan.id for plan in office_plans(filing.connection, filing.plan).values()]
    same = (f.plan_id.in_(plans), f.register == filing.register, f.digest == filing.digest)
    before = filing.connection.execute(
        select(f.id, f.name).where(*same).order_by(f.id.desc())
    ).first()
    if before is None or undone_since(filing.connection, plans, filing.register, before.id):
        return None
    return str(before.name)


def _names_posts(register: str, layout: Layout) -> bool:
    return register == "hazard" and layout.fields is not TOTALS


def _no_headings(register: str) -> str:
    needed = [field.names[0] for field in LAYOUTS[register] if field.needed]
    message = _("no heading row among the first {rows}; expected one with: {needed}")
    return message.format(rows=HEAD_ROWS, needed=listed(needed, len(needed)))
