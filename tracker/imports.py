"""Ledger files into the ledger: all rows of a file in one transaction, or none."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, insert, select, union_all

from plans.errors import ConflictError, DubanError
from plans.language import gettext as _
from plans.problems import PlanProblems, Problem
from plans.typed import FORBIDDEN, TypedError, parse_quantity
from tracker.ledger import Assignment, Ledger, Progress
from tracker.ledger_file import Filing, LedgerFile
from tracker.schema import entry, ledger_import, plan_version, slip, snapshot
from tracker.store import Writing
from tracker.versions import PlanRef, indicator_units


def import_ledger(
    writing: Writing, plan: PlanRef, file: LedgerFile, *, today: date
) -> dict[str, int]:
    """Records all entries of a file.

    Rows of a simulated file carry the moment at which they are said to have been filed, though
    never one before what the store holds of the plan already, its versions and what was printed
    of it included: what was known at a moment does not change afterwards.

    Args:
        writing: the open transaction.
        plan: the plan that the file names.
        file: what was read.
        today: the last date on which anything can have taken effect.

    Returns:
        Numbers: entries, and rows written.

    Raises:
        ConflictError: the file was imported before, or contradicts the ledger.
        BadInputError, NotFoundError: an entry does not fit the plan; the message has its line.
    """
    import_id = _register(writing, plan, file)
    units = indicator_units(writing.connection, plan)
    amounts = _amounts(file, units)
    moment = _floor(writing, plan)
    rows: dict[str, list[int]] = {}
    written = 0
    for filing in file.filings:
        recorded_at = filing.filed or writing.recorded_at
        moment = recorded_at if moment is None else max(moment, recorded_at)
        try:
            ledger = Ledger(
                replace(writing, recorded_at=moment),
                plan,
                author=filing.by,
                today=today,
                simulated=file.simulated,
                import_id=import_id,
            )
            ids = _record(ledger, filing, amounts, rows)
        except DubanError as error:
            raise type(error)(f"{file.name}:{filing.line}: {error}") from None
        written += len(ids)
        if filing.label is not None:
            rows[filing.label] = ids
    return {"entries": len(file.filings), "rows": written}


def _register(writing: Writing, plan: PlanRef, file: LedgerFile) -> int:
    digest = hashlib.sha256(file.text.encode()).hexdigest()
    i = ledger_import.c
    before = writing.connection.execute(
        select(i.id, i.name).where(i.plan_id == plan.id, i.digest == digest)
    ).first()
    if before is not None:
        message = _("{file}: the same file was imported already, as {name}; nothing was recorded")
        raise ConflictError(message.format(file=file.name, name=before.name))
    made = writing.connection.execute(
        insert(ledger_import).values(
            plan_id=plan.id,
            digest=digest,
            name=FORBIDDEN.sub("�", Path(file.name).name)[:255],
            recorded_at=writing.recorded_at,
        )
    ).inserted_primary_key
    assert made is not None
    return int(made[0])


def _floor(writing: Writing, plan: PlanRef) -> datetime | None:
    """The first moment whose addition changes nothing that was known of the plan, or printed."""
    recorded, seen = (
        writing.connection.execute(
            union_all(*(select(func.max(m)).where(m.table.c.plan_id == plan.id) for m in moments))
        ).scalars()
        for moments in (
            (entry.c.recorded_at, plan_version.c.recorded_at),
            (snapshot.c.known_at, slip.c.known_at),
        )
    )
    after = [moment + timedelta(microseconds=1) for moment in seen if moment is not None]
    return max([*filter(None, recorded), *after], default=None)


def _amounts(
    file: LedgerFile, units: Mapping[tuple[str, str], str]
) -> dict[tuple[int, str, str], Decimal]:
    """Every amount of the file by (line of the entry, key, indicator), in the indicator's unit."""
    amounts: dict[tuple[int, str, str], Decimal] = {}
    problems: list[Problem] = []
    for filing in file.filings:
        for key in ("add", "set"):
            for name, (line, typed) in filing.values.get(key, {}).items():
                unit = units.get((filing.values["item"], name))
                try:
                    # Of an indicator that is not there the ledger says so, whatever the amount.
                    amount = Decimal(0) if unit is None else parse_quantity(typed, unit)
                    amounts[filing.line, key, name] = amount
                except TypedError as error:
                    problems.append(Problem(file.name, line, f"{name}: {error}"))
    if problems:
        raise PlanProblems(problems)
    return amounts


def _record(
    ledger: Ledger,
    filing: Filing,
    amounts: Mapping[tuple[int, str, str], Decimal],
    rows: Mapping[str, list[int]],
) -> list[int]:
    """Records one entry; returns the ids of its rows."""
    values, on, kind = filing.values, filing.on, filing.kind
    note, reason = values.get("note"), values.get("reason")
    if kind == "progress":
        added, reached = (
            {name: amounts[filing.line, key, name] for name in values.get(key, {})}
            for key in ("add", "set")
        )
        step, source = values.get("milestone"), values.get("source")
        filed = Progress(added, reached, step, note, reason, source)
        return ledger.progress(values["item"], on, filed)
    if kind == "undo":
        return [ledger.undo(row, reason) for row in rows[values["undo"]]]
    if kind == "cancel":
        below = values.get("with_children", False)
        return ledger.cancel(values["item"], on, values["cancel"], with_children=below)
    if kind == "close":
        return ledger.close(values["item"], on, values["close"])
    return [_decide(ledger, filing, rows, note, reason)]


def _decide(
    ledger: Ledger,
    filing: Filing,
    rows: Mapping[str, list[int]],
    note: str | None,
    reason: str | None,
) -> int:
    values, on = filing.values, filing.on
    match filing.kind:
        case "extend":
            step = values.get("milestone")
            return ledger.extend(values["item"], on, values["extend"], reason or "", step)
        case "approve":
            return ledger.approve(rows[values["approve"]][0], on, note)
        case "refuse":
            return ledger.refuse(rows[values["refuse"]][0], on, reason or "")
        case _:
            return ledger.assign(values["item"], on, Assignment(**values["assign"]), note)
