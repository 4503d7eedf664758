"""Ledger files in the store: whole or nothing, once, in the order of filing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from plans.errors import BadInputError, ConflictError, DubanError, NotFoundError
from plans.load import parse as parse_plan
from plans.problems import PlanProblems
from plans.workdays import Workdays
from tests.desk import PLAN, duban, fine, refused, write
from tracker.history import entries
from tracker.imports import import_ledger
from tracker.ledger import Ledger, Progress
from tracker.ledger_file import parse
from tracker.ledger_values import ZONE
from tracker.schema import entry, ledger_import, slip, snapshot
from tracker.store import Store
from tracker.versions import PlanRef, record_version

TODAY = date(2024, 12, 31)
LOADED = datetime(2024, 1, 1, tzinfo=UTC)
IMPORTED = datetime(2024, 12, 31, 4, tzinfo=UTC)
HEAD = "duban_ledger: 1\noffice: 测试街道办事处\nyear: 2024\nsimulated: {}\nentries:\n"


@dataclass(frozen=True)
class Office:
    """A store with the plan in it."""

    store: Store
    plan: PlanRef

    def take(
        self, *lines: str, simulated: bool = False, name: str = "year.yaml"
    ) -> Mapping[str, int]:
        text = HEAD.format(str(simulated).lower()) + "".join(f"  - {{{one}}}\n" for one in lines)
        file, problems = parse(text, name, IMPORTED)
        assert file is not None, problems
        with self.store.write(IMPORTED) as writing:
            return import_ledger(writing, self.plan, file, today=TODAY)

    def rows(self) -> list[dict[str, Any]]:
        with self.store.read() as connection:
            return [row.to_json() for row in entries(connection, self.plan)]

    def counts(self) -> tuple[int, int]:
        with self.store.read() as connection:
            tables = (entry, ledger_import)
            found = [connection.execute(select(func.count()).select_from(t)) for t in tables]
            rows, files = (one.scalar_one() for one in found)
            return rows, files


@pytest.fixture
def office(store_url: str) -> Any:
    plan, problems = parse_plan(PLAN, "plan.yaml", Workdays())
    assert plan is not None, problems
    with Store(store_url) as store:
        with store.write(LOADED) as writing:
            ref = record_version(writing, plan, PLAN, author="党政办", on=LOADED.date())
        yield Office(store, ref)


def test_an_import_equals_filing_by_hand(office: Office) -> None:
    day = date(2024, 6, 30)
    with office.store.write(LOADED + timedelta(1)) as writing:
        ledger = Ledger(writing, office.plan, author="城建办", today=TODAY)
        (step,) = ledger.progress("2", day, Progress(milestone="plan", note="已评审"))
        added, reached = {"道路": Decimal(2), "投资": Decimal(64)}, {"满意率": Decimal(88)}
        ledger.progress("1", day, Progress(added, reached, reason="晚开标"))
        ledger.undo(step)
    by_hand = [row for row in office.rows() if row["kind"] != "undo"]
    counted = office.take(
        'on: 6月底, by: 城建办, item: "2", milestone: plan, note: 已评审',
        'on: 6月底, by: 城建办, item: "1", reason: 晚开标, add: {道路: ２条, 投资: "640,000元"}, '
        "set: {满意率: 88%}",
    )
    assert counted == {"entries": 2, "rows": 4}
    imported = office.rows()[5:]
    own = ("id", "recorded_at", "reversed_by")
    assert [{k: v for k, v in row.items() if k not in own} for row in imported] == [
        {k: v for k, v in row.items() if k not in own} for row in by_hand
    ]


def test_later_entries_answer_and_reverse_earlier_ones_by_their_id(office: Office) -> None:
    office.take(
        'id: 延期, on: 2024-11-01, by: 城建办, item: "1", extend: 2024-12-20, reason: 雨季',
        "on: 2024-11-05, by: 分管副主任, approve: 延期, note: 同意",
        'id: 再延, on: 2024-11-06, by: 城建办, item: "1", extend: 2024-12-25, reason: 降温',
        "on: 2024-11-07, by: 分管副主任, refuse: 再延, reason: 不同意",
        'id: 误录, on: 2024-05-31, by: 城建办, item: "1", add: {道路: 5, 投资: 51}',
        "on: 2024-06-04, by: 城建办, undo: 误录, reason: 15误录为51",
        'on: 2024-06-30, by: 城建办, item: "2", milestone: plan',
        'on: 2024-09-30, by: 城建办, item: "2", milestone: done',
        'on: 2024-10-08, by: 城建办, item: "2", close: 准予销号',
        'on: 2024-10-08, by: 党政办, item: "3", assign: {lead: cj, support: [c1]}, note: 调整分工',
        'on: 2024-10-09, by: 第一社区, item: "3", cancel: 统一组织',
    )
    told = [(row["kind"], row["answers"], row["reverses"]) for row in office.rows()]
    assert told == [
        ("extend", None, None),
        ("approve", 1, None),
        ("extend", None, None),
        ("refuse", 3, None),
        ("add", None, None),
        ("add", None, None),
        ("undo", None, 5),
        ("undo", None, 6),
        ("reach", None, None),
        ("reach", None, None),
        ("close", None, None),
        ("assign", None, None),
        ("cancel", None, None),
    ]


@pytest.mark.parametrize(
    ("entry", "kind", "said"),
    [
        ('on: 2024-05-31, by: 甲, item: "9", note: x', NotFoundError, "9: no such item"),
        ('on: 2024-05-31, by: 甲, item: "1", add: {街道: 1}', NotFoundError, "街道: no such"),
        ('on: 2024-05-31, by: 甲, item: "2", milestone: begin', NotFoundError, "begin: no such"),
        ('on: 2024-05-31, by: 甲, item: "1", add: {道路: -1}', BadInputError, "above 0"),
        ('on: 2025-05-31, by: 甲, item: "1", note: x', BadInputError, "is in the future"),
        ('on: 2023-05-31, by: 甲, item: "1", note: x', BadInputError, "before the plan"),
        ('on: 2024-06-30, by: 甲, item: "2", milestone: plan', ConflictError, "already"),
        ('on: 2024-06-30, by: 甲, item: "2", close: 准予销号', ConflictError, "% complete"),
    ],
)
def test_an_entry_that_does_not_fit_is_named_by_its_line_and_nothing_is_recorded(
    office: Office, entry: str, kind: type[DubanError], said: str
) -> None:
    good = 'on: 2024-06-20, by: 甲, item: "2", milestone: plan'
    with pytest.raises(kind) as raised:
        office.take(good, entry)
    assert str(raised.value).startswith("year.yaml:7: ")
    assert said in str(raised.value)
    assert office.counts() == (0, 0)


def test_amounts_that_cannot_be_read_are_told_all_at_once_before_anything_else(
    office: Office,
) -> None:
    with pytest.raises(PlanProblems) as raised:
        office.take(
            'on: 2024-05-31, by: 甲, item: "1", add: {道路: 两条}',
            'on: 2024-05-31, by: 甲, item: "9", add: {道路: 3}',
            'on: 2024-05-31, by: 甲, item: "1", add: {投资: 3平方米}, set: {满意率: NaN}',
        )
    assert [problem.line for problem in raised.value.problems] == [6, 8, 8]
    assert office.counts() == (0, 0)


def test_the_same_file_is_recorded_once_whatever_its_name(office: Office) -> None:
    line = 'on: 2024-05-31, by: 甲, item: "1", add: {道路: 1}'
    office.take(line)
    with pytest.raises(ConflictError, match=r"imported already, as year\.yaml"):
        office.take(line, name="copy.yaml")
    assert office.counts() == (1, 1)
    office.take(line + ", note: 另一条")
    assert office.counts() == (2, 2)


def test_real_rows_carry_the_moment_of_the_import(office: Office) -> None:
    office.take('on: 2024-05-31, by: 甲, item: "1", note: x')
    (row,) = office.rows()
    assert (row["recorded_at"], row["simulated"]) == (IMPORTED.isoformat(), False)


def test_simulated_rows_carry_the_moment_of_their_filing(office: Office) -> None:
    office.take(
        'on: 2024-05-31, filed: 2024-06-01 09:30, by: 甲, item: "1", note: x',
        'on: 2024-05-31, by: 甲, item: "1", note: y',
        'on: 2024-06-30, filed: 2024-07-01 09:30, by: 甲, item: "1", add: {道路: 1, 投资: 2}',
        simulated=True,
    )
    found = [(row["recorded_at"], row["simulated"]) for row in office.rows()]
    june, july = (datetime(2024, month, 1, 9, 30, tzinfo=ZONE) for month in (6, 7))
    moments = [june, IMPORTED, IMPORTED, IMPORTED]
    assert july < IMPORTED
    assert found == [(moment.astimezone(UTC).isoformat(), True) for moment in moments]


def test_simulated_rows_never_come_before_what_the_ledger_holds(office: Office) -> None:
    office.take('on: 2024-05-31, by: 甲, item: "1", note: x')
    office.take(
        'on: 2024-05-31, filed: 2024-06-01 09:30, by: 甲, item: "1", note: y', simulated=True
    )
    moments = [row["recorded_at"] for row in office.rows()]
    assert moments == sorted(moments)


@pytest.mark.parametrize("seen", ["version", "snapshot", "slip"])
def test_simulated_rows_change_nothing_that_was_known_when_the_plan_was_looked_at(
    office: Office, seen: str
) -> None:
    looked = datetime(2024, 7, 1, tzinfo=UTC)
    with office.store.write(looked) as writing:
        key = {"plan_id": office.plan.id, "as_of": date(2024, 6, 30), "known_at": looked}
        if seen == "version":
            plan, _problems = parse_plan(PLAN, "plan.yaml", Workdays())
            assert plan is not None
            record_version(writing, plan, PLAN, author="党政办", on=looked.date())
        elif seen == "snapshot":
            writing.connection.execute(insert(snapshot).values(**key, recorded_at=looked))
        else:
            values = {**key, "recorded_at": looked, "number": 1, "unit": "cj"}
            values |= {"reply_by": date(2024, 7, 4), "provisional": []}
            writing.connection.execute(insert(slip).values(values))
    office.take(
        'on: 2024-05-31, filed: 2024-06-01 09:30, by: 甲, item: "1", note: y', simulated=True
    )
    (row,) = office.rows()
    later = timedelta(microseconds=0 if seen == "version" else 1)
    assert row["recorded_at"] == (looked + later).isoformat()


def test_a_file_name_is_kept_without_what_a_terminal_would_obey(office: Office) -> None:
    office.take('on: 2024-05-31, by: 甲, item: "1", note: x', name="a\x1b[31m.yaml")
    with office.store.read() as connection:
        assert connection.execute(select(ledger_import.c.name)).scalar() == "a�[31m.yaml"


@pytest.fixture
def desk(sqlite_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    fine("plan", "load", write(tmp_path, PLAN))
    return tmp_path


def test_the_desk_records_a_file_and_says_how_much(desk: Path) -> None:
    text = HEAD.format("true") + '  - {on: 2024-05-31, by: 甲, item: "1", add: {道路: 1}}\n'
    path = write(desk, text, "may.yaml")
    said = f"{path}: recorded in 测试街道办事处 2024: entries 1, rows 1 (simulated)\n"
    assert fine("ledger", "import", path).out == said
    assert "imported already" in refused(5, "ledger", "import", path)
    other = write(desk, text.replace("道路: 1", "道路: 2"), "june.yaml")
    assert fine("ledger", "import", other, "--json").json == {
        "plan": "测试街道办事处",
        "year": 2024,
        "simulated": True,
        "entries": 1,
        "rows": 1,
    }


def test_the_desk_lists_all_problems_of_a_file(desk: Path) -> None:
    path = write(desk, HEAD.format("false") + "  - {on: x}\n  - {by: 甲}\n", "broken.yaml")
    ran = duban("ledger", "import", path)
    assert (ran.code, ran.out) == (3, "")
    lines = ran.err.splitlines()
    assert len(lines) == 7
    assert all(line.startswith((f"{path}:6: ", f"{path}:7: ")) for line in lines)
    assert fine("ledger", "1", "--year", "2024", "--json").json["ledger"] == []


def test_a_file_of_a_plan_that_is_not_there_is_told(desk: Path) -> None:
    path = write(desk, HEAD.format("false").replace("测试", "别的") + "  []\n", "other.yaml")
    assert "别的街道办事处 2024: no such plan" in refused(4, "ledger", "import", path)
