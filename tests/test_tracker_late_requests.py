"""Requests for a later date that were registered after the deadline are marked in the ledger."""

import io
from datetime import UTC, date, datetime

from tests.office import TODAY, load_office, plan_of
from tracker.ledger import Ledger
from tracker.reports.cells import Pipe
from tracker.reports.console_ledger import print_ledger
from tracker.sheet import LedgerSheet, load_ledger
from tracker.store import Store

# The last minute of 30 June, the deadline of item 1, in the office's time zone, and the next one.
LAST, LATE = (datetime(2024, 6, 30, *at, tzinfo=UTC) for at in ((15, 59), (16, 0)))
ASKED = date(2024, 6, 3)


def asked(
    url: str, at: datetime, to: date, code: str = "1", step: str | None = None, *, then: str = ""
) -> None:
    """Records a request, and what follows at the same moment: its reversal or its approval."""
    with Store(url) as store, store.write(at) as writing:
        ledger = Ledger(writing, plan_of(url), author="城建办", today=TODAY)
        row = ledger.extend(code, ASKED, to, "雨季", step)
        if then == "undo":
            ledger.undo(row)
        elif then == "approve":
            ledger.approve(row, ASKED)


def sheet(url: str, code: str) -> LedgerSheet:
    with Store(url) as store, store.read() as connection:
        return load_ledger(connection, plan_of(url), code, TODAY)


def marks(url: str, code: str) -> list[bool]:
    rows = sheet(url, code).to_json()["ledger"]
    return [row["recorded_late"] for row in rows if row["kind"] == "extend"]


def test_a_request_is_late_once_the_deadline_is_over_in_the_offices_zone(store_url: str) -> None:
    load_office(store_url)
    asked(store_url, LAST, date(2024, 7, 20), then="undo")
    asked(store_url, LATE, date(2024, 7, 20))
    assert marks(store_url, "1") == [False, True]


def test_the_deadline_is_the_one_in_force_when_it_was_asked_for(store_url: str) -> None:
    load_office(store_url)
    asked(store_url, LAST, date(2024, 7, 20), then="approve")
    asked(store_url, LATE, date(2024, 8, 20))
    assert marks(store_url, "1") == [False, False]


def test_that_of_a_milestone_is_its_own(store_url: str) -> None:
    load_office(store_url)
    asked(store_url, LATE, date(2024, 7, 20), "2", "plan", then="undo")
    asked(store_url, datetime(2024, 7, 6, tzinfo=UTC), date(2024, 7, 20), "2", "plan")
    assert marks(store_url, "2") == [False, True]


def test_the_mark_is_read_in_the_ledger(store_url: str) -> None:
    load_office(store_url)
    asked(store_url, LATE, date(2024, 7, 20))
    out = io.StringIO()
    print_ledger(Pipe(out), sheet(store_url, "1"))
    assert "申请延期至07-20（补录：到期后登记）" in out.getvalue()
