"""Random offices: whatever was filed, the summary is whole, sourced, and says what was judged."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings

from tests import worlds, years
from tests.conftest import NewStore, examples
from tracker.document import Document, Section, Text, plain
from tracker.figures import Figure
from tracker.judge import judge
from tracker.migrate import migrate
from tracker.reports.summary_json import summary_json
from tracker.reports.summary_markdown import render_markdown
from tracker.schema import FULL
from tracker.store import Store
from tracker.summary import summarise
from tracker.summary.account import Account
from tracker.summary.completed import completed_by, days_late
from tracker.summary.record import Record, load_record
from tracker.versions import find_plan


@pytest.fixture(scope="module")
def world_store(new_store: NewStore) -> Iterator[Store]:
    with Store(new_store("migrated", migrate)) as opened:
        yield opened


_numbers = count()
worlds_begin = datetime(2030, 1, 1, tzinfo=UTC)


@given(worlds.histories, worlds.looks)
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_whatever_was_filed_the_summary_is_whole_and_sourced(
    world_store: Store, history: list[worlds.Step], look: worlds.Look
) -> None:
    number = next(_numbers)
    moments = (worlds_begin + timedelta(seconds=number * 1000 + n) for n in count())
    world = worlds.World([world_store], lambda: next(moments), f"office {number}")
    world.live(history)
    with world_store.read() as connection:
        ref = find_plan(connection, worlds.YEAR, world.office)
        as_of = world.day(look)
        summary = summarise(connection, ref, as_of, workdays=years.WORKDAYS)
        record = load_record(connection, ref, as_of, None, years.WORKDAYS)
        for account in record.leaves():
            if row := completed_by(account):
                before, then = (
                    judge(
                        connection,
                        row.effective_on - timedelta(days),
                        plans=[ref.id],
                        items=[row.item_id],
                        workdays=years.WORKDAYS,
                    )
                    for days in (1, 0)
                )
                assert before[0].actual < FULL == then[0].actual
    document = summary.document
    assert document.unsourced() == []
    assert all(figure.rows or figure.plan for figure in document.figures())
    assert set(document.rows()) == set(summary.sources)
    page = render_markdown(document)
    assert "。。" not in page
    assert not re.search("[，、；：]。|，，|（）", page)
    summary_json(summary, sources=True)
    check_opening(record, document)
    check_carried(record, document)
    check_late(record, document)
    check_sections(record, document)


def counted(texts: Iterable[Text]) -> dict[str, int]:
    """What the counts among figures are of, and how many there are, as it is said first."""
    figures = [part for text in texts for part in text if isinstance(part, Figure)]
    found: dict[str, int] = {}
    for figure in figures:
        if figure.kind == "count":
            found.setdefault(figure.label, int(figure.value))
    return found


def section(document: Document, *kinds: str) -> Section | None:
    """The first section of a kind, and below it of the next kind."""
    sections: tuple[Section, ...] = document.sections
    found = None
    for kind in kinds:
        found = next((one for one in sections if one.kind == kind), None)
        sections = () if found is None else found.sections
    return found


def check_opening(record: Record, document: Document) -> None:
    """The opening counts as the judge does, and its parts make up the whole."""
    levels = [account.judged.level for account in record.accounts]
    cancelled = sum(level.code == "cancelled" for level in levels)
    finished = sum(level.finished for level in levels) - cancelled
    said = counted(document.opening)
    still = len(levels) - finished - cancelled
    assert (said.get("已办结", 0), said.get("取消", 0)) == (finished, cancelled)
    assert said.get("未办结", 0) == (still if finished < len(levels) else 0)
    parts = [said[name] for name in ("结转", "经常性工作", "只待销号") if name in said]
    assert sum(parts) in ((still,) if said.keys() & {"经常性工作", "只待销号"} else (0,))


def check_carried(record: Record, document: Document) -> None:
    """What is carried over is listed, once, as often as the opening says; what is said to be
    approved was."""
    year_end = date(worlds.YEAR, 12, 31)
    wanted = [
        account
        for top in record.accounts
        if not top.judged.level.finished
        for account in top.walk()
        if not account.judged.level.finished
        and not account.judged.settled
        and not (account.item.measure == "children" and stands(account))
        and (not account.judged.recurring or account.judged.due > year_end)
        and (record.as_of >= year_end or account.reports)
    ]
    found = section(document, "carried", "carried_over")
    points = () if found is None else found.points
    assert [point.items for point in points] == [(account.code,) for account in wanted]
    said = {} if found is None else counted(found.body)
    tops = [top for top in record.accounts if any(a in wanted for a in top.walk())]
    assert said.get("结转", 0) == len(tops)
    if record.as_of >= year_end:
        opening = counted(document.opening)
        ends = opening.get("经常性工作", 0) + opening.get("只待销号", 0)
        if re.search("（均为经常性工作|（只待销号", plain(document.opening[0])):  # all of them
            ends = opening["未办结"]
        assert len(tops) == opening.get("未办结", 0) - ends
    for point, account in zip(points, wanted, strict=True):
        judged, rows = account.judged, {row.id: row for row in account.item.entries}
        approved = any(
            row.kind == "approve"
            and row.held_on(record.as_of)
            and rows[row.answers or 0].part is None
            and rows[row.answers or 0].due == judged.due > judged.original_due
            for row in rows.values()
        )
        assert ("经批准" in plain(point.body)) == approved


def stands(account: Account) -> bool:
    return any(child.judged.level.code != "cancelled" for child in account.children)


def check_late(record: Record, document: Document) -> None:
    """Whatever the judge calls late is counted; what was missed is told with the judge's number."""
    accounts = [a for a in record.walk() if a.judged.level.code != "cancelled"]
    late = [a for a in accounts if a.judged.level.late or a.judged.late or a.judged.missed]
    tops = [top for top in record.accounts if any(a in late for a in top.walk())]
    problems = section(document, "problems")
    assert problems is not None
    said = next(iter(counted(problems.body).values()), 0)  # all of them are counted first
    reasons = [a for a in accounts if days_late(a) or any(r.reason for r in a.reports)]
    assert said == len(tops) or (reasons and said > len(tops))
    missed = section(document, "problems", "missed")
    told = {} if missed is None else counted(missed.body)
    for account in accounts:
        lapsed = account.judged.missed if account.judged.recurring else 0
        assert told.get(f"{account.code} 未开展", 0) == lapsed


def check_sections(record: Record, document: Document) -> None:
    """Each item stands in the sections in which it has to."""
    work, gone = section(document, "work"), section(document, "carried", "cancelled")
    mute = section(document, "unreported")
    at_work = [c for area in (work.sections if work else ()) for p in area.points for c in p.items]
    withdrawn = [code for point in (gone.points if gone else ()) for code in point.items]
    silent = "" if mute is None else plain(mute.body[0])
    for account in record.walk():
        level, top = account.judged.level.code, account in record.accounts
        active = bool(account.reports) or any(a.finished for a in account.walk())
        assert at_work.count(account.code) == (top and active and level != "cancelled")
        assert withdrawn.count(account.code) == (level == "cancelled")
        by_children = account.item.measure == "children" and stands(account)
        quiet = not account.reports and not account.judged.level.finished and not by_children
        has_to = quiet and account.judged.start <= record.as_of
        assert silent.count(f"{account.judged.title}（") == has_to
