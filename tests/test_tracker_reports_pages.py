"""The Markdown that flows publish: typed text stays dead, and the pages to the letter.

``GOLDEN=write pytest tests/test_tracker_reports_pages.py`` writes the golden pages anew; read the
difference before it is kept.
"""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office import PLAN, WORKDAYS, file, load_office, look
from tracker.alerts import open_alerts, record_check
from tracker.history import load_months
from tracker.late import load_details
from tracker.reports.markdown import bar, escape, percent, sparkline, table
from tracker.reports.pages import areas_page, late_page, report_page, units_page
from tracker.reports.slip_pages import slip_page, slips_page
from tracker.schema import FULL
from tracker.slips import draft_slip, load_slips, record_slips
from tracker.store import Store
from tracker.view import View

DAY = date(2024, 7, 8)
GOLDEN = Path(__file__).parent / "golden"
LIVE = set("\\`*_[]<>|~&#$@")


@given(st.text(max_size=60))
def test_in_escaped_text_every_live_character_stands_behind_a_backslash(text: str) -> None:
    line = escape(text)
    assert not any(c < " " or c in "\x7f\u2028\u2029" for c in line)
    rest = line
    for character in LIVE:
        rest = rest.replace("\\" + character, "") if character != "\\" else rest
    rest = rest.replace("\\\\", "")
    assert not set(rest) & (LIVE - {"\\"})


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("16 条，104 万元", "16 条，104 万元"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[x](javascript:a)", r"\[x\](javascript:a)"),
        ("![](http://x/y.png)", r"!\[\](http\://x/y.png)"),
        ("www.x.cn a@b.cn", r"www\.x.cn a\@b.cn"),
        ("a | b\n| --- |", r"a \| b \| --- \|"),
        ("`code` *b* _i_ ~~s~~", r"\`code\` \*b\* \_i\_ \~\~s\~\~"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("红\x1b[31m字\u202e", "红�\\[31m字�"),
    ],
)
def test_typed_text_is_escaped(typed: str, shown: str) -> None:
    assert escape(typed) == shown


def test_only_what_is_complete_looks_complete() -> None:
    assert [bar(n) for n in (0, 9_999, FULL - 1, FULL)] == [
        *("░" * 10, "░" * 10),
        *("█" * 9 + "░", "█" * 10),
    ]
    assert sparkline([0, 14_285, 14_286, FULL - 1, FULL]) == "▁▁▂▇█"
    assert [percent(n) for n in (0, 83_333, FULL - 1, FULL)] == ["0%", "83.3%", "99.9%", "100%"]


def test_a_table_aligns_numbers_to_the_right() -> None:
    assert table(["a", "n:"], [["x", "1"]]) == "| a | n |\n| --- | --: |\n| x | 1 |"


HOSTILE = PLAN.replace("走访困难家庭", "'走访 <img src=x onerror=alert(1)> | [x](http://e)'")


def seen(url: str, plan: str = PLAN) -> tuple[View, dict[str, str]]:
    """All pages of the office on a day."""
    load_office(url, plan)
    file(url, "1", date(2024, 5, 20), add={"道路": 4}, reason="连续降雨", simulated=True)
    view = look(url, DAY)
    with Store(url) as store, store.write() as writing:
        record_check(writing, view, WORKDAYS)
        alerts = open_alerts(writing.connection, view.scope.plan.id)
        drafts = {
            code: draft_slip([i for i in view.items if i.lead == code], alerts, DAY)
            for code in view.units
        }
        record_slips(writing, view, drafts, WORKDAYS)
    with Store(url) as store, store.read() as connection:
        plan_, known = view.scope.plan, view.scope.known_at
        late = [i.item_id for i in view.items if i.level.late]
        details = load_details(connection, plan_, DAY, known, late)
        months = load_months(connection, plan_, DAY, known)
        slips = load_slips(connection, plan_, DAY, workdays=WORKDAYS)
    return view, {
        "late": late_page(view, alerts, details),
        "areas": areas_page(view),
        "units": units_page(view),
        "report": report_page(view, months),
        "slip": slip_page(slips[0], view.scope),
        "slips": slips_page(slips, view.scope),
    }


