"""``duban petition warn``, ``petition board`` and ``sweep board`` as they are typed."""

from datetime import date

import pytest

from tests import safety_office
from tests.cases import case, order, record
from tests.conftest import NewStore
from tests.desk import fine, refused
from tracker.migrate import migrate


def fill(url: str) -> None:
    migrate(url)
    safety_office.load(url)
    late = order(date(2024, 6, 20), date(2024, 6, 28)).then("accept", date(2024, 6, 20))
    record(url, [late, case(date(2024, 6, 25), topic="parking")])


@pytest.fixture
def office(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DB", new_store("register-looks", fill))


DAY = ("--as-of", "2024-07-03")


@pytest.mark.usefixtures("office")
def test_warnings_are_lines_and_data_of_the_same_cases() -> None:
    lines = fine("petition", "warn", *DAY).out.splitlines()
    assert lines[-2].startswith("! 0 ")
    assert lines[-2].endswith("逾期5天未办结")
    assert lines[-1].startswith("◆ 1 ")
    said = fine("petition", "warn", "--json", *DAY).json
    assert [one["number"] for one in said["cases"]] == ["0", "1"]
    assert (said["as_of"], said["open"], said["totals"]["overdue"]) == ("2024-07-03", 2, 1)


@pytest.mark.usefixtures("office")
def test_explained_a_warning_has_the_numbers_behind_it() -> None:
    *_more, first, second = fine("petition", "warn", "--explain", *DAY).out.splitlines()
    assert (
        "（06-20收到 · 06-20签收 · 本单位规定：5个工作日 · 期限06-28 · 已超5天、3个工作日）"
        in first
    )
    assert "（06-25收到 · 信访工作条例 §23：15天 · 期限07-10 · 还有7天、5个工作日）" in second


@pytest.mark.usefixtures("office")
def test_an_earlier_day_and_an_earlier_knowledge_are_looked_at_as_they_were() -> None:
    assert fine("petition", "warn", "--json", "--as-of", "2024-06-19").json["cases"] == []
    unknown = fine("petition", "warn", "--json", "--known-at", "2024-01-02", *DAY).json
    assert (unknown["open"], unknown["cases"]) == (0, [])


@pytest.mark.usefixtures("office")
def test_boards_are_printed_and_given_as_data() -> None:
    assert "主题 × 社区" in fine("petition", "board", *DAY).out
    board = fine("petition", "board", "--json", *DAY).json
    assert [(c["topic"], c["cases"]) for c in board["heat"]] == [("noise", 1), ("parking", 1)]
    assert "安全检查看板" in fine("sweep", "board", *DAY).out
    safety = fine("sweep", "board", "--json", *DAY).json
    assert (safety["open"], safety["months"]) == (0, {})


@pytest.mark.usefixtures("office")
def test_a_year_without_a_plan_is_told_in_one_line() -> None:
    for command in (("petition", "warn"), ("petition", "board"), ("sweep", "board")):
        assert "2019" in refused(4, *command, "--year", "2019")


LOOKS = (
    ("petition", "list"),
    ("petition", "rates"),
    ("petition", "board"),
    ("petition", "warn"),
    ("hazard", "list"),
    ("hazard", "rates"),
    ("sweep", "list"),
    ("sweep", "rates"),
    ("sweep", "board"),
)
"""Looks at a register that goes on when a year ends."""


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("look", LOOKS, ids=" ".join)
def test_in_january_a_register_is_looked_at_though_the_new_plan_is_not_loaded(
    look: tuple[str, str],
) -> None:
    assert fine(*look, "--as-of", "2025-01-05", "--json").json["year"] == 2024
    assert "2023: no such plan" in refused(4, *look, "--as-of", "2023-12-31")


def test_of_two_offices_the_one_that_is_meant_is_asked_for(
    sqlite_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DB", sqlite_store_url)
    safety_office.load(sqlite_store_url)
    other = safety_office.PLAN.replace("测试街道", "别的街道")
    safety_office.load(sqlite_store_url, 2025, other)
    for day in ("2024-07-03", "2025-01-05", "2026-01-05"):
        said = refused(2, "petition", "list", "--as-of", day)
        assert "--office" in said
        assert "别的街道办事处, 测试街道办事处" in said
    one = fine("petition", "list", "--office", "测试街道办事处", "--as-of", "2025-01-05", "--json")
    assert one.json["year"] == 2024
    about = ("--channel", "visit", "--topic", "noise", "--received", "2019-01-05")
    assert "--office" in refused(2, "petition", "add", "1", *about)
