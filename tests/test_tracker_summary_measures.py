"""What the names of an item's indicators begin with is said once, and never cut inside a word."""

from datetime import date
from decimal import Decimal

import pytest

from tests import years
from tracker.ledger import Ledger, Progress
from tracker.reports.summary_markdown import render_markdown
from tracker.store import Store
from tracker.versions import find_plan

PLAN = """
duban: 1
office: 测试街道办事处
year: 2024
language: {language}
units: [{{code: c1, name: 第一社区}}]
areas:
  - code: A
    title: 环境
    items:
      - code: "1"
        title: 整治
        lead: c1
        start: 2024-01-01
        due: 2024-12-31
        measure: children
        children:
          - code: "1.1"
            title: 东区
            lead: c1
            start: 2024-01-01
            due: 2024-12-31
            indicators:
              - {{name: {first}, unit: 处}}
              - {{name: {second}, unit: 处}}
"""


def account(store: Store, language: str, first: str, second: str) -> str:
    """What is told of the item by its child."""
    years.load(store, PLAN.format(language=language, first=first, second=second))
    with store.write(years.IMPORTED_AT) as writing:
        plan = find_plan(writing.connection, 2024)
        ledger = Ledger(writing, plan, author="c1", today=date(2025, 1, 1))
        filed = Progress(add={first: Decimal(300), second: Decimal(120)})
        ledger.progress("1.1", date(2024, 12, 20), filed)
    page = render_markdown(years.summary(store, 2024).document)
    return next(line for line in page.splitlines() if line.startswith("**整治"))


@pytest.mark.parametrize(
    ("language", "first", "second", "told"),
    [
        ("zh", "飞线充电检查点位", "飞线充电整改", "飞线充电检查点位300处、整改120处"),
        ("zh", "楼道培训人次", "楼道培训人数", "楼道培训人次300处，楼道培训人数120处"),
        ("zh", "网格巡看率", "网格巡看数", "网格巡看率300处，网格巡看数120处"),
        ("zh", "飞线次数", "飞线充电", "飞线次数300处，飞线充电120处"),
        ("zh", "飞线充电", "飞线充电次数", "飞线充电300处，飞线充电次数120处"),
        ("zh", "飞线APP乙", "飞线APP丙", "飞线APP乙300处，飞线APP丙120处"),
        ("en", "household visits", "households built", None),
        ("en", "house visits", "house calls", "house visits: 300 处, calls: 120 处"),
        ("en", "house visit days", "house visits", "house visit days: 300 处, visits: 120 处"),
    ],
)
def test_a_common_beginning_of_names_is_left_out_only_where_a_word_is_left(
    sqlite_store_url: str, language: str, first: str, second: str, told: str | None
) -> None:
    with Store(sqlite_store_url) as store:
        said = account(store, language, first, second)
    assert (told or f"{first}: 300 处; {second}: 120 处") in said