@pytest.mark.parametrize("page", ["areas", "late", "report", "slip", "slips", "units"])
def test_the_pages_read_as_they_should(sqlite_store_url: str, page: str) -> None:
    _view, pages = seen(sqlite_store_url)
    path = GOLDEN / f"page_{page}.md"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(pages[page], encoding="utf-8")
    assert pages[page] == path.read_text(encoding="utf-8")


def test_a_plan_in_english_gives_pages_in_english(sqlite_store_url: str) -> None:
    _view, pages = seen(sqlite_store_url, PLAN.replace("year: 2024", "year: 2024\nlanguage: en"))
    assert pages["units"].splitlines()[0].endswith("2024 progress by unit · as of 2024-07-08")
    assert "| 城建办 | ██░░░░░░░░ 20% | 75% | 0 / 2 | 2 |" in pages["units"]
    assert "! overdue" in pages["late"]
    assert "! overdue (since 2024-06-30 8 days, 6 working days)" in pages["slip"]


def slip_of(url: str, day: date) -> str:
    """The page of the slip that one unit gets on a day."""
    view = look(url, day)
    with Store(url) as store, store.write() as writing:
        drafts = {"cj": draft_slip([i for i in view.items if i.lead == "cj"], {}, day)}
        record_slips(writing, view, drafts, WORKDAYS)
        (slip,) = load_slips(writing.connection, view.scope.plan, day, workdays=WORKDAYS)
    return slip_page(slip, view.scope)


def test_a_slip_of_what_is_only_coming_asks_whether_it_is_done(sqlite_store_url: str) -> None:
    load_office(sqlite_store_url)
    file(sqlite_store_url, "1", date(2024, 6, 20), add={"道路": 10})
    file(sqlite_store_url, "2", date(2024, 6, 20), note="方案已成稿")
    page = slip_of(sqlite_store_url, date(2024, 7, 1))
    assert "没有逾期或滞后的事项。" in page
    assert "请按期完成上列事项，并于2024年7月4日（含）前书面反馈完成情况；" in page


def test_a_slip_names_only_whom_there_is_and_counts_only_days_that_there_are(
    sqlite_store_url: str,
) -> None:
    load_office(sqlite_store_url, PLAN.replace("        person: 城建专干\n", ""))
    pages = {day: slip_of(sqlite_store_url, date(2024, 7, day)) for day in (1, 6)}
    assert "责任人" not in pages[1].partition("反馈")[0].replace("单位负责人", "")
    assert "\n单位负责人：城建办主任；分管领导：分管城建副主任\n" in pages[1]
    # Due on Friday and looked at on Saturday: late by a day, and by no working day.
    assert "| ! 逾期（自2024-07-05起1天） | 方案评审 应于2024-07-05完成 |" in pages[6]
    assert "0个工作日" not in pages[6]


def test_since_when_is_said_only_where_a_date_was_missed(sqlite_store_url: str) -> None:
    load_office(sqlite_store_url)
    view = look(sqlite_store_url, DAY)
    with Store(sqlite_store_url) as store, store.write() as writing:
        record_check(writing, view, WORKDAYS)
        alerts = open_alerts(writing.connection, view.scope.plan.id)
        drafts = {"c1": draft_slip([i for i in view.items if i.lead == "c1"], alerts, DAY)}
        record_slips(writing, view, drafts, WORKDAYS)
        (slip,) = load_slips(writing.connection, view.scope.plan, DAY, workdays=WORKDAYS)
    page = slip_page(slip, view.scope)
    assert "▼ 严重滞后（7月8日检查时发现）" in page
    assert "自2024" not in page


def test_no_table_is_wider_than_a_page_of_prefect_shows(sqlite_store_url: str) -> None:
    _view, pages = seen(sqlite_store_url)
    rows = [line for page in pages.values() for line in page.splitlines() if line[:1] == "|"]
    assert rows
    assert max(row.count(" | ") + 1 for row in rows) <= 5


def test_hostile_titles_are_dead_on_every_page(sqlite_store_url: str) -> None:
    _view, pages = seen(sqlite_store_url, HOSTILE)
    for name in ("late", "report"):
        assert r"走访 \<img src=x onerror=alert(1)\> \| \[x\](http\://e)" in pages[name]
        assert "<img" not in pages[name].replace(r"\<", "")
